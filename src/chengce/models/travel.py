"""Compute door-to-door times on a small design of walking speeds, to be interpolated by draw.

Walking speed is the uncertain assumption that changes travel times. Matrices are computed at up
to five of its quantiles (the central one included); a draw lies between two of them, linear in
pace. The error of that interpolation is measured halfway between two of them.
"""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.city.assumptions import Assumption
from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.cost import Cost
from chengce.core.groups import PROFILE_TITLES
from chengce.core.provenance import content_hash
from chengce.core.text import Text
from chengce.engine.kernels.limits import INF
from chengce.engine.matrix import Points, TripOptions, estimate_matrix, travel_times
from chengce.models.noise import scalar
from chengce.models.trip_options import MINUTE_S, trip_options
from chengce.models.trips import TripParams

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
TAIL = 0.005  # a normal distribution has no end: its design stops here, draws beyond are held
SPREAD = (25, 50, 75)
TWENTIETHS = tuple(range(5, 101, 5))  # of 20 departures, these percentiles are all of them
_TABLES = (
    "streets",
    "stops",
    "trips",
    "routes",
    "stop_times",
    "services",
    "frequencies",
    "transfers",
    "entrances",
    "compounds",
    "gates",
    "on_demand",
    "elevation",
)
_FARES = ("fares", "fare_routes", "fare_transfers", "fare_system")  # read where a budget is given


@dataclass(frozen=True)
class DoorTimes:
    """Door-to-door seconds of one profile.

    `times` int32[design, origins, points]; draw d lies `share[d]` of the way from design point
    `below[d]` to the next. `spread` int32[percentiles, origins, points] at the central speed, over
    departure time. `departures` uint8[design, cutoffs, origins, points]: how many of 20 departures
    arrive within each cutoff, empty unless asked for. `error_min` is the mean absolute
    interpolation error at the speed left out (NaN if not measured); `unsnapped`, `unsnapped_ends`
    and `unsnapped_stops` list origins, destinations and stops off the network with their distance
    in metres.
    """

    times: NDArray[np.int32]
    below: NDArray[np.int64]
    share: NDArray[np.float64]
    spread: NDArray[np.int32]
    departures: NDArray[np.uint8]
    error_min: float
    unsnapped: tuple[tuple[str, float], ...]
    unsnapped_ends: tuple[tuple[str, float], ...] = ()
    unsnapped_stops: tuple[tuple[str, float], ...] = ()


def door_times(  # noqa: PLR0913  (from where to where, how, and what is asked)
    city: City, profile: str, origins: Points, destinations: Points, *,
    params: TripParams, context: Context, cutoffs_min: Sequence[int] = (),
) -> DoorTimes:  # fmt: skip
    """Return door-to-door times from every origin to every destination for a walking profile.

    `params.date` is a date with service. With `cutoffs_min`, 20 departures spread evenly over the
    window are computed instead of one a minute, and counted within each cutoff.
    """
    task = _Task(city, profile, origins, destinations, params, context, tuple(cutoffs_min))
    speed = city.assumptions[f"walk_speed_{profile}"]
    speeds = design_speeds(speed)
    central = int(np.argmin(np.abs(speeds - speed.value)))
    title = PROFILE_TITLES[profile]
    what = Text(f"门到门时间矩阵（{title.zh}）", f"door-to-door matrices ({title.en})")
    found = []
    for i, value in enumerate(speeds):
        context.step(what, i, len(speeds))
        found.append(task.matrix(float(value), spread=i == central))
    middle = found[central]
    times = np.stack([f["seconds"][0] for f in found])
    error = float("nan")
    if city.unchanged and len(speeds) > 1:
        value = left_out_speed(speeds, central)
        truth = task.matrix(value, spread=False)["seconds"][0]
        error = _error(times, *_between(speeds, np.array([value])), truth)
    context.step(what, len(speeds), len(speeds))
    below, share = _between(speeds, scalar(speed, context))
    return DoorTimes(
        times=times,
        below=below,
        share=share,
        spread=middle["seconds"][1:],
        departures=np.stack([f["departures"] for f in found]),
        error_min=error,
        unsnapped=_named(middle["unsnapped"], origins.ids),
        unsnapped_ends=_named(middle["unsnapped_ends"], destinations.ids),
        unsnapped_stops=_named(middle["unsnapped_stops"], city.table("stops")["id"].tolist()),
    )


def left_out_speed(speeds: NDArray[np.float64], central: int) -> float:
    """Return the speed halfway in pace from the central one to its slower neighbour, m/s.

    In the middle of the gap: an error measured close to a computed speed would flatter. In the two
    outer gaps, which hold the slowest and the fastest quarter of the draws, it may be larger.
    """
    low, high = (central - 1, central) if central > 0 else (0, 1)
    return float(2.0 / (1.0 / speeds[low] + 1.0 / speeds[high]))


def door_cost(
    city: City, profiles: Sequence[str], origins: Points, destinations: Points, *,
    params: TripParams, context: Context,
) -> Cost:  # fmt: skip
    """Estimate `door_times` for all profiles from a probe of a few origins; kept results are free."""
    duration, kept, working = 0.0, 0.0, 0.0
    for profile in profiles:
        speed = city.assumptions[f"walk_speed_{profile}"]
        speeds = design_speeds(speed)
        task = _Task(city, profile, origins, destinations, params, context, ())
        options = task.options(speed.value, (params.percentile,))
        one = estimate_matrix(city, origins, destinations, options, context=context)
        held_out = 1 if len(speeds) > 1 and city.unchanged else 0
        duration += one.seconds * (len(speeds) + held_out)
        kept += one.answer * (len(speeds) + len(SPREAD))
        working = max(working, one.working)
    return Cost(duration, kept + working)


def design_speeds(speed: Assumption) -> NDArray[np.float64]:
    """Return the walking speeds at which matrices are computed, slowest first, m/s."""
    if speed.distribution == "fixed" or speed.low == speed.high:
        return np.array([speed.value])
    shares = np.array(SHARES)
    if speed.distribution == "normal":
        shares = np.clip(shares, TAIL, 1 - TAIL)
    speeds = speed.quantile(shares)
    speeds[len(speeds) // 2] = speed.value
    return np.unique(speeds)


@dataclass(frozen=True)
class _Task:
    """Everything a matrix depends on but the walking speed."""

    city: City
    profile: str
    origins: Points
    destinations: Points
    params: TripParams
    context: Context
    cutoffs_min: tuple[int, ...]

    def matrix(self, speed: float, *, spread: bool) -> dict[str, NDArray[Any]]:
        """Return `seconds` (the percentile asked for, then the spread), `departures`, `unsnapped`."""
        rows = (self.params.percentile, *(SPREAD if spread else ()))
        wanted = tuple(sorted({*rows, *(TWENTIETHS if self.cutoffs_min else ())}))
        options = self.options(speed, wanted)
        left: list[Path] = []

        def build() -> dict[str, NDArray[Any]]:
            found = travel_times(
                self.city, self.origins, self.destinations, options, context=self.context
            )
            if found.folder is not None:
                left.append(found.folder)
            stops = self.city.table("stops")["id"].tolist()
            return {
                "seconds": found.seconds[[wanted.index(q) for q in rows]],
                "departures": self._count(found.seconds, wanted),
                "unsnapped": _places(found.unsnapped_origins, self.origins.ids),
                "unsnapped_ends": _places(found.unsnapped_destinations, self.destinations.ids),
                "unsnapped_stops": _places(found.unsnapped_stops, stops),
            }

        key = {
            "options": asdict(options),
            "points": self._where(),
            "rows": rows,
            "cutoffs": self.cutoffs_min,
        }
        tables = _TABLES if self.params.budget is None else (*_TABLES, *_FARES)
        scratch = self.context.scratch
        kept = self.city.derived(
            "door-times", 4, tables=tables, params=key, build=build, scratch=scratch
        )
        for folder in left:  # its blocks have become the arrays that are kept
            shutil.rmtree(folder, ignore_errors=True)
        return kept

    def options(self, speed: float, percentiles: tuple[int, ...]) -> TripOptions:
        """Return the engine's options at one walking speed."""
        window_s = self.params.window_min * 60
        return trip_options(
            self.city, self.params, self.profile,
            speed_mps=speed, percentiles=percentiles,
            step_s=max(1, window_s // len(TWENTIETHS)) if self.cutoffs_min else MINUTE_S,
        )  # fmt: skip

    def _count(self, times: NDArray[np.int32], wanted: tuple[int, ...]) -> NDArray[np.uint8]:
        each = [wanted.index(q) for q in TWENTIETHS] if self.cutoffs_min else []
        counts = [
            sum((times[i] <= cutoff * 60).astype(np.uint8) for i in each)
            for cutoff in self.cutoffs_min
        ]
        return np.array(counts, dtype=np.uint8)

    def _where(self) -> str:
        places = (self.origins, self.destinations)
        return content_hash(
            [
                [list(p.ids), np.round(p.lon, 7).tolist(), np.round(p.lat, 7).tolist()]
                for p in places
            ]
        )


def _places(off: Sequence[tuple[str, float]], ids: Sequence[str]) -> NDArray[np.float64]:
    """Return points off the network as (place in `ids`, metres), to be kept as an array."""
    at = {name: i for i, name in enumerate(ids)}
    return np.array([(at[n], m) for n, m in off], dtype=np.float64).reshape(-1, 2)


def _named(off: NDArray[np.float64], ids: Sequence[str]) -> tuple[tuple[str, float], ...]:
    return tuple((str(ids[int(k)]), float(m)) for k, m in off)


def _between(
    speeds: NDArray[np.float64], drawn: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    if len(speeds) == 1:
        return np.zeros(len(drawn), np.int64), np.zeros(len(drawn))
    pace, wanted = -1.0 / speeds, -1.0 / np.clip(drawn, speeds[0], speeds[-1])
    below = np.clip(np.searchsorted(pace, wanted, side="right") - 1, 0, len(speeds) - 2)
    share = (wanted - pace[below]) / (pace[below + 1] - pace[below])
    return below.astype(np.int64), np.clip(share, 0.0, 1.0)


def _error(
    times: NDArray[np.int32], below: NDArray[np.int64], share: NDArray[np.float64],
    truth: NDArray[np.int32],
) -> float:  # fmt: skip
    """Return the mean absolute error in minutes over pairs reached at all three speeds."""
    low, w = int(below[0]), float(share[0])
    one, two = times[low], times[min(low + 1, len(times) - 1)]
    both = (one < INF) & (two < INF) & (truth < INF)
    if not both.any():
        return float("nan")
    guess = one[both] + (two[both].astype(np.float64) - one[both]) * w
    return float(np.abs(guess - truth[both]).mean() / 60.0)
