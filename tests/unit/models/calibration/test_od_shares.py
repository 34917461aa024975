"""Check shares of trips at counts against loading by hand and by plain recursion."""

import numpy as np
import pytest

from chengce.engine.kernels.od_shares import normal, passed
from chengce.models.calibration.counted import Counted, counts_of
from chengce.models.calibration.od_shares import margin_shares, pairs_of


def bush(seed: int, nodes: int = 12, extra: int = 20):  # type: ignore[no-untyped-def]
    """Return a random acyclic bush from node `order[0]`, trips to every node, and its flows."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(nodes)
    place = np.argsort(order)
    ends = {(order[int(rng.integers(i))], order[i]) for i in range(1, nodes)}
    for _ in range(extra):
        a, b = rng.choice(nodes, 2, replace=False)
        ends.add((a, b) if place[a] < place[b] else (b, a))
    tail, head = (np.array(x, np.int32) for x in zip(*sorted(ends), strict=True))
    split = rng.uniform(size=len(tail)) * (rng.uniform(size=len(tail)) < 0.8)
    into = np.bincount(head, weights=split, minlength=nodes)
    first = [int(np.flatnonzero(head == v)[0]) for v in order[1:] if into[v] == 0]
    split[first] = 1.0
    into = np.bincount(head, weights=split, minlength=nodes)
    split /= into[head]
    trips = rng.uniform(1, 9, nodes)
    trips[order[0]] = 0.0
    flow = np.zeros(len(tail))
    for v in order[:0:-1]:
        through = trips[v] + flow[tail == v].sum()
        mine = head == v
        flow[mine] = split[mine] * through
    return tail, head, flow, trips


@pytest.mark.parametrize("seed", range(6))
def test_shares_times_trips_give_back_the_flows(seed: int) -> None:
    tail, head, flow, trips = bush(seed)
    m = len(tail)
    ends = np.arange(len(trips), dtype=np.int32)
    shuffled = np.random.default_rng(seed).permutation(m).astype(np.int32)
    at, member = np.arange(m + 1, dtype=np.int64), np.arange(m, dtype=np.int32)
    indptr, count, share = passed(
        shuffled, flow[shuffled], tail, head, len(trips), ends, at, member, m
    )
    row = np.repeat(ends, np.diff(indptr))
    found = np.bincount(count, weights=share * trips[row], minlength=m)
    np.testing.assert_allclose(found, flow, rtol=1e-12, atol=1e-12)
    assert share.max() <= 1 + 1e-12


def test_a_screen_line_counts_a_trip_each_time_it_passes() -> None:
    tail, head = np.array([0, 1], np.int32), np.array([1, 2], np.int32)
    both = np.zeros(2, np.int32)
    indptr, count, share = passed(
        np.array([0, 1], np.int32), np.array([5.0, 3.0]), tail, head, 3,
        np.array([2, 1], np.int32), np.array([0, 1, 2]), both, 1,
    )  # fmt: skip
    assert indptr.tolist() == [0, 1, 2]
    assert share.tolist() == [2.0, 1.0]
    assert count.tolist() == [0, 0]


def test_a_node_without_flow_splits_evenly() -> None:
    tail, head = np.array([0, 0, 1, 2], np.int32), np.array([1, 2, 3, 3], np.int32)
    _, count, share = passed(
        np.arange(4, dtype=np.int32), np.zeros(4), tail, head, 4,
        np.array([3], np.int32), np.arange(5), np.arange(4, dtype=np.int32), 4,
    )  # fmt: skip
    assert count.tolist() == [0, 1, 2, 3]
    assert share.tolist() == [0.5] * 4


def test_the_normal_matrix_is_the_weighted_product() -> None:
    rng = np.random.default_rng(3)
    dense = rng.uniform(size=(7, 4)) * (rng.uniform(size=(7, 4)) < 0.5)
    weight = rng.uniform(size=7)
    row, column = np.nonzero(dense)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=7))]).astype(np.int64)
    found = normal(indptr, column.astype(np.int32), dense[row, column], weight, 4)
    np.testing.assert_allclose(found, dense.T @ (weight[:, None] * dense), atol=1e-14)


def test_trips_from_and_to_a_zone_are_counts_too() -> None:
    demand = [np.array([[9.0, 1, 2], [3, 9, 4], [5, 0, 9]]), np.full((3, 3), 10.0)]
    pairs = pairs_of(demand)
    counts = counts_of(
        [
            Counted("all from 1", 0, 1, origin=0),
            Counted("first class to 2", 0, 1, destination=1, cls=0),
        ]
    )
    shares = margin_shares(pairs, counts)
    np.testing.assert_allclose(shares.at_counts(pairs.trips(demand)), [3 + 20, 1])
    flow = np.zeros((2, 1))
    np.testing.assert_allclose(counts.modelled(flow, demand), [23, 1])
