"""Relate walking time on a slope to level walking, from elevation along each edge.

Tobler (1993, NCGIA report 93-1): speed = 6·exp(−3.5·|S + 0.05|) km/h, S = rise over run in the
direction of walking. Time relative to level ground = exp(3.5·(|S + 0.05| − 0.05)).
Bridges, tunnels and cuttings take the slope of the ground model, not their own.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from chengce.city.city import City
from chengce.city.raster import Raster

Floats = NDArray[np.float64]
STEP_M = 20.0
STEEPEST = 1.0  # slopes beyond 45° are errors of the ground model
VERSION = 1


def slope_factors(city: City, lines: NDArray[np.object_], length_m: Floats) -> Floats:
    """Return `factors` for all streets of a base city, kept as a derived product of their own."""
    if "elevation" not in city.rasters:
        return np.ones((len(lines), 2))
    arrays = city.derived(
        "slope",
        VERSION,
        tables=("streets", "elevation"),
        params={"step_m": STEP_M},
        build=lambda: {"factor": factors(city, lines, length_m)},
    )
    return np.asarray(arrays["factor"])


def factors(city: City, lines: NDArray[np.object_], length_m: Floats) -> Floats:
    """Return time factors along and against each line, float64[m, 2]; 1 = level or no elevation.

    Elevation is sampled (bilinear) at equal steps of about 20 m. A step with an end outside the
    raster or on a cell without data counts as level.
    """
    raster = city.rasters.get("elevation")
    if raster is None or not len(lines):
        return np.ones((len(lines), 2))
    steps = np.maximum(np.ceil(length_m / STEP_M), 1).astype(np.int64)
    edge = np.repeat(np.arange(len(lines)), steps + 1)
    start = np.cumsum(steps + 1) - (steps + 1)
    share = (np.arange(len(edge)) - start[edge]) / steps[edge]
    points = shapely.get_coordinates(
        shapely.line_interpolate_point(lines[edge], share, normalized=True)
    )
    height = heights(raster, points[:, 0], points[:, 1])
    inner = np.flatnonzero(edge[1:] == edge[:-1])
    run = (length_m / steps)[edge[inner]]
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (height[inner + 1] - height[inner]) / run
    slope = np.clip(np.nan_to_num(slope, nan=0.0, posinf=0.0, neginf=0.0), -STEEPEST, STEEPEST)
    out = np.empty((len(lines), 2))
    for column, way in enumerate((slope, -slope)):
        time = np.exp(3.5 * (np.abs(way + 0.05) - 0.05))
        out[:, column] = np.bincount(edge[inner], time, len(lines)) / steps
    return out


def heights(raster: Raster, lon: Floats, lat: Floats) -> Floats:
    """Return elevations at points in degrees by bilinear interpolation of cell centres; NaN = none.

    Within half a cell of the raster's edge the outermost cells are used as they are.
    """
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if raster.crs.upper() not in {"EPSG:4326", "OGC:CRS84"}:
        change = Transformer.from_crs("EPSG:4326", raster.crs, always_xy=True)
        x, y = change.transform(x, y)
    a, b, c, d, e, f = raster.transform
    size = a * e - b * d
    column = (e * (x - c) - b * (y - f)) / size - 0.5
    row = (a * (y - f) - d * (x - c)) / size - 0.5
    rows, columns = raster.values.shape
    inside = (column >= -0.5) & (column <= columns - 0.5) & (row >= -0.5) & (row <= rows - 0.5)
    column = np.clip(np.where(inside, column, 0), 0, columns - 1)
    row = np.clip(np.where(inside, row, 0), 0, rows - 1)
    left = np.minimum(column.astype(np.int64), max(columns - 2, 0))
    top = np.minimum(row.astype(np.int64), max(rows - 2, 0))
    right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
    u, v = column - left, row - top
    values: NDArray[Any] = raster.values
    upper = _between(values[top, left], values[top, right], u)
    lower = _between(values[bottom, left], values[bottom, right], u)
    return np.where(inside, _between(upper, lower, v), np.nan)


def _between(one: NDArray[Any], two: NDArray[Any], share: Floats) -> Floats:
    # a neighbour without data does not matter where its share is 0
    mixed = one.astype(np.float64) * (1 - share) + two.astype(np.float64) * share
    return np.where(share == 0, one, np.where(share == 1, two, mixed))
