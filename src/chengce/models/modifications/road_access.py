"""Change who may use a street: one way only, or closed to cars but open to people."""

from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import Draft, Touches, objects
from chengce.models.modifications.hours import CLOSED, HOURS, Hours, lay, spans, when
from chengce.models.modifications.street_choice import (
    BITS,
    CarStreets,
    Direction,
    by_direction,
    spaced,
)
from chengce.models.modifications.street_tables import forget_directions


class SetOneWay(CarStreets):
    """Set one way 单行.

    Lanes are not moved: those of the closed direction stand empty unless `change_lanes` gives them
    to the other one. A direction opened anew has the lanes the city states for it, if any.
    """

    type: Literal["set_one_way"] = "set_one_way"
    direction: Direction = Field(
        description="Open along the geometry, against it, or both / 放行方向：顺几何、逆几何或双向"
    )
    profiles: tuple[Literal["drive", "bike"], ...] = Field(
        ("drive",), min_length=1, description="Who it holds for / 适用对象：机动车、自行车"
    )

    @model_validator(mode="after")
    def _clear(self) -> "SetOneWay":
        if self.polygon and self.direction != "both":
            raise Wrong(
                Text(
                    "区域内路段的几何方向各异，polygon 只能与 direction: both 同用；单行请给 streets 或 way",
                    "streets in an area are drawn all ways: with `polygon` only direction both "
                    "makes sense; for one way give `streets` or `way`",
                )
            )
        return self

    @property
    def summary(self) -> Text:
        """Say which way is open."""
        shown = self.shown
        zh = {
            "along": "改为单行（顺几何方向）",
            "against": "改为单行（逆几何方向）",
            "both": "改为双向通行",
        }
        en = {"along": "one way, along", "against": "one way, against", "both": "two ways"}
        return Text(spaced(shown.zh, zh[self.direction]), f"{en[self.direction]}: {shown.en}")

    def touches(self, city: City) -> Touches:
        """Return the directions opened and closed."""
        table = city.table("streets")
        rows = table.loc[self.chosen(table), "id"].astype(str).tolist()
        changes = [o for p in self.profiles for o in objects(f"streets.{p}", rows)]
        closed = BITS["both"] - BITS[self.direction]
        gone = [(key, closed) for key in rows] if closed and "drive" in self.profiles else []
        return Touches(
            changes=frozenset(changes),
            removes=by_direction("streets.drive", gone),
            needs=objects("streets", self.streets),
        )

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the streets exist and cars may use them today."""
        return self.closed_streets(draft)

    def apply(self, draft: Draft) -> None:
        """Set the direction bits of those who may use the street now."""
        table = draft.table("streets")
        here = self.chosen(table)
        bits = BITS[self.direction]
        for profile in self.profiles:
            old = table[profile].to_numpy()
            draft.put("streets", profile, np.where(here & (old > 0), bits, old))
        if "drive" in self.profiles and bits != BITS["both"]:
            closed = BITS["both"] - bits
            forget_directions(draft, {(str(k), closed) for k in table.loc[here, "id"]})


class ModalFilter(CarStreets):
    """Filter out cars 机动车禁行（阻断过境）.

    Streets close to cars, all day or at certain hours; walking and cycling go on, and so do buses.
    """

    type: Literal["modal_filter"] = "modal_filter"
    hours: Hours | None = Field(None, description=HOURS)

    @property
    def summary(self) -> Text:
        """Say what closes to cars."""
        shown, at = self.shown, when(self.hours)
        return Text(spaced(shown.zh, f"禁止机动车通行{at.zh}"), f"no cars on {shown.en}{at.en}")

    def touches(self, city: City) -> Touches:
        """Return the streets closed to cars; hours leave the streets themselves as they are."""
        arcs = self.arcs(city.table("streets"))
        if self.hours is not None:
            return Touches(needs=self.needs(arcs))
        return Touches(
            removes=objects("streets.drive", {street for street, _ in arcs}),
            needs=objects("streets", self.streets),
        )

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the streets exist and are open to cars."""
        return self.closed_streets(draft)

    def apply(self, draft: Draft) -> None:
        """Close the streets to cars."""
        table = draft.table("streets")
        arcs = self.arcs(table)
        if self.hours is not None:
            lay(draft, dict.fromkeys(arcs, CLOSED), spans(self.hours))
            return
        draft.put("streets", "drive", table["drive"].where(~self.chosen(table), 0))
        forget_directions(draft, set(arcs))
