"""Turn a grid into columns with names and rows of data; every other row is listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.readers.sheets.grid import Grid, blank, filled
from chengce.city.readers.sheets.header import Header, column_name, find_header
from chengce.city.readers.sheets.ragged import even_out
from chengce.city.readers.sheets.rows import data_rows, fill_merged, shown
from chengce.city.readers.sheets.units import Unit
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text


@dataclass(frozen=True)
class Layout:
    """What the configuration says about a sheet's layout."""

    wanted: Sequence[str] = ()
    header: tuple[int, int] | None = None
    keep: Sequence[int] = ()
    skip: Sequence[int] = ()
    fill_down: Sequence[str] = ()


@dataclass(frozen=True)
class Table:
    """Raw cells by column, the row of each in the file, the units of columns, the header's row."""

    frame: pd.DataFrame
    rows: NDArray[np.int64]
    units: dict[str, Unit]
    line_unit: Unit | None
    header_row: int


def read_table_of(grid: Grid, layout: Layout, report: Report) -> Table | None:
    """Return a grid's table, or None if there are no rows; what is left out or changed is listed."""
    report.sheet = grid.name
    if not any(filled(row) for row in grid.cells):
        return None
    if layout.header is not None and not any(
        layout.header[0] <= row <= layout.header[1] for row in grid.rows
    ):
        report.add(
            "header_not_found",
            Text(f"没有第 {layout.header[0]} 行", f"there is no row {layout.header[0]}"),
            Text("核对 header 的行号", "check the rows in `header`"),
        )
        return None
    header = find_header(grid, layout.wanted, layout.header)
    for r in range(header.first):
        if filled(grid.cells[r]):
            report.repair("title_row", shown(grid.cells[r]), "", row=grid.rows[r])
    if grid.lengths:
        even_out(grid, header, report)
    _list_hidden(grid, header, report)
    fill_merged(grid, header, report)
    rows = data_rows(grid, header, report, keep=layout.keep, skip=layout.skip)
    if not rows:
        return None
    names = _names(grid, header, rows, layout, report)
    columns = {name: [_cell(grid.cells[r], c) for r in rows] for c, name in names.items()}
    numbers = np.array([grid.rows[r] for r in rows], dtype=np.int64)
    for name in layout.fill_down:
        if name in columns:
            _fill_down(columns[name], name, numbers, report)
    frame = pd.DataFrame({n: pd.Series(v, dtype=object) for n, v in columns.items()})
    units = {name: unit for c, name in names.items() if (unit := header.units[c]) is not None}
    return Table(frame, numbers, units, header.line_unit, grid.rows[header.last])


def _names(
    grid: Grid, header: Header, rows: Sequence[int], layout: Layout, report: Report
) -> dict[int, str]:
    """Return the name of each column that has a name or holds something."""
    names: dict[int, str] = {}
    at = grid.rows[header.last]
    seen: dict[str, int] = {}
    for c in range(grid.width):
        name = column_name(header, c)
        if not header.names[c]:
            if all(blank(_cell(grid.cells[r], c)) for r in rows):
                continue
            report.repair("header_blank", "", name, row=at, column=name)
        elif header.last > header.first and "-" in name:
            report.repair("header_joined", name.replace("-", " / "), name, row=at, column=name)
        elif header.first == header.last and _written(grid, header, c) not in (name, ""):
            report.repair("header_tidied", _written(grid, header, c), name, row=at, column=name)
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            if name in layout.wanted and seen[name] == 2:
                report.add(
                    "duplicated_column",
                    Text(f"列名“{name}”重复", f"column “{name}” appears more than once"),
                    Text("改名或删去", "rename or remove one"),
                    row=at,
                    column=name,
                )
            again = f"{name} ({seen[name]})"
            report.repair("header_repeated", name, again, row=at, column=name)
            name = again
        names[c] = name
    return names


def _written(grid: Grid, header: Header, column: int) -> str:
    value = _cell(grid.cells[header.last], column)
    return value.strip() if isinstance(value, str) else ""


def _fill_down(cells: list[Any], name: str, rows: NDArray[np.int64], report: Report) -> None:
    for i in range(1, len(cells)):
        if blank(cells[i]) and not blank(cells[i - 1]):
            cells[i] = cells[i - 1]
            report.repair("fill_down", "", cells[i], row=int(rows[i]), column=name)


def _list_hidden(grid: Grid, header: Header, report: Report) -> None:
    for r in sorted(grid.hidden_rows):
        if header.last < r < len(grid.cells) and filled(grid.cells[r]):
            text = shown(grid.cells[r])
            report.repair("hidden_row", text, text, row=grid.rows[r])
    for c in sorted(grid.hidden_columns):
        if c < grid.width and any(not blank(_cell(row, c)) for row in grid.cells):
            name = column_name(header, c)
            report.repair("hidden_column", name, name, column=name)


def _cell(row: Sequence[Any], column: int) -> Any:
    value = row[column] if column < len(row) else None
    return None if blank(value) else value
