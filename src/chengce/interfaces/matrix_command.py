"""Do what `matrix` asks: estimate, compute, record, write one file, print."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from chengce.core.context import Context, no_progress
from chengce.core.cost import Cost
from chengce.core.errors import Attempts
from chengce.core.estimate import BASIS_TEXT
from chengce.core.file_result import FileResult
from chengce.core.text import Lang, Text
from chengce.core.units import number
from chengce.decisions.file_runs import FileRun, record_files
from chengce.decisions.matrix_file import check_matrix_file, check_square, write_matrix
from chengce.engine.matrix import TravelTimes, estimate_matrix
from chengce.interfaces.layout import new_table, shown
from chengce.interfaces.session import Session
from chengce.models.matrices.file_matrix import result_of, times_of
from chengce.models.matrices.question import Question, read_question

SOURCES = ("zones", "streets", "transit")


def matrix(
    session: Session, inputs: Mapping[str, Path], params: Mapping[str, Any], out: Path
) -> FileRun:
    """Compute travel times between places, record the run, write them to `out` and print.

    Finished blocks of an interrupted call are not computed again.
    """
    attempt = Attempts()
    attempt(check_matrix_file, out)
    question = attempt(read_question, inputs, params)
    if question is not None:
        attempt(check_square, out, square=question.origins.ids == question.destinations.ids)
    attempt.settle()
    assert question is not None
    context = Context(
        runner=session.runner, progress=session.show, scratch=session.workspace.scratch
    )
    session.say(_estimate(question, context))
    found: list[TravelTimes] = []

    def compute() -> FileResult:
        found.append(times_of(question, context))
        return result_of(question, found[0])

    settled = question.params.model_dump(mode="json", exclude={"percentile"})
    run = record_files(
        session.workspace, "matrix", inputs, settled, compute, workers=session.runner.workers
    )
    paths = write_matrix(out, found[0], about(question, run))
    if found[0].folder is not None:
        shutil.rmtree(found[0].folder, ignore_errors=True)
    _answer(session, run, paths)
    return run


def about(question: Question, run: FileRun) -> dict[str, Any]:
    """Return what the times of a file are: of what, under which assumptions, from which data."""
    city = question.city
    described = {name: city.descriptors[name] for name in SOURCES if name in city.descriptors}
    return {
        "quantity": "door-to-door travel time, percentile over departures",
        "unit": "s",
        "not_reached": "NaN in OMX, empty in tables",
        "basis": "conditional",
        "city": {"name": city.name, "hash": run.body["inputs"]["city"]["hash"]},
        "scenario": {"name": question.scenario.name, "hash": question.scenario.hash},
        "profile": question.params.profile,
        "options": asdict(question.options),
        "sources": {
            name: {"owner": d.owner, "licence": d.licence, "date": d.date}
            for name, d in described.items()
        },
        "run": run.id,
        "result": run.body["result"],
        "code": run.body["code"],
    }


def _estimate(question: Question, context: Context) -> Text:
    q, quiet = question, replace(context, progress=no_progress)
    cost = estimate_matrix(q.city, q.origins, q.destinations, q.options, context=quiet)
    shown_cost = Cost(cost.seconds, cost.working)
    size = f"{2 * cost.answer / 2**20:,.0f}"
    n, m, layers = len(q.origins), len(q.destinations), len(q.options.percentiles)
    return Text(
        f"{n}×{m} 对起终点，{layers} 个百分位：{shown_cost.show('zh')}，磁盘 {size} MB（首次编译另计）",
        f"{n} × {m} pairs, {layers} percentile{'s' if layers > 1 else ''}: {shown_cost.show('en')}, "
        f"{size} MB of disk (first compilation apart)",
    )


def _answer(session: Session, run: FileRun, paths: list[Path]) -> None:
    session.quiet()
    if session.json:
        session.put(
            {
                **run.result.summary,
                "files": [str(p) for p in paths],
                "run": run.id,
                "replay": run.replay_command,
                "ledger_head": str(run.head),
                "result": run.body["result"],
                "warnings": [p.as_dict() for p in run.result.warnings],
            }
        )
        return
    session.print(answer(run.result.summary, session.lang))
    for path in paths:
        session.print(Text(f"已写出 {path}", f"written: {path}"))
    session.print(
        Text(f"测算编号：{run.id}；台账链首：{run.head}", f"run: {run.id}; ledger head: {run.head}")
    )
    session.print(Text(f"复算：{run.replay_command}", f"replay: {run.replay_command}"))
    session.problems(run.result.warnings)


def answer(summary: Mapping[str, Any], lang: Lang) -> str:
    """Return pairs reached and their mean time by percentile, and the assumptions, as text."""
    heading = Text("门到门出行时间", "door-to-door travel times").get(lang)
    words = Text("百分位 到达的对数 全部对数 平均_min", "percentile reached pairs mean_min")
    table = new_table(heading, [w.replace("_", " ") for w in words.get(lang).split()])
    for row in summary["percentiles"]:
        mean = row["mean"]["value"]
        table.add_row(
            str(row["percentile"]), str(row["reached"]), str(row["pairs"]),
            "—" if mean is None else number(mean),
        )  # fmt: skip
    speed = number(summary["walk_speed_mps"])
    basis = BASIS_TEXT["conditional"]
    given = Text(
        f"{basis.zh}：{summary['date']}，{summary['start']} 起 {summary['window_min']} 分钟内出发 "
        f"{summary['departures']} 次，按时刻表运行，步行速度 {speed} m/s（不抽样，无区间）",
        f"{basis.en}: {summary['date']}, {summary['departures']} departures in {summary['window_min']} "
        f"min from {summary['start']}, vehicles to timetable, walking speed {speed} m/s (no draws, no "
        "interval)",
    )
    return "\n".join([shown(table), "", given.get(lang), ""])
