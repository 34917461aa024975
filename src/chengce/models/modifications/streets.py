"""Close streets to passage; people who live on one still reach their doors."""

from typing import Literal

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import Draft, Touches, objects
from chengce.models.modifications.street_choice import StreetChoice, spaced
from chengce.models.modifications.street_tables import forget_streets


class CloseStreet(StreetChoice):
    """Close streets to passage 封闭道路."""

    type: Literal["close_street"] = "close_street"

    @property
    def summary(self) -> Text:
        """Say what is closed."""
        shown = self.shown
        return Text(spaced("封闭", shown.zh), f"close {shown.en} to passage")

    def touches(self, city: City) -> Touches:
        """Return the streets removed."""
        return Touches(removes=objects("streets", self.ids(city)))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that every street exists."""
        return self.unknown_streets(draft)

    def apply(self, draft: Draft) -> None:
        """Remove the segments, and the turn restrictions, hours and counts that refer to them."""
        table = draft.table("streets")
        closed = self.chosen(table)
        gone = set(table.loc[closed, "id"])
        draft.keep("streets", ~table["id"].isin(gone))
        forget_streets(draft, gone)
