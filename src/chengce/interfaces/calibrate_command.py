"""Do what `calibrate` asks: read, adjust trips to counts, record, print and export."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chengce.core.context import Context
from chengce.core.errors import Problem, raise_if_any
from chengce.core.text import Lang, Text
from chengce.core.units import number
from chengce.decisions.file_runs import FileRun, record_files
from chengce.interfaces.file_answer import deliver
from chengce.interfaces.layout import new_table, shown
from chengce.interfaces.session import Session
from chengce.models.calibration.file_calibrate import calibrate_files


def calibrate(
    session: Session, net: Path, trips: Path, counts: Path, *, prior_weight: float = 0.01,
    holdout: float = 0.2, gap: float = 1e-6, hours: float = 1.0, open_cells: float = 0.0,
    updates: int = 30, toll_factor: float | None = None, distance_factor: float | None = None,
    matrix: str | None = None, turns: Path | None = None, out: Path | None = None, seed: int = 1,
) -> FileRun:  # fmt: skip
    """Adjust the trips of a file to counts, record the run, print and export it."""
    raise_if_any(
        _wrong({"gap": gap, "hours": hours}, {"open-cells": open_cells, "toll-factor": toll_factor,
                                              "distance-factor": distance_factor})
    )  # fmt: skip
    params = {
        "prior_weight": None if math.isinf(prior_weight) and prior_weight > 0 else prior_weight,
        "holdout": holdout, "gap": gap, "hours": hours, "open_cells": open_cells,
        "updates": updates, "toll_factor": toll_factor, "distance_factor": distance_factor,
        "matrix": matrix, "seed": seed,
    }  # fmt: skip
    context = Context(runner=session.runner, progress=session.show)
    inputs = {"net": net, "trips": trips, "counts": counts}
    inputs |= {} if turns is None else {"turns": turns}
    run = record_files(
        session.workspace, "calibrate", inputs, params,
        lambda: calibrate_files(inputs, params, context), workers=session.runner.workers,
    )  # fmt: skip
    text = answer(run.result.summary, session.lang)
    named = {"trips_file": "trips.csv", "counts_file": "counts.csv"}
    where = Text("调整后的出行量：{folder}", "adjusted trips: {folder}")
    return deliver(session, run, out, named, text, where)


def answer(summary: Mapping[str, Any], lang: Lang) -> str:
    """Return how well prior and posterior meet the counts, in the fit and held out, as text."""
    heading = Text("按计数校准出行矩阵", "trips adjusted to counts").get(lang)
    words = Text("计数 个数 误差均值 RMSE %RMSE GEH<5", "counts number mean_error RMSE %RMSE GEH<5")
    table = new_table(heading, [w.replace("_", " ") for w in words.get(lang).split()])
    parts = {
        "fit": Text("参与校准", "in the fit"),
        "holdout": Text("留出", "held out"),
    }
    states = {"prior": Text("先验", "prior"), "posterior": Text("调整后", "adjusted")}
    for part, title in parts.items():
        for state, when in states.items():
            fit = summary[part][state]
            if fit["n"]:
                table.add_row(
                    f"{title.get(lang)} · {when.get(lang)}", str(fit["n"]), _figure(fit["bias"]),
                    _figure(fit["rmse"]), _percent(fit["rmse_pct"]), _share(fit["geh_below_5"]),
                )  # fmt: skip
    trips = summary["trips"]
    total = Text(
        f"出行总量：{number(trips['prior'])} → {number(trips['posterior'])}",
        f"trips: {number(trips['prior'])} → {number(trips['posterior'])}",
    )
    ended = Text(str(summary["outcome"]["zh"]), str(summary["outcome"]["en"]))
    after = Text(
        f"{ended.zh}（{summary['updates']} 次更新，{summary['seconds']:.3g} 秒）",
        f"{ended.en} ({summary['updates']} updates, {summary['seconds']:.3g} s)",
    )
    return "\n".join([shown(table), "", total.get(lang), after.get(lang), ""])


def _wrong(positive: Mapping[str, float], least: Mapping[str, float | None]) -> Sequence[Problem]:
    found = []
    for name, value in positive.items():
        top = 1.0 if name == "gap" else math.inf
        if not 0 < value < top:
            found.append(_range(name, value, Text("应大于 0", "must be more than 0")))
    for name, other in least.items():
        if other is not None and not 0 <= other < math.inf:
            found.append(_range(name, other, Text("不能为负", "must be at least 0")))
    return found


def _range(name: str, value: float, rule: Text) -> Problem:
    return Problem(
        "option_range",
        Text(f"--{name} {rule.zh}，现为 {value:g}", f"--{name} {rule.en}, not {value:g}"),
        Text("改正该选项", "correct it"),
        column=name,
    )


def _figure(value: float | None) -> str:
    return "—" if value is None else number(value)


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}%"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{100 * value:.0f}%"
