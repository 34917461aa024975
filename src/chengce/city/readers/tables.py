"""Read a table into one of the contracts it can meet: zones, people, flows, counts and so on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.crs import Placement
from chengce.city.layers import WGS84, Column
from chengce.city.readers.tables_geometry import Geometries, make_geometry, move_points
from chengce.city.readers.tables_places import capacity_unit, hours_of_columns
from chengce.city.readers.tables_repairs import Workings
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tables_source import Source, read_source
from chengce.city.readers.tables_spec import Melt, TableSpec, spec_problems
from chengce.city.readers.tables_units import unit_of
from chengce.city.readers.tables_values import constant, convert, empty_column, texts
from chengce.core.errors import Problem
from chengce.core.text import Text

__all__ = ["Melt", "TableRead", "TableSpec", "read_file", "read_table"]


@dataclass(frozen=True)
class TableRead:
    """What one file gave: its table, warnings and notes, and where its coordinates were.

    `within` is the zone each row says it lies in, as the file writes it, if the mapping names one.
    """

    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    placed: Placement | None
    within: "pd.Series[Any] | None"


def read_table(
    path: Path, spec: TableSpec, *, workings: Workings | None = None
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return a table with exactly the contract's columns, and the warnings and notes of its file.

    What was repaired on the way is summed up in the notes; `workings` takes the whole lists.

    Geometry is EPSG:4326. A row whose number is blank, or which has no coordinates, is left out
    with a warning; blank optional cells are null. Rows count as in the file: the header is row 1;
    in files without a header the first feature is row 1. Raises `ChengceError` with every error
    found: wrong mapping, missing or unreadable file, missing columns, text for numbers, negative
    or impossible numbers, coordinates that are swapped, out of range or in another system than
    declared, repeated keys.
    """
    read = read_file(path, spec, workings=workings)
    return read.frame, read.problems


def read_file(path: Path, spec: TableSpec, *, workings: Workings | None = None) -> TableRead:
    """Return what `read_table` does, and the coordinate system the file was in (None without one)."""
    report = Report(path.name, [_named(p, path.name) for p in spec_problems(spec)])
    report.workings = report.workings if workings is None else workings
    if report.found and not path.exists():
        read_source(path, spec, report)
    report.stop_if_wrong()
    source = read_source(path, spec, report)
    shapes, left_out = _geometry(source, spec, report)
    fixed, unusable = _fixed(source, spec, report)
    left_out |= unusable
    parts = [
        _part(source, spec, report, fixed, name)
        for name in (spec.melt.columns if spec.melt else [""])
    ]
    frame = pd.concat([part for part, _ in parts], ignore_index=True)
    out = np.concatenate([gone | left_out for _, gone in parts])
    at = np.tile(np.arange(len(source.rows)), len(parts))
    order = np.argsort(at, kind="stable")
    order = order[~out[order]]
    frame, at = frame.iloc[order].reset_index(drop=True), at[order]
    _check_keys(frame, source.rows[at], spec, report)
    report.stop_if_wrong()
    whole = [c.name for c in spec.contract.columns if c.kind == "int" and not c.nullable]
    frame = frame.astype(dict.fromkeys(whole, "int64"))
    if spec.contract.geometry:
        frame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes[at], crs=WGS84), crs=WGS84)
    within = texts(source.frame[spec.within])[at].reset_index(drop=True) if spec.within else None
    frame = move_points(frame, report)
    report.summarise()
    return TableRead(frame, tuple(report.found), report.placed, within)


def _named(problem: Problem, file: str) -> Problem:
    return Problem(problem.code, problem.message, problem.remedy, file, None, problem.column)


def _geometry(
    source: Source, spec: TableSpec, report: Report
) -> tuple[Geometries, NDArray[np.bool_]]:
    if spec.contract.geometry:
        return make_geometry(source, spec, report)
    length = len(source.rows)
    return np.full(length, None, dtype=object), np.zeros(length, dtype=bool)


def _fixed(
    source: Source, spec: TableSpec, report: Report
) -> tuple[dict[str, "pd.Series[Any]"], NDArray[np.bool_]]:
    """Return the columns that are the same for every melted value, and the rows without them."""
    out = np.zeros(len(source.rows), dtype=bool)
    columns: dict[str, pd.Series[Any]] = {}
    for target in spec.contract.columns:
        if target.name in spec.columns:
            raw = source.frame[spec.columns[target.name]]
            unit = unit_of(source, spec, target, str(raw.name), report)
            columns[target.name], gone = convert(
                raw, target, source.rows, report, unit=unit, dates=spec.dates
            )
            out |= gone
        elif target.name in spec.constants:
            columns[target.name] = constant(spec.constants[target.name], target, len(out))
        elif target.name == "hours" and spec.hours:
            columns["hours"] = hours_of_columns(source, spec, report)
        elif target.name == "capacity_unit" and "capacity" in spec.columns:
            unit_read = capacity_unit(spec.columns["capacity"])
            columns["capacity_unit"] = pd.Series([unit_read] * len(out), dtype="str")
        else:
            columns[target.name] = empty_column(target, len(out))
    return columns, out


def _part(
    source: Source, spec: TableSpec, report: Report, fixed: dict[str, "pd.Series[Any]"], name: str
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return the rows of one melted value (all rows if nothing is melted) and which to leave out."""
    frame = pd.DataFrame(fixed)
    gone = np.zeros(len(frame), dtype=bool)
    if spec.melt is None:
        return frame, gone
    melt = spec.melt
    target = spec.contract.column(melt.value)
    assert target is not None
    raw = source.frame[melt.columns[name]]
    unit = unit_of(source, spec, target, str(raw.name), report)
    frame[melt.value], gone = convert(raw, target, source.rows, report, unit=unit)
    frame[melt.into] = constant(name, Column(melt.into, "str"), len(frame))
    if spec.table == "places":
        frame["id"] = (frame["id"] + f":{name}").astype("str")
        gone = gone | _nothing_there(frame, melt, report, name)
    return frame, gone


def _nothing_there(frame: pd.DataFrame, melt: Melt, report: Report, name: str) -> NDArray[np.bool_]:
    """Leave out places of count 0: where there is no school, there is no place called school."""
    zero = (frame[melt.value] == 0).to_numpy(dtype=bool, na_value=False)
    if melt.value == "count" and zero.any():
        report.add(
            "zero_count",
            Text(
                f"{int(zero.sum())} 行 {name} 数为 0，不生成设施点",
                f"{int(zero.sum())} rows have 0 {name}: no place there",
            ),
            column=melt.columns[name],
            severity="info",
        )
        return np.asarray(zero)
    return np.zeros(len(frame), dtype=bool)


def _check_keys(
    frame: pd.DataFrame, rows: NDArray[np.int64], spec: TableSpec, report: Report
) -> None:
    key = list(spec.contract.key)
    again = frame.duplicated(key).to_numpy() & frame[key].notna().all(axis=1).to_numpy()
    if not again.any():
        return
    first = pd.Series(rows).groupby([frame[k] for k in key]).transform("first").to_numpy()
    shown = frame.loc[again, key].astype(str).agg(" ".join, axis=1).to_numpy()
    values = np.array(
        [f"{name} (→ {row})" for name, row in zip(shown, first[again], strict=True)], dtype=object
    )
    said = Text(
        "键 {value} 重复（箭头后为首次出现的行）",
        "the key {value} occurs again (the arrow names its first row)",
    )
    remedy = Text("合并或删除重复行", "merge or remove the repeated rows")
    report.rows(("duplicate_key", said, remedy), rows[again], values, column=", ".join(key))
