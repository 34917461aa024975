"""Tabulate metrics before, after and in difference, for everyone and by group."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chengce.core.estimate import Estimate
from chengce.core.finding import Finding, Metric
from chengce.core.groups import TOTAL
from chengce.core.text import Lang, Text
from chengce.decisions.changes import Change
from chengce.decisions.compare import Comparison
from chengce.decisions.inequality import ratio_and_gap, summarise
from chengce.decisions.report.numbers import NOBODY, points, rich
from chengce.decisions.report.rich import Rich
from chengce.decisions.report.tables import Cell, Table, capital, table
from chengce.decisions.report.wording import captioned, named, why_not

METRIC = Text("指标", "Metric")
SCENARIO = Text("方案", "Scenario")
BEFORE = Text("方案前", "Before")
AFTER = Text("方案后", "After")
CHANGE = Text("变化", "Difference")
VALUE = Text("数值", "Value")
PEOPLE = Text("人口", "People")
RATIO = Text("最低组与最高组之比", "Ratio of lowest to highest group")
GAP = Text("最高组与最低组之差", "Gap between highest and lowest group")


def metrics_table(
    comparison: Comparison, metrics: Sequence[Metric], what: Text, lang: Lang
) -> Table:
    """Return one row per metric and scenario: before, after, difference, winners, losers.

    The caption, or each row, says whether the numbers are means over people or totals.
    """
    caption = captioned(what, metrics)
    before = comparison.reference.finding.headline()
    several = len(comparison.alternatives) > 1
    columns = [METRIC.get(lang)]
    if not comparison.alternatives:
        single: list[list[Cell]] = [
            [capital(named(m, metrics, lang)), rich(before[m.id], lang, why=why_not(m))]
            for m in metrics
        ]
        return table(caption.get(lang), [*columns, VALUE.get(lang)], single)
    columns += [SCENARIO.get(lang)] if several else []
    columns += [t.get(lang) for t in (BEFORE, AFTER, CHANGE, Text("受益人口", "People who gain"),
                                      Text("受损人口", "People who lose"))]  # fmt: skip
    rows: list[list[Cell]] = []
    afters = [s.finding.headline() for s in comparison.alternatives]
    differences = comparison.differences()
    for metric in metrics:
        for k, state in enumerate(comparison.alternatives):
            row: list[Cell] = [capital(named(metric, metrics, lang))]
            row += [state.scenario.title.get(lang)] if several else []
            row += [
                rich(before[metric.id], lang, why=why_not(metric)),
                rich(afters[k][metric.id], lang, why=why_not(metric)),
                rich(differences[k][metric.id], lang, signed=True, why=why_not(metric)),
                *(rich(comparison.changes[k][metric.id].people[v], lang) for v in ("gain", "loss")),
            ]
            rows.append(row)
    return table(caption.get(lang), columns, rows, text=(0, 1) if several else (0,))


def groups_table(
    comparison: Comparison, metric: Metric, index: int | None, lang: Lang
) -> Table | None:
    """Return one row per group, then everyone, ratio and gap; `index` None: the reference alone.

    None where the run has no groups, and for a total of places.
    """
    before = comparison.reference.finding
    if before.dimension == TOTAL or len(before.groups) < 2 or metric.of == "place":
        return None
    after = before if index is None else comparison.alternatives[index].finding
    counted = after.counted(metric.id)
    people = np.concatenate([counted.sum(axis=1), counted.sum(axis=(1, 2))[:, None]], axis=1)
    title = capital(metric.title.get(lang))
    columns = [
        Text("人群", "Group"),
        PEOPLE,
        *((VALUE,) if index is None else (BEFORE, AFTER, CHANGE)),
    ]
    rows: list[list[Cell]] = []
    for g, group in enumerate(before.rows()):
        row: list[Cell] = [capital(group.title.get(lang)), _count(people[:, g], after, lang)]
        row.append(_mean(before.by_group(metric.id)[:, g], metric, before, lang))
        if index is not None:
            row.append(_mean(after.by_group(metric.id)[:, g], metric, after, lang))
            change = comparison.changes[index][metric.id]
            row.append(_mean(change.by_group[:, g], metric, after, lang, signed=True))
            row += [rich(s, lang, why=NOBODY) for s in _shares(change, after, g)]
        rows.append(row)
    blank = [""] * (0 if index is None else 2)
    for name, title_ in (("ratio", RATIO), ("gap", GAP)):
        cells: list[Cell] = [title_.get(lang), "", _inequality(before, metric, name, lang)]
        if index is not None:
            cells.append(_inequality(after, metric, name, lang))
            cells.append(_inequality_change(before, after, metric, name, lang))
        rows.append([*cells, *blank])
    if index is not None:
        columns += [Text("受益者占比", "Share who gain"), Text("受损者占比", "Share who lose")]
        if len(comparison.alternatives) > 1:
            title += f"（{comparison.alternatives[index].scenario.title.zh}）" if lang == "zh" else (
                f" ({comparison.alternatives[index].scenario.title.en})")  # fmt: skip
    everyone = len(before.rows()) - 1
    return table(title, [c.get(lang) for c in columns], rows, strong=(everyone,))


def _count(draws: np.ndarray, finding: Finding, lang: Lang) -> Rich:
    return rich(Estimate.from_draws(draws, "people", finding.sources), lang)


def _mean(
    draws: np.ndarray, metric: Metric, finding: Finding, lang: Lang, *, signed: bool = False
) -> Rich:
    return rich(
        Estimate.from_draws(draws, metric.unit, finding.sources), lang, signed=signed, why=NOBODY
    )


def _shares(change: Change, after: Finding, group: int) -> list[Estimate]:
    """Return the shares of a group's people who gain and who lose; the last row is everyone."""
    counted = after.counted(change.metric.id)
    everyone = group >= counted.shape[2]
    chosen = slice(None) if everyone else slice(group, group + 1)
    people, verdicts = counted[:, :, chosen], change.verdicts[:, chosen]
    out = []
    for verdict in ("gain", "loss"):
        part = np.where(verdicts == verdict, people, 0.0).sum(axis=(1, 2))
        with np.errstate(invalid="ignore", divide="ignore"):
            share = 100.0 * part / people.sum(axis=(1, 2))
        out.append(Estimate.from_draws(share, "%", after.sources))
    return out


def _inequality(finding: Finding, metric: Metric, name: str, lang: Lang) -> Rich:
    found = summarise(finding, metric.id)[name]
    return rich(replace(found, unit=points(found.unit, lang)), lang)


def _inequality_change(
    before: Finding, after: Finding, metric: Metric, name: str, lang: Lang
) -> Rich:
    pairs = ratio_and_gap(before, metric.id), ratio_and_gap(after, metric.id)
    assert pairs[0] is not None
    assert pairs[1] is not None
    row, unit = (0, "ratio") if name == "ratio" else (1, metric.unit)
    with np.errstate(invalid="ignore"):
        draws = pairs[1][row] - pairs[0][row]
    return rich(Estimate.from_draws(draws, unit, after.sources), lang, signed=True)
