import heapq

import numpy as np
import pytest
from tests.unit.engine.hierarchy.brute import eliminate
from tests.unit.engine.hierarchy.graphs import all_pairs, costs, graph, tails

from chengce.engine.hierarchy import customize as module
from chengce.engine.hierarchy.customize import customize, recustomize
from chengce.engine.hierarchy.hierarchy import Hierarchy, build_hierarchy, from_order
from chengce.engine.hierarchy.paths import cheapest_path
from chengce.engine.kernels import cch_path
from chengce.engine.kernels.limits import INF
from chengce.engine.running.threads import ThreadRunner


def costs_between(h: Hierarchy, cost: np.ndarray) -> np.ndarray:
    metric, n = customize(h, cost), len(h.node)
    out = np.empty((n, n), np.int64)
    for a in range(n):
        for b in range(n):
            out[a, b], _ = cch_path.path(
                h.up_ptr, h.up_head, h.parent, metric.up, metric.down, h.rank[a], h.rank[b]
            )
    return out


def test_ten_thousand_small_graphs_equal_brute_force() -> None:
    rng = np.random.default_rng(11)
    for case in range(10_000):
        n = int(rng.integers(1, 9))
        indptr, head, cost = graph(rng, n, int(rng.integers(0, 3 * n + 1)))
        h = (
            from_order(indptr, head, rng.permutation(n).astype(np.int32))
            if case % 2
            else build_hierarchy(indptr, head, rng.random((n, 2)))
        )
        expected = all_pairs(indptr, head, cost)
        np.testing.assert_array_equal(costs_between(h, cost), expected, f"case {case}")


@pytest.mark.parametrize("seed", range(60))
def test_arcs_and_costs_are_those_of_plain_elimination(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 50))
    indptr, head, cost = graph(rng, n, 3 * n)
    h = from_order(indptr, head, rng.permutation(n).astype(np.int32))
    arcs: dict[tuple[int, int], int] = {}
    for a, b, c in zip(tails(indptr).tolist(), head.tolist(), cost.tolist(), strict=True):
        arcs[a, b] = min(arcs.get((a, b), INF), c)
    plain = eliminate(n, arcs, h.node.tolist())
    metric = customize(h, cost)
    for name in ("rank", "node", "up_ptr", "up_head", "parent"):
        np.testing.assert_array_equal(getattr(h, name), getattr(plain, name), name)
    np.testing.assert_array_equal(metric.up, plain.up)
    np.testing.assert_array_equal(metric.down, plain.down)


def test_changing_few_costs_is_the_same_as_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEW", 1.0)
    rng = np.random.default_rng(5)
    for case in range(1500):
        n = int(rng.integers(2, 60))
        indptr, head, old = graph(rng, n, int(rng.integers(1, 4 * n)))
        h = from_order(indptr, head, rng.permutation(n).astype(np.int32))
        metric = customize(h, old)
        kept = metric.up.copy(), metric.down.copy()
        new = old.copy()
        some = rng.integers(0, len(old), 1 + case % 9)
        new[some] = np.where(rng.random(len(some)) < 0.3, INF, costs(rng, len(old))[some])
        changed, whole = recustomize(h, metric, old, new), customize(h, new)
        np.testing.assert_array_equal(changed.up, whole.up, f"case {case}")
        np.testing.assert_array_equal(changed.down, whole.down, f"case {case}")
        np.testing.assert_array_equal(metric.up, kept[0])
        np.testing.assert_array_equal(metric.down, kept[1])


def test_hundred_changes_on_a_large_graph_and_two_threads_change_no_bit() -> None:
    rng = np.random.default_rng(9)
    side = 250
    indptr, head, cost, xy = crossings(rng, side)
    h = build_hierarchy(indptr, head, xy)
    metric = customize(h, cost)
    threads = customize(h, cost, runner=ThreadRunner(2))
    np.testing.assert_array_equal(metric.up, threads.up)
    np.testing.assert_array_equal(metric.down, threads.down)
    for _ in range(5):
        new = cost.copy()
        some = rng.choice(len(cost), 100, replace=False)
        new[some] = rng.choice([0, 1, 500, INF], 100)
        changed, whole = recustomize(h, metric, cost, new), customize(h, new)
        np.testing.assert_array_equal(changed.up, whole.up)
        np.testing.assert_array_equal(changed.down, whole.down)
        cost, metric = new, changed


def test_added_streets_and_nodes_keep_the_order_and_are_exact() -> None:
    rng = np.random.default_rng(2)
    for _ in range(150):
        n, more = int(rng.integers(2, 40)), int(rng.integers(0, 5))
        indptr, head, cost = graph(rng, n, 3 * n)
        base = from_order(indptr, head, rng.permutation(n).astype(np.int32))
        extra = int(rng.integers(1, 12))
        tail = np.concatenate([tails(indptr), rng.integers(0, n + more, extra)])
        ends = np.concatenate([head, rng.integers(0, n + more, extra)]).astype(np.int32)
        at = np.argsort(tail, kind="stable")
        wider = np.zeros(n + more + 1, np.int64)
        np.cumsum(np.bincount(tail, minlength=n + more), out=wider[1:])
        every = np.concatenate([cost, costs(rng, extra)])[at]
        h = from_order(
            wider, ends[at], np.append(np.arange(n, n + more, dtype=np.int32), base.node)
        )
        found = costs_between(h, every)
        for start in range(n + more):
            assert found[start].tolist() == dijkstra(wider, ends[at], every, start)


def test_a_path_is_a_walk_of_input_arcs_that_costs_what_it_says() -> None:
    rng = np.random.default_rng(4)
    for _ in range(300):
        n = int(rng.integers(1, 40))
        indptr, head, cost = graph(rng, n, 3 * n)
        h = build_hierarchy(indptr, head, rng.random((n, 2)))
        metric, tail, best = customize(h, cost), tails(indptr), all_pairs(indptr, head, cost)
        for a, b in rng.integers(0, n, (20, 2)):
            total, arcs = cheapest_path(h, metric, cost, int(a), int(b))
            assert total == best[a, b]
            if a == b or total == INF:
                assert len(arcs) == 0
                continue
            assert int(cost[arcs].astype(np.int64).sum()) == total
            assert tail[arcs[0]] == a
            assert head[arcs[-1]] == b
            np.testing.assert_array_equal(head[arcs[:-1]], tail[arcs[1:]])


def test_the_order_must_list_every_node_once() -> None:
    indptr, head = np.array([0, 1, 2]), np.array([1, 0], np.int32)
    for order in ([0], [0, 0], [0, 1, 1]):
        with pytest.raises(ValueError, match="every node once"):
            from_order(indptr, head, np.array(order, np.int32))


def test_no_nodes_and_no_arcs() -> None:
    empty = build_hierarchy(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty((0, 2)))
    assert len(customize(empty, np.empty(0, np.int32)).up) == 0
    alone = build_hierarchy(np.zeros(4, np.int64), np.empty(0, np.int32), np.zeros((3, 2)))
    assert alone.parent.tolist() == [-1, -1, -1]
    none = np.empty(0, np.int32)
    assert cheapest_path(alone, customize(alone, none), none, 0, 2)[0] == INF


def test_thousands_of_parallel_arcs_and_a_hub() -> None:
    spokes = np.arange(1, 2001)
    tail = np.concatenate([np.zeros(2000, int), np.zeros(2000, int), spokes])
    head = np.concatenate([spokes, np.ones(2000, int), np.zeros(2000, int)]).astype(np.int32)
    indptr = np.zeros(2002, np.int64)
    np.cumsum(np.bincount(tail, minlength=2001), out=indptr[1:])
    cost = np.arange(6000, 0, -1).astype(np.int32)
    h = build_hierarchy(indptr, head, np.random.default_rng(0).random((2001, 2)))
    assert len(h.up_head) == 2000  # a star has no other arcs, the hub last or next to last
    assert cheapest_path(h, customize(h, cost), cost, 0, 1)[0] == 2001


def crossings(
    rng: np.random.Generator, side: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    i = np.arange(side * side)
    one = np.concatenate([i[i % side < side - 1], i[:-side]])
    two = np.concatenate([i[i % side < side - 1] + 1, i[:-side] + side])
    kept = rng.random(len(one)) < 0.7
    tail = np.concatenate([one[kept], two[kept][::2]])
    head = np.concatenate([two[kept], one[kept][::2]]).astype(np.int32)
    at = np.argsort(tail, kind="stable")
    indptr = np.zeros(side * side + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=side * side), out=indptr[1:])
    xy = np.stack([i % side, i // side], 1) + rng.uniform(-0.3, 0.3, (side * side, 2))
    return indptr, head[at], rng.integers(0, 1000, len(tail)).astype(np.int32), xy


def dijkstra(indptr: np.ndarray, head: np.ndarray, cost: np.ndarray, start: int) -> list[int]:
    best = [INF] * (len(indptr) - 1)
    queue = [(0, start)]
    while queue:
        c, v = heapq.heappop(queue)
        if c < best[v]:
            best[v] = c
            for arc in range(indptr[v], indptr[v + 1]):
                heapq.heappush(queue, (c + int(cost[arc]), int(head[arc])))
    return best
