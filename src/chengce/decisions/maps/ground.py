"""Draw the ground under the zones: green, water, the boundary."""

import numpy as np
import shapely

from chengce.city.city import City
from chengce.decisions.maps.path import paths_data
from chengce.decisions.maps.projection import Sheet

_TOLERANCE = 6.0
_SMALLEST = 900.0  # square units: about 3 px across
_WIDE_WATER = 40_000.0  # square units: about 17 px across


def draw_ground(city: City, sheet: Sheet) -> str:
    """Return SVG paths of green, water and boundary, simplified and cut to the sheet."""
    table = city.table("ground")
    out = []
    for kind, mark in (("green", "gg"), ("water", "gw"), ("boundary", "gb")):
        shapes = table.loc[table["kind"] == kind, "geometry"].to_numpy()
        drawn = (
            sheet.clip(sheet.draw(np.asarray(shapes, dtype=object)))
            if len(shapes)
            else np.array([])
        )
        if not len(drawn):
            continue
        if kind == "boundary":
            # the edge of the sheet is not a boundary
            rim = shapely.box(-50, -50, sheet.width + 50, sheet.height + 50)
            edges = np.where(shapely.get_dimensions(drawn) == 2, shapely.boundary(drawn), drawn)
            areas, lines = np.array([]), shapely.intersection(edges, rim)
        else:
            flat = shapely.get_dimensions(drawn) == 2
            areas, lines = drawn[flat & (shapely.area(drawn) > _SMALLEST)], drawn[~flat]
        for shapes_, suffix in ((areas, ""), (lines, "l")):
            data = paths_data(shapely.simplify(shapes_, _TOLERANCE)) if len(shapes_) else ""
            if data:
                out.append(f'<path class="{mark}{suffix}" d="{data}"/>')
    return "".join(out)


def draw_wide_water(city: City, sheet: Sheet) -> str:
    """Return wide water again, to lie over the zones: no one lives on it, and it shows the way."""
    table = city.table("ground")
    shapes = table.loc[table["kind"] == "water", "geometry"].to_numpy()
    if not len(shapes):
        return ""
    drawn = sheet.clip(sheet.draw(np.asarray(shapes, dtype=object)))
    wide = drawn[(shapely.get_dimensions(drawn) == 2) & (shapely.area(drawn) > _WIDE_WATER)]
    data = paths_data(shapely.simplify(wide, _TOLERANCE)) if len(wide) else ""
    return f'<path class="gw" d="{data}"/>' if data else ""
