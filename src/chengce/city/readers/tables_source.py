"""Open a clean table file: CSV, GeoJSON, GeoPackage, FlatGeobuf, Shapefile, Parquet, GeoParquet."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from numpy.typing import NDArray

from chengce.city.readers.tables_report import Report
from chengce.city.readers.tables_spec import TableSpec
from chengce.core.text import Text

VECTOR = (".geojson", ".json", ".gpkg", ".fgb", ".shp")
_FATAL = ("missing_column", "missing_geometry", "empty_file")
PARQUET = (".parquet", ".geoparquet")
_CONVERT = Text(
    "先另存为 CSV（UTF-8）、GeoJSON、GPKG 或 Parquet",
    "save it as CSV (UTF-8), GeoJSON, GPKG or Parquet first",
)


@dataclass(frozen=True)
class Source:
    """Raw cells of a file, the row or feature number of each, and its geometry if it has one."""

    frame: pd.DataFrame
    rows: NDArray[np.int64]
    geometry: gpd.GeoSeries | None

    def keep(self, wanted: NDArray[np.bool_]) -> "Source":
        """Return some rows."""
        frame = self.frame[wanted].reset_index(drop=True)
        geometry = None
        if self.geometry is not None:
            geometry = self.geometry[wanted].reset_index(drop=True)
        return Source(frame, self.rows[wanted], geometry)


def read_source(path: Path, spec: TableSpec, report: Report) -> Source:
    """Read all rows; raises `ChengceError` if the file is missing, unreadable, empty or short of columns."""
    if not path.is_file():
        _missing_file(path, report)
        report.stop_if_wrong()
    suffix = path.suffix.lower()
    if suffix == ".csv":
        source = _csv(path, report)
    elif suffix in VECTOR or suffix in PARQUET:
        source = _vector(path, spec, report)
    else:
        report.add(
            "unknown_format",
            Text(f"不支持的文件格式 {suffix}", f"files of type {suffix} are not read"),
            _CONVERT,
        )
        source = None
    if source is not None:
        _check_columns(source, spec, report)
    if source is None or any(p.code in _FATAL for p in report.found):
        report.stop_if_wrong()
    assert source is not None
    return source


def _missing_file(path: Path, report: Report) -> None:
    beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    near = get_close_matches(path.name, beside, n=3, cutoff=0.6)
    report.add(
        "file_not_found",
        Text(f"找不到文件 {path}", f"there is no file {path}"),
        Text(
            f"核对路径{'；相近的有：' + '、'.join(near) if near else ''}",
            f"check the path{'; close to it: ' + ', '.join(near) if near else ''}",
        ),
    )


def _csv(path: Path, report: Report) -> Source | None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            records = list(_records(text, report))
    except UnicodeDecodeError as error:
        report.add(
            "encoding_not_utf8",
            Text(f"不是 UTF-8 编码：{error}", f"not UTF-8: {error}"),
            Text("在表格软件中另存为“CSV UTF-8”", "save it as “CSV UTF-8”"),
        )
        return None
    if not records or len(records) == 1:
        _empty(report)
        return None
    header = [name.strip() for name in records[0][1]]
    for name in sorted({n for n in header if header.count(n) > 1}):
        report.add(
            "duplicated_column",
            Text(f"列名“{name}”重复", f"column “{name}” appears more than once"),
            Text("改名或删去", "rename or remove one"),
            row=records[0][0],
            column=name,
        )
    good = [r for r in records[1:] if len(r[1]) == len(header)]
    bad = np.array([r[0] for r in records[1:] if len(r[1]) != len(header)], dtype=np.int64)
    said = Text(
        f"该行列数与表头（{len(header)} 列）不符",
        f"the row does not have the {len(header)} cells of the header",
    )
    remedy = Text("含逗号的内容要加引号", "put quotes around text that holds commas")
    report.rows(("invalid_row_length", said, remedy), bad)
    cells = [[cell.strip() or None for cell in record] for _, record in good]
    frame = pd.DataFrame(cells, columns=pd.Index(header), dtype=object)
    frame = frame.loc[:, ~frame.columns.duplicated()]
    return Source(frame, np.array([r[0] for r in good], dtype=np.int64), None)


def _records(lines: "Iterator[str]", report: Report) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, cells) as a spreadsheet counts rows; blank lines count and are skipped."""
    reader = csv.reader(lines, strict=True)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            report.add(
                "csv_parsing_failed",
                Text(f"无法解析：{error}", f"cannot be parsed: {error}"),
                Text("检查引号是否成对", "check for unbalanced quotes"),
                row=row,
            )
            continue
        if any(cell.strip() for cell in cells):
            yield row, cells


def _vector(path: Path, spec: TableSpec, report: Report) -> Source | None:
    try:
        if path.suffix.lower() in PARQUET:
            with pq.ParquetFile(path) as file:
                geographic = b"geo" in (file.schema_arrow.metadata or {})
            frame = gpd.read_parquet(path) if geographic else pd.read_parquet(path)
        else:
            layer = _layer(path, spec, report)
            if layer is None:
                return None
            frame = gpd.read_file(path, layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pa.ArrowException, OSError,
            ValueError) as error:  # fmt: skip
        report.add(
            "file_unreadable",
            Text(f"文件无法读取：{error}", f"the file cannot be read: {error}"),
            Text("重新导出，或换一种格式", "export it again, or in another format"),
        )
        return None
    if not len(frame):
        _empty(report)
        return None
    geometry = None
    if isinstance(frame, gpd.GeoDataFrame):
        geometry = frame.geometry.reset_index(drop=True)
        frame = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    frame.columns = frame.columns.map(str)
    return Source(frame.reset_index(drop=True), np.arange(1, len(frame) + 1), geometry)


def _layer(path: Path, spec: TableSpec, report: Report) -> str | None:
    names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    if spec.layer_name in names or (not spec.layer_name and len(names) == 1):
        return spec.layer_name or names[0]
    shown = ", ".join(names)
    report.add(
        "layer_not_found",
        Text(f"没有图层“{spec.layer_name}”", f"there is no layer “{spec.layer_name}”")
        if spec.layer_name
        else Text("文件有多个图层", "the file has several layers"),
        Text(f"在 layer_name 中写明其一：{shown}", f"name one in layer_name: {shown}"),
    )
    return None


def _empty(report: Report) -> None:
    report.add(
        "empty_file",
        Text("文件没有数据行", "the file has no rows of data"),
        Text("核对文件是否导出完整", "check that the export is complete"),
    )


def _check_columns(source: Source, spec: TableSpec, report: Report) -> None:
    have = [str(c) for c in source.frame.columns]
    for name in spec.needed:
        if name not in have:
            near = get_close_matches(name, have, n=3, cutoff=0.5)
            folded = [h for h in have if h.casefold() == name.casefold()]
            near = list(dict.fromkeys([*folded, *near])) or have[:12]
            report.add(
                "missing_column",
                Text(f"文件没有列“{name}”", f"the file has no column “{name}”"),
                Text(f"相近或已有的列：{'、'.join(near)}", f"close or present: {', '.join(near)}"),
                column=name,
            )
    if spec.geometry == "file" and source.geometry is None:
        report.add(
            "missing_geometry",
            Text("文件不含几何", "the file holds no geometry"),
            Text('改用 "point:经度列,纬度列" 或 "h3:列"', 'use "point:LON,LAT" or "h3:COLUMN"'),
        )
    unmapped = [name for name in have if name not in spec.needed]
    if unmapped:
        shown = ", ".join(unmapped)
        report.add(
            "unmapped_columns",
            Text(f"未用到的列：{shown}", f"columns not used: {shown}"),
            severity="info",
        )
