"""Change how often a route runs in given periods, keeping its branches in proportion."""

from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field, field_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import BaseModification, Draft, Touches, objects, unknown_id
from chengce.models.modifications.periods import Headway, check_periods, describe
from chengce.models.modifications.stops import remove_trips


class ChangeHeadway(BaseModification):
    """Change a headway 调整发车间隔.

    Within each period, departures of the route from their first stop are replaced by one vehicle
    per headway and direction on every date on which it runs then. A service, and within it a stop
    pattern, keeps its share of the departures of the dates it runs on, and the running times of
    its median trip. Patterns keep no time between them: branches do not alternate evenly on a
    common trunk. Outside the periods nothing changes. Where the data give no direction, patterns
    that head the same way as the first belong together.
    """

    type: Literal["change_headway"] = "change_headway"
    route: str = Field(description="Id of the route / 线路编号")
    headways: tuple[Headway, ...] = Field(
        min_length=1, description="Headways by period / 分时段间隔"
    )

    _ordered = field_validator("headways")(staticmethod(check_periods))

    @property
    def summary(self) -> Text:
        """Say what changes."""
        every = describe(self.headways)
        return Text(f"线路 {self.route} 间隔改为 {every.zh}", f"route {self.route} runs {every.en}")

    def touches(self, city: City) -> Touches:
        """Return the route changed."""
        return Touches(changes=objects("routes", [self.route]))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the route exists and runs in every period."""
        found = unknown_id(
            Text("没有线路 {key}", "there is no route {key}"), "routes", self.route, draft
        )
        if found:
            return found
        runs = _departures(draft, self.route)
        for period in self.headways:
            if not _overlap(runs, period).gt(0).any():
                found.append(
                    Problem(
                        "headway_without_service",
                        Text(
                            f"线路 {self.route} 在 {period.start}–{period.end} 没有班次，无从确定停站和运行时间",
                            f"route {self.route} has no departure in {period.start}–{period.end}, "
                            "so there is no pattern to run",
                        ),
                        Text("缩小时段，或用 add_line 新增", "shorten the period, or use add_line"),
                        column=self.route,
                    )
                )
        return found

    def apply(self, draft: Draft) -> None:
        """Replace the departures in each period by frequencies of median trips."""
        for number, period in enumerate(self.headways):
            self._replace(draft, period, number)

    def _replace(self, draft: Draft, period: Headway, number: int) -> None:
        runs = _departures(draft, self.route)
        runs = runs.assign(n=_overlap(runs, period))
        inside = runs[runs["n"] > 0]
        together = _running_together(draft, inside)
        plans: list[tuple[str, str, int]] = []
        for (service, direction), way in inside.groupby(["service", "direction"], sort=True):
            for _, pattern in way.groupby("pattern", sort=True):
                ordered = pattern.sort_values(["duration", "trip"])
                template = str(ordered["trip"].iloc[(len(ordered) - 1) // 2])
                share = float(pattern["n"].sum() / together[service, direction])
                fresh = f"{template}~{period.start}~{number}"
                plans.append((template, fresh, max(1, round(period.headway_s / share))))
        for template, fresh, headway_s in plans:
            _copy_trip(draft, template, fresh, period, headway_s)
        _clear(draft, inside, period)


def _departures(draft: Draft, route: str) -> pd.DataFrame:
    """Return one row per departure (or frequency row): trip, service, direction, pattern, start."""
    trips = draft.table("trips")
    trips = trips[trips["route"] == route]
    times = draft.table("stop_times")
    times = times[times["trip"].isin(trips["id"])].sort_values(["trip", "sequence"])
    grouped = times.groupby("trip", sort=True)
    facts = pd.DataFrame(
        {
            "start_s": grouped["departure_s"].first(),
            "duration": grouped["arrival_s"].last() - grouped["departure_s"].first(),
            "pattern": grouped["stop"].agg("\x1f".join),
        }
    ).reset_index()
    facts = facts.merge(
        trips[["id", "service", "direction"]].rename(columns={"id": "trip"}), on="trip"
    )
    facts["direction"] = facts["direction"].fillna(_headings(draft, facts)).astype(int)
    often = draft.table("frequencies").rename(columns={"start_s": "from_s", "end_s": "to_s"})
    facts = facts.merge(often[["trip", "from_s", "to_s", "headway_s"]], on="trip", how="left")
    single = facts["from_s"].isna()
    facts["from_s"] = facts["from_s"].where(~single, facts["start_s"]).astype(int)
    facts["to_s"] = facts["to_s"].where(~single, facts["start_s"] + 1).astype(int)
    facts["headway_s"] = facts["headway_s"].where(~single, 1).astype(int)
    return facts.assign(single=single)


def _headings(draft: Draft, facts: pd.DataFrame) -> "pd.Series[int]":
    """Return 0 for trips that head the same way as the first, 1 for those that come back."""
    if not len(facts):
        return pd.Series([], index=facts.index, dtype=int)
    ends = facts["pattern"].str.split("\x1f")
    stops = draft.table("stops").set_index("id")["geometry"]
    first, last = stops.reindex(ends.str[0]), stops.reindex(ends.str[-1])
    east = last.x.to_numpy() - first.x.to_numpy()
    north = last.y.to_numpy() - first.y.to_numpy()
    same = east * east[0] + north * north[0]
    return pd.Series(np.where(same < 0, 1, 0), index=facts.index)


def _running_together(draft: Draft, inside: pd.DataFrame) -> dict[tuple[Any, Any], float]:
    """Return, by service and direction, the departures of all services on the dates it runs.

    Averaged over its dates; a service that shares no date with another has its own departures.
    """
    own = inside.groupby(["service", "direction"])["n"].sum().reset_index()
    dated = own.merge(draft.table("services"), on="service")
    dated["day"] = dated.groupby(["direction", "date"])["n"].transform("sum")
    mean = dated.groupby(["service", "direction"])["day"].mean()
    return {(s, d): float(mean.get((s, d), n)) for s, d, n in own.itertuples(index=False)}


def _overlap(runs: pd.DataFrame, period: Headway) -> "pd.Series[float]":
    seconds = np.minimum(runs["to_s"], period.end_s) - np.maximum(runs["from_s"], period.start_s)
    return (seconds.clip(lower=0) / runs["headway_s"]).astype(float)


def _copy_trip(draft: Draft, template: str, fresh: str, period: Headway, headway_s: int) -> None:
    trips, times = draft.table("trips"), draft.table("stop_times")
    row = trips[trips["id"] == template].iloc[0].to_dict()
    draft.append("trips", [{**row, "id": fresh}])
    calls = times[times["trip"] == template].sort_values("sequence")
    start = int(calls["departure_s"].iloc[0])
    shifted: list[dict[str, Any]] = [
        {**call, "trip": fresh, "arrival_s": max(0, call["arrival_s"] - start),
         "departure_s": call["departure_s"] - start}
        for call in calls.to_dict("records")
    ]  # fmt: skip
    draft.append("stop_times", list(shifted))
    draft.append(
        "frequencies",
        [{"trip": fresh, "start_s": period.start_s, "end_s": period.end_s, "headway_s": headway_s,
          "exact": False}],
    )  # fmt: skip


def _clear(draft: Draft, inside: pd.DataFrame, period: Headway) -> None:
    """Remove single trips of the period and clip the frequencies that overlap it."""
    remove_trips(draft, inside.loc[inside["single"], "trip"].unique().tolist())
    often = inside[~inside["single"]]
    if not len(often):
        return
    table = draft.table("frequencies")
    keys = set(zip(often["trip"], often["from_s"], strict=True))
    hit = [(t, s) in keys for t, s in zip(table["trip"], table["start_s"], strict=True)]
    clipped = table[pd.Series(hit, index=table.index)].to_dict("records")
    draft.keep("frequencies", ~pd.Series(hit, index=table.index))
    rest = []
    for row in clipped:
        if row["start_s"] < period.start_s:
            rest.append({**row, "end_s": min(row["end_s"], period.start_s)})
        if row["end_s"] > period.end_s:
            late = max(0, period.end_s - row["start_s"])
            steps = -(-late // row["headway_s"])
            start = row["start_s"] + steps * row["headway_s"]
            if start < row["end_s"]:
                rest.append({**row, "start_s": start})
    if rest:
        draft.append("frequencies", list(rest))
    left = set(draft.table("frequencies")["trip"])
    remove_trips(draft, [t for t in often["trip"].unique() if t not in left])
