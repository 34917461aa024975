"""Read a DXF drawing: CAD layers, block names, their attributes and texts become columns."""

import re
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from chengce.city.readers.sheets.encoding import recognise
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text

_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+(\S+)", re.IGNORECASE)
_PAGE_LINES = re.compile(r"[ \t]*9\r?\n\$DWGCODEPAGE\r?\n[ \t]*3\r?\n[^\n]*\r?\n", re.IGNORECASE)
_COLUMNS = ("Layer", "Linetype", "EntityHandle", "BlockName", "BlockAttributes", "Text")
INSIDE = "TextInside"


def read_dxf(path: Path, layer: str, encoding: str, report: Report) -> gpd.GeoDataFrame | None:
    """Return the entities of one CAD layer, or of all if `layer` is "".

    Closed lines are polygons. `TextInside` holds the texts that stand within a polygon, of any
    layer, joined by “; ”: plot numbers and land uses are drawn so. Blocks are points at their
    insertion with their name and attributes. None after adding an error.
    """
    text = _text(path.read_bytes(), encoding, report)
    if text is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = gpd.read_file(
            _PAGE_LINES.sub("", text).encode(), layer="entities", INLINE_BLOCKS="NO",
            CLOSED_LINE_AS_POLYGON="YES",
        )  # fmt: skip
    frame = frame[[*(c for c in _COLUMNS if c in frame.columns), "geometry"]]
    for name in frame.columns.drop("geometry"):
        frame[name] = [_shown(v) for v in frame[name].tolist()]
    frame[INSIDE] = _inside(frame, report)
    names = sorted({str(v) for v in frame["Layer"].dropna()})
    if not layer:
        return frame
    if layer not in names:
        shown = ", ".join(names)
        report.add(
            "layer_not_found",
            Text(f"没有图层“{layer}”", f"there is no layer “{layer}”"),
            Text(f"在 layer_name 中写明其一：{shown}", f"name one in layer_name: {shown}"),
        )
        return None
    return frame[frame["Layer"] == layer].reset_index(drop=True)


def _text(data: bytes, encoding: str, report: Report) -> str | None:
    """Return a drawing's text: UTF-8 since 2007, before that the code page that it names."""
    found = recognise(data)
    name = encoding or found.name
    page = _PAGE.search(data)
    if not encoding and page is not None and found.name not in ("utf-8", "utf-8-sig"):
        number = page.group(1).decode("ascii", "replace").upper().removeprefix("ANSI_")
        name = {"936": "gb18030", "950": "big5"}.get(number, f"cp{number}")
    try:
        text = data.decode(name or "ascii")
    except (UnicodeDecodeError, LookupError):
        report.add(
            "encoding_unknown",
            Text("图中文字的编码无法确定", "the encoding of the drawing's text is not clear"),
            Text('写明 encoding，如 encoding = "gb18030"', 'say encoding = "gb18030" or another'),
        )
        return None
    if name not in ("utf-8", "utf-8-sig"):
        report.repair("encoding", page.group(1).decode("ascii", "replace") if page else "", name)
    return text


def _shown(value: object) -> str | None:
    """Return a drawing's attribute as text; what GDAL took for Latin-1 is UTF-8."""
    if value is None or value != value:
        return None
    if isinstance(value, list | tuple | np.ndarray):
        return "; ".join(t for v in value if (t := _shown(v)))
    try:
        return str(value).encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return str(value)


def _inside(frame: gpd.GeoDataFrame, report: Report) -> list[str | None]:
    shapes = frame.geometry.to_numpy()
    texts = np.flatnonzero(frame["Text"].notna().to_numpy() & (shapely.get_type_id(shapes) == 0))
    out: list[str | None] = [None] * len(frame)
    areas = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    if not len(texts) or not len(areas):
        return out
    tree = shapely.STRtree(shapes[areas])
    points, hits = tree.query(shapes[texts], predicate="intersects")
    for point, hit in zip(points, hits, strict=True):
        at, said = int(areas[hit]), str(frame["Text"].iloc[texts[point]])
        out[at] = said if out[at] is None else f"{out[at]}; {said}"
    for at in sorted({int(areas[h]) for h in hits}):
        report.repair("text_inside", "", out[at], row=at + 1, column=INSIDE)
    return out
