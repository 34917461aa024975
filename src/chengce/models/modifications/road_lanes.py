"""Change how many lanes cars have: set them, or give one to buses."""

from typing import Literal

from pydantic import Field

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import Draft, Touches
from chengce.models.modifications.hours import HOURS, Effect, Hours, lay, spans, when
from chengce.models.modifications.lane_counts import lanes_left, lanes_of, set_lanes, unscalable
from chengce.models.modifications.street_choice import (
    DIRECTION,
    CarStreets,
    Direction,
    by_direction,
    several,
    spaced,
)


class ChangeLanes(CarStreets):
    """Change lanes 车道调整.

    Capacity, where the city states it, goes up or down with the lanes; where it does not, it
    follows from the lanes when traffic is assigned.
    """

    type: Literal["change_lanes"] = "change_lanes"
    lanes: float = Field(
        gt=0,
        le=20,
        description="Lanes for cars in each direction chosen / 所选每个方向的机动车车道数",
    )
    direction: Direction = Field("both", description=DIRECTION)
    capacity: float | None = Field(
        None,
        gt=0,
        description="Capacity of all lanes of a direction, pcu/h, if it does not go with the lanes"
        " / 单向总通行能力（pcu/h），不随车道数折算时给出",
    )

    @property
    def summary(self) -> Text:
        """Say how many lanes there will be."""
        shown, lanes = self.shown, f"{self.lanes:g}"
        return Text(
            spaced(shown.zh, f"机动车道{_ZH[self.direction]}改为 {lanes} 条"),
            f"lanes for cars {_EN[self.direction]} on {shown.en}: {lanes}",
        )

    def touches(self, city: City) -> Touches:
        """Return the lanes changed, by street and direction."""
        arcs = self.arcs(city.table("streets"), self.direction)
        return Touches(
            changes=by_direction("streets.lanes", arcs), needs=self.needs(arcs, self.direction)
        )

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check the streets; a stated capacity can only go with lanes that are known."""
        found = self.closed_streets(draft, self.direction)
        if found or self.capacity is not None:
            return found
        unknown = unscalable(draft, self.arcs(draft.table("streets"), self.direction))
        if not unknown:
            return []
        names = several(unknown)
        return [
            Problem(
                "capacity_without_lanes",
                Text(
                    f"已有通行能力但车道数不明，无法按车道折算：{names.zh}",
                    f"capacity is stated but lanes are not, so it cannot go with them: {names.en}",
                ),
                Text(
                    "另给 capacity（单向，pcu/h）", "give `capacity` (one direction, pcu/h) as well"
                ),
                column=unknown[0],
            )
        ]

    def apply(self, draft: Draft) -> None:
        """Set the lanes, and scale or set the capacity."""
        arcs = self.arcs(draft.table("streets"), self.direction)
        set_lanes(draft, dict.fromkeys(arcs, self.lanes), capacity=self.capacity)


class AddBusLane(CarStreets):
    """Add a bus lane 公交专用道.

    One lane of each direction chosen is taken from cars, all day or at certain hours. Buses keep
    the running times of the timetable: what they gain is not computed.
    """

    type: Literal["add_bus_lane"] = "add_bus_lane"
    direction: Direction = Field("both", description=DIRECTION)
    hours: Hours | None = Field(None, description=HOURS)

    @property
    def summary(self) -> Text:
        """Say where the lane runs, and that the timetable stays."""
        shown, at = self.shown, when(self.hours)
        return Text(
            spaced(shown.zh, f"{_ZH[self.direction]}设公交专用道{at.zh}，公交运行时间不随之改变"),
            f"a bus lane {_EN[self.direction]} on {shown.en}{at.en}; running times of buses stay",
        )

    def touches(self, city: City) -> Touches:
        """Return the lanes changed; a lane for some hours leaves them as they are."""
        arcs = self.arcs(city.table("streets"), self.direction)
        taken = by_direction("streets.lanes", arcs) if self.hours is None else frozenset()
        return Touches(changes=taken, needs=self.needs(arcs, self.direction))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check the streets: their lanes are known, and one is left for cars."""
        found = self.closed_streets(draft, self.direction)
        if found:
            return found
        instead = Text(
            "改用 change_lanes，直接给出机动车剩余的车道数",
            "use `change_lanes` to say how many lanes cars keep",
        )
        arcs = self.arcs(draft.table("streets"), self.direction)
        return lanes_left(draft, arcs, 1.0, unknown=instead)

    def apply(self, draft: Draft) -> None:
        """Take a lane, or its share of the capacity at the hours given."""
        arcs = self.arcs(draft.table("streets"), self.direction)
        lanes = lanes_of(draft, arcs)
        if self.hours is None:
            set_lanes(draft, {arc: n - 1.0 for arc, n in lanes.items()})
            return
        effects = {arc: Effect(capacity=(n - 1.0) / n) for arc, n in lanes.items()}
        lay(draft, effects, spans(self.hours))


_ZH = {"along": "顺向", "against": "逆向", "both": "双向"}
_EN = {"along": "along the street", "against": "against it", "both": "in each direction"}
