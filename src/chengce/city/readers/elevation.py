"""Read ground elevation from a GeoTIFF into a raster; say what is wrong with the file, if it is."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.city.raster import Raster, Transform, crs_name
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

Bounds = tuple[float, float, float, float]
_WGS84 = "EPSG:4326"
_MARGIN = 2  # cells around the bounds, so that bilinear sampling at their edge has neighbours


def read_elevation(path: Path, *, bounds: Bounds | None = None) -> Raster:
    """Return the elevation grid of a single-band raster file, values in the file's unit (metres).

    `bounds` is (west, south, east, north) in degrees WGS-84: only the cells over it, and a margin
    of two, are read, so a national model need not fit in memory. No-data cells become NaN; scale
    and offset are applied; any coordinate system is kept and recorded.

    Raises `ChengceError` with all problems found: `elevation_missing`, `elevation_unreadable`,
    `elevation_bands`, `elevation_without_crs`, `elevation_outside`, `elevation_no_data`.
    """
    import rasterio
    from rasterio.errors import RasterioError

    if not path.is_file():
        raise ChengceError(
            _problem(
                "elevation_missing",
                path,
                Text("找不到高程文件", "the elevation file is not there"),
                Text("检查路径", "check the path"),
            )
        )
    try:
        with rasterio.Env(GDAL_PAM_ENABLED=False), _quiet(), rasterio.open(path) as file:
            problems = _check(file, path)
            if problems:
                raise ChengceError(problems)
            window = _window(file, bounds, path)
            values = file.read(1, window=window, masked=True)
            values = values.astype(np.float32).filled(np.nan)
            values = values * np.float32(file.scales[0]) + np.float32(file.offsets[0])
            transform = _moved(file.transform, window.col_off, window.row_off)
            name = crs_name(file.crs)
    except RasterioError as error:
        raise ChengceError(
            _problem(
                "elevation_unreadable",
                path,
                Text(f"无法读取高程文件：{error}", f"the elevation file cannot be read: {error}"),
                Text(
                    "文件可能不是 GeoTIFF 或下载不完整，请重新获取",
                    "it may not be a GeoTIFF or be cut short; fetch it again",
                ),
            )
        ) from error
    if np.isnan(values).all():
        raise ChengceError(
            _problem(
                "elevation_no_data",
                path,
                Text("范围内没有任何高程值", "there is no elevation value in the area"),
                Text("换用覆盖该范围的高程数据", "use elevation data that covers the area"),
            )
        )
    return Raster(values, transform, name)


def _check(file: Any, path: Path) -> list[Problem]:
    problems = []
    if file.count != 1:
        problems.append(
            _problem(
                "elevation_bands",
                path,
                Text(
                    f"高程文件应只有一个波段，实有 {file.count} 个",
                    f"an elevation file has one band, this one has {file.count}",
                ),
                Text(
                    "它可能是影像；请导出高程所在的波段",
                    "it may be an image; export the band that holds the elevation",
                ),
            )
        )
    if not file.crs:
        problems.append(
            _problem(
                "elevation_without_crs",
                path,
                Text("高程文件没有坐标系", "the elevation file has no coordinate system"),
                Text(
                    "向提供方确认坐标系后写入文件，例如：rio edit-info --crs EPSG:4490 文件",
                    "ask its source which one it is and write it into the file, "
                    "for example: rio edit-info --crs EPSG:4326 FILE",
                ),
            )
        )
    return problems


def _window(file: Any, bounds: Bounds | None, path: Path) -> Any:
    from rasterio.windows import Window

    if bounds is None:
        return Window(0, 0, file.width, file.height)
    col, row = _cells(file, bounds)
    left, right = int(np.floor(col.min())) - _MARGIN, int(np.ceil(col.max())) + _MARGIN
    top, bottom = int(np.floor(row.min())) - _MARGIN, int(np.ceil(row.max())) + _MARGIN
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, file.width), min(bottom, file.height)
    if left >= right or top >= bottom:
        raise ChengceError(
            _problem(
                "elevation_outside",
                path,
                Text(
                    "高程文件与所给范围没有重叠", "the elevation file does not overlap the bounds"
                ),
                Text(
                    "检查坐标系与范围（西、南、东、北，单位为度）",
                    "check its coordinate system and the bounds (west, south, east, north; degrees)",
                ),
            )
        )
    return Window(left, top, right - left, bottom - top)


def _moved(affine: Any, col: int, row: int) -> Transform:
    """Return the transform of a window that starts at `col`, `row`."""
    a, b, c, d, e, f = tuple(affine)[:6]
    return (a, b, c + a * col + b * row, d, e, f + d * col + e * row)


def _cells(file: Any, bounds: Bounds) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return columns and rows of points along the edge of `bounds`."""
    from pyproj import Transformer

    west, south, east, north = bounds
    steps = np.linspace(0.0, 1.0, 21)
    lon = np.concatenate(
        [west + steps * (east - west)] * 2 + [np.full(21, west), np.full(21, east)]
    )
    lat = np.concatenate(
        [np.full(21, south), np.full(21, north)] + [south + steps * (north - south)] * 2
    )
    to = Transformer.from_crs(_WGS84, file.crs.to_wkt(), always_xy=True)
    x, y = to.transform(lon, lat)
    inverse = ~file.transform
    col = inverse.a * np.asarray(x) + inverse.b * np.asarray(y) + inverse.c
    row = inverse.d * np.asarray(x) + inverse.e * np.asarray(y) + inverse.f
    seen = np.isfinite(col) & np.isfinite(row)
    return (col[seen], row[seen]) if seen.any() else (np.array([-1e9]), np.array([-1e9]))


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence rasterio's warning about a missing geotransform: `_check` says what matters."""
    from rasterio.errors import NotGeoreferencedWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


def _problem(code: str, path: Path, message: Text, remedy: Text) -> Problem:
    return Problem(code, message, remedy, file=path.name)
