"""Measure access: how much within a limit, how soon to the k-th, by people of each group."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.engine.kernels import opportunity
from chengce.models.population import Population
from chengce.models.travel import DoorTimes

Floats = NDArray[np.float64]
BLOCK = 64  # origins per block of work


def reached_within(
    times: DoorTimes, columns: NDArray[np.int64], amount: Floats, cutoff_min: float, context: Context
) -> Floats:
    """Return access of percentile: what is reached within `cutoff_min`, (draws, origins).

    The travel time of each pair is first reduced to its percentile over departures, then counted
    (access-of-percentile; mean-of-access averages counts over departures instead).
    `columns` picks the destinations; `amount` (draws, len(columns)).
    """
    cutoff = cutoff_min * 60.0

    def work(block: NDArray[np.int32]) -> Floats:
        return np.asarray(opportunity.cumulative(block, times.below, times.share, amount, cutoff))

    return _over_origins(times, columns, work, context)


def minutes_to_reach(
    times: DoorTimes, columns: NDArray[np.int64], amount: Floats, k: float, context: Context
) -> Floats:
    """Return minutes until `k` (places, or jobs) are reached, nearest first, (draws, origins).

    Dual access; +inf where fewer than `k` are reached within the longest trip.
    """

    def work(block: NDArray[np.int32]) -> Floats:
        return np.asarray(opportunity.nearest(block, times.below, times.share, amount, k))

    return _over_origins(times, columns, work, context) / 60.0


def mean_of_access(shares: Floats, amount: Floats) -> Floats:
    """Return mean of access: what is reached, averaged over departures, (origins,).

    `shares` (origins, points): the share of departures whose trip is within the limit.
    """
    return np.asarray(shares @ amount)


def blend(
    by_profile: dict[str, Floats], population: Population, *, cap: float | None = None
) -> Floats:
    """Return values by group from values by walking profile, (draws, origins, groups).

    A group's value is the mean over its profile mix. Where only part of the mix reaches a place in
    time, that part which does not counts `cap`; +inf (not reached) is where no part does.
    """
    profiles, mix = population.profiles, population.mix()
    stacked = np.stack([by_profile[p] for p in profiles], axis=-1)
    out = np.zeros((*stacked.shape[:-1], len(population.groups)))
    for g in range(len(population.groups)):
        used = np.flatnonzero(mix[g] > 0)
        never = np.isinf(stacked[..., used]).all(axis=-1)
        for p in used:
            part = stacked[..., p] if cap is None else np.minimum(stacked[..., p], cap)
            out[..., g] += part * mix[g, p]
        out[..., g][never] = np.inf
    return out


def _over_origins(
    times: DoorTimes, columns: NDArray[np.int64], work: Callable[[NDArray[np.int32]], Floats],
    context: Context,
) -> Floats:  # fmt: skip
    origins = times.times.shape[1]
    chosen = np.ascontiguousarray(times.times[:, :, columns])
    blocks = [chosen[:, i : i + BLOCK] for i in range(0, origins, BLOCK)]
    ready = [np.ascontiguousarray(b) for b in blocks]
    parts = list(context.runner.map(work, ready))
    return np.concatenate(parts, axis=1) if parts else np.zeros((len(times.below), 0))
