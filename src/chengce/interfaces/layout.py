"""Lay out tables for a terminal of 80 to 120 columns: whole numbers, Chinese aligned."""

import io
import re
import shutil
from collections.abc import Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from chengce.core.estimate import Estimate
from chengce.core.text import Lang
from chengce.core.units import number

NARROW, WIDE = 60, 140
LEAST = 12  # columns for the words that name a row
GAP = 3  # columns of a terminal that each column takes besides its text
_TOKEN = re.compile(  # what stays together: a Latin word, a character, brackets and stops with them
    r"\s+|[（(]*(?:[\x21-\x27\x2a-\x7e–—→]+|[^\s（(）)])?[）)：，。、；％%]*"
)

Cell = tuple[str, ...]  # one line each


def width() -> int:
    """Return the columns to fill: the terminal's, within reason; 100 where there is none."""
    return min(WIDE, max(NARROW, shutil.get_terminal_size((100, 24)).columns))


def number_table(
    title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell]]]
) -> str:
    """Return a table whose first column names the rows and whose others hold numbers.

    Numbers are never cut: where the room does not suffice, intervals go on two lines, and where
    that does not suffice either, the columns one below the other.
    """
    room = width()
    for narrow in (False, True):
        lines = [[_split(cell) if narrow else cell for cell in cells] for _, cells in rows]
        wide = [_widest(lines, columns, i) for i in range(1, len(columns))]
        first = room - sum(wide) - GAP * len(columns)
        if first >= LEAST:
            break
    else:
        return _list(title, columns, rows)
    first = max(LEAST, min(first, max(cell_len(name) for name, _ in [(columns[0], ()), *rows])))
    table = new_table(title, ())
    table.add_column("\n".join(wrap(columns[0], first)), no_wrap=True)
    for column, size in zip(columns[1:], wide, strict=True):
        table.add_column("\n".join(wrap(column, size)), justify="right", no_wrap=True)
    several = any(len(cell) > 2 for cells in lines for cell in cells)
    for (name, _), cells in zip(rows, lines, strict=True):
        table.add_row("\n".join(wrap(name, first)), *("\n".join(cell) for cell in cells))
        if several:
            table.add_section()
    return shown(table, least=first + sum(wide) + GAP * len(columns))


def _list(title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell]]]) -> str:
    """Return the same as a list, for numbers too long to stand side by side."""
    out = [title] if title else []
    size = max(cell_len(column) for column in columns[1:])
    for name, cells in rows:
        out.append(name)
        for column, cell in zip(columns[1:], cells, strict=True):
            pad = " " * (size - cell_len(column))
            out.append(f"  {column}{pad}  {'  '.join(cell)}")
    return "\n".join(out)


def new_table(title: str, columns: Sequence[str]) -> Table:
    """Return an empty table with columns of words."""
    table = Table(
        title=title or None,
        title_justify="left",
        title_style="",
        header_style="",
        box=box.SIMPLE_HEAD,
        padding=(0, 1),
        show_edge=False,
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def shown(table: Table, *, least: int = 0) -> str:
    """Return a table as text without colour or trailing spaces."""
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=max(least, width()),
        no_color=True,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(table)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()).rstrip()


def wrap(text: str, size: int) -> list[str]:
    """Break a text into lines: between Chinese characters, else between words."""
    lines, line = [], ""
    for token in _TOKEN.findall(text):
        if line.strip() and cell_len(line + token.rstrip()) > size:
            lines.append(line.rstrip())
            line = ""
        line += token if line else token.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def value_above(estimate: Estimate, lang: Lang, *, signed: bool = False) -> Cell:
    """Return a number, and its interval on a line below."""
    value, between = _parts(estimate, lang, signed)
    return (value, between) if between else (value,)


def one_line(estimate: Estimate, lang: Lang, *, signed: bool = False) -> str:
    """Return a number with its interval in brackets."""
    value, between = _parts(estimate, lang, signed)
    if not between:
        return value
    return f"{value}（{between}）" if lang == "zh" else f"{value} ({between})"


def just_value(estimate: Estimate) -> str:
    """Return a number without its interval, for a line whose interval follows."""
    return "—" if estimate.value != estimate.value else number(estimate.value)


def _parts(estimate: Estimate, lang: Lang, signed: bool) -> tuple[str, str]:
    """Return value and interval; a number that does not vary at all has no interval to show."""
    if estimate.value != estimate.value:
        return "—", ""
    value = number(estimate.value, signed=signed)
    if estimate.basis != "interval" or estimate.low == estimate.high == estimate.value:
        return value, ""
    ends = [number(v, signed=signed) for v in (estimate.low, estimate.high)]
    return value, (" 至 " if lang == "zh" else " to ").join(ends)


def _split(cell: Cell) -> Cell:
    """Break lines before a bracket and after the word between two numbers."""
    out: list[str] = []
    for line in cell:
        for part in re.split(r"(?=（)| (?=\()", line):
            begin, word, end = (
                re.split(r"( 至| to) ", part, maxsplit=1)
                if re.search(r" 至 | to ", part)
                else (part, "", "")
            )
            out += [begin + word] + ([end] if end else [])
    return tuple(out)


def _widest(rows: Sequence[Sequence[Cell]], columns: Sequence[str], i: int) -> int:
    numbers = max((cell_len(line) for cells in rows for line in cells[i - 1]), default=0)
    return max(numbers, *(cell_len(word) for word in columns[i].split()))
