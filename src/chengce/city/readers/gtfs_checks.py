"""Turn text cells into numbers, times and dates; check keys and references; note what is wrong."""

import datetime as dt
import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from chengce.city.readers.gtfs_csv import Coded, Mask, Sheet
from chengce.city.readers.gtfs_notices import Notices

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
BLANK = -1
WRONG = -2
_TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)")
_DATE = re.compile(r"\d{8}")


def required(sheet: Sheet, columns: Sequence[str], notes: Notices) -> Sheet:
    """Leave out the rows where one of `columns` is blank."""
    bad = np.zeros(len(sheet), dtype=bool)
    for column in columns:
        blank = sheet[column].blank
        notes.rows("missing_required_field", sheet.file, sheet.rows[blank], column=column)
        bad |= blank
    return sheet.keep(~bad) if bad.any() else sheet


def times(sheet: Sheet, column: str, notes: Notices) -> NDArray[np.int32]:
    """Return seconds after midnight (above 24:00 kept), `BLANK`, or `WRONG` (noted)."""
    return _parsed(sheet, column, _time, ("invalid_time", notes)).astype(np.int32)


def dates(sheet: Sheet, column: str, notes: Notices) -> Ints:
    """Return days since 1970-01-01, `BLANK`, or `WRONG` (noted)."""
    return _parsed(sheet, column, _date, ("invalid_date", notes))


def ints(sheet: Sheet, column: str, notes: Notices, *, low: int = 0, high: int = 2**31 - 1) -> Ints:
    """Return whole numbers ≥ 0, `BLANK`, or `WRONG` (noted)."""
    found = _parsed(sheet, column, _integer, ("invalid_integer", notes))
    outside = (found != BLANK) & (found != WRONG) & ((found < low) | (found > high))
    note(sheet, "number_out_of_range", outside, column, notes)
    return np.where(outside, WRONG, found)


def choice(sheet: Sheet, column: str, allowed: Sequence[int], notes: Notices) -> Ints:
    """Return one of `allowed`, or `BLANK`, also for any other value (noted)."""
    found = _parsed(sheet, column, _integer, None)
    strange = (found != BLANK) & ~np.isin(found, list(allowed))
    note(sheet, "unexpected_enum_value", strange, column, notes)
    return np.where(strange, BLANK, found)


def floats(
    sheet: Sheet, column: str, notes: Notices, *, low: float = -np.inf, high: float = np.inf
) -> Floats:
    """Return numbers; NaN where blank, and where wrong or out of range (noted)."""
    cells = sheet[column]
    try:
        values = np.asarray(pc.cast(cells.values, pa.float64()), dtype=np.float64)
    except pa.ArrowInvalid:
        texts = pd.Series(cells.values.to_pylist(), dtype=object)
        values = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    values = np.where(np.isfinite(values), values, np.nan)
    found = np.append(values, np.nan)[cells.codes]
    note(sheet, "invalid_float", np.isnan(found) & ~cells.blank, column, notes)
    outside = (found < low) | (found > high)
    note(sheet, "number_out_of_range", outside, column, notes)
    return np.where(outside, np.nan, found)


def unique(sheet: Sheet, key: Sequence[Coded | Ints], notes: Notices) -> Sheet:
    """Leave out the rows that repeat a key; the first row counts."""
    again = repeated(key)
    if not again.any():
        return sheet
    names = next(k for k in key if isinstance(k, Coded)).texts(again)
    rest = [k for k in key if not isinstance(k, Coded)]
    shown = [" ".join([n, *(str(r[again][i]) for r in rest)]) for i, n in enumerate(names)]
    notes.rows("duplicate_key", sheet.file, sheet.rows[again], shown)
    return sheet.keep(~again)


def repeated(key: Sequence[Coded | Ints]) -> Mask:
    """Tell which rows repeat the key of an earlier row."""
    frame = pd.DataFrame({i: k.codes if isinstance(k, Coded) else k for i, k in enumerate(key)})
    return np.asarray(frame.duplicated().to_numpy())


def positions(cells: Coded, among: Coded) -> Ints:
    """Return for each cell the row of `among` (distinct) that holds the same text, else −1."""
    if not len(cells.values) or not len(among.codes):
        return np.full(len(cells.codes), -1, dtype=np.int64)
    found = pc.index_in(cells.values, value_set=among.arrow()).fill_null(-1)
    return np.append(found.to_numpy().astype(np.int64), -1)[cells.codes]


def referred(sheet: Sheet, column: str, among: Coded, left_out: Coded, notes: Notices) -> Sheet:
    """Leave out the rows whose `column` is not in `among`.

    A row that refers to one of `left_out` (rows dropped because of their own errors) is told apart
    from a row that refers to nothing.
    """
    lost = positions(sheet[column], among) < 0
    if not lost.any():
        return sheet
    dropped = lost & (positions(sheet[column], distinct(left_out)) >= 0)
    note(sheet, "reference_left_out", dropped, column, notes)
    note(sheet, "foreign_key_violation", lost & ~dropped, column, notes)
    return sheet.keep(~lost)


def distinct(cells: Coded) -> Coded:
    """Return the distinct non-blank cells."""
    codes = np.unique(cells.codes)
    return Coded(codes[codes >= 0], cells.values)


def note(sheet: Sheet, code: str, wrong: Mask, column: str, notes: Notices) -> None:
    """Add a notice for each row in `wrong`, with the text of `column`."""
    if wrong.any():
        notes.rows(code, sheet.file, sheet.rows[wrong], sheet[column].texts(wrong), column=column)


def _parsed(
    sheet: Sheet,
    column: str,
    parse: Callable[[str], int],
    report: tuple[str, Notices] | None,
) -> Ints:
    cells = sheet[column]
    used = np.zeros(len(cells.values) + 1, dtype=bool)
    used[cells.codes] = True
    values = [
        parse(text) if here else BLANK
        for text, here in zip(cells.values.to_pylist(), used, strict=False)
    ]
    found = np.array([*values, BLANK], dtype=np.int64)[cells.codes]
    if report:
        note(sheet, report[0], found == WRONG, column, report[1])
    return found


def _time(text: str) -> int:
    match = _TIME.fullmatch(text)
    if not match:
        return WRONG
    hours, minutes, seconds = map(int, match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _date(text: str) -> int:
    try:
        day = dt.datetime.strptime(text, "%Y%m%d").date() if _DATE.fullmatch(text) else None  # noqa: DTZ007
    except ValueError:
        day = None
    return WRONG if day is None else (day - dt.date(1970, 1, 1)).days


def _integer(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        return WRONG
    return number if 0 <= number < 2**62 else WRONG
