"""Measure the street hierarchy: re-weighting, sweeps and matrices, beside routing libraries.

One row a network: times of ours (the shortest of three, or of as many as fit in two seconds; the
peers' are taken alike), bytes against a triad of the same run, and each peer's times and differences
where its environment is given.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
from benchmarks.road_like import RoadLike, road_like
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from chengce.core.context import Runner
from chengce.engine.hierarchy.customize import customize, recustomize
from chengce.engine.hierarchy.hierarchy import build_hierarchy
from chengce.engine.hierarchy.ladder import Costs, Ladder
from chengce.engine.hierarchy.nearest import nearest_k
from chengce.engine.hierarchy.seeds import points_at
from chengce.engine.hierarchy.sweeps import matrix, one_to_all, select, sweep_each
from chengce.engine.kernels.simd import LANES

PEER = Path(__file__).with_name("hierarchy_peer.py")
PEER_NAMES = ("routingkit-cch", "pandana", "scipy", "igraph", "rustworkx")
ENDS, CHANGED, CHECKED, SWEPT = 1000, 100, 40, 8 * LANES
TRIAD = 30_000_000
PEER_LIMIT_S = 1500
REPEATS, SECONDS = 3, 2.0
T = TypeVar("T")


def hierarchy_speed(
    graph: RoadLike,
    runner: Runner,
    python: Path | None = None,
    names: tuple[str, ...] = PEER_NAMES,
) -> dict[str, Any]:
    """Return the row of one network; with `python`, also of the peers installed there."""
    rng = np.random.default_rng(3)
    sources, targets = (rng.integers(0, graph.nodes, ENDS) for _ in range(2))
    begin = perf_counter()
    made = build_hierarchy(graph.indptr, graph.head, graph.xy, runner=runner)
    ladder = Ladder.of(made)
    build_s = perf_counter() - begin
    changed = np.sort(rng.choice(len(graph.cost), CHANGED, replace=False))
    other = graph.cost.copy()
    other[changed] = np.where(rng.random(CHANGED) < 0.5, other[changed] * 3, other[changed] // 2)
    begin = perf_counter()
    metric = customize(made, graph.cost, runner=runner)
    ends = points_at(targets)
    seeds = points_at(sources)

    def answer(costs: Costs) -> NDArray[np.int32]:
        return matrix(ladder, costs, seeds, select(ladder, ends), runner)

    answer(metric)
    first_s = perf_counter() - begin
    recustomize(made, metric, graph.cost, other)
    _, reweight_s = _best(lambda: customize(made, graph.cost, runner=runner))
    _, select_s = _best(lambda: select(ladder, ends))
    found, matrix_s = _best(lambda: answer(metric))
    after, change_s = _best(lambda: answer(recustomize(made, metric, graph.cost, other)))
    _, both_s = _best(lambda: answer(customize(made, graph.cost, runner=runner)))
    _, nearest_s = _best(lambda: nearest_k(ladder, metric, seeds, select(ladder, ends), 5, runner))
    swept = points_at(rng.integers(0, graph.nodes, SWEPT))
    _drain(ladder, metric, swept, runner)
    _, sweep_s = _best(lambda: _drain(ladder, metric, swept, runner))
    _, whole_s = _best(lambda: one_to_all(ladder, metric, sources[:LANES], runner))
    triad = _triad(runner.workers)
    memory = 8 * len(made.up_head) + 2 * 4 * LANES * graph.nodes
    bound_s = memory / triad / LANES
    row = {
        "case": graph.name,
        "nodes": graph.nodes,
        "arcs": len(graph.cost),
        "hierarchy_arcs": len(made.up_head),
        "depths": ladder.depths,
        "threads": runner.workers,
        "origins": ENDS,
        "destinations": ENDS,
        "build_s": round(build_s, 3),
        "first_s": round(first_s, 3),
        "reweight_s": round(reweight_s, 5),
        "select_s": round(select_s, 5),
        "matrix_s": round(matrix_s, 5),
        "reweight_matrix_s": round(both_s, 5),
        "change_matrix_s": round(change_s, 5),
        "nearest_5_s": round(nearest_s, 5),
        "one_to_all_ms": round(1e3 * sweep_s / SWEPT, 4),
        "one_to_all_by_source_ms": round(1e3 * whole_s / LANES, 4),
        "bound_ms": round(1e3 * bound_s, 4),
        "of_bound": round(sweep_s / SWEPT / bound_s, 3),
        "gb_per_s": round(memory / LANES / (sweep_s / SWEPT) / 1e9, 1),
        "triad_gb_per_s": round(triad / 1e9, 1),
        "ns_per_arc": round(1e9 * sweep_s / SWEPT / len(graph.cost), 4),
        "peak_mib": _peak_mib(),
        "max_difference": 0,
    }
    if python is not None:
        given = {
            "node": made.node, "tail": graph.tail, "head": graph.head, "cost": graph.cost, "xy": graph.xy,
            "sources": sources, "targets": targets, "changed": changed,
            "changed_cost": other[changed], "checked": CHECKED,
        }  # fmt: skip
        row["peers"] = _peers(given, python, names, found, after)
        row["max_difference"] = max(p.get("max_difference", 0) for p in row["peers"].values())
        row["ratios"] = _ratios(row)
    return row


def hierarchy_exact(runner: Runner, nodes: int = 10_000) -> dict[str, Any]:
    """Compare matrix, one to all and a changed matrix with scipy on a small network; nothing is timed."""
    graph = road_like(nodes)
    rng = np.random.default_rng(4)
    sources, targets = (rng.integers(0, nodes, count) for count in (40, 200))
    made = build_hierarchy(graph.indptr, graph.head, graph.xy, runner=runner)
    ladder = Ladder.of(made)
    metric = customize(made, graph.cost, runner=runner)
    changed = rng.choice(len(graph.cost), CHANGED, replace=False)
    other = graph.cost.copy()
    other[changed] = rng.integers(1, 100_000, CHANGED)
    off = []
    for cost, costs in (
        (graph.cost, metric),
        (other, recustomize(made, metric, graph.cost, other)),
    ):
        plain = csr_matrix((cost.astype(float), graph.head, graph.indptr), (nodes, nodes))
        expected = dijkstra(plain, indices=sources)
        found = matrix(
            ladder, costs, points_at(sources), select(ladder, points_at(targets)), runner
        )
        off.append(np.abs(found - expected[:, targets]).max())
        off.append(np.abs(one_to_all(ladder, costs, sources, runner) - expected).max())
    return {
        "case": f"{graph.name}, hierarchy",
        "all_pairs": 2 * len(sources) * (nodes + len(targets)),
        "max_difference_ms": int(max(off)),
    }


def _peers(
    given: dict[str, Any],
    python: Path,
    names: tuple[str, ...],
    found: NDArray[np.int32],
    after: NDArray[np.int32],
) -> dict[str, Any]:
    """Return each peer's times, and the largest difference of its costs from ours."""
    rows: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.npz", Path(folder) / "out.npz"
        np.savez(source, **given)
        for name in names:
            command = [str(python.absolute()), "-P", str(PEER), str(source), str(target), name]
            try:
                subprocess.run(command, check=True, capture_output=True, timeout=PEER_LIMIT_S)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                print(f"{name}: not run ({type(error).__name__})", file=sys.stderr)
                continue
            with np.load(target) as data:
                row = {k: float(data[k]) for k in data.files if k.endswith("_s")}
                for key, ours in (("matrix", found), ("changed_matrix", after)):
                    if key in data.files:
                        off = int(np.abs(data[key] - ours[: len(data[key])]).max(initial=0))
                        row["max_difference"] = max(off, int(row.get("max_difference", 0)))
                        row["checked_pairs"] = int(data[key].size)
                rows[str(data["name"])] = row
    return rows


def _ratios(row: dict[str, Any]) -> dict[str, float]:
    """Return how many times as long each peer takes for the same question."""
    found = {}
    for name, peer in row["peers"].items():
        if "matrix_s" in peer:
            found[f"{name}: matrix"] = peer["matrix_s"] / row["matrix_s"]
        if "reweight_s" in peer:
            found[f"{name}: re-weight"] = peer["reweight_s"] / row["reweight_s"]
            both = peer["reweight_s"] + peer["matrix_s"]
            found[f"{name}: re-weight + matrix"] = both / row["reweight_matrix_s"]
        if "change_s" in peer:
            both = peer["change_s"] + peer["matrix_s"]
            found[f"{name}: change + matrix"] = both / row["change_matrix_s"]
        if "one_to_all_s" in peer:
            ms = 1e3 * peer["one_to_all_s"]
            found[f"{name}: one to all"] = ms / row["one_to_all_ms"]
            found[f"{name}: one to all by source"] = ms / row["one_to_all_by_source_ms"]
    return {key: round(value, 1) for key, value in found.items()}


def _best(work: Callable[[], T]) -> tuple[T, float]:
    """Return what `work` returns and its shortest time, s; by the rule the peers follow, too."""
    shortest, spent, runs = np.inf, 0.0, 0
    while runs < REPEATS or spent < SECONDS:
        begin = perf_counter()
        found = work()
        seconds = perf_counter() - begin
        shortest, spent, runs = min(shortest, seconds), spent + seconds, runs + 1
    return found, float(shortest)


def _drain(ladder: Ladder, metric: Costs, doors: Any, runner: Runner) -> None:
    for _ in sweep_each(ladder, metric, doors, lambda points, labels: None, runner):
        pass


def _triad(threads: int) -> float:
    """Return the memory's bytes per second, reading two arrays and writing a third, on all threads."""
    a, b, c = (np.full((threads, TRIAD // threads), 1.0) for _ in range(3))
    with ThreadPoolExecutor(threads) as pool:

        def once() -> None:
            list(pool.map(_scaled_sum, a, b, c))

        once()
        seconds = _best(once)[1]
    return 24.0 * TRIAD / seconds


@njit(nogil=True)
def _scaled_sum(a: Any, b: Any, c: Any) -> None:
    for i in range(len(a)):
        a[i] = b[i] + 3.0 * c[i]


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
