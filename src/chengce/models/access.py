"""Measure access: how much within a limit, how soon to the k-th, by people of each group."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.engine.kernels import opportunity
from chengce.models.population import Population
from chengce.models.travel import TWENTIETHS, DoorTimes

Floats = NDArray[np.float64]
BLOCK = 64  # origins per block of work


def reached_within(
    times: DoorTimes,
    columns: NDArray[np.int64],
    amount: Floats,
    cutoff_min: float,
    context: Context,
) -> Floats:
    """Return access of percentile: what is reached within `cutoff_min`, (draws, origins).

    The travel time of each pair is first reduced to its percentile over departures, then counted
    (access-of-percentile; mean-of-access averages counts over departures instead).
    `columns` picks the destinations; `amount` (draws, len(columns)).
    """
    cutoff = cutoff_min * 60.0

    def work(block: NDArray[np.int32]) -> Floats:
        return np.asarray(opportunity.cumulative(block, times.below, times.share, amount, cutoff))

    return _over_origins(times.times, columns, work, context)


def minutes_to_reach(
    times: DoorTimes, columns: NDArray[np.int64], amount: Floats, k: float, context: Context
) -> Floats:
    """Return minutes until `k` (places, or jobs) are reached, nearest first, (draws, origins).

    Dual access; +inf where fewer than `k` are reached within the longest trip.
    """

    def work(block: NDArray[np.int32]) -> Floats:
        return np.asarray(opportunity.nearest(block, times.below, times.share, amount, float(k)))

    return _over_origins(times.times, columns, work, context) / 60.0


def mean_of_access(
    times: DoorTimes, cutoff: int, columns: NDArray[np.int64], amount: Floats, context: Context
) -> Floats:
    """Return what is reached within a cutoff, averaged over 20 departures, (draws, origins).

    `cutoff` is the number of the cutoff among those `door_times` was asked to count.
    """

    def work(block: NDArray[np.uint8]) -> Floats:
        return np.asarray(
            opportunity.expected(block, times.below, times.share, amount, len(TWENTIETHS))
        )

    return _over_origins(times.departures[:, cutoff], columns, work, context)


def blend(
    by_profile: dict[str, Floats], population: Population, *, cap: float | None = None
) -> Floats:
    """Return values by group from values by walking profile, (draws, origins, groups).

    A group's value is the mean over its profile mix. Where only part of the mix reaches a place in
    time, that part which does not counts `cap`; +inf (not reached) is where no part does. A place
    off the network of one profile gives that profile nothing (0, or not reached); off the networks
    of all of them it is NaN.
    """
    mix = population.mix()
    nothing = 0.0 if cap is None else np.inf
    stacked = np.stack([by_profile[p] for p in population.profiles], axis=-1)
    out = np.zeros((*stacked.shape[:-1], len(population.groups)))
    for g in range(len(population.groups)):
        used = np.flatnonzero(mix[g] > 0)
        parts = stacked[..., used]
        off = np.isnan(parts)
        nowhere = off.all(axis=-1)
        parts = np.where(off, nothing, parts)
        never = np.isinf(parts).all(axis=-1)
        if cap is not None:
            parts = np.minimum(parts, cap)
        for i, p in enumerate(used):
            out[..., g] += parts[..., i] * mix[g, p]
        out[..., g][never] = np.inf
        out[..., g][nowhere] = np.nan
    return out


def _over_origins(
    cube: NDArray[Any],
    columns: NDArray[np.int64],
    work: Callable[[NDArray[Any]], Floats],
    context: Context,
) -> Floats:
    """Return `work` over blocks of origins of a cube (design, origins, points), joined again."""
    origins = cube.shape[1]
    chosen = cube[:, :, columns]
    blocks = [np.ascontiguousarray(chosen[:, i : i + BLOCK]) for i in range(0, origins, BLOCK)]
    return np.concatenate(list(context.runner.map(work, blocks)), axis=1)
