"""Hold one grid of numbers over the ground (elevation) and read it off at any point."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

_WGS84 = "EPSG:4326"
_NO_WEIGHT = 1e-9  # a point on a cell centre, but for rounding
Transform = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, eq=False)
class Raster:
    """A single band: `values` float32[rows, cols], NaN where there is no data.

    `transform` is the affine map (a, b, c, d, e, f) from column and row to the coordinates of
    `crs`: x = a·col + b·row + c, y = d·col + e·row + f, counted from the outer corner of the
    first cell; a cell's value stands for its centre. The arrays are read-only.
    """

    values: NDArray[np.float32]
    transform: Transform
    crs: str

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float32, order="C")
        transform = tuple(float(v) for v in self.transform)
        if values.ndim != 2 or 0 in values.shape:
            raise _bad(
                "raster_shape", "栅格应为非空的二维数组", "a raster must be a grid with cells"
            )
        a, b, _, d, e, _ = transform if len(transform) == 6 else (0.0,) * 6
        if a * e - b * d == 0 or not np.isfinite(transform).all():
            raise _bad(
                "raster_transform",
                "栅格的仿射变换不可逆，无法定位像元",
                "the raster's affine transform cannot be inverted, so no cell has a place",
            )
        if not self.crs:
            raise _bad(
                "raster_without_crs", "栅格没有坐标系", "the raster has no coordinate system"
            )
        values.flags.writeable = False
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "transform", transform)

    def sample(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        """Return the values at WGS-84 points, float64 in the points' shape, bilinear.

        Interpolates between the four nearest cell centres; within half a cell of the edge the
        edge cell is continued. NaN outside the grid, where a cell with any weight has no data,
        and where the point itself is not finite. Points are projected when `crs` isn't EPSG:4326.
        """
        x, y = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        shape, x, y = x.shape, x.ravel(), y.ravel()
        if self.crs != _WGS84:
            x, y = _project(x, y, self.crs)
        col, row = self._cells(x, y)
        rows, cols = self.values.shape
        with np.errstate(invalid="ignore"):
            inside = (col >= 0) & (col <= cols) & (row >= 0) & (row <= rows)
        out = np.full(x.shape, np.nan)
        out[inside] = self._bilinear(col[inside] - 0.5, row[inside] - 0.5)
        return out.reshape(shape)

    def content_hash(self) -> str:
        """Return a SHA-256 of shape, place and values (little-endian, −0 as 0, one NaN)."""
        values = self.values.astype("<f4") + np.float32(0)
        values[np.isnan(values)] = np.nan
        digest = sha256(f"{self.values.shape}|{self.transform}|{self.crs}|".encode())
        digest.update(values.tobytes())
        return digest.hexdigest()

    def write(self, path: Path) -> None:
        """Write a compressed single-band GeoTIFF with NaN as nodata."""
        import rasterio

        rows, cols = self.values.shape
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            width=cols,
            height=rows,
            count=1,
            dtype="float32",
            crs=self.crs,
            transform=rasterio.Affine(*self.transform),
            nodata=float("nan"),
            compress="deflate",
            predictor=3,
        ) as file:
            file.write(self.values, 1)

    @classmethod
    def read(cls, path: Path) -> "Raster":
        """Read the first band of a GeoTIFF that `write` made; nodata becomes NaN.

        For files from elsewhere use `city.readers.elevation.read_elevation`, which checks them.
        """
        import rasterio

        with rasterio.open(path) as file:
            values = file.read(1, masked=True).astype(np.float32).filled(np.nan)
            return cls(values, tuple(file.transform)[:6], crs_name(file.crs))

    def _cells(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        a, b, c, d, e, f = self.transform
        with np.errstate(invalid="ignore", over="ignore"):
            u, v, scale = x - c, y - f, a * e - b * d
            return (e * u - b * v) / scale, (a * v - d * u) / scale

    def _bilinear(self, col: NDArray[np.float64], row: NDArray[np.float64]) -> NDArray[np.float64]:
        rows, cols = self.values.shape
        col, row = np.clip(col, 0, cols - 1), np.clip(row, 0, rows - 1)
        left, top = np.floor(col).astype(np.int64), np.floor(row).astype(np.int64)
        right, bottom = np.minimum(left + 1, cols - 1), np.minimum(top + 1, rows - 1)
        across, down = col - left, row - top
        total = np.zeros(col.shape)
        for r, c, weight in (
            (top, left, (1 - down) * (1 - across)),
            (top, right, (1 - down) * across),
            (bottom, left, down * (1 - across)),
            (bottom, right, down * across),
        ):
            total += np.where(
                weight > _NO_WEIGHT, weight * self.values[r, c].astype(np.float64), 0.0
            )
        return total


def crs_name(crs: Any) -> str:
    """Return `EPSG:n` where a rasterio CRS has a code, else its WKT; empty if there is none."""
    if not crs:
        return ""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())


def _project(
    x: NDArray[np.float64], y: NDArray[np.float64], crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from pyproj import Transformer

    to = Transformer.from_crs(_WGS84, crs, always_xy=True)
    px, py = to.transform(x, y)
    return np.asarray(px, np.float64), np.asarray(py, np.float64)


def _bad(code: str, zh: str, en: str) -> ChengceError:
    return ChengceError(
        Problem(code, Text(zh, en), Text("检查栅格文件或其坐标系", "check the raster or its CRS"))
    )
