"""Make WGS-84 geometry from points, hexagon ids or the file's own; catch swapped coordinates."""

from typing import Any

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from chengce.city.layers import WGS84, Column
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tables_source import Source
from chengce.city.readers.tables_spec import TableSpec
from chengce.city.readers.tables_values import numbers
from chengce.core.text import Text

FAR_M = 500_000.0
Geometries = NDArray[np.object_]
_FIX = Text("核对坐标与声明的坐标系", "check the coordinates and the declared coordinate system")


def make_geometry(
    source: Source, spec: TableSpec, report: Report
) -> tuple[Geometries, NDArray[np.bool_]]:
    """Return one geometry per row, EPSG:4326, and which rows have none and are left out."""
    if spec.h3_column:
        return _hexagons(source, spec, report)
    crs = _crs(source, spec, report)
    if crs is None:
        return np.full(len(source.rows), None, dtype=object), np.ones(len(source.rows), dtype=bool)
    if spec.point_columns:
        shapes = _points(source, spec, report)
    else:
        assert source.geometry is not None
        shapes = shapely.force_2d(source.geometry.to_numpy())
    none = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    said = Text("没有坐标，该行略去", "no coordinates; the row is left out")
    report.rows(
        ("missing_coordinates", said, Text("补上坐标", "add the coordinates")),
        source.rows[none], severity="warning",
    )  # fmt: skip
    shapes[none] = None
    _check_position(shapes, source.rows, crs, spec, report)
    moved = gpd.GeoSeries(shapes, crs=crs).to_crs(WGS84).to_numpy()
    return _fit(moved, source.rows, spec, report), none


def _crs(source: Source, spec: TableSpec, report: Report) -> pyproj.CRS | None:
    try:
        declared = pyproj.CRS.from_user_input(spec.crs)
    except CRSError:
        local = spec.crs.upper().replace("-", "").replace("_", "") in ("GCJ02", "BD09")
        remedy = Text("用 EPSG 编号，如 EPSG:4326", "use an EPSG code, such as EPSG:4326")
        if local:
            remedy = Text("先转换为 WGS-84 坐标再导入", "convert the coordinates to WGS-84 first")
        report.add(
            "crs_unknown",
            Text(f"不认识的坐标系 {spec.crs}", f"unknown coordinate system {spec.crs}"),
            remedy,
        )
        return None
    own = source.geometry.crs if spec.geometry == "file" and source.geometry is not None else None
    if own is not None and not _same(declared, own):
        name = own.to_string() if len(own.to_string()) < 60 else own.name
        report.add(
            "crs_contradiction",
            Text(
                f"文件自带坐标系 {name}，与声明的 {spec.crs} 不一致",
                f"the file says {name}, the declaration says {spec.crs}",
            ),
            Text("核对后改正其一", "find out which is right and correct the other"),
        )
        return None
    return declared


def _same(a: pyproj.CRS, b: pyproj.CRS) -> bool:
    """Tell whether two definitions name one system; CRS84 is WGS-84 with longitude first."""
    codes = [4326 if "CRS84" in c.to_string() else c.to_epsg() for c in (a, b)]
    return a.equals(b, ignore_axis_order=True) or (codes[0] == codes[1] and codes[0] is not None)


def _points(source: Source, spec: TableSpec, report: Report) -> Geometries:
    assert spec.point_columns is not None
    x, y = (
        numbers(source.frame[name], Column(name, "float"), source.rows, report).to_numpy()
        for name in spec.point_columns
    )
    shapes = np.full(len(x), None, dtype=object)
    good = np.isfinite(x) & np.isfinite(y)
    shapes[good] = shapely.points(x[good], y[good])
    return shapes


def _check_position(
    shapes: Geometries, rows: NDArray[np.int64], crs: pyproj.CRS, spec: TableSpec, report: Report
) -> None:
    """Note coordinates outside the globe, swapped, or far from `spec.near`."""
    bounds = shapely.bounds(shapes)
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    has = np.isfinite(x)
    to_wgs84 = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
    lon, lat = _moved(to_wgs84, x, y)
    swapped_lon, swapped_lat = _moved(to_wgs84, y, x)
    there, other = _on_globe(lon, lat), _on_globe(swapped_lon, swapped_lat)
    fits, fits_swapped = there, other
    if spec.near is not None:
        fits = there & (_distance(lon, lat, spec.near) <= FAR_M)
        fits_swapped = other & (_distance(swapped_lon, swapped_lat, spec.near) <= FAR_M)
    swapped = has & ~fits & fits_swapped
    shown = np.array([f"{a:.6g}, {b:.6g}" for a, b in zip(x, y, strict=True)], dtype=object)
    said = Text("经纬度似乎颠倒（{value}）", "longitude and latitude look swapped ({value})")
    remedy = Text("对调两列：先经度，后纬度", "exchange the two: longitude first, then latitude")
    report.rows(("swapped_lon_lat", said, remedy), rows[swapped], shown[swapped])
    outside = has & ~there & ~swapped
    said = Text("坐标超出范围（{value}）", "the coordinates are out of range ({value})")
    report.rows(("coordinates_out_of_range", said, _FIX), rows[outside], shown[outside])
    far = has & there & ~fits & ~swapped
    said = Text("距城市 500 公里以上（{value}）", "more than 500 km from the city ({value})")
    report.rows(("far_from_city", said, _FIX), rows[far], shown[far], severity="warning")


def _moved(
    transformer: pyproj.Transformer, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lon, lat = transformer.transform(x, y)
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _on_globe(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray((np.abs(lon) <= 180) & (np.abs(lat) <= 90))


def _distance(
    lon: NDArray[np.float64], lat: NDArray[np.float64], near: tuple[float, float]
) -> NDArray[np.float64]:
    """Return great-circle metres on a sphere; coordinates off the globe are infinitely far."""
    good = _on_globe(lon, lat)
    x, y = np.radians(np.where(good, lon, 0.0)), np.radians(np.where(good, lat, 0.0))
    x0, y0 = np.radians(near)
    h = np.sin((y - y0) / 2) ** 2 + np.cos(y) * np.cos(y0) * np.sin((x - x0) / 2) ** 2
    metres = 2 * 6_371_008.8 * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))
    return np.where(good, metres, np.inf)


def _hexagons(
    source: Source, spec: TableSpec, report: Report
) -> tuple[Geometries, NDArray[np.bool_]]:
    assert spec.h3_column is not None
    cells = source.frame[spec.h3_column]
    ids: list[Any] = [None if pd.isna(v) else str(v) for v in cells.tolist()]
    blank = np.array([v is None for v in ids], dtype=bool)
    valid = np.array([v is not None and h3.is_valid_cell(v) for v in ids], dtype=bool)
    wrong = ~valid & ~blank
    said = Text("“{value}”不是 H3 编号", "“{value}” is not an H3 cell id")
    report.rows(
        ("invalid_h3", said, _FIX),
        source.rows[wrong],
        np.array(ids, dtype=object)[wrong],
        column=spec.h3_column,
    )
    said = Text("没有 H3 编号，该行略去", "no H3 cell id; the row is left out")
    remedy = Text("补上编号", "add the id")
    report.rows(
        ("missing_coordinates", said, remedy),
        source.rows[blank],
        column=spec.h3_column,
        severity="warning",
    )
    shapes = np.full(len(ids), None, dtype=object)
    area = "Polygon" in spec.contract.geometry
    for i in np.flatnonzero(valid):
        if area:
            shapes[i] = shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(ids[i])])
        else:
            lat, lon = h3.cell_to_latlng(ids[i])
            shapes[i] = shapely.Point(lon, lat)
    return shapes, ~valid


def _fit(
    shapes: Geometries, rows: NDArray[np.int64], spec: TableSpec, report: Report
) -> Geometries:
    """Repair invalid areas and reduce to the contract's kind of geometry, each with a notice."""
    allowed = spec.contract.geometry
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = [_polygons(shapely.make_valid(s)) for s in shapes[broken]]
    said = Text("面自相交，已修复", "the area crosses itself and was repaired")
    report.rows(("invalid_geometry", said, Text("", "")), rows[broken], severity="warning")
    kinds = np.array(["" if s is None else s.geom_type for s in shapes], dtype=object)
    other = ~np.isin(kinds, [*allowed, ""])
    if "Polygon" not in allowed and other.any():
        shapes[other] = [shapely.point_on_surface(s) for s in shapes[other]]
        said = Text("{value} 取其内部一点", "of the {value} a point inside is taken")
        report.rows(
            ("reduced_to_point", said, Text("", "")), rows[other], kinds[other], severity="info"
        )
    elif other.any():
        said = Text("几何类型 {value} 不适用", "a {value} does not fit here")
        shown = ", ".join(allowed)
        remedy = Text(f"应为 {shown}", f"give one of {shown}")
        report.rows(("wrong_geometry", said, remedy), rows[other], kinds[other])
    return shapes


def _polygons(shape: Any) -> Any:
    parts = [p for p in shapely.get_parts(shape) if shapely.get_dimensions(p) == 2]
    return shapely.union_all(parts) if parts and shape.geom_type == "GeometryCollection" else shape
