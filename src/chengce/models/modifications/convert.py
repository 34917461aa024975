"""Run a route by headway: frequencies by period take the place of all its trips."""

from typing import Literal

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

_EVER = 10**9  # s; later than any departure


class ConvertToFrequency(BaseModification):
    """Convert to frequency 改为按间隔运行.

    All trips of the route are replaced, on every date it runs: outside the periods it does not
    run any more. Each direction and stop pattern keeps its share of the day's departures, and the
    running times of its median trip.
    """

    type: Literal["convert_to_frequency"] = "convert_to_frequency"
    route: str = Field(description="Id of the route / 线路编号")
    headways: tuple[Headway, ...] = Field(
        min_length=1, description="Headways by period / 分时段间隔"
    )

    _ordered = field_validator("headways")(staticmethod(check_periods))

    @property
    def summary(self) -> Text:
        """Say how it runs."""
        every = describe(self.headways)
        return Text(
            f"线路 {self.route} 改为按间隔运行：{every.zh}",
            f"route {self.route} runs by headway only: {every.en}",
        )

    def touches(self, city: City) -> Touches:
        """Return the route changed and the trips replaced."""
        trips = city.table("trips")
        own = trips.loc[trips["route"] == self.route, "id"].astype(str)
        return Touches(changes=objects("routes", [self.route]), removes=objects("trips", own))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the route exists and has a trip to take the running times from."""
        found = unknown_id(
            Text("没有线路 {key}", "there is no route {key}"), "routes", self.route, draft
        )
        if found or len(departures(draft, self.route)):
            return found
        return [
            Problem(
                "route_without_departures",
                Text(
                    f"线路 {self.route} 没有班次，无从确定停站和运行时间",
                    f"route {self.route} has no departure, so there is no pattern to run",
                ),
                Text("用 add_line 新增线路", "use add_line"),
                column=self.route,
            )
        ]

    def apply(self, draft: Draft) -> None:
        """Replace the trips by one trip by headway for each service, direction and pattern."""
        runs = departures(draft, self.route)
        runs = runs.assign(n=overlap(runs, 0, _EVER))
        together = running_together(draft, runs)
        for (service, direction), way in runs.groupby(["service", "direction"], sort=True):
            for _, pattern in way.groupby("pattern", sort=True):
                template = median_trip(pattern)
                share = float(pattern["n"].sum() / together[service, direction])
                rows = [h.row(max(1, round(h.headway_s / share))) for h in self.headways]
                copy_trip(draft, template, f"{template}~headway", list(rows), from_zero=True)
        remove_trips(draft, runs["trip"].astype(str).unique().tolist())
