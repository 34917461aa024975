from itertools import combinations

import numpy as np
import pytest
from tests.unit.engine.hierarchy.graphs import graph
from tests.unit.engine.hierarchy.test_hierarchy import crossings

from chengce.core.context import SerialRunner
from chengce.engine.hierarchy import order as module
from chengce.engine.hierarchy.hierarchy import from_order
from chengce.engine.hierarchy.order import contraction_order
from chengce.engine.kernels.cch_cut import cut
from chengce.engine.kernels.cch_peel import neighbours, peel
from chengce.engine.running.threads import ThreadRunner


def grid_arcs(side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    number = np.arange(side * side).reshape(side, side)
    one = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    two = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    at = np.argsort(one, kind="stable")
    indptr = np.zeros(side * side + 1, np.int64)
    np.cumsum(np.bincount(one, minlength=side * side), out=indptr[1:])
    return indptr, two[at].astype(np.int32), np.stack(np.divmod(np.arange(side**2), side), 1) * 1.0


def test_every_node_once_and_the_same_for_any_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PIECE", 200)
    indptr, head, _, xy = crossings(np.random.default_rng(1), 60)
    serial = contraction_order(indptr, head, xy, runner=SerialRunner())
    assert sorted(serial.tolist()) == list(range(3600))
    np.testing.assert_array_equal(contraction_order(indptr, head, xy), serial)
    threads = contraction_order(indptr, head, xy, runner=ThreadRunner(3))
    np.testing.assert_array_equal(threads, serial)


@pytest.mark.parametrize("xy", [np.zeros((900, 2)), np.full((900, 2), 1e6)])
def test_positions_may_say_nothing(xy: np.ndarray) -> None:
    indptr, head, _ = grid_arcs(30)
    assert sorted(contraction_order(indptr, head, xy).tolist()) == list(range(900))


def test_a_square_of_streets_needs_few_arcs() -> None:
    """Nested dissection of a k x k grid keeps O(k^2 log k) arcs; rank by row keeps k^3 / 1."""
    indptr, head, xy = grid_arcs(64)
    rows = len(from_order(indptr, head, np.arange(4096, dtype=np.int32)).up_head)
    ours = len(from_order(indptr, head, contraction_order(indptr, head, xy)).up_head)
    assert rows > 200_000
    assert ours < 4 * 64**2 * np.log2(64)


def test_a_long_road_is_a_shallow_tree() -> None:
    n = 5000
    indptr = np.concatenate([np.arange(n), [n - 1]]).astype(np.int64)
    head = np.arange(1, n, dtype=np.int32)
    xy = np.stack([np.arange(n), np.zeros(n)], 1) * 1.0
    h = from_order(indptr, head, contraction_order(indptr, head, xy))
    depth = np.zeros(n, int)
    for u in range(n - 1, -1, -1):
        depth[u] = 0 if h.parent[u] < 0 else depth[h.parent[u]] + 1
    assert depth.max() < 40
    assert len(h.up_head) < 2 * n


def test_easy_nodes_go_first_and_leave_the_rest_joined() -> None:
    # 0 - 1 - 2 - 3 is a square with 4 hanging on 0 and 5 between 1 and 3: nothing is left
    pairs = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 4), (1, 5), (5, 3)]
    tail = np.array(sorted(pairs))
    indptr = np.zeros(7, np.int64)
    np.cumsum(np.bincount(tail[:, 0], minlength=6), out=indptr[1:])
    easy, rest, _, _ = peel(*neighbours(indptr, tail[:, 1].astype(np.int32)))
    assert sorted(easy.tolist()) == [0, 1, 2, 3, 4, 5]
    assert len(rest) == 0
    # all of four nodes joined to each other have three neighbours: they stay, with both chains
    full = np.array([*combinations(range(4), 2), (4, 0), (4, 1), (5, 2)])
    full = full[np.argsort(full[:, 0], kind="stable")]
    indptr = np.zeros(7, np.int64)
    np.cumsum(np.bincount(full[:, 0], minlength=6), out=indptr[1:])
    easy, rest, ptr, _ = peel(*neighbours(indptr, full[:, 1].astype(np.int32)))
    assert sorted(easy.tolist()) == [4, 5]
    assert rest.tolist() == [0, 1, 2, 3]
    assert np.diff(ptr).tolist() == [3, 3, 3, 3]


@pytest.mark.parametrize("seed", range(200))
def test_a_cut_is_a_smallest_separator(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 11))
    indptr, head, _ = graph(rng, n, int(rng.integers(0, 3 * n)))
    ptr, adj = neighbours(indptr, head)
    along = rng.random(n)
    place, many = np.argsort(along), max(n // 4, 1)
    source, sink = set(place[:many].tolist()), set(place[-many:].tolist())
    size, side = cut(ptr, adj, along, 0.25, n)
    for v in range(n):
        for w in adj[ptr[v] : ptr[v + 1]]:
            assert {int(side[v]), int(side[w])} != {0, 1}
    assert int((side == 2).sum()) == size
    assert all(side[v] != 1 for v in source)
    assert all(side[v] != 0 for v in sink)
    assert size == smallest(ptr, adj, source, sink)
    if size:
        assert cut(ptr, adj, along, 0.25, size - 1)[0] >= size


def smallest(ptr: np.ndarray, adj: np.ndarray, source: set[int], sink: set[int]) -> int:
    for size in range(len(ptr)):
        for gone in combinations(range(len(ptr) - 1), size):
            seen = source - set(gone)
            todo = list(seen)
            while todo:
                v = todo.pop()
                fresh = set(adj[ptr[v] : ptr[v + 1]].tolist()) - seen - set(gone)
                seen |= fresh
                todo += fresh
            if not seen & sink:
                return size
    raise AssertionError
