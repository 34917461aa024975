"""Assign the trips of a file to the network of another, and lay the result out as files."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.omx import omx_bytes
from chengce.city.readers.tntp_tables import TntpFlow
from chengce.city.readers.tntp_write import flow_text
from chengce.core.context import Context
from chengce.core.errors import Problem
from chengce.core.file_result import FileResult
from chengce.core.text import Text
from chengce.engine.assign.assignment import assign
from chengce.engine.assign.ready import make_ready
from chengce.engine.roads.files import read_problem
from chengce.engine.roads.network import AssignOptions, Equilibrium, Floats
from chengce.engine.roads.paths import skim
from chengce.engine.roads.problem import RoadProblem
from chengce.engine.roads.totals import totals
from chengce.models.traffic.file_select import (
    OMX,
    chosen_links,
    select,
    select_arrays,
    select_omx,
)

FLOWS = "flows.csv"
SELECTED = "select_link.csv"
BUSIEST = 10


def assign_files(
    inputs: Mapping[str, Path], params: Mapping[str, Any], context: Context
) -> FileResult:
    """Assign `inputs["trips"]` to `inputs["net"]`, with the turns of `inputs["turns"]` if given.

    `params`: gap, method, principle, max_iterations, toll_factor, distance_factor (None: as the
    network file says), matrix (of an OMX file, or None), skims (bool), select_link (texts, see
    `chosen_links`). Raises `ChengceError` with every problem of the files. The files are flows.csv,
    flow.tntp or link_performance.csv, and if asked for skims.omx, select_link.omx and .csv.
    """
    net = inputs["net"]
    context.step(Text("读取文件", "reading the files"), 0, 1)
    problem = read_problem(
        net, inputs["trips"], turns=inputs.get("turns"), toll_factor=params["toll_factor"],
        distance_factor=params["distance_factor"], matrix=params["matrix"],
    )  # fmt: skip
    chosen = chosen_links(problem, params.get("select_link", ()))
    options = AssignOptions(
        params["gap"], params["method"], params["principle"], params["max_iterations"]
    )
    context.step(Text("准备计算（首次需编译）", "getting ready (compiling, the first time)"), 0, 1)
    compiling = make_ready(options.method)
    found = assign(problem.network, problem.classes, options, context=context)
    m = len(problem.link_ids)
    cost = found.time if problem.classes[0].fixed is None else found.time + problem.classes[0].fixed
    arrays = _arrays(found, cost, m)
    files = {FLOWS: _flows(problem, arrays)}
    if net.is_dir():
        files["link_performance.csv"] = _performance(problem, arrays)
    else:
        ends = (problem.links.tail.astype(np.int64) + 1, problem.links.head.astype(np.int64) + 1)
        files["flow.tntp"] = flow_text(TntpFlow(*ends, arrays["flow"], arrays["cost"])).encode()
    if params["skims"]:
        quantities = {"time": found.time, "cost": cost, "length": problem.network.length}
        matrices = skim(problem.network, cost, quantities, runner=context.runner)
        arrays |= {f"skim_{name}": values for name, values in matrices.items()}
        files["skims.omx"] = omx_bytes(matrices, {"zone": problem.zone_ids})
    summary = _summary(problem, found, arrays) | {"compile_seconds": round(compiling, 6)}
    selected = select(found, chosen)
    if selected:
        arrays |= select_arrays(selected)
        files[OMX] = select_omx(problem, selected)
        files[SELECTED] = _csv(
            _ends(problem) | {s.name: s.flow(problem).tolist() for s in selected}
        )
        summary["select_link"] = {
            s.name: {"links": [problem.link_ids[i] for i in s.links], "trips": s.trips()}
            for s in selected
        }
    return FileResult(arrays, files, summary, _warnings(problem, found))


def _arrays(found: Equilibrium, cost: Floats, m: int) -> dict[str, NDArray[Any]]:
    return {
        "flow": found.flow[:m],
        "class_flow": found.class_flow[:, :m],
        "time": found.time[:m],
        "cost": cost[:m],
        "flow_error": found.flow_error[:m],
        "determined": found.determined[:m],
        "figures": np.array([found.objective, found.total, found.gap, float(found.iterations)]),
    }


def _flows(problem: RoadProblem, arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the table of links: ends, flow in pcu, time, cost, and vehicles by class if several."""
    columns = _ends(problem) | {
        "flow": arrays["flow"].tolist(),
        "time": arrays["time"].tolist(),
        "cost": arrays["cost"].tolist(),
        "flow_error": arrays["flow_error"].tolist(),
        "determined": ["true" if d else "false" for d in arrays["determined"]],
    }
    if len(problem.classes) > 1:
        for cls, flow in zip(problem.classes, arrays["class_flow"], strict=True):
            columns[f"vehicles_{cls.name}"] = flow.tolist()
    return _csv(columns)


def _ends(problem: RoadProblem) -> dict[str, Any]:
    return {
        "from": [problem.node_ids[i] for i in problem.links.tail],
        "to": [problem.node_ids[i] for i in problem.links.head],
    }


def _performance(problem: RoadProblem, arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return link_performance.csv: volumes in pcu per hour, times in minutes, speed as configured."""
    m = len(problem.link_ids)
    network, time = problem.network, arrays["time"]
    capacity, length, free = network.capacity[:m], network.length[:m], network.free_flow[:m]
    with np.errstate(divide="ignore", invalid="ignore"):
        speed = np.where(time > 0, length / time * (problem.pace or 0.0), np.nan)
        load = np.where(capacity > 0, arrays["flow"] / capacity, np.nan)

    def shown(values: Floats) -> list[Any]:
        return [v if np.isfinite(v) else "" for v in values.tolist()]

    return _csv(
        {
            "link_id": list(problem.link_ids),
            "from_node_id": [problem.node_ids[i] for i in problem.links.tail],
            "to_node_id": [problem.node_ids[i] for i in problem.links.head],
            "volume": arrays["flow"].tolist(),
            "travel_time": time.tolist(),
            "speed": shown(speed),
            "voc": shown(load),
            "vdf_fftt": free.tolist(),
            "capacity": capacity.tolist(),
        }
    )


def _csv(columns: Mapping[str, Any]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _summary(
    problem: RoadProblem, found: Equilibrium, arrays: Mapping[str, NDArray[Any]]
) -> dict[str, Any]:
    flow = arrays["flow"]
    busiest = np.argsort(-flow, kind="stable")[:BUSIEST]
    ends = problem.links
    driven = totals(found)
    return {
        "objective": found.objective,
        "gap": found.gap,
        "iterations": found.iterations,
        "seconds": round(found.seconds, 6),
        "converged": found.converged,
        "total_cost": found.total,
        "total_time": float(np.sum(found.flow * found.time)),
        "vehicle_distance": float(driven["distance"].sum()),
        "vehicle_time": float(driven["time"].sum()),
        "vehicle_delay": float(driven["delay"].sum()),
        "trips": float(sum(c.demand.sum() for c in problem.classes)),
        "links": len(problem.link_ids),
        "zones": problem.network.zones,
        "nodes": len(problem.node_ids),
        "method": found.options.method,
        "principle": found.options.principle,
        "max_iterations": found.options.most,
        "classes": [c.name for c in problem.classes],
        "toll_factor": problem.toll_factor,
        "distance_factor": problem.distance_factor,
        "time_unit": None if problem.pace is None else "min",
        "worst_flow_error": float(arrays["flow_error"].max(initial=0.0)),
        "undetermined": int(np.count_nonzero(~arrays["determined"])),
        "busiest": [
            {
                "link": problem.link_ids[i],
                "from": problem.node_ids[ends.tail[i]],
                "to": problem.node_ids[ends.head[i]],
                "flow": float(flow[i]),
                "time": float(arrays["time"][i]),
                "free_flow": float(problem.network.free_flow[i]),
            }
            for i in busiest
        ],
    }


def _warnings(problem: RoadProblem, found: Equilibrium) -> tuple[Problem, ...]:
    warnings = list(problem.warnings)
    inside = float(sum(np.trace(c.demand) for c in problem.classes))
    if inside > 0:
        warnings.append(
            Problem(
                "trips_within_zones",
                Text(
                    f"小区内部出行 {inside:,.10g} 不上路网，未分配",
                    f"{inside:,.10g} trips within zones use no link and are not assigned",
                ),
                severity="info",
            )
        )
    if sum(float(c.demand.sum()) for c in problem.classes) == inside:
        warnings.append(
            Problem(
                "no_trips",
                Text("没有小区之间的出行，各路段流量为零", "there are no trips between zones: all flows are 0"),
                Text("核对出行量文件", "check the trips file"),
                severity="warning",
            )
        )  # fmt: skip
    if not found.converged:
        warnings.append(_not_converged(found))
    return tuple(warnings)


def _not_converged(found: Equilibrium) -> Problem:
    what = Text(
        f"未达到要求的相对间隙：{found.gap:.3g}（要求 {found.options.gap:.3g}）",
        f"the relative gap asked for was not reached: {found.gap:.3g} (asked for "
        f"{found.options.gap:.3g})",
    )
    if found.iterations < found.options.most:
        why = Text(
            "，迭代已无法再减小，多半已到双精度的极限",
            "; it falls no further, most likely at the limit of double precision",
        )
        remedy = Text("放宽 --gap", "ask for a larger --gap")
    else:
        why = Text("，流量尚不是均衡", "; the flows are not an equilibrium yet")
        remedy = Text(
            "增大 --max-iterations，或放宽 --gap",
            "raise --max-iterations, or ask for a larger --gap",
        )
    return Problem(
        "not_converged", Text(what.zh + why.zh, what.en + why.en), remedy, severity="warning"
    )
