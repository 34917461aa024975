"""Count what can be reached, and how soon, for many draws at once; arrays in, arrays out.

Times between design points are interpolated linearly; a pair not reached at either design point
of a draw is not reached. Sums run in index order, so results do not depend on threads.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF

MINUTES = 24 * 60  # no trip is longer than a day
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]


@njit(nogil=True, cache=True)
def cumulative(times: I32, below: I64, share: F64, amount: F64, cutoff: float) -> F64:
    """Return what lies within `cutoff` seconds, (draws, origins).

    `times` int32[design, origins, points] s; draw d lies between design points `below[d]` and the
    next, `share[d]` of the way; `amount` (draws, points).
    """
    draws, points = amount.shape
    last = times.shape[0] - 1
    origins = times.shape[1]
    out = np.zeros((draws, origins))
    for d in range(draws):
        low = below[d]
        high = min(low + 1, last)
        w = share[d]
        for o in range(origins):
            total = 0.0
            for p in range(points):
                a = times[low, o, p]
                b = times[high, o, p] if w > 0.0 else a
                if a < INF and b < INF and a + (b - a) * w <= cutoff:
                    total += amount[d, p]
            out[d, o] = total
    return out


@njit(nogil=True, cache=True)
def expected(counts: U8, below: I64, share: F64, amount: F64, departures: int) -> F64:
    """Return what lies within a limit averaged over departures, (draws, origins).

    `counts` uint8[design, origins, points]: departures, out of `departures`, within the limit; a
    draw's share of departures lies between those of its two design points.
    """
    draws, points = amount.shape
    last = counts.shape[0] - 1
    origins = counts.shape[1]
    out = np.zeros((draws, origins))
    for d in range(draws):
        low = below[d]
        high = min(low + 1, last)
        w = share[d]
        for o in range(origins):
            total = 0.0
            for p in range(points):
                a = float(counts[low, o, p])
                b = float(counts[high, o, p])
                total += amount[d, p] * (a + (b - a) * w)
            out[d, o] = total / departures
    return out


@njit(nogil=True, cache=True)
def nearest(times: I32, below: I64, share: F64, amount: F64, k: float) -> F64:
    """Return the seconds until `k` are reached, counting the nearest first, (draws, origins).

    +inf where fewer than `k` are within reach. `k` may be a number of places or of jobs.
    """
    draws, points = amount.shape
    last = times.shape[0] - 1
    origins = times.shape[1]
    out = np.full((draws, origins), np.inf)
    moment = np.empty(points)
    by_minute = np.empty(MINUTES)
    for d in range(draws):
        low = below[d]
        high = min(low + 1, last)
        w = share[d]
        for o in range(origins):
            shortest = np.inf
            by_minute[:] = 0.0
            for p in range(points):
                a = times[low, o, p]
                b = times[high, o, p] if w > 0.0 else a
                moment[p] = np.inf
                if amount[d, p] > 0.0 and a < INF and b < INF:
                    moment[p] = a + (b - a) * w
                    by_minute[min(int(moment[p] / 60.0), len(by_minute) - 1)] += amount[d, p]
                    if amount[d, p] >= k and moment[p] < shortest:
                        shortest = moment[p]
            if k <= 1.0:
                out[d, o] = shortest
                continue
            reached = 0.0
            minute = 0
            while minute < len(by_minute) and reached + by_minute[minute] < k:
                reached += by_minute[minute]
                minute += 1
            if minute == len(by_minute):
                continue
            inside = (moment >= minute * 60.0) & (moment < (minute + 1) * 60.0)
            chosen = np.flatnonzero(inside)
            for p in chosen[np.argsort(moment[chosen], kind="mergesort")]:
                reached += amount[d, p]
                out[d, o] = moment[p]
                if reached >= k:
                    break
    return out


@njit(nogil=True, cache=True)
def nearest_by_kind(
    indptr: I64, index: I32, cost: I32, scale: F64, kind: I64, amount: F64, kinds: int
) -> F64:
    """Return the seconds to the nearest open place of each kind, (draws, origins, kinds).

    Sparse costs by origin in ms at the reference speed; draw d takes `cost · scale[d]`. `kind` int
    and `amount` (draws, points) by point. +inf where none is within the sparse rows.
    """
    draws = amount.shape[0]
    origins = len(indptr) - 1
    out = np.full((draws, origins, kinds), np.inf)
    for d in range(draws):
        for o in range(origins):
            for i in range(indptr[o], indptr[o + 1]):
                p = index[i]
                if amount[d, p] > 0.0:
                    time = cost[i] * scale[d] / 1000.0
                    if time < out[d, o, kind[p]]:
                        out[d, o, kind[p]] = time
    return out
