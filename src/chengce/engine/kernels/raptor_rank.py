"""Take percentiles of travel time over the lanes of a departure window."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF
from chengce.engine.kernels.narrow import Clock, narrow

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@njit(nogil=True, cache=True)
def count_within(times: Clock, limit: int) -> int:
    """Return how many of `times` are at most `limit`."""
    bound, count = narrow(limit, times), narrow(0, times)
    for i in range(len(times)):
        count = narrow(count + (times[i] <= bound), times)
    return int(count)


@njit(nogil=True, cache=True)
def percentile(times: Clock, rank: int, low: int, high: int) -> int:
    """Return the smallest T in [low, high] such that at least `rank` of `times` are ≤ T."""
    while low < high:
        middle = (low + high) >> 1
        if count_within(times, middle) >= rank:
            high = middle
        else:
            low = middle + 1
    return low


@njit(nogil=True, cache=True)
def rank_lanes(
    row: Clock, window: tuple[int, int, int], longest: int, ranks: I64, out: I32
) -> None:
    """Write the percentiles of `ranks` (1-based) of one destination; INF where too long.

    `row`: arrivals by lane, turned into travel times; lane 0 leaves last. `window` = (first
    departure, step, departures).
    """
    start, step, departures = window
    last = start + (departures - 1) * step
    low = row[departures - 1]
    for lane in range(departures):
        t = narrow(row[lane] - narrow(last - lane * step, row), row)
        row[lane] = t
        low = t if t < low else low
    if low > longest:
        out[:] = INF
        return
    within = count_within(row, longest)
    for r in range(len(ranks)):
        out[r] = percentile(row, ranks[r], low, longest) if ranks[r] <= within else INF
