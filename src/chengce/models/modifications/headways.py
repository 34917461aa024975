"""Change how often a route runs in given periods, keeping its branches in proportion."""

from typing import Literal

import pandas as pd
from pydantic import Field, field_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import BaseModification, Draft, Touches, objects, unknown_id
from chengce.models.modifications.periods import Headway, check_periods, describe
from chengce.models.modifications.route_runs import (
    copy_trip,
    departures,
    median_trip,
    overlap,
    running_together,
)
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
        runs = departures(draft, self.route)
        for period in self.headways:
            if not overlap(runs, period.start_s, period.end_s).gt(0).any():
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
        runs = departures(draft, self.route)
        runs = runs.assign(n=overlap(runs, period.start_s, period.end_s))
        inside = runs[runs["n"] > 0]
        together = running_together(draft, inside)
        plans: list[tuple[str, str, int]] = []
        for (service, direction), way in inside.groupby(["service", "direction"], sort=True):
            for _, pattern in way.groupby("pattern", sort=True):
                template = median_trip(pattern)
                share = float(pattern["n"].sum() / together[service, direction])
                fresh = f"{template}~{period.start}~{number}"
                plans.append((template, fresh, max(1, round(period.headway_s / share))))
        for template, fresh, headway_s in plans:
            copy_trip(draft, template, fresh, [period.row(headway_s)], from_zero=True)
        _clear(draft, inside, period)


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
