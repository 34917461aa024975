"""Find metrics that differ by a limit alone, as clinic_5, clinic_10 and clinic_15, and tabulate them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chengce.core.finding import Metric
from chengce.core.text import Lang, Text
from chengce.decisions.compare import Comparison
from chengce.decisions.report.numbers import NOBODY, rich
from chengce.decisions.report.rich import BREAK, Rich
from chengce.decisions.report.tables import Cell, Table, capital, table
from chengce.decisions.report.words import WORDS

_ID = re.compile(r"(.+)_(\d+)")
_STOPS = " ：:，,"
_LEAST = 2  # characters in common that say too little for a caption


@dataclass(frozen=True)
class Family:
    """Metrics of one stem, by limit ascending."""

    stem: str
    limits: tuple[int, ...]
    metrics: tuple[Metric, ...]

    def template(self, lang: Lang) -> str:
        """Return the title with the limit replaced by N."""
        return _general(self.metrics[0].title.get(lang), self.limits[0])


def families(metrics: Sequence[Metric]) -> tuple[Family, ...]:
    """Return the stems that have at least two limits in one unit, in the order of the metrics.

    Totals of places have no limit.
    """
    found: dict[tuple[str, str], dict[int, Metric]] = {}
    for metric in metrics:
        match = _ID.fullmatch(metric.id)
        if match and metric.of == "people":
            found.setdefault((match[1], metric.unit), {})[int(match[2])] = metric
    return tuple(
        Family(stem, tuple(sorted(by)), tuple(by[n] for n in sorted(by)))
        for (stem, _), by in found.items()
        if len(by) > 1
    )


def alike(found: Sequence[Family]) -> list[list[Family]]:
    """Return families that share a table: those with one unit, set of limits and people counted."""
    together: dict[tuple[str, str | None, tuple[int, ...]], list[Family]] = {}
    for family in found:
        first = family.metrics[0]
        together.setdefault((first.unit, first.among, family.limits), []).append(family)
    return list(together.values())


def matrices(comparison: Comparison, found: Sequence[Family], lang: Lang) -> list[Table]:
    """Return a table per kind of family: a row per stem, a column per limit."""
    return [_matrix(comparison, part, lang) for part in alike(found)]


def definitions(
    metrics: Sequence[Metric], found: Sequence[Family], lang: Lang
) -> list[tuple[str, str]]:
    """Return title and definition of each metric; those of a family once, with N for the limit."""
    family_of = {m.id: f for f in found for m in f.metrics}
    out: dict[str, tuple[str, str]] = {}
    for metric in metrics:
        family = family_of.get(metric.id)
        if family is None:
            out[metric.id] = capital(metric.title.get(lang)), metric.definition.get(lang)
        else:
            first, limit = family.metrics[0], family.limits[0]
            title, text = (_general(x.get(lang), limit) for x in (first.title, first.definition))
            out[family.stem + first.unit] = capital(title), text
    return list(out.values())


def _general(text: str, limit: int) -> str:
    """Return a text with the limit replaced by N."""
    return re.sub(rf"(?<!\d){limit}(?!\d)", "N", text, count=1)


def _matrix(comparison: Comparison, part: list[Family], lang: Lang) -> Table:
    names, caption = row_names([f.template(lang) for f in part])
    limits = part[0].limits
    states = [comparison.reference, *comparison.alternatives]
    headlines = [s.finding.headline() for s in states]
    differences = comparison.differences()
    rows: list[list[Cell]] = []
    for name, family in zip(names, part, strict=True):
        for k, state in enumerate(states):
            cells: list[Cell] = []
            for metric in family.metrics:
                cell = rich(headlines[k][metric.id], lang, why=NOBODY)
                if k:
                    change = rich(differences[k - 1][metric.id], lang, signed=True, why=NOBODY)
                    word = Text("变化", "change").get(lang)
                    cell = Rich.of(cell, BREAK, (f"{word} {change}", "change"))
                cells.append(cell)
            shown = capital(name) if k == 0 else ""
            rows.append(
                [shown, *([state.scenario.title.get(lang)] if len(states) > 1 else []), *cells]
            )
    columns = ["", *([Text("方案", "Scenario").get(lang)] if len(states) > 1 else [])]
    columns += [f"N = {limit}" for limit in limits]
    text = (0, 1) if len(states) > 1 else (0,)
    return table(capital(caption or WORDS["limits"].get(lang)), columns, rows, text=text)


def row_names(titles: Sequence[str]) -> tuple[list[str], str]:
    """Return a short name per title and what the titles have in common, cut at whole words.

    What holds the limit N goes before what does not, an ending before a beginning. One title is
    its own name and caption; titles with nothing in common keep their names, and share "".
    """
    if len(titles) == 1:
        return list(titles), titles[0]
    found = []
    for at_end in (True, False):
        turned = [t[::-1] for t in titles] if at_end else list(titles)
        size = _common(turned)
        shared = titles[0][len(titles[0]) - size :] if at_end else titles[0][:size]
        names = [(t[: len(t) - size] if at_end else t[size:]).strip(_STOPS) for t in titles]
        if len(shared) > _LEAST and all(names):
            found.append((names, shared.strip(_STOPS)))
    return next(
        (f for f in found if re.search(r"\bN\b", f[1], re.ASCII)),
        found[0] if found else (list(titles), ""),
    )


def _common(texts: Sequence[str]) -> int:
    """Return how many characters all texts begin with, cut back so that no Latin word is split."""
    first, last = min(texts), max(texts)
    size = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first)
    )
    while (
        size
        and _inside_word(first[size - 1])
        and any(_inside_word(t[size : size + 1]) for t in texts)
    ):
        size -= 1
    return size


def _inside_word(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
