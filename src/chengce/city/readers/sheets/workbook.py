"""Open a workbook of the XLSX kind: cells, merged areas, hidden rows and columns, formulas."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from chengce.city.readers.sheets.cells import CellError, NotComputed, Padded
from chengce.city.readers.sheets.grid import Area, Grid

_ZEROS = re.compile(r"0{2,}")
_EXACT = 10**15
# openpyxl streams cells; what it leaves out when streaming is read from the sheet's XML
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*?hidden=\"(?:1|true)\"[^>]*)>")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*?hidden=\"(?:1|true)\"[^>]*)>")
_EMPTY_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+\d+)"[^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>([^<]*)</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, read when asked for."""

    name: str
    visible: bool
    read: Callable[[], Grid]


def open_xlsx(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook; raises what openpyxl raises for a damaged one."""
    data = path.read_bytes()  # openpyxl would go by the suffix of a path
    with warnings.catch_warnings():  # about styles and extensions that no value depends on
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), data_only=True, read_only=True)
    return [
        Sheet(sheet.title, sheet.sheet_state == "visible", lambda s=sheet: _grid(s, data))  # type: ignore[misc]
        for sheet in book.worksheets
    ]


def _grid(sheet: Any, data: bytes) -> Grid:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read(sheet._worksheet_path)
    cells: dict[tuple[int, int], Any] = {}
    sheet.reset_dimensions()  # some programs state a wrong size
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for row in sheet.iter_rows():
            for cell in row:
                value = None if cell.value is None else _value(cell)
                if value is not None:
                    cells[cell.row, cell.column] = value
    for at, formula in _EMPTY_FORMULA.findall(xml):
        place = coordinate_to_tuple(at.decode())
        cells.setdefault(place, NotComputed(f"={formula.decode('utf-8')}"))
    height = max((row for row, _ in cells), default=0)
    width = max((column for _, column in cells), default=0)
    rows = [[cells.get((r, c)) for c in range(1, width + 1)] for r in range(1, height + 1)]
    return Grid(
        name=sheet.title,
        cells=rows,
        rows=list(range(1, height + 1)),
        merged=_merged(xml, height, width),
        hidden_rows=frozenset(_number(row, b"r") - 1 for row in _HIDDEN_ROW.findall(xml)),
        hidden_columns=frozenset(
            c - 1
            for column in _HIDDEN_COLUMN.findall(xml)
            for c in range(_number(column, b"min"), min(_number(column, b"max"), width) + 1)
        ),
    )


def _merged(xml: bytes, height: int, width: int) -> list[Area]:
    """Return the merged areas, cut to the part of the sheet that holds anything."""
    areas = []
    for ref in _MERGED.findall(xml):
        left, top, right, bottom = (int(n or 0) for n in range_boundaries(ref.decode()))
        if top <= height and left <= width:
            areas.append((top - 1, left - 1, min(bottom, height) - 1, min(right, width) - 1))
    return sorted(a for a in areas if a[:2] != a[2:])


def _number(attributes: bytes, name: bytes) -> int:
    found = re.search(rb"\b" + name + rb'="(\d+)"', attributes)
    return int(found.group(1)) if found else 0


def _value(cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "e":
        return CellError(str(value))
    if isinstance(value, str):
        return value if value.strip() else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return value
    shape = str(cell.number_format)
    if _ZEROS.fullmatch(shape):
        return padded(float(value), len(shape))
    if isinstance(value, int) and abs(value) >= _EXACT:
        return float(value)  # no spreadsheet keeps more than 15 digits of a number
    return value


def padded(value: float, digits: int) -> Any:
    """Return a number as displayed with leading zeros, if it is displayed so."""
    text = f"{int(value):0{digits}d}" if value >= 0 and value == int(value) else ""
    return Padded(value, text) if text.startswith("0") and text != "0" else value
