"""Part the rows of a table into data and the rest: numbering, repeated headers, totals, notes."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from chengce.city.readers.sheets.cells import MergedNumber
from chengce.city.readers.sheets.grid import Grid, blank, filled, is_number
from chengce.city.readers.sheets.header import Header, column_name
from chengce.city.readers.sheets.numbers import read_number
from chengce.city.readers.sheets.outcomes import Understood
from chengce.city.readers.sheets.totals import check_total, compare_total
from chengce.city.readers.sheets.words import fold, words
from chengce.city.readers.tables_report import Report

_ORDINAL = re.compile(r"[（(]?(\d{1,3}|[甲乙丙丁戊己庚辛])[）)]?")


def shown(row: Sequence[Any]) -> str:
    """Return the cells of a row as one text."""
    return " | ".join(str(row[c]) for c in filled(row))


def fill_merged(grid: Grid, header: Header, report: Report) -> None:
    """Fill merged text into its rows; a merged number is asked back, for one number is not several."""
    for top, left, bottom, right in grid.merged:
        if top <= header.last:
            continue
        value, name = grid.cells[top][left], column_name(header, left)
        if blank(value) or words().is_total(value) or words().is_note(value):
            continue
        if right > left:
            for c in range(left, right + 1):
                for r in range(top, bottom + 1):
                    grid.cells[r][c] = MergedNumber(value, "merged_across")
        elif is_number(value):
            for r in range(top, bottom + 1):
                grid.cells[r][left] = MergedNumber(value, "merged_number")
        else:
            for r in range(top + 1, bottom + 1):
                grid.cells[r][left] = value
                report.repair("merged_filled", "", value, row=grid.rows[r], column=name)


def data_rows(
    grid: Grid, header: Header, report: Report, *, keep: Sequence[int], skip: Sequence[int]
) -> list[int]:
    """Return the rows of data; every other row below the header is listed.

    `keep` and `skip` are rows as in the file that the configuration keeps or leaves out.
    """
    below = [r for r in range(header.last + 1, len(grid.cells)) if filled(grid.cells[r])]
    if below and _numbers_columns(grid, below):
        report.repair("numbering_row", shown(grid.cells[below[0]]), "", row=grid.rows[below[0]])
        below = below[1:]
    names = [_folded(name) for name in header.names]
    data: list[int] = []
    totals: list[int] = []
    for r in below:
        row, number = grid.cells[r], grid.rows[r]
        code = ""
        if number in skip:
            code = "skipped_row"
        elif number not in keep:
            code = _kind(row, names)
        if code == "total_row":
            totals.append(r)
        elif code:
            report.repair(code, shown(row), "", row=number)
        else:
            data.append(r)
    return sorted([*data, *_kept(grid, header, data, totals, report)])


def _kept(
    grid: Grid, header: Header, data: Sequence[int], totals: Sequence[int], report: Report
) -> list[int]:
    """Return the rows that look like totals but are data, after checking the others.

    A word that begins several rows, none of which adds up, is a value and no total: “total” may be
    the name of a group.
    """
    label = {r: fold(str(grid.cells[r][filled(grid.cells[r])[0]])) for r in totals}
    found = {r: compare_total(grid, header, r, data, totals) for r in totals}
    times = Counter(label.values())
    adds_up = {label[r] for r in totals if any(found[r].agree.values())}
    values = [r for r in totals if times[label[r]] > 1 and label[r] not in adds_up]
    checked = [r for r in totals if r not in values]
    return values + [r for r in checked if not check_total(grid, header, r, found[r], report)]


def _kind(row: Sequence[Any], names: Sequence[frozenset[str]]) -> str:
    """Return what a row is if it is no data; `names` by column: the header's, folded."""
    there = filled(row)
    same = sum(isinstance(row[c], str) and fold(row[c]) in names[c] for c in there)
    if same >= 2 and same * 5 >= len(there) * 4:
        return "repeated_header"
    first = next((row[c] for c in there[:3] if _is_text(row[c])), None)
    if first is None:
        return ""
    if _sums_up(first) and all(_sums_up(row[c]) for c in there if _says(row[c])):
        return "total_row"
    if words().is_note(first) and len(there) <= 3:
        return "note_row"
    return ""


def _is_text(cell: Any) -> bool:
    return isinstance(cell, str) and not _is_number(cell)


def _folded(name: str) -> frozenset[str]:
    return frozenset({fold(name), fold(name.split("-")[-1])}) if name else frozenset()


def _sums_up(cell: Any) -> bool:
    return words().is_total(cell) or fold(str(cell)) in words().whole


def _says(cell: Any) -> bool:
    """Tell whether a cell holds text that says something: neither a number nor a dash."""
    return isinstance(cell, str) and not isinstance(read_number(cell), Understood)


def _numbers_columns(grid: Grid, below: Sequence[int]) -> bool:
    """Tell whether the first row numbers the columns: 甲 乙 1 2 3, where texts follow."""
    row = grid.cells[below[0]]
    there = filled(row)
    marks = [_ORDINAL.fullmatch(str(row[c]).strip().removesuffix(".0")) for c in there]
    if len(there) < 2 or not all(marks) or len(below) < 3:
        return False
    digits = [int(m.group(1)) for m in marks if m is not None and m.group(1).isdigit()]
    if digits != list(range(1, len(digits) + 1)):
        return False
    if len(digits) < len(there):
        return True
    following = [grid.cells[r][there[0]] for r in below[1:6] if there[0] < len(grid.cells[r])]
    return all(isinstance(c, str) and not _is_number(c) for c in following if not blank(c))


def _is_number(cell: str) -> bool:
    found = read_number(cell)
    return isinstance(found, Understood) and found.value is not None
