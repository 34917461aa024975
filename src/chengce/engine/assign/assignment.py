"""Assign trips to roads such that nobody can gain by another path (Wardrop 1952), or at least cost.

Algorithm B or bi-conjugate Frank–Wolfe on one convex problem (Beckmann, McGuire & Winsten 1956),
where a vehicle weighs as many passenger-car units as it takes up. Known to be true of real traffic
only on average: nobody knows all times, queues do not spill back here, and demand does not react.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.core.errors import raise_if_any
from chengce.engine.assign.algorithm_b import Solved, solve
from chengce.engine.assign.bushes import Ground
from chengce.engine.assign.checks import (
    check_classes,
    check_connected,
    check_network,
    check_options,
    check_size,
)
from chengce.engine.assign.flow_error import error_against, error_of_next_step
from chengce.engine.assign.frank_wolfe import frank_wolfe
from chengce.engine.assign.tie_guard import determined
from chengce.engine.roads.network import (
    CLOSED,
    AssignOptions,
    Equilibrium,
    Floats,
    Ints,
    RoadNetwork,
    TravelClass,
)

CLOSER = 0.01  # of the gap of Frank–Wolfe: where Algorithm B stops that says how far off flows are
FINEST = 1e-13


def assign(
    network: RoadNetwork,
    classes: Sequence[TravelClass],
    options: AssignOptions | None = None,
    *,
    warm: Equilibrium | None = None,
    context: Context | None = None,
) -> Equilibrium:
    """Return the equilibrium ("user") or the least total cost ("system") of all classes together.

    Vehicles of class k see time + fixed_k; for "system" marginal costs, which toll the time each
    passenger-car unit costs the others. Trips within a zone are left out. `warm`: an equilibrium of
    this network, or of one with fewer links at its end, of other closures, delays or demand; where it
    has none of these it is returned as it is, bit for bit. Any other network begins anew.
    A gap that is not reached gives `converged` False. The same bits for any number of workers.
    Raises `ChengceError` with all that is wrong with the input, and `Cancelled`.
    """
    options, context = options or AssignOptions(), context or Context()
    start = perf_counter()
    raise_if_any([*check_network(network), *check_options(options)])
    raise_if_any(check_classes(network, classes))
    open_links, keep = _open(network)
    raise_if_any(check_connected(open_links, classes))
    inside = tuple(replace(c, fixed=None if c.fixed is None else c.fixed[keep]) for c in classes)
    if options.principle == "system":  # the marginal cost t + v·t' is t₀(1 + b(1 + p)xᵖ)
        faced = replace(open_links, b=open_links.b * (1.0 + open_links.power))
    else:
        faced = open_links
    ground = Ground.of(faced, inside)
    known = None if warm is None else _positions(warm, network, ground, keep)
    if options.method == "bfw":
        found, error = _frank_wolfe(
            ground, open_links, options, _carried(warm, known, ground), context
        )
    else:
        blocks = ground.plant() if known is None or warm is None else ground.resume(warm, known)
        found = solve(ground, blocks, options, context)
        error = error_of_next_step(found.change)
    sure = determined(ground, found.flow, found.gap, context)
    spread = _Spread(network.links, keep[ground.links.link])
    by_class, flow = spread(found.class_flow), spread(found.flow)
    time = network.time(flow)
    fixed = sum(
        c.pce * float(np.sum(c.fixed * own))
        for c, own in zip(classes, by_class, strict=True)
        if c.fixed is not None
    )
    with np.errstate(over="ignore"):
        total = float(np.sum(flow * time)) + fixed
    raise_if_any(check_size(total))
    return Equilibrium(
        network=network,
        classes=tuple(classes),
        options=options,
        flow=flow,
        class_flow=by_class,
        time=time,
        objective=total if options.principle == "system" else network.beckmann(flow) + fixed,
        total=total,
        gap=found.gap,
        iterations=found.trace[-1].iteration,
        seconds=perf_counter() - start,
        converged=found.gap <= options.gap,
        flow_error=spread(error),
        determined=spread(~sure) == 0,
        trace=found.trace,
        bushes=ground.to_bushes(found.blocks, spread.number) if options.method == "b" else None,
    )


@dataclass(frozen=True)
class _Spread:
    """Put values in the order of a `Ground` where their links are; closed links get 0."""

    links: int
    number: Ints

    def __call__(self, values: NDArray[np.float64 | np.bool_]) -> Floats:
        out = np.zeros((*values.shape[:-1], self.links))
        out[..., self.number] = values
        return out


def _open(network: RoadNetwork) -> tuple[RoadNetwork, Ints]:
    """Return the network of the links that can be used, and their numbers."""
    keep = np.flatnonzero((network.free_flow < CLOSED) & (network.tail != network.head))
    columns = ("tail", "head", "free_flow", "capacity", "b", "power", "length")
    return replace(network, **{c: getattr(network, c)[keep] for c in columns}), keep.astype(
        np.int32
    )


def _positions(warm: Equilibrium, network: RoadNetwork, ground: Ground, keep: Ints) -> Ints | None:
    """Return where each link of a warm start lies in `ground` (−1: closed); None: another network."""
    old = warm.network
    m = old.links
    if (
        old.zones != network.zones
        or old.first_through != network.first_through
        or not np.array_equal(old.tail, network.tail[:m])
        or not np.array_equal(old.head, network.head[:m])
    ):
        return None
    position = np.full(network.links, -1, np.int32)
    position[keep[ground.links.link]] = np.arange(ground.network.links, dtype=np.int32)
    return position[:m]


def _carried(warm: Equilibrium | None, known: Ints | None, ground: Ground) -> Floats | None:
    """Return class flows of a warm start by open link, or None where they don't fit."""
    if warm is None or known is None or len(warm.classes) != len(ground.classes):
        return None
    there = known >= 0
    flow = np.zeros((len(ground.classes), ground.network.links))
    flow[:, known[there]] = warm.class_flow[:, there]
    return ground.by_link(flow)


def _frank_wolfe(
    ground: Ground,
    network: RoadNetwork,
    options: AssignOptions,
    started: Floats | None,
    context: Context,
) -> tuple[Solved, Floats]:
    """Return flows by bi-conjugate Frank–Wolfe and their error against a closer Algorithm B."""
    by_class, flow, _, trace = frank_wolfe(network, ground.classes, options, started, context)
    gap = trace[-1].gap
    other = solve(ground, ground.plant(), replace(options, gap=max(CLOSER * gap, FINEST)), context)
    order = ground.links.link
    error = error_against(flow[order], other.flow, error_of_next_step(other.change))
    return Solved((), by_class[:, order], flow[order], gap, trace, error), error
