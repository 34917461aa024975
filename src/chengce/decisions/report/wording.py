"""Say whether numbers of the city are means over people or totals."""

from collections.abc import Iterable

from chengce.core.finding import Metric
from chengce.core.text import Lang, Text
from chengce.decisions.report.numbers import NOBODY, NOT_EVALUABLE

MEAN = Text("按人平均", "mean over people")
SUM = Text("全市合计", "total of the city")


def basis(metrics: Iterable[Metric]) -> Text | None:
    """Return what all the metrics are, None where some are means and others totals."""
    kinds = {m.of for m in metrics}
    if kinds == {"place"}:
        return SUM
    return MEAN if kinds <= {"people"} else None


def in_passing(metrics: Iterable[Metric]) -> Text:
    """Return the same for the run of a sentence, empty where each number has to say it."""
    said = basis(metrics)
    if said is None:
        return Text("", "")
    return Text(said.zh, "averaged over people" if said is MEAN else "in total for the city")


def named(metric: Metric, among: Iterable[Metric], lang: Lang) -> str:
    """Return a metric's title; beside metrics of the other kind it says which kind it is."""
    title = metric.title.get(lang)
    if basis(among) is not None:
        return title
    kind = basis([metric]) or MEAN
    return f"{title}（{kind.zh}）" if lang == "zh" else f"{title} ({kind.en})"


def captioned(what: Text, metrics: Iterable[Metric]) -> Text:
    """Return the caption of a table with what all its numbers are."""
    said = in_passing(metrics)
    if not said.zh:
        return what
    return Text(f"{what.zh}（{said.zh}）", f"{what.en}, {said.en}")


def why_not(metric: Metric) -> Text:
    """Return why a number may be missing: no people to average over, or nothing to add up."""
    return NOBODY if metric.of == "people" else NOT_EVALUABLE
