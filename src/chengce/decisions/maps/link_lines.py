"""Lay links out as bands: on the right of their way, as wide as their value."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.decisions.maps.path import paths_data
from chengce.decisions.maps.projection import Sheet

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
WIDEST = (55.0, 130.0)  # drawing units: 6 to 14 px on a screen, the less the closer the streets
NARROWEST = 9.0
STEPS = 26  # widths told apart
GAP = 3.0  # between a street's middle and the bands beside it
_TOLERANCE = 6.0


@dataclass(frozen=True)
class Drawn:
    """Links in drawing units: `lines` simplified, None where off the sheet; `points` of each."""

    lines: Shapes
    points: NDArray[np.int64]
    length_km: Floats

    @property
    def on_sheet(self) -> NDArray[np.bool_]:
        """Tell which links lie on the sheet, at least in part."""
        return self.points > 0

    def middle(self, index: int) -> Floats | None:
        """Return the middle of a link, (x, y), None where it is off the sheet."""
        if not self.points[index]:
            return None
        middle = shapely.line_interpolate_point(self.lines[index], 0.5, normalized=True)
        return np.asarray(shapely.get_coordinates(middle)[0])


def place_links(sheet: Sheet, lines: Shapes) -> Drawn:
    """Return lines in WGS-84 as drawn; those unknown or off the sheet have no points."""
    drawn = sheet.draw(lines)
    length = np.nan_to_num(shapely.length(drawn)) * sheet.unit_m / 1000
    inside = shapely.intersects(drawn, shapely.box(0, 0, sheet.width, sheet.height))
    simple = np.full(len(drawn), None, dtype=object)
    simple[inside] = shapely.simplify(drawn[inside], _TOLERANCE)
    return Drawn(simple, shapely.get_num_coordinates(simple).astype(np.int64), length)


def widest(drawn: Drawn) -> float:
    """Return the width of the widest band: two fifths of a middling link, within limits."""
    lines = drawn.lines[drawn.on_sheet]
    middling = float(np.median(shapely.length(lines))) if len(lines) else 0.0
    return float(np.clip(0.4 * middling, *WIDEST))


def widths(values: Floats, top: float, most: float) -> Floats:
    """Return widths proportional to values, `most` at `top`, in steps; none below `NARROWEST`."""
    share = np.clip(values / top, 0.0, 1.0) if top > 0 else np.zeros_like(values)
    step = most / STEPS
    return np.asarray(np.maximum(np.ceil(share * STEPS) * step, NARROWEST))


def most_first(drawn: Drawn, size: Floats, most_points: int) -> NDArray[np.bool_]:
    """Return the links on the sheet, largest first, that a number of points allows."""
    order = np.lexsort((np.arange(len(size)), -size))
    order = order[drawn.on_sheet[order]]
    fits = np.cumsum(drawn.points[order]) <= most_points
    chosen = np.zeros(len(size), dtype=bool)
    chosen[order[fits]] = True
    return chosen


def band_path(lines: Shapes, width: float) -> str:
    """Return one path of bands of a width: links joined where they go on, set to the right."""
    shifted = shapely.offset_curve(
        _joined(lines), width / 2 + GAP, quad_segs=2, join_style="mitre", mitre_limit=2.0
    )  # y runs downwards: a positive distance is to the right
    return paths_data(shifted[~shapely.is_empty(shifted)])


def middle_path(lines: Shapes) -> str:
    """Return one path of the middles of streets; both directions of a street make one line."""
    return paths_data(_joined(lines, both_ways=True))


def _joined(lines: Shapes, *, both_ways: bool = False) -> Shapes:
    if both_ways:
        lines = np.unique(shapely.to_wkb(shapely.normalize(lines)))
        lines = shapely.from_wkb(lines)
    merged = shapely.line_merge(shapely.multilinestrings(list(lines)), directed=not both_ways)
    return np.asarray(shapely.simplify(shapely.get_parts(merged), _TOLERANCE))
