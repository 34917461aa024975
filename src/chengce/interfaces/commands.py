"""Do what the commands ask: compare, answer, replay, and the demo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_origin

import typer
import yaml
from pydantic.fields import FieldInfo

from chengce.applications import application_named
from chengce.city.build import build_city
from chengce.city.city import City
from chengce.city.store import open_city
from chengce.city.synthetic.town import write_town
from chengce.core.application import Application, Params
from chengce.core.context import Context, no_progress
from chengce.core.errors import Attempts, ChengceError, Problem
from chengce.core.text import Text
from chengce.decisions.compare import problems_before
from chengce.decisions.export import export
from chengce.decisions.formats import TYPESET, Wanted, check_matrices, wanted
from chengce.decisions.record import Run, recompute, record, replay
from chengce.decisions.said import notes_of, warnings_of
from chengce.engine.running.compiling import compile_seconds
from chengce.interfaces.plain import comparison_json
from chengce.interfaces.rehearse import COMPILING, rehearse, rehearsed, time_said
from chengce.interfaces.session import NOT_AS_RECORDED, Session
from chengce.interfaces.tables import answer
from chengce.models.scenario import TODAY, read_scenario


@dataclass(frozen=True)
class Output:
    """Where to write and what, as it was asked on the command line; `folder` None: print only."""

    folder: Path | None
    formats: Sequence[str] = ()
    bom: bool = False
    dbf_encoding: str = "utf-8"

    def wanted(self) -> Wanted:
        """Check it; raises `ChengceError` where a format is unknown, has no folder or no font."""
        want = wanted(self.formats, bom=self.bom, dbf_encoding=self.dbf_encoding)
        if want.formats and self.folder is None:
            raise ChengceError(
                Problem(
                    "format_without_folder",
                    Text("给了 --format，却没有 --out", "--format is given, but no --out"),
                    Text("用 --out 指定写到哪个目录", "say with --out where to write"),
                )
            )
        if set(TYPESET) & set(want.formats):
            from chengce.decisions.typeset.fonts import require_chinese

            require_chinese()
        return want


def run_comparison(
    session: Session, name: str, folder: Path, *, reference: Path | None, scenarios: Sequence[Path],
    sets: Sequence[str], out: Output, seed: int, draws: int,
) -> Run:  # fmt: skip
    """Compare scenarios (or answer for one state), record the run, print and export it."""
    attempt = Attempts()
    want = attempt(out.wanted)
    app = attempt(lambda: application_named(name))
    if app and want:
        attempt(check_matrices, want, pairs=app.pairs)
    fields = app.params.model_fields if app else {}
    values = attempt(lambda: _settings(fields, sets))
    params = attempt(lambda: app.parse(values)) if app and values is not None else None
    base = attempt(lambda: read_scenario(reference)) if reference else TODAY
    read = [attempt(lambda path=path: read_scenario(path)) for path in scenarios]  # type: ignore[misc]
    city = attempt(lambda: open_city(folder))
    known = [s for s in read if s is not None]
    if app and base and city:
        attempt.problems += problems_before(app, city, base, known)
    context = Context(
        seed=seed, draws=draws, runner=session.runner, progress=session.show,
        scratch=session.workspace.scratch,
    )  # fmt: skip
    if app and params and city and (not attempt.problems):
        if not rehearsed(name):
            session.say(COMPILING)
            rehearse(name)
        attempt(lambda: session.say(_estimate(app, city, params, context, 1 + len(known))))
    attempt.settle()
    assert app is not None
    assert params is not None
    assert base is not None
    assert city is not None
    assert want is not None
    run = record(
        session.workspace, app, city, params, reference=base, scenarios=known, context=context
    )
    _answer(session, run, out.folder, want)
    return run


def export_run(session: Session, run_id: str, out: Output) -> None:
    """Compute a recorded run again and, if it comes out as recorded, write it in other formats."""
    attempt = Attempts()
    want = attempt(out.wanted)
    attempt(lambda: session.workspace.ledger.find(run_id, kind="run"))
    attempt.settle()
    assert want is not None
    assert out.folder is not None
    run = recompute(
        session.workspace, run_id, Context(runner=session.runner, progress=session.show)
    )
    paths = _export(session, run, out.folder, want)
    session.quiet()
    if session.json:
        session.put({"run": run.id, "files": [str(p) for p in paths]})
        return
    for path in paths:
        session.print(str(path))


def demo(session: Session, out: Path, *, seed: int, draws: int) -> None:
    """Write a generated town, build it with the real readers, compare a new line, report."""
    session.say(
        Text(
            "生成虚构小镇，并用真实读取器导入……",
            "generating a fictional town and reading it back …",
        )
    )
    config = write_town(out / "input")
    build_city(config, out / "city", Context(progress=session.show))
    run_comparison(
        session, "new_line", out / "city", reference=None,
        scenarios=[out / "input" / "scenarios" / "south_line.yaml"], sets=["dimension=age"],
        out=Output(out / "report"), seed=seed, draws=draws,
    )  # fmt: skip


def replay_run(session: Session, run_id: str) -> None:
    """Replay a run; exit code 3 if the numbers differ."""
    context = Context(runner=session.runner, progress=session.show)
    found = replay(session.workspace, run_id, context)
    session.quiet()
    verdict = {
        "identical": Text("完全一致", "identical"),
        "equal within 1e-9": Text("在 1e-9 内一致", "equal within 1e-9"),
        "different": Text("不一致", "different"),
    }[found.same]
    if session.json:
        session.put({"run": found.run_id, "same": found.same, "largest_difference": _finite(found.largest),
                     "reasons": [r.as_dict() for r in found.reasons]})  # fmt: skip
    else:
        session.print(
            Text(f"测算 {found.run_id}：{verdict.zh}", f"run {found.run_id}: {verdict.en}")
        )
        if found.same != "identical":
            largest = f"{found.largest:.3g}"
            session.print(Text(f"最大相对差 {largest}", f"largest relative difference {largest}"))
        for reason in found.reasons:
            session.print(reason)
    if found.same == "different":
        raise typer.Exit(NOT_AS_RECORDED)


def _settings(fields: Mapping[str, FieldInfo], sets: Sequence[str]) -> dict[str, Any]:
    """Read `key=value` words; a parameter that takes a list also takes `5,10,15` or one value."""
    values: dict[str, Any] = {}
    problems = []
    for item in sets:
        key, equals, value = (part.strip() for part in item.partition("="))
        if not equals or not key:
            problems.append(
                Problem(
                    "set_invalid",
                    Text(f"--set {item} 缺少等号", f"--set {item}: no equals sign"),
                    Text("写成 --set 参数=值", "write --set parameter=value"),
                )
            )
        elif key in values:
            problems.append(
                Problem(
                    "set_repeated",
                    Text(f"参数 {key} 给了两次", f"parameter {key} is given twice"),
                    Text("只留一处", "keep one"),
                    column=key,
                )
            )
        else:
            asked = fields.get(key)
            values[key] = _value(
                value, many=asked is not None and get_origin(asked.annotation) is tuple
            )
    if problems:
        raise ChengceError(problems)
    return values


def _value(text: str, *, many: bool) -> Any:
    if many and not text.startswith("["):
        return [
            _value(part.strip(), many=False)
            for part in text.replace("，", ",").split(",")
            if part.strip()
        ]
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    # a clock or a date stays as written: YAML reads 07:00 and 2019-05-14 as other things
    return text if ":" in text or not isinstance(read, int | float | list | dict | bool) else read


def _estimate(app: Application, city: City, params: Params, context: Context, states: int) -> Text:
    cost = app.cost(city, params, replace(context, progress=no_progress)).times(states)
    return Text(
        f"共 {states} 个状态，{cost.show('zh')}（首次编译另计）",
        f"{states} state{'s' if states > 1 else ''}: {cost.show('en')} (first compilation apart)",
    )


def _answer(session: Session, run: Run, out: Path | None, want: Wanted) -> None:
    paths = _export(session, run, out, want) if out is not None else []
    session.quiet()
    if session.json:
        session.put(comparison_json(run, paths))
        return
    session.print(answer(run, session.lang))
    session.print("")
    for note in notes_of(run.comparison):
        session.print(note)
    session.print(
        Text(f"测算编号：{run.id}；台账链首：{run.head}", f"run: {run.id}; ledger head: {run.head}")
    )
    session.print(Text(f"复算：{run.replay_command}", f"replay: {run.replay_command}"))
    _say_report(session, paths)
    session.say(time_said(run.body["cost"]["seconds"], compile_seconds()))
    session.problems(warnings_of(run.comparison))


def _export(session: Session, run: Run, folder: Path, want: Wanted) -> list[Path]:
    session.say(Text("正在写出结果……", "writing the files …"))
    return export(run, folder, want)


def _say_report(session: Session, paths: Sequence[Path]) -> None:
    """Name the report in the language of the session, or where there is none the folder."""
    names = [f"report.{session.lang}.{ending}" for ending in ("html", "docx", "pdf")]
    report = next((p for n in names for p in paths if p.name == n), None)
    if report is not None:
        session.print(Text(f"报告：{report}", f"report: {report}"))
    elif paths:
        count, folder = len(paths), paths[0].parent
        session.print(Text(f"已写出 {count} 个文件：{folder}", f"{count} files written: {folder}"))


def _finite(value: float) -> float | None:
    return value if value < float("inf") else None
