"""Sort places into the classes of a map: a colour and a range each, and what is not a number."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.core.text import Text
from chengce.decisions.maps import palette
from chengce.decisions.maps.breaks import Breaks, span
from chengce.decisions.maps.place_values import PlaceValues

SPECIAL: dict[str, tuple[str, Text]] = {
    "unreached": ("u", Text("不可达", "not reached")),
    "unknown": ("x", Text("无法评价", "not evaluable")),
    "nobody": ("e", Text("无人口", "no people")),
}
NO_CHANGE = Text("无明显变化", "no clear change")
BOTH_UNREACHED = Text("前后均不可达", "not reached before or after")


@dataclass(frozen=True)
class Scheme:
    """The classes of a map in legend order: CSS class, colour ("" = drawn by the style), label."""

    marks: tuple[str, ...]
    colours: tuple[str, ...]
    labels: tuple[Text, ...]
    breaks: Breaks
    diverging: bool

    def assign(self, values: PlaceValues) -> NDArray[np.str_]:
        """Return the CSS class of each place."""
        if self.diverging:
            return _changes(values, self.breaks)
        better_more = values.metric.better == "more"
        found = self.breaks.classify(values.value)
        last = len(self.breaks) - 1
        shade = found if better_more else last - found
        out = np.char.add("s", shade.astype("<U2"))
        return _special(values, np.where(values.state == "known", out, "x"))


def value_scheme(breaks: Breaks, better: str) -> Scheme:
    """Return the classes of a state; the darker the better placed."""
    colours = palette.sequence(len(breaks))
    shades = range(len(breaks)) if better == "more" else range(len(breaks) - 1, -1, -1)
    labels = [breaks.label(i) for i in range(len(breaks))]
    return Scheme(
        marks=(*(f"s{s}" for s in shades), *(mark for mark, _ in SPECIAL.values())),
        colours=(*(colours[s] for s in shades), "", "", ""),
        labels=(*labels, *(label for _, label in SPECIAL.values())),
        breaks=breaks,
        diverging=False,
    )


def change_scheme(breaks: Breaks, better: str) -> Scheme:
    """Return the classes of a difference, from the largest loss over 0 to the largest gain."""
    sizes = range(len(breaks))
    shades = _shades(len(breaks))
    up = better == "more"
    losses = [
        (f"l{shades[i]}", palette.LOSS[shades[i]], _signed(breaks, i, not up))
        for i in reversed(sizes)
    ]
    gains = [(f"g{shades[i]}", palette.GAIN[shades[i]], _signed(breaks, i, up)) for i in sizes]
    middle = ("n", palette.NO_CLEAR_CHANGE, NO_CHANGE)
    rest = [(mark, "", BOTH_UNREACHED if state == "unreached" else label)
            for state, (mark, label) in SPECIAL.items()]  # fmt: skip
    marks, colours, labels = zip(*losses, middle, *gains, *rest, strict=True)
    return Scheme(marks, colours, labels, breaks, diverging=True)


def _shades(classes: int) -> tuple[int, ...]:
    return {0: (), 1: (1,), 2: (0, 2)}.get(classes, (0, 1, 2))


def _signed(breaks: Breaks, index: int, up: bool) -> Text:
    low, high = breaks.edges[index], breaks.edges[index + 1]
    return span(low, high, signed=True) if up else span(-high, -low, signed=True)


def _changes(values: PlaceValues, breaks: Breaks) -> NDArray[np.str_]:
    shades = np.array([*_shades(len(breaks)), -1])
    size = np.minimum(np.abs(values.value), 1e300)
    shade = shades[breaks.classify(size)].astype("<U2") if len(breaks) else np.full(size.shape, "0")
    out = np.full(values.value.shape, "n", dtype="<U3")
    for state, letter in (("gain", "g"), ("loss", "l")):
        chosen = values.state == state
        out[chosen] = np.char.add(letter, shade)[chosen]
    return _special(values, out)


def _special(values: PlaceValues, out: NDArray[np.str_]) -> NDArray[np.str_]:
    marks = out.astype("<U3")
    for state, (mark, _) in SPECIAL.items():
        marks[values.state == state] = mark
    return marks
