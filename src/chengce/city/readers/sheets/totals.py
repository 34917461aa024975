"""Check a row of totals against the rows that it adds up."""

from collections.abc import Sequence
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


def check_total(
    grid: Grid, header: Header, row: int, data: Sequence[int], totals: Sequence[int],
    report: Report,
) -> bool:  # fmt: skip
    """List a row of totals and what disagrees with it; False if it is to be kept as data.

    A subtotal is compared with the rows since the last total, or up to the next one. A row named
    全市 or “all” is a total only if some column adds up; otherwise it stays and is asked about.
    """
    cells, number = grid.cells[row], grid.rows[row]
    first = next(c for c in cells if not blank(c))
    below, above = _groups(row, data, totals)
    groups = [above, below] if any(map(words().is_subtotal, cells[:3])) else [list(data)]
    units = [unit or header.line_unit for unit in header.units]
    sums = {c: v for c, cell in enumerate(cells) if (v := _value(cell, units[c])) is not None}
    read = {c: [_value(_at(grid, r, c), units[c]) for r in data] for c in sums}
    unclear = {c for c in sums if any(_unclear(_at(grid, r, c)) for r in data)}
    compared = {
        c: [_sum(data, read[c], group) for group in groups if group]
        for c in sums
        if c not in unclear and any(v is not None for v in read[c])
    }
    agree = {c: any(_close(sums[c], s) for s in found) for c, found in compared.items()}
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
    checked += [f"? {column_name(header, c)}" for c in sorted(unclear)]
    report.repair("total_row", shown, "; ".join(checked), row=number)
    for c, right in agree.items():
        if not right:
            total = min(compared[c], key=lambda s: abs(s - sums[c]))
            report.add(
                "total_disagrees",
                Text(
                    f"“{first}”为 {_plain(sums[c])}，各行之和为 {_plain(total)}",
                    f"“{first}” says {_plain(sums[c])}, the rows add up to {_plain(total)}",
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
