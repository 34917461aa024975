"""Open a workbook of the old XLS kind, which WPS writes as ET too."""

import io
import re
from pathlib import Path
from typing import Any

import xlrd
from xlrd.xldate import xldate_as_datetime

from chengce.city.readers.sheets.cells import CellError
from chengce.city.readers.sheets.grid import Grid
from chengce.city.readers.sheets.workbook import Sheet, padded

_ZEROS = re.compile(r"0{2,}")


def open_xls(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook; raises what xlrd raises for a damaged or locked one."""
    book = xlrd.open_workbook(
        file_contents=path.read_bytes(), formatting_info=True, logfile=io.StringIO()
    )
    return [
        Sheet(sheet.name, sheet.visibility == 0, lambda sheet=sheet: _grid(book, sheet))  # type: ignore[misc]
        for sheet in book.sheets()
    ]


def _grid(book: Any, sheet: Any) -> Grid:
    cells = [
        [_value(book, cell) for cell in sheet.row(r)] + [None] * (sheet.ncols - sheet.row_len(r))
        for r in range(sheet.nrows)
    ]
    return Grid(
        name=sheet.name,
        cells=cells,
        rows=list(range(1, sheet.nrows + 1)),
        merged=sorted(
            (top, left, bottom - 1, right - 1)
            for top, bottom, left, right in sheet.merged_cells
            if top < sheet.nrows and left < sheet.ncols
        ),
        hidden_rows=frozenset(r for r, info in sheet.rowinfo_map.items() if info.hidden),
        hidden_columns=frozenset(c for c, info in sheet.colinfo_map.items() if info.hidden),
    )


def _value(book: Any, cell: Any) -> Any:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return CellError(xlrd.error_text_from_code.get(cell.value, "#?"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _moment(book, cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        shape = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
        return padded(cell.value, len(shape)) if _ZEROS.fullmatch(shape) else cell.value
    return cell.value if cell.value.strip() else None


def _moment(book: Any, value: float) -> Any:
    """Return a date, or a time of day where there is no date."""
    try:
        moment = xldate_as_datetime(value, book.datemode)
    except (ValueError, OverflowError):
        return value
    return moment.time() if 0 <= value < 1 else moment
