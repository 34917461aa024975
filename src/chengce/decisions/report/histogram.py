"""Draw how many people see which change, as a histogram."""

from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from chengce.core.estimate import Estimate, percentiles
from chengce.core.finding import Finding, Metric
from chengce.core.text import Lang, Text
from chengce.core.units import number, unit_name
from chengce.decisions.changes import VERDICTS, Change
from chengce.decisions.maps import palette
from chengce.decisions.maps.breaks import nice
from chengce.decisions.report.numbers import plain, points

Floats = NDArray[np.float64]
_W, _H = 680, 256
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 14, 26, 46
_BINS = 16
COLOURS = {"loss": palette.LOSS[1], "none": "#bdbdbd", "gain": palette.GAIN[1], "": "#41b6c4"}


@dataclass(frozen=True)
class Chart:
    """A histogram: SVG, the colours used with their meaning, and who is not on it."""

    svg: str
    keys: tuple[tuple[str, str], ...]
    note: str


def change_histogram(change: Change, after: Finding, lang: Lang) -> Chart | None:
    """Return people by change, winners and losers apart; None if no change is a finite number."""
    values = percentiles(change.cells)[1].reshape(-1)
    people = after.counted(change.metric.id).reshape(after.draws, -1)
    verdicts = change.verdicts.reshape(-1)
    step = _step(values, np.median(people, axis=0), centred=True)
    if step is None:
        return None
    bins, edges = _bins(values, step, centred=True)
    parts = [(v, verdicts == v) for v in ("loss", "none", "gain")]
    label = _axis(Text("变化", "change"), points(change.metric.unit, lang), lang)
    svg = _draw(parts, people, (bins, edges), label, (after, lang))
    keys = tuple((COLOURS[v], VERDICTS[v].get(lang)) for v in ("loss", "none", "gain"))
    out = people[:, verdicts == "unreached"].sum(axis=1)
    return Chart(svg, keys, _note(out, after, VERDICTS["unreached"], lang))


def value_histogram(metric: Metric, finding: Finding, lang: Lang) -> Chart | None:
    """Return people by value in one state; None if no value is a finite number."""
    values = percentiles(finding.values[metric.id])[1].reshape(-1)
    people = finding.counted(metric.id).reshape(finding.draws, -1)
    step = _step(values, np.median(people, axis=0), centred=False)
    if step is None:
        return None
    bins, edges = _bins(values, step, centred=False)
    everyone = np.ones(values.shape, dtype=bool)
    label = _axis(Text("数值", "value"), metric.unit, lang)
    svg = _draw([("", everyone)], people, (bins, edges), label, (finding, lang))
    out = people[:, np.isposinf(values)].sum(axis=1)
    return Chart(svg, (), _note(out, finding, Text("不可达", "not reached"), lang))


def _axis(what: Text, of: str, lang: Lang) -> str:
    unit = unit_name(of, lang)
    return what.get(lang) + ((f"（{unit}）" if lang == "zh" else f" ({unit})") if unit else "")


def _note(out: Floats, finding: Finding, what: Text, lang: Lang) -> str:
    if not out.any():
        return ""
    count = plain(Estimate.from_draws(out, "people", finding.sources), lang)
    if lang == "zh":
        return f"另有 {count}{what.zh}，不在图中。"
    return f"Not shown: {count} {what.en}."


def _step(values: Floats, people: Floats, *, centred: bool) -> float | None:
    """Return a round width of bins, None if there is no number."""
    known = np.isfinite(values) & (people > 0)
    if not known.any():
        return None
    order = np.argsort(values[known])
    total = np.cumsum(people[known][order])
    low, high = (
        values[known][order][np.searchsorted(total, q * total[-1])] for q in (0.005, 0.995)
    )
    if centred:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        return nice(abs(float(high)) / 4 or 1.0)
    return nice((high - low) / _BINS)


def _bins(values: Floats, step: float, *, centred: bool) -> tuple[NDArray[np.int64], Floats]:
    """Return a bin per value (−1 for none) and the edges; at most 24, the ends hold what lies beyond."""
    shift = 0.5 if centred else 0.0
    finite = np.isfinite(values)
    at = np.floor(np.where(finite, values, 0.0) / step + shift + 1e-9).astype(np.int64)
    inner = np.sort(at[finite])
    low, high = (
        int(inner[int(0.005 * (len(inner) - 1))]),
        int(inner[int(np.ceil(0.995 * (len(inner) - 1)))]),
    )
    low, high = (min(low, -2), max(high, 2)) if centred else (low, max(high, low + 4))
    edges = np.asarray((np.arange(low, high + 2) - shift) * step, dtype=np.float64)
    return np.where(finite, np.clip(at, low, high) - low, -1), edges


def _draw(
    parts: list[tuple[str, NDArray[np.bool_]]], people: Floats, bins: tuple[NDArray[np.int64], Floats],
    label: str, told: tuple[Finding, Lang],
) -> str:  # fmt: skip
    bin_of, edges = bins
    finding, lang = told
    count = len(edges) - 1
    tops = np.array([np.median(people[:, bin_of == b].sum(axis=1)) for b in range(count)])
    tick = nice(max(tops.max() / 4, 1e-9))
    ceiling = np.ceil(tops.max() / tick) * tick or 1.0
    wide, tall = (_W - _LEFT - _RIGHT) / count, _H - _TOP - _BOTTOM
    floor = _H - _BOTTOM
    out = []
    for k in range(round(ceiling / tick) + 1):
        y = floor - tall * k * tick / ceiling
        out.append(f'<path class="gl" d="M{_LEFT},{y:.1f}H{_W - _RIGHT}"/>')
        out.append(
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number(k * tick)}</text>'
        )
    for b in range(count):
        y = float(floor)
        for mark, chosen in parts:
            here = people[:, (bin_of == b) & chosen].sum(axis=1)
            height = tall * float(np.median(here)) / ceiling
            if height <= 0:
                continue
            y -= height
            tip = f"{number(edges[b])} – {number(edges[b + 1])}: " + plain(
                Estimate.from_draws(here, "people", finding.sources), lang
            )
            out.append(
                f'<rect x="{_LEFT + b * wide + 0.5:.1f}" y="{y:.1f}" width="{wide - 1:.1f}" '
                f'height="{height:.1f}" fill="{COLOURS[mark]}"><title>{escape(tip)}</title></rect>'
            )
    out += _ticks(edges, wide, floor)
    out.append(
        f'<text x="{(_LEFT + _W - _RIGHT) / 2}" y="{_H - 6}" text-anchor="middle">{escape(label)}</text>'
    )
    what = Text("人口", "people").get(lang)
    return (
        f'<svg class="chart" viewBox="0 0 {_W} {_H}" role="img" aria-label="{escape(label)}"><title>{escape(label)}'
        f'</title>{"".join(out)}<text x="4" y="12">{what}</text></svg>'
    )


def _ticks(edges: Floats, wide: float, floor: int) -> list[str]:
    step = edges[1] - edges[0]
    every = 4 if len(edges) > 18 else 2
    first = float(edges[0])
    ticks = [
        v
        for v in np.arange(np.ceil(first / step), np.floor(edges[-1] / step) + 1)
        if v % every == 0
    ]
    out = []
    for v in ticks:
        x = _LEFT + (v * step - first) / step * wide
        out.append(f'<path class="ax" d="M{x:.1f},{floor}v5"/>')
        out.append(
            f'<text x="{x:.1f}" y="{floor + 18}" text-anchor="middle">{number(float(v * step))}</text>'
        )
    out.append(f'<path class="ax" d="M{_LEFT},{floor}H{_W - _RIGHT}"/>')
    return out
