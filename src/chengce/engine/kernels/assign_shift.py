"""Shift vehicles between pairs of path segments until both cost the same: the work of Algorithm B.

Dial (2006), doi:10.1016/j.trb.2006.02.008; Nie (2010), doi:10.1016/j.trb.2009.06.005; segments are
kept between passes as in Bar-Gera (2010), doi:10.1016/j.trb.2009.11.004. Arrays by link are in
forward-star order; `delay` float64[m, 4] holds t₀, t₀·b, 1 / capacity and power.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

SMALL = 1e-8  # load at which the slope of a power below one is taken instead of at none
HUGE = 1e250  # delay and slope at most, so that no sum overflows
NOISE = 4e-16  # of the cost of a segment: smaller differences are rounding
OVERSHOT = 0.25  # of the difference before: what may remain after one shift
TRIES = 60


@njit(nogil=True, cache=True)
def reprice(p: int | np.int64, flow: F64, cost: F64, slope: F64, delay: F64) -> None:
    """Set time and d time / d flow of a link from its flow."""
    free, extra, per, power = delay[p, 0], delay[p, 1], delay[p, 2], delay[p, 3]
    if extra == 0.0:
        cost[p] = free
        slope[p] = 0.0
        return
    load = max(flow[p] * per, 0.0)
    if power == 4.0:
        cube = load * load * load
        cost[p] = free + extra * cube * load
        slope[p] = extra * 4.0 * cube * per
    elif power == 1.0:
        cost[p] = free + extra * load
        slope[p] = extra * per
    else:
        cost[p] = free + (min(extra * math.pow(load, power), HUGE) if load > 0.0 else 0.0)
        if power < 1.0:
            load = max(load, SMALL)
        steep = extra * power * math.pow(load, power - 1.0) * per if load > 0.0 else 0.0
        slope[p] = min(steep, HUGE)


@njit(nogil=True, cache=True)
def reprice_all(flow: F64, cost: F64, slope: F64, delay: F64) -> None:
    """Set time and slope of every link."""
    for p in range(len(flow)):
        reprice(p, flow, cost, slope, delay)


@njit(nogil=True, cache=True)
def _move(
    part: I32, link: I32, step: float, flow: F64, cost: F64, slope: F64, delay: F64, fixed: F64
) -> tuple[float, float]:
    """Add flow to a segment; return its cost and slope then."""
    total = 0.0
    steep = 0.0
    for i in range(len(part)):
        p = np.int64(link[part[i]])
        flow[p] += step
        reprice(p, flow, cost, slope, delay)
        total += cost[p] + fixed[p]
        steep += slope[p]
    return total, steep


@njit(nogil=True, cache=True)
def _shift(
    dear: I32,
    cheap: I32,
    before: float,
    steep: float,
    link: I32,
    cars: F64,
    pce: float,
    flow: F64,
    cost: F64,
    slope: F64,
    delay: F64,
    fixed: F64,
) -> float:
    """Move vehicles from one segment to another, as many as level the cost; return how many."""
    room = np.inf
    for i in range(len(dear)):
        room = min(room, cars[dear[i]])
    if room <= 0.0:
        return 0.0
    low, high = 0.0, room
    moved = 0.0
    goal = room if steep * pce * room <= before else before / (steep * pce)
    for _ in range(TRIES):
        step = (goal - moved) * pce
        moved = goal
        above, steep_above = _move(dear, link, -step, flow, cost, slope, delay, fixed)
        below, steep_below = _move(cheap, link, step, flow, cost, slope, delay, fixed)
        now = above - below
        if abs(now) <= OVERSHOT * before or (now > 0.0 and moved == room):
            break
        if now > 0.0:
            low = moved
        else:
            high = moved
        steep = (steep_above + steep_below) * pce
        goal = moved + now / steep if steep > 0.0 else high
        if goal >= high and high == room and now > 0.0:
            goal = room
        elif not low < goal < high:
            goal = 0.5 * (low + high)
    for i in range(len(dear)):
        e = dear[i]
        cars[e] = cars[e] - moved if cars[e] > moved else 0.0
    for i in range(len(cheap)):
        cars[cheap[i]] += moved
    return moved


@njit(nogil=True, cache=True)
def sweep(
    pair_ptr: I64,
    part: I32,
    link: I32,
    cars: F64,
    fixed: F64,
    pce: float,
    flow: F64,
    cost: F64,
    slope: F64,
    delay: F64,
) -> float:
    """Level every pair once; return Σ |cost difference| · vehicles moved · pce."""
    gain = 0.0
    for i in range(0, len(pair_ptr) - 1, 2):
        one = part[pair_ptr[i] : pair_ptr[i + 1]]
        two = part[pair_ptr[i + 1] : pair_ptr[i + 2]]
        above = 0.0
        below = 0.0
        steep = 0.0
        for j in range(len(one)):
            p = link[one[j]]
            above += cost[p] + fixed[p]
            steep += slope[p]
        for j in range(len(two)):
            p = link[two[j]]
            below += cost[p] + fixed[p]
            steep += slope[p]
        gap = above - below
        if abs(gap) <= NOISE * (above + below):
            continue
        if gap > 0.0:
            moved = _shift(
                one, two, gap, steep, link, cars, pce, flow, cost, slope, delay, fixed
            )  # fmt: skip
        else:
            moved = _shift(
                two, one, -gap, steep, link, cars, pce, flow, cost, slope, delay, fixed
            )  # fmt: skip
        gain += abs(gap) * moved * pce
    return gain
