"""Choose class breaks that a person can read: round numbers, the same before and after."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.core.text import Text
from chengce.core.units import number

Floats = NDArray[np.float64]
_STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Breaks:
    """Edges of classes, ascending; class i holds edges[i] ≤ value < edges[i + 1], the last its end too.

    `single`: where the values are few, each class is one of them and `edges` lie between them.
    """

    edges: tuple[float, ...]
    single: tuple[float, ...] = ()

    def __len__(self) -> int:
        return max(0, len(self.edges) - 1)

    def classify(self, values: Floats) -> NDArray[np.int64]:
        """Return the class of each value; −1 for NaN and infinities, ends beyond the edges included."""
        # a value that rounding put a hair below an edge belongs above it
        found = np.searchsorted(
            np.array(self.edges[1:-1]), values * (1 + np.sign(values) * 1e-9), side="right"
        )
        return np.where(np.isfinite(values), found, -1).astype(np.int64)

    def label(self, index: int) -> Text:
        """Return the range of a class as a person reads it."""
        if self.single:
            only = number(self.single[index])
            return Text(only, only)
        return span(self.edges[index], self.edges[index + 1])


def value_breaks(values: Floats, people: Floats, *, classes: int = 6) -> Breaks:
    """Return breaks for both states: quantiles by people, rounded; equal steps where too few remain.

    `values` and `people` pool every state to be shown, flat; NaN and infinities are left out.
    Up to `classes` distinct values get a class each.
    """
    known = np.isfinite(values) & (people > 0)
    shown, weight = values[known], people[known]
    if not len(shown):
        return Breaks(())
    distinct = np.unique(np.round(shown, 9))
    if len(distinct) <= classes:
        middles = (distinct[:-1] + distinct[1:]) / 2
        return Breaks((-np.inf, *middles.tolist(), np.inf), tuple(distinct.tolist()))
    low, high = float(shown.min()), float(shown.max())
    core = _quantiles(shown, weight, np.array([0.05, 0.95]))
    step = nice((core[1] - core[0]) / (classes * 2) or (high - low) / (classes * 2))
    ends = np.floor(low / step) * step, np.ceil(high / step) * step
    cuts = _quantiles(shown, weight, np.arange(1, classes) / classes)
    inner = _inside(np.round(cuts / step) * step, ends)
    if len(inner) < classes - 2:
        even = nice((ends[1] - ends[0]) / classes)
        inner = _inside(np.union1d(inner, np.arange(ends[0], ends[1], even).round(12)), ends)
        inner = _thin(inner, classes - 1)
    return _without_empty(Breaks((float(ends[0]), *inner.tolist(), float(ends[1]))), shown)


def change_breaks(changes: Floats, people: Floats, *, classes: int = 3) -> Breaks:
    """Return breaks of the size of a change, from 0 up: the same on both sides of 0.

    `changes` are those of places with a clear change, flat. The last class is open.
    """
    known = np.isfinite(changes) & (changes != 0) & (people > 0)
    size, weight = np.abs(changes[known]), people[known]
    if not len(size):
        return Breaks(())
    top = _quantiles(size, weight, np.array([0.95]))[0]
    step = nice(top / (classes * 3))
    cuts = _quantiles(size, weight, np.arange(1, classes) / classes)
    inner = np.unique(np.round(np.maximum(np.round(cuts / step), 1) * step, 12))
    if len(inner) < classes - 1:
        inner = np.unique(np.append(inner, np.round(inner[-1] * np.arange(2, classes), 12)))
        inner = inner[: classes - 1]
    return Breaks((0.0, *inner.tolist(), np.inf))


def span(low: float, high: float, *, signed: bool = False) -> Text:
    """Return a range in words; an infinite end leaves it open."""
    a, b = number(low, signed=signed), number(high, signed=signed)
    if not np.isfinite(high):
        return Text(f"≥ {a}", f"≥ {a}")
    if not np.isfinite(low):
        return Text(f"≤ {b}", f"≤ {b}")
    return Text(f"{a} 至 {b}", f"{a} to {b}")


def nice(size: float) -> float:
    """Return the smallest of 1, 2, 5 × 10^k that is at least `size` (1 if `size` is not positive)."""
    if not size > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(size))
    return float(next(s * power for s in _STEPS if s * power >= size * (1 - 1e-9)))


def _quantiles(values: Floats, weight: Floats, shares: Floats) -> Floats:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    at = np.searchsorted(total, shares * total[-1], side="left")
    return np.asarray(values[order][np.minimum(at, len(values) - 1)])


def _without_empty(breaks: Breaks, shown: Floats) -> Breaks:
    """Return breaks in which every class but the first holds a value: empty ones join the next."""
    held = np.unique(breaks.classify(shown))
    inner = [e for i, e in enumerate(breaks.edges[1:-1]) if i in held or i == 0]
    return Breaks((breaks.edges[0], *inner, breaks.edges[-1]))


def _inside(cuts: Floats, ends: tuple[float, float]) -> Floats:
    found = np.unique(np.round(cuts, 12))
    return found[(found > ends[0]) & (found < ends[1])]


def _thin(cuts: Floats, most: int) -> Floats:
    if len(cuts) <= most:
        return cuts
    return np.asarray(cuts[np.unique(np.linspace(0, len(cuts) - 1, most).round().astype(int))])
