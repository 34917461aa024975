"""Read the tables of the lines with the row of the file behind every row of the table."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.layers import WGS84, Column
from chengce.city.readers.lines_spec import LinesSpec, LineTable
from chengce.city.readers.tables_geometry import make_geometry
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tables_source import Source, read_source
from chengce.city.readers.tables_spec import spec_problems
from chengce.city.readers.tables_values import constant, convert, empty_column
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

YES = 1
_WORDS = {
    0: ("", "0", "unknown", "不详", "未知"),
    1: ("1", "yes", "y", "是", "有", "√", "可"),
    2: ("2", "no", "n", "否", "无", "×", "x", "不可"),
}
_CODES = {word: code for code, words in _WORDS.items() for word in words}


@dataclass
class Sheet:
    """One table, a row of the file for each of its rows, and what is wrong with it so far."""

    frame: pd.DataFrame
    rows: NDArray[np.int64]
    report: Report

    def wrong(self, mask: "NDArray[np.bool_] | pd.Series[bool]", said: tuple[str, Text, Text], *,
              column: str, warn: bool = False) -> NDArray[np.bool_]:  # fmt: skip
        """Report the rows of `mask`; `said`: code, message with `{value}`, remedy. Return it."""
        bad = np.asarray(mask, dtype=bool)
        values = self.frame.loc[bad, column].to_numpy(dtype=object)
        self.report.rows(
            said, self.rows[bad], values, column=column, severity="warning" if warn else "error"
        )
        return bad

    def keep(self, wanted: NDArray[np.bool_]) -> "Sheet":
        """Return some rows; the report stays the same."""
        return Sheet(self.frame[wanted].reset_index(drop=True), self.rows[wanted], self.report)


def read_sheets(folder: Path, spec: LinesSpec) -> tuple[dict[str, Sheet], list[Problem], set[str]]:
    """Return the tables that could be read, the problems of the others, and their names."""
    sheets: dict[str, Sheet] = {}
    found: list[Problem] = []
    for name, table in spec.tables().items():
        try:
            sheets[name] = read_sheet(folder / table.path, table)
        except ChengceError as error:
            found += error.problems
    return sheets, found, set(spec.tables()) - set(sheets)


def read_sheet(path: Path, table: LineTable) -> Sheet:
    """Return one table; raises `ChengceError` only where the file as a whole cannot be used."""
    report = Report(path.name)
    table = _mapped(table)
    report.found += [
        Problem(p.code, p.message, p.remedy, path.name, None, p.column)
        for p in spec_problems(table)
    ]
    report.stop_if_wrong()
    source = read_source(path, table, report)
    table = _optional(table, source, report)
    columns: dict[str, pd.Series[Any]] = {}
    out = np.zeros(len(source.rows), dtype=bool)
    for target in table.contract.columns:
        columns[target.name], gone = _column(source, table, target, report)
        out |= gone
    frame = pd.DataFrame(columns)
    if table.contract.geometry:
        shapes, missing = make_geometry(source, table, report)
        frame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=WGS84), crs=WGS84)
        out |= missing
    return Sheet(frame, source.rows, report).keep(~out)


def _column(
    source: Source, table: LineTable, target: Column, report: Report
) -> tuple["pd.Series[Any]", NDArray[np.bool_]]:
    length = len(source.rows)
    if target.name in table.columns:
        return _converted(source.frame[table.columns[target.name]], target, source.rows, report)
    if target.name in table.constants:
        return constant(table.constants[target.name], target, length), np.zeros(length, dtype=bool)
    return empty_column(target, length), np.zeros(length, dtype=bool)


def _converted(
    raw: "pd.Series[Any]", target: Column, rows: NDArray[np.int64], report: Report
) -> tuple["pd.Series[Any]", NDArray[np.bool_]]:
    """Convert a column; where few texts recur in many rows, each once if nothing is said of it."""
    if raw.map(type).isin((str, type(None))).all():
        codes, first = pd.factorize(raw, use_na_sentinel=False)
        if len(first) * 2 < len(raw):
            quiet = Report(report.file)
            distinct = pd.Series(first, name=raw.name, dtype=object)
            values, gone = convert(distinct, target, rows[: len(first)], quiet)
            if quiet == Report(report.file):
                return values.iloc[codes].reset_index(drop=True), gone[codes]
    return convert(raw, target, rows, report)


def _mapped(table: LineTable) -> LineTable:
    """Let needed columns without a mapping be those of the same name."""
    given = {**table.columns, **table.constants}
    same = {c.name: c.name for c in table.contract.columns if c.required and c.name not in given}
    return table.model_copy(update={"columns": {**same, **table.columns}})


def _optional(table: LineTable, source: Source, report: Report) -> LineTable:
    """Take optional columns of the contract's name from the file; they are not unused columns."""
    given = {**table.columns, **table.constants}
    have = [str(c) for c in source.frame.columns]
    own = [c.name for c in table.contract.columns if c.name not in given and c.name in have]
    table = table.model_copy(update={"columns": {**table.columns, **{n: n for n in own}}})
    report.found = [p for p in report.found if p.code != "unmapped_columns"]
    unused = [name for name in have if name not in table.needed]
    if unused:
        shown = ", ".join(unused)
        report.add(
            "unmapped_columns",
            Text(f"未用到的列：{shown}", f"columns not used: {shown}"),
            severity="info",
        )
    return table


def known(
    sheet: Sheet, column: str, there: "pd.Series[Any] | list[str]", what: Callable[[str], Text]
) -> NDArray[np.bool_]:
    """Report the rows whose `column` names nothing that is there; return which are fine.

    `what` says what is missing, with `{value}` in it, given the table's own word for it.
    """
    fine: NDArray[np.bool_] = sheet.frame[column].isin(list(there)).to_numpy(dtype=bool, copy=True)
    blank = sheet.frame[column].isna().to_numpy(dtype=bool)
    remedy = Text("核对名称，或补上被引用的行", "check the name, or add the row it refers to")
    sheet.wrong(~fine & ~blank, ("foreign_key_violation", what(column), remedy), column=column)
    return fine


def marks(sheet: Sheet, column: str) -> NDArray[np.int64]:
    """Return a column of marks as 0 unknown, 1 yes, 2 no; words that are none are errors."""
    words = sheet.frame[column].fillna("").astype(str).str.strip().str.lower()
    codes = words.map(_CODES)
    said = ("value_not_allowed", Text("“{value}”看不懂", "“{value}” is not understood"),
            Text("写 是、否、不详，或 1、2、0", "write yes, no, unknown, or 1, 2, 0"))  # fmt: skip
    sheet.wrong(codes.isna(), said, column=column)
    found: NDArray[np.int64] = codes.fillna(0).to_numpy(np.int64)
    return found
