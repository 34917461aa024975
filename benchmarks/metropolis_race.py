"""Race the engine against the textbook's range RAPTOR on the synthetic metropolis, one thread each.

Processor time of the thread, so that others on the machine count for little; origin by origin in
turn, the shortest of three. Ours includes the percentiles, the peer's does not.
"""

from time import perf_counter, thread_time
from typing import Any

import numpy as np
from benchmarks.machine import REPEATS
from benchmarks.metropolis import DETOUR, WALK_MPS, Metropolis, metropolis, walks
from benchmarks.plain_raptor import range_raptor
from numpy.typing import NDArray

from chengce.engine.csr import Sparse
from chengce.engine.options import TripOptions
from chengce.engine.transit.doors import Transfers
from chengce.engine.transit.rides import lay_out
from chengce.engine.transit.timetable import between

ACCESS_S = 667  # 800 m along streets
HOUR = TripOptions("2026-11-24", 8 * 3600, 3600, percentiles=(50,), max_access_s=ACCESS_S)
NONE = np.empty(0, np.int32)


def metropolis_speed(side: int = 200, origins: int = 40, *, seed: int = 3) -> dict[str, Any]:
    """Return ms per origin for an hour of departures to all stops, ours and the textbook's."""
    place = metropolis(side)
    whole = place.timetable
    place = place._replace(timetable=between(whole, HOUR.start_s, HOUR.last_s))
    access = _access(place, origins, seed)
    stops, t, w = len(place.xy), place.timetable, place.transfers
    here = Sparse(np.arange(stops + 1), np.arange(stops, dtype=np.int32), np.zeros(stops, np.int32))
    begin = perf_counter()
    rides = lay_out(t, Transfers(*w, NONE, NONE), here, stops, HOUR)
    laid_out = perf_counter() - begin
    boardings = t.boardings()

    def ours(rows: NDArray[np.int64]) -> NDArray[np.int32]:
        return rides.times(access, rows, HOUR)[0]

    def plain(rows: NDArray[np.int64]) -> NDArray[np.int32]:
        return range_raptor(
            *boardings, t.pattern_ptr, t.pattern_stop, t.pickup, t.dropoff, t.trip_ptr, t.time_ptr,
            t.arrival, t.departure, *w, *access, rows, (HOUR.start_s, HOUR.step_s, HOUR.departures),
            HOUR.max_boardings, HOUR.max_trip_s,
        )  # fmt: skip

    first = np.zeros(1, np.int64)
    begin = perf_counter()
    ours(first)
    first_call = perf_counter() - begin
    plain(first)
    took, difference, reached = np.zeros((2, origins)), 0, 0.0
    for o in range(origins):
        rows = np.array([o])
        found, took[0, o] = _shortest(ours, rows)
        theirs, took[1, o] = _shortest(plain, rows)
        want = np.sort(theirs, axis=1)[:, HOUR.ranks()[0] - 1]
        difference = max(difference, int(np.abs(found.astype(np.int64) - want).max()))
        reached += float((found < 2**30).mean()) / origins
    mine, peer = (float(each) for each in took.mean(axis=1) * 1000)
    return {
        "case": f"metropolis of {stops:,} stops",
        "origins": origins,
        "destinations": stops,
        "departures": HOUR.departures,
        "start_s": HOUR.start_s,
        "trips": len(whole.trip),
        "stop_events": len(whole.arrival),
        "trips_of_window": len(t.trip),
        "patterns": t.patterns,
        "walks": len(w.value),
        "reached": round(reached, 4),
        "threads": 1,
        "lay_out_s": round(laid_out, 3),
        "first_call_s": round(first_call, 3),
        "ours_ms": round(mine, 2),
        "plain_ms": round(peer, 2),
        "ratio": round(peer / mine, 2),
        "worker_mib": round(rides.working(HOUR) / 2**20, 1),
        "shared_mib": round(sum(a.nbytes for a in rides) / 2**20, 1),
        "checked_pairs": origins * stops,
        "max_difference_s": difference,
    }


def _access(place: Metropolis, origins: int, seed: int) -> Sparse:
    """Return walks to the stops from points spread evenly over the disc that the lines cover."""
    rng = np.random.default_rng(seed)
    away = np.abs(place.xy).max() * np.sqrt(rng.random(origins))
    angle = 2 * np.pi * rng.random(origins)
    points = np.stack([away * np.cos(angle), away * np.sin(angle)], axis=1)
    return walks(points, place.xy, ACCESS_S * WALK_MPS / DETOUR, same=True)


def _shortest(work: Any, rows: NDArray[np.int64]) -> tuple[NDArray[np.int32], float]:
    times = []
    for _ in range(REPEATS):
        begin = thread_time()
        found = work(rows)
        times.append(thread_time() - begin)
    return found, min(times)
