"""Change how long vehicles of a route run between stops: by their speed, or by seconds."""

from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import Draft, Touches, objects
from chengce.models.modifications.route_choice import (
    Ints,
    RouteChoice,
    not_served,
    retime,
    serving,
    within,
)


class ChangeRunningTime(RouteChoice):
    """Change running times 调整运行时分.

    Times between stops change, dwells stay; what follows on the trip moves by the difference, and
    vehicles leave their first stop when they did. Seconds are shared out over the part in
    proportion to its running times, and the sum is exact. Vehicles that do not call at both stops
    in this order stay as they are.
    """

    type: Literal["change_running_time"] = "change_running_time"
    from_stop: str | None = Field(
        None,
        description="First stop of the part; the whole line if left out / 区段起站，省略即全线",
    )
    to_stop: str | None = Field(None, description="Last stop of the part / 区段终站")
    speed_factor: float | None = Field(
        None, gt=0, le=10, description="Times today's running speed / 相对现状运行速度的倍数"
    )
    add_s: int | None = Field(
        None, ge=-36000, le=36000,
        description="Seconds added to the part; negative: saved / 区段增加的秒数，负数为减少",
    )  # fmt: skip

    @model_validator(mode="after")
    def _complete(self) -> "ChangeRunningTime":
        if (self.from_stop is None) != (self.to_stop is None):
            raise Wrong(
                Text(
                    "from_stop 与 to_stop 须同时给出；全线调整请都省去",
                    "give `from_stop` and `to_stop` together, or neither for the whole line",
                )
            )
        if (self.speed_factor is None) == (self.add_s is None):
            raise Wrong(
                Text(
                    "speed_factor 与 add_s 须给出且只给其一",
                    "give either `speed_factor` or `add_s`",
                )
            )
        return self

    @property
    def part(self) -> tuple[str, str] | None:
        """Return the two stops, None for the whole line."""
        if self.from_stop is None or self.to_stop is None:
            return None
        return self.from_stop, self.to_stop

    @property
    def summary(self) -> Text:
        """Say what changes."""
        shown, part = self.shown, self.part
        zh = f"{shown.zh} {part[0]}–{part[1]} " if part else f"{shown.zh} "
        en = f"{shown.en}, {part[0]} to {part[1]}" if part else shown.en
        if self.speed_factor is not None:
            return Text(
                f"{zh}运行速度为现状的 {self.speed_factor:g} 倍",
                f"{en}: running speed times {self.speed_factor:g}",
            )
        return Text(f"{zh}运行时分 {self.add_s:+d} 秒", f"{en}: running time {self.add_s:+d} s")

    def touches(self, city: City) -> Touches:
        """Return the running times changed, and the route and stops needed."""
        return Touches(
            changes=frozenset(self.legs(city, self.part)),
            needs=objects("routes", [self.route]) | objects("stops", self.part or ()),
        )

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check route, hours and stops, and that no running time falls below 0."""
        found = self.unknown_runs(draft) + self.unknown_stops(draft, self.part or ())
        if found:
            return found
        runs = self.runs(draft)
        if self.part is not None and (found := not_served(runs, self.part, self.route)):
            return found
        if self.add_s is None or self.add_s >= 0:
            return []
        least = self._least(draft, serving(runs, self.part)["trip"].astype(str).tolist())
        if least + self.add_s >= 0:
            return []
        return [
            Problem(
                "running_time_below_zero",
                Text(
                    f"线路 {self.route} 该区段运行时分最短仅 {least} 秒，不能减去 {-self.add_s} 秒",
                    f"the part of route {self.route} takes no more than {least} s on its quickest trip: "
                    f"{-self.add_s} s cannot be saved",
                ),
                Text("减少节省的秒数，或改用 speed_factor", "save less, or use `speed_factor`"),
                column="add_s",
            )
        ]

    def apply(self, draft: Draft) -> None:
        """Set the times of the trips meant."""
        if self.speed_factor == 1 or self.add_s == 0:
            return
        trips = self.chosen(draft, serving(self.runs(draft), self.part))
        retime(draft, trips, self._retimed)

    def _retimed(self, stops: list[str], arrival: Ints, departure: Ints) -> tuple[Ints, Ints]:
        found = within(stops, self.part)
        assert found is not None
        low, high = found
        run = arrival[low + 1 : high + 1] - departure[low:high]
        before = np.concatenate([[0], np.cumsum(run)])
        total = int(before[-1])
        if self.speed_factor is not None:
            after = np.rint(before / self.speed_factor).astype(np.int64)
        else:
            share = before / total if total else np.linspace(0.0, 1.0, len(before))
            after = before + np.rint(share * (self.add_s or 0)).astype(np.int64)
        later = after - before
        arrival, departure = arrival.copy(), departure.copy()
        arrival[low + 1 : high + 1] += later[1:]
        departure[low + 1 : high + 1] += later[1:]
        arrival[high + 1 :] += later[-1]
        departure[high + 1 :] += later[-1]
        return arrival, departure

    def _least(self, draft: Draft, trips: list[str]) -> int:
        """Return the least running time of the part among trips, seconds, dwells left out."""
        times = draft.table("stop_times")
        times = times[times["trip"].isin(trips)].sort_values(["trip", "sequence"])
        least = []
        for _, calls in times.groupby("trip"):
            low, high = within(calls["stop"].astype(str).tolist(), self.part) or (0, 0)
            arrival, departure = calls["arrival_s"].to_numpy(), calls["departure_s"].to_numpy()
            least.append(int((arrival[low + 1 : high + 1] - departure[low:high]).sum()))
        return min(least)
