"""Place degrees along the frame of a map, and say its scale as a ratio."""

import math
from dataclasses import dataclass

from chengce.core.text import Text
from chengce.core.units import number
from chengce.decisions.maps.projection import Sheet, scale_bar

_STEPS_S = (
    1,
    2,
    5,
    10,
    20,
    30,
    60,
    120,
    300,
    600,
    1200,
    1800,
    3600,
    7200,
    18000,
    36000,
)  # arc seconds
_MOST = 6  # ticks along an edge
_BAR_SHARE = 0.2
_LAST = 0.94  # of an edge: beyond it there is no room for a label

Ticks = tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Scale:
    """A scale bar: its length in mm, what stands at its start, middle and end, and the ratio."""

    bar_mm: float
    labels: tuple[str, str, str]
    ratio: Text


def ticks(sheet: Sheet) -> tuple[Ticks, Ticks]:
    """Return ticks along the lower and the left edge: part of the edge (from the top left), label."""
    west, south, east, north = sheet.bounds
    across = [((lon - west) / (east - west), _degrees(lon, "E", "W")) for lon in _round(west, east)]
    down = [
        ((north - lat) / (north - south), _degrees(lat, "N", "S")) for lat in _round(south, north)
    ]
    return tuple(t for t in across if t[0] < _LAST), tuple(t for t in down if t[0] < _LAST)


def scale(sheet: Sheet, width_mm: float) -> Scale:
    """Return the scale of a sheet shown so wide; it is true along its middle latitude."""
    metres, units = scale_bar(sheet, _BAR_SHARE)
    unit = Text("公里", "km") if metres >= 1000 else Text("米", "m")
    size = metres / 1000 if metres >= 1000 else metres
    of = float(f"{sheet.unit_m * sheet.width / (width_mm / 1000):.3g}")
    ratio = Text(f"约 1∶{of:,.0f}（图幅中央纬线）", f"about 1 : {of:,.0f} (at the middle latitude)")
    return Scale(
        bar_mm=units * width_mm / sheet.width,
        labels=("0", number(size / 2), f"{number(size)} {unit.en}"),
        ratio=ratio,
    )


def _round(low: float, high: float) -> list[float]:
    """Return round degrees strictly between two, at most `_MOST` or a few more."""
    span = (high - low) * 3600
    step = next((s for s in _STEPS_S if span / s <= _MOST), _STEPS_S[-1])
    first = math.floor(low * 3600 / step) + 1
    last = math.ceil(high * 3600 / step) - 1
    return [k * step / 3600 for k in range(first, last + 1)]


def _degrees(value: float, plus: str, minus: str) -> str:
    seconds = round(abs(value) * 3600)
    degree, rest = divmod(seconds, 3600)
    minute, second = divmod(rest, 60)
    text = f"{degree}°{minute:02d}′" + (f"{second:02d}″" if second else "")
    return text + (plus if value >= 0 else minus)
