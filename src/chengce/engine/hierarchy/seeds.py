"""Sort the doors of a query by rank, so that the sources of one batch share most of their way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.engine.csr import Sparse
from chengce.engine.hierarchy.ladder import Ladder
from chengce.engine.kernels.limits import INF
from chengce.engine.kernels.simd import LANES

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class Entries:
    """Ways into the network by ascending rank: `rank`, `point` (or lane) and `cost` (ms), int32."""

    rank: I32
    point: I32
    cost: I32

    @classmethod
    def of(cls, ladder: Ladder, doors: Sparse) -> "Entries":
        """Return the usable entries of all points; those of INF or more are left out."""
        usable = doors.value < INF
        rank = ladder.rank[doors.column[usable]]
        order = np.argsort(rank, kind="stable")
        point = doors.row[usable][order].astype(np.int32)
        return cls(rank[order], point, doors.value[usable][order])


def batches(ladder: Ladder, doors: Sparse) -> list[tuple[I64, Entries]]:
    """Return the points in batches of up to LANES neighbours, with their entries by lane."""
    entries = Entries.of(ladder, doors)
    points = len(doors.indptr) - 1
    first = np.full(points, len(ladder.rank), np.int64)
    np.minimum.at(first, entries.point, entries.rank)
    order = np.argsort(first, kind="stable")
    place = np.empty(points, np.int64)
    place[order] = np.arange(points)
    at = place[entries.point]
    group = np.argsort(at // LANES, kind="stable")
    bounds = np.searchsorted(at[group] // LANES, np.arange(-(-points // LANES) + 1))
    found = []
    for i, begin in enumerate(range(0, points, LANES)):
        mine = group[bounds[i] : bounds[i + 1]]
        lane = (at[mine] - begin).astype(np.int32)
        own = Entries(entries.rank[mine], lane, entries.cost[mine])
        found.append((order[begin : begin + LANES], own))
    return found


def points_at(nodes: NDArray[np.integer]) -> Sparse:
    """Return the doors of points that lie exactly at nodes."""
    count = len(nodes)
    return Sparse(np.arange(count + 1), nodes.astype(np.int32), np.zeros(count, np.int32))
