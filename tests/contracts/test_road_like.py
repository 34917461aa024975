"""The networks that benchmarks measure on are what their description says."""

import numpy as np
from benchmarks.road_like import road_like
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components


def test_a_network_of_the_asked_size_in_which_every_place_reaches_every_other() -> None:
    graph = road_like(10_000)
    matrix = csr_matrix((graph.cost, graph.head, graph.indptr), (10_000, 10_000))
    assert connected_components(matrix, connection="strong")[0] == 1
    assert graph.nodes == len(graph.xy) == 10_000
    assert 2.6 < len(graph.cost) / graph.nodes < 2.8
    assert graph.cost.dtype == graph.head.dtype == np.int32
    assert graph.cost.min() > 0


def test_it_has_dead_ends_one_way_streets_and_fast_far_links() -> None:
    graph = road_like(10_000)
    out, into = np.diff(graph.indptr), np.bincount(graph.head, minlength=graph.nodes)
    assert ((out == 1) & (into == 1)).mean() > 0.1
    there = set(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
    assert 0.02 < np.mean([(b, a) not in there for a, b in there]) < 0.1
    metres = np.linalg.norm(graph.xy[graph.tail] - graph.xy[graph.head], axis=1)
    fast = metres / graph.cost * 3600 > 80
    assert fast.any()
    assert metres[fast].min() > 400


def test_a_seed_is_one_network_and_another_another() -> None:
    one, again, other = road_like(2_000), road_like(2_000), road_like(2_000, seed=2)
    assert np.array_equal(one.cost, again.cost)
    assert np.array_equal(one.head, again.head)
    assert len(one.cost) != len(other.cost) or not np.array_equal(one.cost, other.cost)
