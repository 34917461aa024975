"""Change how long vehicles of a route stand at stops."""

from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import Draft, Touches, objects
from chengce.models.modifications.route_choice import Ints, RouteChoice, retime, stops_of
from chengce.models.modifications.route_runs import SEPARATOR


class ChangeDwell(RouteChoice):
    """Change dwell times 调整停站时间.

    Vehicles stand between their first and last stop; what follows moves by the difference.
    """

    type: Literal["change_dwell"] = "change_dwell"
    stops: tuple[str, ...] = Field(
        (),
        description="Ids of stops; all between the ends if left out / 站点编号，省略即全部中间站",
    )
    dwell_s: int | None = Field(
        None, ge=0, le=3600, description="New dwell at each, s / 每站停站时间（秒）"
    )
    add_s: int | None = Field(
        None, ge=-3600, le=3600,
        description="Seconds added at each; negative: saved / 每站增加的秒数，负数为减少",
    )  # fmt: skip

    @model_validator(mode="after")
    def _one(self) -> "ChangeDwell":
        if (self.dwell_s is None) == (self.add_s is None):
            raise Wrong(
                Text("dwell_s 与 add_s 须给出且只给其一", "give either `dwell_s` or `add_s`")
            )
        return self

    @property
    def summary(self) -> Text:
        """Say what changes."""
        shown = self.shown
        at = Text(
            "、".join(self.stops) or "各中间站", ", ".join(self.stops) or "every stop between"
        )
        if self.dwell_s is not None:
            return Text(
                f"{shown.zh} 在{at.zh}停站 {self.dwell_s} 秒",
                f"{shown.en}: dwell {self.dwell_s} s at {at.en}",
            )
        return Text(
            f"{shown.zh} 在{at.zh}停站 {self.add_s:+d} 秒",
            f"{shown.en}: dwell {self.add_s:+d} s at {at.en}",
        )

    def touches(self, city: City) -> Touches:
        """Return the calls changed, and the route and stops needed."""
        return Touches(
            changes=frozenset(self.calls(city, lambda s: [s[i] for i in self._places(s)])),
            needs=objects("routes", [self.route]) | objects("stops", self.stops),
        )

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check route, hours and stops, and that no dwell falls below 0."""
        found = self.unknown_runs(draft) + self.unknown_stops(draft, self.stops)
        if found:
            return found
        runs = self.runs(draft)
        patterns = [str(p).split(SEPARATOR) for p in runs["pattern"].unique()]
        served = {stop for p in patterns for stop in p[1:-1]}
        for stop in self.stops or (() if served else ("",)):
            if stop not in served:
                found.append(_passed(self.route, stop, max(patterns, key=len)))
        short = 0 if found else self._short(draft, runs["trip"].astype(str).tolist())
        if short:
            found.append(
                Problem(
                    "dwell_below_zero",
                    Text(
                        f"线路 {self.route} 有 {short} 次停站不足 {-(self.add_s or 0)} 秒",
                        f"{short} calls of route {self.route} last less than {-(self.add_s or 0)} s",
                    ),
                    Text("改用 dwell_s 给出新的停站时间", "give the new dwell with `dwell_s`"),
                    column="add_s",
                )
            )
        return found

    def apply(self, draft: Draft) -> None:
        """Set the times of the trips meant."""
        if self.add_s != 0:
            retime(draft, self.chosen(draft, self.runs(draft)), self._retimed)

    def _retimed(self, stops: list[str], arrival: Ints, departure: Ints) -> tuple[Ints, Ints]:
        old = departure - arrival
        new = old.copy()
        at = self._places(stops)
        new[at] = old[at] + (self.add_s or 0) if self.dwell_s is None else self.dwell_s
        later = np.cumsum(new - old)
        return arrival + np.concatenate([[0], later[:-1]]), departure + later

    def _places(self, stops: list[str]) -> list[int]:
        inner = range(1, len(stops) - 1)
        return [i for i in inner if not self.stops or stops[i] in self.stops]

    def _short(self, draft: Draft, trips: list[str]) -> int:
        """Return how many calls are shorter than what is to be saved."""
        if self.add_s is None or self.add_s >= 0:
            return 0
        times = draft.table("stop_times")
        times = times[times["trip"].isin(trips)].sort_values(["trip", "sequence"])
        inner = times["trip"].eq(times["trip"].shift()) & times["trip"].eq(times["trip"].shift(-1))
        if self.stops:
            inner &= times["stop"].isin(self.stops)
        return int((times["departure_s"] - times["arrival_s"] + self.add_s < 0)[inner].sum())


def _passed(route: str, stop: str, pattern: list[str]) -> Problem:
    return Problem(
        "dwell_stop_not_served",
        Text(
            f"线路 {route} 所选班次中途不停 {stop}" if stop else f"线路 {route} 没有中间站",
            f"route {route} does not call at {stop} between its ends"
            if stop
            else f"route {route} has no stop between its ends",
        ),
        stops_of(pattern[1:-1] or pattern),
        column=stop or route,
    )
