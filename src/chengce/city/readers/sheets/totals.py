"""Check a row of totals against the rows that it adds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chengce.city.readers.sheets.grid import Grid, blank
from chengce.city.readers.sheets.header import Header, column_name
from chengce.city.readers.sheets.numbers import read_number
from chengce.city.readers.sheets.outcomes import Understood
from chengce.city.readers.sheets.units import Unit
from chengce.city.readers.sheets.words import fold, words
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text

_KEEP = Text(
    "核对各行；确为一行数据时在 keep_rows 中写明行号，否则写入 skip_rows",
    "check the rows; if it is a row of data name it in keep_rows, else in skip_rows",
)


@dataclass(frozen=True)
class Comparison:
    """The numbers of a row of totals by column, the sums they may mean, and what is not clear."""

    stated: dict[int, Decimal]
    sums: dict[int, list[Decimal]]
    unclear: tuple[int, ...]

    @property
    def agree(self) -> dict[int, bool]:
        """Whether each column that can be compared adds up."""
        return {c: any(_close(self.stated[c], s) for s in found) for c, found in self.sums.items()}


def compare_total(
    grid: Grid, header: Header, row: int, data: Sequence[int], totals: Sequence[int]
) -> Comparison:
    """Compare a row of totals with all rows, the rows since the last total, and up to the next.

    Only a subtotal, or one of several totals, may mean less than all rows.
    """
    cells = grid.cells[row]
    below, above = _groups(row, data, totals)
    groups = [list(data)]
    if len(totals) > 1:
        groups = [above, below, *([] if any(map(words().is_subtotal, cells[:3])) else groups)]
    units = [unit or header.line_unit for unit in header.units]
    stated = {c: v for c, cell in enumerate(cells) if (v := _value(cell, units[c])) is not None}
    read = {c: [_value(_at(grid, r, c), units[c]) for r in data] for c in stated}
    unclear = tuple(c for c in stated if any(_unclear(_at(grid, r, c)) for r in data))
    sums = {
        c: [_sum(data, read[c], group) for group in groups if group]
        for c in stated
        if c not in unclear and any(v is not None for v in read[c])
    }
    return Comparison(stated, {c: found for c, found in sums.items() if found}, unclear)


def check_total(grid: Grid, header: Header, row: int, found: Comparison, report: Report) -> bool:
    """List a row of totals and what disagrees with it; False if it is to be kept as data.

    A row named 全市 or “all” is a total only if some column adds up; otherwise it stays and is
    asked about.
    """
    cells, number, agree = grid.cells[row], grid.rows[row], found.agree
    first = next(c for c in cells if not blank(c))
    if fold(str(first)) in words().whole and not any(agree.values()):
        report.add(
            "total_unclear",
            Text(
                f"“{first}”像是合计，但与各行之和不符",
                f"“{first}” looks like a total, but the rows don't add up to it",
            ),
            _KEEP,
            row=number,
            severity="warning",
        )
        return False
    shown = " | ".join(str(c) for c in cells if not blank(c))
    checked = [f"✓ {column_name(header, c)}" for c, right in agree.items() if right]
    checked += [f"? {column_name(header, c)}" for c in found.unclear]
    report.repair("total_row", shown, "; ".join(checked), row=number)
    for c, right in agree.items():
        if not right:
            total = min(found.sums[c], key=lambda s: abs(s - found.stated[c]))
            report.add(
                "total_disagrees",
                Text(
                    f"“{first}”为 {_plain(found.stated[c])}，各行之和为 {_plain(total)}",
                    f"“{first}” says {_plain(found.stated[c])}, the rows add up to {_plain(total)}",
                ),
                Text("核对各行与合计", "check the rows and the total"),
                row=number,
                column=column_name(header, c),
                severity="warning",
            )
    return True


def _groups(row: int, data: Sequence[int], totals: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return the rows of data up to the next total, and those since the last one."""
    before = max((t for t in totals if t < row), default=-1)
    after = min((t for t in totals if t > row), default=10**9)
    return [r for r in data if row < r < after], [r for r in data if before < r < row]


def _at(grid: Grid, row: int, column: int) -> Any:
    cells = grid.cells[row]
    return cells[column] if column < len(cells) else None


def _value(cell: Any, unit: Unit | None) -> Decimal | None:
    """Return a number in base units; a bare number is in the unit of its column."""
    if blank(cell):
        return None
    found = read_number(cell)
    if not isinstance(found, Understood) or found.value is None:
        return None
    bare = not isinstance(cell, str) or cell.strip()[-1:].isdigit()
    return Decimal(str(found.value)) * (unit.factor if unit is not None and bare else 1)


def _unclear(cell: Any) -> bool:
    """Tell whether a cell would have to be asked about."""
    return not blank(cell) and not isinstance(read_number(cell), Understood)


def _sum(data: Sequence[int], values: Sequence[Decimal | None], rows: Sequence[int]) -> Decimal:
    wanted = set(rows)
    return sum(
        (v for r, v in zip(data, values, strict=True) if r in wanted and v is not None), Decimal(0)
    )


def _close(a: Decimal, b: Decimal) -> bool:
    """Tell whether two numbers agree to half a unit of the coarser one's last digit."""
    digits = [int(v.normalize().as_tuple().exponent) for v in (a, b)]
    coarser = min(0, max(min(0, d) for d in digits))
    return abs(a - b) <= Decimal("0.5") * Decimal(10) ** coarser * (
        1 if coarser else Decimal("0.01")
    )


def _plain(value: Decimal) -> str:
    return f"{float(value):.12g}"
