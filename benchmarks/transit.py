"""Measure the door-to-door matrix: exact against plain search on a few origins, then throughput."""

from time import perf_counter, process_time
from typing import Any

import numpy as np
from benchmarks.machine import REPEATS, best_of
from benchmarks.plain import plain_times, sorted_departures

from chengce.city.city import City
from chengce.core.context import Context, Runner
from chengce.engine.matrix import INF, Points, TripOptions, travel_times
from chengce.models.opportunities import zone_points
from chengce.models.trips import TripParams, service_date

FEW = 3  # departures of the plain search


def whole_window(start_s: int) -> TripOptions:
    """Return two hours of departures on the Tuesday that the Porto Alegre feeds share, 1 m/s."""
    return TripOptions(
        "2019-05-14", start_s, 7200, percentiles=(5, 25, 50, 75, 95), speed_mps=1.0
    )  # fmt: skip


def transit_exact(
    city: City, pairs: int, *, start_s: int, runner: Runner, options: TripOptions | None = None,
    ends_each: int = 5, seed: int = 5,
) -> dict[str, Any]:  # fmt: skip
    """Return how the engine compares with plain search on random pairs of zones, departure by departure."""
    points, rng = Points(*zone_points(city)), np.random.default_rng(seed)
    origins = _some(points, rng.permutation(len(points))[: -(-pairs // ends_each)])
    options = options or TripOptions(
        service_date(city, TripParams()), start_s, FEW * 600, step_s=600,
        percentiles=(1, 50, 100), speed_mps=1.3,
    )  # fmt: skip
    context = Context(runner=runner)
    ours = travel_times(city, origins, points, options, context=context).seconds
    begin = perf_counter()
    plain = sorted_departures(
        plain_times(city, origins, points, options, runner), options.percentiles
    )
    took = perf_counter() - begin
    chosen = np.stack(
        [rng.choice(len(points), ends_each, replace=False) for _ in range(len(origins))]
    )
    rows = np.arange(len(origins))[:, None]
    one, two = ours[:, rows, chosen].astype(np.int64), plain[:, rows, chosen]
    with_ride = two[len(two) // 2] < INF
    return {
        "case": city.name,
        "date_of_service": options.date,
        "start_s": start_s,
        "pairs": int(chosen.size),
        "departures": options.departures,
        "reached": round(float(with_ride.mean()), 4),
        "max_difference_s": int(np.abs(one - two).max()),
        "all_pairs": int(ours[0].size),
        "max_difference_all_s": int(np.abs(ours.astype(np.int64) - plain).max()),
        "plain_s": round(took, 2),
    }


def transit_speed(
    city: City, *, start_s: int, runner: Runner, options: TripOptions | None = None
) -> dict[str, Any]:
    """Return the throughput of every zone to every zone, a departure every minute for an hour."""
    points = Points(*zone_points(city))
    options = options or TripOptions(
        service_date(city, TripParams()), start_s, 3600, speed_mps=1.3
    )  # fmt: skip
    context = Context(runner=runner)
    begin = perf_counter()
    travel_times(city, _some(points, np.arange(1)), points, options, context=context)
    first = perf_counter() - begin
    before = process_time()
    found, took = best_of(lambda: travel_times(city, points, points, options, context=context))
    cpu = (process_time() - before) / REPEATS
    return {
        "case": city.name,
        "date_of_service": options.date,
        "start_s": start_s,
        "origins": len(points),
        "destinations": len(points),
        "departures": options.departures,
        "reached": round(float((found.seconds < INF).mean()), 4),
        "threads": runner.workers,
        "first_call_s": round(first, 3),
        "ours_s": round(took, 3),
        "ours_cpu_s": round(cpu, 3),
        "origins_per_s": round(len(points) / took, 1),
    }


def _some(points: Points, rows: "np.ndarray[Any, np.dtype[np.int64]]") -> Points:
    return Points([points.ids[i] for i in rows], points.lon[rows], points.lat[rows])
