"""Read a table of flows: one row a pair of zones, named columns, any common encoding.

CSV with commas, semicolons or tabs, UTF-8 (with or without mark) or GB 18030, also as .gz. Rows of
the same pair are parts of one flow and are added up.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from chengce.city.readers.delimited import filled_rows
from chengce.city.readers.raw_file import read_raw
from chengce.city.readers.tables_report import Report
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import near_names
from chengce.models.demand.model import Floats, Ints, Masses, Pairs

BLANK = {"", "na", "nan", "n/a", "null", "none", "-", "—", "#n/a"}
THOUSANDS = re.compile(r"[+-]?\d{1,3}([,，\s\u00a0]\d{3})+(\.\d*)?$")
MOST = 1e15  # beyond, a flow or a cost is a slip of the pen
WHAT = Text("流量表", "table of flows")
CHECK = Text("核对原始数据", "check the source")


@dataclass(frozen=True)
class Columns:
    """Which columns of the file hold what; masses and mode are optional."""

    origin: str
    destination: str
    flow: str
    cost: str
    origin_mass: str | None = None
    destination_mass: str | None = None
    mode: str | None = None

    @property
    def named(self) -> dict[str, str]:
        """Return the columns given, by what they hold."""
        return {k: v for k, v in vars(self).items() if v is not None}


@dataclass(frozen=True)
class FlowTable:
    """Flows by pair: `pairs` with names of `origins` and `destinations`; cost NaN where missing."""

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    pairs: Pairs
    flow: Floats
    cost: Floats
    masses: Masses
    notes: tuple[Problem, ...] = field(default=())


def read_flows(path: Path, columns: Columns) -> FlowTable:
    """Return the flows of a file.

    Raises `ChengceError` with everything wrong: no such file or column (with near names), text
    where a number must be, negative numbers, one zone with two masses. Rows without a flow and
    pairs without a cost are left out with a warning: missing is not 0.
    """
    report = Report(path.name)
    header, records, rows = _records(path, report)
    _check_columns(header, columns, report)
    cells = {what: [r[header.index(name)] for r in records] for what, name in columns.named.items()}
    flow = _numbers(cells["flow"], rows, columns.flow, report)
    cost = _numbers(cells["cost"], rows, columns.cost, report)
    _blank_ends(cells, rows, columns, report)
    report.stop_if_wrong()
    known = ~np.isnan(flow)
    _note(report, _NO_FLOW, rows[~known], columns.flow)
    _note(report, _NO_COST, rows[known & np.isnan(cost)], columns.cost)
    origins, i = _numbered(cells["origin"])
    destinations, j = _numbered(cells["destination"])
    if set(origins) & set(destinations):
        origins, destinations, i, j = _common(origins, destinations, i, j)
    modes, m = _numbered(cells["mode"]) if columns.mode else (("",), np.zeros(len(i), np.int64))
    masses = Masses(
        *(
            None
            if column is None
            else _mass(_numbers(cells[what], rows, column, report), at, zones, column, report)
            for what, column, at, zones in (
                ("origin_mass", columns.origin_mass, i, origins),
                ("destination_mass", columns.destination_mass, j, destinations),
            )
        )
    )
    report.stop_if_wrong()
    shape = (len(origins), len(destinations))
    key = np.ravel_multi_index((m, i, j), (len(modes), *shape))[known]
    unique, first, which = np.unique(key, return_index=True, return_inverse=True)
    if len(unique) < len(key):
        again = np.setdiff1d(np.arange(len(key)), first)
        _note(report, _AGAIN, rows[known][again], columns.origin)
    total = np.bincount(which, flow[known]).astype(np.float64)
    mean = np.bincount(which, cost[known]) / np.bincount(which)
    m, i, j = (a.astype(np.int64) for a in np.unravel_index(unique, (len(modes), *shape)))
    pairs = Pairs(i, j, shape, m if columns.mode else None, modes)
    return FlowTable(origins, destinations, pairs, total, mean, masses, tuple(report.found))


def _records(path: Path, report: Report) -> tuple[list[str], list[list[str]], Ints]:
    """Return the header, the rows as long as it, and their numbers as a spreadsheet counts."""
    full = filled_rows(_decoded(path, report), path.name)
    rows, records = [row for row, _ in full], [cells for _, cells in full]
    if len(records) < 2:
        report.add(
            "empty_file",
            Text("文件没有数据行", "the file has no rows of data"),
            Text("核对文件是否导出完整", "check that the export is complete"),
        )
        report.stop_if_wrong()
    header = records[0]
    short = [k for k in range(1, len(records)) if len(records[k]) != len(header)]
    report.rows(
        (
            "invalid_row_length",
            Text(
                f"该行列数与表头（{len(header)} 列）不符",
                f"the row does not have the {len(header)} cells of the header",
            ),
            Text("含逗号的内容要加引号", "put quotes around text that holds commas"),
        ),
        np.array([rows[k] for k in short], np.int64),
    )
    report.stop_if_wrong()
    return header, records[1:], np.array(rows[1:], np.int64)


def _decoded(path: Path, report: Report) -> str:
    data = read_raw(path, WHAT)
    for encoding in ("utf-8-sig", "gb18030") if b"\0" not in data else ():
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    report.add(
        "encoding_unknown",
        Text("不是 UTF-8，也不是 GB 18030（GBK）编码", "neither UTF-8 nor GB 18030 (GBK)"),
        Text("在表格软件中另存为“CSV UTF-8”", "save it as “CSV UTF-8”"),
    )
    report.stop_if_wrong()
    raise AssertionError


def _check_columns(header: Sequence[str], columns: Columns, report: Report) -> None:
    for name in dict.fromkeys(columns.named.values()):
        if header.count(name) > 1:
            report.add(
                "duplicated_column",
                Text(f"列名“{name}”重复", f"column “{name}” appears more than once"),
                Text("改名或删去", "rename or remove one"),
                column=name,
            )
        elif name not in header:
            report.add(
                "missing_column",
                Text(f"文件没有列“{name}”", f"the file has no column “{name}”"),
                near_names(name, [h for h in header if h]),
                column=name,
            )
    report.stop_if_wrong()


def _numbers(cells: Sequence[str], rows: Ints, column: str, report: Report) -> Floats:
    """Return numbers, NaN where blank; text and negative numbers are errors with their rows."""
    out = np.full(len(cells), np.nan)
    wrong = np.zeros(len(cells), bool)
    for k, cell in enumerate(cells):
        try:
            out[k] = float(cell)
        except ValueError:
            if THOUSANDS.match(cell):
                out[k] = float(re.sub(r"[,，\s\u00a0]", "", cell))
            elif cell.lower() not in BLANK:
                wrong[k] = True
    report.rows(
        (
            "not_a_number",
            Text("“{value}”不是数", "“{value}” is not a number"),
            Text("只留数字和小数点，去掉单位", "digits and a decimal point only, without a unit"),
        ),
        rows[wrong],
        np.array(cells, object)[wrong],
        column=column,
    )
    huge = out > MOST
    report.rows(
        (
            "number_too_large",
            Text(f"数值 {{value}} 超过 {MOST:.0e}", f"{{value}} is more than {MOST:.0e}"),
            Text("核对数值，或换用较大的单位", "check it, or use a larger unit"),
        ),
        rows[huge],
        np.array(cells, object)[huge],
        column=column,
    )
    negative = out < 0
    report.rows(
        ("negative_number", Text("数值 {value} 为负", "{value} is negative"), CHECK),
        rows[negative],
        np.array(cells, object)[negative],
        column=column,
    )
    return out


def _blank_ends(
    cells: Mapping[str, Sequence[str]], rows: Ints, columns: Columns, report: Report
) -> None:
    for what in ("origin", "destination", "mode"):
        if what in cells:
            blank = np.array([not cell for cell in cells[what]], bool)
            report.rows(
                ("missing_value", Text("必填项为空", "a required value is blank"), CHECK),
                rows[blank],
                column=columns.named[what],
            )


def _numbered(cells: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    number: dict[str, int] = {}
    at = [number.setdefault(cell, len(number)) for cell in cells]
    return tuple(number), np.array(at, np.int64)


def _common(
    origins: tuple[str, ...], destinations: tuple[str, ...], i: Ints, j: Ints
) -> tuple[tuple[str, ...], tuple[str, ...], Ints, Ints]:
    """Number zones alike at both ends, so that trips within a zone are seen as such."""
    zones = tuple(dict.fromkeys((*origins, *destinations)))
    number = {zone: k for k, zone in enumerate(zones)}
    return (
        zones,
        zones,
        np.array([number[z] for z in origins], np.int64)[i],
        np.array([number[z] for z in destinations], np.int64)[j],
    )


def _mass(values: Floats, at: Ints, zones: Sequence[str], column: str, report: Report) -> Floats:
    """Return the mass of every zone, NaN where none is given."""
    known = ~np.isnan(values)
    high, low = np.full(len(zones), -np.inf), np.full(len(zones), np.inf)
    np.maximum.at(high, at[known], values[known])
    np.minimum.at(low, at[known], values[known])
    several = np.flatnonzero(high > low * (1 + 1e-9) + 1e-300)
    several = several[np.isfinite(low[several])]
    for k in several[:20]:
        report.add(
            "mass_contradictory",
            Text(
                f"分区“{zones[k]}”的规模前后不一：{low[k]:g} 与 {high[k]:g}",
                f"zone “{zones[k]}” has two masses: {low[k]:g} and {high[k]:g}",
            ),
            Text("每个分区只能有一个规模", "a zone has one mass"),
            column=column,
        )
    return np.where(np.isfinite(high), high, np.nan)


def _note(report: Report, why: Problem, rows: Ints, column: str) -> None:
    """Add one warning for all rows, with the first of them."""
    if not len(rows):
        return
    shown = ", ".join(str(int(r)) for r in rows[:10]) + (" …" if len(rows) > 10 else "")
    report.add(
        why.code, why.message.format(count=f"{len(rows):,}", rows=shown), why.remedy,
        row=int(rows[0]), column=column, severity="warning",
    )  # fmt: skip


_NO_FLOW = Problem(
    "flow_missing",
    Text(
        "{count} 行没有流量，略去（行 {rows}）",
        "{count} rows have no flow and are left out (rows {rows})",
    ),
    Text("补填；缺失不等于 0", "fill it in; missing is not 0"),
)
_NO_COST = Problem(
    "cost_missing",
    Text("{count} 行没有费用（行 {rows}）", "{count} rows have no cost (rows {rows})"),
    Text("补填；没有费用的起讫对不在模型之内", "fill it in; pairs without a cost are not modelled"),
)
_AGAIN = Problem(
    "pair_repeated",
    Text(
        "{count} 行与前面某行的起讫相同，流量相加、费用取平均（行 {rows}）",
        "{count} rows repeat a pair: flows are added up, costs averaged (rows {rows})",
    ),
    Text("若是重复录入，请删去", "remove them if they were entered twice"),
)
