"""Close streets to passage; people who live on one still reach their doors."""

from typing import Literal

from pydantic import Field, model_validator

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import BaseModification, Draft, Touches, objects, unknown_id


class CloseStreet(BaseModification):
    """Close streets to passage 封闭道路."""

    type: Literal["close_street"] = "close_street"
    streets: tuple[str, ...] = Field((), description="Ids of street segments / 路段编号")
    way: int | None = Field(None, description="OSM way, all its segments / 整条 OSM 道路编号")

    @model_validator(mode="after")
    def _one_of(self) -> "CloseStreet":
        if bool(self.streets) == (self.way is not None):
            raise Wrong(Text("streets 与 way 须给出且只给其一", "give either `streets` or `way`"))
        return self

    @property
    def summary(self) -> Text:
        """Say what is closed."""
        shown = ", ".join(self.streets) if self.streets else f"way {self.way}"
        return Text(f"封闭道路 {shown}", f"close {shown} to passage")

    def touches(self) -> Touches:
        """Return the streets removed."""
        way = objects("ways", [str(self.way)]) if self.way is not None else frozenset()
        return Touches(removes=objects("streets", self.streets) | way)

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that every street exists."""
        what = Text("没有路段 {key}", "there is no street segment {key}")
        found = [p for s in self.streets for p in unknown_id(what, "streets", s, draft)]
        if self.way is not None and not (draft.table("streets")["way"] == self.way).any():
            found.append(
                Problem(
                    "way_unknown",
                    Text(f"没有 OSM 道路 {self.way}", f"there is no OSM way {self.way}"),
                    Text("核对编号，或改用路段编号", "check the number, or use segment ids"),
                    column=str(self.way),
                )
            )
        return found

    def apply(self, draft: Draft) -> None:
        """Remove the segments and the turn restrictions that refer to them."""
        table = draft.table("streets")
        closed = table["id"].isin(self.streets)
        if self.way is not None:
            closed |= table["way"] == self.way
        gone = set(table.loc[closed, "id"])
        draft.keep("streets", ~closed)
        turns = draft.table("turns")
        if len(turns):
            draft.keep("turns", ~(turns["from_street"].isin(gone) | turns["to_street"].isin(gone)))
