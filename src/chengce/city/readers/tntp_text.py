"""Take a TNTP file apart: metadata, header, and rows of numbers with the line of each.

The format of Bar-Gera's Transportation Networks for Research: `<NAME> value` lines, then rows
ended by `;`, comments after `~`. Written by many hands: order, case, blanks and `;` vary.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.raw_file import decode, read_raw
from chengce.city.readers.tables_report import Report
from chengce.core.errors import Severity
from chengce.core.text import Text

_META = re.compile(r"\s*<\s*([^<>]+?)\s*>\s*(.*)")
Floats = NDArray[np.float64]
MOST_ZONES = 20_000  # a table of trips of so many zones takes 3.2 GB
NUMBER = Text("不是数字：{value}", "not a number: {value}")
REPAIR = Text("改为数字，或删去该行", "write a number, or remove the row")


@dataclass(frozen=True)
class TntpText:
    """A file: metadata by upper-case name with its line, comment lines, and records.

    `records`: the cells of each row; `rows`: its line, counted from 1. `header`: the cells of a
    first row of words, if there is one.
    """

    metadata: Mapping[str, tuple[str, int]]
    comments: tuple[str, ...]
    header: tuple[str, ...]
    records: Sequence[list[str]]
    rows: NDArray[np.int64]

    def number(self, name: str, report: Report, *, severity: Severity = "error") -> float | None:
        """Return a number from the metadata; None if absent (or, with a problem, unreadable)."""
        if name not in self.metadata:
            return None
        words, row = self.metadata[name]
        value = meta_number(words)
        if not np.isfinite(value):
            report.add(
                "tntp_metadata_value",
                Text(f"<{name}> 后应为数字，现为“{words}”", f'<{name}> must be followed by a number, not "{words}"'),
                Text("改为数字", "write a number"),
                row=row,
                severity=severity,
            )  # fmt: skip
            return None
        return value


def meta_number(words: str) -> float:
    """Return the number that metadata begin with, NaN if none; thousands may be set off by commas."""
    first = (words.split() or [""])[0]
    return _float(re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", first))


def read_tntp_text(path: Path, what: Text) -> TntpText:
    """Read a network, node or flow file; raises `ChengceError` as `read_raw`."""
    metadata: dict[str, tuple[str, int]] = {}
    comments: list[str] = []
    header: tuple[str, ...] = ()
    records: list[list[str]] = []
    rows: list[int] = []
    for row, full in enumerate(decode(read_raw(path, what)).splitlines(), start=1):
        line, tilde, comment = full.partition("~")
        found = _META.match(full)
        if found and not found[2].strip(" \t;"):
            continue  # stated without a value: as if not stated
        if found:
            metadata[" ".join(found[1].upper().split())] = (
                found[2].strip().rstrip(";").strip(),
                row,
            )
            continue
        if tilde and not records:
            comments.append(comment)
        for part in line.split(";"):
            cells = part.replace(":", " ").split()
            if not cells or cells == ["."]:
                continue
            if not records and not header and _words(cells):
                header, comments = tuple(cells), [*comments, line.strip().rstrip(";")]
                continue
            records.append(cells)
            rows.append(row)
    return TntpText(metadata, tuple(comments), header, records, np.array(rows, np.int64))


def numbers(
    text: TntpText, columns: Mapping[str, int], needed: int, report: Report
) -> tuple[dict[str, Floats], NDArray[np.int64]]:
    """Return columns of numbers by name (position → value) and the line of each row.

    A row with fewer than `needed` cells is a problem; later cells that are missing are 0.
    """
    short = [i for i, cells in enumerate(text.records) if len(cells) < needed]
    said = (
        "tntp_short_row",
        Text(
            f"该行只有 {{value}} 个数，至少要有 {needed} 个",
            f"the row has {{value}} numbers, at least {needed} are needed",
        ),
        Text("补全该行，或删去", "complete the row, or remove it"),
    )
    report.rows(said, text.rows[short], np.array([len(text.records[i]) for i in short]))
    keep = [cells for cells in text.records if len(cells) >= needed] if short else text.records
    rows = np.delete(text.rows, short) if short else text.rows
    out = {}
    for name, at in columns.items():
        cells = [c[at] if at < len(c) else "0" for c in keep]
        out[name] = _floats(cells, rows, name, report)
    return out, rows


def whole(values: Floats) -> NDArray[np.bool_]:
    """Tell which values are whole numbers of a size that numbers a node."""
    with np.errstate(invalid="ignore"):
        return np.asarray((values == np.floor(values)) & (np.abs(values) < 2**53))


def _floats(cells: list[str], rows: NDArray[np.int64], name: str, report: Report) -> Floats:
    try:
        values = np.array(cells, dtype=np.str_).astype(np.float64) if cells else np.zeros(0)
    except ValueError:
        values = np.array([_float(cell) for cell in cells])
    bad = np.flatnonzero(~np.isfinite(values))
    report.rows(("tntp_not_a_number", NUMBER, REPAIR), rows[bad],
                np.array([cells[i] for i in bad], dtype=object), column=name)  # fmt: skip
    return np.where(np.isfinite(values), values, 0.0) if len(bad) else values


def _float(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _words(cells: list[str]) -> bool:
    return all(np.isnan(_float(cell)) for cell in cells) and len(cells) > 1
