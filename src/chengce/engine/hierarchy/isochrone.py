"""Tell which parts of which edges lie within limits of a point: exact on edges, by bands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Runner
from chengce.engine.csr import Sparse
from chengce.engine.kernels import search
from chengce.engine.kernels.limits import INF
from chengce.engine.streets.distances import seeds_of
from chengce.engine.streets.snap import Connectors
from chengce.engine.streets.weights import Weights

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reach:
    """Parts of edges, none overlapping another of its origin, by ascending origin and edge.

    `origin`, `edge`, `band` int64; `start` < `stop` float64: fractions of the edge's geometry.
    Band b is reached within limit b and not within limit b − 1.
    """

    origin: NDArray[np.int64]
    edge: NDArray[np.int64]
    start: Floats
    stop: Floats
    band: NDArray[np.int64]


def isochrones(
    weights: Weights, origins: Connectors, limits_ms: Sequence[int], runner: Runner
) -> Reach:
    """Return what lies within each of the ascending limits (ms) of each origin.

    Time along an edge is spread evenly over its geometry, in the direction of travel; a point is
    reached from whichever end, or door on the edge, is sooner. A closed edge is reached only from
    the origin's own doors on it. Raises ValueError if the limits do not ascend from above 0.
    """
    limits = np.asarray(limits_ms, np.int64)
    if not len(limits) or limits[0] <= 0 or (np.diff(limits) <= 0).any():
        raise ValueError("limits must be above 0 and ascend")
    limit = int(min(limits[-1], INF - 1))
    seeds, n = seeds_of(weights, origins), len(weights.indptr) - 1
    none = Sparse(np.zeros(len(origins.ids) + 1, np.int64), *[np.empty(0, np.int32)] * 2)
    identity = np.arange(n + 1), np.arange(n, dtype=np.int32), np.zeros(n, np.int32)

    def work(origin: int) -> Reach:
        _, nodes, cost = search.sparse(
            weights.indptr, weights.head, weights.cost, seeds.indptr, seeds.column, seeds.value,
            *identity, none.indptr, none.column, none.value, n, np.array([origin]), limit, weights.shift(limit),
        )  # fmt: skip
        return _pieces(weights, _segments(weights, origins, origin, nodes, cost), limits, origin)

    parts = list(runner.map(work, range(len(origins.ids))))
    fields = ("origin", "edge", "start", "stop", "band")
    if not parts:
        empty = np.empty(0, np.int64)
        return Reach(empty, empty, np.empty(0), np.empty(0), empty)
    return Reach(*(np.concatenate([getattr(p, f) for p in parts]) for f in fields))


@dataclass(frozen=True)
class _Segments:
    """Stretches between places whose time is known: an edge's ends and the origin's doors on it.

    `low`, `high`: fractions; `at_low`, `at_high`: ms, infinite where one can't set out from there.
    """

    edge: NDArray[np.int64]
    low: Floats
    high: Floats
    at_low: Floats
    at_high: Floats


def _segments(
    weights: Weights,
    origins: Connectors,
    origin: int,
    nodes: NDArray[np.int32],
    cost: NDArray[np.int32],
) -> _Segments:
    doors = np.arange(origins.indptr[origin], origins.indptr[origin + 1])
    time = np.full(len(weights.indptr) - 1, np.inf)
    time[nodes] = cost
    counts = weights.indptr[nodes + 1] - weights.indptr[nodes]
    first = np.repeat(weights.indptr[nodes] - (np.cumsum(counts) - counts), counts)
    left = weights.edge[first + np.arange(len(first))]
    edge = np.unique(np.concatenate([left, origins.edge[doors]])).astype(np.int64)
    free = ~weights.closed[edge]
    tail, head = np.where(free, _setting_out(weights, time)[:, edge], np.inf)
    offroad = np.rint(origins.offroad_m[doors] / weights.offroad_mps * 1000.0)
    # every place on an edge: its ends, then the doors; sorted, neighbours bound a segment
    place = np.concatenate([edge, edge, origins.edge[doors]])
    fraction = np.concatenate([np.zeros(len(edge)), np.ones(len(edge)), origins.fraction[doors]])
    known = np.concatenate([tail, head, offroad])
    order = np.lexsort((fraction, place))
    place, fraction, known = place[order], fraction[order], known[order]
    joined = place[1:] == place[:-1]
    # a door at an end of its edge is that end, too
    for i in np.flatnonzero(joined & (fraction[1:] == fraction[:-1])):
        known[i] = known[i + 1] = min(known[i], known[i + 1])
    both = np.flatnonzero(joined & (fraction[1:] > fraction[:-1]))
    return _Segments(place[both], fraction[both], fraction[both + 1], known[both], known[both + 1])


def _setting_out(weights: Weights, time: Floats) -> Floats:
    """Return when one may set out along and against each edge, float64[2, edges]."""
    sides = np.stack([time[weights.tail], time[weights.head_node]], axis=1).ravel()
    turns = weights.turns
    late = np.where(turns.delay < INF, time[weights.junctions + turns.part] + turns.delay, np.inf)
    np.minimum.at(sides, turns.arc, late)
    return sides.reshape(-1, 2).T


def _pieces(weights: Weights, seg: _Segments, limits: NDArray[np.int64], origin: int) -> Reach:
    size = seg.high - seg.low
    along, against = weights.along[seg.edge], weights.against[seg.edge]
    go, low = (np.where(along < INF, x, np.inf) for x in (along * size, seg.at_low))
    back, high = (np.where(against < INF, x, np.inf) for x in (against * size, seg.at_high))
    meet = _meet(low, high, go, back)
    rows = []
    for band, limit in enumerate(limits):
        before = float(limits[band - 1]) if band else -np.inf
        start, stop = (np.minimum(_share(t, low, go), meet) for t in (before, float(limit)))
        rows.append((seg.low + start * size, seg.low + stop * size, band))
        start, stop = (
            np.minimum(_share(t, high, back), 1.0 - meet) for t in (before, float(limit))
        )
        rows.append((seg.high - stop * size, seg.high - start * size, band))
    start, stop = (np.concatenate([r[i] for r in rows]) for i in (0, 1))
    bands = np.repeat([r[2] for r in rows], len(size)).astype(np.int64)
    edge = np.tile(seg.edge, len(rows))
    kept = np.flatnonzero(stop > start)
    kept = kept[np.lexsort((start[kept], edge[kept]))]
    one = np.full(len(kept), origin, np.int64)
    return Reach(one, edge[kept], start[kept], stop[kept], bands[kept])


def _meet(low: Floats, high: Floats, go: Floats, back: Floats) -> Floats:
    """Return the share of each segment that is reached from its low end first."""
    both = np.isfinite(low) & np.isfinite(high)
    total = np.where(both, go, 0.0) + np.where(both, back, 0.0)
    ahead = np.where(both, high, 0.0) - np.where(both, low, 0.0)
    meet = (ahead + np.where(both, back, 0.0)) / np.maximum(total, 1e-9)
    one = np.where(np.isfinite(low), 1.0, 0.0)
    found: Floats = np.where(both, np.clip(meet, 0.0, 1.0), one)
    return found


def _share(limit: float, from_: Floats, cost: Floats) -> Floats:
    """Return the share of a segment covered at a limit, of one that takes `cost` from `from_`."""
    usable = np.isfinite(from_) & np.isfinite(cost)
    left = np.where(usable, limit - np.where(usable, from_, 0.0), -1.0)
    whole = np.where(usable, cost, 1.0)
    part = np.divide(left, whole, out=np.ones_like(left), where=whole > 0)
    share: Floats = np.where(left >= 0, np.clip(part, 0.0, 1.0), 0.0)
    return share
