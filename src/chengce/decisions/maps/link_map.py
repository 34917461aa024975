"""Draw flows and their changes on streets, and count what each class of the legend holds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.core.text import Text
from chengce.decisions.link_changes import LINK_VERDICTS, LinkChange
from chengce.decisions.maps.breaks import Breaks, change_breaks, span, value_breaks
from chengce.decisions.maps.link_lines import Drawn, band_path, middle_path, most_first, widths

Floats = NDArray[np.float64]
CLASSES = 5
OPEN = "lo"
PLAIN = "ln"
NO_FLOW = Text("数值为 0", "zero")
OPEN_VALUE = Text("平衡解不唯一，数值未定", "open: equilibrium not unique")


@dataclass(frozen=True)
class LinkClass:
    """A row of the legend: CSS class, width of its sample, label, how many links and km it holds."""

    mark: str
    width: float
    label: Text
    links: int
    km: float


@dataclass(frozen=True)
class LinkMap:
    """A map's bands as SVG, its legend, and how many links are not drawn: too many, off the sheet."""

    svg: str
    classes: tuple[LinkClass, ...]
    left_out: int
    off_sheet: int


@dataclass(frozen=True)
class Scale:
    """What maps that belong together share: classes, the value drawn widest, and how wide that is."""

    breaks: Breaks
    top: float
    widest: float


def value_scale(values: Floats, most: float) -> Scale:
    """Return the scale of a state's values, flat; classes hold about equal sums, not equal counts."""
    flowing = values[values > 0]
    breaks = value_breaks(flowing, flowing, classes=CLASSES)
    return Scale(breaks, float(flowing.max(initial=0.0)), most)


def change_scale(changes: Sequence[LinkChange], most: float) -> Scale:
    """Return the scale of differences: the same on both sides of 0 and for every scenario."""
    clear = [c.spans[2][1][np.isin(c.verdicts, ("more", "less"))] for c in changes]
    sizes = np.abs(np.concatenate(clear)) if clear else np.array([])
    return Scale(change_breaks(sizes, sizes), float(sizes.max(initial=0.0)), most)


def value_map(
    drawn: Drawn, values: Floats, determined: NDArray[np.bool_], scale: Scale, *, most_points: int
) -> LinkMap:
    """Return the map of a state: width and shade by value; open values dashed, zero thin and grey."""
    count = len(scale.breaks)
    shade = np.char.add("lf", _shades(count)[scale.breaks.classify(values)].astype("<U2"))
    marks = np.where(values > 0, np.where(determined, shade, OPEN), PLAIN).astype("<U4")
    legend = [
        (f"lf{s}", _sample(scale, i), scale.breaks.label(i))
        for i, s in enumerate(_shades(count)[:-1])
    ]
    legend += [(PLAIN, 0.0, NO_FLOW), (OPEN, 0.0, OPEN_VALUE)]
    chosen = most_first(drawn, values, most_points)
    return _map(drawn, marks, widths(values, scale.top, scale.widest), chosen, legend)


def change_map(drawn: Drawn, change: LinkChange, scale: Scale, *, most_points: int) -> LinkMap:
    """Return the map of a difference: clear changes in colour, open ones dashed, the rest thin."""
    size = np.abs(change.spans[2][1])
    count = len(scale.breaks)
    shade = _shades(count, 3)[scale.breaks.classify(size)].astype("<U2")
    marks = np.full(size.shape, PLAIN, dtype="<U4")
    for verdict, letter in (("more", "lm"), ("less", "ll")):
        here = change.verdicts == verdict
        marks[here] = np.char.add(letter, shade[here])
    marks[change.verdicts == "open"] = OPEN
    shades = list(enumerate(_shades(count, 3)[:-1]))
    edges = scale.breaks.edges
    legend = [
        (f"lm{s}", _sample(scale, i), span(edges[i], edges[i + 1], signed=True))
        for i, s in reversed(shades)
    ]
    legend += [(PLAIN, 0.0, LINK_VERDICTS["none"]), (OPEN, 0.0, LINK_VERDICTS["open"])]
    legend += [
        (f"ll{s}", _sample(scale, i), span(-edges[i + 1], -edges[i], signed=True))
        for i, s in shades
    ]
    most = 1.0 + float(
        max(size.max(initial=0.0), change.after.max(initial=0.0), change.before.max(initial=0.0))
    )
    usual = np.maximum(change.spans[0][1], change.spans[1][1])
    clear = np.isin(change.verdicts, ("more", "less"))
    first = np.where(clear, size + 2 * most, np.where(change.determined, usual, size + most))
    return _map(
        drawn,
        marks,
        widths(size, scale.top, scale.widest),
        most_first(drawn, first, most_points),
        legend,
    )


def _map(
    drawn: Drawn, marks: NDArray[np.str_], wide: Floats, chosen: NDArray[np.bool_],
    legend: list[tuple[str, float, Text]],
) -> LinkMap:  # fmt: skip
    paths = []
    for mark in (PLAIN, OPEN):
        here = chosen & (marks == mark)
        if here.any():
            paths.append(f'<path class="{mark}" d="{middle_path(drawn.lines[here])}"/>')
    banded = chosen & ~np.isin(marks, (PLAIN, OPEN))
    for width in np.unique(wide[banded]):
        for mark in np.unique(marks[banded & (wide == width)]):
            here = banded & (wide == width) & (marks == mark)
            path = band_path(drawn.lines[here], float(width))
            paths.append(f'<path class="bd {mark}" stroke-width="{width:g}" d="{path}"/>')
    classes = [
        LinkClass(
            mark,
            width,
            label,
            int((marks == mark).sum()),
            float(drawn.length_km[marks == mark].sum()),
        )
        for mark, width, label in legend
    ]
    return LinkMap(
        svg="".join(paths),
        classes=tuple(c for c in classes if c.links or c.mark not in (PLAIN, OPEN)),
        left_out=int((drawn.on_sheet & ~chosen).sum()),
        off_sheet=int((~drawn.on_sheet).sum()),
    )


def _sample(scale: Scale, index: int) -> float:
    """Return the width of a class in the legend: at its middle, or where it has none at its start."""
    if scale.breaks.single:
        middle = scale.breaks.single[index]
    else:
        low, high = scale.breaks.edges[index : index + 2]
        middle = (low + high) / 2 if np.isfinite(high) else low
    return float(widths(np.array([middle]), scale.top, scale.widest)[0])


def _shades(count: int, most: int = CLASSES) -> NDArray[np.int64]:
    """Return `count` shades spread over those there are, and one that no class uses."""
    spread = (
        np.linspace(0, most - 1, count).round().astype(np.int64)
        if count > 1
        else [most // 2] * count
    )
    return np.array([*spread, -1], dtype=np.int64)
