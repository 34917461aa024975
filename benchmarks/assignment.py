"""Measure the assignment against AequilibraE at equal error of link flows, and check it by scipy.

The peer lives in a Python of its own, as its versions of numpy and pandas may differ:
`uv venv out/peer`, `uv pip install --python out/peer aequilibrae`, then
`python -m benchmarks --aequilibrae out/peer/bin/python [--tntp FOLDER]`. Equal gap is not equal
accuracy, so errors are worst links against our flows at a gap of 1e-13, which scipy must confirm.
The peer runs on one core and on all, each up to three times; its fastest run counts.
"""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.equilibrium_check import check_equilibrium
from benchmarks.machine import REPEATS, best_of
from benchmarks.road_networks import road_town

from chengce.core.context import Context, Runner
from chengce.engine.assign.assignment import assign
from chengce.engine.roads.files import read_problem
from chengce.engine.roads.network import AssignOptions, Equilibrium, RoadNetwork, TravelClass

Problem = tuple[str, RoadNetwork, TravelClass]
PEER = Path(__file__).with_name("aequilibrae_peer.py")
PEER_ITERATIONS = 3000
PEER_S = 30.0  # once this is spent, it is not asked again
SMALL = (8, 9, 40, 330)
CONFIRMED = 2e-13


def generated() -> Problem:
    """Return the generated network of the size of Chicago Sketch."""
    network, cars = road_town()
    return "generated town", network, cars


def from_tntp(folder: Path) -> Problem:
    """Return the network and trips of a folder with a *_net.tntp and a *_trips.tntp."""
    net, trips = next(folder.glob("*_net.tntp")), next(folder.glob("*_trips.tntp"))
    found = read_problem(net, trips)
    return folder.name, found.network, found.classes[0]


def assignment_exact(runner: Runner) -> dict[str, Any]:
    """Return a row of the small generated network: what scipy finds wrong, in millionths."""
    network, cars = road_town(SMALL)
    found = assign(network, [cars], AssignOptions(gap=1e-12), context=Context(runner=runner))
    off = check_equilibrium(found)
    worst = max(off["balance"], off["origin_balance"], off["through"], off["excess"])
    worst = max(worst, off["time_difference"], 1e5 * max(off["gap"] - 2e-12, 0.0))
    return {
        "case": "assignment, generated network",
        "origins": network.zones,
        "destinations": network.zones,
        "max_difference_millionths": int(1e6 * worst),
    }


def against_aequilibrae(
    problem: Problem, gap: float, *, python: Path, runner: Runner
) -> dict[str, Any]:
    """Return one row: both times at (ours at most) the peer's worst link error, and the checks."""
    name, network, cars = problem
    context = Context(runner=runner)

    def ours(wanted: float) -> Equilibrium:
        return assign(network, [cars], AssignOptions(gap=wanted), context=context)

    best = ours(1e-13)
    off = check_equilibrium(best)
    peer = _fastest(network, cars, gap, python, runner.workers)
    error = float(np.abs(peer["flow"] - best.flow).max())
    for wanted in 10.0 ** np.arange(-1, -13.5, -0.5):
        found, took = best_of(lambda w=wanted: ours(w))  # type: ignore[misc]
        own = float(np.abs(found.flow - best.flow).max())
        if own <= error:
            break
    fine, longest = best_of(lambda: ours(1e-12))
    return {
        "case": f"{name}, gap of the peer {gap:.0e}",
        "zones": network.zones,
        "nodes": network.nodes,
        "links": network.links,
        "trips": round(float(cars.demand.sum()), 1),
        "threads": runner.workers,
        "peer": f"AequilibraE {peer['version']}, bfw",
        "peer_s": round(float(peer["seconds"]), 3),
        "peer_cores": int(peer["cores"]),
        "peer_iterations": int(peer["iterations"]),
        "peer_gap": float(peer["gap"]),
        "peer_error": error,
        "ours_s": round(took, 4),
        "ours_gap": found.gap,
        "ours_error": own,
        "ratio": round(float(peer["seconds"]) / took, 1),
        "ours_1e-12_s": round(longest, 4),
        "ours_1e-12_error": float(np.abs(fine.flow - best.flow).max()),
        "reference_gap_by_scipy": off["gap"],
        "max_difference_reference": int(off["gap"] > CONFIRMED or off["balance"] > 1e-6),
    }


def _fastest(
    network: RoadNetwork, cars: TravelClass, gap: float, python: Path, workers: int
) -> dict[str, Any]:
    """Return the peer's fastest run: small networks gain nothing from a second core."""
    runs: list[dict[str, Any]] = []
    for cores in sorted({1, workers}):
        spent = 0.0
        for _ in range(REPEATS):
            runs.append({**_peer(network, cars, gap, python, cores), "cores": cores})
            spent += float(runs[-1]["seconds"])
            if spent > PEER_S:
                break
    return min(runs, key=lambda run: float(run["seconds"]))


def _peer(
    network: RoadNetwork, cars: TravelClass, gap: float, python: Path, cores: int
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder) / "in.npz", Path(folder) / "out.npz"
        np.savez(
            given, zones=network.zones, first_through=network.first_through, demand=cars.demand,
            **{k: getattr(network, k) for k in ("tail", "head", "free_flow", "capacity", "b", "power")},
        )  # fmt: skip
        run = [
            python.absolute(),
            "-P",
            PEER,
            given,
            found,
            repr(gap),
            str(PEER_ITERATIONS),
            str(cores),
        ]
        subprocess.run(
            [str(part) for part in run], check=True, capture_output=True, cwd=folder,
            env={**os.environ, "AEQ_SHOW_PROGRESS": "FALSE", "PYTHONPATH": ""},
        )  # fmt: skip
        with np.load(found) as data:
            return {k: data[k][()] for k in data.files}
