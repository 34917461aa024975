"""Lay out answers as tables for a terminal and as plain data for programs."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined
from rich.console import Console
from rich.table import Table

from chengce.core.application import Application
from chengce.core.estimate import Estimate
from chengce.core.text import Lang, Text
from chengce.decisions.changes import VERDICTS
from chengce.decisions.inequality import summarise
from chengce.decisions.record import Run


def comparison_table(run: Run, lang: Lang) -> str:
    """Return the headline table of a run: reference, each scenario and its difference."""
    found = run.comparison
    head = found.reference.finding.headline()
    tables = []
    if not found.alternatives:
        table = _table(found.application.question.get(lang), [_word("指标", "metric", lang), found.reference.scenario.title.get(lang)])
        for metric in found.reference.finding.metrics:
            table.add_row(metric.title.get(lang), head[metric.id].show(lang))
        tables.append(table)
    for state, difference, changes in zip(found.alternatives, found.differences(), found.changes, strict=True):
        columns = [_word("指标", "metric", lang), found.reference.scenario.title.get(lang), state.scenario.title.get(lang),
                   _word("变化", "difference", lang), _word("受益人口", "people gaining", lang),
                   _word("受损人口", "people losing", lang)]  # fmt: skip
        table = _table(found.application.question.get(lang), columns)
        after = state.finding.headline()
        for metric in found.reference.finding.metrics:
            people = changes[metric.id].people
            table.add_row(metric.title.get(lang), head[metric.id].show(lang), after[metric.id].show(lang),
                          difference[metric.id].show(lang, signed=True), people["gain"].show(lang),
                          people["loss"].show(lang))  # fmt: skip
        tables.append(table)
    buffer = io.StringIO()
    console = Console(file=buffer, width=150, no_color=True)
    for table in tables:
        console.print(table)
    return buffer.getvalue().rstrip()


def comparison_json(run: Run, files: Sequence[Path]) -> dict[str, Any]:
    """Return a run as plain data; differences stand under the key `difference`."""
    found = run.comparison
    scenarios = []
    for state, difference, changes in zip(found.alternatives, found.differences(), found.changes, strict=True):
        scenarios.append(
            {
                **_state(state.scenario.name, state.scenario.title, state.finding),
                "difference": {k: e.as_dict() for k, e in difference.items()},
                "people": {
                    name: {verdict: change.people[verdict].as_dict() for verdict in VERDICTS}
                    for name, change in changes.items()
                },
            }
        )
    warnings = list(dict.fromkeys(w for s in found.states for w in s.finding.warnings))
    return {
        "run": run.id,
        "at": run.at,
        "ledger_head": str(run.head),
        "replay": run.replay_command,
        "result": found.result_hash,
        "application": found.application.name,
        "params": run.body["params"],
        "seed": run.body["seed"],
        "draws": run.body["draws"],
        "city": run.body["city"],
        "reference": _state(found.reference.scenario.name, found.reference.scenario.title, found.reference.finding),
        "scenarios": scenarios,
        "warnings": [w.as_dict() for w in warnings],
        "notes": [n.as_dict() for n in found.reference.finding.notes],
        "files": [str(p) for p in files],
    }


def params_table(app: Application, lang: Lang) -> str:
    """Return an application's parameters: name, default, description."""
    lines = []
    for name, field in app.params.model_fields.items():
        zh_en = (field.description or "").split(" / ")
        text = zh_en[-1] if lang == "zh" else zh_en[0]
        default = "" if field.default is PydanticUndefined else f" [{field.default}]"
        lines.append(f"  --set {name}={default}  {text}")
    return "\n".join(lines)


def _state(name: str, title: Text, finding: Any) -> dict[str, Any]:
    groups = {}
    for metric in finding.metrics:
        draws = finding.by_group(metric.id)
        groups[metric.id] = {
            group.id: Estimate.from_draws(draws[:, i], metric.unit, finding.sources).as_dict()
            for i, group in enumerate(finding.rows())
        }
    return {
        "name": name,
        "title": title.as_dict(),
        "value": {k: e.as_dict() for k, e in finding.headline().items()},
        "groups": groups,
        "inequality": {
            m.id: {k: e.as_dict() for k, e in summarise(finding, m.id).items()} for m in finding.metrics
        },
    }


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for i, column in enumerate(columns):
        table.add_column(column, justify="left" if i == 0 else "right")
    return table


def _word(zh: str, en: str, lang: Lang) -> str:
    return zh if lang == "zh" else en
