"""Do what `assign` asks: read, assign, record, print and export."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Lang, Text
from chengce.decisions.file_runs import FileRun, record_files
from chengce.engine.roads.files import read_problem
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
    max_iterations: int, skims: bool, out: Path | None,
) -> FileRun:  # fmt: skip
    """Assign the trips of a file to a network, record the run, print and export it."""
    wrong = _wrong(gap, {"toll-factor": toll_factor, "distance-factor": distance_factor})
    if wrong:
        raise ChengceError([*wrong, *_file_problems(net, trips, matrix)])
    params = {
        "gap": gap, "method": method, "principle": principle, "max_iterations": max_iterations,
        "toll_factor": toll_factor, "distance_factor": distance_factor, "matrix": matrix, "skims": skims,
    }  # fmt: skip
    context = Context(runner=session.runner, progress=session.show)
    inputs = {"net": net, "trips": trips}
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
        (Text("出行总量", "trips"), _figure(summary["trips"])),
        (Text("相对间隙", "relative gap"), f"{summary['gap']:.3g}{reached.get(lang)}"),
        (Text("目标函数", "objective"), _figure(summary["objective"])),
        (Text("总广义费用", "total generalised cost"), _figure(summary["total_cost"])),
        (Text("总出行时间", "total travel time"), _figure(summary["total_time"])),
        (Text("最大流量误差（估计）", "largest flow error (estimate)"), f"{summary['worst_flow_error']:.3g}"),
        (Text("流量不唯一的路段", "links whose flow is left open"), f"{summary['undetermined']:,}"),
        (Text("迭代次数", "iterations"), f"{summary['iterations']:,}"),
        (Text("用时（秒）", "seconds"), f"{summary['seconds']:.3g}"),
    )  # fmt: skip
    figures = new_table("", [Text("指标", "figure").get(lang), Text("数值", "value").get(lang)])
    for name, value in rows:
        figures.add_row(name.get(lang), value)
    return "\n".join([title.get(lang), _units(summary).get(lang), "", shown(figures), "",
                      _busiest(summary["busiest"], lang), ""])  # fmt: skip


def _busiest(links: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    words = Text(
        "路段 起点 终点 流量 时间 为自由流的倍数", "link from to flow time times_free_flow"
    )
    heading = Text("流量最大的路段", "busiest links").get(lang)
    table = new_table(heading, [w.replace("_", " ") for w in words.get(lang).split()])
    for link in links:
        free = link["free_flow"]
        ratio = f"{link['time'] / free:.2f}" if free > 0 else "—"
        table.add_row(link["link"], link["from"], link["to"], _figure(link["flow"]),
                      _figure(link["time"]), ratio)  # fmt: skip
    return shown(table)


def _units(summary: Mapping[str, Any]) -> Text:
    if summary["time_unit"] is None:
        return Text(
            "流量、时间、距离均用文件自己的单位",
            "flow, time and length are in the file's own units",
        )
    return Text("时间为分钟，流量为 pcu/小时", "time in minutes, flow in pcu per hour")


def _figure(value: float) -> str:
    return f"{value:,.10g}" if abs(value) >= 1000 else f"{value:.6g}"


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


def _file_problems(net: Path, trips: Path, matrix: str | None) -> Sequence[Problem]:
    """Return what is wrong with the files, to be said together with what is wrong otherwise."""
    try:
        read_problem(net, trips, matrix=matrix)
    except ChengceError as error:
        return error.problems
    return ()
