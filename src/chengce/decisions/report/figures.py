"""Lay out the maps of a report: before, after and difference of each headline metric, with legends."""

from dataclasses import dataclass

import numpy as np

from chengce.core.estimate import Estimate
from chengce.core.finding import Finding, Metric
from chengce.core.text import Lang, Text
from chengce.core.units import unit_name
from chengce.decisions.compare import Comparison, State
from chengce.decisions.maps import samples
from chengce.decisions.maps.breaks import change_breaks, value_breaks
from chengce.decisions.maps.classes import SPECIAL, Scheme, change_scheme, value_scheme
from chengce.decisions.maps.place_values import PlaceValues, differences_by_place, values_by_place
from chengce.decisions.maps.proposal import SIGNS, Marks, draw_proposal
from chengce.decisions.maps.zone_map import Atlas
from chengce.decisions.report.numbers import NOBODY, NOT_EVALUABLE, NOT_REACHED, plain, points, rich
from chengce.decisions.report.rich import Rich
from chengce.decisions.report.tables import Cell, capital
from chengce.decisions.report.words import WORDS

CELL_BYTES = 165  # of one zone on one map, tooltip included
BUDGET = 3_600_000
SIZE = Text(
    "图示为各分区合计，分区越大，合计往往越大。",
    " Totals of places are shown: the larger a place, the more it tends to have.",
)


@dataclass(frozen=True)
class Panel:
    """One map with its heading."""

    title: str
    svg: str


@dataclass(frozen=True)
class LegendRow:
    """A class of the legend: a sample of it (`maps.samples`), its label, its numbers."""

    sample: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Figure:
    """Maps that share one legend. `colours` are those of its classes, `kind` the layout.

    `columns` head the numbers of the legend.
    """

    title: str
    kind: str
    unit: str
    panels: tuple[Panel, ...]
    columns: tuple[Cell, ...]
    legend: tuple[LegendRow, ...]
    colours: tuple[tuple[str, str], ...]
    signs: tuple[str, ...]
    note: str

    @property
    def style(self) -> str:
        """Return the colours as CSS variables."""
        return ";".join(f"--{mark}:{colour}" for mark, colour in self.colours)


def figures(
    comparison: Comparison,
    atlas: Atlas,
    metrics: tuple[Metric, ...],
    names: tuple[str, ...],
    lang: Lang,
) -> list[Figure]:
    """Return the figures of all metrics; tooltips are left out where the file would get too big."""
    count = len(metrics) * (1 + 2 * len(comparison.alternatives)) * len(names)
    tips = count * CELL_BYTES <= BUDGET
    marks = [draw_proposal(s.city, atlas.sheet) for s in comparison.states]
    desk = _Desk(comparison, atlas, marks, names if tips else None, lang)
    out = []
    for metric in metrics:
        out.append(desk.values(metric))
        out += desk.changes(metric)
    return out


@dataclass(frozen=True)
class _Desk:
    comparison: Comparison
    atlas: Atlas
    marks: list[Marks]
    names: tuple[str, ...] | None
    lang: Lang

    def values(self, metric: Metric) -> Figure:
        """Return the maps of every state, same classes in all."""
        states = self.comparison.states
        found = [values_by_place(s.finding, metric.id) for s in states]
        pooled = np.concatenate([v.value for v in found])
        people = np.concatenate([_weight(v) for v in found])
        scheme = value_scheme(value_breaks(pooled, people), metric.better)
        panels = [
            self._panel(s, v, scheme, m) for s, v, m in zip(states, found, self.marks, strict=True)
        ]
        darker = Text("颜色越深，水平越好。", "The darker, the better placed.").get(self.lang)
        if metric.of == "place":
            darker += SIZE.get(self.lang)
        shades = zip(scheme.marks, scheme.colours, strict=True)
        return Figure(
            title=capital(metric.title.get(self.lang)),
            kind="values",
            unit=unit_name(metric.unit, self.lang),
            panels=tuple(panels),
            columns=self._columns(panels),
            legend=self._legend(scheme, found, [s.finding for s in states]),
            colours=tuple((m, c) for m, c in shades if c),
            signs=self._signs(self.marks),
            note=darker,
        )

    def changes(self, metric: Metric) -> list[Figure]:
        """Return the map of the difference each scenario makes, same classes in all."""
        before, states = self.comparison.reference.finding, self.comparison.alternatives
        if not states:
            return []
        found = [differences_by_place(before, s.finding, metric.id) for s in states]
        clear = np.concatenate([np.isin(f.state, ("gain", "loss")) for f in found])
        size = np.concatenate([f.value for f in found])[clear]
        people = np.concatenate([_weight(f) for f in found])[clear]
        scheme = change_scheme(change_breaks(size, people), metric.better)
        shown = zip(states, found, self.marks[1:], strict=True)
        return [self._change(s, f, scheme, m) for s, f, m in shown]

    def _change(self, state: State, found: PlaceValues, scheme: Scheme, marks: Marks) -> Figure:
        metric = found.metric
        title = Text("{m}：变化", "{m}: difference").format(m=metric.title).get(self.lang)
        panel = self._panel(state, found, scheme, marks)
        note = Text(
            "变化未超过阈值，或不足 95% 的抽样方向一致的分区，计为“无明显变化”。",
            "A place counts as no clear change where the change is below the threshold or fewer than "
            "95% of the draws agree in sign.",
        )
        return Figure(
            title=capital(title),
            kind="change",
            unit=unit_name(points(metric.unit, self.lang), self.lang),
            panels=(panel,),
            columns=self._columns([panel]),
            legend=self._legend(scheme, [found], [state.finding]),
            colours=(),
            signs=self._signs([marks]),
            note=note.get(self.lang),
        )

    def _panel(self, state: State, values: PlaceValues, scheme: Scheme, marks: Marks) -> Panel:
        title = state.scenario.title.get(self.lang)
        if scheme.diverging:
            first = self.comparison.reference.scenario.title.get(self.lang)
            title = f"“{title}”减“{first}”" if self.lang == "zh" else f"“{title}” minus “{first}”"
        label = f"{capital(values.metric.title.get(self.lang))} — {title}"
        svg = self.atlas.draw(
            scheme.assign(values),
            self._tips(values, scheme.diverging),
            marks,
            label=label,
            lang=self.lang,
        )
        return Panel(title, svg)

    def _tips(self, values: PlaceValues, signed: bool) -> list[str] | None:
        if self.names is None:
            return None
        colon = "：" if self.lang == "zh" else ": "
        return [
            name + colon + tip(values, i, self.lang, signed=signed)
            for i, name in enumerate(self.names)
        ]

    def _legend(
        self, scheme: Scheme, found: list[PlaceValues], findings: list[Finding]
    ) -> tuple[LegendRow, ...]:
        classes = [scheme.assign(v) for v in found]
        special = {mark for mark, _ in SPECIAL.values()}
        rows = []
        for mark, label in zip(scheme.marks, scheme.labels, strict=True):
            if mark in special and not any((c == mark).any() for c in classes):
                continue
            people = [
                rich(v.people_where(c == mark, f), self.lang)
                for v, c, f in zip(found, classes, findings, strict=True)
            ]
            rows.append(LegendRow(samples.area(mark), label.get(self.lang), tuple(people)))
        return tuple(rows)

    def _columns(self, panels: list[Panel]) -> tuple[Cell, ...]:
        head = WORDS["legend_people"].get(self.lang)
        if len(panels) == 1:
            return (head,)
        return tuple(Rich.lines((head, p.title)) for p in panels)

    def _signs(self, marks: list[Marks]) -> tuple[str, ...]:
        return tuple(s for s in SIGNS if any(s in m.signs for m in marks))


def _weight(values: PlaceValues) -> np.ndarray:
    """Return what class breaks weigh places by: people, or one each where totals are shown."""
    people = np.median(values.people, axis=0)
    return people if values.metric.of == "people" else np.ones_like(people)


def tip(values: PlaceValues, index: int, lang: Lang, *, signed: bool) -> str:
    """Return a place's number with its interval, or why there is none."""
    state = values.state[index]
    if state == "nobody":
        return NOBODY.get(lang)
    if state == "unknown":
        return NOT_EVALUABLE.get(lang)
    if state == "unreached":
        return plain(values.estimate(index), lang) if not signed else _never(lang)
    shown = plain(values.estimate(index), lang, signed=signed)
    if signed and state == "none":
        return shown + Text("，无明显变化", ", no clear change").get(lang)
    return shown


def _never(lang: Lang) -> str:
    return (
        Text("前后均", "").get(lang)
        + NOT_REACHED.get(lang)
        + Text("", " before or after").get(lang)
    )


def all_edge_people(finding: Finding) -> Estimate:
    """Return how many people live in places flagged as near the edge of the data."""
    edge = np.isin(np.array(finding.places, dtype=object), np.array(finding.at_edge, dtype=object))
    return Estimate.from_draws(finding.people[:, edge].sum(axis=(1, 2)), "people", finding.sources)
