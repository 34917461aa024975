"""Lay out the answer of a run as tables for a terminal."""

from collections.abc import Sequence

from chengce.core.estimate import Estimate
from chengce.core.finding import Metric
from chengce.core.text import Lang, Text
from chengce.core.units import unit_name
from chengce.decisions.changes import Change, Verdict
from chengce.decisions.compare import Comparison, State
from chengce.decisions.record import Run
from chengce.decisions.report.families import Family, alike, families, row_names
from chengce.decisions.report.wording import basis, named
from chengce.interfaces.layout import just_value, number_table, one_line, value_above
from chengce.interfaces.link_tables import links_of_change, links_of_state

BEFORE, AFTER, CHANGE = (
    Text("对照", "reference"),
    Text("方案", "scenario"),
    Text("变化", "difference"),
)
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
        blocks += links_of_state(found.reference, lang)
        return "\n\n".join(["\n".join(head), *blocks])
    blocks = []
    for state, difference, changes, links in zip(
        found.alternatives, found.differences(), found.changes, found.link_changes, strict=True
    ):
        blocks.append(_main(found, state, difference, changes, single, lang))
        blocks += [_matrix(found, state, difference, changes, rows, lang) for rows in matrices]
        of_people = [m for m in single if m.of == "people"]
        if len(found.reference.finding.groups) > 1 and of_people:
            blocks.append(_groups(found, state, changes, of_people[0], lang))
        blocks += links_of_change(found.reference, state, links, lang)
    return "\n\n".join(["\n".join(head), *(b for b in blocks if b)])


def arrange(metrics: Sequence[Metric]) -> tuple[list[Metric], list[list[Family]]]:
    """Split metrics into single ones and matrices of stems that share a table."""
    matrices = [rows for rows in alike(families(metrics)) if len(rows) > 1]
    inside = {m.id for rows in matrices for family in rows for m in family.metrics}
    single = [m for m in metrics if m.id not in inside]
    return (single, matrices) if single else (list(metrics), [])


def _main(
    found: Comparison,
    state: State,
    difference: dict[str, Estimate],
    changes: dict[str, Change],
    metrics: Sequence[Metric],
    lang: Lang,
) -> str:
    """Return the table of single metrics: before, after, difference, people who gain and lose."""
    columns = [_metric(metrics), BEFORE, AFTER, CHANGE, GAIN, LOSS]
    before, after = found.reference.finding.headline(), state.finding.headline()
    rows = []
    for metric in metrics:
        people = changes[metric.id].people
        cells = [
            value_above(before[metric.id], lang),
            value_above(after[metric.id], lang),
            value_above(difference[metric.id], lang, signed=True),
            value_above(people["gain"], lang),
            value_above(people["loss"], lang),
        ]
        rows.append((_named(named(metric, metrics, lang), metric.unit, lang), cells))
    return number_table(_against(found, state, lang), [c.get(lang) for c in columns], rows)


def _matrix(
    found: Comparison,
    state: State,
    difference: dict[str, Estimate],
    changes: dict[str, Change],
    families_: Sequence[Family],
    lang: Lang,
) -> str:
    """Return a row per stem, a column per limit; stems where no one's lot changes are named below."""
    names, caption = row_names([f.template(lang) for f in families_])
    before, after = found.reference.finding.headline(), state.finding.headline()
    rows, same = [], []
    for name, family in zip(names, families_, strict=True):
        if all(changes[m.id].people[v].high == 0 for m in family.metrics for v, _ in _MARKS):
            same.append(name)
            continue
        cells = []
        for m in family.metrics:
            people = changes[m.id].people
            cells.append(
                (
                    f"{just_value(before[m.id])} → {just_value(after[m.id])}",
                    one_line(difference[m.id], lang, signed=True),
                    *(f"{word.get(lang)} {one_line(people[v], lang)}" for v, word in _MARKS),
                )
            )
        rows.append((name, cells))
    columns = [_named(caption, families_[0].metrics[0].unit, lang), *_limits(families_)]
    text = number_table("", columns, rows) if rows else ""
    if same:
        listed = ("、" if lang == "zh" else ", ").join(same)
        note = Text(
            "无人明显受益或受损的（{what}）：{names}",
            "no one clearly gains or loses ({what}): {names}",
        )
        text = "\n".join(
            part for part in (text, note.format(names=listed, what=caption).get(lang)) if part
        )
    return text


def _groups(
    found: Comparison, state: State, changes: dict[str, Change], metric: Metric, lang: Lang
) -> str:
    """Return one metric by group: before, after, difference."""
    title = Text("按人群：{metric}", "by group: {metric}").format(metric=metric.title).get(lang)
    columns = [Text("人群", "group"), BEFORE, AFTER, CHANGE]
    before, after = found.reference.finding, state.finding
    parts = [before.by_group(metric.id), after.by_group(metric.id), changes[metric.id].by_group]
    rows = []
    for i, group in enumerate(before.rows()):
        cells = [Estimate.from_draws(p[:, i], metric.unit, before.sources) for p in parts]
        lines = [(one_line(c, lang, signed=k == 2),) for k, c in enumerate(cells)]
        rows.append((group.title.get(lang), lines))
    return number_table(_named(title, metric.unit, lang), [c.get(lang) for c in columns], rows)


def _state_tables(
    state: State, single: Sequence[Metric], matrices: Sequence[Sequence[Family]], lang: Lang
) -> list[str]:
    head = state.finding.headline()
    rows = [
        (_named(named(m, single, lang), m.unit, lang), [(one_line(head[m.id], lang),)])
        for m in single
    ]
    blocks = [number_table("", [_metric(single).get(lang), state.scenario.title.get(lang)], rows)]
    for part in matrices:
        names, caption = row_names([f.template(lang) for f in part])
        columns = [_named(caption, part[0].metrics[0].unit, lang), *_limits(part)]
        cells = [[(one_line(head[m.id], lang),) for m in f.metrics] for f in part]
        blocks.append(number_table("", columns, list(zip(names, cells, strict=True))))
    return blocks


def _metric(metrics: Sequence[Metric]) -> Text:
    """Return the head of the column of names: what all the numbers are, if they are one thing."""
    said = basis(metrics)
    if said is None:
        return Text("指标", "metric")
    return Text("指标（{what}）", "metric ({what})").format(what=said)


def _limits(part: Sequence[Family]) -> list[str]:
    return [f"N = {limit}" for limit in part[0].limits]


_MARKS: tuple[tuple[Verdict, Text], ...] = (
    ("gain", Text("受益", "gain")),
    ("loss", Text("受损", "lose")),
)


def _against(found: Comparison, state: State, lang: Lang) -> str:
    words = Text("方案：{a}（对照：{b}）", "scenario: {a} (against: {b})")
    return words.format(a=state.scenario.title, b=found.reference.scenario.title).get(lang)


def _named(title: str, unit: str, lang: Lang) -> str:
    name = unit_name(unit, lang)
    if not name or not title:
        return title or name
    return f"{title}（{name}）" if lang == "zh" else f"{title} ({name})"
