"""Travel by timetable over a departure window: RAPTOR by rounds, all departures side by side.

Rounds are boardings (RAPTOR: Delling, Pajor & Werneck 2015, doi:10.1287/trsc.2014.0534). A stop
has one label per departure of the window, its lanes, the latest departure first. A round rides
each pattern once for all lanes, then walks once between stops for all lanes; only labels that the
round before has lowered board. Labels hold "with at most k boardings", so the limit is exact.
Trips of a pattern never overtake one another.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF
from chengce.engine.kernels.narrow import Clock
from chengce.engine.kernels.raptor_board import LABELS
from chengce.engine.kernels.raptor_change import improve, lower, lower_timed, settle
from chengce.engine.kernels.raptor_rank import rank_lanes
from chengce.engine.kernels.raptor_ride import ride

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
Limit = tuple[int, int, int]  # lanes, latest arrival of lane 0, seconds between lanes

NEVER = 40_000  # a time of 16 bits that is never reached
FURTHEST = 25_000  # the longest walk, s, that can be added to it
WIDE = 64  # lanes are padded to whole vectors; those added are never reached


@njit(nogil=True, cache=True)
def _patterns(
    stop_ptr: I64,
    board_pattern: I32,
    board_position: I32,
    step_ptr: I32,
    step_end: I32,
    begin: I32,
    queue: I32,
) -> int:
    """List the patterns at stops with steps, and the first such position of each; return how many."""
    queued = 0
    for s in range(len(step_ptr)):
        if step_ptr[s] == step_end[s]:
            continue
        for e in range(stop_ptr[s], stop_ptr[s + 1]):
            p = board_pattern[e]
            if begin[p] == INF:
                queue[queued] = p
                queued += 1
            begin[p] = min(begin[p], board_position[e])
    return queued


@njit(nogil=True, cache=True)
def _change(
    into_ptr: I64,
    into_stop: I32,
    into_s: I32,
    into_from: I32,
    into_until: I32,
    at: Clock,
    touched: U8,
    ready: Clock,
    row: Clock,
    steps: Clock,
    step_ptr: I32,
    step_end: I32,
    never: int,
    slack: int,
    limit: Limit,
) -> None:
    """Lower `ready` at every stop from the stops touched, there and on foot; write the steps."""
    count = 0
    for v in range(len(step_ptr)):
        step_ptr[v] = count
        step_end[v] = count
        fresh = touched[v] == 1
        if fresh:
            row[:] = never
            lower(row, at[v], slack)
        for w in range(into_ptr[v], into_ptr[v + 1]):
            s = into_stop[w]
            if not touched[s]:
                continue
            if not fresh:
                row[:] = never
                fresh = True
            if len(into_from):
                lower_timed(row, at[s], (slack, into_s[w], into_from[w], into_until[w]))
            else:
                lower(row, at[s], slack + into_s[w])
        if fresh:
            count = improve(ready[v], row, steps, count, limit)
            step_end[v] = count


@njit(nogil=True, cache=True)
def journeys(
    stop_ptr: I64,
    board_pattern: I32,
    board_position: I32,
    pattern_ptr: I64,
    pattern_stop: I32,
    pickup: U8,
    dropoff: U8,
    trip_ptr: I64,
    time_ptr: I64,
    arrival: Clock,
    departure: Clock,
    into_ptr: I64,
    into_stop: I32,
    into_s: I32,
    into_from: I32,
    into_until: I32,
    egress_ptr: I64,
    egress_stop: I32,
    egress_s: I32,
    access_ptr: I64,
    access_stop: I32,
    access_s: I32,
    rows: I64,
    window: tuple[int, int, int],
    boardings: int,
    slack: int,
    longest: int,
    ranks: I64,
) -> I32:
    """Return travel times by public transport, shape (ranks, len(rows), ends), s; INF = too long.

    Boardings: CSR by stop of (pattern, position) where one may board. Patterns: stops, pick-up and
    drop-off flags by position; `arrival`, `departure` position by position from `time_ptr`. Walks
    between stops and egress: CSR by where they lead, with seconds; access by origin, each row by
    ascending time. A walk begins at `into_from` or later and before `into_until`; both are empty
    where all walks hold all day. `window` = (first departure, step, number of departures), in s on
    the clock of `arrival`. Of 16 bits, times beyond the window are `NEVER`, walks ≤ `FURTHEST`.
    """
    stops, ends, patterns = len(stop_ptr) - 1, len(egress_ptr) - 1, len(pattern_ptr) - 1
    start, step, lanes = window
    last = start + (lanes - 1) * step
    limit = (lanes, last + longest, step)
    never = NEVER if arrival.itemsize == 2 else INF
    most = 0
    for p in range(patterns):
        most = max(most, trip_ptr[p + 1] - trip_ptr[p])
    lane_of = np.empty(most, np.int32)
    aboard = np.empty((most, 2), np.int32)
    width = lanes if lanes < 32 else -(-lanes // WIDE) * WIDE
    at = np.empty((stops, width), arrival.dtype)  # arrived by vehicle
    ready = np.empty((stops, width), arrival.dtype)  # there on foot or by vehicle
    steps = np.empty((2, stops * lanes + LABELS), arrival.dtype)
    caught = np.empty(LABELS, arrival.dtype)
    step_ptr, step_end = np.zeros(stops, np.int32), np.zeros(stops, np.int32)
    touched, reached = np.zeros(stops, np.uint8), np.zeros(stops, np.uint8)
    alighted = np.empty(stops, np.int32)
    begin = np.full(patterns, INF, np.int32)
    queue = np.empty(patterns, np.int32)
    row = np.empty(width, arrival.dtype)
    out = np.empty((len(ranks), len(rows), ends), np.int32)
    for i in range(len(rows)):
        at[:] = never
        ready[:] = never
        reached[:] = 0
        step_ptr[:] = 0
        step_end[:] = 0
        count = 0
        row[:] = never
        for a in range(access_ptr[rows[i]], access_ptr[rows[i] + 1]):
            for lane in range(lanes):
                row[lane] = last - lane * step + access_s[a]
            s = access_stop[a]
            step_ptr[s] = count
            count = improve(ready[s], row, steps, count, limit)
            step_end[s] = count
        for k in range(boardings):
            queued = _patterns(
                stop_ptr, board_pattern, board_position, step_ptr, step_end, begin, queue
            )
            n = 0
            for q in range(queued):
                p = queue[q]
                first, end = pattern_ptr[p], pattern_ptr[p + 1]
                early, late = time_ptr[p], time_ptr[p + 1]
                n = ride(
                    pattern_stop[first:end], pickup[first:end], dropoff[first:end],
                    arrival[early:late], departure[early:late], begin[p], steps, step_ptr, step_end,
                    limit, at, touched, alighted, n, lane_of[: trip_ptr[p + 1] - trip_ptr[p]], aboard,
                    caught,
                )  # fmt: skip
                begin[p] = INF
            for m in range(n):
                settle(at[alighted[m]], lanes)
                reached[alighted[m]] = 1
            if k < boardings - 1:
                _change(
                    into_ptr, into_stop, into_s, into_from, into_until, at, touched, ready, row,
                    steps, step_ptr, step_end, never, slack, limit,
                )  # fmt: skip
            for m in range(n):
                touched[alighted[m]] = 0
        for d in range(ends):
            row[:] = never
            for e in range(egress_ptr[d], egress_ptr[d + 1]):
                if reached[egress_stop[e]]:
                    lower(row, at[egress_stop[e]], egress_s[e])
            rank_lanes(row, window, longest, ranks, out[:, i, d])
    return out
