"""Go on in the direction of a sweep, as far as the objective falls: many short steps made one.

Where queues are steep, pairs levelled one by one creep along valleys. What the last sweep moved
points down the valley.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.assign_shift import reprice

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

FINEST = 1e-8  # of the vehicles on a link: a smaller change says nothing about a direction
ROUNDS = 30
CLOSE = 1e-3  # of a step: a further round would change it by less


@njit(nogil=True, cache=True)
def direction(
    indptr: I64, link: I32, cars: F64, before: F64, fixed: F64, pce: float, change: F64
) -> tuple[float, float]:  # fmt: skip
    """Add a block's change since `before` to that of the flow; return its fixed cost and limit.

    The limit is how many times the change can be repeated until some link is empty. A bush that
    can't repeat it once, or has changed by little more than rounding, is left out: `before` is set
    to what it carries.
    """
    cost = 0.0
    limit = np.inf
    for k in range(len(indptr) - 1):
        own = np.inf
        moved = 0.0
        most = 0.0
        for e in range(indptr[k], indptr[k + 1]):
            d = cars[e] - before[e]
            most = max(most, cars[e])
            if d != 0.0:
                moved = max(moved, abs(d))
                if d < 0.0:
                    own = min(own, cars[e] / -d)
        if moved == 0.0:
            continue
        if own < 1.0 or moved < FINEST * most:
            for e in range(indptr[k], indptr[k + 1]):
                before[e] = cars[e]
            continue
        limit = min(limit, own)
        for e in range(indptr[k], indptr[k + 1]):
            d = cars[e] - before[e]
            if d != 0.0:
                change[link[e]] += pce * d
                cost += pce * fixed[link[e]] * d
    return cost, limit


@njit(nogil=True, cache=True)
def stride(flow: F64, change: F64, constant: float, limit: float, delay: F64) -> float:
    """Return λ in [0, limit] that minimises the objective at flow + λ · change.

    `constant` is the fixed cost of `change`. Newton's steps on the derivative, inside a bracket.
    """
    at = np.empty(1)
    cost = np.empty(1)
    slope = np.empty(1)
    first = np.int64(0)
    low, high = 0.0, limit
    x = 0.0
    for _ in range(ROUNDS):
        value = constant
        rise = 0.0
        for p in range(len(flow)):
            d = change[p]
            if d != 0.0:
                at[0] = flow[p] + x * d
                reprice(first, at, cost, slope, delay[p : p + 1])
                value += d * cost[0]
                rise += d * d * slope[0]
        if value < 0.0:
            low = x
            if x >= limit:
                break
        else:
            high = x
            if x == 0.0:
                break
        step = -value / rise if rise > 0.0 else math.inf
        new = x + step
        if not low < new < high:
            new = limit if new >= high and high == limit else 0.5 * (low + high)
        if abs(new - x) <= CLOSE * x:
            break
        x = new
    return x


@njit(nogil=True, cache=True)
def stretch(cars: F64, before: F64, times: float) -> None:
    """Repeat the change of vehicles since `before` so many times."""
    for e in range(len(cars)):
        d = cars[e] - before[e]
        if d != 0.0:
            cars[e] = max(cars[e] + times * d, 0.0)
