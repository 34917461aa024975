"""Open a table file of any kind as raw cells with named columns; say what was changed or asked."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.readers.sheets.matching import match_names
from chengce.city.readers.sheets.open_sheet import SHEETS, open_sheet, refuse
from chengce.city.readers.sheets.sniff import sniff
from chengce.city.readers.sheets.table import Layout
from chengce.city.readers.sheets.units import Unit, unit_in_header
from chengce.city.readers.sheets.vector import PARQUET, VECTOR, read_vector
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tables_spec import TableSpec
from chengce.core.text import Text

_FATAL = ("missing_column", "missing_geometry", "empty_file")
_OTHER = (".dwg", ".ods", ".doc", ".docx", ".pdf", ".zip", ".rar", ".7z", ".htm", ".html")
_CONVERT = Text(
    "先另存为 XLSX、CSV、Shapefile、GeoJSON、GPKG、DXF 或 Parquet",
    "save it as XLSX, CSV, Shapefile, GeoJSON, GPKG, DXF or Parquet first",
)


@dataclass(frozen=True)
class Source:
    """Raw cells of a file, the row or feature number of each, its geometry and units of columns."""

    frame: pd.DataFrame
    rows: NDArray[np.int64]
    geometry: gpd.GeoSeries | None
    units: dict[str, Unit] = field(default_factory=dict)
    line_unit: Unit | None = None
    header_row: int | None = None

    def keep(self, wanted: NDArray[np.bool_]) -> "Source":
        """Return some rows."""
        frame = self.frame[wanted].reset_index(drop=True)
        geometry = None
        if self.geometry is not None:
            geometry = self.geometry[wanted].reset_index(drop=True)
        return Source(
            frame, self.rows[wanted], geometry, self.units, self.line_unit, self.header_row
        )


def read_source(path: Path, spec: TableSpec, report: Report) -> Source:
    """Read all rows; raises `ChengceError` if the file is missing, unreadable, empty or short of columns.

    Its columns have the names that the mapping uses.
    """
    source = open_source(path, spec, report, wanted=spec.needed)
    if source is not None:
        source = _named(source, spec, report)
        _check_columns(source, spec, report)
        _answer(source, spec, report)
    if source is None or any(p.code in _FATAL for p in report.found):
        report.stop_if_wrong()
    assert source is not None
    return source


def open_source(
    path: Path, spec: TableSpec, report: Report, *, wanted: tuple[str, ...]
) -> Source | None:
    """Read all rows under the file's own column names; None after adding an error."""
    suffix = path.suffix.lower()
    folder = suffix == ".gdb" and path.is_dir()
    if not path.is_file() and not folder:
        _missing_file(path, report)
        return None
    source = None
    if suffix in SHEETS:
        source = _sheet(path, spec, report, wanted)
    elif suffix in VECTOR or suffix in PARQUET:
        source = _features(path, spec, report)
    elif suffix in _OTHER and (content := sniff(path)) not in ("text", "xlsx", "xls"):
        refuse(content, report)
    else:
        report.add(
            "unknown_format",
            Text(f"不支持的文件格式 {suffix}", f"files of type {suffix} are not read"),
            _CONVERT,
        )
    if source is None and not any(p.severity == "error" for p in report.found):
        _empty(report)
    return source


def _sheet(path: Path, spec: TableSpec, report: Report, wanted: tuple[str, ...]) -> Source | None:
    layout = Layout(wanted, spec.header_rows, spec.keep_rows, spec.skip_rows, spec.fill_down)
    table = open_sheet(path, spec.sheet, spec.encoding, layout, report)
    if table is None:
        return None
    return Source(table.frame, table.rows, None, table.units, table.line_unit, table.header_row)


def _features(path: Path, spec: TableSpec, report: Report) -> Source | None:
    frame = read_vector(path, spec.layer_name, spec.encoding, report)
    if frame is None or not len(frame):
        return None
    geometry = None
    if isinstance(frame, gpd.GeoDataFrame):
        geometry = frame.geometry.reset_index(drop=True)
        frame = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    frame.columns = frame.columns.map(str)
    units = {str(c): u for c in frame.columns if (u := unit_in_header(str(c))) is not None}
    return Source(frame.reset_index(drop=True), np.arange(1, len(frame) + 1), geometry, units)


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


def _empty(report: Report) -> None:
    report.add(
        "empty_file",
        Text("文件没有数据行", "the file has no rows of data"),
        Text("核对文件是否导出完整", "check that the export is complete"),
    )


def _named(source: Source, spec: TableSpec, report: Report) -> Source:
    """Give columns the names by which the mapping calls them, each listed where it differs."""
    have = [str(c) for c in source.frame.columns]
    found = match_names(spec.needed, have)
    renamed = {there: name for name, there in found.items() if there not in (None, name)}
    if not renamed:
        return source
    for there, name in renamed.items():
        report.repair("header_matched", there, name, row=source.header_row, column=name)
    frame = source.frame.rename(columns=renamed)
    units = {renamed.get(c, c): unit for c, unit in source.units.items()}
    return Source(frame, source.rows, source.geometry, units, source.line_unit, source.header_row)


def _answer(source: Source, spec: TableSpec, report: Report) -> None:
    """Put the answers of the configuration in the place of the cells that were asked about."""
    for name, answers in spec.values.items():
        melted = spec.melt.columns.values() if spec.melt and spec.melt.value == name else ()
        for column in (c for c in (spec.columns.get(name, name), *melted) if c in source.frame):
            cells = source.frame[column].astype(object).tolist()
            said = {key.strip(): value for key, value in answers.items()}
            hits = [i for i, c in enumerate(cells) if c is not None and str(c).strip() in said]
            for i in hits:
                before, cells[i] = cells[i], said[str(cells[i]).strip()]
                report.repair("answered", before, cells[i], row=int(source.rows[i]), column=column)
            if hits:
                source.frame[column] = pd.Series(cells, dtype=object)


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
