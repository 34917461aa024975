"""Relate walking time on a slope to level walking, from elevation along each edge.

Tobler (1993, NCGIA report 93-1): speed = 6·exp(−3.5·|S + 0.05|) km/h, S = rise over run in the
direction of walking. Time relative to level ground = exp(3.5·(|S + 0.05| − 0.05)).
Bridges, tunnels and cuttings take the slope of the ground model, not their own.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City

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
    height = raster.sample(points[:, 0], points[:, 1])
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
