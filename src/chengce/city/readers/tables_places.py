"""Read what tables of places say in several columns or in a header: hours, the unit of capacity."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from chengce.city.opening.write import ZH_DAYS
from chengce.city.readers.sheets.hours import read_hours_cell
from chengce.city.readers.sheets.outcomes import QUESTIONS, Asked
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tables_source import Source
from chengce.city.readers.tables_spec import TableSpec
from chengce.city.readers.tables_values import texts

_DAYS = {str(i): day for i, day in enumerate(ZH_DAYS, 1)} | {"holiday": "节假日"}
_SHORT = dict(zip("月火水木金土日", "一二三四五六日", strict=True))
_UNITS = (
    ("beds", r"床|\bbeds?\b"),
    ("seats", r"座位|坐席|\bseats?\b"),
    ("spaces", r"车位|泊位|\bparking\b|\bspaces\b"),
    ("places", r"学位|托位|\bplaces\b"),
)


def capacity_unit(header: str) -> str | None:
    """Return what a capacity counts, as its header says (床位数: beds); None where it doesn't."""
    return next((u for u, words in _UNITS if re.search(words, header.casefold())), None)


def hours_of_columns(source: Source, spec: TableSpec, report: Report) -> "pd.Series[Any]":
    """Return opening hours put together from the columns that `spec.hours` names.

    A row where all are blank is not known. Where some days are blank and others not, and where the
    hours can't be read, the row is asked about and left null.
    """
    cells = {part: texts(source.frame[name]).tolist() for part, name in spec.hours.items()}
    whole: Callable[[dict[str, str]], str | None] = _by_day
    if "days" in cells or "open" in cells:
        whole = _one_set
    out: list[str | None] = []
    asked: dict[str, list[tuple[int, str]]] = {}
    for at, row in enumerate(zip(*cells.values(), strict=True)):
        given = {p: c for p, c in zip(cells, row, strict=True) if c is not None and not pd.isna(c)}
        text = whole(given) if len(given) == len(cells) else None
        outcome = Asked("hours_day_blank") if text is None else read_hours_cell(text)
        shown = " ".join(given.values()) if text is None else text
        if not given:
            out.append(None)
        elif isinstance(outcome, Asked):
            out.append(None)
            asked.setdefault(outcome.code, []).append((at, shown))
        else:
            out.append(outcome.value)
            row_no = int(source.rows[at])
            report.repair("hours_notation", shown, outcome.value, row=row_no, column="hours")
    for code, found in asked.items():
        rows = source.rows[[at for at, _ in found]]
        shown_all = np.array([shown for _, shown in found], dtype=object)
        said, remedy = QUESTIONS[code]
        report.rows((code, said, remedy), rows, shown_all, column="hours", severity="warning")
    return pd.Series(out, dtype="str")


def _one_set(given: dict[str, str]) -> str | None:
    """Return days, opening and closing as one text; 月火水木金 are days too."""
    days = given.get("days", "")
    if days and all(c in _SHORT for c in days):
        days = "、".join(f"周{_SHORT[c]}" for c in days)
    if "open" not in given or "close" not in given:
        return None
    return f"{days} {given['open']}-{given['close']}"


def _by_day(given: dict[str, str]) -> str | None:
    """Return one text from a cell, or an opening and a closing, for each day."""
    parts = []
    for key, day in _DAYS.items():
        if key in given:
            parts.append(f"{day} {given[key]}")
        elif f"{key}_open" in given and f"{key}_close" in given:
            parts.append(f"{day} {given[f'{key}_open']}-{given[f'{key}_close']}")
    return ";".join(parts) or None
