from typing import Any

import numpy as np
import pytest
from tests.unit.engine.worlds import TUESDAY, brute_force, city, degrees, stops, transit

from chengce.core.context import Context
from chengce.engine.matrix import INF, Points, TripOptions, travel_times
from chengce.engine.streets.plane import great_circle_m


def random_world(seed: int) -> tuple[Any, Any, Any, Any]:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(3, 8))
    at = {f"s{i}": tuple(rng.uniform(0, 2500, 2)) for i in range(count)}
    trips, closed = [], set()
    for line in range(int(rng.integers(2, 7))):
        length = int(rng.integers(2, 7))
        called = [f"s{i}" for i in rng.integers(0, count, length)]
        for run in range(int(rng.integers(2, 10))):
            time, calls = int(rng.integers(0, 4000)), []
            for stop in called:
                dwell = int(rng.choice([0, 0, 30]))
                calls.append((stop, time, time + dwell))
                time += dwell + int(rng.choice([0, 60, 61, 200, 700]))
            trip = f"t{line}.{run}"
            day = "eve" if rng.random() < 0.2 else "day"
            if day == "eve":
                calls = [(s, a + 86_400, d + 86_400) for s, a, d in calls]
            trips.append((trip, day, calls))
            for i in range(length):
                for way in ("pickup", "dropoff"):
                    if rng.random() < 0.05:
                        closed.add((trip, i, way))
    near = rng.choice(list(at), 5)
    points = {f"p{i}": tuple(rng.normal(at[s], 150)) for i, s in enumerate(near)}
    return at, trips, frozenset(closed), points


def walk_s(a: Any, b: Any, speed: float) -> int:
    metres = great_circle_m(*degrees(a), *degrees(b))
    return int(np.ceil(metres * 1.3 / speed))


@pytest.mark.parametrize("seed", range(80))
def test_equals_brute_force(seed: int) -> None:
    at, trips, closed, points = random_world(seed)
    days = {"day": (TUESDAY,), "eve": ("2024-03-04",)}
    world = city(stops=stops(at), **transit(trips, days, closed=closed))
    rng = np.random.default_rng(1000 + seed)
    options = TripOptions(
        TUESDAY,
        start_s=int(rng.integers(0, 600)),
        window_s=int(rng.integers(600, 2400)),
        step_s=int(rng.choice([60, 97])),
        percentiles=tuple(range(0, 101, 4)),
        max_access_s=600,
        max_egress_s=500,
        max_transfer_s=int(rng.choice([0, 300, 900])),
        max_direct_s=int(rng.choice([0, 800])),
        max_boardings=int(rng.integers(0, 5)),
        max_trip_s=int(rng.choice([1500, 3600])),
        transfer_slack_s=int(rng.choice([0, 45])),
        speed_mps=1.25,
    )
    here = Points(
        list(points),
        np.array([degrees(p)[0] for p in points.values()]),
        np.array([degrees(p)[1] for p in points.values()]),
    )
    got = travel_times(world, here, here, options, context=Context()).seconds
    names = list(at)
    offset = {t: -86_400 if day == "eve" else 0 for t, day, _ in trips}
    plain = [
        [
            (
                names.index(s),
                a + offset[t],
                d + offset[t],
                (t, i, "pickup") not in closed,
                (t, i, "dropoff") not in closed,
            )
            for i, (s, a, d) in enumerate(calls)
        ]
        for t, _, calls in trips
    ]
    near = {
        i: {
            j: walk_s(at[a], at[b], 1.25)
            for j, b in enumerate(names)
            if j != i and walk_s(at[a], at[b], 1.25) <= options.max_transfer_s
        }
        for i, a in enumerate(names)
    }
    leaves = range(options.start_s, options.start_s + options.window_s, options.step_s)
    for o, origin in enumerate(points.values()):
        access = {
            i: walk_s(origin, at[s], 1.25)
            for i, s in enumerate(names)
            if walk_s(origin, at[s], 1.25) <= options.max_access_s
        }
        times = []
        for leave in leaves:
            arrived = brute_force(
                plain, near, access, leave, options.max_boardings, options.transfer_slack_s
            )
            row = []
            for end in points.values():
                best = walk_s(origin, end, 1.25)
                best = best if best <= options.max_direct_s else INF
                for stop, time in arrived.items():
                    last = walk_s(at[names[stop]], end, 1.25)
                    if last <= options.max_egress_s:
                        best = min(best, time + last - leave)
                row.append(best if best <= options.max_trip_s else INF)
            times.append(row)
        ordered = np.sort(np.array(times), axis=0)
        for p, percentile in enumerate(options.percentiles):
            rank = max(int(np.ceil(percentile / 100 * len(times) - 1e-9)), 1)
            np.testing.assert_array_equal(got[p, o], ordered[rank - 1])
