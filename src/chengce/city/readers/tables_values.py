"""Turn raw cells into the text and numbers of a contract; say which cells do not fit."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.layers import Column
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text

Mask = NDArray[np.bool_]
_CHECK = Text("核对原始数据", "check the source")
_FILL = Text("补填；缺失不等于 0", "fill it in; missing is not 0")
_DTYPES = {"float": "float64", "int": "Int64", "bool": "boolean"}


def convert(
    raw: "pd.Series[Any]", target: Column, rows: NDArray[np.int64], report: Report
) -> tuple["pd.Series[Any]", Mask]:
    """Return the values of one column and which rows must be left out.

    Blank cells become null, never 0. A blank in a number that the contract requires leaves the row
    out with a warning; a blank in a key or other required text is an error.
    """
    values: pd.Series[Any]
    if target.kind in ("float", "int"):
        values = numbers(raw, target, rows, report)
    else:
        values = texts(raw)
    blank = raw.isna().to_numpy() if target.kind != "str" else values.isna().to_numpy()
    if target.allowed:
        wrong = ~blank & ~values.isin(list(target.allowed)).to_numpy()
        shown = ", ".join(map(str, target.allowed))
        said = Text(f"取值 {{value}} 不在 {shown} 之内", f"{{value}} is none of {shown}")
        remedy = Text("改为允许的取值", "use one of the allowed values")
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
        report.rows(("missing_value", said, _FILL), rows[blank], column=str(raw.name))
    return values, blank


def numbers(
    raw: "pd.Series[Any]", target: Column, rows: NDArray[np.int64], report: Report
) -> "pd.Series[Any]":
    """Return numbers; text, infinities and numbers out of range are errors with their rows."""
    column = str(raw.name)
    blank = raw.isna().to_numpy()
    found = pd.to_numeric(raw, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~blank & ~np.isfinite(found)
    said = Text("“{value}”不是数", "“{value}” is not a number")
    remedy = Text(
        "只留数字，去掉单位和千分位逗号", "digits only: no units, no thousands separators"
    )
    report.rows(("not_a_number", said, remedy), rows[wrong], raw[wrong].to_numpy(), column=column)
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
        broken = ~blank & ~wrong & (found != np.floor(found))
        said = Text("{value} 不是整数", "{value} is not a whole number")
        report.rows(("not_an_integer", said, _CHECK), rows[broken], found[broken], column=column)
        found = np.where(broken | wrong, np.nan, found)
    return pd.Series(np.where(wrong, np.nan, found), dtype=_DTYPES[target.kind])


def texts(raw: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return text; whole numbers without a decimal point, blanks as null."""
    if pd.api.types.is_float_dtype(raw.dtype):
        shown = [
            None if pd.isna(v) else str(int(v)) if float(v).is_integer() else repr(float(v))
            for v in raw.tolist()
        ]
    else:
        shown = [None if pd.isna(v) else str(v).strip() or None for v in raw.tolist()]
    return pd.Series(shown, dtype="str")


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
