"""Lay out tables for a terminal of 80 to 120 columns: whole numbers, Chinese aligned."""

import io
import shutil
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from chengce.core.estimate import Estimate
from chengce.core.text import Lang
from chengce.core.units import number

NARROW, WIDE = 60, 140


def width() -> int:
    """Return the columns to fill: the terminal's, within reason; 100 where there is none."""
    return min(WIDE, max(NARROW, shutil.get_terminal_size((100, 24)).columns))


def new_table(title: str, columns: Sequence[str], *, numbers: bool = True) -> Table:
    """Return an empty table; all columns but the first hold numbers, to the right."""
    table = Table(title=title or None, title_justify="left", title_style="", header_style="", box=box.SIMPLE_HEAD,
                  padding=(0, 1), show_edge=False)  # fmt: skip
    for i, column in enumerate(columns):
        right = numbers and i > 0
        table.add_column(column, justify="right" if right else "left", overflow="fold", ratio=None)
    return table


def shown(table: Table) -> str:
    """Return a table as text without colour or trailing spaces."""
    buffer = io.StringIO()
    Console(file=buffer, width=width(), no_color=True, highlight=False, markup=False).print(table)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()).rstrip()


def two_lines(estimate: Estimate, lang: Lang, *, signed: bool = False) -> str:
    """Return a number, and its interval on a line below."""
    if estimate.value != estimate.value:
        return "—"
    return "\n".join(part for part in _parts(estimate, lang, signed) if part)


def one_line(estimate: Estimate, lang: Lang, *, signed: bool = False) -> str:
    """Return a number with its interval in brackets."""
    if estimate.value != estimate.value:
        return "—"
    value, between = _parts(estimate, lang, signed)
    if not between:
        return value
    return f"{value}（{between}）" if lang == "zh" else f"{value} ({between})"


def _parts(estimate: Estimate, lang: Lang, signed: bool) -> tuple[str, str]:
    """Return value and interval; a number that does not vary at all has no interval to show."""
    value = number(estimate.value, signed=signed)
    if estimate.basis != "interval":
        return value, ""
    ends = [number(v, signed=signed) for v in (estimate.low, estimate.high)]
    if estimate.low == estimate.high == estimate.value:
        return value, ""
    return value, (" 至 " if lang == "zh" else " to ").join(ends)
