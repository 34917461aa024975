import numpy as np
import pytest

from chengce.core.context import SerialRunner
from chengce.engine.hierarchy.isochrone import Reach, isochrones
from chengce.engine.kernels.limits import INF
from chengce.engine.running.threads import ThreadRunner
from chengce.engine.streets.snap import Connectors
from chengce.engine.streets.weights import Weights

SERIAL = SerialRunner()


def streets(
    ends: list[tuple[int, int]], along: list[int], against: list[int], closed: tuple[int, ...] = ()
) -> Weights:
    """Return costs in ms by edge and direction, INF = not that way."""
    nodes = 1 + max(max(pair) for pair in ends)
    tail, head = (np.array([p[i] for p in ends], np.int32) for i in (0, 1))
    go = [(int(tail[e]), int(head[e]), along[e], e) for e in range(len(ends))]
    back = [(int(head[e]), int(tail[e]), against[e], e) for e in range(len(ends))]
    arcs = sorted(a for a in go + back if a[2] < INF and a[3] not in closed)
    return Weights(
        indptr=np.searchsorted([a[0] for a in arcs], np.arange(nodes + 1)).astype(np.int64),
        head=np.array([a[1] for a in arcs], np.int32),
        cost=np.array([a[2] for a in arcs], np.int32),
        edge=np.array([a[3] for a in arcs], np.int32),
        arc=np.arange(len(arcs), dtype=np.int32),
        arcs=len(arcs),
        tail=tail,
        head_node=head,
        along=np.array(along, np.int32),
        against=np.array(against, np.int32),
        closed=np.isin(np.arange(len(ends)), closed),
        offroad_mps=1.0,
    )


def at(*doors: tuple[int, float, float]) -> Connectors:
    """Return one point with doors (edge, fraction, metres off the road)."""
    return Connectors(
        ids=np.array(["o"], dtype=object),
        lon=np.zeros(1),
        lat=np.zeros(1),
        indptr=np.array([0, len(doors)]),
        edge=np.array([d[0] for d in doors], np.int32),
        fraction=np.array([d[1] for d in doors]),
        offroad_m=np.array([d[2] for d in doors]),
        nearest_m=np.zeros(1),
    )


def parts(reach: Reach) -> list[tuple[int, float, float, int]]:
    rows = zip(reach.edge, reach.start, reach.stop, reach.band, strict=True)
    return [(int(e), round(a, 9), round(b, 9), int(k)) for e, a, b, k in rows]


def test_both_ways_from_a_door_and_on_over_the_next_edge() -> None:
    # 0 –10 s– 1 –20 s– 2; the door is 3 m (3 s) off, 40 % along the first edge
    weights = streets([(0, 1), (1, 2)], [10_000, 20_000], [10_000, 20_000])
    found = isochrones(weights, at((0, 0.4, 3.0)), [5_000, 15_000], SERIAL)
    # 5 s: 2 s along = 20 % to either side; 15 s: at the end 1 after 9 s, 6 s of 20 are left
    assert parts(found) == [
        (0, 0.0, 0.2, 1),
        (0, 0.2, 0.4, 0),
        (0, 0.4, 0.6, 0),
        (0, 0.6, 1.0, 1),
        (1, 0.0, 0.3, 1),
    ]


def test_an_edge_reached_from_both_ends_is_parted_where_they_meet() -> None:
    # a triangle: from node 0, 1 lies 10 s away and 2 lies 4 s; between them 10 s
    weights = streets([(0, 1), (0, 2), (1, 2)], [10_000, 4_000, 10_000], [10_000, 4_000, 10_000])
    found = isochrones(weights, at((0, 0.0, 0.0)), [11_000, 13_000], SERIAL)
    # from 2 one has 7 s and 9 s left, from 1 one and three: they meet 2 s from 1, after 12 s
    assert [p for p in parts(found) if p[0] == 2] == [
        (2, 0.0, 0.1, 0),
        (2, 0.1, 0.2, 1),
        (2, 0.2, 0.3, 1),
        (2, 0.3, 1.0, 0),
    ]


def test_a_one_way_street_is_covered_only_in_its_direction() -> None:
    weights = streets([(0, 1), (2, 1)], [10_000, 10_000], [INF, INF])
    found = isochrones(weights, at((0, 0.5, 0.0)), [8_000], SERIAL)
    assert parts(found) == [(0, 0.5, 1.0, 0)]


def test_a_closed_edge_is_covered_only_from_the_doors_on_it() -> None:
    weights = streets([(0, 1), (1, 2)], [10_000, 10_000], [10_000, 10_000], closed=(0,))
    own = isochrones(weights, at((0, 0.5, 0.0)), [8_000], SERIAL)
    assert parts(own) == [(0, 0.0, 0.5, 0), (0, 0.5, 1.0, 0), (1, 0.0, 0.3, 0)]
    other = isochrones(weights, at((1, 0.5, 0.0)), [8_000], SERIAL)
    assert parts(other) == [(1, 0.0, 0.5, 0), (1, 0.5, 1.0, 0)]


def test_nothing_is_reached_from_a_point_without_a_door() -> None:
    weights = streets([(0, 1)], [10_000], [10_000])
    assert parts(isochrones(weights, at(), [8_000], SERIAL)) == []
    with pytest.raises(ValueError, match="ascend"):
        isochrones(weights, at((0, 0.0, 0.0)), [8_000, 8_000], SERIAL)


@pytest.mark.parametrize("seed", range(30))
def test_every_place_on_every_edge_has_the_band_of_its_soonest_way(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nodes, edges = int(rng.integers(2, 12)), int(rng.integers(1, 24))
    costs = [0, 1_000, 2_500, 7_000, INF]
    ends = [(int(a), int(b)) for a, b in rng.integers(0, nodes, (edges, 2))]
    along, against = (rng.choice(costs, edges).tolist() for _ in range(2))
    weights = streets([*ends, (nodes, nodes)], [*along, INF], [*against, INF])
    doors = [
        (int(e), float(rng.choice([0.0, 0.25, 0.5, 1.0])), float(rng.integers(0, 3)))
        for e in rng.integers(0, edges, 2)
        if min(along[e], against[e]) < INF
    ]
    limits = np.array([1_500, 4_000, 9_000])
    found = isochrones(weights, at(*doors), limits.tolist(), ThreadRunner(2))
    time = _times(ends, along, against, doors, nodes)
    for e in range(edges):
        for x in (0.0371, 0.1113, 0.2931, 0.4127, 0.5519, 0.7373, 0.8017, 0.9631):
            least = time(e, x)
            near = np.abs(limits - least).min() < 2  # door costs are rounded to a millisecond
            mine = (found.edge == e) & (found.start < x) & (x < found.stop)
            expected = np.flatnonzero(least <= limits)[:1].tolist()
            assert near or found.band[mine].tolist() == expected


def _times(ends, along, against, doors, nodes):
    """Return the soonest time at a place of an edge: Bellman–Ford, then every way there."""
    best = np.full(nodes + 1, np.inf)
    for e, f, off in doors:
        if along[e] < INF or f == 1.0:
            b = ends[e][1]
            best[b] = min(best[b], off * 1000 + (along[e] * (1 - f) if f < 1 else 0))
        if against[e] < INF or f == 0.0:
            a = ends[e][0]
            best[a] = min(best[a], off * 1000 + (against[e] * f if f > 0 else 0))
    for _ in range(nodes + 1):
        for (a, b), go, back in zip(ends, along, against, strict=True):
            if go < INF:
                best[b] = min(best[b], best[a] + go)
            if back < INF:
                best[a] = min(best[a], best[b] + back)

    def time(e: int, x: float) -> float:
        ways = []
        if along[e] < INF:
            ways += [best[ends[e][0]] + along[e] * x]
            ways += [o * 1000 + along[e] * (x - f) for d, f, o in doors if d == e and f <= x]
        if against[e] < INF:
            ways += [best[ends[e][1]] + against[e] * (1 - x)]
            ways += [o * 1000 + against[e] * (f - x) for d, f, o in doors if d == e and f >= x]
        return min(ways, default=np.inf)

    return time
