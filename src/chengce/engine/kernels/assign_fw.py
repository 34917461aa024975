"""Evaluate link delays and search a line exactly, for Frank–Wolfe steps; arrays by link."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]

SMALL = 1e-8  # load at which the slope of a power below one is taken instead of at none
STEPS = 100
CLOSE = 1e-15


@njit(nogil=True, cache=True)
def _raised(load: float, power: float) -> float:
    if power == 4.0:
        square = load * load
        return square * square
    if power == 1.0:
        return load
    return float(math.pow(load, power))


@njit(nogil=True, cache=True)
def times_and_slopes(
    flow: F64, free_flow: F64, capacity: F64, b: F64, power: F64
) -> tuple[F64, F64]:
    """Return each link's time at `flow` and d time / d flow, finite everywhere."""
    time = free_flow.copy()
    slope = np.zeros(len(flow))
    for i in range(len(flow)):
        if b[i] > 0.0 and free_flow[i] > 0.0:
            load = flow[i] / capacity[i]
            if load > 0.0:
                time[i] += free_flow[i] * b[i] * _raised(load, power[i])
            if power[i] == 1.0:
                steep = 1.0
            elif power[i] > 1.0:
                steep = power[i] * _raised(max(load, 0.0), power[i] - 1.0)
            else:
                steep = power[i] * _raised(max(load, SMALL), power[i] - 1.0)
            slope[i] = free_flow[i] * b[i] / capacity[i] * steep
    return time, slope


@njit(nogil=True, cache=True)
def step_length(
    flow: F64,
    direction: F64,
    constant: float,
    free_flow: F64,
    capacity: F64,
    b: F64,
    power: F64,
) -> float:
    """Return λ in [0, 1] that minimises the objective at flow + λ · direction.

    Its derivative Σ direction · time(flow + λ · direction) + `constant` never falls with λ:
    Newton's steps inside a bracket, bisection where they would not halve the last move.
    """
    low, high = 0.0, 1.0
    x, before = 1.0, 1.0
    for _ in range(STEPS):
        value, rise = _slope_along(flow, direction, x, constant, free_flow, capacity, b, power)
        if value == 0.0 or (value < 0.0 and x == 1.0):
            break
        if value < 0.0:
            low = x
        else:
            high = x
        if rise > 0.0 and low < x - value / rise < high and 2.0 * abs(value) <= before * rise:
            move = -value / rise
        else:
            move = 0.5 * (low + high) - x
        x += move
        before = abs(move)
        if before < CLOSE:
            break
    return x


@njit(nogil=True, cache=True)
def _slope_along(
    flow: F64,
    direction: F64,
    x: float,
    constant: float,
    free_flow: F64,
    capacity: F64,
    b: F64,
    power: F64,
) -> tuple[float, float]:
    value = constant
    rise = 0.0
    for i in range(len(flow)):
        d = direction[i]
        if d != 0.0:
            time = free_flow[i]
            load = (flow[i] + x * d) / capacity[i]
            if load > 0.0 and b[i] > 0.0:
                delay = time * b[i] * _raised(load, power[i])
                time += delay
                rise += d * d * delay * power[i] / (load * capacity[i])
            value += d * time
    return value, rise
