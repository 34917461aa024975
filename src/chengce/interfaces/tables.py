"""Lay out the answer of a run as tables for a terminal."""

import os
import re
from collections.abc import Sequence

from rich.table import Table

from chengce.core.estimate import Estimate
from chengce.core.finding import Metric
from chengce.core.text import Lang, Text
from chengce.core.units import unit_name
from chengce.decisions.changes import Change, Verdict
from chengce.decisions.compare import Comparison, State
from chengce.decisions.record import Run
from chengce.decisions.report.families import Family, families
from chengce.interfaces.layout import new_table, one_line, shown, two_lines

METRIC = Text("指标（按人平均）", "metric (mean over people)")
CHANGE = Text("变化", "difference")
GAIN, LOSS = Text("受益人口", "people gaining"), Text("受损人口", "people losing")
INTERVAL = Text("括号内或第二行为 90% 区间", "in brackets or on the second line: 90% interval")


def answer(run: Run, lang: Lang) -> str:
    """Return the answer of a run as text: the question, then a block of tables per scenario."""
    found = run.comparison
    city = found.reference.city
    head = [found.application.question.get(lang), f"{city.title.get(lang)} · {INTERVAL.get(lang)}"]
    single, matrices = arrange(found.reference.finding.metrics)
    if not found.alternatives:
        blocks = _state_tables(found.reference, single, matrices, lang)
        return "\n\n".join(["\n".join(head), *blocks])
    blocks = []
    for state, difference, changes in zip(
        found.alternatives, found.differences(), found.changes, strict=True
    ):
        blocks.append(_main(found, state, difference, changes, single, lang))
        blocks += [_matrix(found, state, difference, changes, rows, lang) for rows in matrices]
        if len(found.reference.finding.groups) > 1:
            blocks.append(_groups(found, state, changes, single[0], lang))
    return "\n\n".join(["\n".join(head), *(b for b in blocks if b)])


def arrange(metrics: Sequence[Metric]) -> tuple[list[Metric], list[list[Family]]]:
    """Split metrics into single ones and matrices of stems that share unit and limits."""
    together: dict[tuple[str, tuple[int, ...]], list[Family]] = {}
    for family in families(metrics):
        together.setdefault((family.metrics[0].unit, family.limits), []).append(family)
    matrices = [rows for rows in together.values() if len(rows) > 1]
    inside = {m.id for rows in matrices for family in rows for m in family.metrics}
    single = [m for m in metrics if m.id not in inside]
    return (single, matrices) if single else (list(metrics), [])


def _main(
    found: Comparison, state: State, difference: dict[str, Estimate], changes: dict[str, Change],
    metrics: Sequence[Metric], lang: Lang,
) -> str:  # fmt: skip
    columns = [METRIC.get(lang), found.reference.scenario.title.get(lang), state.scenario.title.get(lang),
               CHANGE.get(lang), GAIN.get(lang), LOSS.get(lang)]  # fmt: skip
    table = new_table(_against(found, state, lang), columns)
    before, after = found.reference.finding.headline(), state.finding.headline()
    for metric in metrics:
        people = changes[metric.id].people
        table.add_row(_named(metric.title.get(lang), metric.unit, lang), two_lines(before[metric.id], lang),
                      two_lines(after[metric.id], lang), two_lines(difference[metric.id], lang, signed=True),
                      two_lines(people["gain"], lang), two_lines(people["loss"], lang))  # fmt: skip
    return shown(table)


def _matrix(
    found: Comparison, state: State, difference: dict[str, Estimate], changes: dict[str, Change],
    rows: Sequence[Family], lang: Lang,
) -> str:  # fmt: skip
    """Return a row per stem and a column per limit; stems where no one's lot changes are named below."""
    names, caption = row_names([_template(f, lang) for f in rows])
    head = [
        _named(caption, rows[0].metrics[0].unit, lang),
        *(f"N = {limit}" for limit in rows[0].limits),
    ]
    table = new_table("", head)
    before, after = found.reference.finding.headline(), state.finding.headline()
    same = []
    for name, family in zip(names, rows, strict=True):
        if all(changes[m.id].people[v].high == 0 for m in family.metrics for v, _ in _MARKS):
            same.append(name)
            continue
        cells = []
        for m in family.metrics:
            people = changes[m.id].people
            arrow = f"{two_lines(before[m.id], lang).splitlines()[0]} → {two_lines(after[m.id], lang).splitlines()[0]}"
            counts = [f"{word.get(lang)} {one_line(people[v], lang)}" for v, word in _MARKS]
            cells.append("\n".join([arrow, one_line(difference[m.id], lang, signed=True), *counts]))
        table.add_row(name, *cells)
        table.add_section()
    text = shown(table) if table.row_count else ""
    if same:
        listed = ("、" if lang == "zh" else ", ").join(same)
        note = Text(
            "无人明显受益或受损：{names}（{what}）",
            "no one clearly gains or loses: {names} ({what})",
        )
        text = "\n".join(
            part for part in (text, note.format(names=listed, what=caption).get(lang)) if part
        )
    return text


def _groups(
    found: Comparison, state: State, changes: dict[str, Change], metric: Metric, lang: Lang
) -> str:
    title = Text("按人群：{metric}", "by group: {metric}").format(metric=metric.title).get(lang)
    columns = [Text("人群", "group").get(lang), found.reference.scenario.title.get(lang),
               state.scenario.title.get(lang), CHANGE.get(lang)]  # fmt: skip
    table = new_table(_named(title, metric.unit, lang), columns)
    before, after = found.reference.finding, state.finding
    parts = [before.by_group(metric.id), after.by_group(metric.id), changes[metric.id].by_group]
    for i, group in enumerate(before.rows()):
        cells = [Estimate.from_draws(p[:, i], metric.unit, before.sources) for p in parts]
        table.add_row(
            group.title.get(lang), *(one_line(c, lang, signed=k == 2) for k, c in enumerate(cells))
        )
    return shown(table)


def _state_tables(
    state: State, single: Sequence[Metric], matrices: Sequence[Sequence[Family]], lang: Lang
) -> list[str]:
    head = state.finding.headline()
    table = new_table("", [METRIC.get(lang), state.scenario.title.get(lang)])
    for metric in single:
        table.add_row(
            _named(metric.title.get(lang), metric.unit, lang), one_line(head[metric.id], lang)
        )
    blocks = [shown(table)]
    for rows in matrices:
        names, caption = row_names([_template(f, lang) for f in rows])
        columns = [
            _named(caption, rows[0].metrics[0].unit, lang),
            *(f"N = {limit}" for limit in rows[0].limits),
        ]
        matrix: Table = new_table("", columns)
        for name, family in zip(names, rows, strict=True):
            matrix.add_row(name, *(one_line(head[m.id], lang) for m in family.metrics))
        blocks.append(shown(matrix))
    return blocks


def row_names(titles: Sequence[str]) -> tuple[list[str], str]:
    """Return a short name per title and what the titles have in common, cut at whole words."""
    tail = os.path.commonprefix([t[::-1] for t in titles])[::-1]
    head = os.path.commonprefix(list(titles))
    for shared, at_end in ((tail, True), (head, False)):
        while (
            shared
            and (shared[0] if at_end else shared[-1]).isascii()
            and (shared[0] if at_end else shared[-1]).isalpha()
        ):
            shared = shared[1:] if at_end else shared[:-1]
        names = [
            (t.removesuffix(shared) if at_end else t.removeprefix(shared)).strip(" ：:")
            for t in titles
        ]
        if len(shared) > 2 and all(names):
            return names, shared.strip(" ：:")
    return list(titles), ""


_MARKS: tuple[tuple[Verdict, Text], ...] = (
    ("gain", Text("受益", "gain")),
    ("loss", Text("受损", "lose")),
)


def _template(family: Family, lang: Lang) -> str:
    """Return the title with the limit replaced by N."""
    limit = family.limits[0]
    return re.sub(rf"(?<!\d){limit}(?!\d)", "N", family.metrics[0].title.get(lang), count=1)


def _against(found: Comparison, state: State, lang: Lang) -> str:
    words = Text("方案：{a}（对照：{b}）", "scenario: {a} (against: {b})")
    return words.format(a=state.scenario.title, b=found.reference.scenario.title).get(lang)


def _named(title: str, unit: str, lang: Lang) -> str:
    name = unit_name(unit, lang)
    if not name or not title:
        return title or name
    return f"{title}（{name}）" if lang == "zh" else f"{title} ({name})"
