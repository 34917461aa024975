"""State one question of travel times: options of the trip, the points, and the answer."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import Problem, raise_if_any
from chengce.core.text import Text
from chengce.engine.streets.gates import GateRules
from chengce.engine.streets.graph import KNOWN

Unknown = Literal["use", "avoid"]


def street_profile(profile: str, unknown: Unknown) -> str:
    """Return the profile of the streets: a wheelchair that avoids what is unknown has its own."""
    return KNOWN if profile == "wheelchair" and unknown == "avoid" else profile


@dataclass(frozen=True)
class TripOptions:
    """What a door-to-door trip may do; times in s, the date as "YYYY-MM-DD".

    Departures leave every `step_s` in [start_s, start_s + window_s). `max_access_s`,
    `max_egress_s`, `max_transfer_s` limit each walk to, from and between vehicles, `max_direct_s`
    the walk without any vehicle. `transfer_slack_s` is added at each transfer. `wheelchair` keeps
    to its streets and does not use trips or stops marked as not accessible; what is not known to be
    accessible or not (streets, gates, entrances, stops, trips) it may `use` or must `avoid`: the
    two bound what a wheelchair user can reach. `max_fare`: the most
    the rides of a trip may cost, in the city's money; None = no limit.
    """

    date: str
    start_s: int
    window_s: int
    step_s: int = 60
    percentiles: tuple[int, ...] = (50,)
    max_access_s: int = 1200
    max_egress_s: int = 1200
    max_transfer_s: int = 1200
    max_direct_s: int = 3600
    max_boardings: int = 3
    max_trip_s: int = 7200
    transfer_slack_s: int = 0
    speed_mps: float = 1.2
    slope_effect: float = 1.0
    profile: Literal["walk", "wheelchair"] = "walk"
    unknown: Unknown = "use"
    snap_limit_m: float = 400.0
    gate_tolerance_m: float = 20.0
    max_fare: float | None = None

    @property
    def departures(self) -> int:
        """Number of departures in the window."""
        return -(-self.window_s // self.step_s)

    @property
    def last_s(self) -> int:
        """Latest second any trip of the window may still be under way."""
        return self.start_s + self.window_s + self.max_trip_s

    @property
    def street_profile(self) -> str:
        """The profile of the streets."""
        return street_profile(self.profile, self.unknown)

    @property
    def gates(self) -> GateRules:
        """How gates are read: open through the window of departures."""
        return GateRules(self.gate_tolerance_m, (self.start_s, self.start_s + self.window_s))

    def ranks(self) -> NDArray[np.int64]:
        """Return the nearest rank of each percentile, 1-based: ceil(p / 100 · departures)."""
        p = np.array(self.percentiles, np.int64)
        return np.maximum(-(-p * self.departures // 100), 1)

    def check(self) -> None:
        """Raise one `ChengceError` with every option out of its range."""
        problems = [
            _outside(name, getattr(self, name), f"≥ {low}")
            for name, low in _LOWEST.items()
            if not getattr(self, name) >= low
        ]
        if self.max_fare is not None and not self.max_fare >= 0:
            problems.append(_outside("max_fare", self.max_fare, "≥ 0"))
        if not self.speed_mps > 0:
            problems.append(_outside("speed_mps", self.speed_mps, "> 0"))
        if not self.percentiles or not all(0 <= p <= 100 for p in self.percentiles):
            problems.append(_outside("percentiles", self.percentiles, "0 … 100"))
        if self.profile not in ("walk", "wheelchair"):
            problems.append(_outside("profile", self.profile, "walk, wheelchair"))
        if self.unknown not in ("use", "avoid"):
            problems.append(_outside("unknown", self.unknown, "use, avoid"))
        try:
            calendar_date.fromisoformat(self.date)
        except ValueError:
            problems.append(_outside("date", self.date, "YYYY-MM-DD"))
        raise_if_any(problems)


_LOWEST = {
    "start_s": 0,
    "window_s": 1,
    "step_s": 1,
    "max_access_s": 0,
    "max_egress_s": 0,
    "max_transfer_s": 0,
    "max_direct_s": 0,
    "max_boardings": 0,
    "max_trip_s": 0,
    "transfer_slack_s": 0,
    "slope_effect": 0,
    "snap_limit_m": 0,
    "gate_tolerance_m": 0,
}


def _outside(name: str, value: object, allowed: str) -> Problem:
    return Problem(
        "trip_option_invalid",
        Text(
            f"出行参数 {name} 的取值 {value} 超出允许范围",
            f"trip option {name} = {value} is invalid",
        ),
        Text(f"允许范围：{allowed}", f"allowed: {allowed}"),
        column=name,
    )


@dataclass(frozen=True)
class Points:
    """Named points in degrees (WGS-84); the arrays have one entry per id.

    `before`: the same points as the base city of a scenario has them; None = these themselves.
    """

    ids: Sequence[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    before: "Points | None" = None

    @cached_property
    def digest(self) -> str:
        """Hash of the ids and places."""
        found = hashlib.sha256("\0".join(map(str, self.ids)).encode())
        for degrees in (self.lon, self.lat):
            found.update(np.ascontiguousarray(degrees, np.float64).tobytes())
        return found.hexdigest()

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class TravelTimes:
    """Door-to-door times: `seconds` int32[percentiles, origins, destinations], INF = not reached.

    The p-th percentile is the smallest T such that at least p % of the departures take ≤ T
    (nearest rank; a departure without a trip within the limit sorts last). Points and stops off
    the network are listed with the metres to the nearest usable street; they are not reached.
    `seconds` may be mapped into memory, read-only, from a file in `folder`.
    """

    seconds: NDArray[np.int32]
    percentiles: tuple[int, ...]
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    unsnapped_origins: tuple[tuple[str, float], ...] = ()
    unsnapped_destinations: tuple[tuple[str, float], ...] = ()
    unsnapped_stops: tuple[tuple[str, float], ...] = ()
    folder: Path | None = None
