"""Even out lines of a text file that are longer or shorter than its header, or ask about them."""

import numpy as np

from chengce.city.readers.sheets.grid import Grid, blank, filled
from chengce.city.readers.sheets.header import Header
from chengce.city.readers.sheets.words import words
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text


def even_out(grid: Grid, header: Header, report: Report) -> None:
    """Cut a header that ran into a row; report rows of another length; drop them from the grid.

    Blank cells beyond the header's end hold nothing and go; notes and totals may be short.
    """
    length = max(grid.lengths[header.first : header.last + 1])
    named = max((c + 1 for c, n in enumerate(header.names) if n), default=length)
    names = [n for n in header.names if n]
    bad: list[int] = []
    for r in range(header.last + 1, len(grid.cells)):
        row = grid.cells[r]
        if grid.lengths[r] > length:
            _cut(grid, r, names, length, report)
            row = grid.cells[r]
            if all(blank(c) for c in row[length:]):
                del row[length:]
        first = next((c for c in row if not blank(c)), None)
        short = len(filled(row)) <= 2 or words().is_total(first)
        if named <= len(row) <= length or (
            len(row) < length and short and (words().is_note(first) or words().is_total(first))
        ):
            row += [None] * (length - len(row))
        elif filled(row):
            bad.append(r)
    said = Text(
        f"该行列数与表头（{length} 列）不符",
        f"the row does not have the {length} cells of the header",
    )
    remedy = Text("含逗号的内容要加引号", "put quotes around text that holds commas")
    report.rows(
        ("invalid_row_length", said, remedy), np.array([grid.rows[r] for r in bad], dtype=np.int64)
    )
    for r in bad:
        grid.cells[r] = []


def _cut(grid: Grid, r: int, names: list[str], length: int, report: Report) -> None:
    """Cut a row where the header begins again: a lost line break."""
    row = grid.cells[r]
    said = [str(c).strip() if c is not None else "" for c in row]
    for at in range(1, len(row) - len(names) + 1):
        if said[at : at + len(names)] == names:
            report.repair("row_cut", " | ".join(said), " | ".join(said[:at]), row=grid.rows[r])
            grid.cells[r] = row[:at] + [None] * (length - at)
            return
