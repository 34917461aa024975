"""Take lanes or speed away where a street is dug up."""

from typing import Literal

from pydantic import Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import Draft, Touches
from chengce.models.modifications.hours import HOURS, Arc, Effect, Hours, lay, spans, when
from chengce.models.modifications.lane_counts import lanes_left, lanes_of
from chengce.models.modifications.road_speed import speed_unknown, speeds
from chengce.models.modifications.street_choice import DIRECTION, CarStreets, Direction, spaced


class WorkZone(CarStreets):
    """Set up a work zone 占道施工.

    The capacity goes down with the lanes closed, or by a factor where lanes are not known; a speed
    limit below today's holds beside it. It is kept with the hours of the streets, all day if none
    are given, and adds to other measures there.
    """

    type: Literal["work_zone"] = "work_zone"
    lanes_closed: float | None = Field(
        None,
        gt=0,
        le=20,
        description="Lanes closed in each direction chosen / 所选每个方向占用的车道数",
    )
    capacity_factor: float | None = Field(
        None, gt=0, lt=1, description="Share of the capacity that is left / 剩余通行能力的比例"
    )
    speed_kmh: float | None = Field(
        None, gt=0, le=200, description="Speed limit at the works, km/h / 施工段限速（km/h）"
    )
    direction: Direction = Field("both", description=DIRECTION)
    hours: Hours | None = Field(None, description=HOURS)

    @model_validator(mode="after")
    def _something(self) -> "WorkZone":
        if self.lanes_closed is not None and self.capacity_factor is not None:
            raise Wrong(
                Text(
                    "lanes_closed 与 capacity_factor 只能给其一",
                    "give `lanes_closed` or `capacity_factor`, not both",
                )
            )
        if (self.lanes_closed, self.capacity_factor, self.speed_kmh) == (None, None, None):
            raise Wrong(
                Text(
                    "请至少给出 lanes_closed、capacity_factor、speed_kmh 之一",
                    "give at least one of `lanes_closed`, `capacity_factor`, `speed_kmh`",
                )
            )
        return self

    @property
    def summary(self) -> Text:
        """Say what is taken away."""
        shown, at = self.shown, when(self.hours)
        zh, en = [], []
        if self.lanes_closed is not None:
            zh.append(f"占用 {self.lanes_closed:g} 条车道")
            plural = "" if self.lanes_closed == 1 else "s"
            en.append(f"{self.lanes_closed:g} lane{plural} closed")
        if self.capacity_factor is not None:
            zh.append(f"通行能力剩 {self.capacity_factor:.0%}")
            en.append(f"capacity at {self.capacity_factor:.0%}")
        if self.speed_kmh is not None:
            zh.append(f"限速 {self.speed_kmh:g} km/h")
            en.append(f"{self.speed_kmh:g} km/h")
        return Text(
            spaced(shown.zh, f"占道施工：{'、'.join(zh)}{at.zh}"),
            f"works on {shown.en}: {', '.join(en)}{at.en}",
        )

    def touches(self, city: City) -> Touches:
        """Return the streets with works."""
        arcs = self.arcs(city.table("streets"), self.direction)
        return Touches(needs=self.needs(arcs, self.direction))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check the streets: lanes and speeds that are taken from are known."""
        found = self.closed_streets(draft, self.direction)
        if found:
            return found
        arcs = self.arcs(draft.table("streets"), self.direction)
        if self.lanes_closed is not None:
            instead = Text(
                "改给 capacity_factor（剩余通行能力的比例）",
                "give `capacity_factor`, the share of the capacity that is left",
            )
            found += lanes_left(draft, arcs, self.lanes_closed, unknown=instead)
        if self.speed_kmh is not None:
            found += speed_unknown(draft, arcs)
        return found

    def apply(self, draft: Draft) -> None:
        """Lay the effect over the hours."""
        arcs = self.arcs(draft.table("streets"), self.direction)
        capacity = self._capacity(draft, arcs)
        speed = dict.fromkeys(arcs, 1.0)
        if self.speed_kmh is not None:
            today = speeds(draft)
            speed = {arc: min(1.0, self.speed_kmh / today[arc[0]]) for arc in arcs}
        lay(draft, {a: Effect(speed[a], capacity[a]) for a in arcs}, spans(self.hours))

    def _capacity(self, draft: Draft, arcs: list[Arc]) -> dict[Arc, float]:
        if self.lanes_closed is None:
            return dict.fromkeys(arcs, self.capacity_factor or 1.0)
        return {arc: (n - self.lanes_closed) / n for arc, n in lanes_of(draft, arcs).items()}
