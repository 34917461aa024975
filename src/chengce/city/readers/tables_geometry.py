"""Make WGS-84 geometry from points, hexagon ids or the file's own; catch swapped coordinates."""

from typing import Any

import h3
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from chengce.city.crs import System, placement, to_wgs84
from chengce.city.layers import Column
from chengce.city.readers.tables_crs import check_zone, file_system
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
    system = file_system(source, spec, report)
    if system is None:
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
    _check_position(shapes, source.rows, system, spec, report)
    moved = to_wgs84(shapes, system)
    moved[~np.isfinite(shapely.bounds(moved)).all(axis=1)] = None  # not on earth, as reported
    middle = shapely.get_coordinates(shapely.centroid(moved[~none]))
    report.placed = placement(system, middle[:, 0], middle[:, 1])
    return _fit(moved, source.rows, spec, report), none


def move_points(frame: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Bring zones' `point_lon`, `point_lat` to WGS-84 too, if the file's coordinates are degrees.

    Beside plane coordinates they can only be degrees already, and stay as they are.
    """
    system = None if report.placed is None else report.placed.system
    if system is None or not system.degrees or "point_lon" not in frame:
        return frame
    given = (frame["point_lon"].notna() & frame["point_lat"].notna()).to_numpy()
    if not given.any():
        return frame
    names = ["point_lon", "point_lat"]
    lon, lat = (frame.loc[given, n].to_numpy(dtype=np.float64) for n in names)
    frame.loc[given, names] = np.column_stack(system.to_wgs84(lon, lat))
    return frame


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
    shapes: Geometries, rows: NDArray[np.int64], system: System, spec: TableSpec, report: Report
) -> None:
    """Note coordinates outside the globe, swapped, or far from `spec.near`."""
    bounds = shapely.bounds(shapes)
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    has = np.isfinite(x)
    if not check_zone(x, y, rows, system, spec, report):
        return
    lon, lat = system.to_wgs84(x, y)
    swapped_lon, swapped_lat = system.to_wgs84(y, x)
    there, other = _on_globe(lon, lat), _on_globe(swapped_lon, swapped_lat)
    fits, fits_swapped = there, other
    if spec.near is not None:
        fits = there & (_distance(lon, lat, spec.near) <= FAR_M)
        fits_swapped = other & (_distance(swapped_lon, swapped_lat, spec.near) <= FAR_M)
    swapped = has & ~fits & fits_swapped
    shown = np.array([f"{a:.6g}, {b:.6g}" for a, b in zip(x, y, strict=True)], dtype=object)
    said = Text("经纬度似乎颠倒（{value}）", "longitude and latitude look swapped ({value})")
    remedy = Text("对调两列：先经度，后纬度", "exchange the two: longitude first, then latitude")
    if not system.degrees:
        remedy = Text("对调两列：先横坐标（东，国家坐标系的 Y），后纵坐标（北，X）",
                      "exchange the two: easting first, then northing")  # fmt: skip
    report.rows(("swapped_lon_lat", said, remedy), rows[swapped], shown[swapped])
    outside = has & ~there & ~swapped
    said = Text("坐标超出范围（{value}）", "the coordinates are out of range ({value})")
    report.rows(("coordinates_out_of_range", said, _FIX), rows[outside], shown[outside])
    far = has & there & ~fits & ~swapped
    said = Text("距城市 500 公里以上（{value}）", "more than 500 km from the city ({value})")
    report.rows(("far_from_city", said, _FIX), rows[far], shown[far], severity="warning")


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
