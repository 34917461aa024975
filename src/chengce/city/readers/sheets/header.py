"""Find the header of a table: below titles, of one row or several, with units and merged cells."""

import datetime as dt
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chengce.city.readers.sheets.grid import Grid, blank, filled, letter
from chengce.city.readers.sheets.matching import match_names
from chengce.city.readers.sheets.numbers import read_number
from chengce.city.readers.sheets.outcomes import Understood
from chengce.city.readers.sheets.units import Unit, bare_unit, unit_in_header, unit_of_line
from chengce.city.readers.sheets.words import words

_WITHIN, _DEEPEST = 40, 5
_YEAR = re.compile(r"(19|20)\d{2}年?")
_CJK = r"[\u3000-\u9fff\uff00-\uffef]"
_BREAK = re.compile(rf"(?<={_CJK})\s+|\s+(?={_CJK})")


@dataclass(frozen=True)
class Header:
    """Where the header is, and per column of the grid its name (blank: none) and unit."""

    first: int
    last: int
    names: tuple[str, ...]
    units: tuple[Unit | None, ...]
    line_unit: Unit | None = None


def find_header(grid: Grid, wanted: Sequence[str], declared: tuple[int, int] | None) -> Header:
    """Return the header: where `declared` (rows as in the file) says, else where it looks like one.

    If it looks otherwise than the columns `wanted` by the configuration, the rows that hold most of
    those are taken.
    """
    spread = grid.spread()
    if declared is not None:
        inside = [i for i, row in enumerate(grid.rows) if declared[0] <= row <= declared[1]]
        return _header(grid, spread, inside[0], inside[-1])
    first = _first(grid, spread)
    found = _header(grid, spread, first, _last(grid, spread, first))
    if not wanted or _missing(found, wanted) == 0:
        return found
    best = found
    for start in range(min(_WITHIN, len(grid.cells))):
        for end in range(start, min(start + _DEEPEST, len(grid.cells))):
            other = _header(grid, spread, start, end)
            if _missing(other, wanted) < _missing(best, wanted):
                best = other
    return best


def _missing(header: Header, wanted: Sequence[str]) -> int:
    return sum(found is None for found in match_names(wanted, header.names).values())


def _first(grid: Grid, spread: list[list[Any]]) -> int:
    """Return the first row that has as many texts as a header has."""
    counts = [len(there) for row in grid.cells if (there := filled(row))]
    usual = statistics.median(counts) if counts else 0
    for i, row in enumerate(spread[:_WITHIN]):
        there = filled(row)
        texts = [row[c] for c in there if isinstance(row[c], str)]
        different = {str(row[c]) for c in there}
        if grid.width == 1 and there:
            return i
        if len(different) < 2 or 2 * len(there) < usual:
            continue
        if sum(map(words().is_title, texts)) * 2 >= len(different):
            continue
        if 2 * sum(_headlike(row[c]) for c in there) >= len(there):
            return i
    return next((i for i, row in enumerate(grid.cells) if filled(row)), 0)


def _headlike(cell: Any) -> bool:
    """Tell whether a cell may be part of a header: text that is no number, or a year."""
    if isinstance(cell, str):
        if _YEAR.fullmatch(cell.strip()):
            return True
        found = read_number(cell)
        return not (isinstance(found, Understood) and found.value is not None)
    return isinstance(cell, int | float) and 1900 <= cell <= 2100 and cell == int(cell)


def _last(grid: Grid, spread: list[list[Any]], first: int) -> int:
    """Return the header's last row: through merged cells, gaps filled below, and rows of units."""
    last = first
    while last + 1 < len(grid.cells) and last - first + 1 < _DEEPEST:
        below = grid.cells[last + 1]
        there = filled(below)
        through = any(top <= last < bottom and top >= first for top, _, bottom, _ in grid.merged)
        parted = any(
            top == last and bottom == last and right > left
            for top, left, bottom, right in grid.merged
        )
        units = there and all(
            isinstance(below[c], str) and bare_unit(below[c]) is not None for c in there
        )
        if not (through or units):
            heads = there and all(isinstance(below[c], str) and _headlike(below[c]) for c in there)
            gaps = any(blank(_at(spread[last], c)) for c in there)
            if not (heads and (parted or (gaps and _numbers_follow(grid, last + 2, there)))):
                break
        last += 1
    return last


def _numbers_follow(grid: Grid, row: int, columns: Sequence[int]) -> bool:
    if row >= len(grid.cells):
        return False
    cells = [_at(grid.cells[row], c) for c in columns]
    return any(not blank(c) and not _headlike(c) for c in cells)


def _header(grid: Grid, spread: list[list[Any]], first: int, last: int) -> Header:
    width = grid.width
    parts: list[list[str]] = [[] for _ in range(width)]
    units: list[Unit | None] = [None] * width
    for i in range(first, last + 1):
        row = [_part(_at(spread[i], c)) for c in range(width)]
        if i < last:
            row = _continued(row, [_at(spread[i + 1], c) for c in range(width)])
        for c, part in enumerate(row):
            unit = bare_unit(part) if i > first else None
            if unit is not None and (parts[c] or i == last):
                units[c] = unit
            elif part and (not parts[c] or parts[c][-1] != part):
                parts[c].append(part)
    names = tuple("-".join(p) for p in parts)
    line = [unit_of_line(str(c)) for row in grid.cells[:first] for c in row if isinstance(c, str)]
    return Header(
        first,
        last,
        names,
        tuple(own or unit_in_header(name) for own, name in zip(units, names, strict=True)),
        next((u for u in line if u is not None), None),
    )


def _continued(row: list[str], below: Sequence[Any]) -> list[str]:
    """Carry a name on over blanks to its right that have a name of their own below."""
    out, last = list(row), ""
    for c, part in enumerate(row):
        if part:
            last = part
        elif last and not blank(below[c]) and bare_unit(str(below[c])) is None:
            out[c] = last
        else:
            last = ""
    return out


def _part(cell: Any) -> str:
    """Return a cell of the header as text: line breaks between Chinese characters go away."""
    if blank(cell):
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", _BREAK.sub("", str(cell).strip()))


def _at(row: Sequence[Any], column: int) -> Any:
    return row[column] if column < len(row) else None


def column_name(header: Header, column: int) -> str:
    """Return a column's name, or its letter in brackets where it has none."""
    return header.names[column] or f"[{letter(column)}]"
