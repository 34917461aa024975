"""List the places where the change, or the value, is largest and smallest."""

import numpy as np

from chengce.city.city import City
from chengce.core.estimate import Estimate
from chengce.core.finding import Finding, Metric
from chengce.core.text import Lang, Text
from chengce.decisions.compare import State
from chengce.decisions.maps.place_values import PlaceValues, differences_by_place, values_by_place
from chengce.decisions.report.numbers import rich
from chengce.decisions.report.rich import Rich
from chengce.decisions.report.tables import Cell, Table, capital, table

MOST = 8


def place_names(city: City, places: tuple[str, ...]) -> tuple[str, ...]:
    """Return the name of each place with its id, or the id alone where it has no name."""
    zones = city.table("zones")
    names = {}
    if "name" in zones.columns:
        known = zones[zones["name"].notna()]
        names = dict(zip(known["id"].astype(str), known["name"].astype(str), strict=True))
    return tuple(f"{names[p]}（{p}）" if names.get(p, p) != p else p for p in places)


def largest_changes(
    names: tuple[str, ...],
    metric: Metric,
    before: Finding,
    state: State,
    lang: Lang,
    *,
    named: bool,
) -> list[Table]:
    """Return one table of the largest gains and one of the largest losses; `named`: say by which."""
    after = state.finding
    change = differences_by_place(before, after, metric.id)
    old, new = values_by_place(before, metric.id), values_by_place(after, metric.id)
    heads = {
        "gain": Text("受益最大的分区", "places that gain most"),
        "loss": Text("受损最大的分区", "places that lose most"),
    }
    out = []
    for verdict, head in heads.items():
        chosen = np.flatnonzero(change.state == verdict)
        order = chosen[np.lexsort((chosen, -np.abs(change.value[chosen])))][:MOST]
        rows = [
            [names[i], _people(change, i, after, lang), rich(old.estimate(i), lang), rich(new.estimate(i), lang),
             rich(change.estimate(i), lang, signed=True)]
            for i in order.tolist()
        ]  # fmt: skip
        columns = [Text("分区", "Place"), Text("人口", "People"), Text("方案前", "Before"),
                   Text("方案后", "After"), Text("变化", "Difference")]  # fmt: skip
        title = f"{capital(metric.title.get(lang))}{_dash(lang)}{head.get(lang)}"
        title += f"，{state.scenario.title.get(lang)}" if named else ""
        if len(chosen) > MOST:
            title += (
                f"（{len(chosen)} 个中的 {MOST} 个）"
                if lang == "zh"
                else f" ({MOST} of {len(chosen)})"
            )
        out.append(_or_none(title, columns, rows, lang))
    return out


def worst_places(
    names: tuple[str, ...], metric: Metric, finding: Finding, lang: Lang
) -> list[Table]:
    """Return the places worst placed in one state: not reached first, then by value."""
    values = values_by_place(finding, metric.id)
    known = np.flatnonzero(np.isin(values.state, ("known", "unreached")))
    sign = 1.0 if metric.better == "more" else -1.0
    people = np.median(values.people, axis=0)
    order = known[np.lexsort((known, -people[known], sign * values.value[known]))][:MOST]
    rows = [
        [names[i], _people(values, i, finding, lang), rich(values.estimate(i), lang)]
        for i in order.tolist()
    ]
    columns = [Text("分区", "Place"), Text("人口", "People"), Text("数值", "Value")]
    head = Text("水平最低的分区", "places worst placed")
    return [
        _or_none(
            f"{capital(metric.title.get(lang))}{_dash(lang)}{head.get(lang)}", columns, rows, lang
        )
    ]


def _or_none(title: str, columns: list[Text], rows: list[list[Cell]], lang: Lang) -> Table:
    note = "" if rows else Text("没有这样的分区。", "There is no such place.").get(lang)
    return table(title, [c.get(lang) for c in columns], rows, note=note)


def _people(values: PlaceValues, index: int, finding: Finding, lang: Lang) -> Rich:
    draws = values.people[:, index]
    return rich(Estimate.from_draws(draws, "people", finding.sources), lang)


def _dash(lang: Lang) -> str:
    return "：" if lang == "zh" else ": "
