"""Search a departure window by the textbook: range RAPTOR, to be measured beside the engine.

Delling, Pajor & Werneck (2015), doi:10.1287/trsc.2014.0534: departures latest first, labels kept;
in each round every pattern with a marked stop is scanned once, from its earliest marked stop, and
changes to an earlier trip where a label allows it; then walks are relaxed from improved stops.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]


@njit(nogil=True, cache=True)
def _earliest(departure: I32, low: int, high: int, label: int) -> int:
    """Return the first index in [low, high) of an ascending run whose value is ≥ `label`."""
    while low < high:
        middle = (low + high) >> 1
        if departure[middle] >= label:
            high = middle
        else:
            low = middle + 1
    return low


@njit(nogil=True, cache=True)
def _scan(
    p: int,
    begin: int,
    bound: int,
    pattern_ptr: I64,
    pattern_stop: I32,
    pickup: U8,
    dropoff: U8,
    trip_ptr: I64,
    time_ptr: I64,
    arrival: I32,
    departure: I32,
    ready: I32,
    at_stop: I32,
    fresh: U8,
    alighted: I32,
    count: int,
) -> int:
    """Ride pattern `p` from position `begin`; return how many stops have alighted by then."""
    offset, length = pattern_ptr[p], pattern_ptr[p + 1] - pattern_ptr[p]
    trips = trip_ptr[p + 1] - trip_ptr[p]
    trip = trips
    for position in range(begin, length):
        s = pattern_stop[offset + position]
        if trip < trips:
            t = arrival[time_ptr[p] + trip * length + position]
            if t > bound:
                trip = trips  # a stop further on may still catch an earlier one
            elif t < at_stop[s] and dropoff[offset + position]:
                at_stop[s] = t
                if not fresh[s]:
                    fresh[s] = 1
                    alighted[count] = s
                    count += 1
        row = time_ptr[p] + position * trips
        if trip > 0 and ready[s] <= departure[row + trip - 1] and pickup[offset + position]:
            trip = _earliest(departure, row, row + trip, ready[s]) - row
    return count


@njit(nogil=True, cache=True)
def range_raptor(
    stop_ptr: I64,
    stop_pattern: I32,
    stop_position: I32,
    pattern_ptr: I64,
    pattern_stop: I32,
    pickup: U8,
    dropoff: U8,
    trip_ptr: I64,
    time_ptr: I64,
    arrival: I32,
    departure: I32,
    walk_ptr: I64,
    walk_stop: I32,
    walk_s: I32,
    access_ptr: I64,
    access_stop: I32,
    access_s: I32,
    rows: I64,
    window: tuple[int, int, int],
    boardings: int,
    longest: int,
) -> I32:
    """Return travel times by vehicle to every stop, int32[rows, departures, stops], latest first."""
    stops, patterns = len(stop_ptr) - 1, len(pattern_ptr) - 1
    start, step, departures = window
    at_stop = np.empty((boardings + 1, stops), np.int32)  # by vehicle, at most k boardings
    ready = np.empty((boardings + 1, stops), np.int32)  # on foot or by vehicle
    begin = np.full(patterns, INF, np.int32)
    queue = np.empty(patterns, np.int32)
    fresh = np.zeros(stops, np.uint8)
    is_marked = np.zeros(stops, np.uint8)
    marked = np.empty(stops, np.int32)
    alighted = np.empty(stops, np.int32)
    out = np.empty((len(rows), departures, stops), np.int32)
    for row in range(len(rows)):
        o = rows[row]
        at_stop[:] = INF
        ready[:] = INF
        for back in range(departures):
            leave = start + (departures - 1 - back) * step
            bound = leave + longest
            n_marked = 0
            for i in range(access_ptr[o], access_ptr[o + 1]):
                t = leave + access_s[i]
                if t > bound:
                    break
                if t < ready[0, access_stop[i]]:
                    ready[0, access_stop[i]] = t
                    marked[n_marked] = access_stop[i]
                    n_marked += 1
            for k in range(1, boardings + 1):
                queued = 0
                for m in range(n_marked):
                    s = marked[m]
                    is_marked[s] = 0
                    for e in range(stop_ptr[s], stop_ptr[s + 1]):
                        p = stop_pattern[e]
                        if begin[p] == INF:
                            queue[queued] = p
                            queued += 1
                        begin[p] = min(begin[p], stop_position[e])
                n_alighted = 0
                for q in range(queued):
                    p = queue[q]
                    n_alighted = _scan(
                        p, begin[p], bound, pattern_ptr, pattern_stop, pickup, dropoff, trip_ptr,
                        time_ptr, arrival, departure, ready[k - 1], at_stop[k], fresh, alighted,
                        n_alighted,
                    )  # fmt: skip
                    begin[p] = INF
                n_marked = 0
                for m in range(n_alighted):
                    s = alighted[m]
                    fresh[s] = 0
                    t = at_stop[k, s]
                    for j in range(k + 1, boardings + 1):
                        at_stop[j, s] = min(at_stop[j, s], t)
                    if k == boardings:
                        continue
                    for i in range(walk_ptr[s] - 1, walk_ptr[s + 1]):
                        there, v = t, s  # staying comes before the walks
                        if i >= walk_ptr[s]:
                            there, v = t + walk_s[i], walk_stop[i]
                        if there > bound:
                            break
                        if there < ready[k, v]:
                            for j in range(k, boardings):
                                ready[j, v] = min(ready[j, v], there)
                            if not is_marked[v]:
                                is_marked[v] = 1
                                marked[n_marked] = v
                                n_marked += 1
            for s in range(stops):
                t = at_stop[boardings, s] - leave
                out[row, back, s] = t if t <= longest else INF
    return out
