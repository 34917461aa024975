"""Give the answer of a run as plain data for programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chengce.core.estimate import Estimate
from chengce.core.finding import Finding, Metric
from chengce.core.groups import TOTAL
from chengce.core.text import Text
from chengce.decisions.changes import VERDICTS
from chengce.decisions.inequality import summarise
from chengce.decisions.record import Run


def comparison_json(run: Run, files: Sequence[Path]) -> dict[str, Any]:
    """Return a run as plain data; differences stand under the key `difference`."""
    found = run.comparison
    scenarios = []
    for state, difference, changes in zip(
        found.alternatives, found.differences(), found.changes, strict=True
    ):
        scenarios.append(
            {
                **_state(state.scenario.name, state.scenario.title, state.finding),
                "difference": {k: e.as_dict() for k, e in difference.items()},
                "difference_groups": {
                    name: _by_group(state.finding, change.by_group, change.metric)
                    for name, change in changes.items()
                },
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
        "reference": _state(
            found.reference.scenario.name, found.reference.scenario.title, found.reference.finding
        ),
        "scenarios": scenarios,
        "warnings": [w.as_dict() for w in warnings],
        "notes": [n.as_dict() for n in found.reference.finding.notes],
        "files": [str(p) for p in files],
    }


def _state(name: str, title: Text, finding: Finding) -> dict[str, Any]:
    return {
        "name": name,
        "title": title.as_dict(),
        "value": {k: e.as_dict() for k, e in finding.headline().items()},
        "groups": {m.id: _by_group(finding, finding.by_group(m.id), m) for m in finding.metrics},
        "inequality": {
            m.id: {k: e.as_dict() for k, e in summarise(finding, m.id).items()}
            for m in finding.metrics
        },
    }


def _by_group(finding: Finding, draws: Any, metric: Metric) -> dict[str, Any]:
    return {
        (group.id if group.dimension != TOTAL else TOTAL): Estimate.from_draws(
            draws[:, i], metric.unit, finding.sources
        ).as_dict()
        for i, group in enumerate(finding.rows())
    }
