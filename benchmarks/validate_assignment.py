"""Compare road assignment with published and closed solutions; write docs/validation/assignment.json.

Usage: python -m benchmarks.validate_assignment --tntp FOLDER

FOLDER holds SiouxFalls, Anaheim, Berlin-Mitte-Center and Braess-Example as published by
Transportation Networks for Research.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.equilibrium_check import check_equilibrium
from benchmarks.machine import about
from benchmarks.road_networks import road_town
from benchmarks.validate_roads import city_roads

from chengce.city.readers.tntp import read_tntp_flow
from chengce.core.context import Context
from chengce.engine.assign.assignment import assign
from chengce.engine.roads.files import read_problem
from chengce.engine.roads.network import AssignOptions, Equilibrium, RoadNetwork, TravelClass
from chengce.engine.running.runner import make_runner
from chengce.models.calibration.counted import Counted, counts_of
from chengce.models.calibration.od_update import UpdateOptions, update_od

OUT = Path(__file__).resolve().parents[1] / "docs" / "validation" / "assignment.json"
PUBLISHED = {"SiouxFalls": 4231335.287107441, "Anaheim": 1286032.171096033}
FOLDERS = ("SiouxFalls", "Anaheim", "Berlin-Mitte-Center", "Braess-Example")
GAPS = (1e-2, 1e-4, 1e-6, 1e-8, 1e-10)
TRUTH = 1e-13
CONTEXT = Context(runner=make_runner("threads"))
Problem = tuple[RoadNetwork, tuple[TravelClass, ...]]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m benchmarks.validate_assignment")
    parser.add_argument("--tntp", type=Path, required=True)
    folder = parser.parse_args(arguments).tntp
    known = {name: _problem(folder / name) for name in FOLDERS}
    town = road_town()
    generated: Problem = (town[0], (town[1],))
    results = {
        "about": about(),
        "published": [_published(n, known[n], folder / n) for n in PUBLISHED],
        "closed_forms": _closed_forms(known["Braess-Example"]),
        "scipy": [_by_scipy(n, p) for n, p in (*known.items(), ("generated", generated))],
        "flow_error": [
            row
            for n, p in (*known.items(), ("generated", generated))
            if n != "Braess-Example"
            for row in _flow_error(n, p)
        ],
        "open": [_open(n, known[n]) for n in FOLDERS[:3]],
        "counts": [_counts(n, known[n], s) for n, s in (("SiouxFalls", 0.6), ("Anaheim", 0.3))],
    }
    with tempfile.TemporaryDirectory() as work:
        results |= city_roads(folder / "Anaheim", Path(work), CONTEXT)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    OUT.write_text(text + "\n", encoding="utf-8", newline="\n")
    print(text)
    return 0


def _problem(folder: Path) -> Problem:
    found = read_problem(next(folder.glob("*_net.tntp")), next(folder.glob("*_trips.tntp")))
    return found.network, found.classes


def _solve(problem: Problem, gap: float, **more: Any) -> Equilibrium:
    return assign(*problem, AssignOptions(gap=gap, **more), context=CONTEXT)


def _published(name: str, problem: Problem, folder: Path) -> dict[str, Any]:
    """Return objectives against the published one, and flows against the published file."""
    net = problem[0]
    known = read_tntp_flow(next(folder.glob("*_flow.tntp")))
    link = {
        pair: i for i, pair in enumerate(zip(net.tail.tolist(), net.head.tolist(), strict=True))
    }
    pairs = zip((known.tail - 1).tolist(), (known.head - 1).tolist(), strict=True)
    at = [link[pair] for pair in pairs]
    rows = []
    for method, gaps in (("b", (1e-6, 1e-10, 1e-12)), ("bfw", (1e-4, 1e-6))):
        for gap in gaps:
            found = _solve(problem, gap, method=method)
            rows.append(
                {
                    "method": method,
                    "gap": gap,
                    "reached": found.gap,
                    "iterations": found.iterations,
                    "objective": found.objective,
                    "relative_error": abs(found.objective / PUBLISHED[name] - 1.0),
                    "worst_flow": float(np.abs(found.flow[at] - known.volume).max()),
                }
            )
    return {
        "name": name,
        "zones": net.zones,
        "nodes": net.nodes,
        "links": net.links,
        "objective": PUBLISHED[name],
        "largest_flow": float(known.volume.max()),
        "rows": rows,
    }


def _closed_forms(braess: Problem) -> dict[str, float]:
    """Return the largest difference of link flows from those worked out by hand."""
    found = _solve(braess, 1e-12)
    pigou = RoadNetwork(
        tail=np.array([0, 0], np.int32), head=np.array([1, 1], np.int32), nodes=2, zones=2,
        first_through=0, free_flow=np.array([1.0, 0.01]), capacity=np.array([1.0, 0.01]),
        b=np.array([0.0, 1.0]), power=np.ones(2), length=np.zeros(2),
    )  # fmt: skip
    one = (TravelClass("cars", np.array([[0.0, 1.0], [0.0, 0.0]])),)
    user, system = (_solve((pigou, one), 1e-12, principle=p) for p in ("user", "system"))
    # times 1 and 0.01 + x: all but 0.01 take x for themselves, half of that for all
    return {
        "braess": float(np.abs(found.flow - [4, 2, 2, 2, 4]).max()),
        "pigou_user": float(np.abs(user.flow - [0.01, 0.99]).max()),
        "pigou_system": float(np.abs(system.flow - [0.505, 0.495]).max()),
    }


def _by_scipy(name: str, problem: Problem) -> dict[str, Any]:
    found = _solve(problem, 1e-12)
    off = check_equilibrium(found)
    keys = ("gap", "gap_difference", "balance", "origin_balance", "through", "excess")
    net = problem[0]
    return {
        "name": name,
        "links": net.links,
        "zones": net.zones,
        "zero_time_links": int(np.count_nonzero(net.free_flow == 0)),
        "reached": found.gap,
        "iterations": found.iterations,
        **{k: float(off[k]) for k in keys},
    }


def _flow_error(name: str, problem: Problem) -> list[dict[str, Any]]:
    """Return the estimate of the error of link flows beside the true one, gap by gap."""
    best = _solve(problem, TRUTH)
    rows = []
    for gap in GAPS:
        found = _solve(problem, gap)
        sure = found.determined & best.determined
        true = np.abs(found.flow - best.flow)[sure]
        said = found.flow_error[sure]
        rows.append(
            {
                "name": name,
                "gap": gap,
                "reached": found.gap,
                "true": float(true.max()),
                "estimate": float(said.max()),
                "covered": float(np.mean(true <= said + 1e-9)),
            }
        )
    return rows


def _open(name: str, problem: Problem) -> dict[str, Any]:
    """Return by how much two equilibria differ on links said to be determined, and on the others.

    The second one is found with the links in the opposite order and half of the trips first.
    """
    net, classes = problem
    fine = 1e-12
    first = _solve(problem, fine)
    columns = ("tail", "head", "free_flow", "capacity", "b", "power", "length")
    turned = replace(net, **{c: getattr(net, c)[::-1].copy() for c in columns})
    half = tuple(replace(c, demand=c.demand / 2.0) for c in classes)
    begun = _solve((turned, half), fine)
    second = assign(turned, classes, AssignOptions(gap=fine), warm=begun, context=CONTEXT)
    apart = np.abs(second.flow[::-1] - first.flow)
    sure = first.determined
    return {
        "name": name,
        "links": net.links,
        "open": int(np.count_nonzero(~sure)),
        "apart_determined": float(apart[sure].max()),
        "apart_open": float(apart[~sure].max(initial=0.0)),
    }


def _counts(name: str, problem: Problem, share: float) -> dict[str, Any]:
    """Return errors of counts before and after trips are fitted to some of them, five times.

    True trips make the counts (error 5 %); the prior is 30 to 50 % off a pair and a fifth too high.
    """
    net, classes = problem
    truth = classes[0].demand
    flow = _solve(problem, 1e-8).flow
    out: dict[str, list[float]] = {}
    for seed in range(5):
        rng = np.random.default_rng(seed)
        prior = truth * rng.lognormal(-0.08, 0.4, truth.shape) * 1.2
        links = np.sort(rng.choice(net.links, int(share * net.links), replace=False))
        sd = 0.05 * flow[links] + 1.0
        seen = np.maximum(flow[links] + rng.normal(0.0, sd), 0.0)
        rows = [
            Counted(str(a), float(n), float(s), (int(a),))
            for a, n, s in zip(links, seen, sd, strict=True)
        ]
        found = update_od(
            net, [TravelClass("car", prior)], counts_of(rows), prior_weight=1e-3, holdout=0.2,
            options=UpdateOptions(assign=AssignOptions(gap=1e-7)), context=replace(CONTEXT, seed=seed),
        )  # fmt: skip
        for held in (False, True):
            for after in (False, True):
                fit = found.fit(after=after, held=held)
                part = f"{'held' if held else 'fitted'}_{'after' if after else 'before'}"
                out.setdefault(f"{part}_rmse", []).append(float(fit.rmse or 0.0))
                out.setdefault(f"{part}_geh", []).append(float(fit.geh_below_5 or 0.0))
        for word, trips in (("before", found.prior), ("after", found.classes)):
            off = np.linalg.norm(trips[0].demand - truth) / np.linalg.norm(truth)
            out.setdefault(f"trips_{word}", []).append(float(off))
    return {
        "name": name,
        "counts": int(share * net.links),
        "links": net.links,
        "seeds": 5,
        **{k: [min(v), float(np.median(v)), max(v)] for k, v in out.items()},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
