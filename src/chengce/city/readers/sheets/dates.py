"""Read a date or a time of day in the notations people use, or say why it cannot be read."""

import datetime as dt
import re
import unicodedata
from typing import Any

from chengce.city.readers.sheets.cells import CellError, MergedNumber, NotComputed, Padded
from chengce.city.readers.sheets.numbers import tidy
from chengce.city.readers.sheets.outcomes import Asked, Understood
from chengce.city.readers.sheets.words import fold, words

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_YMD = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:\s*(?:周|星期|T|\s).*)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DMY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_SHORT = re.compile(r"['’]?\d{1,2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?")
_PART = re.compile(
    r"\d{4}\s*年?|\d{4}\s*[-/.年]\s*\d{1,2}\s*月?|\d{1,2}\s*月\s*\d{1,2}\s*[日号]|\d{6}"
)
_CLOCK = re.compile(
    r"(上午|早上|早|凌晨|下午|晚上|晚|am|pm)?(\d{1,2})[:：点时](?:(\d{1,2})分?)?(?:[:：]?(\d{1,2})秒?)?(半|整)?(am|pm)?"
)
_TO = re.compile(r"[-~–—至到]+")
_ALL_DAY = frozenset(("全天", "全天开放", "24小时", "24小时开放", "24/7", "24h"))
_EPOCH = dt.date(1899, 12, 30)
_SERIAL = (20_000, 80_000)  # 1954 to 2119


def read_date(cell: Any, order: str = "") -> Understood | Asked:
    """Return a date as YYYY-MM-DD; `order` (dmy, mdy or ymd) answers what can be read in two ways."""
    odd = _odd(cell)
    if odd is not None:
        return odd
    if isinstance(cell, dt.datetime):
        return Understood(cell.date().isoformat())
    if isinstance(cell, dt.date):
        return Understood(cell.isoformat())
    if isinstance(cell, Padded):
        cell = cell.text
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(float(cell))
    if not isinstance(cell, str):
        return Asked("date_unreadable")
    text, done = tidy(cell)
    if not text:
        return Understood(None, done)
    folded = unicodedata.normalize("NFKC", text)
    done = (*done, "full_width") if folded != text else done
    if fold(folded) in words().null_any or fold(folded) in words().null_number:
        return Understood(None, (*done, "null_token"))
    return _from_text(folded, order, done)


def _from_number(value: float) -> Understood | Asked:
    if value == int(value) and _COMPACT.fullmatch(str(int(value))):
        return _day(_COMPACT.fullmatch(str(int(value))).groups(), ("date_notation",))  # type: ignore[union-attr]
    if _SERIAL[0] <= value <= _SERIAL[1]:
        return Understood((_EPOCH + dt.timedelta(days=int(value))).isoformat(), ("excel_serial",))
    return Asked("date_incomplete" if 1900 <= value <= 2200 else "date_unreadable")


def _from_text(text: str, order: str, done: tuple[str, ...]) -> Understood | Asked:
    if _ISO.fullmatch(text):
        return _day(text.split("-"), done)
    for pattern in (_YMD, _COMPACT):
        found = pattern.fullmatch(text)
        if found:
            return _day(found.groups(), (*done, "date_notation"))
    if re.fullmatch(r"\d{5}(\.0*)?", text) and _SERIAL[0] <= float(text) <= _SERIAL[1]:
        return _from_number(float(text))
    found = _DMY.fullmatch(text)
    if found:
        a, b, year = found.groups()
        if order not in ("dmy", "mdy"):
            return Asked("date_ambiguous")
        return _day((year, b, a) if order == "dmy" else (year, a, b), (*done, "date_notation"))
    if _SHORT.fullmatch(text):
        return Asked("date_short_year")
    return Asked("date_incomplete" if _PART.fullmatch(text) else "date_unreadable")


def _day(parts: Any, done: tuple[str, ...]) -> Understood | Asked:
    try:
        return Understood(dt.date(*(int(p) for p in parts)).isoformat(), done)
    except ValueError:
        return Asked("date_impossible")


def read_clock(cell: Any) -> Understood | Asked:
    """Return seconds after midnight of a time of day: 8:30, 08:30:00, 上午8点半."""
    odd = _odd(cell)
    if odd is not None:
        return odd
    if isinstance(cell, dt.datetime):
        return Asked("time_unreadable") if cell.year > 1900 else read_clock(cell.time())
    if isinstance(cell, dt.time):
        seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
        return Understood(float(seconds), ("clock_time",))
    if isinstance(cell, dt.timedelta):
        return Understood(cell.total_seconds(), ("clock_time",))
    if not isinstance(cell, str):
        return Asked("time_unreadable")
    text, done = tidy(cell)
    found = _CLOCK.fullmatch(fold(text))
    if not found:
        return Asked("time_unreadable")
    before, hour, minute, second, half, after = found.groups()
    hours = int(hour) + (
        12 if (before in ("下午", "晚上", "晚", "pm") or after == "pm") and int(hour) < 12 else 0
    )
    if (before == "am" or after == "am" or before == "凌晨") and hours == 12:
        hours = 0
    minutes = 30 if half == "半" else int(minute or 0)
    seconds = hours * 3600 + minutes * 60 + int(second or 0)
    if minutes > 59 or int(second or 0) > 59 or seconds > 86_400:
        return Asked("time_unreadable")
    return Understood(float(seconds), (*done, "clock_time"))


def read_span(cell: Any) -> tuple[float, float] | None:
    """Return the seconds after midnight a span of hours begins and ends at: 06:00-23:00, 全天."""
    if not isinstance(cell, str):
        return None
    text = fold(tidy(cell)[0])
    if text in _ALL_DAY:
        return 0.0, 86_400.0
    ends = [read_clock(part) for part in _TO.split(text)]
    if len(ends) != 2 or not all(isinstance(e, Understood) and e.value is not None for e in ends):
        return None
    first, last = (float(e.value) for e in ends if isinstance(e, Understood))
    return first, last


def _odd(cell: Any) -> Understood | Asked | None:
    """Answer for blanks, errors, formulas and merged cells, whatever is wanted of them."""
    if cell is None:
        return Understood(None)
    if isinstance(cell, CellError):
        return Understood(None, ("null_token",)) if cell.text == "#N/A" else Asked("cell_error")
    if isinstance(cell, NotComputed):
        return Asked("formula_not_computed")
    if isinstance(cell, MergedNumber):
        return Asked(cell.question)
    return None
