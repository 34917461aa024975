"""Give a hierarchy its costs: all of them, or only what a few changed streets touch."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Runner
from chengce.engine.hierarchy.hierarchy import Hierarchy, Metric
from chengce.engine.kernels import cch_customize, cch_partial

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

LARGE = 50_000  # nodes from which threads are worth their start
PARTS = 64  # no block of subtrees has more than one part of the work
BLOCKS = 4  # blocks a worker
FEW = 0.005  # share of the arcs up to which changing is faster than working all out


def customize(hierarchy: Hierarchy, cost: I32, *, runner: Runner | None = None) -> Metric:
    """Return the costs of the hierarchy's arcs from those of the input's, int32 by input arc.

    2**30 (or more) closes an arc; below 0 counts as 0. The same with any runner.
    """
    cost = np.ascontiguousarray(cost, np.int32)
    arcs = len(hierarchy.up_head)
    metric = Metric(np.empty(arcs, np.int32), np.empty(arcs, np.int32))
    up, down = metric.up.view(np.uint32), metric.down.view(np.uint32)
    slot, source, nodes = hierarchy.slot, hierarchy.source, len(hierarchy.node)
    ptr, head = hierarchy.up_ptr, hierarchy.up_head
    if runner is None or runner.workers == 1 or nodes < LARGE:
        cch_customize.place_costs(slot, source, cost, 0, arcs, up, down)
        whole = np.array([[0], [nodes], [0]], np.int32)
        cch_customize.relax(ptr, head, whole[0], whole[1], whole[2], up, down)
        return metric

    def fill(block: tuple[int, int]) -> None:
        cch_customize.place_costs(slot, source, cost, *block, up, down)

    def below(block: tuple[I32, I32]) -> None:
        start, stop = block
        cch_customize.relax(ptr, head, start, stop, np.full_like(start, -1), up, down)

    count = BLOCKS * runner.workers
    edges = [arcs * k // count for k in range(count + 1)]
    start, stop, load = cch_customize.subtrees(hierarchy.parent, ptr, PARTS)
    turns = np.cumsum(load) * count // (int(load.sum()) + 1)
    cuts = np.searchsorted(turns, np.arange(count + 1))
    ranges = [(start[i:j], stop[i:j]) for i, j in pairwise(cuts)]
    for _ in runner.map(fill, list(pairwise(edges))):
        pass
    for _ in runner.map(below, ranges):
        pass
    cch_customize.relax(ptr, head, *_above(start, stop, nodes), up, down)
    return metric


def recustomize(hierarchy: Hierarchy, metric: Metric, old: I32, new: I32) -> Metric:
    """Return `customize(hierarchy, new)`, worked out from `metric`, that of the costs `old`.

    Bit for bit the same; much faster where few costs differ.
    """
    old, new = np.ascontiguousarray(old, np.int32), np.ascontiguousarray(new, np.int32)
    differs = np.flatnonzero(old != new)
    if len(differs) > FEW * len(new) + 1:
        return customize(hierarchy, new)
    out = Metric(metric.up.copy(), metric.down.copy())
    place = hierarchy.place[differs[differs < len(hierarchy.place)]]
    cch_partial.change(
        hierarchy.up_ptr, hierarchy.up_head, *hierarchy.lower, hierarchy.slot, hierarchy.source,
        old, new, place[place >= 0],
        metric.up.view(np.uint32), metric.down.view(np.uint32),
        out.up.view(np.uint32), out.down.view(np.uint32),
    )  # fmt: skip
    return out


def _above(start: I32, stop: I32, nodes: int) -> tuple[I32, I32, I32]:
    """Return all nodes as ranges in order, each with the lowest rank its own work left out."""
    bounds = np.zeros(2 * len(start) + 2, np.int32)
    bounds[1:-1:2], bounds[2:-1:2], bounds[-1] = start, stop, nodes
    floor = np.zeros(2 * len(start) + 1, np.int32)
    floor[1::2] = stop
    return bounds[:-1].copy(), bounds[1:].copy(), floor
