import heapq
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.engine.worlds import city, grid, street, streets

from chengce.city.city import City
from chengce.city.store import open_city, save_city
from chengce.engine.hierarchy.hierarchy import Metric
from chengce.engine.hierarchy.paths import cheapest_path
from chengce.engine.hierarchy.streets import (
    changed_metric,
    street_costs,
    street_hierarchy,
    street_metric,
)
from chengce.engine.streets.network import INF, PROFILES, Weights, street_network, weigh


def weights(town: City, profile: str) -> Weights:
    return weigh(street_network(town), profile, speed_mps=1.3)


def same(one: Metric, two: Metric) -> None:
    np.testing.assert_array_equal(one.up, two.up)
    np.testing.assert_array_equal(one.down, two.down)


def check(town: City, profile: str) -> None:
    """Compare with Dijkstra from a few nodes, and follow each path street by street."""
    h, w = street_hierarchy(town), weights(town, profile)
    metric, cost = street_metric(h, w), street_costs(w)
    for start in range(0, len(h.node), 7):
        best = dijkstra(w, start)
        for end in range(len(h.node)):
            total, arcs = cheapest_path(h, metric, cost, start, end)
            assert total == best[end]
            at = start
            for arc in arcs:
                ends = (w.tail[arc // 2], w.head_node[arc // 2])
                assert ends[arc % 2] == at
                at = ends[1 - arc % 2]
            assert total == INF or at == end


def dijkstra(w: Weights, start: int) -> list[int]:
    best = [INF] * (len(w.indptr) - 1)
    queue = [(0, start)]
    while queue:
        c, v = heapq.heappop(queue)
        if c < best[v]:
            best[v] = c
            for arc in range(w.indptr[v], w.indptr[v + 1]):
                heapq.heappush(queue, (c + int(w.cost[arc]), int(w.head[arc])))
    return best


@pytest.fixture
def table() -> pd.DataFrame:
    """Streets of a 6 × 6 grid: some one-way or closed to cars, two side by side, one loop."""
    rng = np.random.default_rng(3)
    table = grid(6, 100.0)
    for profile in ("walk", "wheelchair", "bike", "drive"):
        table[profile] = rng.choice([0, 1, 2, 3, 3, 3], len(table))
    table["length_m"] = rng.integers(50, 200, len(table)).astype(float)
    at = {0: (0.0, 0.0), 1: (100.0, 0.0)}
    beside = streets([
        street("beside", (0, 1), at, length_m=60.0),
        street("back", (1, 0), at, length_m=40.0, drive=1),
        street("loop", (1, 1), {1: (0.0, 0.0)}, length_m=9.0),
    ])  # fmt: skip
    return pd.concat([table, beside], ignore_index=True)


@pytest.mark.parametrize("profile", PROFILES)
def test_one_hierarchy_serves_every_profile(table: pd.DataFrame, profile: str) -> None:
    check(city(streets=table), profile)


def test_closing_streets_keeps_the_hierarchy_and_changes_few_costs(table: pd.DataFrame) -> None:
    base = city(streets=table)
    scenario = base.with_changes({"streets": table.drop([4, 9, 20])})
    h = street_hierarchy(base)
    assert street_hierarchy(scenario) is h
    old, new = weights(base, "walk"), weights(scenario, "walk")
    closed = changed_metric(h, street_metric(h, old), old, new)
    same(closed, street_metric(h, new))
    check(scenario, "walk")


def test_new_streets_and_nodes_extend_the_base(table: pd.DataFrame) -> None:
    base = city(streets=table)
    at = {3: (300.0, 0.0), 30: (0.0, 500.0), 90: (50.0, 250.0), 91: (60.0, 250.0)}
    new = [street("x", (3, 90), at), street("y", (90, 91), at), street("z", (91, 30), at)]
    more = pd.concat([table.drop([7]), streets(new)], ignore_index=True)
    scenario = base.with_changes({"streets": more})
    known, h = street_hierarchy(base), street_hierarchy(scenario)
    assert len(h.node) == len(known.node) + 2
    kept = h.node[h.node < len(known.node)]
    assert sorted(kept.tolist()) == sorted(known.node.tolist())
    for profile in ("walk", "drive"):
        check(scenario, profile)


def test_it_is_stored_with_the_base_city_and_read_back(table: pd.DataFrame, tmp_path: Path) -> None:
    town = save_city(city(streets=table), tmp_path / "town")
    built = street_hierarchy(town)
    folders = [p.name for p in (tmp_path / "town" / "derived").iterdir()]
    assert any(name.endswith("-hierarchy-2") for name in folders)
    again = street_hierarchy(open_city(tmp_path / "town"))
    for name, array in built.arrays().items():
        np.testing.assert_array_equal(array, again.arrays()[name])
        assert not again.arrays()[name].flags.writeable
