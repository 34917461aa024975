"""Raise gentle hills around the town and sink its river into a valley; write them as a GeoTIFF."""

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import ArrayLike

from chengce.city.synthetic.frame import TOWN, Floats, bend, bend_line
from chengce.city.synthetic.plan import RIVER

_PIXEL_DEG = 0.0003
_HALF_WIDTH_M = (3100.0, 3100.0)
# plan u, v, height, radius in metres
_HILLS = (
    (-1700.0, 1900.0, 85.0, 700.0),
    (-1180.0, -1300.0, 62.0, 420.0),
    (1900.0, -1900.0, 48.0, 640.0),
    (1250.0, 1750.0, 26.0, 520.0),
)


def height_m(xy: ArrayLike) -> Floats:
    """Return metres above sea level of points `xy` in metres, shape (n,)."""
    points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    line = np.array(bend_line([(-3400.0, sum(RIVER) / 2), (3400.0, sum(RIVER) / 2)], step=60.0))
    to_river = np.min(
        np.hypot(points[:, :1] - line[None, :, 0], points[:, 1:] - line[None, :, 1]), axis=1
    )
    height = 212.0 + 0.007 * to_river - 9.0 * np.exp(-((to_river / 75.0) ** 2))
    height -= 0.0015 * points[:, 0]
    for u, v, top, radius in _HILLS:
        centre = bend([(u, v)])[0]
        square = ((points - centre) ** 2).sum(axis=1)
        height += top * np.exp(-square / (2 * (radius / 1.6) ** 2))
    return np.asarray(height)


def write_elevation(path: Path) -> None:
    """Write the elevation of the town and its surroundings, 0.0003° (about 30 m) a pixel."""
    (west, south), (east, north) = TOWN.degrees(
        [(-_HALF_WIDTH_M[0], -_HALF_WIDTH_M[1]), _HALF_WIDTH_M]
    )
    columns = int((east - west) / _PIXEL_DEG)
    rows = int((north - south) / _PIXEL_DEG)
    lon = west + _PIXEL_DEG * (np.arange(columns) + 0.5)
    lat = north - _PIXEL_DEG * (np.arange(rows) + 0.5)
    grid = np.stack(np.meshgrid(lon, lat), axis=-1).reshape(-1, 2)
    values = np.round(height_m(TOWN.metres(grid)), 1).astype(np.float32).reshape(rows, columns)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=columns,
        height=rows,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        transform=rasterio.Affine(_PIXEL_DEG, 0.0, west, 0.0, -_PIXEL_DEG, north),
        nodata=-9999.0,
        compress="deflate",
    ) as file:
        file.write(values, 1)
