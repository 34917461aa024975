"""Show the flows of streets and how they change: maps, the roads that change most, counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from chengce.core.estimate import percentiles
from chengce.core.link_values import LinkValues
from chengce.core.metric import Metric
from chengce.core.text import Lang, Text
from chengce.core.units import number, quantity, unit_name
from chengce.decisions.changes import CLEAR
from chengce.decisions.compare import Comparison, State
from chengce.decisions.link_changes import LinkChange, largest_values, link_estimate
from chengce.decisions.link_table import has_links
from chengce.decisions.maps.labels import draw_labels
from chengce.decisions.maps.link_lines import Drawn, place_links
from chengce.decisions.maps.link_map import (
    LinkMap,
    Scale,
    change_map,
    change_scale,
    value_map,
    value_scale,
)
from chengce.decisions.maps.proposal import SIGNS, Marks, draw_proposal
from chengce.decisions.maps.zone_map import Atlas
from chengce.decisions.report.figures import Figure, LegendRow, Panel, swatch
from chengce.decisions.report.numbers import points, rich
from chengce.decisions.report.tables import Cell, Table, capital, table
from chengce.decisions.report.words import WORDS
from chengce.decisions.roads import RoadRow, Roads

MOST_POINTS = 22_000  # of one map: about 0.2 MB
ALL_POINTS = 70_000  # of all of them


@dataclass(frozen=True)
class Section:
    """What the report says of links: paragraphs, maps, tables, notes."""

    title: str
    sentences: tuple[str, ...]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


def link_sections(comparison: Comparison, atlas: Atlas | None, lang: Lang) -> list[Section]:
    """Return the section on links; none where the answer holds no links."""
    if not has_links(comparison):
        return []
    maps = sum(len(c) for c in comparison.link_changes) + len(comparison.reference.finding.links)
    desk = _Desk(comparison, atlas, min(MOST_POINTS, ALL_POINTS // max(1, maps)), lang)
    parts = [desk.state(part) for part in comparison.reference.finding.links]
    names = dict.fromkeys(name for changes in comparison.link_changes for name in changes)
    parts += [p for name in names for p in desk.changes(name)]
    compared = bool(comparison.alternatives)
    return [
        Section(
            title=WORDS["links_change" if compared else "links_state"].get(lang),
            sentences=tuple(s for p in parts for s in p.sentences),
            figures=tuple(f for p in parts for f in p.figures),
            tables=tuple(t for p in parts for t in p.tables),
            notes=desk.notes([c for changes in comparison.link_changes for c in changes.values()]),
        )
    ]


def link_metrics(comparison: Comparison) -> list[Metric]:
    """Return the quantities of links of any state, each once."""
    return list(
        {p.metric.id: p.metric for s in comparison.states for p in s.finding.links}.values()
    )


@dataclass(frozen=True)
class _Part:
    sentences: tuple[str, ...]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class _Desk:
    comparison: Comparison
    atlas: Atlas | None
    most_points: int
    lang: Lang

    def state(self, part: LinkValues) -> _Part:
        """Return the map of the reference; alone, also its roads of the largest values."""
        state = self.comparison.reference
        span = percentiles(part.values)
        value = span[1]
        roads = Roads((state.city,))
        figures, tables = [], []
        alone = not self.comparison.alternatives
        rows = self._top(part, value, roads) if alone else []
        if self.atlas is not None:
            drawn = place_links(self.atlas.sheet, roads.lines(part.streets, part.directions))
            shown = value_map(
                drawn, value, part.determined, value_scale(value), most_points=self.most_points
            )
            title = Text("{m}", "{m}").format(m=part.metric.title)
            figures.append(self._figure(title, "values", part.metric, (state, shown, drawn, rows)))
        if alone:
            columns = [Text("道路", "Road"), Text("方向", "Direction"), Text("数值", "Value")]
            cells = [
                [
                    *self._road(r, k),
                    rich(link_estimate(span, r.index, part.metric.unit, state.finding), self.lang),
                ]
                for k, r in enumerate(rows, start=1)
            ]
            head = Text("{m}：数值最大的道路", "{m}: roads with the largest values")
            tables.append(self._table(head.format(m=part.metric.title), columns, cells))
        return _Part(self._state_words(part, alone), tuple(figures), tuple(tables))

    def changes(self, name: str) -> list[_Part]:
        """Return, per scenario, counts, the map of the difference and the roads that change most."""
        pairs = [
            (s, c[name])
            for s, c in zip(self.comparison.alternatives, self.comparison.link_changes, strict=True)
            if name in c
        ]
        scale = change_scale([c for _, c in pairs])
        return [self._change(state, change, scale) for state, change in pairs]

    def _change(self, state: State, change: LinkChange, scale: Scale) -> _Part:
        roads = Roads((state.city, self.comparison.reference.city))
        order = change.largest()
        rows = roads.rows(order, change.streets, change.directions, change.verdicts)
        title = Text("{m}：变化", "{m}: difference").format(m=change.metric.title)
        figures = []
        if self.atlas is not None:
            drawn = place_links(self.atlas.sheet, roads.lines(change.streets, change.directions))
            shown = change_map(drawn, change, scale, most_points=self.most_points)
            figures.append(
                self._figure(title, "change", change.metric, (state, shown, drawn, rows))
            )
        finding, unit = state.finding, change.metric.unit
        cells = [
            [
                *self._road(row, k),
                *(
                    rich(link_estimate(s, row.index, unit, finding), self.lang)
                    for s in change.spans[:2]
                ),
                rich(
                    link_estimate(change.spans[2], row.index, unit, finding), self.lang, signed=True
                ),
            ]
            for k, row in enumerate(rows, start=1)
        ]
        head = Text("{m}：变化最大的道路", "{m}: roads that change most").format(
            m=change.metric.title
        )
        if len(self.comparison.alternatives) > 1:
            head = Text(
                f"{head.zh}（{state.scenario.title.zh}）", f"{head.en} ({state.scenario.title.en})"
            )
        columns = [Text("道路", "Road"), Text("方向", "Direction"), Text("方案前", "Before"),
                   Text("方案后", "After"), Text("变化", "Difference")]  # fmt: skip
        return _Part(
            (self._change_words(state, change),),
            tuple(figures),
            (self._table(head, columns, cells),),
        )

    def notes(self, changes: Sequence[LinkChange]) -> tuple[str, ...]:
        """Return how to read the maps and tables."""
        said = [WORDS["links_side"]] if self.atlas is not None else []
        said += [clear_note(m) for m in {c.metric.id: c.metric for c in changes}.values()]
        states = (p.determined for s in self.comparison.states for p in s.finding.links)
        if not all(bool(d.all()) for d in states):
            said.append(WORDS["links_open"])
        return tuple(capital(s.get(self.lang)) for s in said)

    def _top(self, part: LinkValues, value: np.ndarray, roads: Roads) -> list[RoadRow]:
        same = np.full(len(value), "", dtype="<U4")
        return roads.rows(largest_values(part, value), part.streets, part.directions, same)

    def _state_words(self, part: LinkValues, alone: bool) -> tuple[str, ...]:
        if not alone:
            return ()
        total, unsure = len(part.streets), int((~part.determined).sum())
        zh = f"{part.metric.title.zh}：共 {total} 条路段（分方向计，精确值）"
        en = f"{capital(part.metric.title.en)}: {total} links (each direction counted, exact)"
        zh += f"，其中 {unsure} 条因平衡解不唯一，数值未定。" if unsure else "。"
        en += (
            f"; on {unsure} the equilibrium is not unique and leaves the value open."
            if unsure
            else "."
        )
        return (Text(zh, en).get(self.lang),)

    def _change_words(self, state: State, change: LinkChange) -> str:
        n = change.counts()
        zh = (
            f"“{state.scenario.title.zh}”与“{self.comparison.reference.scenario.title.zh}”相比，"
            f"{change.metric.title.zh}：{len(change.streets)} 条路段（分方向计，精确值）中，明显增加 {n['more']} 条，"
            f"明显减少 {n['less']} 条，无明显变化 {n['none']} 条"
        )
        en = (
            f"“{state.scenario.title.en}” compared with “{self.comparison.reference.scenario.title.en}”, "
            f"{change.metric.title.en}: of {len(change.streets)} links (each direction counted, exact) "
            f"{n['more']} clearly increase, {n['less']} clearly decrease, {n['none']} show no clear change"
        )
        zh += f"，另有 {n['open']} 条因平衡解不唯一而无法判定。" if n["open"] else "。"
        en += (
            f", and {n['open']} stay open because the equilibrium is not unique there."
            if n["open"]
            else "."
        )
        return Text(zh, en).get(self.lang)

    def _figure(
        self,
        title: Text,
        kind: str,
        metric: Metric,
        shown: tuple[State, LinkMap, Drawn, list[RoadRow]],
    ) -> Figure:
        state, found, drawn, rows = shown
        assert self.atlas is not None
        sheet = self.atlas.sheet
        marks = draw_proposal(state.city, sheet)
        panel = state.scenario.title.get(self.lang)
        if kind == "change":
            first = self.comparison.reference.scenario.title.get(self.lang)
            panel = f"“{panel}”减“{first}”" if self.lang == "zh" else f"“{panel}” minus “{first}”"
        label = f"{capital(title.get(self.lang))} — {panel}"
        above = marks.svg + draw_labels(sheet, [drawn.middle(r.index) for r in rows])
        svg = self.atlas.draw_links(found.svg, above, label=label, lang=self.lang)
        unit = points(metric.unit, self.lang) if kind == "change" else metric.unit
        return Figure(
            title=capital(title.get(self.lang)),
            kind=f"{kind} roads",
            unit=unit_name(unit, self.lang),
            panels=(Panel(panel, Markup(svg)),),
            columns=tuple(WORDS[w].get(self.lang) for w in ("legend_links", "legend_km")),
            legend=tuple(
                LegendRow(
                    _sample(c.mark, c.width),
                    c.label.get(self.lang),
                    (number(c.links), number(c.km)),
                )
                for c in found.classes
            ),
            style="",
            signs=_signs(marks),
            note=" ".join(t.get(self.lang) for t in self._figure_notes(kind, found, bool(rows))),
        )

    def _figure_notes(self, kind: str, found: LinkMap, labelled: bool) -> list[Text]:
        said = [WORDS["links_width_change" if kind == "change" else "links_width"]]
        said += [WORDS["links_labels"]] if labelled else []
        if found.left_out:
            said.append(WORDS["links_left_out"].format(n=number(found.left_out)))
        if found.off_sheet:
            said.append(WORDS["links_off_sheet"].format(n=number(found.off_sheet)))
        return said

    def _road(self, row: RoadRow, number_: int) -> list[Cell]:
        """Return the cells that name a road: its number on the map, name and section; its way."""
        name = Markup('<span class="no">{}</span>{}').format(number_, row.name.get(self.lang))
        if row.section:
            name = Markup('{}<br><span class="ch">{}</span>').format(name, row.section)
        way: Cell = row.course.get(self.lang) or "—"
        if row.alike:
            more = Text("另有 {n} 段", "{n} more").format(n=row.alike).get(self.lang)
            way = Markup('{}<br><span class="ch">{}</span>').format(way, more)
        return [name, way]

    def _table(self, head: Text, columns: list[Text], cells: list[list[Cell]]) -> Table:
        note = WORDS["links_alike"] if cells else WORDS["links_none"]
        return table(
            capital(head.get(self.lang)),
            [c.get(self.lang) for c in columns],
            cells,
            text=(0, 1),
            note=note.get(self.lang),
        )


def clear_note(metric: Metric) -> Text:
    """Say what counts as a clear change of a link."""
    zh, en = [], []
    if metric.threshold > 0:
        size = [quantity(metric.threshold, metric.unit, lang) for lang in ("zh", "en")]
        zh.append(f"变化不小于 {size[0]}")
        en.append(f"it is at least {size[1]}")
    if metric.threshold_share > 0:
        percent = f"{metric.threshold_share * 100:.3g}%"
        zh.append(f"不小于前后较大值的 {percent}")
        en.append(f"it is at least {percent} of the larger of the two values")
    zh.append(f"至少 {CLEAR:.0%} 的抽样方向一致")
    en.append(f"at least {CLEAR:.0%} of the draws agree in sign")
    return Text(
        f"{metric.title.zh}：{'、'.join(zh)}，且前后的平衡解均唯一，才计为明显变化。",
        f"{metric.title.en}: a change is clear if {', '.join(en)} and the equilibrium is unique there "
        "before and after.",
    )


def _sample(mark: str, width: float) -> Markup:
    if not width:
        return swatch(Markup('<path class="{}" d="M0,80H260"/>').format(mark))
    return swatch(
        Markup('<path class="bd {}" stroke-width="{:g}" d="M0,80H260"/>').format(mark, width)
    )


def _signs(marks: Marks) -> tuple[str, ...]:
    return tuple(s for s in SIGNS if s in marks.signs)
