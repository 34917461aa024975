"""Find an equilibrium by Algorithm B: bushes that grow, vehicles that shift inside them.

Dial (2006), doi:10.1016/j.trb.2006.02.008. Each iteration adds up flows, measures every bush against
the cheapest paths, lets it grow and lists the pairs of segments between which its vehicles can
choose; then it levels these pairs, again and again while that pays. Bushes are independent while
they grow, so they spread over the workers; pairs are levelled one after another, because two
origins that meet the same queue at the same time would both leave it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter

import numpy as np

from chengce.core.context import Context
from chengce.core.errors import raise_if_any
from chengce.core.text import Text
from chengce.engine.assign.bushes import Block, Ground, Longs
from chengce.engine.assign.checks import check_size
from chengce.engine.kernels.assign_bush import load_all
from chengce.engine.kernels.assign_grow import grow
from chengce.engine.kernels.assign_shift import reprice_all, sweep
from chengce.engine.kernels.assign_stretch import direction, stretch, stride
from chengce.engine.roads.network import AssignOptions, Floats, Ints, Step

State = tuple[Floats, Floats, Floats]

SWEEPS = 50  # of all pairs in one iteration, at most
ENOUGH = 0.01  # of the first sweep's gain: with less, bushes grow first
WORTH = 0.01  # of the gap: links that would save a smaller share of a label wait
STRIDE = 15  # every so many sweeps, their direction is followed as far as it leads
FARTHEST = 1e6  # times a sweep; beyond, its rounding leads astray
PATIENCE = 60  # iterations without a smaller gap: rounding, or delays too steep for it


@dataclass(frozen=True)
class Solved:
    """Bushes and flows when the gap was last measured, and `change`: of flow by one step more."""

    blocks: tuple[Block, ...]
    class_flow: Floats
    flow: Floats
    gap: float
    trace: tuple[Step, ...]
    change: Floats


@dataclass(frozen=True)
class _Grown:
    block: Block
    pair_ptr: Longs
    part: Ints
    excess: Floats


def solve(
    ground: Ground, blocks: Sequence[Block], options: AssignOptions, context: Context
) -> Solved:
    """Shift vehicles until the gap is reached, the most iterations are done or it falls no further.

    Flows are in the order of `ground`. The same bits for any number of workers. Raises `Cancelled`.
    """
    start = perf_counter()
    trace: list[Step] = []
    best = (math.inf, 0)
    gap = 0.0
    while True:
        class_flow, flow = ground.add_up(blocks)
        before = flow.copy()
        cost, slope = ground.price(flow)
        grown = list(context.runner.map(_growth(ground, cost, WORTH * gap), blocks))
        gap = _gap(ground, grown, class_flow, cost)
        raise_if_any(check_size(gap))
        objective = ground.network.beckmann(ground.by_link(flow)) + _fixed(ground, class_flow)
        trace.append(Step(len(trace), gap, objective, perf_counter() - start))
        done = trace[-1].iteration
        if gap < 0.9 * best[0]:
            best = (gap, done)
        _tell(context, gap, options.gap)
        ended = gap <= options.gap or done >= options.most or done - best[1] >= PATIENCE
        _level(ground, grown, (flow, cost, slope), partial(_tell, context, gap, options.gap))
        if ended:
            return Solved(tuple(blocks), class_flow, before, gap, tuple(trace), flow - before)
        blocks = [g.block for g in grown]


def rehearse(ground: Ground, blocks: Sequence[Block]) -> None:
    """Go through the motions that `solve` makes only where it has to, so that they are compiled."""
    _, flow = ground.add_up(blocks)
    cost, slope = ground.price(flow)
    grown = [_growth(ground, cost, 0.0)(block) for block in blocks]
    _go_on(ground, grown, [g.block.cars.copy() for g in grown], (flow, cost, slope))


def _growth(ground: Ground, time: Floats, tolerance: float) -> Callable[[Block], _Grown]:
    """Return the work on one block at given times."""
    star, first_through = ground.star, ground.network.first_through
    costs = time + ground.fixed

    def work(block: Block) -> _Grown:
        indptr, link, cars, pair_ptr, part, excess = grow(
            block.indptr, block.link, block.cars, block.origins, block.demand,
            star, costs[block.kind], first_through, tolerance,
        )  # fmt: skip
        return _Grown(block.holding((indptr, link, cars)), pair_ptr, part, excess)

    return work


def _level(ground: Ground, grown: Sequence[_Grown], state: State, tick: Callable[[], None]) -> None:
    """Level all pairs until a sweep gains little; changes vehicles, flow, cost and slope in place."""
    first = 0.0
    for turn in range(1, SWEEPS + 1):
        before = [g.block.cars.copy() for g in grown] if turn % STRIDE == 0 else []
        gain = 0.0
        for g in grown:
            b = g.block
            gain += sweep(
                g.pair_ptr, g.part, b.link, b.cars, ground.fixed[b.kind], ground.pce[b.kind],
                *state, ground.delay,
            )  # fmt: skip
        first = gain if turn == 1 else first
        if gain <= ENOUGH * first:
            break
        if before:
            _go_on(ground, grown, before, state)
        tick()


def _go_on(ground: Ground, grown: Sequence[_Grown], before: Sequence[Floats], state: State) -> None:
    """Repeat what the last sweep changed, as often as the objective falls and vehicles allow."""
    flow, cost, slope = state
    change = np.zeros_like(flow)
    fixed, limit = 0.0, FARTHEST
    for g, then in zip(grown, before, strict=True):
        b = g.block
        own, most = direction(
            b.indptr, b.link, b.cars, then, ground.fixed[b.kind], ground.pce[b.kind], change
        )
        fixed, limit = fixed + own, min(limit, most)
    times = stride(flow, change, fixed, limit, ground.delay)
    links, nodes = ground.links, ground.network.nodes
    for g, then in zip(grown, before, strict=True):
        b = g.block
        stretch(b.cars, then, times)
        load_all(b.indptr, b.link, b.cars, links.tail, links.head, b.origins, b.demand, nodes)
    flow[:] = ground.add_up([g.block for g in grown])[1]
    reprice_all(flow, cost, slope, ground.delay)


def _gap(ground: Ground, grown: Sequence[_Grown], class_flow: Floats, time: Floats) -> float:
    """Return Σ v · (cost − cheapest) / Σ v · cost.

    Above the line nothing is negative, so a gap near rounding is no difference of two large sums.
    Infinite or NaN where a sum is beyond all numbers.
    """
    try:
        with np.errstate(over="ignore"):
            spent = math.fsum(
                math.fsum(pce * own * (time + fixed))
                for pce, own, fixed in zip(ground.pce, class_flow, ground.fixed, strict=True)
            )
        excess = math.fsum(
            ground.pce[g.block.kind] * value for g in grown for value in g.excess.tolist()
        )
    except OverflowError:
        return math.inf
    return excess / spent if spent > 0 else 0.0


def _fixed(ground: Ground, class_flow: Floats) -> float:
    return float(np.sum(ground.pce @ (class_flow * ground.fixed)))


def _tell(context: Context, gap: float, goal: float) -> None:
    share = math.log(min(max(gap, goal), 1.0)) / math.log(goal)
    context.step(
        Text(f"交通分配：相对间隙 {gap:.1e}（目标 {goal:.0e}）",
             f"assigning traffic: relative gap {gap:.1e} (asked for {goal:.0e})"),
        int(100 * share), 100,
    )  # fmt: skip
