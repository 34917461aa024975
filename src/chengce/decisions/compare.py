"""Ask one question of the reference and of each scenario with the same draws, and compare."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from chengce.city.city import City
from chengce.core.application import Application, Params
from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem
from chengce.core.estimate import Estimate, percentiles
from chengce.core.finding import Finding
from chengce.core.text import Text
from chengce.decisions.changes import Change, change, minus, place_verdicts
from chengce.decisions.link_changes import LinkChange, link_changes
from chengce.models.scenario import Scenario


@dataclass(frozen=True)
class State:
    """One state of the city: the scenario, the city it makes, and the answer there."""

    scenario: Scenario
    city: City
    finding: Finding


@dataclass(frozen=True)
class Comparison:
    """An answer for the reference and for each scenario, with the same draws."""

    application: Application
    params: Params
    reference: State
    alternatives: tuple[State, ...]

    @property
    def states(self) -> tuple[State, ...]:
        """Return the reference, then the scenarios."""
        return (self.reference, *self.alternatives)

    @cached_property
    def changes(self) -> tuple[dict[str, Change], ...]:
        """Return, per scenario, the change of every metric."""
        before = self.reference.finding
        return tuple(
            {m.id: change(m, before, s.finding) for m in before.metrics} for s in self.alternatives
        )

    @cached_property
    def link_changes(self) -> tuple[dict[str, LinkChange], ...]:
        """Return, per scenario, the change of every quantity of links, by metric id."""
        return tuple(link_changes(self.reference.finding, s.finding) for s in self.alternatives)

    def differences(self) -> list[dict[str, Estimate]]:
        """Return, per scenario, the difference of every metric for the whole city."""
        return [
            {
                name: Estimate.from_draws(
                    c.by_group[:, -1], c.metric.unit, self.reference.finding.sources
                )
                for name, c in changes.items()
            }
            for changes in self.changes
        ]

    @cached_property
    def result_hash(self) -> str:
        """Hash of every number of every state, draw by draw."""
        digest = hashlib.sha256()
        for state in self.states:
            digest.update(finding_hash(state.finding).encode())
        return digest.hexdigest()

    def table(self) -> pd.DataFrame:
        """Return the tidy table of all states and differences.

        Columns: scenario, state (value or difference), metric, unit, place ("" = whole city),
        group, people, value, low, high, basis, verdict (differences by place).
        """
        plain = [state.finding.table() for state in self.states]
        frames = []
        for state, frame in zip(self.states, plain, strict=True):
            named = frame.assign(verdict="")
            named.insert(0, "state", "value")
            named.insert(0, "scenario", state.scenario.name)
            frames.append(named)
        for state, frame, changes in zip(self.alternatives, plain[1:], self.changes, strict=True):
            for name, found in changes.items():
                frames.append(
                    self._differences(state, frame[frame["metric"] == name].copy(), found)
                )
        table = pd.concat(frames, ignore_index=True)
        table["basis"] = "interval"
        return table

    def _differences(self, state: State, frame: pd.DataFrame, found: Change) -> pd.DataFrame:
        before, after, name = self.reference.finding, state.finding, found.metric.id
        columns = len(after.rows(name))
        city = percentiles(found.by_group)
        cells, verdicts = found.cells[:, :, :columns], found.verdicts[:, :columns]
        if columns > cells.shape[2]:
            everyone = minus(found.metric, after.by_place(name), before.by_place(name))
            cells = np.concatenate([cells, everyone[:, :, None]], axis=2)
            overall = place_verdicts(found.metric, before, after)
            verdicts = np.concatenate([verdicts, overall[:, None]], axis=1)
        places = percentiles(cells)
        for row, column in ((0, "low"), (1, "value"), (2, "high")):
            frame[column] = np.concatenate([city[row], places[row].reshape(-1)])
        frame["verdict"] = np.concatenate([np.full(columns, ""), verdicts.reshape(-1)])
        frame.insert(0, "state", "difference")
        frame.insert(0, "scenario", state.scenario.name)
        return frame


def compare(
    app: Application, city: City, params: Params, *, reference: Scenario,
    scenarios: Sequence[Scenario], context: Context,
) -> Comparison:  # fmt: skip
    """Answer for the reference and every scenario; problems of all scenarios are reported together.

    Raises `ChengceError` for missing layers, scenarios in error or two of the same name.
    """
    problems = problems_before(app, city, reference, scenarios)
    if problems:
        raise ChengceError(problems)
    states: list[State] = []
    for scenario in (reference, *scenarios):
        what = Text("测算：{title}", "computing: {title}").format(title=scenario.title)
        context.step(what, len(states), len(scenarios) + 1)
        changed = scenario.apply(city)
        finding = app.run(changed, params, context)
        if states:
            finding = _said_if_idle(states[0], changed, finding)
        states.append(State(scenario, changed, finding))
        if len(states) == len(scenarios) + 1:
            context.step(what, len(states), len(states))
    return Comparison(app, params, states[0], tuple(states[1:]))


def _said_if_idle(reference: State, changed: City, finding: Finding) -> Finding:
    """Return a finding with a warning where other tables than the reference's change no number."""
    moved = sorted(n for n, h in changed.hashes.items() if reference.city.hashes.get(n) != h)
    if not moved or finding_hash(finding) != finding_hash(reference.finding):
        return finding
    idle = Problem(
        "scenario_without_effect",
        Text(
            f"方案改动了 {'、'.join(moved)}，但对本问题的任何数值都没有影响",
            f"the scenario changes {', '.join(moved)}, and no number of this question",
        ),
        Text(
            "本问题不读取这些数据，或改动不在其范围内；换一个问题，或核对方案",
            "this question does not read it, or the change is out of its reach: ask another question, "
            "or check the scenario",
        ),
        severity="warning",
    )
    return replace(finding, warnings=(*finding.warnings, idle))


def problems_before(
    app: Application, city: City, reference: Scenario, scenarios: Sequence[Scenario]
) -> list[Problem]:
    """Return what stands in the way of a comparison, before anything is computed."""
    problems = [*missing_layers(app, city), *_same_names(reference, scenarios)]
    for scenario in (reference, *scenarios):
        problems += scenario.check(city)
    return problems


def missing_layers(app: Application, city: City) -> list[Problem]:
    """Return one problem per layer the application needs and the city lacks."""
    return [
        Problem(
            "layer_missing",
            Text(
                f"“{app.title.zh}”需要图层 {layer}，城市没有",
                f"{app.name} needs the layer {layer}, which the city lacks",
            ),
            Text(
                f"现有图层：{'、'.join(city.layers)}；把缺的图层加入城市配置",
                f"layers here: {', '.join(city.layers)}; add the missing one to the city's config",
            ),
            column=layer,
        )
        for layer in app.needs
        if not city.has(layer)
    ]


def finding_hash(finding: Finding) -> str:
    """Return the hash of a finding's labels and every draw of every number."""
    digest = hashlib.sha256()

    def put(value: Any) -> None:
        digest.update(repr(value).encode())

    put([finding.application, finding.dimension, [g.id for g in finding.groups], finding.places])
    arrays = {"people": finding.people, **{f"value:{k}": v for k, v in finding.values.items()},
              **{f"spread:{k}": v for k, v in finding.spread.items()}}  # fmt: skip
    for name in sorted(arrays):
        array = np.asarray(arrays[name], dtype="<f8").copy()
        array[np.isnan(array)] = np.nan
        put([name, array.shape])
        digest.update((array + 0.0).tobytes())
    for part in finding.links:
        keys = [(str(street), int(direction)) for street, direction in part.keys]
        put(["links", part.metric.id, keys, part.values.shape])
        digest.update((np.asarray(part.values, dtype="<f8") + 0.0).tobytes())
        digest.update(np.asarray(part.determined, dtype=np.bool_).tobytes())
    for pair in finding.pairs:
        put(["pairs", pair.name, pair.values.shape])
        digest.update((np.asarray(pair.values, dtype="<f8") + 0.0).tobytes())
    return digest.hexdigest()


def _same_names(reference: Scenario, scenarios: Sequence[Scenario]) -> list[Problem]:
    names = [s.name for s in (reference, *scenarios)]
    return [
        Problem(
            "scenario_name_repeated",
            Text(f"两个方案同名：{name}", f"two scenarios are called {name}"),
            Text("改其中一个的 name", "change the `name` of one"),
            column=name,
        )
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
