"""Measure the ways along the inner streets of compounds, from their gates to points inside."""

from functools import cached_property
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.engine.csr import Sparse, from_rows
from chengce.engine.kernels import search
from chengce.engine.streets.gates import Walls
from chengce.engine.streets.walls import OUTSIDE

LIMIT_MM = 20_000_000  # no inner way is longer than 20 km
SHIFT = 10  # buckets of about a metre
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Met(Protocol):
    """Where points meet edges: parallel arrays."""

    @property
    def point(self) -> Ints: ...
    @property
    def edge(self) -> NDArray[np.int32]: ...
    @property
    def fraction(self) -> Floats: ...
    @property
    def offroad_m(self) -> Floats: ...


class InnerWays:
    """The stretches inside walls that may be used, as a graph of lengths in millimetres.

    `usable` by edge. A gate is at the ends of all stretches of its compound near it, as far as the
    tolerance; it leads nowhere if there are none.
    """

    def __init__(self, walls: Walls, usable: NDArray[np.bool_]) -> None:
        self._walls = walls
        s, network = walls.stretches, walls.network
        self._at = np.flatnonzero((s.side != OUTSIDE) & usable[s.edge])
        edge, start, end = s.edge[self._at], s.start[self._at], s.end[self._at]
        self._length = network.length_m[edge] * (end - start)
        nodes = len(network.nodes)

        def key(share: Floats, node: NDArray[np.int32]) -> Floats:
            inside = (share > 0.0) & (share < 1.0)
            return np.stack(
                [
                    np.where(inside, nodes + edge.astype(np.int64), node),
                    np.where(inside, share, 0.0),
                ],
                axis=1,
            )

        ends = np.concatenate([key(start, network.tail[edge]), key(end, network.head[edge])])
        self._keys, index = np.unique(ends, axis=0, return_inverse=True)
        self._ends = index.reshape(2, -1)

    def metres(self, gates: Ints, points: Ints, met: Met) -> Floats:
        """Return metres (points, gates) by inner streets; inf where none lead from one to other.

        `points` are numbers, ascending, and `met` how they meet inner streets.
        """
        s = self._walls.stretches
        out = np.full((len(points), len(gates)), np.inf)
        stretch = np.searchsorted(s.edge + s.start / 2, met.edge + met.fraction / 2, "right") - 1
        place = np.searchsorted(self._at, stretch)
        fine = place < len(self._at)
        fine[fine] = self._at[place[fine]] == stretch[fine]
        at, place = np.searchsorted(points, met.point)[fine], place[fine]
        share, offroad = met.fraction[fine], met.offroad_m[fine]
        length = self._walls.network.length_m[met.edge[fine]]
        one = (share - s.start[stretch[fine]]) * length
        two = (s.end[stretch[fine]] - share) * length
        away = np.full(len(self._keys), np.inf)
        found = self._from_gates
        for column, gate in enumerate(gates):
            row = slice(found.indptr[gate], found.indptr[gate + 1])
            away[found.column[row]] = found.value[row] / 1000.0
            way = np.minimum(one + away[self._ends[0, place]], two + away[self._ends[1, place]])
            np.minimum.at(out[:, column], at, way + offroad)
            away[found.column[row]] = np.inf
        return out

    @cached_property
    def _from_gates(self) -> Sparse:
        """Return, by gate, the ends of stretches it leads to and how far they are, mm."""
        ends, nodes = self._ends, len(self._keys)
        cost = np.rint(self._length * 1000.0).astype(np.int32)
        both = np.concatenate([ends[0], ends[1]])
        there = np.concatenate([ends[1], ends[0]]).astype(np.int32)
        graph = from_rows(both, Sparse(both[:0], there, np.tile(cost, 2)), nodes)
        every = np.arange(nodes)
        each = Sparse(np.arange(nodes + 1), every.astype(np.int32), np.zeros(nodes, np.int32))
        seeds, gates = self._seeds(), len(self._walls.gates.ids)
        none = Sparse(np.zeros(gates + 1, np.int64), np.empty(0, np.int32), np.empty(0, np.int32))
        return Sparse(*search.sparse(
            graph.indptr, graph.column, graph.value, seeds.indptr, seeds.column, seeds.value,
            each.indptr, each.column, each.value, none.indptr, none.column, none.value,
            nodes, np.arange(gates), LIMIT_MM, SHIFT,
        ))  # fmt: skip

    def _seeds(self) -> Sparse:
        """Return, by gate, the ends of inner stretches at the wall beside it, and mm to the gate."""
        walls, s = self._walls, self._walls.stretches
        cut, gate = walls.near
        away = shapely.distance(walls.cut_points[cut], shapely.points(walls.gates.xy[gate]))
        beside = np.rint(away * 1000.0).astype(np.int32)
        rows, nodes, costs = [], [], []
        for step, end in ((0, 1), (1, 0)):
            stretch = walls.cut_stretch[cut] + step
            place = np.searchsorted(self._at, stretch)
            fine = place < len(self._at)
            fine[fine] = self._at[place[fine]] == stretch[fine]
            fine &= s.side[stretch] == walls.gates.side[gate]
            rows.append(gate[fine])
            nodes.append(self._ends[end, place[fine]])
            costs.append(beside[fine])
        node = np.concatenate(nodes).astype(np.int32)
        seeds = Sparse(np.zeros(1, np.int64), node, np.concatenate(costs))
        return from_rows(np.concatenate(rows), seeds, len(walls.gates.ids))
