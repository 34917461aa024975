"""Charge cars for the use of streets, or for crossing into an area."""

from typing import Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pydantic import Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import Draft, Touches
from chengce.models.modifications.hours import HOURS, Arc, Effect, Hours, lay, spans, when
from chengce.models.modifications.street_choice import (
    DIRECTION,
    CarStreets,
    Direction,
    spaced,
    within,
)


class ChargeRoad(CarStreets):
    """Charge for driving 道路收费／拥堵收费.

    `price` is paid on every street segment chosen; for a road of several segments choose one of
    them, or pay by distance. With `cordon` it is paid where a street leads into the area: its
    first point lies outside and its last one inside. Charges add to tolls there are.
    """

    type: Literal["charge_road"] = "charge_road"
    price: float | None = Field(
        None, gt=0, description="Per vehicle and segment, city currency / 每车每段价格（本市货币）"
    )
    price_per_km: float | None = Field(
        None, gt=0, description="Per vehicle and km, city currency / 每车公里价格（本市货币）"
    )
    cordon: bool = Field(
        False, description="Charge on the way into the polygon only / 只在驶入多边形时收费"
    )
    direction: Direction = Field("both", description=DIRECTION)
    hours: Hours | None = Field(None, description=HOURS)

    @model_validator(mode="after")
    def _clear(self) -> "ChargeRoad":
        if (self.price is None) == (self.price_per_km is None):
            raise Wrong(
                Text(
                    "price 与 price_per_km 须给出且只给其一",
                    "give exactly one of `price`, `price_per_km`",
                )
            )
        if self.cordon and not (self.polygon and self.price and self.direction == "both"):
            raise Wrong(
                Text(
                    "cordon 须与 polygon、price 同用，且不限定 direction",
                    "`cordon` goes with `polygon` and `price`, and without `direction`",
                )
            )
        return self

    @property
    def summary(self) -> Text:
        """Say who pays what."""
        shown, at = self.shown, when(self.hours)
        if self.price_per_km is not None:
            each = Text(
                f"每车公里收费 {self.price_per_km:g}", f"{self.price_per_km:g} per vehicle-km"
            )
        else:
            each = Text(f"每车收费 {self.price:g}", f"{self.price:g} per vehicle")
        if self.cordon:
            return Text(f"驶入区域{each.zh}{at.zh}", f"{each.en} to drive into an area{at.en}")
        return Text(spaced(shown.zh, each.zh + at.zh), f"{each.en} on {shown.en}{at.en}")

    @property
    def nothing(self) -> Text:
        """Say that there is nothing to charge in the area."""
        if not self.cordon:
            return super().nothing
        return Text("没有机动车道路驶入多边形", "no street open to cars leads into the polygon")

    def chosen(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        """Tell which rows of a street table are meant: with a cordon, those that cross into it."""
        if not self.cordon:
            return super().chosen(table)
        crossing = _inward(table, self.polygon)
        return np.asarray((crossing & table["drive"].to_numpy(dtype=np.int64)) > 0)

    def arcs(self, table: pd.DataFrame, direction: Direction = "both") -> list[Arc]:
        """Return street and direction charged."""
        found = super().arcs(table, direction)
        if not self.cordon:
            return found
        bits = dict(zip(table["id"], _inward(table, self.polygon).tolist(), strict=True))
        return [(street, d) for street, d in found if bits[street] & d]

    def touches(self, city: City) -> Touches:
        """Return the streets charged."""
        arcs = self.arcs(city.table("streets"), self.direction)
        return Touches(needs=self.needs(arcs, self.direction))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that there is something to charge."""
        return self.closed_streets(draft, self.direction)

    def apply(self, draft: Draft) -> None:
        """Add the charge to the periods of the streets."""
        table = draft.table("streets")
        arcs = self.arcs(table, self.direction)
        if self.price is not None:
            effects = dict.fromkeys(arcs, Effect(toll=self.price))
        else:
            rate = (self.price_per_km or 0.0) / 1000.0
            length = dict(zip(table["id"], table["length_m"].tolist(), strict=True))
            effects = {arc: Effect(toll=rate * length[arc[0]]) for arc in arcs}
        lay(draft, effects, spans(self.hours))


def _inward(table: pd.DataFrame, ring: tuple[tuple[float, float], ...]) -> NDArray[np.int64]:
    """Return the direction in which a street crosses into a ring: 1 along, 2 against, 0 neither."""
    lines = np.asarray(table["geometry"].array, dtype=object)
    first, last = (within(shapely.get_point(lines, at), ring) for at in (0, -1))
    return np.where(~first & last, 1, np.where(first & ~last, 2, 0))
