"""Change how fast cars go: by a speed limit, or in an area at congested hours."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import Draft, Touches, objects
from chengce.models.modifications.hours import HOURS, Arc, Effect, Hours, lay, spans, when
from chengce.models.modifications.lane_counts import column_of
from chengce.models.modifications.street_choice import CarStreets, several, spaced


class ChangeSpeedLimit(CarStreets):
    """Change the speed limit 限速调整.

    The limit is the speed cars drive when the street is empty. In an area, streets that are slower
    already stay so. At certain hours only, it is kept as a factor on today's speed, which must
    then be known.
    """

    type: Literal["change_speed_limit"] = "change_speed_limit"
    speed_kmh: float = Field(gt=0, le=200, description="New limit, km/h / 新限速（km/h）")
    hours: Hours | None = Field(None, description=HOURS)

    @property
    def summary(self) -> Text:
        """Say the new limit."""
        shown, at = self.shown, when(self.hours)
        return Text(
            spaced(shown.zh, f"限速 {self.speed_kmh:g} km/h{at.zh}"),
            f"{self.speed_kmh:g} km/h on {shown.en}{at.en}",
        )

    def touches(self, city: City) -> Touches:
        """Return the speeds changed; hours leave the streets themselves as they are."""
        arcs = self.arcs(city.table("streets"))
        streets = {street for street, _ in arcs} if self.hours is None else set()
        return Touches(changes=objects("streets.speed_kmh", streets), needs=self.needs(arcs))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check the streets; a factor needs a speed to start from."""
        found = self.closed_streets(draft)
        if found or self.hours is None:
            return found
        return speed_unknown(draft, self.arcs(draft.table("streets")))

    def apply(self, draft: Draft) -> None:
        """Set the speed and scale a stated free-flow time, or lay a factor over the hours."""
        table = draft.table("streets")
        old = column_of(table, "speed_kmh")
        new = np.where(self.chosen(table), self.speed_kmh, old)
        if self.polygon:
            new = np.fmin(old, new)
        with np.errstate(divide="ignore", invalid="ignore"):
            slower = old / new
        if self.hours is not None:
            factor = dict(zip(table["id"], slower.tolist(), strict=True))
            lay(draft, {a: Effect(1.0 / factor[a[0]]) for a in self.arcs(table)}, spans(self.hours))
            return
        put_speeds(draft, new)


class CongestionPolygon(CarStreets):
    """Slow streets at certain hours 拥堵区域（按时段）.

    An assumption about the traffic of an area, like Conveyal's congestion polygon: the speeds of
    its streets are multiplied, and, if wished, their capacities.
    """

    type: Literal["congestion_polygon"] = "congestion_polygon"
    hours: Hours = Field(
        description="From and to, HH:MM, may run over midnight / 起止时刻，可跨零点"
    )
    speed_factor: float = Field(
        gt=0, le=1, description="Share of today's speed that is left / 车速折减系数"
    )
    capacity_factor: float = Field(
        1.0, gt=0, le=1, description="Share of the capacity that is left / 通行能力折减系数"
    )

    @property
    def summary(self) -> Text:
        """Say how slow it is."""
        at, shown = when(self.hours), self.shown
        speed, room = f"{self.speed_factor:.0%}", f"{self.capacity_factor:.0%}"
        zh, en = spaced(shown.zh, f"车速为原来的 {speed}"), f"speeds at {speed}"
        if self.capacity_factor != 1.0:
            zh, en = f"{zh}、通行能力为原来的 {room}", f"{en} and capacity at {room}"
        return Text(zh + at.zh, f"{en}: {shown.en}{at.en}")

    def touches(self, city: City) -> Touches:
        """Return the streets slowed."""
        return Touches(needs=self.needs(self.arcs(city.table("streets"))))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that there are streets to slow."""
        return self.closed_streets(draft)

    def apply(self, draft: Draft) -> None:
        """Lay the factors over the hours."""
        effect = Effect(self.speed_factor, self.capacity_factor)
        lay(draft, dict.fromkeys(self.arcs(draft.table("streets")), effect), spans(self.hours))


def put_speeds(draft: Draft, speed_kmh: NDArray[np.float64]) -> None:
    """Set the speed of every street; a stated free-flow time goes with it."""
    table = draft.table("streets")
    old = column_of(table, "speed_kmh")
    if "free_flow_s" in table.columns:
        given = column_of(table, "free_flow_s")
        with np.errstate(divide="ignore", invalid="ignore"):
            plain = table["length_m"].to_numpy(dtype=np.float64) / (speed_kmh / 3.6)
            scaled = np.where(old > 0, given * (old / speed_kmh), plain)
        same = (speed_kmh == old) | np.isnan(speed_kmh) | np.isnan(given)
        draft.put("streets", "free_flow_s", np.where(same, given, scaled))
    draft.put("streets", "speed_kmh", speed_kmh)


def speeds(draft: Draft) -> dict[str, float]:
    """Return the speed of every street, km/h; NaN where unknown."""
    return dict(
        zip(
            draft.table("streets")["id"],
            column_of(draft.table("streets"), "speed_kmh").tolist(),
            strict=True,
        )
    )


def speed_unknown(draft: Draft, arcs: list[Arc]) -> list[Problem]:
    """Return a problem if a street has no speed that a factor could start from."""
    speed = speeds(draft)
    dark = sorted({street for street, _ in arcs if not speed[street] > 0})
    if not dark:
        return []
    names = several(dark)
    return [
        Problem(
            "speed_unknown",
            Text(f"车速不明：{names.zh}", f"the speed is unknown: {names.en}"),
            Text(
                "先用不带 hours 的 change_speed_limit 给出全天限速",
                "first give the limit of the whole day with `change_speed_limit` without hours",
            ),
            column=dark[0],
        )
    ]
