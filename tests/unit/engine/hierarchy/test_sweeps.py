from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tests.unit.engine.hierarchy.brute import Eliminated, eliminate, random_arcs, shortest

from chengce.core.context import SerialRunner
from chengce.engine.csr import Sparse
from chengce.engine.hierarchy.ladder import Ladder, aligned_rows
from chengce.engine.hierarchy.nearest import nearest_k
from chengce.engine.hierarchy.seeds import points_at
from chengce.engine.hierarchy.sweeps import matrix, one_to_all, select, sweep_each
from chengce.engine.kernels import cch_select, cch_sweep
from chengce.engine.kernels.limits import INF
from chengce.engine.kernels.simd import LANES
from chengce.engine.running.threads import ThreadRunner

SERIAL, THREADS = SerialRunner(), ThreadRunner(2)
COSTS = [
    [1, 2, 3, 50],
    [0, 0, 1, 7],
    [INF - 1, INF, INF // 2, 1],
    [INF // 3, 0, INF - 2],
]


def world(
    seed: int,
) -> tuple[np.random.Generator, int, dict[tuple[int, int], int], Eliminated, Ladder]:
    rng = np.random.default_rng(seed)
    nodes = int(rng.integers(1, 60))
    arcs = random_arcs(rng, nodes, int(rng.integers(0, 3 * nodes + 1)), COSTS[seed % len(COSTS)])
    made = eliminate(nodes, arcs, [int(v) for v in rng.permutation(nodes)])
    return rng, nodes, arcs, made, Ladder.of(made)


def doors(rng: np.random.Generator, nodes: int, points: int) -> Sparse:
    counts = rng.integers(0, 4, points)
    size = int(counts.sum())
    return Sparse(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        rng.integers(0, nodes, size).astype(np.int32),
        rng.choice([0, 1, 5, INF - 1, INF], size).astype(np.int32),
    )


def brute(nodes: int, arcs: dict[tuple[int, int], int], seeds: Sparse, ends: Sparse) -> np.ndarray:
    out = np.full((len(seeds.indptr) - 1, len(ends.indptr) - 1), INF, np.int64)
    for o in range(len(out)):
        starts: dict[int, int] = {}
        for i in range(seeds.indptr[o], seeds.indptr[o + 1]):
            v, c = int(seeds.column[i]), int(seeds.value[i])
            starts[v] = min(starts.get(v, INF), c)
        best = shortest(nodes, arcs, starts)
        for d in range(out.shape[1]):
            for i in range(ends.indptr[d], ends.indptr[d + 1]):
                out[o, d] = min(out[o, d], best[ends.column[i]] + int(ends.value[i]))
    return out


@pytest.mark.parametrize("seed", range(60))
def test_one_to_all_equals_dijkstra_for_any_number_of_sources(seed: int) -> None:
    rng, nodes, arcs, made, ladder = world(seed)
    sources = rng.integers(0, nodes, int(rng.choice([0, 1, 7, 8, 9, 31, 32, 33, 70])))
    expected = [shortest(nodes, arcs, {int(s): 0}) for s in sources]
    found = one_to_all(ladder, made, sources, THREADS if seed % 2 else SERIAL)
    assert found.dtype == np.int32
    assert found.shape == (len(sources), nodes)
    assert found.tolist() == expected


@pytest.mark.parametrize("seed", range(60))
def test_a_matrix_equals_dijkstra_over_all_entries_of_doors(seed: int) -> None:
    rng, nodes, arcs, made, ladder = world(seed)
    seeds = doors(rng, nodes, int(rng.choice([0, 1, 5, 32, 40])))
    ends = doors(rng, nodes, int(rng.choice([0, 1, 9, 40])))
    found = matrix(ladder, made, seeds, select(ladder, ends), THREADS)
    assert found.tolist() == brute(nodes, arcs, seeds, ends).tolist()


def test_direct_ways_replace_dearer_ones() -> None:
    made = eliminate(2, {(0, 1): 10}, [0, 1])
    ladder = Ladder.of(made)
    ends = points_at(np.array([1, 1]))
    same = Sparse(np.array([0, 2]), np.array([0, 1], np.int32), np.array([4, 12], np.int32))
    found = matrix(ladder, made, points_at(np.array([0])), select(ladder, ends), SERIAL, same)
    assert found.tolist() == [[4, 10]]


def test_batches_tell_whose_lanes_they_are_and_leave_the_others_unreached() -> None:
    rng, nodes, arcs, made, ladder = world(8)
    seeds = points_at(rng.integers(0, nodes, 40))
    seen = []

    def look(points: np.ndarray, labels: np.ndarray) -> list[int]:
        for lane, point in enumerate(points):
            expected = shortest(nodes, arcs, {int(seeds.column[point]): 0})
            assert labels[:, lane].tolist() == expected
        assert (labels[:, len(points) :] == INF).all()
        return [int(point) for point in points]

    for points in sweep_each(ladder, made, seeds, look, THREADS):
        seen += points
    assert sorted(seen) == list(range(40))


def test_a_hierarchy_out_of_postorder_is_refused() -> None:
    # two paths 0 – 2 and 1 – 3 whose ranks interleave
    made = Eliminated(
        np.arange(4, dtype=np.int32), np.arange(4, dtype=np.int32),
        np.array([0, 1, 2, 2, 2]), np.array([2, 3], np.int32),
        np.array([2, 3, -1, -1], np.int32), np.array([1, 1], np.int32), np.array([1, 1], np.int32),
    )  # fmt: skip
    with pytest.raises(ValueError, match="postorder"):
        Ladder.of(made)


@pytest.mark.parametrize("seed", range(12))
def test_a_cone_is_the_union_of_paths(seed: int) -> None:
    rng, nodes, _, made, _ = world(seed)
    ranks = np.sort(rng.integers(0, nodes, 5)).astype(np.int32)
    expected = set()
    for v in ranks.tolist():
        while v >= 0:
            expected.add(v)
            v = int(made.parent[v])
    assert cch_select.cone(made.parent, ranks).tolist() == sorted(expected)


@pytest.mark.parametrize(("points", "lanes"), [(0, 32), (5, 3), (8, 8), (17, 31), (64, 32), (9, 1)])
def test_labels_turn_into_rows_whatever_is_left_over(points: int, lanes: int) -> None:
    labels = aligned_rows(points)
    labels[:] = np.arange(points * LANES).reshape(points, LANES)
    row = np.random.default_rng(1).permutation(40)[:lanes]
    out = np.full((40, points), -1, np.int32)
    cch_sweep.by_source(labels, row, out)
    assert np.array_equal(out[row], labels[:, :lanes].T)
    assert (np.delete(out, row, axis=0) == -1).all()


@pytest.mark.parametrize("seed", range(60))
def test_the_nearest_are_the_least_of_the_matrix_ties_by_index(seed: int) -> None:
    rng, nodes, arcs, made, ladder = world(seed)
    seeds, ends = doors(rng, nodes, 12), doors(rng, nodes, int(rng.integers(1, 20)))
    full = brute(nodes, arcs, seeds, ends)
    for k in (1, 3, 25):
        found = nearest_k(ladder, made, seeds, select(ladder, ends), k, THREADS)
        for o, row in enumerate(full.tolist()):
            expected = sorted((c, d) for d, c in enumerate(row) if c < INF)[:k]
            here = slice(found.indptr[o], found.indptr[o + 1])
            costs, columns = found.value[here].tolist(), found.column[here].tolist()
            assert list(zip(costs, columns, strict=True)) == expected


def test_a_direct_way_counts_among_the_nearest() -> None:
    made = eliminate(2, {(0, 1): 10}, [0, 1])
    ladder = Ladder.of(made)
    targets = select(ladder, points_at(np.array([1, 1])))
    same = Sparse(np.array([0, 1]), np.array([1], np.int32), np.array([4], np.int32))
    found = nearest_k(ladder, made, points_at(np.array([0])), targets, 2, SERIAL, same)
    assert (found.column.tolist(), found.value.tolist()) == ([1, 0], [4, 10])
    with pytest.raises(ValueError, match="k must be"):
        nearest_k(ladder, made, points_at(np.array([0])), targets, 0, SERIAL)


def test_many_threads_sweep_one_hierarchy_at_once() -> None:
    rng, nodes, _, made, ladder = world(11)
    seeds, ends = doors(rng, nodes, 70), doors(rng, nodes, 40)
    targets = select(ladder, ends)
    expected = matrix(ladder, made, seeds, targets, SERIAL)
    with ThreadPoolExecutor(16) as pool:
        jobs = [pool.submit(matrix, ladder, made, seeds, targets, THREADS) for _ in range(64)]
        assert all(np.array_equal(job.result(), expected) for job in jobs)
