"""Hold the cells of one sheet as they stand, with what the sheet says about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chengce.city.readers.sheets.cells import MergedNumber

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells; rows and columns from 0."""


@dataclass
class Grid:
    """Cells row by row (None: blank); `rows` are numbers as a person sees them, from 1.

    `lengths` holds how many cells each line of a text file has; it is empty for a workbook, whose
    rows have no ends.
    """

    name: str
    cells: list[list[Any]]
    rows: list[int]
    merged: list[Area] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    lengths: list[int] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Number of columns."""
        return max(map(len, self.cells), default=0)

    def spread(self) -> list[list[Any]]:
        """Return the cells with merged ones repeated over their area: how a header is meant."""
        cells = [list(row) for row in self.cells]
        for top, left, bottom, right in self.merged:
            value = cells[top][left]
            for r in range(top, min(bottom, len(cells) - 1) + 1):
                for c in range(left, min(right, len(cells[r]) - 1) + 1):
                    cells[r][c] = value
        return cells


def blank(cell: Any) -> bool:
    """Tell whether a cell holds nothing."""
    if isinstance(cell, str):
        return not cell or cell.isspace()
    return cell is None or cell != cell


def filled(row: Sequence[Any]) -> list[int]:
    """Return the columns that hold something."""
    return [c for c, cell in enumerate(row) if not blank(cell)]


def is_number(cell: Any) -> bool:
    """Tell whether a cell is stored as a number."""
    if isinstance(cell, MergedNumber):
        cell = cell.value
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def letter(column: int) -> str:
    """Return a spreadsheet's name of a column: 0 → A, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
