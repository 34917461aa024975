"""Check tables against their contracts and against each other; report every problem at once."""

from collections.abc import Mapping
from difflib import get_close_matches

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.layers import BY_NAME, Column, Contract
from chengce.core.errors import Problem
from chengce.core.text import Text

SHOWN = 5  # rows named per kind of problem; the rest are counted


def check_tables(tables: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Return every problem of every table, in the order of the contracts."""
    found = [p for name, frame in tables.items() for p in check_table(name, frame, tables)]
    if not any(name in tables for name in ("streets", "stops")):
        found.append(
            Problem(
                "city_without_network",
                Text("城市既无道路也无公交数据", "the city has neither streets nor transit"),
                Text("至少导入其中一项", "add at least one of the two"),
            )
        )
    return found


def check_table(
    name: str, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> list[Problem]:
    """Return the problems of one table: columns, nulls, ranges, keys, references, geometry."""
    contract = BY_NAME[name]
    found = _columns(contract, frame)
    if found:
        return found
    for column in contract.columns:
        if column.name in frame.columns:
            found += _values(name, column, frame[column.name])
            found += _references(name, column, frame[column.name], tables)
    found += _keys(contract, frame)
    if contract.geometry:
        found += _geometry(contract, frame)
    return found + (_partition(frame) if name == "people" else [])


def _columns(contract: Contract, frame: pd.DataFrame) -> list[Problem]:
    known = [c.name for c in contract.columns] + (["geometry"] if contract.geometry else [])
    found = []
    for column in contract.columns:
        if column.required and column.name not in frame.columns:
            near = get_close_matches(column.name, list(map(str, frame.columns)), n=2, cutoff=0.5)
            found.append(
                Problem(
                    "missing_column",
                    Text(f"缺少列 {column.name}", f"column {column.name} is missing"),
                    Text(
                        f"补上该列，或改列名{'（相近：' + '、'.join(near) + '）' if near else ''}",
                        f"add it or map it{' (near: ' + ', '.join(near) + ')' if near else ''}",
                    ),
                    file=contract.name,
                    column=column.name,
                )
            )
    for extra in [str(c) for c in frame.columns if c not in known]:
        found.append(
            Problem(
                "unknown_column",
                Text(f"不认识的列 {extra}", f"unknown column {extra}"),
                Text("删去，或映射到已有列", f"drop it or map it to one of: {', '.join(known)}"),
                file=contract.name,
                column=extra,
            )
        )
    if contract.geometry and not isinstance(frame, gpd.GeoDataFrame):
        found.append(
            Problem(
                "missing_geometry",
                Text("缺少几何", "geometry is missing"),
                Text("给出几何列或经纬度列", "give a geometry or longitude and latitude columns"),
                file=contract.name,
            )
        )
    return found


def _values(name: str, column: Column, values: "pd.Series[object]") -> list[Problem]:
    missing = values.isna().to_numpy()
    found = []
    if not column.nullable:
        found += _at(name, column, missing, "missing_value", Text("值为空", "the value is missing"),
                     Text("补填；缺失不等于 0", "fill it in; missing is not 0"))  # fmt: skip
    if column.kind in ("float", "int"):
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        low = -np.inf if column.low is None else column.low
        high = np.inf if column.high is None else column.high
        wrong = ~missing & ~((numbers >= low) & (numbers <= high))
        if column.low is not None or column.high is not None:
            span = f"[{low:g}, {high:g}]"
            found += _at(name, column, wrong, "number_out_of_range",
                         Text(f"数值超出范围 {span}", f"the number is outside {span}"),
                         Text("核对原始数据", "check the source"), values)  # fmt: skip
    if column.allowed:
        wrong = ~missing & ~values.isin(list(column.allowed)).to_numpy()
        shown = ", ".join(map(str, column.allowed))
        found += _at(name, column, wrong, "value_not_allowed",
                     Text(f"取值不在 {shown} 之内", f"the value is none of {shown}"),
                     Text("改为允许的取值", "use one of the allowed values"), values)  # fmt: skip
    return found


def _references(
    name: str, column: Column, values: "pd.Series[object]", tables: Mapping[str, pd.DataFrame]
) -> list[Problem]:
    if not column.refers:
        return []
    if column.refers not in tables:
        wrong = np.ones(len(values), dtype=bool)
    else:
        wrong = ~values.isin(tables[column.refers][BY_NAME[column.refers].key[0]]).to_numpy()
    wrong &= ~values.isna().to_numpy()
    return _at(name, column, wrong, "foreign_key_violation",
               Text(f"在 {column.refers} 表中找不到", f"not found in table {column.refers}"),
               Text("核对编号，或补上被引用的行", "check the id, or add the row it refers to"), values)  # fmt: skip


def _keys(contract: Contract, frame: pd.DataFrame) -> list[Problem]:
    again = frame.duplicated(list(contract.key)).to_numpy()
    column = contract.column(contract.key[0])
    assert column is not None
    return _at(contract.name, column, again, "duplicate_key",
               Text("键重复", "the key occurs more than once"),
               Text("合并或删除重复行", "merge or remove the repeated rows"),
               frame[contract.key[0]])  # fmt: skip


def _geometry(contract: Contract, frame: pd.DataFrame) -> list[Problem]:
    geometry = gpd.GeoSeries(frame["geometry"])
    column = Column("geometry", "str")
    empty = (geometry.isna() | geometry.is_empty).to_numpy()
    kinds = geometry.geom_type.isin(list(contract.geometry)).to_numpy()
    found = _at(contract.name, column, empty, "missing_geometry", Text("几何为空", "no geometry"),
                Text("补上坐标", "add the coordinates"))  # fmt: skip
    found += _at(contract.name, column, ~kinds & ~empty, "wrong_geometry",
                 Text(f"几何类型应为 {'/'.join(contract.geometry)}",
                      f"the geometry must be {' or '.join(contract.geometry)}"),
                 Text("转换几何类型", "convert it"), geometry.geom_type)  # fmt: skip
    if len(frame):
        bounds = geometry.bounds
        outside = ((bounds.minx < -180) | (bounds.maxx > 180)
                   | (bounds.miny < -90) | (bounds.maxy > 90)).to_numpy()  # fmt: skip
        found += _at(contract.name, column, outside, "coordinates_out_of_range",
                     Text("不是经纬度", "not longitude and latitude"),
                     Text("声明坐标系，或检查经纬度是否颠倒",
                          "declare the coordinate system, or check for swapped lon/lat"))  # fmt: skip
    return found


def _partition(frame: pd.DataFrame) -> list[Problem]:
    """Each dimension must add up to the zone's total where a total is given (1 % or 1 person)."""
    total = frame[frame["dimension"] == "total"].groupby("zone")["count"].sum()
    if not len(total):
        return []
    found = []
    for dimension, part in frame[frame["dimension"] != "total"].groupby("dimension"):
        sums = part.groupby("zone")["count"].sum()
        both = sums.index.intersection(total.index)
        off = (sums[both] - total[both]).abs() > np.maximum(1.0, 0.01 * total[both])
        if off.any():
            zones = ", ".join(map(str, both[off][:SHOWN]))
            found.append(
                Problem(
                    "groups_do_not_add_up",
                    Text(
                        f"维度 {dimension} 在 {int(off.sum())} 个分区中与总数不符：{zones}",
                        f"dimension {dimension} does not add up to the total in "
                        f"{int(off.sum())} zones: {zones}",
                    ),
                    Text("核对分组人数", "check the counts by group"),
                    file="people",
                    column="count",
                )
            )
    return found


def _at(
    table: str,
    column: Column,
    wrong: NDArray[np.bool_],
    code: str,
    message: Text,
    remedy: Text,
    values: "pd.Series[object] | None" = None,
) -> list[Problem]:
    rows = np.flatnonzero(wrong)
    found = []
    for row in rows[:SHOWN]:
        shown = "" if values is None else f" ({values.iloc[row]})"
        found.append(
            Problem(code, Text(message.zh + shown, message.en + shown), remedy, table,
                    int(row) + 2, column.name)  # fmt: skip
        )
    if len(rows) > SHOWN:
        more = len(rows) - SHOWN
        found.append(
            Problem(code, Text(f"另有 {more} 行同样问题", f"{more} more rows like this"), remedy,
                    table, None, column.name)  # fmt: skip
        )
    return found
