"""Do what `assign` asks: read, assign, record, print and export."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Lang, Text
from chengce.decisions.file_runs import FileRun, record_files
from chengce.engine.roads.files import read_problem
from chengce.engine.roads.network import AssignOptions
from chengce.interfaces.figures import column, figure
from chengce.interfaces.file_answer import deliver
from chengce.interfaces.layout import new_table, shown
from chengce.interfaces.session import Session
from chengce.models.traffic.file_assign import FLOWS, assign_files

METHODS = {
    "b": Text("算法 B", "Algorithm B"),
    "bfw": Text("双共轭 Frank–Wolfe", "bi-conjugate Frank–Wolfe"),
}
PRINCIPLES = {
    "user": Text("用户均衡", "user equilibrium"),
    "system": Text("系统最优", "system optimum"),
}


def assign(
    session: Session, net: Path, trips: Path, *, gap: float, method: str, principle: str,
    toll_factor: float | None, distance_factor: float | None, matrix: str | None,
    max_iterations: int | None, skims: bool, turns: Path | None, select_link: Sequence[str],
    out: Path | None,
) -> FileRun:  # fmt: skip
    """Assign the trips of a file to a network, record the run, print and export it."""
    inputs = {"net": net, "trips": trips} | ({} if turns is None else {"turns": turns})
    wrong = _wrong(gap, {"toll-factor": toll_factor, "distance-factor": distance_factor})
    wrong += _without_origins(method, select_link)
    if wrong:
        raise ChengceError([*wrong, *_file_problems(inputs, matrix)])
    most = AssignOptions(method=method, max_iterations=max_iterations).most  # type: ignore[arg-type]
    params = {
        "gap": gap, "method": method, "principle": principle, "max_iterations": most,
        "toll_factor": toll_factor, "distance_factor": distance_factor, "matrix": matrix,
        "skims": skims, "select_link": list(select_link),
    }  # fmt: skip
    context = Context(runner=session.runner, progress=session.show)
    run = record_files(
        session.workspace, "assign", inputs, params,
        lambda: assign_files(inputs, params, context), workers=session.runner.workers,
    )  # fmt: skip
    text = answer(run.result.summary, session.lang)
    where = Text(f"流量表：{{folder}}/{FLOWS}", f"flows: {{folder}}/{FLOWS}")
    return deliver(session, run, out, {"flows": FLOWS}, text, where)


def answer(summary: Mapping[str, Any], lang: Lang) -> str:
    """Return the main figures and the busiest links as text."""
    title = Text("交通分配：{p}，{m}", "assignment: {p}, {m}").format(
        p=PRINCIPLES[summary["principle"]], m=METHODS[summary["method"]]
    )
    reached = Text("（已达到）", " (reached)")
    if not summary["converged"]:
        reached = Text("（未达到）", " (not reached)")
    rows = (
        (Text("路段", "links"), f"{summary['links']:,}"),
        (Text("小区", "zones"), f"{summary['zones']:,}"),
        (Text("出行总量", "trips"), figure(summary["trips"])),
        (Text("相对间隙", "relative gap"), f"{summary['gap']:.3g}{reached.get(lang)}"),
        (Text("目标函数", "objective"), f"{summary['objective']:,.10g}"),
        (Text("总广义费用", "total generalised cost"), figure(summary["total_cost"])),
        (Text("总出行时间", "total travel time"), figure(summary["total_time"])),
        (Text("车辆行驶距离", "distance driven by vehicles"), figure(summary["vehicle_distance"])),
        (Text("车辆行驶时间", "time driven by vehicles"), figure(summary["vehicle_time"])),
        (Text("其中延误", "of which delay"), figure(summary["vehicle_delay"])),
        (Text("最大流量误差（估计）", "largest flow error (estimate)"), f"{summary['worst_flow_error']:.3g}"),
        (Text("流量不唯一的路段", "links whose flow is left open"), f"{summary['undetermined']:,}"),
        (Text("迭代次数", "iterations"), f"{summary['iterations']:,}"),
        (Text("求解用时（秒）", "seconds to solve"), f"{summary['seconds']:.3g}"),
        (Text("装载或编译程序用时（秒）", "seconds to load or compile"), f"{summary['compile_seconds']:.3g}"),
    )  # fmt: skip
    figures = new_table("", [Text("指标", "figure").get(lang), Text("数值", "value").get(lang)])
    for name, value in rows:
        figures.add_row(name.get(lang), value)
    parts = [shown(figures), _busiest(summary["busiest"], lang)]
    if "select_link" in summary:
        parts.append(_selected(summary["select_link"], lang))
    head = f"{title.get(lang)}\n{_units(summary).get(lang)}"
    return "\n\n".join([head, *parts]) + "\n"


def _busiest(links: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    words = Text(
        "路段 起点 终点 流量 时间 为自由流的倍数", "link from to flow time times_free_flow"
    )
    heading = Text("流量最大的路段", "busiest links").get(lang)
    table = new_table(heading, [w.replace("_", " ") for w in words.get(lang).split()])
    flows, times = (column([link[key] for link in links]) for key in ("flow", "time"))
    for link, flow, time in zip(links, flows, times, strict=True):
        free = link["free_flow"]
        ratio = f"{link['time'] / free:.2f}" if free > 0 else "—"
        table.add_row(link["link"], link["from"], link["to"], flow, time, ratio)
    return shown(table)


def _selected(sets: Mapping[str, Any], lang: Lang) -> str:
    heading = Text("经过选定路段的出行", "trips that use the chosen links").get(lang)
    heads = (Text("选定", "chosen"), Text("路段", "links"), Text("出行量", "trips"))
    table = new_table(heading, [h.get(lang) for h in heads])
    trips = column([found["trips"] for found in sets.values()])
    for (name, found), shown_trips in zip(sets.items(), trips, strict=True):
        table.add_row(name, ", ".join(found["links"]), shown_trips)
    return shown(table)


def _units(summary: Mapping[str, Any]) -> Text:
    if summary["time_unit"] is None:
        return Text(
            "流量、时间、距离均用文件自己的单位",
            "flow, time and length are in the file's own units",
        )
    return Text("时间为分钟，流量为 pcu/小时", "time in minutes, flow in pcu per hour")


def _wrong(gap: float, factors: Mapping[str, float | None]) -> list[Problem]:
    problems = []
    if not 0 < gap < 1:
        problems.append(
            Problem(
                "gap_range",
                Text(f"--gap 应大于 0 且小于 1，现为 {gap:g}", f"--gap must lie between 0 and 1, not {gap:g}"),
                Text("如 1e-6", "such as 1e-6"),
                column="gap",
            )
        )  # fmt: skip
    for name, value in factors.items():
        if value is not None and not 0 <= value < float("inf"):
            problems.append(
                Problem(
                    "factor_range",
                    Text(f"--{name} 不能为负，现为 {value:g}", f"--{name} must be at least 0, not {value:g}"),
                    Text("改为 0 或正数", "write 0 or more"),
                    column=name,
                )
            )  # fmt: skip
    return problems


def _without_origins(method: str, select_link: Sequence[str]) -> list[Problem]:
    if method != "bfw" or not select_link:
        return []
    return [
        Problem(
            "select_link_no_origins",
            Text("双共轭 Frank–Wolfe 不保留分起点的流量，不能做选定路段分析",
                 "bi-conjugate Frank–Wolfe keeps no flows by origin, so it can't say whose trips use a link"),
            Text("改用 --method b", "use --method b"),
            column="select-link",
        )
    ]  # fmt: skip


def _file_problems(inputs: Mapping[str, Path], matrix: str | None) -> Sequence[Problem]:
    """Return what is wrong with the files, to be said together with what is wrong otherwise."""
    try:
        read_problem(inputs["net"], inputs["trips"], turns=inputs.get("turns"), matrix=matrix)
    except ChengceError as error:
        return error.problems
    return ()
