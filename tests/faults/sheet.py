"""A clean workbook in memory, and how it is written as CSV or XLSX."""

import csv
import datetime as dt
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import openpyxl
from openpyxl.utils import get_column_letter

from chengce.city.layers import Column, Contract
from chengce.city.readers.tables_spec import TableSpec

CONTRACT = Contract(
    "places", "places", ("id",),
    (
        Column("id", "str"),
        Column("name", "str", required=False, nullable=True),
        Column("people", "float", low=0, unit="people"),
        Column("beds", "float", required=False, nullable=True, low=0, unit="people"),
        Column("canteen", "bool", required=False, nullable=True),
        Column("since", "date", required=False, nullable=True),
        Column("opens_s", "int", required=False, nullable=True, low=0, high=86_400, unit="s"),
        Column("wheelchair", "str", required=False, nullable=True, allowed=("yes", "limited", "no")),
    ),
)  # fmt: skip
HEADER = ["编号", "名称", "人口", "床位", "食堂", "建成日期", "开门", "无障碍"]
COLUMNS = dict(zip([c.name for c in CONTRACT.columns], HEADER, strict=True))
ROWS = 8


class FaultTable(TableSpec):
    """A mapping onto the contract above, which has a column of every kind."""

    table: Literal["fault"] = "fault"  # type: ignore[assignment]
    path: str = ""
    columns: dict[str, str] = COLUMNS

    @property
    def contract(self) -> Contract:
        return CONTRACT


@dataclass
class Sheet:
    """Cells row by row, header first; what only a workbook has, and what only a text file has."""

    rows: list[list[Any]]
    merged: list[str] = field(default_factory=list)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    more: dict[str, list[list[Any]]] = field(default_factory=dict)
    hidden_sheets: list[str] = field(default_factory=list)
    encoding: str = "utf-8"
    delimiter: str = ","
    suffix: str = ""
    spec: dict[str, Any] = field(default_factory=dict)

    def put(self, row: int, column: int, value: Any) -> None:
        self.rows[row][column] = value


def clean(people: list[float] | None = None) -> Sheet:
    """Return a sheet without faults."""
    counts = people or [1200 + 37 * i for i in range(ROWS)]
    rows: list[list[Any]] = [list(HEADER)]
    for i, n in enumerate(counts):
        day = dt.date(2001, 3, 5) + dt.timedelta(days=400 * i)
        rows.append([f"A{i:03d}", f"第{i}社区", n, 20 + i, "true" if i % 2 else "false",
                     day.isoformat(), 28_800 + 600 * i, ("yes", "limited", "no")[i % 3]])  # fmt: skip
    return Sheet(rows)


def write(sheet: Sheet, folder: Path, kind: str) -> Path:
    """Write a sheet as CSV or XLSX; return its path."""
    if kind == "csv":
        path = folder / f"sheet{sheet.suffix or '.csv'}"
        out = io.StringIO()
        writer = csv.writer(out, delimiter=sheet.delimiter)
        writer.writerows([["" if c is None else c for c in row] for row in sheet.rows])
        path.write_bytes(out.getvalue().encode(sheet.encoding))
        return path
    path = folder / f"sheet{sheet.suffix or '.xlsx'}"
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "表1"
    for name, rows in {"表1": sheet.rows, **sheet.more}.items():
        page = first if name == "表1" else book.create_sheet(name)
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                if value is not None:
                    page.cell(r, c, value)
        if name in sheet.hidden_sheets:
            page.sheet_state = "hidden"
    for (r, c), shape in sheet.formats.items():
        first.cell(r + 1, c + 1).number_format = shape
    for r, c in sheet.errors:
        first.cell(r + 1, c + 1).data_type = "e"
    for area in sheet.merged:
        first.merge_cells(area)
    for r in sheet.hidden_rows:
        first.row_dimensions[r + 1].hidden = True
    for letter in sheet.hidden_columns:
        first.column_dimensions[letter].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(stream.getvalue())
    return path


def area(top: int, left: int, bottom: int, right: int) -> str:
    """Return a range as a workbook names it, from rows and columns counted from 0."""
    return f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{bottom + 1}"
