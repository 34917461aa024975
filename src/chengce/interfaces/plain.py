"""Give the answer of a run as plain data for programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chengce.core.estimate import Estimate, percentiles
from chengce.core.finding import Finding, Metric
from chengce.core.groups import TOTAL
from chengce.core.link_values import LinkValues
from chengce.decisions.changes import VERDICTS
from chengce.decisions.compare import State
from chengce.decisions.inequality import summarise
from chengce.decisions.link_changes import LinkChange, largest_values, link_estimate
from chengce.decisions.record import Run
from chengce.decisions.roads import RoadRow, Roads
from chengce.decisions.said import notes_of, warnings_of


def comparison_json(run: Run, files: Sequence[Path]) -> dict[str, Any]:
    """Return a run as plain data; differences stand under the key `difference`."""
    found = run.comparison
    scenarios = []
    for state, difference, changes, links in zip(
        found.alternatives, found.differences(), found.changes, found.link_changes, strict=True
    ):
        scenarios.append(
            {
                **_state(state),
                "difference": {k: e.as_dict() for k, e in difference.items()},
                "difference_groups": {
                    name: _by_group(state.finding, change.by_group, change.metric)
                    for name, change in changes.items()
                    if change.metric.of == "people"
                },
                "people": {
                    name: {verdict: change.people[verdict].as_dict() for verdict in VERDICTS}
                    for name, change in changes.items()
                },
                "link_changes": {
                    name: _link_changes(found.reference, state, change)
                    for name, change in links.items()
                },
            }
        )
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
        "cost": run.body["cost"],
        "metrics": {m.id: _about(m) for m in found.reference.finding.metrics},
        "reference": _state(found.reference),
        "scenarios": scenarios,
        "warnings": [w.as_dict() for w in warnings_of(found)],
        "notes": [n.as_dict() for n in notes_of(found)],
        "files": [str(p) for p in files],
    }


def _state(state: State) -> dict[str, Any]:
    finding = state.finding
    of_people = [m for m in finding.metrics if m.of == "people"]
    return {
        "name": state.scenario.name,
        "title": state.scenario.title.as_dict(),
        "value": {k: e.as_dict() for k, e in finding.headline().items()},
        "groups": {m.id: _by_group(finding, finding.by_group(m.id), m) for m in of_people},
        "inequality": {
            m.id: {k: e.as_dict() for k, e in summarise(finding, m.id).items()} for m in of_people
        },
        "links": {part.metric.id: _links(state, part) for part in finding.links},
    }


def _about(metric: Metric) -> dict[str, Any]:
    """Return what a metric is: of people (a mean, over those `among` names) or a place (a sum)."""
    return {
        "title": metric.title.as_dict(),
        "unit": metric.unit,
        "of": metric.of,
        "among": metric.among,
    }


def _links(state: State, part: LinkValues) -> dict[str, Any]:
    """Return how many links there are, how many are open, and the roads of the largest values."""
    span = percentiles(part.values)
    same = np.full(len(part.streets), "", dtype="<U4")
    order = largest_values(part, span[1])
    rows = Roads((state.city,)).rows(order, part.streets, part.directions, same)
    return {
        "title": part.metric.title.as_dict(),
        "unit": part.metric.unit,
        "links": len(part.streets),
        "open": int((~part.determined).sum()),
        "largest": [
            {
                **_road(row, part.streets, part.directions),
                "value": link_estimate(span, row.index, part.metric.unit, state.finding).as_dict(),
            }
            for row in rows
        ],
    }


def _link_changes(before: State, after: State, change: LinkChange) -> dict[str, Any]:
    """Return counts of links by verdict and the roads that change most."""
    roads = Roads((after.city, before.city))
    rows = roads.rows(change.largest(), change.streets, change.directions, change.verdicts)
    keyed = tuple(zip(("before", "after", "difference"), change.spans, strict=True))
    unit, finding = change.metric.unit, after.finding
    return {
        "title": change.metric.title.as_dict(),
        "unit": unit,
        "links": change.counts(),
        "largest": [
            {
                **_road(row, change.streets, change.directions),
                "verdict": str(change.verdicts[row.index]),
                **{k: link_estimate(s, row.index, unit, finding).as_dict() for k, s in keyed},
            }
            for row in rows
        ],
    }


def _road(row: RoadRow, streets: Sequence[str], directions: Sequence[int]) -> dict[str, Any]:
    return {
        "street": streets[row.index],
        "direction": directions[row.index],
        "name": row.name.as_dict(),
        "towards": row.course.as_dict(),
        "section": row.section,
        "further_links": row.alike,
    }


def _by_group(finding: Finding, draws: Any, metric: Metric) -> dict[str, Any]:
    return {
        (group.id if group.dimension != TOTAL else TOTAL): Estimate.from_draws(
            draws[:, i], metric.unit, finding.sources
        ).as_dict()
        for i, group in enumerate(finding.rows())
    }
