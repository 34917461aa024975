from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from tests.street_costs import many_to_many

from chengce.core.context import SerialRunner
from chengce.engine.running.runner import ThreadRunner
from chengce.engine.streets.network import (
    INF,
    Connectors,
    StreetNetwork,
    Weights,
    nearest_k,
    weigh,
    within,
)
from chengce.engine.streets.plane import Plane

SERIAL = SerialRunner()


def random_network(rng: np.random.Generator, nodes: int, edges: int) -> StreetNetwork:
    bits = rng.integers(0, 4, (edges, 4)).astype(np.uint8)
    length = rng.choice([0.0, 1.0, 10.0, 33.3, 80.0], edges) * rng.random(edges)
    return StreetNetwork(
        ids=np.array([f"e{i}" for i in range(edges)], dtype=object),
        lines=np.empty(edges, dtype=object),
        tail=rng.integers(0, nodes, edges).astype(np.int32),
        head=rng.integers(0, nodes, edges).astype(np.int32),
        length_m=length,
        speed_kmh=rng.choice([np.nan, 20.0, 50.0], edges),
        factor=1 + rng.random((edges, 2)),
        passage=bits,
        door=bits,
        base_door=bits,
        base_edges=edges,
        nodes=np.arange(nodes, dtype=np.int64),
        plane=Plane(0.0, 0.0),
    )


def random_doors(rng: np.random.Generator, count: int, edges: int) -> Connectors:
    per_point = rng.integers(0, 3, count)
    total = int(per_point.sum())
    return Connectors(
        ids=np.array([f"p{i}" for i in range(count)], dtype=object),
        lon=rng.random(count),
        lat=rng.random(count),
        indptr=np.concatenate([[0], np.cumsum(per_point)]).astype(np.int64),
        edge=rng.integers(0, edges, total).astype(np.int32),
        fraction=rng.choice([0.0, 0.25, 0.5, 1.0, 0.123], total),
        offroad_m=rng.choice([0.0, 12.3], total),
        nearest_m=np.zeros(count),
    )


def by_dijkstra(w: Weights, origins: Connectors, ends: Connectors, limit: int) -> Any:
    """Put every door into its edge as a node, and let scipy search the larger graph."""
    nodes = len(w.indptr) - 1
    arcs: dict[tuple[int, int], int] = {}

    def arc(a: int, b: int, cost: int) -> None:
        arcs[a, b] = min(cost, arcs.get((a, b), INF))

    doors: dict[int, list[tuple[float, int]]] = {}
    at = nodes
    first = nodes + len(origins.edge) + len(ends.edge)
    for side, points in enumerate((origins, ends)):
        for p in range(len(points.ids)):
            place = first + p + side * len(origins.ids)
            for c in range(points.indptr[p], points.indptr[p + 1]):
                off = round(points.offroad_m[c] / w.offroad_mps * 1000)
                arc(*((at, place) if side else (place, at)), off)
                doors.setdefault(int(points.edge[c]), []).append((points.fraction[c], at))
                at += 1
    for e in range(len(w.along)):
        chain = [(0.0, int(w.tail[e])), *sorted(doors.get(e, [])), (1.0, int(w.head_node[e]))]
        usable = min(w.along[e], w.against[e]) < INF
        for (f, a), (g, b) in pairwise(chain):
            if f == g and usable:
                arc(a, b, 0)
                arc(b, a, 0)
            for cost, one, two in ((w.along[e], a, b), (w.against[e], b, a)):
                if cost < INF:
                    step = int(np.rint(cost * (1 - f))) - int(np.rint(cost * (1 - g)))
                    arc(one, two, step)
    size = first + len(origins.ids) + len(ends.ids)
    keys = np.array(sorted(arcs), dtype=np.int64).reshape(-1, 2)
    values = np.array([arcs[a, b] for a, b in keys.tolist()], dtype=float)
    indptr = np.searchsorted(keys[:, 0], np.arange(size + 1))
    graph = csr_matrix((values, keys[:, 1], indptr), shape=(size, size))
    from_all = dijkstra(graph, indices=np.arange(first, first + len(origins.ids)))
    got = from_all[:, first + len(origins.ids) :]
    return np.where(got <= limit, got, INF).astype(np.int64)


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("profile", ["walk", "drive"])
def test_equals_dijkstra_with_doors_as_nodes(seed: int, profile: str) -> None:
    rng = np.random.default_rng(seed)
    nodes = int(rng.integers(2, 60))
    edges = int(rng.integers(1, 4 * nodes))
    network = random_network(rng, nodes, edges)
    weights = weigh(network, profile, speed_mps=1.1)
    origins, ends = random_doors(rng, 12, edges), random_doors(rng, 15, edges)
    limit = int(rng.choice([20_000, 150_000, INF]))
    expected = by_dijkstra(weights, origins, ends, limit)
    got = many_to_many(weights, origins, ends, limit_ms=limit, runner=SERIAL)
    np.testing.assert_array_equal(got, expected)
    some = within(weights, origins, ends, limit_ms=limit, runner=ThreadRunner(2))
    dense = np.full_like(got, INF)
    dense[some.row, some.column] = some.value
    np.testing.assert_array_equal(dense, got)
    assert all(np.all(np.diff(some.column[a:b]) > 0) for a, b in pairwise(some.indptr))


def test_nearest_k_are_the_cheapest_of_each_row() -> None:
    rng = np.random.default_rng(5)
    network = random_network(rng, 50, 150)
    weights = weigh(network, "bike", speed_mps=4.0)
    origins, ends = random_doors(rng, 30, 150), random_doors(rng, 40, 150)
    some = within(weights, origins, ends, limit_ms=60_000, runner=SERIAL)
    best = nearest_k(some, 3)
    for row in range(30):
        full = sorted(
            zip(
                some.value[some.indptr[row] : some.indptr[row + 1]].tolist(),
                some.column[some.indptr[row] : some.indptr[row + 1]].tolist(),
                strict=True,
            )
        )
        here = slice(best.indptr[row], best.indptr[row + 1])
        pairs = zip(best.value[here].tolist(), best.column[here].tolist(), strict=True)
        assert list(pairs) == full[:3]


def test_no_points_no_rows() -> None:
    rng = np.random.default_rng(1)
    weights = weigh(random_network(rng, 5, 8), "walk", speed_mps=1.0)
    none, some = random_doors(rng, 0, 8), random_doors(rng, 3, 8)
    assert many_to_many(weights, none, some, limit_ms=9, runner=SERIAL).shape == (0, 3)
    assert many_to_many(weights, some, none, limit_ms=9, runner=SERIAL).shape == (3, 0)
    assert len(within(weights, some, none, limit_ms=9, runner=SERIAL).indptr) == 4
