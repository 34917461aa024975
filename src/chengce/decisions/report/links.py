"""Tell the flows of streets and how they change: counts, maps, the roads that change most."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from chengce.core.estimate import percentiles
from chengce.core.link_values import LinkValues
from chengce.core.metric import Metric
from chengce.core.text import Lang, Text
from chengce.core.units import quantity
from chengce.decisions.changes import CLEAR
from chengce.decisions.compare import Comparison, State
from chengce.decisions.link_changes import LinkChange, largest_values, link_estimate
from chengce.decisions.link_table import has_links
from chengce.decisions.maps.zone_map import Atlas
from chengce.decisions.report.figures import Figure
from chengce.decisions.report.link_figures import LinkFigures
from chengce.decisions.report.numbers import rich
from chengce.decisions.report.rich import BREAK, Rich
from chengce.decisions.report.tables import Cell, Table, capital, table
from chengce.decisions.report.words import WORDS
from chengce.decisions.roads import RoadRow, Roads

ROAD, WAY = Text("道路", "Road"), Text("方向", "Direction")
VALUE = Text("数值", "Value")
BEFORE, AFTER = Text("方案前", "Before"), Text("方案后", "After")
CHANGE = Text("变化", "Difference")


@dataclass
class Section:
    """What the report says of links: paragraphs, maps, tables, notes."""

    title: str
    sentences: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def link_sections(comparison: Comparison, atlas: Atlas | None, lang: Lang) -> list[Section]:
    """Return the section on links; none where the answer holds no links."""
    if not has_links(comparison):
        return []
    compared = bool(comparison.alternatives)
    section = Section(WORDS["links_change" if compared else "links_state"].get(lang))
    maps = LinkFigures(comparison, atlas, lang) if atlas is not None else None
    for part in comparison.reference.finding.links:
        if compared and maps is not None:
            section.figures.append(maps.state(comparison.reference, part, ()))
        elif not compared:
            _tell_state(section, comparison.reference, part, maps, lang)
    for name in dict.fromkeys(n for changes in comparison.link_changes for n in changes):
        _tell_changes(section, comparison, name, maps, lang)
    section.notes += [capital(n.get(lang)) for n in _notes(comparison, maps is not None)]
    return [section]


def link_metrics(comparison: Comparison) -> list[Metric]:
    """Return the quantities of links of any state, each once."""
    parts = [p for s in comparison.states for p in s.finding.links]
    return list({p.metric.id: p.metric for p in parts}.values())


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


def _tell_state(
    section: Section, state: State, part: LinkValues, maps: LinkFigures | None, lang: Lang
) -> None:
    """Add counts, the map and the roads of the largest values of one state."""
    span = percentiles(part.values)
    same = np.full(len(part.streets), "", dtype="<U4")
    order = largest_values(part, span[1])
    rows = Roads((state.city,)).rows(order, part.streets, part.directions, same)
    section.sentences.append(_count(part).get(lang))
    if maps is not None:
        section.figures.append(maps.state(state, part, rows))
    cells = [
        [
            *_road(row, k, lang),
            rich(link_estimate(span, row.index, part.metric.unit, state.finding), lang),
        ]
        for k, row in enumerate(rows, start=1)
    ]
    head = Text("{m}：数值最大的道路", "{m}: roads with the largest values")
    section.tables.append(_table(head.format(m=part.metric.title), (ROAD, WAY, VALUE), cells, lang))


def _tell_changes(
    section: Section, comparison: Comparison, name: str, maps: LinkFigures | None, lang: Lang
) -> None:
    """Add, per scenario, counts, the map of the difference and the roads that change most."""
    pairs = [
        (state, changes[name])
        for state, changes in zip(comparison.alternatives, comparison.link_changes, strict=True)
        if name in changes
    ]
    scale = maps.scale([c for _, c in pairs]) if maps is not None else None
    for state, change in pairs:
        roads = Roads((state.city, comparison.reference.city))
        rows = roads.rows(change.largest(), change.streets, change.directions, change.verdicts)
        section.sentences.append(_count_changes(comparison.reference, state, change).get(lang))
        if maps is not None and scale is not None:
            section.figures.append(maps.change(state, change, scale, rows))
        head = Text("{m}：变化最大的道路", "{m}: roads that change most")
        head = head.format(m=change.metric.title)
        if len(pairs) > 1:
            several = Text("{head}（{name}）", "{head} ({name})")
            head = several.format(head=head, name=state.scenario.title)
        columns = (ROAD, WAY, BEFORE, AFTER, CHANGE)
        section.tables.append(_table(head, columns, _cells(rows, change, state, lang), lang))


def _cells(
    rows: Sequence[RoadRow], change: LinkChange, state: State, lang: Lang
) -> list[list[Cell]]:
    unit, finding = change.metric.unit, state.finding
    return [
        [
            *_road(row, k, lang),
            *(
                rich(link_estimate(span, row.index, unit, finding), lang, signed=n == 2)
                for n, span in enumerate(change.spans)
            ),
        ]
        for k, row in enumerate(rows, start=1)
    ]


def _road(row: RoadRow, k: int, lang: Lang) -> list[Cell]:
    """Return the cells that name a road: its number on the map, name and section; its way."""
    name = Rich.of((str(k), "number"), row.name.get(lang))
    if row.section:
        name = Rich.of(name, BREAK, (row.section, "change"))
    way: Cell = row.course.get(lang) or "—"
    if row.alike:
        more = Text("另有 {n} 段", "{n} more").format(n=row.alike).get(lang)
        way = Rich.of(way, BREAK, (more, "change"))
    return [name, way]


def _table(head: Text, columns: Sequence[Text], cells: list[list[Cell]], lang: Lang) -> Table:
    note = WORDS["links_alike"] if cells else WORDS["links_none"]
    titles = [c.get(lang) for c in columns]
    return table(capital(head.get(lang)), titles, cells, text=(0, 1), note=note.get(lang))


def _count(part: LinkValues) -> Text:
    total, unsure = len(part.streets), int((~part.determined).sum())
    tail = (
        Text(
            f"，其中 {unsure} 条因平衡解不唯一，数值未定。",
            f"; on {unsure} the equilibrium is not unique and leaves the value open.",
        )
        if unsure
        else Text("。", ".")
    )
    return Text(
        f"{part.metric.title.zh}：共 {total} 条路段（分方向计，精确值）{tail.zh}",
        f"{capital(part.metric.title.en)}: {total} links (each direction counted, exact){tail.en}",
    )


def _count_changes(before: State, after: State, change: LinkChange) -> Text:
    n, total = change.counts(), len(change.streets)
    a, b = after.scenario.title, before.scenario.title
    tail = (
        Text(
            f"，另有 {n['open']} 条因平衡解不唯一而无法判定。",
            f"; {n['open']} stay open because the equilibrium is not unique there.",
        )
        if n["open"]
        else Text("。", ".")
    )
    return Text(
        f"“{a.zh}”与“{b.zh}”相比，{change.metric.title.zh}：{total} 条路段（分方向计，精确值）中，"
        f"明显增加 {n['more']} 条，明显减少 {n['less']} 条，无明显变化 {n['none']} 条{tail.zh}",
        f"“{a.en}” compared with “{b.en}”, {change.metric.title.en}: of {total} links (each direction "
        f"counted, exact) {n['more']} clearly increase, {n['less']} clearly decrease and {n['none']} "
        f"show no clear change{tail.en}",
    )


def _notes(comparison: Comparison, drawn: bool) -> list[Text]:
    """Return how to read the maps and tables."""
    said = [WORDS["links_side"]] if drawn else []
    if comparison.alternatives:
        said += [clear_note(m) for m in link_metrics(comparison)]
    parts = [p for s in comparison.states for p in s.finding.links]
    if not all(p.determined.all() for p in parts):
        said.append(WORDS["links_open"])
    return said
