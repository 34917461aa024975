"""Print numbers with interval and unit, or a dash with the reason why there is none."""

import math
from dataclasses import replace

from chengce.core.estimate import Estimate
from chengce.core.text import Lang, Text
from chengce.core.units import number, unit_name
from chengce.decisions.report.rich import Rich

NOT_REACHED = Text("不可达", "not reached")
NOBODY = Text("无人口", "no people")
POINTS = Text("个百分点", "pp")
NOT_EVALUABLE = Text("无法评价", "not evaluable")


def points(unit: str, lang: Lang) -> str:
    """Return the unit of a difference: between percentages it is the percentage point."""
    return POINTS.get(lang) if unit == "%" else unit


def plain(
    estimate: Estimate, lang: Lang, *, signed: bool = False, why: Text = NOT_EVALUABLE
) -> str:
    """Return `Estimate.show`, with words for what is not a number: — and why, not reached.

    A signed number is a difference: of percentages it is printed in percentage points.
    """
    if signed:
        estimate = replace(estimate, unit=points(estimate.unit, lang))
    if math.isnan(estimate.value):
        return f"—（{why.zh}）" if lang == "zh" else f"— ({why.en})"
    ends = (estimate.low, estimate.value, estimate.high)
    if all(math.isfinite(v) for v in ends):
        return estimate.show(lang, signed=signed)
    head = _word(estimate.value, lang, signed)
    if math.isfinite(estimate.value):
        head += _gap(estimate.unit, lang) + unit_name(estimate.unit, lang)
    if ends[0] == ends[2]:
        return head
    between = (" 至 " if lang == "zh" else " to ").join(
        _word(v, lang, signed) for v in (ends[0], ends[2])
    )
    return head + (f"（{between}）" if lang == "zh" else f" ({between})")


def rich(
    estimate: Estimate, lang: Lang, *, signed: bool = False, why: Text = NOT_EVALUABLE
) -> Rich:
    """Return the same text with the interval set apart, for a table's cell."""
    text = plain(estimate, lang, signed=signed, why=why)
    cut = text.find("（" if lang == "zh" else " (")
    if cut < 0:
        return Rich.of((text, "value"))
    return Rich.of((text[:cut], "value"), (text[cut:], "interval"))


def _word(value: float, lang: Lang, signed: bool) -> str:
    if math.isinf(value):
        return NOT_REACHED.get(lang) if value > 0 else "−∞"
    return number(value, signed=signed)


def _gap(unit: str, lang: Lang) -> str:
    return "" if lang == "zh" or unit == "%" else " "
