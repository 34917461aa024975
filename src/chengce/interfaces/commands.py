"""Do what the commands ask: compare, replay, list, verify, and the demo."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer
import yaml

from chengce.applications import APPLICATIONS, application_named
from chengce.city.build import build_city
from chengce.city.store import open_city
from chengce.city.synthetic.town import write_town
from chengce.core.application import Application
from chengce.core.context import Context
from chengce.core.cost import Cost
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.decisions.export import export
from chengce.decisions.record import Run, record, replay
from chengce.interfaces.session import NOT_AS_RECORDED, Session
from chengce.interfaces.tables import comparison_json, comparison_table, params_table
from chengce.ledger.entry import parse_anchor
from chengce.models.scenario import TODAY, Scenario, read_scenario


def run_comparison(
    session: Session, name: str, folder: Path, *, reference: Path | None, scenarios: Sequence[Path],
    sets: Sequence[str], out: Path | None, seed: int, draws: int,
) -> Run:  # fmt: skip
    """Compare scenarios (or answer for one state), record the run, print and export it."""
    app = application_named(name)
    problems: list[Problem] = []
    read: list[Scenario] = []
    for path in ([reference] if reference else []) + list(scenarios):
        try:
            read.append(read_scenario(path))
        except ChengceError as error:
            problems += error.problems
    if problems:
        raise ChengceError(problems)
    base = read.pop(0) if reference else TODAY
    params = app.parse(_settings(sets))
    city = open_city(folder)
    context = Context(seed=seed, draws=draws, runner=session.runner, progress=session.show)
    session.say(_estimate(app, city, params, context, 1 + len(read)))
    run = record(session.workspace, app, city, params, reference=base, scenarios=read, context=context)
    _answer(session, run, out)
    return run


def demo(session: Session, out: Path, *, seed: int, draws: int) -> None:
    """Write a generated town, build it with the real readers, compare a new line, report."""
    session.say(Text("生成虚构小镇并用真实读取器导入……", "generating a fictional town and reading it back …"))
    config = write_town(out / "input")
    context = Context(seed=seed, draws=draws, runner=session.runner, progress=session.show)
    build_city(config, out / "city", context)
    run_comparison(
        session, "new_line", out / "city", reference=None,
        scenarios=[out / "input" / "scenarios" / "south_line.yaml"], sets=["dimension=age"],
        out=out / "report", seed=seed, draws=draws,
    )  # fmt: skip


def replay_run(session: Session, run_id: str) -> None:
    """Replay a run; exit code 3 if the numbers differ."""
    context = Context(runner=session.runner, progress=session.show)
    found = replay(session.workspace, run_id, context)
    verdict = {
        "identical": Text("完全一致", "identical"),
        "equal within 1e-9": Text("在 1e-9 内一致", "equal within 1e-9"),
        "different": Text("不一致", "different"),
    }[found.same]
    if session.json:
        session.put({"run": found.run_id, "same": found.same, "largest_difference": _finite(found.largest),
                     "reasons": [r.as_dict() for r in found.reasons]})  # fmt: skip
    else:
        label = Text(f"测算 {found.run_id}：", f"run {found.run_id}: ").get(session.lang)
        session.print(label + verdict.get(session.lang))
        if found.same != "identical":
            largest = Text(f"最大相对差 {found.largest:.3g}", f"largest relative difference {found.largest:.3g}")
            session.print(largest.get(session.lang))
        for reason in found.reasons:
            session.print(reason.get(session.lang))
    if found.same == "different":
        raise typer.Exit(NOT_AS_RECORDED)


def list_runs(session: Session) -> None:
    """Print every recorded run, oldest first."""
    entries = [e for e in session.workspace.ledger.entries(kind="run")]
    if session.json:
        session.put([{"id": e.id, "n": e.n, "at": e.at, "body": e.body} for e in entries])
        return
    for entry in entries:
        body = entry.body or {}
        names = ", ".join(s["name"] for s in body.get("scenarios", [])) or body.get("reference", {}).get("name", "—")
        session.print(f"{entry.id}  {entry.at}  {body.get('application', '—')}  "
                      f"{body.get('city', {}).get('name', '—')}  {names}")  # fmt: skip
    if not entries:
        session.say(Text("尚无测算记录", "no runs are recorded yet"))


def list_applications(session: Session) -> None:
    """Print every application with its question, needs and parameters."""
    found = [application_named(name) for name in APPLICATIONS]
    if session.json:
        session.put([{"name": a.name, "title": a.title.as_dict(), "question": a.question.as_dict(),
                      "needs": list(a.needs), "params": a.params.model_json_schema()} for a in found])  # fmt: skip
        return
    for app in found:
        session.print(f"{app.name} — {app.title.get(session.lang)}\n  {app.question.get(session.lang)}")
        needs = Text("所需图层", "layers needed").get(session.lang)
        session.print(f"  {needs}: {', '.join(app.needs)}")
        session.print(params_table(app, session.lang))


def ledger_head(session: Session) -> None:
    """Print the head of the ledger, an anchor to keep elsewhere."""
    head = session.workspace.ledger.head()
    if session.json:
        session.put({"n": head.n, "hash": head.hash})
    else:
        session.print(str(head))


def ledger_verify(session: Session, anchor: str | None) -> None:
    """Verify the chain; exit code 3 if it is broken."""
    found = session.workspace.ledger.verify(parse_anchor(anchor) if anchor else None)
    if session.json:
        session.put(found.as_dict())
    else:
        session.print(found.verdict.get(session.lang))
        for problem in found.problems:
            session.print(problem.line(session.lang))
    if not found.ok:
        raise typer.Exit(NOT_AS_RECORDED)


def _settings(sets: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    problems = []
    for item in sets:
        key, equals, value = item.partition("=")
        if not equals or not key:
            problems.append(
                Problem(
                    "set_invalid",
                    Text(f"--set {item} 缺少等号", f"--set {item}: no equals sign"),
                    Text("写成 --set 参数=值", "write --set parameter=value"),
                )
            )
            continue
        try:
            read = yaml.safe_load(value)
        except yaml.YAMLError:
            read = value
        # a clock or a date stays as written: YAML reads 07:00 and 2019-05-14 as other things
        values[key] = value if ":" in value or not isinstance(read, int | float | list | dict | bool) else read
    if problems:
        raise ChengceError(problems)
    return values


def _estimate(app: Application, city: Any, params: Any, context: Context, states: int) -> Text:
    cost: Cost = app.cost(city, params, replace(context, progress=lambda what, done, total: None)).times(states)
    return Text(
        f"共 {states} 个状态，{cost.show('zh')}（不含首次编译）",
        f"{states} state(s): {cost.show('en')} (first compilation apart)",
    )


def _answer(session: Session, run: Run, out: Path | None) -> None:
    paths: list[Path] = []
    if out is not None:
        paths = export(run, out)
    if session.json:
        session.put(comparison_json(run, paths))
        return
    session.print(comparison_table(run, session.lang))
    warnings = tuple(dict.fromkeys(w for s in run.comparison.states for w in s.finding.warnings))
    session.problems(warnings)
    session.print(Text(f"测算编号 {run.id}；台账链首 {run.head}", f"run {run.id}; ledger head {run.head}").get(session.lang))
    session.print(Text(f"复算：{run.replay_command}", f"replay: {run.replay_command}").get(session.lang))
    report = next((p for p in paths if p.name == f"report.{session.lang}.html"), None)
    if report is not None:
        session.print(Text(f"报告：{report}", f"report: {report}").get(session.lang))


def _finite(value: float) -> float | None:
    return value if value < float("inf") else None
