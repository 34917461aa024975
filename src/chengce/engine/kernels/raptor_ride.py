"""Ride the trips of one pattern for a whole departure window at once.

A lane is a departure of the window, the latest one first. Whoever boards a trip in some lane has it
in all later lanes too (leaving earlier), so one number per trip says it all: its first lane. Of the
trips on board only those matter that no earlier trip of the pattern has in the same lane.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.narrow import Clock
from chengce.engine.kernels.raptor_board import LABELS, count_before

I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]


@njit(nogil=True, cache=True)
def board(
    departure: Clock, row: int, steps: Clock, first: int, last: int, lane_of: I32, caught: Clock
) -> bool:
    """Put the steps of a stop on their first trips; return whether a trip got an earlier lane.

    `departure[row:]` are the departures there of the trips of `lane_of`; `steps`, [2, ·], are the
    lanes and the labels to be in time for. `caught`, [LABELS]: room to work.
    """
    better, trips, size = False, len(lane_of), departure.itemsize
    times = departure.ctypes.data + row * size
    labels, out = steps[1].ctypes.data, caught.ctypes.data
    for at in range(first, last, LABELS):
        count_before(caught, labels + at * size, times, trips, out)
        for i in range(min(LABELS, last - at)):
            trip, lane = caught[i], steps[0, at + i]
            if trip < trips and lane < lane_of[trip]:
                lane_of[trip] = lane
                better = True
    return better


@njit(nogil=True, cache=True)
def ride(
    stop: I32,
    pickup: U8,
    dropoff: U8,
    arrival: Clock,
    departure: Clock,
    begin: int,
    steps: Clock,
    step_ptr: I32,
    step_end: I32,
    limit: tuple[int, int, int],
    at: Clock,
    touched: U8,
    alighted: I32,
    count: int,
    lane_of: I32,
    aboard: I32,
    caught: Clock,
) -> int:
    """Lower `at`, [stops, lanes], by what one pattern offers; return how many stops alighted.

    `stop`, `pickup`, `dropoff` by position; `arrival`, `departure` position by position, as many
    trips each as `lane_of`. Boards from position `begin` on at the stops that have steps. `limit` =
    (lanes, latest arrival of lane 0, seconds between lanes). A lane is lowered where the trip was
    boarded: later lanes follow by `settle`. `lane_of`, `aboard`
    (int32[trips, 2]), `caught` ([LABELS]): room to work.
    """
    lanes, latest, step = limit
    trips = len(lane_of)
    lane_of[:] = lanes
    riding = 0
    for position in range(begin, len(stop)):
        s = stop[position]
        row = position * trips
        if riding and dropoff[position]:
            better = False
            for i in range(riding):
                t, lane = arrival[row + aboard[i, 0]], aboard[i, 1]
                old = at[s, lane]
                lowers = (t < old) & (t + lane * step <= latest)
                at[s, lane] = t if lowers else old
                better |= lowers
            if better and not touched[s]:
                touched[s] = 1
                alighted[count] = s
                count += 1
        if step_ptr[s] == step_end[s] or not pickup[position]:
            continue
        if board(departure, row, steps, step_ptr[s], step_end[s], lane_of, caught):
            riding, lane = 0, lanes
            for trip in range(trips):
                first = lane_of[trip]
                aboard[riding, 0] = trip
                aboard[riding, 1] = first
                riding += first < lane
                lane = min(lane, first)
    return count
