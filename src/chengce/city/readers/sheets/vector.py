"""Read features with geometry: Shapefile, File Geodatabase, DXF, GeoPackage, GeoJSON, KML, FlatGeobuf."""

import hashlib
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio

from chengce.city.readers.sheets.dbf import dbf_encoding, decode, sibling
from chengce.city.readers.sheets.dxf import read_dxf
from chengce.city.readers.tables_report import Report
from chengce.core.provenance import file_hash
from chengce.core.text import Text

VECTOR = (".geojson", ".json", ".gpkg", ".fgb", ".shp", ".gdb", ".dxf", ".kml", ".kmz")
PARQUET = (".parquet", ".geoparquet")
_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


def read_vector(path: Path, layer: str, encoding: str, report: Report) -> pd.DataFrame | None:
    """Return the features of a file, with geometry if it has any; None after adding an error."""
    suffix = path.suffix.lower()
    if suffix == ".shp" and not _whole(path, report):
        return None
    try:
        with warnings.catch_warnings(record=True) as notes:
            warnings.simplefilter("always")
            frame = _read(path, layer, encoding, report)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pa.ArrowException, OSError,
            ValueError) as error:  # fmt: skip
        report.add(
            "file_unreadable",
            Text(f"文件无法读取：{error}", f"the file cannot be read: {error}"),
            Text("重新导出，或换一种格式", "export it again, or in another format"),
        )
        return None
    for said in dict.fromkeys(str(n.message) for n in notes):
        report.add("gdal_note", Text(f"GDAL 提示：{said}", f"GDAL says: {said}"), severity="info")
    return frame


def source_hashes(path: Path) -> dict[str, str]:
    """Return the hash of every file of a source: a Shapefile has several; a geodatabase has one."""
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix != ".lock")
        listed = "\n".join(f"{p.relative_to(path).as_posix()} {file_hash(p)}" for p in files)
        return {path.name: hashlib.sha256(listed.encode()).hexdigest()}
    if path.suffix.lower() == ".shp":
        parts = [p for suffix in _PARTS if (p := sibling(path, suffix)) is not None]
        return {p.name: file_hash(p) for p in parts}
    return {path.name: file_hash(path)}


def _read(path: Path, layer: str, encoding: str, report: Report) -> pd.DataFrame | None:
    suffix = path.suffix.lower()
    if suffix in PARQUET:
        with pq.ParquetFile(path) as file:
            geographic = b"geo" in (file.schema_arrow.metadata or {})
        return gpd.read_parquet(path) if geographic else pd.read_parquet(path)
    if suffix == ".dxf":
        return read_dxf(path, layer, encoding, report)
    chosen = _layer(path, layer, report)
    if chosen is None:
        return None
    if suffix == ".shp":
        return _shapefile(path, encoding, report)
    return gpd.read_file(path, layer=chosen)


def _layer(path: Path, wanted: str, report: Report) -> str | None:
    names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    if wanted in names or (not wanted and len(names) == 1):
        return wanted or names[0]
    shown = ", ".join(names)
    report.add(
        "layer_not_found",
        Text(f"没有图层“{wanted}”", f"there is no layer “{wanted}”")
        if wanted
        else Text("文件有多个图层", "the file has several layers"),
        Text(f"在 layer_name 中写明其一：{shown}", f"name one in layer_name: {shown}"),
    )
    return None


def _whole(path: Path, report: Report) -> bool:
    missing = [s for s in (".dbf", ".shx") if sibling(path, s) is None]
    if missing:
        shown = ", ".join(missing)
        report.add(
            "shapefile_incomplete",
            Text(f"Shapefile 缺少 {shown}", f"the Shapefile lacks {shown}"),
            Text(
                "把同名的 .shp、.dbf、.shx、.prj 一起拷来",
                "copy the .shp, .dbf, .shx and .prj of the same name together",
            ),
        )
    return not missing


def _shapefile(path: Path, encoding: str, report: Report) -> pd.DataFrame | None:
    """Read a Shapefile byte by byte and decode its text here: GDAL trusts the .cpg and gives up."""
    found = dbf_encoding(path)
    name = encoding or found.name
    if not name:
        report.add(
            "encoding_unknown",
            Text(
                f"属性表编码无法确定：{found.evidence}",
                f"the encoding is not clear: {found.evidence}",
            ),
            Text('写明 encoding，如 encoding = "gb18030"', 'say encoding = "gb18030" or another'),
        )
        return None
    if not encoding and found.is_repair:
        report.repair("encoding", found.evidence, name)
    frame = gpd.read_file(path, encoding="ISO-8859-1")
    names = {c: decode(str(c), name)[0] or str(c) for c in frame.columns}
    frame = frame.rename(columns=names)
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else ""
    for column in [c for c in frame.columns if c != geometry]:
        if pd.api.types.is_string_dtype(frame[column].dtype) or frame[column].dtype == object:
            frame[column] = _decoded(frame[column].tolist(), name, str(column), report)
    return frame


def _decoded(
    cells: list[object], encoding: str, column: str, report: Report
) -> "pd.Series[object]":
    out: list[object] = []
    for row, cell in enumerate(cells, 1):
        if not isinstance(cell, str) or cell.isascii():
            out.append(cell)
            continue
        text, cut = decode(cell, encoding)
        if text is None:
            report.add(
                "text_undecodable",
                Text(f"文字不能按 {encoding} 解读", f"the text cannot be read as {encoding}"),
                Text("核对 encoding", "check `encoding`"),
                row=row,
                column=column,
                severity="warning",
            )
        elif cut:
            report.repair("character_cut", cell, text, row=row, column=column)
        out.append(text)
    return pd.Series(out, dtype=object)
