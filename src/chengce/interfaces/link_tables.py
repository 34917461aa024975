"""Lay out the flows of streets, and how they change, as tables for a terminal."""

from collections.abc import Mapping, Sequence

import numpy as np

from chengce.core.estimate import percentiles
from chengce.core.finding import Finding
from chengce.core.link_values import LinkValues
from chengce.core.text import Lang, Text
from chengce.core.units import unit_name
from chengce.decisions.compare import State
from chengce.decisions.link_changes import LINK_VERDICTS, LinkChange, largest_values, link_estimate
from chengce.decisions.roads import RoadRow, Roads
from chengce.interfaces.layout import number_table, one_line

MOST = 8
ROAD = Text("道路", "road")


def links_of_state(state: State, lang: Lang) -> list[str]:
    """Return a table per quantity: the roads with the largest values in one state."""
    return [_state(state, part, lang) for part in state.finding.links]


def links_of_change(
    before: State, after: State, changes: Mapping[str, LinkChange], lang: Lang
) -> list[str]:
    """Return a table per quantity: the roads that change most, then counts of all links."""
    return [_change(before, after, change, lang) for change in changes.values()]


def _state(state: State, part: LinkValues, lang: Lang) -> str:
    span = percentiles(part.values)
    same = np.full(len(part.streets), "", dtype="<U4")
    rows = Roads((state.city,)).rows(
        largest_values(part, span[1]), part.streets, part.directions, same, most=MOST
    )
    head = Text("{m}：数值最大的道路", "{m}: roads with the largest values")
    columns = [ROAD.get(lang), state.scenario.title.get(lang)]
    return _table(
        _titled(head.format(m=part.metric.title), part.metric.unit, lang),
        columns,
        [(_road(r, lang), _numbers([span], r, state.finding, lang)) for r in rows],
    )


def _change(before: State, after: State, change: LinkChange, lang: Lang) -> str:
    rows = Roads((after.city, before.city)).rows(
        change.largest(), change.streets, change.directions, change.verdicts, most=MOST
    )
    columns = [
        ROAD,
        Text("对照", "reference"),
        Text("方案", "scenario"),
        Text("变化", "difference"),
    ]
    head = Text("{m}：变化最大的道路", "{m}: roads that change most").format(m=change.metric.title)
    counts = ("；" if lang == "zh" else "; ").join(
        f"{LINK_VERDICTS[v].get(lang)} {n}" for v, n in change.counts().items()
    )
    table = _table(
        _titled(head, change.metric.unit, lang),
        [c.get(lang) for c in columns],
        [(_road(r, lang), _numbers(change.spans, r, after.finding, lang)) for r in rows],
    )
    said = Text("路段数（分方向）：", "links (each direction counted): ").get(lang) + counts
    return f"{table}\n{said}"


def _table(title: str, columns: list[str], rows: list[tuple[str, list[tuple[str]]]]) -> str:
    return number_table(title, columns, rows) if rows else title


def _numbers(
    spans: Sequence[np.ndarray], row: RoadRow, finding: Finding, lang: Lang
) -> list[tuple[str]]:
    """Return the cells of a road; the last of several is a difference."""
    return [
        (one_line(link_estimate(s, row.index, "", finding), lang, signed=k == 2),)
        for k, s in enumerate(spans)
    ]


def _road(row: RoadRow, lang: Lang) -> str:
    parts = [row.name.get(lang), row.course.get(lang), row.section]
    return ("，" if lang == "zh" else ", ").join(p for p in parts if p)


def _titled(title: Text, unit: str, lang: Lang) -> str:
    name = unit_name(unit, lang)
    return f"{title.get(lang)}（{name}）" if lang == "zh" else f"{title.get(lang)} ({name})"
