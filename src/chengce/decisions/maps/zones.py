"""Draw the outline of each zone once, to be used by every map."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.decisions.maps.path import path_data
from chengce.decisions.maps.projection import Sheet


@dataclass(frozen=True)
class Outlines:
    """Zones as drawn: `shapes[i]` an SVG element with id `z{i}`, `points` their middles."""

    shapes: tuple[str, ...]
    points: NDArray[np.float64]


def zones_of(city: City, places: tuple[str, ...]) -> NDArray[np.object_]:
    """Return the geometry of each place in WGS-84, None where the city has no such zone."""
    table = city.table("zones")
    known = dict(zip(table["id"].astype(str), gpd.GeoSeries(table["geometry"]), strict=True))
    return np.array([*(known.get(p) for p in places), None], dtype=object)[:-1]


def sheet_of(shapes: NDArray[np.object_], frame: float | None = None) -> Sheet:
    """Return the sheet that holds all zones; `frame`: its height over its width, if that is given."""
    west, south, east, north = (float(v) for v in shapely.total_bounds(shapes))
    if frame is not None:
        return Sheet.framed((west, south, east, north), frame)
    return Sheet.around(west, south, east, north)


def outlines(sheet: Sheet, shapes: NDArray[np.object_]) -> Outlines:
    """Return the zones as drawn; a point, or a polygon too small to see, becomes a circle."""
    drawn = sheet.draw(shapes)
    middles = shapely.get_coordinates(shapely.point_on_surface(drawn[_there(drawn)]))
    points = np.full((len(drawn), 2), np.nan)
    points[_there(drawn)] = middles
    radius = _radius(middles)
    out = []
    for i, shape in enumerate(drawn):
        if shape is None or shapely.is_empty(shape):
            out.append(f'<g id="z{i}"/>')
            continue
        data = path_data(shapely.simplify(shape, 5.0)) if shape.area > 0 else ""
        x, y = np.rint(points[i]).astype(int)
        out.append(
            f'<path id="z{i}" d="{data}"/>'
            if data
            else f'<circle id="z{i}" cx="{x}" cy="{y}" r="{radius}"/>'
        )
    return Outlines(tuple(out), points)


def _there(drawn: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.asarray(~(shapely.is_missing(drawn) | shapely.is_empty(drawn)))


def _radius(points: NDArray[np.float64]) -> int:
    """Return a radius at which neighbouring circles just don't touch, 40 to 200 units."""
    if len(points) < 2:
        return 200
    tree = shapely.STRtree(shapely.points(points))
    pairs, distance = tree.query_nearest(
        shapely.points(points), return_distance=True, exclusive=True
    )
    nearest = distance[np.unique(pairs[0], return_index=True)[1]]
    return int(np.clip(0.45 * np.median(nearest), 40, 200))
