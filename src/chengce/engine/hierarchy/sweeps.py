"""Compute costs from many points through a hierarchy: to all nodes, or to a set of destinations."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Runner
from chengce.engine.csr import Sparse, from_rows
from chengce.engine.hierarchy.ladder import Costs, Ladder, aligned_rows
from chengce.engine.hierarchy.seeds import Entries, batches, points_at
from chengce.engine.kernels import cch_select, cch_sweep
from chengce.engine.kernels.limits import INF

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
R = TypeVar("R")
Batch = tuple[I64, Entries]
BLOCK = 4  # batches of LANES sources that one thread does in turn


def one_to_all(ladder: Ladder, metric: Costs, sources: NDArray[np.integer], runner: Runner) -> I32:
    """Return costs int32[sources, nodes], ms, from nodes to all nodes; INF where not reachable."""
    out = np.empty((len(sources), len(ladder.rank)), np.int32)

    def write(points: I64, labels: I32) -> None:
        cch_sweep.by_source(labels, points, out)

    for _ in sweep_each(ladder, metric, points_at(sources), write, runner):
        pass
    return out


def sweep_each(
    ladder: Ladder, metric: Costs, doors: Sparse, use: Callable[[I64, I32], R], runner: Runner
) -> Iterator[R]:
    """Yield `use(points, labels)` for up to LANES points at a time: costs from them to all nodes.

    `labels` int32[nodes, LANES], ms: lane i belongs to points[i], lanes beyond them are INF. They
    are overwritten by the next batch of the thread, so `use` must keep what it needs; whatever the
    number of points, only one array of labels a worker is in memory.
    """
    own = threading.local()

    def work(batch: Batch) -> R:
        if not hasattr(own, "labels"):
            own.rows, own.labels = ladder.labels(), aligned_rows(len(ladder.rank))
        sweep(ladder, metric, batch[1], own.rows, own.labels)
        return use(batch[0], own.labels)

    yield from runner.map(work, batches(ladder, doors))


def sweep(ladder: Ladder, metric: Costs, seeds: Entries, rows: I32, out: I32) -> None:
    """Fill `out` (`aligned_rows` of the nodes) with the costs, ms, from each lane's seeds.

    `rows` is scratch from `ladder.labels()`, fit for the next sweep afterwards.
    """
    union, met = _climb(ladder, metric, seeds, rows)
    cch_sweep.sweep_all(
        ladder.ptr, ladder.head_depth, metric.down, ladder.depth, ladder.node, union, met, rows, out
    )


@dataclass(frozen=True)
class Targets:
    """Destinations of a matrix: the cone above them, its arcs, and their entries by place in it.

    Independent of costs but for those of the entries: select once, use in every scenario. `cone`
    ranks ascending; `ptr` int64, `head_depth`: its arcs; `ends`: by place in the cone, (point,
    cost); `count`: how many points.
    """

    cone: I32
    ptr: I64
    head_depth: I32
    ends: Sparse
    count: int


def select(ladder: Ladder, ends: Sparse) -> Targets:
    """Return the targets of a set of destinations, whose entries are (node, ms) by destination."""
    entries = Entries.of(ladder, ends)
    cone = cch_select.cone(ladder.parent, entries.rank)
    at = np.searchsorted(cone, entries.rank)
    listed = Sparse(np.empty(0, np.int64), entries.point, entries.cost)
    ptr = np.zeros(len(cone) + 1, np.int64)
    np.cumsum(ladder.ptr[cone + 1] - ladder.ptr[cone], out=ptr[1:])
    return Targets(
        cone=cone,
        ptr=ptr,
        head_depth=cch_select.rows(ladder.ptr, ladder.head_depth, cone),
        ends=from_rows(at, listed, len(cone)),
        count=len(ends.indptr) - 1,
    )


def matrix(
    ladder: Ladder,
    metric: Costs,
    seeds: Sparse,
    targets: Targets,
    runner: Runner,
    same: Sparse | None = None,
) -> I32:
    """Return costs int32[origins, destinations], ms; INF where not reachable.

    `seeds` are (node, ms) by origin; a destination costs the least of its entries. `same` lists, by
    origin, destinations reached without passing a node, with their cost.
    """
    origins, ends = len(seeds.indptr) - 1, targets.count
    out = np.full((origins, ends), INF, np.int32)
    down = cch_select.rows(ladder.ptr, metric.down, targets.cone)
    depth, entries = ladder.depth, targets.ends

    def work(block: list[Batch]) -> None:
        rows, found = ladder.labels(), aligned_rows(ends)
        for points, batch in block:
            union, met = _climb(ladder, metric, batch, rows)
            found[:] = INF
            cch_sweep.sweep_cone(
                targets.ptr, targets.head_depth, down, depth, union, met,
                (targets.cone, entries.indptr, entries.column, entries.value), rows, found,
            )  # fmt: skip
            cch_sweep.by_source(found, points, out)

    for _ in runner.map(work, _blocks(batches(ladder, seeds))):
        pass
    if same is not None:
        np.minimum.at(out, (same.row, same.column), same.value)
    return out


def _blocks(listed: list[Batch]) -> list[list[Batch]]:
    return [listed[i : i + BLOCK] for i in range(0, len(listed), BLOCK)]


def _climb(ladder: Ladder, metric: Costs, seeds: Entries, rows: I32) -> tuple[I32, I32]:
    """Return the cone of the seeds and the labels of the upward search in it, a row a rank."""
    union = cch_select.cone(ladder.parent, seeds.rank)
    met = aligned_rows(len(union))
    lanes = np.full((ladder.depths, 2), -1, np.int32)
    cch_sweep.climb(
        ladder.ptr, ladder.head_depth, metric.up, ladder.parent, ladder.depth,
        union, seeds.rank, seeds.point, seeds.cost, rows, lanes, met,
    )  # fmt: skip
    return union, met
