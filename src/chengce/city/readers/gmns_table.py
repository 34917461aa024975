"""Read a CSV table of a GMNS folder as text cells, and its columns as ids, numbers or flags."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.readers.delimited import separator
from chengce.city.readers.raw_file import decode, read_raw
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text

Floats = NDArray[np.float64]
Words = NDArray[np.object_]
_YES, _NO = ("1", "true", "t", "yes", "y", "1.0"), ("0", "false", "f", "no", "n", "0.0")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_BLANK = ("", "nan", "na", "null", "none")


@dataclass(frozen=True)
class GmnsTable:
    """Text cells by lower-case column, with the line of each row; `report` collects problems."""

    report: Report
    cells: pd.DataFrame
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, *names: str) -> str | None:
        """Return the first of the names that is a column."""
        return next((n for n in names if n in self.cells.columns), None)

    def words(self, *names: str) -> Words:
        """Return a column of text, by the first name there is; blank where there is none."""
        name = self.has(*names)
        if name is None:
            return np.full(len(self), "", dtype=object)
        return np.asarray(self.cells[name].to_numpy(dtype=object))

    def ids(self, *names: str) -> Words:
        """Return a column of ids: whole numbers are written without `.0`."""
        return np.array([w.removesuffix(".0") for w in self.words(*names)], dtype=object)

    def blank(self, *names: str) -> NDArray[np.bool_]:
        """Tell which cells of a column hold nothing."""
        return np.array([w.lower() in _BLANK for w in self.words(*names)], dtype=bool)

    def numbers(self, *names: str, blank: float = float("nan")) -> Floats:
        """Return a column of numbers; what is not a number is a problem of its row."""
        words, empty = self.words(*names), self.blank(*names)
        plain = [w.replace(",", "") if _THOUSANDS.fullmatch(w) else w for w in words]
        values = pd.to_numeric(pd.Series(plain), errors="coerce").to_numpy(np.float64)
        bad = np.flatnonzero(~empty & ~np.isfinite(values))
        said = ("gmns_not_a_number", Text("不是数字：{value}", "not a number: {value}"),
                Text("改为数字，或留空", "write a number, or leave it empty"))  # fmt: skip
        self.report.rows(said, self.rows[bad], words[bad], column=self.has(*names) or names[0])
        return np.where(empty, blank, values)

    def flags(self, name: str, *, blank: bool) -> NDArray[np.bool_]:
        """Return a column of true or false."""
        words = [w.lower() for w in self.words(name)]
        known = {
            **dict.fromkeys(_YES, True),
            **dict.fromkeys(_NO, False),
            **dict.fromkeys(_BLANK, blank),
        }
        bad = np.flatnonzero([w not in known for w in words])
        said = ("gmns_not_a_flag", Text("不是真假值：{value}", "neither true nor false: {value}"),
                Text("写 1 或 0", "write 1 or 0"))  # fmt: skip
        self.report.rows(said, self.rows[bad], self.words(name)[bad], column=name)
        return np.array([known.get(w, blank) for w in words], dtype=bool)

    def wrong(self, said: tuple[str, Text, Text], mask: NDArray[np.bool_], column: str) -> None:
        """Add a problem for every row of a mask, with the cell of a column as `{value}`."""
        at = np.flatnonzero(mask)
        self.report.rows(said, self.rows[at], self.words(column)[at], column=column)


def read_gmns_table(path: Path, what: Text, needed: Sequence[Sequence[str]] = ()) -> GmnsTable:
    """Read a table; raises `ChengceError` if it cannot be read or lacks a needed column.

    `needed`: for each needed column the names it may have. Names are compared in lower case.
    """
    text = decode(read_raw(path, what))
    report = Report(str(path))
    try:
        frame = pd.read_csv(
            io.StringIO(text), dtype=str, keep_default_na=False, skip_blank_lines=False,
            sep=separator(text),
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        report.add(
            "csv_parsing_failed",
            Text(f"无法解析：{error}", f"cannot be parsed: {error}"),
            Text("检查各行的列数与引号", "check the number of cells of each row, and quotes"),
        )
        report.stop_if_wrong()
        raise AssertionError from error
    frame.columns = [str(c).strip().lower() for c in frame.columns]
    frame = frame.loc[:, ~frame.columns.duplicated()].fillna("")
    frame = frame.apply(lambda column: column.str.strip())
    filled = (frame != "").any(axis=1).to_numpy()
    table = GmnsTable(report, frame[filled].reset_index(drop=True), np.flatnonzero(filled) + 2)
    for names in needed:
        if table.has(*names) is None:
            have = ", ".join(frame.columns[:20])
            report.add(
                "missing_column",
                Text(f"文件没有列“{names[0]}”", f"the file has no column “{names[0]}”"),
                Text(f"已有的列：{have}", f"it has: {have}"),
                column=names[0],
            )
    report.stop_if_wrong()
    return table
