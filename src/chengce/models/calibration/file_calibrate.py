"""Adjust the trips of a file to the counts of another, and lay the result out as files."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.city.assumptions import default_assumptions
from chengce.city.readers.omx import omx_bytes
from chengce.city.readers.tntp_write import trips_text
from chengce.core.context import Context
from chengce.core.errors import Problem
from chengce.core.file_result import FileResult
from chengce.core.text import Text
from chengce.engine.assign.ready import make_ready, small_problem
from chengce.engine.roads.files import read_problem
from chengce.engine.roads.network import AssignOptions
from chengce.engine.roads.problem import RoadProblem
from chengce.models.calibration.count_file import Named, read_counts
from chengce.models.calibration.count_fit import geh
from chengce.models.calibration.counted import Counted, counts_of
from chengce.models.calibration.od_update import OdUpdate, UpdateOptions, update_od


def calibrate_files(
    inputs: Mapping[str, Path], params: Mapping[str, Any], context: Context
) -> FileResult:
    """Adjust `inputs["trips"]` on `inputs["net"]`, with `inputs["turns"]`, to `inputs["counts"]`.

    `params`: prior_weight (None: infinite), holdout, gap, updates, open_cells, hours (of the
    counts' period), seed (of the counts held out), toll_factor, distance_factor, matrix. The files
    are trips.csv, trips.omx, trips.tntp (one class, zones numbered from 1), counts.csv, flows.csv
    and trace.csv. Raises `ChengceError` with every problem of the files.
    """
    context = replace(context, seed=params["seed"])
    what = Text("读取文件", "reading the files")
    context.step(what, 0, 1)
    problem = read_problem(
        inputs["net"], inputs["trips"], turns=inputs.get("turns"), toll_factor=params["toll_factor"],
        distance_factor=params["distance_factor"], matrix=params["matrix"],
    )  # fmt: skip
    error = default_assumptions()["count_error"].value
    counts = read_counts(inputs["counts"], Named.of(problem), error=error, hours=params["hours"])
    context.step(Text("准备计算（首次需编译）", "getting ready (compiling, the first time)"), 0, 1)
    compiling = _make_ready()
    options = UpdateOptions(
        updates=params["updates"],
        open_cells=params["open_cells"],
        assign=AssignOptions(gap=params["gap"]),
    )
    weight = math.inf if params["prior_weight"] is None else params["prior_weight"]
    begin = perf_counter()
    found = update_od(
        problem.network, problem.classes, counts, prior_weight=weight,
        holdout=params["holdout"], options=options, context=context,
    )  # fmt: skip
    seconds = perf_counter() - begin
    warnings = (*problem.warnings, *found.problems, *_assignment(found))
    summary = _summary(found, seconds) | {"compile_seconds": round(compiling, 6)}
    return FileResult(_arrays(found, problem), _files(found, problem), summary, warnings)


def _make_ready() -> float:
    """Run an update on four links, so that all it needs is compiled; return the seconds it took."""
    begin = perf_counter()
    make_ready()
    network, cars = small_problem()
    counts = counts_of([Counted("1", 4.0, 1.0, (0,))])
    update_od(network, [cars], counts, holdout=0.0, options=UpdateOptions(updates=2))
    return perf_counter() - begin


def _arrays(found: OdUpdate, problem: RoadProblem) -> dict[str, NDArray[Any]]:
    m = len(problem.link_ids)
    return {
        "trips": np.stack([c.demand for c in found.classes]),
        "flow": found.after.flow[:m],
        "time": found.after.time[:m],
        "modelled_before": found.modelled_before,
        "modelled": found.modelled,
        "held": found.held,
        "objective": np.array([s.objective for s in found.trace]),
    }


def _files(found: OdUpdate, problem: RoadProblem) -> dict[str, bytes]:
    zones, m = problem.zone_ids, len(problem.link_ids)
    demand = {c.name: np.asarray(c.demand, np.float64) for c in found.classes}
    files = {
        "trips.csv": _csv(
            ("origin", "destination", "class", "count"),
            (
                (zones[i], zones[j], name, float(table[i, j]))
                for name, table in demand.items()
                for i, j in zip(*np.nonzero(table), strict=True)
            ),
        ),
        "trips.omx": omx_bytes(demand, {"zone": zones}),
        "counts.csv": _csv(
            ("id", "count", "sd", "used", "prior", "posterior", "geh_prior", "geh_posterior"),
            _by_count(found),
        ),
        "flows.csv": _csv(
            ("from", "to", "prior", "posterior", "time"),
            zip(
                [problem.node_ids[i] for i in problem.links.tail],
                [problem.node_ids[i] for i in problem.links.head],
                found.before.flow[:m].tolist(),
                found.after.flow[:m].tolist(),
                found.after.time[:m].tolist(),
                strict=True,
            ),
        ),
        "trace.csv": _csv(
            ("update", "objective", "misfit", "information", "step", "promised"),
            ((s.update, s.objective, s.misfit, s.information, s.step, _plain(s.promised))
             for s in found.trace),
        ),
    }  # fmt: skip
    if len(demand) == 1 and list(zones) == [str(i) for i in range(1, len(zones) + 1)]:
        files["trips.tntp"] = trips_text(next(iter(demand.values()))).encode()
    return files


def _by_count(found: OdUpdate) -> Iterable[Sequence[Any]]:
    counts = found.counts
    return zip(
        counts.ids,
        counts.value.tolist(),
        counts.sd.tolist(),
        ["held out" if h else "fit" for h in found.held],
        found.modelled_before.tolist(),
        found.modelled.tolist(),
        geh(found.modelled_before, counts).tolist(),
        geh(found.modelled, counts).tolist(),
        strict=True,
    )


def _summary(found: OdUpdate, seconds: float) -> dict[str, Any]:
    return {
        "converged": found.converged,
        "outcome": found.outcome.as_dict(),
        "objective": found.trace[-1].objective,
        "updates": found.trace[-1].update,
        "gap": found.after.gap,
        "seconds": round(seconds, 6),
        "prior_weight": _plain(found.prior_weight),
        "counts": len(found.counts),
        "held_out": int(found.held.sum()),
        "fit": {
            "prior": found.fit(after=False, held=False).as_dict(),
            "posterior": found.fit(after=True, held=False).as_dict(),
        },
        "holdout": {
            "prior": found.fit(after=False, held=True).as_dict(),
            "posterior": found.fit(after=True, held=True).as_dict(),
        },
        "trips": {"prior": found.trips(after=False), "posterior": found.trips(after=True)},
    }


def _assignment(found: OdUpdate) -> list[Problem]:
    """Warn where an equilibrium did not reach the gap asked for."""
    worst = max((found.before, found.after), key=lambda e: e.gap)
    if worst.converged:
        return []
    return [
        Problem(
            "not_converged",
            Text(
                f"未达到要求的相对间隙：{worst.gap:.3g}（要求 {worst.options.gap:.3g}），流量仅供参考",
                f"the relative gap asked for was not reached: {worst.gap:.3g} (asked for "
                f"{worst.options.gap:.3g}); the flows are not an equilibrium yet",
            ),
            Text("放宽 --gap", "ask for a larger --gap"),
            severity="warning",
        )
    ]


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
