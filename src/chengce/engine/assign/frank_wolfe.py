"""Assign traffic by bi-conjugate Frank–Wolfe: a plain method, and a second opinion on others.

Mitradjieva & Lindberg (2013), doi:10.1287/trsc.1120.0409. Each iteration loads all trips on the
paths cheapest now, aims at a mixture of that and the two targets before, such that the directions
are conjugate, and goes as far along as the objective falls. Link flows only, no paths; below a gap
of about 1e-6 it is slow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from chengce.core.context import Context
from chengce.core.errors import raise_if_any
from chengce.core.text import Text
from chengce.engine.assign.checks import check_size
from chengce.engine.kernels.assign_fw import step_length, times_and_slopes
from chengce.engine.kernels.road_tree import load
from chengce.engine.roads.network import AssignOptions, Floats, Ints, RoadNetwork, Step, TravelClass
from chengce.engine.roads.paths import Star, origin_blocks, star

NEAR_ONE = 0.99  # a conjugate target is at most this share the one before
STILL = 1e-13  # a step so short changes nothing
BALANCE = 1e-9  # of all demand: flows that miss the demand of a node by more can't be continued


@dataclass(frozen=True)
class _Problem:
    """What does not change between iterations; `network` has the delays whose sum is minimised."""

    network: RoadNetwork
    pce: Floats
    fixed: Floats
    demand: tuple[Floats, ...]
    origins: tuple[Ints, ...]
    star: Star
    context: Context

    def total(self, class_flow: Floats) -> Floats:
        """Return flow in pce, float64[m], of flows in vehicles by class, float64[k, m]."""
        return np.asarray(self.pce @ class_flow)

    def fixed_cost(self, class_flow: Floats) -> float:
        """Return Σ pce · fixed · vehicles."""
        return float(np.sum(self.pce * np.sum(self.fixed * class_flow, axis=1)))


def frank_wolfe(
    network: RoadNetwork,
    classes: Sequence[TravelClass],
    options: AssignOptions,
    warm_flow: Floats | None,
    context: Context,
) -> tuple[Floats, Floats, int, tuple[Step, ...]]:
    """Return class flows float64[k, m] (vehicles), flow float64[m] (pce), iterations and trace.

    Stops at `options.gap` or after `options.most` iterations. `warm_flow` float64[k, m] is where to
    start, unless it does not carry the demand. "system" minimises the total cost by loading at
    marginal cost t + v · dt/dv. Every pair with demand must be connected and every number valid
    (`assign` checks). The same bits for any number of workers. Raises `Cancelled`.
    """
    problem = _prepare(network, classes, options, context)
    start = perf_counter()
    flow = warm_flow if warm_flow is not None and _carries(problem, warm_flow) else None
    if flow is None:
        empty = np.zeros(network.links)
        flow, _ = _all_or_nothing(problem, problem.network.time(empty))
    last: Floats | None = None  # the target before, and the one before that
    older: Floats | None = None
    step = 0.0
    trace: list[Step] = []
    for iteration in range(options.most + 1):
        total = problem.total(flow)
        time, slope = times_and_slopes(total, *_delay(problem.network))
        nearest, least = _all_or_nothing(problem, time)
        with np.errstate(over="ignore"):
            spent = float(np.sum(total * time)) + problem.fixed_cost(flow)
        raise_if_any(check_size(spent))
        gap = max(0.0, (spent - least) / spent) if spent > 0 else 0.0
        objective = problem.network.beckmann(total) + problem.fixed_cost(flow)
        trace.append(Step(iteration, gap, objective, perf_counter() - start))
        context.step(
            Text(
                f"交通分配：相对间隙 {gap:.1e}（目标 {options.gap:.0e}）",
                f"assigning traffic: relative gap {gap:.1e} (asked for {options.gap:.0e})",
            ),
            iteration,
            options.most,
        )
        if gap <= options.gap or iteration == options.most:
            break
        target = _target(problem, flow, nearest, (last, older, step), slope)
        step = _step(problem, flow, target)
        if step < STILL:  # not downhill within rounding: begin again from the plain direction
            target, last = nearest, None
            step = _step(problem, flow, target)
            if step < STILL:
                break
        flow = (1.0 - step) * flow + step * target
        last, older = (target, last) if step < 1.0 else (None, None)
    return flow, problem.total(flow), trace[-1].iteration, tuple(trace)


def _prepare(
    network: RoadNetwork,
    classes: Sequence[TravelClass],
    options: AssignOptions,
    context: Context,
) -> _Problem:
    if options.principle == "system":  # the BPR form keeps its form: t + v·t' = t₀(1 + b(1+p)xᵖ)
        network = replace(network, b=network.b * (1.0 + network.power))
    none = np.zeros(network.links)
    demand = tuple(np.ascontiguousarray(c.demand, np.float64) for c in classes)
    return _Problem(
        network,
        np.array([c.pce for c in classes]),
        np.stack([none if c.fixed is None else c.fixed for c in classes]).astype(np.float64),
        demand,
        tuple(np.flatnonzero((d > 0).any(axis=1)).astype(np.int32) for d in demand),
        star(network),
        context,
    )


def _delay(network: RoadNetwork) -> tuple[Floats, Floats, Floats, Floats]:
    return network.free_flow, network.capacity, network.b, network.power


def _all_or_nothing(problem: _Problem, time: Floats) -> tuple[Floats, float]:
    """Return class flows on the paths cheapest at these times, and Σ pce · demand · cost."""
    links, network = problem.star, problem.network
    costs = (time + problem.fixed)[:, links.link]

    def work(block: tuple[int, Ints]) -> tuple[Floats, float]:
        k, origins = block
        return load(
            links.indptr, links.head, links.tail, costs[k], network.first_through,
            origins, problem.demand[k][origins],
        )  # fmt: skip

    blocks = [
        (k, part)
        for k, origins in enumerate(problem.origins)
        for part in origin_blocks(origins, network.nodes)
    ]
    by_position = np.zeros((len(problem.pce), network.links))
    least = 0.0
    for (k, _), (flow, cost) in zip(blocks, problem.context.runner.map(work, blocks), strict=True):
        by_position[k] += flow
        least += problem.pce[k] * cost
    return links.by_link(by_position), float(least)


def _target(
    problem: _Problem,
    flow: Floats,
    nearest: Floats,
    before: tuple[Floats | None, Floats | None, float],
    slope: Floats,
) -> Floats:
    """Mix the newest loading with the last targets so that the directions are conjugate."""
    last, older, step = before
    if last is None:
        return nearest
    x = problem.total(flow)
    new = problem.total(nearest) - x
    once = problem.total(last)
    d = once - x
    along = float(np.sum(d * slope * d))
    if along <= 0.0:
        return nearest
    across = float(np.sum(d * slope * new))
    if older is not None:
        twice = problem.total(older)
        e = step * once - x + (1.0 - step) * twice
        bent = float(np.sum(e * slope * (twice - once)))
        if bent != 0.0:
            mu = max(0.0, -float(np.sum(e * slope * new)) / bent)
            nu = max(0.0, -across / along + mu * step / (1.0 - step))
            share = 1.0 / (1.0 + mu + nu)
            if np.isfinite(share) and share > 0.0:
                return np.asarray(share * (nearest + nu * last + mu * older))
    share = across / (across - along) if across < 0.0 else 0.0
    share = min(share, NEAR_ONE)
    return np.asarray(share * last + (1.0 - share) * nearest)


def _step(problem: _Problem, flow: Floats, target: Floats) -> float:
    change = target - flow
    step = step_length(
        problem.total(flow), problem.total(change), problem.fixed_cost(change),
        *_delay(problem.network),
    )  # fmt: skip
    return float(step)


def _carries(problem: _Problem, class_flow: Floats) -> bool:
    """Say whether flows bring every vehicle of the demand out of its origin and to its zone."""
    network = problem.network
    if class_flow.shape != problem.fixed.shape or not (class_flow >= 0).all():
        return False
    for flow, demand in zip(class_flow, problem.demand, strict=True):
        trips = demand - np.diag(np.diag(demand))
        surplus = np.bincount(network.tail, flow, network.nodes)
        surplus -= np.bincount(network.head, flow, network.nodes)
        surplus[: network.zones] -= trips.sum(axis=1) - trips.sum(axis=0)
        if np.abs(surplus).max(initial=0.0) > BALANCE * max(trips.sum(), 1.0):
            return False
    return True
