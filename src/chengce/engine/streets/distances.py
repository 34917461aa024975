"""Compute street costs between points: what lies within a limit of each origin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Runner
from chengce.engine.csr import Sparse, by_column, from_rows, ramp, stack
from chengce.engine.kernels import search
from chengce.engine.kernels.limits import INF
from chengce.engine.streets.snap import Connectors
from chengce.engine.streets.weights import Weights

BLOCK = 64


def within(
    weights: Weights,
    origins: Connectors,
    destinations: Connectors,
    *,
    limit_ms: int,
    runner: Runner,
) -> Sparse:
    """Return, by origin, the destinations within the limit (ascending index) and their cost, ms.

    Cost = off-road part + part of the first edge + shortest path + part of the last edge +
    off-road part; two doors on one edge are also joined directly along it. Points at the same
    coordinates are 0 apart.
    """
    asked = Search(
        seeds_of(weights, origins),
        by_column(ends_of(weights, destinations), len(weights.indptr) - 1),
        same_edge(weights, origins, destinations),
        len(destinations.ids),
    )
    return reach(weights, asked, limit_ms=limit_ms, runner=runner)


class Search(NamedTuple):
    """Where searches begin and end: `seeds` (node, ms) by origin, `ends` (destination, ms) by node.

    `same` (destination, ms) by origin: pairs joined without passing a node.
    """

    seeds: Sparse
    ends: Sparse
    same: Sparse
    destinations: int


def reach(weights: Weights, asked: Search, *, limit_ms: int, runner: Runner) -> Sparse:
    """Return, by origin of a search, the destinations within the limit and their cost, ms."""
    seeds, ends, same, destinations = asked
    limit = _limit(limit_ms)

    def work(rows: NDArray[np.int64]) -> Sparse:
        return Sparse(*search.sparse(
            weights.indptr, weights.head, weights.cost,
            seeds.indptr, seeds.column, seeds.value,
            ends.indptr, ends.column, ends.value,
            same.indptr, same.column, same.value,
            destinations, rows, limit, weights.shift(limit),
        ))  # fmt: skip

    return stack(list(runner.map(work, _blocks(len(seeds.indptr) - 1))))


def nearest_k(sparse: Sparse, k: int) -> Sparse:
    """Return the k cheapest destinations of each row, cheapest first, ties by smallest index."""
    row = np.repeat(np.arange(len(sparse.indptr) - 1), np.diff(sparse.indptr))
    order = np.lexsort((sparse.column, sparse.value, row))
    place = np.arange(len(order)) - sparse.indptr[row[order]]
    chosen = order[place < k]
    indptr = np.zeros(len(sparse.indptr), np.int64)
    np.cumsum(np.minimum(np.diff(sparse.indptr), k), out=indptr[1:])
    return Sparse(indptr, sparse.column[chosen], sparse.value[chosen])


def seeds_of(weights: Weights, points: Connectors) -> Sparse:
    """Return, by origin, up to two (node, ms) per connector: leaving by the edge's end or start.

    A door exactly at an end of its edge is at that node, whatever the edge's direction; if the edge
    is closed, only there. Other doors of a closed edge are left and reached both ways. Who leaves a
    door along its edge turns at the node as others who come that way.
    """
    part = _Parts.of(weights, points)
    cost = _entries(
        weights,
        points,
        part,
        (part.done_against, weights.against),
        (part.rest_along, weights.along),
    )
    at_node = np.stack([points.fraction == 0.0, points.fraction == 1.0], axis=1)
    nodes = np.where(at_node, _ends(weights, points), weights.arrivals()[:, ::-1][points.edge])
    return Sparse(points.indptr * 2, nodes.reshape(-1).astype(np.int32), cost.reshape(-1))


def ends_of(weights: Weights, points: Connectors) -> Sparse:
    """Return, by destination, (node, ms) of every way in: two per connector, or more with turns.

    From the start or the end of its edge; where that junction is taken apart, also from those parts
    that may turn into the edge, and at the junction itself from all of them.
    """
    part = _Parts.of(weights, points)
    cost = _entries(
        weights,
        points,
        part,
        (part.done_along, weights.along),
        (part.rest_against, weights.against),
    )
    nodes = _ends(weights, points)
    turns = weights.turns
    if not len(turns.part):
        return Sparse(points.indptr * 2, nodes.reshape(-1).astype(np.int32), cost.reshape(-1))
    at_node = np.stack([points.fraction == 0.0, points.fraction == 1.0], axis=1).reshape(-1)
    side = 2 * points.edge.astype(np.int64)[:, None] + np.arange(2)
    i, way = _pairs(side.reshape(-1), turns.arc)
    extra = np.where(at_node[i], 0, turns.delay[way]) + cost.reshape(-1)[i].astype(np.int64)
    point = np.repeat(part.point, 2)
    found = Sparse(
        points.indptr,
        np.concatenate([nodes.reshape(-1), weights.junctions + turns.part[way]]).astype(np.int32),
        np.minimum(np.concatenate([cost.reshape(-1), extra]), INF).astype(np.int32),
    )
    return from_rows(np.concatenate([point, point[i]]), found, len(points.ids))


def same_edge(weights: Weights, origins: Connectors, destinations: Connectors) -> Sparse:
    """Return, by origin, destinations joined without passing a node: on one edge, or one place.

    On a closed edge one goes from door to door by its ends, not past the closure; nowhere past a
    wall that cuts the edge.
    """
    one, two = _Parts.of(weights, origins), _Parts.of(weights, destinations)
    i, j = _pairs(origins.edge, destinations.edge)
    edge = origins.edge[i]
    ahead = destinations.fraction[j] >= origins.fraction[i]
    behind = destinations.fraction[j] <= origins.fraction[i]
    free = ~weights.closed[edge] | (ahead & behind)
    free &= (
        weights.cuts(edge, origins.fraction[i])[0]
        == weights.cuts(edge, destinations.fraction[j])[0]
    )
    go = one.rest_along[i] - two.rest_along[j]
    go = np.where(free & ahead & (weights.along[edge] < INF), go, INF)
    back = two.rest_against[j] - one.rest_against[i]
    back = np.where(free & behind & (weights.against[edge] < INF), back, INF)
    cost = one.offroad[i] + two.offroad[j] + np.minimum(go, back)
    p, q = _pairs(_place(origins), _place(destinations))
    here = origins.snapped[p] & destinations.snapped[q]
    row = np.concatenate([one.point[i], p[here]])
    column = np.concatenate([two.point[j], q[here]]).astype(np.int32)
    cost = np.concatenate([cost, np.zeros(int(here.sum()), np.int64)])
    cost = np.minimum(cost, INF).astype(np.int32)
    return from_rows(row, Sparse(row[:0], column, cost), len(origins.ids))


@dataclass(frozen=True)
class _Parts:
    """Per connector, ms (int64): off-road, and the parts of its edge before and after the door.

    Rest + done is the edge's cost in each direction: a door splits an edge, it adds nothing.
    `rest` lies between door and end of the geometry, `done` between its start and the door.
    """

    point: NDArray[np.int64]
    offroad: NDArray[np.int64]
    rest_along: NDArray[np.int64]
    done_along: NDArray[np.int64]
    rest_against: NDArray[np.int64]
    done_against: NDArray[np.int64]

    @classmethod
    def of(cls, weights: Weights, points: Connectors) -> "_Parts":
        along = weights.along[points.edge].astype(np.int64)
        against = weights.against[points.edge].astype(np.int64)
        rest_along = np.rint(along * (1.0 - points.fraction)).astype(np.int64)
        rest_against = np.rint(against * (1.0 - points.fraction)).astype(np.int64)
        return cls(
            point=np.repeat(np.arange(len(points.ids)), np.diff(points.indptr)),
            offroad=np.rint(points.offroad_m / weights.offroad_mps * 1000.0).astype(np.int64),
            rest_along=rest_along,
            done_along=along - rest_along,
            rest_against=rest_against,
            done_against=against - rest_against,
        )


_Part = tuple[NDArray[np.int64], NDArray[np.int32]]  # ms by connector, whole cost by edge


def _ends(weights: Weights, points: Connectors) -> NDArray[np.int32]:
    """Return the nodes at the start and end of each connector's edge, int32[connectors, 2]."""
    return np.stack([weights.tail[points.edge], weights.head_node[points.edge]], axis=1)


def _entries(
    weights: Weights, points: Connectors, part: _Parts, by_tail: _Part, by_head: _Part
) -> NDArray[np.int32]:
    """Return ms between each connector's door and the start and end of its edge."""
    edge, closed = points.edge, weights.closed[points.edge]
    usable = np.minimum(weights.along, weights.against)[edge] < INF
    at_tail, at_head = usable & (points.fraction == 0.0), usable & (points.fraction == 1.0)
    before, after = weights.cuts(edge, points.fraction)
    tail = (((by_tail[1][edge] < INF) & ~(closed & at_head)) | at_tail) & (before == 0)
    head = (((by_head[1][edge] < INF) & ~(closed & at_tail)) | at_head) & (after == 0)
    cost = np.stack([np.where(tail, by_tail[0], INF), np.where(head, by_head[0], INF)], axis=1)
    return np.minimum(cost + part.offroad[:, None], INF).astype(np.int32)


def _pairs(
    one: NDArray[np.generic], two: NDArray[np.generic]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all index pairs (i, j) with one[i] == two[j]."""
    order = np.argsort(two, kind="stable")
    low = np.searchsorted(two[order], one, side="left")
    count = np.searchsorted(two[order], one, side="right") - low
    i = np.repeat(np.arange(len(one)), count)
    return i, order[low[i] + ramp(count)]


def _place(points: Connectors) -> NDArray[np.complex128]:
    place: NDArray[np.complex128] = points.lon + 1j * points.lat
    return place


def _limit(limit_ms: int) -> int:
    return int(min(limit_ms, INF - 1))


def _blocks(rows: int) -> Sequence[NDArray[np.int64]]:
    return [np.arange(i, min(i + BLOCK, rows)) for i in range(0, rows, BLOCK)]
