"""Travel by timetable over a departure window: range RAPTOR that scans each trip segment once.

Rounds are boardings (RAPTOR: Delling, Pajor & Werneck 2015, doi:10.1287/trsc.2014.0534, its range
query: latest departure first, labels kept). Within a round a trip is scanned only up to where it,
or an earlier trip of its pattern, was boarded before (trip-based routing: Witt 2015,
doi:10.1007/978-3-662-48350-3_85). Labels hold "with at most k boardings", so the limit is exact.
Trips of a pattern never overtake one another.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]


@njit(nogil=True, cache=True)
def _board(
    pattern: int,
    position: int,
    upper: int,
    label: int,
    trip_ptr: I64,
    time_ptr: I64,
    departure: I32,
) -> tuple[int, int]:
    """Return the first trip (below `upper`, counted in its pattern) departing at `label` or later.

    Also the departure of the trip before it (-INF if there is none).
    """
    trips = trip_ptr[pattern + 1] - trip_ptr[pattern]
    base = time_ptr[pattern] + position * trips
    low, high = 0, upper
    while low < high:
        middle = (low + high) >> 1
        if departure[base + middle] >= label:
            high = middle
        else:
            low = middle + 1
    return low, (departure[base + low - 1] if low > 0 else -INF)


@njit(nogil=True, cache=True)
def _percentile(times: I32, rank: int) -> int:
    """Return the smallest T such that at least `rank` of `times` are ≤ T, or INF."""
    low, high = INF, 0
    reached = 0
    for i in range(len(times)):
        t = times[i]
        low = min(low, t)
        if t < INF:
            high = max(high, t)
            reached += 1
    if reached < rank:
        return INF
    while low < high:
        middle = (low + high) >> 1
        count = 0
        for i in range(len(times)):
            count += times[i] <= middle
        if count >= rank:
            high = middle
        else:
            low = middle + 1
    return low


@njit(nogil=True, cache=True)
def journeys(
    stop_ptr: I64,
    board_pattern: I32,
    board_position: I32,
    pattern_ptr: I64,
    pattern_stop: I32,
    pattern_dropoff: U8,
    trip_ptr: I64,
    time_ptr: I64,
    arrival: I32,
    departure: I32,
    walk_ptr: I64,
    walk_stop: I32,
    walk_s: I32,
    walk_from: I32,
    walk_until: I32,
    access_ptr: I64,
    access_stop: I32,
    access_s: I32,
    egress_ptr: I64,
    egress_end: I32,
    egress_s: I32,
    ends: int,
    rows: I64,
    window: tuple[int, int, int],
    boardings: int,
    slack: int,
    longest: int,
    ranks: I64,
) -> I32:
    """Return travel times by public transport, shape (ranks, len(rows), ends), s; INF = too long.

    Boardings: CSR by stop of (pattern, position) where one may board. Patterns: stops and drop-off
    flags by position; `arrival` trip by trip, `departure` position by position, both from
    `time_ptr`. Walks, access, egress: CSR with seconds, each row by ascending time. A walk begins
    at `walk_from` or later and before `walk_until`; both are empty where all walks hold all day.
    `window` = (first departure, step, number of departures).
    """
    stops = len(stop_ptr) - 1
    all_trips = trip_ptr[-1]
    start, step, departures = window
    at_stop = np.empty((boardings + 1, stops), np.int32)  # arrived by vehicle
    ready = np.empty((boardings + 1, stops), np.int32)  # there on foot or by vehicle
    boarded = np.empty((boardings + 1, all_trips), np.int32)  # first position boarded
    entries = len(board_pattern)
    first_trip = np.empty(entries, np.int32)
    first_departure = np.empty(entries, np.int32)
    for i in range(entries):
        p = board_pattern[i]
        trips = trip_ptr[p + 1] - trip_ptr[p]
        first_trip[i] = trips
        first_departure[i] = departure[time_ptr[p] + board_position[i] * trips + trips - 1]
    next_trip = np.empty((boardings + 1, entries), np.int32)
    before = np.empty((boardings + 1, entries), np.int32)
    unmarked = np.int32(-1)
    marked_at = np.empty(stops, np.int32)
    alighted_at = np.empty(stops, np.int32)
    improved_at = np.empty(stops, np.int32)
    marked = np.empty(stops, np.int32)
    alighted = np.empty(stops, np.int32)
    improved = np.empty(stops, np.int32)
    queue_size = entries
    queue_pattern = np.empty(queue_size, np.int32)
    queue_trip = np.empty(queue_size, np.int32)
    queue_from = np.empty(queue_size, np.int32)
    queue_to = np.empty(queue_size, np.int32)
    best = np.empty(ends, np.int32)
    times = np.empty((departures, ends), np.int32)
    column = np.empty(departures, np.int32)
    out = np.empty((len(ranks), len(rows), ends), np.int32)
    timed = len(walk_from) > 0

    for row in range(len(rows)):
        o = rows[row]
        at_stop[:] = INF
        ready[:] = INF
        boarded[:] = INF
        best[:] = INF
        marked_at[:] = unmarked
        alighted_at[:] = unmarked
        improved_at[:] = unmarked
        for k in range(1, boardings + 1):
            next_trip[k] = first_trip
            before[k] = first_departure
        stamp = 0
        for back in range(departures):
            leave = start + (departures - 1 - back) * step
            bound = leave + longest
            n_marked = 0
            n_improved = 0
            for i in range(access_ptr[o], access_ptr[o + 1]):
                s = access_stop[i]
                t = leave + access_s[i]
                if t > bound:
                    break
                marked[n_marked] = s
                n_marked += 1
                for k in range(boardings):
                    ready[k, s] = min(ready[k, s], t)
            for k in range(1, boardings + 1):
                stamp += 1
                queued = 0
                for m in range(n_marked):
                    s = marked[m]
                    label = ready[k - 1, s]
                    for e in range(stop_ptr[s], stop_ptr[s + 1]):
                        if label > before[k, e]:
                            continue
                        p, position = board_pattern[e], board_position[e]
                        trip, previous = _board(
                            p, position, next_trip[k, e], label, trip_ptr, time_ptr, departure
                        )
                        next_trip[k, e] = trip
                        before[k, e] = previous
                        g = trip_ptr[p] + trip
                        reach = boarded[k, g]
                        if reach <= position:
                            continue
                        queue_pattern[queued] = p
                        queue_trip[queued] = trip
                        queue_from[queued] = position
                        queue_to[queued] = reach
                        queued += 1
                        for j in range(k, boardings + 1):
                            for later in range(g, trip_ptr[p + 1]):
                                if boarded[j, later] <= position:
                                    break
                                boarded[j, later] = position
                n_alighted = 0
                for q in range(queued):
                    p = queue_pattern[q]
                    offset = pattern_ptr[p]
                    length = pattern_ptr[p + 1] - offset
                    base = time_ptr[p] + queue_trip[q] * length
                    for position in range(queue_from[q] + 1, min(queue_to[q] + 1, length)):
                        t = arrival[base + position]
                        if t > bound:
                            break
                        s = pattern_stop[offset + position]
                        if t < at_stop[k, s] and pattern_dropoff[offset + position]:
                            for j in range(k, boardings + 1):
                                at_stop[j, s] = min(at_stop[j, s], t)
                            if alighted_at[s] != stamp:
                                alighted_at[s] = stamp
                                alighted[n_alighted] = s
                                n_alighted += 1
                n_marked = 0
                for m in range(n_alighted):
                    s = alighted[m]
                    if improved_at[s] != back:
                        improved_at[s] = back
                        improved[n_improved] = s
                        n_improved += 1
                    if k == boardings:
                        continue
                    t = at_stop[k, s] + slack
                    if t < ready[k, s]:
                        for j in range(k, boardings):
                            ready[j, s] = min(ready[j, s], t)
                        if marked_at[s] != stamp:
                            marked_at[s] = stamp
                            marked[n_marked] = s
                            n_marked += 1
                    for i in range(walk_ptr[s], walk_ptr[s + 1]):
                        there = t + walk_s[i]
                        if there > bound:
                            break
                        if timed:
                            if max(t, walk_from[i]) >= walk_until[i]:
                                continue
                            there = max(t, walk_from[i]) + walk_s[i]
                            if there > bound:
                                continue
                        v = walk_stop[i]
                        if there < ready[k, v]:
                            for j in range(k, boardings):
                                ready[j, v] = min(ready[j, v], there)
                            if marked_at[v] != stamp:
                                marked_at[v] = stamp
                                marked[n_marked] = v
                                n_marked += 1
            for m in range(n_improved):
                s = improved[m]
                t = at_stop[boardings, s]
                for i in range(egress_ptr[s], egress_ptr[s + 1]):
                    there = t + egress_s[i]
                    if there > bound:
                        break
                    d = egress_end[i]
                    best[d] = min(best[d], there)
            for d in range(ends):
                t = best[d] - leave
                times[back, d] = t if t <= longest else INF
        for d in range(ends):
            for back in range(departures):
                column[back] = times[back, d]
            for r in range(len(ranks)):
                out[r, row, d] = _percentile(column, ranks[r])
    return out
