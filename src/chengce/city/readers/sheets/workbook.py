"""Open a workbook of the XLSX kind: cells, merged areas, hidden rows and columns, formulas."""

import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from chengce.city.readers.sheets.cells import CellError, NotComputed, Padded
from chengce.city.readers.sheets.grid import Grid

_ZEROS = re.compile(r"0{2,}")
_EXACT = 10**15


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, read when asked for."""

    name: str
    visible: bool
    read: Callable[[], Grid]


def open_xlsx(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook; raises what openpyxl raises for a damaged one."""
    with warnings.catch_warnings():  # about styles and extensions that no value depends on
        warnings.simplefilter("ignore")
        book = load_workbook(path, data_only=True)
        formulas = load_workbook(path) if _has_formulas(path) else None
    return [
        Sheet(
            sheet.title,
            sheet.sheet_state == "visible",
            lambda sheet=sheet: _grid(sheet, None if formulas is None else formulas[sheet.title]),  # type: ignore[misc]
        )
        for sheet in book.worksheets
    ]


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return any(
            b"<f" in archive.read(name)
            for name in archive.namelist()
            if name.startswith("xl/worksheets/") and name.endswith(".xml")
        )


def _grid(sheet: Worksheet, formulas: Worksheet | None) -> Grid:
    cells: dict[tuple[int, int], Any] = {}
    for at, cell in _stored(sheet).items():
        value = _value(cell)
        if value is None and formulas is not None:
            formula = _stored(formulas).get(at)
            if formula is not None and formula.data_type == "f":
                value = NotComputed(str(formula.value))
        if value is not None:
            cells[at] = value
    height = max((row for row, _ in cells), default=0)
    width = max((column for _, column in cells), default=0)
    rows = [[cells.get((r, c)) for c in range(1, width + 1)] for r in range(1, height + 1)]
    areas = [
        (a.min_row - 1, a.min_col - 1, min(a.max_row, height) - 1, min(a.max_col, width) - 1)
        for a in sheet.merged_cells.ranges
    ]
    return Grid(
        name=sheet.title,
        cells=rows,
        rows=list(range(1, height + 1)),
        merged=sorted(a for a in areas if a[0] <= a[2] and a[1] <= a[3] and a[0] < height),
        hidden_rows=frozenset(r - 1 for r, d in sheet.row_dimensions.items() if d.hidden),
        hidden_columns=_hidden_columns(sheet),
    )


def _stored(sheet: Worksheet) -> dict[tuple[int, int], Cell]:
    """Return the cells that the file holds: `iter_rows` would make every blank one of the area."""
    return sheet._cells  # type: ignore[no-any-return,attr-defined]


def _hidden_columns(sheet: Worksheet) -> frozenset[int]:
    hidden: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min is not None and dimension.max is not None:
            hidden.update(range(dimension.min - 1, dimension.max))
    return frozenset(hidden)


def _value(cell: Cell) -> Any:
    value: Any = cell.value
    if cell.data_type == "e":
        return CellError(str(value))
    if isinstance(value, str):
        return value if value.strip() else None
    shape = str(cell.number_format)
    if isinstance(value, int | float) and not isinstance(value, bool) and _ZEROS.fullmatch(shape):
        return padded(float(value), len(shape))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _EXACT:
        return float(value)  # no spreadsheet keeps more than 15 digits of a number
    return value


def padded(value: float, digits: int) -> Any:
    """Return a number as displayed with leading zeros, if it is displayed so."""
    text = f"{int(value):0{digits}d}" if value >= 0 and value == int(value) else ""
    return Padded(value, text) if text.startswith("0") and text != "0" else value
