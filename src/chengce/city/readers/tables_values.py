"""Turn raw cells into the text and numbers of a contract; say which cells do not fit."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.layers import Column
from chengce.city.readers.sheets.dates import read_clock, read_date, read_span
from chengce.city.readers.sheets.hours import read_hours_cell
from chengce.city.readers.sheets.numbers import read_number
from chengce.city.readers.sheets.outcomes import QUESTIONS, Asked, Understood
from chengce.city.readers.sheets.texts import read_text, read_yes_no
from chengce.city.readers.sheets.units import Unit, factor_to
from chengce.city.readers.sheets.words import fold, words
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text

Mask = NDArray[np.bool_]
_CHECK = Text("核对原始数据", "check the source")
_FILL_KEY = Text(
    "补填；合并单元格导出为空时用 fill_down",
    "fill it in; use fill_down where merged cells became blanks",
)
_FILL = Text("补填；缺失不等于 0", "fill it in; missing is not 0")
_LAST = ("to_s", "end_s")  # columns that take the end of a span of hours; others take its begin
_DTYPES = {"float": "float64", "int": "Int64", "bool": "boolean"}


def convert(
    raw: "pd.Series[Any]", target: Column, rows: NDArray[np.int64], report: Report, *,
    unit: Unit | None = None, dates: str = "",
) -> tuple["pd.Series[Any]", Mask]:  # fmt: skip
    """Return the values of one column and which rows must be left out.

    `unit` is the unit that the file gives the column, `dates` the order of day and month.
    Blank cells become null, never 0. A blank in a number that the contract requires leaves the row
    out with a warning; a blank in a key or other required text is an error. What is not
    understood is an error in a required column, else a null with a warning.
    """
    values: pd.Series[Any]
    if target.kind in ("float", "int"):
        values, understood = _numbers(raw, target, rows, report, unit=unit)
        blank = values.isna().to_numpy() & understood
    elif target.kind == "bool":
        values, understood = _each(raw, target, rows, report, read_yes_no)
        blank = values.isna().to_numpy() & understood
    elif target.kind == "date":
        values, understood = _each(raw, target, rows, report, lambda cell: read_date(cell, dates))
        blank = values.isna().to_numpy() & understood
    elif target.name == "hours":
        values, understood = _each(raw, target, rows, report, read_hours_cell)
        blank = values.isna().to_numpy() & understood
    else:
        values, understood = _texts(raw, target, rows, report)
        blank = values.isna().to_numpy() & understood
    if target.allowed:
        wrong = values.notna().to_numpy() & ~values.isin(list(target.allowed)).to_numpy()
        shown = ", ".join(map(str, target.allowed))
        said = Text(f"取值 {{value}} 不在 {shown} 之内", f"{{value}} is none of {shown}")
        remedy = Text(
            "改为允许的取值，或在 values 中写明对应关系",
            "use one of the allowed values, or say under `values` which one it is",
        )
        report.rows(
            ("value_not_allowed", said, remedy),
            rows[wrong],
            values[wrong].to_numpy(),
            column=str(raw.name),
        )
    if target.nullable:
        return values, np.zeros(len(values), dtype=bool)
    if target.kind in ("float", "int"):
        said = Text("值缺失，该行略去", "the value is missing; the row is left out")
        report.rows(
            ("missing_value", said, _FILL), rows[blank], column=str(raw.name), severity="warning"
        )
    else:
        said = Text("必填项为空", "a required value is blank")
        report.rows(("missing_value", said, _FILL_KEY), rows[blank], column=str(raw.name))
    return values, blank | ~understood


def numbers(
    raw: "pd.Series[Any]", target: Column, rows: NDArray[np.int64], report: Report
) -> "pd.Series[Any]":
    """Return numbers; what is no number, infinite or out of range is a problem with its row."""
    return _numbers(raw, target, rows, report, unit=None)[0]


def _numbers(
    raw: "pd.Series[Any]", target: Column, rows: NDArray[np.int64], report: Report, *,
    unit: Unit | None,
) -> tuple["pd.Series[Any]", Mask]:  # fmt: skip
    """Return numbers, and which cells were understood (a blank is)."""
    column = str(raw.name)
    found, understood = _read_numbers(raw, target, rows, report)
    if unit is not None:
        found = _converted(found, unit, target, raw, rows, report)
    low = -np.inf if target.low is None else target.low
    high = np.inf if target.high is None else target.high
    negative = (found < 0) & (low == 0)
    said = Text("数值 {value} 为负", "{value} is negative")
    report.rows(("negative_number", said, _CHECK), rows[negative], found[negative], column=column)
    outside = ~negative & ((found < low) | (found > high))
    said = Text(
        f"数值 {{value}} 超出 [{low:g}, {high:g}]", f"{{value}} is outside [{low:g}, {high:g}]"
    )
    report.rows(("number_out_of_range", said, _CHECK), rows[outside], found[outside], column=column)
    if target.kind == "int":
        broken = np.isfinite(found) & (found != np.floor(found))
        said = Text("{value} 不是整数", "{value} is not a whole number")
        report.rows(("not_an_integer", said, _CHECK), rows[broken], found[broken], column=column)
        found = np.where(broken, np.nan, found)
        understood = understood & ~broken
    return pd.Series(found, dtype=_DTYPES[target.kind]), understood


def _read_numbers(
    raw: "pd.Series[Any]", target: Column, rows: NDArray[np.int64], report: Report
) -> tuple[NDArray[np.float64], Mask]:
    """Read clean cells at once, the others one by one."""
    if pd.api.types.is_numeric_dtype(raw.dtype) and not pd.api.types.is_bool_dtype(raw.dtype):
        found = raw.to_numpy(dtype=np.float64, na_value=np.nan)
        hard = np.isinf(found)
    else:
        plain = np.array([isinstance(c, str | int | float) and not isinstance(c, bool) and _ascii(c)
                          for c in raw.tolist()], dtype=bool)  # fmt: skip
        found = pd.to_numeric(raw.where(plain), errors="coerce").to_numpy(
            dtype=np.float64, na_value=np.nan
        )
        hard = ~np.isfinite(found) & raw.notna().to_numpy()
    found = found.copy()
    clock = _is_clock(target)
    asked: dict[str, list[int]] = {}
    for i in np.flatnonzero(hard):
        cell = raw.iloc[i]
        outcome: Understood | Asked = read_number(cell, target.unit)
        if clock and isinstance(outcome, Asked):
            time = read_clock(cell)
            span = read_span(cell)
            if span is not None:
                time = Understood(span[target.name in _LAST], ("clock_span",))
            outcome = time if isinstance(time, Understood) else outcome
        if (
            isinstance(outcome, Understood)
            and outcome.value is not None
            and not np.isfinite(outcome.value)
        ):
            outcome = Asked("not_a_number")
        if isinstance(outcome, Asked):
            found[i] = np.nan
            asked.setdefault(outcome.code, []).append(int(i))
            continue
        found[i] = np.nan if outcome.value is None else outcome.value
        _list(outcome, cell, rows[i], str(raw.name), report)
    return found, _ask(asked, raw, target, rows, report)


def _ascii(cell: str | float) -> bool:
    """Tell whether a cell can be read at once: no full-width digits, spaces or underscores."""
    return not isinstance(cell, str) or (
        cell.isascii() and cell == cell.strip() and "_" not in cell
    )


def _is_clock(target: Column) -> bool:
    """Tell whether a column holds seconds after midnight, which people write as a time of day."""
    return target.unit == "s" and target.high == 86_400


def _converted(
    found: NDArray[np.float64], unit: Unit, target: Column, raw: "pd.Series[Any]",
    rows: NDArray[np.int64], report: Report,
) -> NDArray[np.float64]:  # fmt: skip
    """Convert from the column's unit; cells with a unit or a scale of their own keep theirs."""
    factor = factor_to(unit, target.unit)
    if factor is None or factor == 1:
        return found
    out = found.copy()
    for i in np.flatnonzero(np.isfinite(found)):
        if isinstance(raw.iloc[i], str) and not raw.iloc[i].strip()[-1:].isdigit():
            continue
        out[i] = float(Decimal(repr(float(found[i]))) * factor)
        report.repair(
            "unit_of_column", f"{raw.iloc[i]} {unit.name}", f"{out[i]:.15g}", row=int(rows[i]),
            column=str(raw.name),
        )  # fmt: skip
    return out


def _texts(
    raw: "pd.Series[Any]", target: Column, rows: NDArray[np.int64], report: Report
) -> tuple["pd.Series[Any]", Mask]:
    """Return text; values of a list of words become the contract's."""
    key = bool(target.refers) or (not target.nullable and not target.allowed)
    values, understood = _each(raw, target, rows, report, lambda cell: read_text(cell, key=key))
    cells = values.tolist()
    if key and cells:
        cells = _without_point(raw, cells, rows, report)
    known = words().values.get(target.name, {}) if target.allowed else {}
    for i, cell in enumerate(cells):
        if (
            cell is not None
            and not pd.isna(cell)
            and cell not in target.allowed
            and fold(cell) in known
        ):
            cells[i] = known[fold(cell)]
            report.repair("value_word", cell, cells[i], row=int(rows[i]), column=str(raw.name))
    return pd.Series(cells, dtype="str"), understood


def _without_point(
    raw: "pd.Series[Any]", cells: list[Any], rows: NDArray[np.int64], report: Report
) -> list[Any]:
    """Take away .0 where every id of a column is written so."""
    there = [c for c in cells if isinstance(c, str)]
    texts = [c for c in raw.tolist() if isinstance(c, str)]
    if not there or not texts or not all(c.endswith(".0") and c[:-2].isdigit() for c in there):
        return cells
    for i, cell in enumerate(cells):
        if isinstance(cell, str):
            cells[i] = cell[:-2]
            report.repair("decimal_id", cell, cells[i], row=int(rows[i]), column=str(raw.name))
    return cells


def _each(
    raw: "pd.Series[Any]", target: Column, rows: NDArray[np.int64], report: Report,
    read: Callable[[Any], Understood | Asked],
) -> tuple["pd.Series[Any]", Mask]:  # fmt: skip
    """Read cell by cell."""
    out: list[Any] = [None] * len(raw)
    asked: dict[str, list[int]] = {}
    for i, cell in enumerate(raw.tolist()):
        outcome = read(None if cell is pd.NaT or cell is pd.NA else cell)
        if isinstance(outcome, Asked):
            asked.setdefault(outcome.code, []).append(i)
        else:
            out[i] = outcome.value
            if outcome.repairs:
                _list(outcome, cell, rows[i], str(raw.name), report)
    dtype = _DTYPES.get(target.kind, "str")
    return pd.Series(out, dtype=dtype), _ask(asked, raw, target, rows, report)


def _list(outcome: Understood, cell: Any, row: Any, column: str, report: Report) -> None:
    value = outcome.value
    after = "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
    for code in outcome.repairs:
        report.repair(code, cell, after, row=int(row), column=column)


def _ask(
    asked: dict[str, list[int]], raw: "pd.Series[Any]", target: Column,
    rows: NDArray[np.int64], report: Report,
) -> Mask:  # fmt: skip
    """Ask about cells that were not understood; return which were."""
    understood = np.ones(len(raw), dtype=bool)
    for code, at in asked.items():
        said, remedy = QUESTIONS[code]
        where = np.array(at, dtype=np.int64)
        understood[where] = False
        shown = np.array([str(raw.iloc[i]) for i in at], dtype=object)
        report.rows(
            (code, said, remedy), rows[where], shown, column=str(raw.name),
            severity="warning" if target.nullable else "error",
        )  # fmt: skip
    return understood


def texts(raw: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return cells as text, whole numbers without a decimal point; nothing is asked or listed."""
    cells = [read_text(cell, key=False) for cell in raw.tolist()]
    return pd.Series([c.value if isinstance(c, Understood) else None for c in cells], dtype="str")


def empty_column(target: Column, length: int) -> "pd.Series[Any]":
    """Return a column of nulls in the contract's type."""
    if target.kind in ("str", "date"):
        return pd.Series([None] * length, dtype="str")
    return pd.Series(
        [pd.NA if target.kind != "float" else np.nan] * length, dtype=_DTYPES[target.kind]
    )


def constant(value: str | int | float, target: Column, length: int) -> "pd.Series[Any]":
    """Return one value repeated, in the contract's type."""
    if target.kind in ("str", "date"):
        return pd.Series([str(value)] * length, dtype="str")
    return pd.Series([value] * length, dtype=_DTYPES[target.kind])
