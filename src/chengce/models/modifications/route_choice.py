"""Let a modification say which vehicles of a route it means: by direction, hours and stops."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import (
    BaseModification,
    Draft,
    Object,
    listed,
    objects,
    unknown_id,
)
from chengce.models.modifications.route_runs import SEPARATOR, departures, isolate, leaving
from chengce.models.modifications.service_hours import SERVICE_HOURS, ServiceHours, span

RUN, DWELL = "stop_times.run", "stop_times.dwell"  # attributes conflicts are read off
Ints = NDArray[np.int64]
Retime = Callable[[list[str], Ints, Ints], tuple[Ints, Ints]]


class RouteChoice(BaseModification):
    """A modification of the vehicles of a route."""

    route: str = Field(description="Id of the route / 线路编号")
    direction: Literal[0, 1] | None = Field(
        None, description="Direction; both if left out / 方向，省略即双向"
    )
    hours: ServiceHours | None = Field(None, description=SERVICE_HOURS)

    @property
    def shown(self) -> Text:
        """Name the vehicles in a summary."""
        way = "" if self.direction is None else f"（方向 {self.direction}）"
        to = "" if self.direction is None else f" in direction {self.direction}"
        at, clock = ("", "") if self.hours is None else (
            f" {self.hours[0]}–{self.hours[1]}", f" ({self.hours[0]}–{self.hours[1]})",
        )  # fmt: skip
        return Text(f"线路 {self.route}{way}{at}", f"route {self.route}{to}{clock}")

    @property
    def span(self) -> tuple[int, int] | None:
        """Return the hours in seconds."""
        return None if self.hours is None else span(self.hours)

    def runs(self, draft: Draft) -> pd.DataFrame:
        """Return the departures meant, one row each (see `route_runs.departures`)."""
        runs = departures(draft, self.route)
        if self.direction is not None:
            runs = runs[runs["direction"] == self.direction]
        return leaving(runs, self.span)

    def chosen(self, draft: Draft, runs: pd.DataFrame) -> list[str]:
        """Return the trips of these runs that run at the hours, parted from what runs outside."""
        return isolate(draft, runs, self.span)

    def unknown_runs(self, draft: Draft) -> list[Problem]:
        """Return a problem if the route does not exist or nothing of it is meant."""
        found = unknown_id(
            Text("没有线路 {key}", "there is no route {key}"), "routes", self.route, draft
        )
        if found or len(self.runs(draft)):
            return found
        every = departures(draft, self.route)
        shown = self.shown
        return [
            Problem(
                "route_without_departures",
                Text(f"{shown.zh} 没有班次", f"no departure of {shown.en}"),
                _there_are(every),
                column=self.route,
            )
        ]

    def unknown_stops(self, draft: Draft, stops: Sequence[str]) -> list[Problem]:
        """Return a problem for every stop that does not exist."""
        what = Text("没有站点 {key}", "there is no stop {key}")
        return [p for stop in stops for p in unknown_id(what, "stops", stop, draft)]

    def legs(self, city: City, part: tuple[str, str] | None) -> tuple[Object, ...]:
        """Return the runs from stop to stop that are meant, as objects conflicts are read off."""
        keys = []
        for clock, stops in self._clocks(city):
            found = within(stops, part)
            if found is not None:
                low, high = found
                keys += [
                    f"{self.route} {clock} {stops[i]}→{stops[i + 1]}" for i in range(low, high)
                ]
        return tuple(objects(RUN, keys))

    def calls(self, city: City, wanted: Callable[[list[str]], list[str]]) -> tuple[Object, ...]:
        """Return the calls at the stops `wanted` names of a pattern, as objects."""
        keys = [
            f"{self.route} {clock} {stop}"
            for clock, stops in self._clocks(city)
            for stop in wanted(stops)
        ]
        return tuple(objects(DWELL, keys))

    def _clocks(self, city: City) -> list[tuple[str, list[str]]]:
        """Return the clock time and stops of each departure meant."""
        span = self.span or (0, np.iinfo(np.int32).max)
        out = []
        for row in self.runs(Draft(city)).itertuples(index=False):
            stops = str(row.pattern).split(SEPARATOR)
            for at in range(int(row.from_s), int(row.to_s), int(row.headway_s)):
                if span[0] <= at < span[1]:
                    out.append((f"{at // 3600:02d}:{at // 60 % 60:02d}", stops))
        return out


def within(stops: list[str], part: tuple[str, str] | None) -> tuple[int, int] | None:
    """Return the places of the two stops of a part in a pattern, None if not called at in order.

    Where a stop is called at twice, the shortest part that comes first is meant.
    """
    if part is None:
        return 0, len(stops) - 1
    start, end = part
    if start not in stops or end not in stops[stops.index(start) + 1 :]:
        return None
    high = stops.index(end, stops.index(start) + 1)
    low = max(i for i in range(high) if stops[i] == start)
    return low, high


def serving(runs: pd.DataFrame, part: tuple[str, str] | None) -> pd.DataFrame:
    """Return the departures that call at the two stops of a part in this order."""
    keep = [within(p.split(SEPARATOR), part) is not None for p in runs["pattern"].astype(str)]
    return runs[np.array(keep, dtype=bool)]


def not_served(runs: pd.DataFrame, part: tuple[str, str], route: str) -> list[Problem]:
    """Return a problem if no departure calls at the two stops of a part in this order."""
    if len(serving(runs, part)):
        return []
    back = len(serving(runs, part[::-1])) > 0
    pattern = str(runs["pattern"].mode().iloc[0]).split(SEPARATOR)
    return [
        Problem(
            "section_not_served",
            Text(
                f"线路 {route} 所选班次没有依次停靠 {part[0]} 与 {part[1]}",
                f"none of the vehicles of route {route} calls at {part[0]} and then at {part[1]}",
            ),
            Text("两站顺序相反，请对调", "they call in the other order: exchange the two")
            if back
            else stops_of(pattern),
            column=part[0],
        )
    ]


def stops_of(pattern: Sequence[str]) -> Text:
    """Return the stops of a pattern as a remedy."""
    there = listed(pattern)
    return Text(f"依次停靠的站点：{there.zh.removeprefix('现有：')}",
                f"it calls at: {there.en.removeprefix('there are: ')}")  # fmt: skip


def retime(draft: Draft, trips: Sequence[str], change: Retime) -> None:
    """Set arrivals and departures of trips: `change` maps stops and times of one to new times."""
    times = draft.table("stop_times")
    here = times[times["trip"].isin(trips)].sort_values(["trip", "sequence"])
    arrival = times["arrival_s"].to_numpy(np.int64, copy=True)
    departure = times["departure_s"].to_numpy(np.int64, copy=True)
    place = pd.Series(np.arange(len(times)), index=times.index).loc[here.index].to_numpy()
    names = here["trip"].to_numpy(dtype=object)
    stops = here["stop"].astype(str).tolist()
    cuts = [i for i in range(len(names)) if i == 0 or names[i] != names[i - 1]]
    for low, high in pairwise([*cuts, len(names)]):
        at = place[low:high]
        arrival[at], departure[at] = change(stops[low:high], arrival[at], departure[at])
    draft.put("stop_times", "arrival_s", arrival.astype(times["arrival_s"].dtype))
    draft.put("stop_times", "departure_s", departure.astype(times["departure_s"].dtype))


def _there_are(runs: pd.DataFrame) -> Text:
    if not len(runs):
        return Text("该线路没有任何班次", "the route has no departures at all")
    zh, en = [], []
    for direction, way in runs.groupby("direction"):
        low, high = int(way["from_s"].min()), int(way["to_s"].max())
        hours = f"{low // 3600:02d}:{low // 60 % 60:02d}–{high // 3600:02d}:{high // 60 % 60:02d}"
        zh.append(f"方向 {direction}：{hours}")
        en.append(f"direction {direction}: {hours}")
    return Text(f"现有班次：{'；'.join(zh)}", f"there are departures: {'; '.join(en)}")
