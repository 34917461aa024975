"""Put workers to jobs in one draw: minutes between zones, balance, measure; arrays in, arrays out.

Sums run in index order in float64, so results do not depend on threads.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

STALLED = 1e-4


@njit(nogil=True, cache=True)
def minutes(low: I32, high: I32, share: float) -> F64:
    """Return minutes between zones in one draw, float64[n, n]; inf where not reached.

    `low`, `high` int32[n, n]: seconds at two design points; the draw lies `share` of the way. To a
    zone from itself it takes half as long as to the nearest other zone, 0 if none is reached.
    """
    n = low.shape[0]
    out = np.empty((n, n))
    for i in range(n):
        nearest = np.inf
        for j in range(n):
            a = low[i, j]
            b = high[i, j] if share > 0.0 else a
            t = np.inf
            if a < INF and b < INF:
                t = (a + (b - a) * share) / 60.0
            out[i, j] = t
            if j != i and t < nearest:
                nearest = t
        out[i, i] = nearest / 2.0 if nearest < np.inf else 0.0
    return out


@njit(nogil=True, cache=True)
def balance(
    seed: F64, rows: F64, columns: F64, start: F64, rounds: int, tolerance: float
) -> tuple[F64, F64, float]:
    """Return factors a, b such that a · seed · b has the given sums of rows, nearly of columns.

    Furness (1965) from b = `start`. Rows fit exactly; stops where the columns' error, Σ |found −
    wanted| / Σ wanted, is at most `tolerance`, falls by less than a ten-thousandth of itself (parts
    that are not joined have unequal sums) or after `rounds`; that error comes last. A row or column
    that nothing enters keeps the factor 0.
    """
    n, m = seed.shape
    a = np.zeros(n)
    b = start.copy()
    total = columns.sum()
    error = np.inf
    for r in range(rounds):
        found = np.zeros(m)
        for i in range(n):
            if rows[i] <= 0.0:
                continue
            s = 0.0
            for j in range(m):
                s += seed[i, j] * b[j]
            a[i] = rows[i] / s if s > 0.0 else 0.0
            for j in range(m):
                found[j] += a[i] * seed[i, j]
        before, error = error, 0.0
        for j in range(m):
            error += abs(found[j] * b[j] - columns[j])
        error = error / total if total > 0.0 else 0.0
        if error <= tolerance or r == rounds - 1 or error > before * (1.0 - STALLED):
            break
        for j in range(m):
            b[j] = columns[j] / found[j] if found[j] > 0.0 else 0.0
    return a, b, error


@njit(nogil=True, cache=True)
def measure(
    seed: F64, a: F64, b: F64, time: F64, cap: float, cutoffs: F64, centre: I32, centres: int
) -> tuple[F64, F64, F64, F64, F64, F64]:
    """Return what the flows a · seed · b mean for each zone of residence.

    `time` minutes, counted at most `cap` in the mean; `centre` int32[n]: the zone's centre or −1.
    Returns the sum of flows, Σ flow · minutes and flows within the zone itself, all (n,); flows
    within each of `cutoffs` (n, cutoffs); flows to the zone's own centre (n,); and all flows into
    each centre (centres,).
    """
    n = seed.shape[0]
    trips = np.zeros(n)
    spent = np.zeros(n)
    own = np.zeros(n)
    within = np.zeros((n, len(cutoffs)))
    inside = np.zeros(n)
    into = np.zeros(centres)
    for i in range(n):
        if a[i] <= 0.0:
            continue
        for j in range(n):
            flow = a[i] * seed[i, j] * b[j]
            if flow <= 0.0:
                continue
            trips[i] += flow
            spent[i] += flow * min(time[i, j], cap)
            for k in range(len(cutoffs)):
                if time[i, j] <= cutoffs[k]:
                    within[i, k] += flow
            if centre[j] >= 0:
                into[centre[j]] += flow
                if centre[j] == centre[i]:
                    inside[i] += flow
        own[i] = a[i] * seed[i, i] * b[i]
    return trips, spent, own, within, inside, into
