"""Find the k cheapest of many destinations for every origin, exactly, through a hierarchy."""

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Runner
from chengce.engine.csr import Sparse, from_rows
from chengce.engine.hierarchy.ladder import Costs, Ladder
from chengce.engine.hierarchy.seeds import Entries
from chengce.engine.hierarchy.sweeps import Targets
from chengce.engine.kernels import cch_nearest, cch_select
from chengce.engine.kernels.limits import INF

I32 = NDArray[np.int32]
Lists = tuple[I32, I32]
BLOCKS = 4  # a worker: parts of the origins, by rank


def nearest_k(  # noqa: PLR0913  (those of `matrix`, and how many)
    ladder: Ladder,
    metric: Costs,
    seeds: Sparse,
    targets: Targets,
    k: int,
    runner: Runner,
    same: Sparse | None = None,
) -> Sparse:
    """Return the k cheapest destinations of each origin, cheapest first, ties by smallest index.

    Arguments are those of `matrix`. Fewer are returned where fewer can be reached. The time grows
    with the cones and with k, hardly with the number of destinations. Raises ValueError unless k
    is at least 1.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    origins = len(seeds.indptr) - 1
    ends = targets.ends
    lists = _empty(len(targets.cone), k)
    down = cch_select.rows(ladder.ptr, metric.down, targets.cone)
    cch_nearest.gather(
        targets.ptr, targets.head_depth, down, ladder.depth, targets.cone,
        (ends.indptr, ends.column, ends.value), _empty(ladder.depths, k), lists,
    )  # fmt: skip
    out = _empty(origins, k)
    entries = Entries.of(ladder, seeds)
    first = np.full(origins, len(ladder.rank), np.int64)
    np.minimum.at(first, entries.point, entries.rank)
    order = np.argsort(first, kind="stable")
    block = np.empty(origins, np.int64)
    parts = max(min(BLOCKS * runner.workers, origins), 1)
    block[order] = np.arange(origins) * parts // max(origins, 1)

    def work(part: int) -> None:
        mine = block[entries.point] == part
        rank = entries.rank[mine]
        wanted = cch_select.cone(ladder.parent, rank)
        listed = Sparse(np.empty(0, np.int64), entries.point[mine], entries.cost[mine])
        starts = from_rows(np.searchsorted(wanted, rank), listed, len(wanted))
        cch_nearest.spread(
            (ladder.ptr, ladder.head_depth, metric.up), ladder.depth, wanted,
            (starts.indptr, starts.column, starts.value), targets.cone, lists, _empty(ladder.depths, k), out,
        )  # fmt: skip

    for _ in runner.map(work, range(parts)):
        pass
    if same is not None:
        for o, p, c in zip(same.row, same.column, same.value, strict=True):
            cch_nearest.offer(out[0][o], out[1][o], int(c), int(p))
    found = out[0] < INF
    indptr = np.zeros(origins + 1, np.int64)
    np.cumsum(found.sum(axis=1), out=indptr[1:])
    return Sparse(indptr, out[1][found], out[0][found])


def _empty(rows: int, k: int) -> Lists:
    return np.full((rows, k), INF, np.int32), np.full((rows, k), -1, np.int32)
