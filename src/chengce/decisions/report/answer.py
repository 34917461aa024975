"""Say the answer in sentences that hold no more than the numbers do."""

from chengce.core.estimate import Estimate
from chengce.core.finding import Metric
from chengce.core.text import LANGUAGES, Lang, Text
from chengce.core.units import quantity
from chengce.decisions.changes import CLEAR, Change
from chengce.decisions.compare import Comparison, State
from chengce.decisions.report.numbers import plain, points
from chengce.decisions.report.wording import in_passing, named, why_not


def answer(comparison: Comparison, metrics: tuple[Metric, ...]) -> tuple[Text, ...]:
    """Return one paragraph per scenario; without scenarios, one that states the reference."""
    if not comparison.alternatives:
        return (_state(comparison, metrics),)
    pairs = zip(comparison.alternatives, comparison.changes, strict=True)
    return tuple(_paragraph(comparison, s, changes, metrics) for s, changes in pairs)


def _state(comparison: Comparison, metrics: tuple[Metric, ...]) -> Text:
    found = comparison.reference.finding.headline()
    name = comparison.reference.scenario.title
    parts = {
        lang: [
            named(m, metrics, lang) + _is(lang) + plain(found[m.id], lang, why=why_not(m))
            for m in metrics
        ]
        for lang in LANGUAGES
    }
    said = in_passing(metrics)
    zh, en = (f"{said.zh}，", f"{said.en}, ") if said.zh else ("", "")
    return Text(
        f"“{name.zh}”下，{zh}{'；'.join(parts['zh'])}。本次未比较方案。",
        f"In “{name.en}”, {en}{'; '.join(parts['en'])}. No scenario is compared in this run.",
    )


def _paragraph(
    comparison: Comparison, state: State, changes: dict[str, Change], metrics: tuple[Metric, ...]
) -> Text:
    reference = comparison.reference.scenario.title
    said = in_passing(metrics)
    zh, en = (f"，{said.zh}", f", {said.en}") if said.zh else ("", "")
    head = Text(
        f"“{state.scenario.title.zh}”与“{reference.zh}”相比{zh}：",
        f"“{state.scenario.title.en}” compared with “{reference.en}”{en}: ",
    )
    before, after = comparison.reference.finding.headline(), state.finding.headline()
    sentences = []
    for metric in metrics:
        change = changes[metric.id]
        difference = Estimate.from_draws(
            change.by_group[:, -1], metric.unit, comparison.reference.finding.sources
        )
        names = Text(*(named(metric, metrics, lang) for lang in LANGUAGES))
        values = (before[metric.id], after[metric.id], difference)
        sentences.append(_sentence(names, values, change))
    return Text(
        head.zh + "".join(s.zh for s in sentences),
        head.en
        + " ".join(s.en[:1].upper() + s.en[1:] if i else s.en for i, s in enumerate(sentences)),
    )


def _sentence(name: Text, values: tuple[Estimate, Estimate, Estimate], change: Change) -> Text:
    before, after, difference = values
    why = why_not(change.metric)
    of_people = change.metric.of == "people"
    zh, en = (
        {
            "name": name.get(lang),
            "before": plain(before, lang, why=why),
            "after": plain(after, lang, why=why),
            "change": plain(difference, lang, signed=True, why=why),
            "gain": plain(change.people["gain"], lang),
            "loss": plain(change.people["loss"], lang),
            "none": plain(change.people["none"], lang),
        }
        for lang in LANGUAGES
    )
    if difference.value != difference.value and not of_people:
        return Text(f"{zh['name']}无法评价。", f"{en['name']}: not evaluable.")
    if difference.value != difference.value:
        return Text(
            f"{zh['name']}无法评价（没有可计入的人口）。",
            f"{en['name']}: not evaluable (no people to count).",
        )
    if difference.low == difference.high == 0:
        body = Text(
            f"{zh['name']}没有变化，仍为 {zh['before']}。",
            f"{en['name']}: no change, still {en['before']}.",
        )
    else:
        unsure = difference.low <= 0 <= difference.high
        doubt = Text(
            "，区间含 0，总体增减不能确定",
            "; the interval holds 0, so the direction overall is not certain",
        )
        tail = doubt if unsure else Text("", "")
        body = Text(
            f"{zh['name']}由 {zh['before']}变为 {zh['after']}，变化 {zh['change']}{tail.zh}。",
            f"{en['name']}: {en['before']} before, {en['after']} after, a change of {en['change']}{tail.en}.",
        )
    people = (
        Text(
            f"其中受益 {zh['gain']}，受损 {zh['loss']}，无明显变化 {zh['none']}。",
            f"{en['gain']} gain, {en['loss']} lose, {en['none']} see no clear change.",
        )
        if of_people
        else Text(
            f"按所在分区计，好转 {zh['gain']}，变差 {zh['loss']}，无明显变化 {zh['none']}。",
            f"{en['gain']} live where it gets better, {en['loss']} where it gets worse, "
            f"{en['none']} where there is no clear change.",
        )
    )
    return Text(body.zh + people.zh, f"{body.en} {people.en}")


def threshold_note(metric: Metric) -> Text:
    """Say what counts as a gain or a loss for a metric."""
    zh, en = (_least(metric, lang) for lang in LANGUAGES)
    return Text(
        f"{metric.title.zh}：{zh}，且至少 {CLEAR:.0%} 的抽样方向一致，才计为受益或受损。",
        f"{_capital(metric.title.en)}: a change counts as a gain or a loss if {en} and at least "
        f"{CLEAR:.0%} of the draws agree in sign.",
    )


def _least(metric: Metric, lang: Lang) -> str:
    parts = []
    if metric.threshold > 0:
        size = quantity(metric.threshold, points(metric.unit, lang), lang)
        parts.append(f"变化不小于 {size}" if lang == "zh" else f"it is at least {size}")
    if metric.threshold_share > 0:
        percent = f"{metric.threshold_share * 100:.3g}%"
        parts.append(
            f"变化不小于原值的 {percent}"
            if lang == "zh"
            else f"it is at least {percent} of the value before"
        )
    if not parts:
        parts.append("变化不为 0" if lang == "zh" else "it is not 0")
    return ("且" if lang == "zh" else " and ").join(parts)


def _is(lang: Lang) -> str:
    return "为 " if lang == "zh" else ": "


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
