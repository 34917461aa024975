"""Lead a route over other stops between two of its stops."""

import itertools
from typing import Any, Literal

import numpy as np
import shapely
from pydantic import Field, model_validator
from pyproj import Geod
from shapely.geometry import LineString
from shapely.ops import substring

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import (
    Draft,
    Touches,
    objects,
    outside,
    point,
    taken_id,
)
from chengce.models.modifications.lines import NewStop
from chengce.models.modifications.route_choice import RouteChoice, not_served, serving, within


class Reroute(RouteChoice):
    """Reroute 改线.

    Between two of its stops the route calls at the stops given instead of those of today. Vehicles
    leave their first stop when they did; what follows the part moves by the difference. Vehicles
    that do not call at both stops in this order stay as they are: the way back, which usually
    calls at other stops, is rerouted by a modification of its own.
    """

    type: Literal["reroute"] = "reroute"
    from_stop: str = Field(description="Last stop before the change / 改线前最后一站")
    to_stop: str = Field(description="First stop after the change / 改线后第一站")
    via: tuple[str | NewStop, ...] = Field(
        (), description="Stops between, in order: ids, or new stops / 途经站点：编号或新站"
    )
    run_s: tuple[int, ...] = Field(
        (),
        description="Seconds from stop to stop, one more than `via` / 逐段运行时间（秒），比途经站多一段",
    )
    speed_kmh: float | None = Field(
        None, gt=0, le=400,
        description="Instead: running speed on the straight line from stop to stop, km/h"
        " / 或给站间直线距离上的运行速度，公里/小时",
    )  # fmt: skip
    dwell_s: int = Field(
        20, ge=0, le=600, description="Dwell at a stop between, s / 停站时间（秒）"
    )

    @model_validator(mode="after")
    def _times(self) -> "Reroute":
        if bool(self.run_s) == (self.speed_kmh is not None):
            raise Wrong(
                Text("run_s 与 speed_kmh 须给出且只给其一", "give either `run_s` or `speed_kmh`")
            )
        legs = len(self.via) + 1
        if self.run_s and (len(self.run_s) != legs or min(self.run_s) < 1):
            raise Wrong(
                Text(
                    f"run_s 须为 {legs} 个正整数，即每段一个",
                    f"`run_s` needs {legs} positive numbers, one for each run from stop to stop",
                )
            )
        named = [self.from_stop, *(self.stop_ids()), self.to_stop]
        if any(a == b for a, b in itertools.pairwise(named)):
            raise Wrong(Text("连续两次经停同一站", "it calls twice in a row at a stop"))
        return self

    @property
    def summary(self) -> Text:
        """Say how it is led."""
        shown, via = self.shown, self.stop_ids()
        part = f"{self.from_stop}–{self.to_stop}"
        if not via:
            return Text(f"{shown.zh} 在 {part} 间直达", f"{shown.en} runs {part} without a stop")
        return Text(
            f"{shown.zh} 在 {part} 间改经 {'、'.join(via)}",
            f"{shown.en} runs {part} by way of {', '.join(via)}",
        )

    def touches(self, city: City) -> Touches:
        """Return the runs and calls replaced, the stops added, and what is needed."""
        part = (self.from_stop, self.to_stop)

        def left_out(stops: list[str]) -> list[str]:
            found = within(stops, part)
            return stops[found[0] + 1 : found[1]] if found else []

        kept = {s for s in self.via if isinstance(s, str)} | {*part}
        return Touches(
            adds=objects("stops", [s.id for s in self._fresh()]),
            changes=frozenset((*self.legs(city, part), *self.calls(city, left_out))),
            needs=objects("routes", [self.route]) | objects("stops", kept),
        )

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check route, hours, stops and positions."""
        part = (self.from_stop, self.to_stop)
        named = [*part, *(s for s in self.via if isinstance(s, str))]
        found = self.unknown_runs(draft) + self.unknown_stops(draft, named)
        for stop in self._fresh():
            taken = Text("站点编号 {key} 已存在", "stop id {key} exists already")
            found += taken_id(taken, "stops", stop.id, draft)
            found += outside(stop.lon, stop.lat, stop.id, draft)
        return found or not_served(self.runs(draft), part, self.route)

    def apply(self, draft: Draft) -> None:
        """Add the new stops and replace the calls between the two stops on every trip meant."""
        part = (self.from_stop, self.to_stop)
        draft.append(
            "stops",
            [
                {"id": s.id, "name": s.name or s.id, "wheelchair": 0, "geometry": point(s.lon, s.lat)}
                for s in self._fresh()
            ],
        )  # fmt: skip
        trips = self.chosen(draft, serving(self.runs(draft), part))
        times = draft.table("stop_times")
        here = times["trip"].isin(trips)
        ordered = times[here].sort_values(["trip", "sequence"])
        legs = self._legs(draft)
        rows = [
            row
            for _, calls in ordered.groupby("trip", sort=True)
            for row in self._led(calls.to_dict("records"), legs)
        ]
        draft.keep("stop_times", ~here)
        draft.append("stop_times", list(rows))
        self._draw(draft, trips)

    def stop_ids(self) -> list[str]:
        """Return the ids of the stops between."""
        return [s if isinstance(s, str) else s.id for s in self.via]

    def _fresh(self) -> list[NewStop]:
        return [s for s in self.via if isinstance(s, NewStop)]

    def _legs(self, draft: Draft) -> list[int]:
        if self.run_s:
            return list(self.run_s)
        assert self.speed_kmh is not None
        lon, lat = np.array(self._points(draft)).T
        metres = Geod(ellps="WGS84").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
        return [max(1, int(np.ceil(m / (self.speed_kmh / 3.6)))) for m in metres]

    def _points(self, draft: Draft) -> list[tuple[float, float]]:
        where = draft.table("stops").set_index("id")["geometry"]
        named = [self.from_stop, *self.stop_ids(), self.to_stop]
        return [(float(where[s].x), float(where[s].y)) for s in named]

    def _led(self, calls: list[dict[str, Any]], legs: list[int]) -> list[dict[str, Any]]:
        """Return the calls of one trip as it now runs."""
        found = within([str(c["stop"]) for c in calls], (self.from_stop, self.to_stop))
        assert found is not None
        low, high = found
        clock = int(calls[low]["departure_s"])
        between: list[dict[str, Any]] = []
        for stop, leg in zip(self.stop_ids(), legs, strict=False):
            arrival = clock + leg
            clock = arrival + self.dwell_s
            between.append(
                {**calls[low], "stop": stop, "arrival_s": arrival, "departure_s": clock,
                 "pickup": True, "dropoff": True}
            )  # fmt: skip
        later = clock + legs[-1] - int(calls[high]["arrival_s"])
        rest = [
            {**c, "arrival_s": c["arrival_s"] + later, "departure_s": c["departure_s"] + later}
            for c in calls[high:]
        ]
        led = [*calls[: low + 1], *between, *rest]
        return [{**c, "sequence": i} for i, c in enumerate(led, start=1)]

    def _draw(self, draft: Draft, trips: list[str]) -> None:
        """Give the trips that have a shape one that runs straight over the new stops."""
        table, shapes = draft.table("trips"), draft.table("shapes")
        here = table["id"].isin(trips)
        lines = dict(zip(shapes["id"].astype(str), shapes["geometry"], strict=True))
        new = {}
        for old in table.loc[here & table["shape"].isin(lines), "shape"].astype(str).unique():
            new[old] = f"{old}~{self.from_stop}~{self.to_stop}"
        if not new:
            return
        straight = LineString(self._points(draft))
        draft.append(
            "shapes",
            [
                {"id": fresh, "geometry": _over(lines[old], straight)}
                for old, fresh in new.items()
                if fresh not in lines
            ],
        )
        shape = table["shape"].copy()
        moved = here & shape.isin(new)
        shape[moved] = shape[moved].map(new)
        draft.put("trips", "shape", shape)


def _over(line: LineString, part: LineString) -> LineString:
    """Return a line that leaves another where `part` begins and comes back where it ends."""
    ends = [shapely.Point(part.coords[i]) for i in (0, -1)]
    low, high = (line.project(p) for p in ends)
    if low >= high:
        return part
    before, after = substring(line, 0, low), substring(line, high, line.length)
    points = [*before.coords, *part.coords, *after.coords]
    return LineString([p for i, p in enumerate(points) if i == 0 or p != points[i - 1]])
