"""Measure the street hierarchy: re-weighting, sweeps and matrices, beside routing libraries.

One row a network: times of ours (the shortest of three), bytes against a triad of the same run,
and each peer's times and differences where its environment is given.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from benchmarks.machine import best_of
from benchmarks.road_like import RoadLike
from numba import njit
from numpy.typing import NDArray

from chengce.core.context import Runner
from chengce.engine.hierarchy.ladder import Costs, Ladder, Ranked
from chengce.engine.hierarchy.nearest import nearest_k
from chengce.engine.hierarchy.seeds import points_at
from chengce.engine.hierarchy.sweeps import matrix, one_to_all, select, sweep_batches
from chengce.engine.kernels.simd import LANES

PEER = Path(__file__).with_name("hierarchy_peer.py")
PEER_NAMES = ("routingkit-cch", "pandana", "scipy", "igraph", "rustworkx")
ENDS, CHANGED, CHECKED, SWEPT = 1000, 100, 40, 8 * LANES
TRIAD = 30_000_000
PEER_LIMIT_S = 1500


class Engine(NamedTuple):
    """How a hierarchy is made of a network, given costs, and given some changed costs (arcs, all)."""

    build: Callable[[RoadLike], Ranked]
    customize: Callable[[Any, NDArray[np.int32]], Costs]
    recustomize: Callable[[Any, Any, NDArray[np.int64], NDArray[np.int32]], Costs]


def hierarchy_speed(
    graph: RoadLike, engine: Engine, runner: Runner, python: Path | None = None
) -> dict[str, Any]:
    """Return the row of one network; with `python`, also of the peers installed there."""
    rng = np.random.default_rng(3)
    sources, targets = (rng.integers(0, graph.nodes, ENDS) for _ in range(2))
    begin = perf_counter()
    made = engine.build(graph)
    ladder = Ladder.of(made)
    build_s = perf_counter() - begin
    changed = np.sort(rng.choice(len(graph.cost), CHANGED, replace=False))
    other = graph.cost.copy()
    other[changed] = np.where(rng.random(CHANGED) < 0.5, other[changed] * 3, other[changed] // 2)
    begin = perf_counter()
    metric = engine.customize(made, graph.cost)
    ends = points_at(targets)
    seeds = points_at(sources)

    def answer(costs: Costs) -> NDArray[np.int32]:
        return matrix(ladder, costs, seeds, select(ladder, ends), runner)

    answer(metric)
    first_s = perf_counter() - begin
    engine.recustomize(made, metric, changed, other)
    _, reweight_s = best_of(lambda: engine.customize(made, graph.cost))
    _, select_s = best_of(lambda: select(ladder, ends))
    found, matrix_s = best_of(lambda: answer(metric))
    after, change_s = best_of(lambda: answer(engine.recustomize(made, metric, changed, other)))
    _, both_s = best_of(lambda: answer(engine.customize(made, graph.cost)))
    _, nearest_s = best_of(
        lambda: nearest_k(ladder, metric, seeds, select(ladder, ends), 5, runner)
    )
    swept = points_at(rng.integers(0, graph.nodes, SWEPT))
    _drain(ladder, metric, swept, runner)
    _, sweep_s = best_of(lambda: _drain(ladder, metric, swept, runner))
    _, whole_s = best_of(lambda: one_to_all(ladder, metric, sources[:LANES], runner))
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
        row["peers"] = _peers(given, python, found, after)
        row["max_difference"] = max(p.get("max_difference", 0) for p in row["peers"].values())
        row["ratios"] = _ratios(row)
    return row


def _peers(
    given: dict[str, Any], python: Path, found: NDArray[np.int32], after: NDArray[np.int32]
) -> dict[str, Any]:
    """Return each peer's times, and the largest difference of its costs from ours."""
    rows: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.npz", Path(folder) / "out.npz"
        np.savez(source, **given)
        for name in PEER_NAMES:
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
            found[f"{name}: one to all"] = 1e3 * peer["one_to_all_s"] / row["one_to_all_ms"]
    return {key: round(value, 1) for key, value in found.items()}


def _drain(ladder: Ladder, metric: Costs, doors: Any, runner: Runner) -> None:
    for _ in sweep_batches(ladder, metric, doors, runner):
        pass


def _triad(threads: int) -> float:
    """Return the memory's bytes per second, reading two arrays and writing a third, on all threads."""
    a, b, c = (np.full((threads, TRIAD // threads), 1.0) for _ in range(3))
    with ThreadPoolExecutor(threads) as pool:

        def once() -> None:
            list(pool.map(_scaled_sum, a, b, c))

        once()
        seconds = best_of(once)[1]
    return 24.0 * TRIAD / seconds


@njit(nogil=True)
def _scaled_sum(a: Any, b: Any, c: Any) -> None:
    for i in range(len(a)):
        a[i] = b[i] + 3.0 * c[i]


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
