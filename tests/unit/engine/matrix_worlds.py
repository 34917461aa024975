"""A small city with lines, and many points in it, for matrices that go to disk or to a cluster."""

from typing import Any

import numpy as np
from tests.unit.engine.worlds import TUESDAY, city, degrees, stops, transit

from chengce.core.context import Context
from chengce.engine.matrix import Points, TripOptions, _prepare

OPTIONS = TripOptions(TUESDAY, 0, 1800, percentiles=(5, 50, 95), max_trip_s=3600)


def lines() -> Any:
    """Return a city of 12 stops with a trip every five minutes on each of four lines."""
    at = {f"s{i}": (400.0 * (i % 4), 500.0 * (i // 4)) for i in range(12)}
    ways = [(0, 1, 2, 3), (4, 5, 6, 7), (0, 4, 8), (3, 7, 11)]
    trips = []
    for k, way in enumerate(ways):
        for run in range(12):
            start = 300 * run + 40 * k
            called = [(f"s{s}", start + 90 * i, start + 90 * i + 20) for i, s in enumerate(way)]
            trips.append((f"t{k}.{run}", "day", called))
    return city(stops=stops(at), **transit(trips))


def points(count: int) -> Points:
    """Return points spread over the city by a fixed draw."""
    rng = np.random.default_rng(7)
    xy = np.array([degrees((float(x), float(y))) for x, y in rng.uniform(0, 1300, (count, 2))])
    return Points([f"p{i}" for i in range(count)], xy[:, 0], xy[:, 1])


def job(count: int) -> Any:
    """Return the job of all times between `count` points."""
    where = points(count)
    return _prepare(lines(), where, where, OPTIONS, Context())[0]
