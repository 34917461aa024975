"""Measure the first answer after a change: one new line and ten closed streets, from one zone to all.

Each turn proposes another line and other streets, so nothing is found ready but what belongs to the
base city. `first_s` counts applying the scenario, patching timetable and walks, snapping
and the journeys of one origin; `fresh_s` is the same answer with timetable and walks computed afresh.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from time import perf_counter
from typing import Any
from unittest import mock

import numpy as np
from benchmarks.machine import best_of
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context, Runner
from chengce.engine import matrix
from chengce.engine.matrix import Points, TripOptions, travel_times
from chengce.engine.transit.timetable import compile_timetable
from chengce.models.opportunities import zone_points
from chengce.models.scenario import Scenario, parse_scenario
from chengce.models.trips import TripParams, service_date

CLOSED = 10
TURNS = 7
NEAR_DEGREES = 0.05  # both ends of a proposed line lie within about 5 km


def proposal(city: City, seed: int) -> Scenario:
    """Return a line between two zones, every six minutes, and ten closed streets, drawn by seed."""
    rng = np.random.default_rng(seed)
    _, lon, lat = zone_points(city)
    start = rng.integers(len(lon))
    close = np.hypot(lon - lon[start], lat - lat[start])
    end = rng.choice(np.flatnonzero((close > 0.2 * NEAR_DEGREES) & (close < NEAR_DEGREES)))
    streets = city.table("streets")
    ids = streets.loc[streets["walk"] > 0, "id"].astype(str).to_numpy(object)
    changes = [
        {
            "type": "add_line", "id": f"proposed-{seed}", "speed_kmh": 25,
            "polyline": [[float(lon[i]), float(lat[i])] for i in (start, end)],
            "headways": [{"from": "06:00", "to": "22:00", "minutes": 6}],
        },
        {"type": "close_street", "streets": rng.choice(ids, CLOSED, replace=False).tolist()},
    ]  # fmt: skip
    return parse_scenario({"name": "proposal", "modifications": changes})


def scenario_exact(city: City, *, start_s: int, runner: Runner, turns: int = 3) -> dict[str, Any]:
    """Return the largest difference of times of patched scenarios from those computed afresh."""
    points, options = _asked(city, start_s)
    context = Context(runner=runner)
    travel_times(city, points, points, options, context=context)
    worst = 0
    for seed in range(turns):
        after = proposal(city, seed).apply(city)
        ours = travel_times(after, points, points, options, context=context).seconds
        with _afresh():
            again = travel_times(replace(after), points, points, options, context=context).seconds
        worst = max(worst, int(np.abs(ours.astype(np.int64) - again).max()))
    return {
        "case": city.name,
        "origins": len(points),
        "destinations": len(points),
        "all_pairs": turns * len(points) ** 2,
        "max_difference_s": worst,
    }


def scenario_speed(city: City, *, start_s: int, runner: Runner) -> dict[str, Any]:
    """Return the seconds of a first answer (median of seven), and of the matrix before and after."""
    points, options = _asked(city, start_s)
    context = Context(runner=runner)
    travel_times(city, points, points, options, context=context)
    _, base_s = best_of(lambda: travel_times(city, points, points, options, context=context))
    first = [_first(city, seed, points, options, context) for seed in range(1, TURNS + 1)]
    fresh = [
        _first(city, seed, points, options, context, afresh=True) for seed in range(1, TURNS + 1)
    ]

    def whole(seed: int) -> float:
        after = proposal(city, seed).apply(city)
        begin = perf_counter()
        travel_times(after, points, points, options, context=context)
        return perf_counter() - begin

    after_s = min(whole(seed) for seed in (1, 2, 3))
    return {
        "case": city.name,
        "date_of_service": options.date,
        "start_s": start_s,
        "destinations": len(points),
        "departures": options.departures,
        "closed_streets": CLOSED,
        "new_lines": 1,
        "threads": runner.workers,
        "first_s": round(float(np.median(first)), 3),
        "first_worst_s": round(max(first), 3),
        "fresh_s": round(float(np.median(fresh)), 3),
        "matrix_base_s": round(base_s, 3),
        "matrix_after_s": round(after_s, 3),
        "after_over_base": round(after_s / base_s, 3),
    }


def _asked(city: City, start_s: int) -> tuple[Points, TripOptions]:
    date = service_date(city, TripParams())
    return Points(*zone_points(city)), TripOptions(date, start_s, 3600, speed_mps=1.0)


def _first(
    city: City, seed: int, points: Points, options: TripOptions, context: Context, *,
    afresh: bool = False,
) -> float:  # fmt: skip
    """Return the seconds from a scenario as read to the times from one zone to all."""
    one = np.array([np.random.default_rng(seed).integers(len(points))])
    wanted = proposal(city, seed)
    with _afresh() if afresh else nullcontext():
        begin = perf_counter()
        after = wanted.apply(city)
        travel_times(after, _some(points, one), points, options, context=context)
        return perf_counter() - begin


@contextmanager
def _afresh() -> Iterator[None]:
    """Compute timetable and walks of a scenario as if nothing of its base city were kept."""
    with (
        mock.patch.object(City, "kept", return_value=None),
        mock.patch.object(matrix, "timetable_of", compile_timetable),
    ):
        yield


def _some(points: Points, rows: NDArray[np.int64]) -> Points:
    return Points([points.ids[i] for i in rows], points.lon[rows], points.lat[rows])
