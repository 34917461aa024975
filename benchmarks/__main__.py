"""Run the benchmarks side by side with their peers and append the figures to the log.

`--check` runs the small sizes and only says whether every number is exact; nothing is timed or kept.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks.assignment import (
    against_aequilibrae,
    assignment_exact,
    from_tntp,
    generated,
)
from benchmarks.extract import extract_speed
from benchmarks.hierarchy import hierarchy_exact, hierarchy_speed
from benchmarks.interaction import interaction_exact, interaction_speed
from benchmarks.log import append
from benchmarks.machine import about
from benchmarks.metropolis_race import metropolis_speed
from benchmarks.networks import crooked_grid, town
from benchmarks.road_like import SIZES, road_like
from benchmarks.road_pbf import road_pbf
from benchmarks.road_tntp import road_tntp
from benchmarks.scenario import scenario_exact, scenario_speed
from benchmarks.startup import startup
from benchmarks.streets import random_matrix
from benchmarks.transit import transit_exact, transit_speed, whole_window

from chengce.city.store import open_city
from chengce.core.context import SerialRunner
from chengce.engine.running.runner import make_runner

KINDS = (
    "streets", "hierarchy", "extract", "transit", "scenario", "assignment", "interaction", "startup"
)  # fmt: skip
UNEQUAL = ("extract", "startup")  # nothing in them can be compared number by number
MORNING, AFTERNOON = 7 * 3600, 13 * 3600


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    if options.check:
        return check()
    threads = make_runner("threads")
    about_run = about()
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in options.only or KINDS}
    cities = [(town(), MORNING)] + [(open_city(c), AFTERNOON) for c in options.city]
    if "streets" in rows:
        for city in (*(c for c, _ in cities), crooked_grid(10_000)):
            rows["streets"].append(random_matrix(city, 100, 1000, runner=SerialRunner()))
    if "hierarchy" in rows:
        networks = [*(lambda n=n: road_like(n) for n in SIZES if options.peers or n < 1_000_000),
                    *(lambda p=p: road_pbf(p) for p in options.pbf),
                    *(lambda f=f: road_tntp(f) for f in options.roads)]  # fmt: skip
        rows["hierarchy"] = [hierarchy_speed(make(), threads, options.peers) for make in networks]
    if "extract" in rows and options.peers:
        rows["extract"] = [extract_speed(p, SerialRunner(), options.peers) for p in options.pbf]
    if "transit" in rows:
        for city, start_s in cities:
            exact = transit_exact(city, 20, start_s=start_s, runner=threads)
            speed = transit_speed(city, start_s=start_s, runner=threads)
            rows["transit"].append({**speed, "checked_pairs": exact["all_pairs"],
                                    "max_difference_s": exact["max_difference_all_s"]})  # fmt: skip
        for city in (c for c, _ in cities if c.name == "porto_alegre"):
            for start_s in (MORNING, AFTERNOON):
                window = whole_window(start_s)
                exact = transit_exact(city, 200, start_s=start_s, runner=threads, options=window)
                speed = transit_speed(city, start_s=start_s, runner=threads, options=window)
                rows["transit"].append({
                    **speed, "case": f"{city.name}, 120 min from {start_s // 3600:02}:00",
                    "checked_pairs": exact["all_pairs"], "max_difference_s": exact["max_difference_all_s"],
                })  # fmt: skip
        rows["metropolis"] = [metropolis_speed()]
    if "scenario" in rows:
        for city, start_s in cities:
            exact = scenario_exact(city, start_s=start_s, runner=threads)
            speed = scenario_speed(city, start_s=start_s, runner=threads)
            rows["scenario"].append({**speed, "checked_pairs": exact["all_pairs"],
                                     "max_difference_s": exact["max_difference_s"]})  # fmt: skip
    if "assignment" in rows and options.aequilibrae:
        for problem in (generated(), *(from_tntp(folder) for folder in options.tntp)):
            for gap in (1e-4, 1e-6):
                rows["assignment"].append(
                    against_aequilibrae(problem, gap, python=options.aequilibrae, runner=threads)
                )
    if "interaction" in rows:
        rows["interaction"] = [interaction_speed(threads)]
    if "startup" in rows and not options.no_startup:
        rows["startup"] = startup(with_demo=True)
    for kind, found in rows.items():
        for row in found:
            print(kind, *(f"{k}={v}" for k, v in row.items()), sep="  ", flush=True)
        append(kind, [{**about_run, **row} for row in found])
    return _verdict([row for kind, found in rows.items() if kind not in UNEQUAL for row in found])


def check() -> int:
    """Compare with the peers on the small size; return 0 if every number is the same."""
    rows: list[dict[str, Any]] = []
    place = town()
    for profile in ("walk", "wheelchair", "bike", "drive"):
        rows.append(random_matrix(place, 20, 100, runner=SerialRunner(), profile=profile))
    rows.append(random_matrix(crooked_grid(10_000), 5, 100, runner=make_runner("threads", 2)))
    rows.append(hierarchy_exact(make_runner("threads", 2)))
    exact = transit_exact(place, 15, start_s=MORNING, runner=SerialRunner())
    rows.append({**exact, "case": f"{exact['case']}, door to door"})
    rows.append(metropolis_speed(40, 4))
    patched = scenario_exact(place, start_s=MORNING, runner=SerialRunner())
    rows.append({**patched, "case": f"{patched['case']}, scenarios patched"})
    rows.append(assignment_exact(SerialRunner()))
    rows.append(interaction_exact())
    for row in rows:
        pairs = row.get("all_pairs") or row["origins"] * row["destinations"]
        print(f"{row['case']}: {pairs} pairs, largest difference {_difference(row)}")
    return _verdict(rows)


def _verdict(rows: list[dict[str, Any]]) -> int:
    wrong = [r["case"] for r in rows if _difference(r) != 0]
    print("exact" if not wrong else f"NOT EXACT: {', '.join(wrong)}")
    return 1 if wrong else 0


def _difference(row: dict[str, Any]) -> int:
    return max(int(v) for k, v in row.items() if k.startswith("max_difference"))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only exactness, on the small size")
    parser.add_argument(
        "--city", type=Path, action="append", default=[], help="a city directory, repeatable"
    )
    parser.add_argument("--only", choices=KINDS, action="append", help="these kinds, repeatable")
    parser.add_argument(
        "--aequilibrae", type=Path, help="the Python of an environment with AequilibraE"
    )
    parser.add_argument(
        "--tntp",
        type=Path,
        action="append",
        default=[],
        help="a folder of a TNTP network, repeatable",
    )
    parser.add_argument(
        "--roads",
        type=Path,
        action="append",
        default=[],
        help="a folder of a TNTP network with a *_node.tntp, for its hierarchy, repeatable",
    )
    parser.add_argument(
        "--peers",
        type=Path,
        help="the Python of an environment with requirements/peers.txt; adds 1.25 M nodes",
    )
    parser.add_argument(
        "--pbf", type=Path, action="append", default=[], help="an OSM extract, repeatable"
    )
    parser.add_argument("--no-startup", action="store_true", help="leave out --help and the demo")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
