"""Name the formats a run can be written in; say of an unknown one which it may have been."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.core.validation import near_names

FORMATS: dict[str, Text] = {
    "html": Text("网页报告（中英文各一份）", "report as a web page, zh and en"),
    "docx": Text("Word 报告（中英文各一份）", "report for a word processor, zh and en"),
    "pdf": Text("PDF 报告（中英文各一份）", "report as PDF, zh and en"),
    "a3map": Text("A3 专题图，PDF 与 300 dpi PNG", "A3 map, PDF and PNG at 300 dpi"),
    "gpkg": Text("GeoPackage，全部图层合为一个文件", "GeoPackage, all layers in one file"),
    "shp": Text("Shapefile，每个图层一套文件", "Shapefile, one set of files per layer"),
    "geoparquet": Text("GeoParquet，每个图层一个文件", "GeoParquet, a file per layer"),
    "geojson": Text("GeoJSON，每个图层一个文件", "GeoJSON, a file per layer"),
    "fgb": Text("FlatGeobuf，每个图层一个文件", "FlatGeobuf, a file per layer"),
    "csv": Text("整洁长表", "tidy tables"),
    "omx": Text(
        "OMX 矩阵（谁到哪里去），每个状态一个文件",
        "OMX matrices of who goes where, a file per state",
    ),
}
LAYERED = ("gpkg", "shp", "geoparquet", "geojson", "fgb")
TYPESET = ("docx", "pdf", "a3map")
_OTHER_NAMES = {
    "word": "docx", "doc": "docx", "a3": "a3map", "map": "a3map", "geopackage": "gpkg",
    "shapefile": "shp", "parquet": "geoparquet", "json": "geojson", "flatgeobuf": "fgb", "excel": "csv",
    "xlsx": "csv",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What to write. `formats` empty: the usual files (both web pages, tables, headline zones)."""

    formats: tuple[str, ...] = ()
    bom: bool = False
    dbf_encoding: Literal["utf-8", "gbk"] = "utf-8"


def wanted(formats: Sequence[str], *, bom: bool = False, dbf_encoding: str = "utf-8") -> Wanted:
    """Check what was asked for; raises `ChengceError` with every name that is not known."""
    problems = []
    asked = [f.strip().lower() for item in formats for f in item.replace("，", ",").split(",")]
    for name in dict.fromkeys(f for f in asked if f):
        if name not in FORMATS:
            problems.append(_unknown(name))
    encoding = dbf_encoding.strip().lower().replace("utf8", "utf-8")
    if encoding not in ("utf-8", "gbk"):
        problems.append(
            Problem(
                "dbf_encoding_unknown",
                Text(f"不支持的 .dbf 编码 {dbf_encoding}", f"unknown encoding for .dbf: {dbf_encoding}"),
                Text("可用：utf-8、gbk", "use utf-8 or gbk"),
            )
        )  # fmt: skip
    if problems:
        raise ChengceError(problems)
    chosen = tuple(f for f in FORMATS if f in asked)
    return Wanted(chosen, bom, "gbk" if encoding == "gbk" else "utf-8")


def check_matrices(want: Wanted, *, pairs: bool) -> None:
    """Raise `ChengceError` (`format_without_matrix`) for OMX of an answer without pairs."""
    if "omx" in want.formats and not pairs:
        raise ChengceError(_no_matrix())


def _unknown(name: str) -> Problem:
    known = _OTHER_NAMES.get(name)
    near = (
        Text(f"是否想写 {known}", f"did you mean {known}?")
        if known
        else near_names(name, list(FORMATS))
    )
    return Problem("format_unknown", Text(f"不认识的格式 {name}", f"unknown format {name}"), near)


def _no_matrix() -> Problem:
    return Problem(
        "format_without_matrix",
        Text("测算结果不含矩阵，无法写成 OMX", "the answer of a run holds no matrix, so there is no OMX"),
        Text(
            "谁到哪里去由 commuting_flows 回答；出行时间矩阵用 `chengce matrix` 写出，"
            "路网矩阵由 `chengce assign`（skims.omx）和 `chengce calibrate`（trips.omx）写出",
            "who goes where is answered by commuting_flows; travel times are written by `chengce matrix`, "
            "matrices of roads by `chengce assign` (skims.omx) and `chengce calibrate` (trips.omx)",
        ),
    )  # fmt: skip
