"""Check tables against their contracts and against each other; report every problem at once."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.checks_fares import fare_problems
from chengce.city.checks_gates import gate_problems
from chengce.city.checks_places import place_problems
from chengce.city.checks_rows import SHOWN, at
from chengce.city.checks_traffic import traffic_problems
from chengce.city.checks_transit import transit_problems
from chengce.city.layers import BY_NAME, Column, Contract
from chengce.core.errors import Problem
from chengce.core.text import Text

KINDS: Mapping[str, Text] = {
    "str": Text("文本", "text"),
    "date": Text(" YYYY-MM-DD 格式的日期", "a date YYYY-MM-DD"),
    "int": Text("整数", "a whole number"),
    "float": Text("有限的数值", "a finite number"),
    "bool": Text("真或假", "true or false"),
}


def check_tables(
    tables: Mapping[str, pd.DataFrame], *, unread: Collection[str] = ()
) -> list[Problem]:
    """Return every problem of every table, in the order of the contracts.

    `unread` names tables that exist but could not be read: nothing is said about what refers to
    them.
    """
    found = [p for n, frame in tables.items() for p in check_table(n, frame, tables, unread=unread)]
    network = ("streets", "stops")
    if not any(n in unread or len(tables.get(n, ())) for n in network):
        found.append(
            Problem(
                "city_without_network",
                Text("城市既无道路也无公交数据", "the city has neither streets nor transit"),
                Text("至少导入其中一项", "add at least one of the two"),
            )
        )
    return found


def check_table(
    name: str,
    frame: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    *,
    unread: Collection[str] = (),
) -> list[Problem]:
    """Return the problems of one table: columns, nulls, kinds, ranges, keys, references, geometry."""
    contract = BY_NAME[name]
    found = _columns(contract, frame)
    if found:
        return found
    for column in contract.columns:
        if column.name in frame.columns:
            found += _values(name, column, frame[column.name])
            if column.refers not in unread:
                found += _references(name, column, frame[column.name], tables)
    found += _keys(contract, frame)
    if contract.geometry:
        found += _geometry(contract, frame)
    if name == "people" and not found:
        found = [*_bases(frame), *_partition(frame)]
    return found or [
        *traffic_problems(name, frame, tables),
        *place_problems(name, frame),
        *transit_problems(name, frame, tables, unread=unread),
        *gate_problems(name, frame, tables, unread=unread),
        *fare_problems(name, frame, tables),
    ]


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
        found += at(name, column, missing, "missing_value", Text("值为空", "the value is missing"),
                     Text("补填；缺失不等于 0", "fill it in; missing is not 0"))  # fmt: skip
    strange = ~missing & ~_of_kind(column, values)
    kind = KINDS[column.kind]
    found += at(name, column, strange, "wrong_kind_of_value",
                 Text(f"值应为{kind.zh}", f"the value must be {kind.en}"),
                 Text("核对原始数据或列的对应关系", "check the source or the mapping of columns"), values)  # fmt: skip
    usable = ~missing & ~strange
    if column.low is not None or column.high is not None:
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        low = -np.inf if column.low is None else column.low
        high = np.inf if column.high is None else column.high
        wrong = usable & ~((numbers >= low) & (numbers <= high))
        span = Text(
            f"不小于 {low:g}" if high == np.inf else f"{low:g} 至 {high:g}",
            f"at least {low:g}" if high == np.inf else f"from {low:g} to {high:g}",
        )
        found += at(name, column, wrong, "number_out_of_range",
                     Text(f"数值超出范围，应{span.zh}", f"the number must be {span.en}"),
                     Text("核对原始数据", "check the source"), values)  # fmt: skip
    if column.allowed:
        wrong = usable & ~values.isin(list(column.allowed)).to_numpy()
        shown = ", ".join(map(str, column.allowed))
        found += at(name, column, wrong, "value_not_allowed",
                     Text(f"取值不在 {shown} 之内", f"the value is none of {shown}"),
                     Text("改为允许的取值", "use one of the allowed values"), values)  # fmt: skip
    return found


def _of_kind(column: Column, values: "pd.Series[object]") -> NDArray[np.bool_]:
    """Tell which values are of the column's kind; numbers are finite, whole ones for `int`."""
    plain = values.dtype
    if column.kind in ("float", "int"):
        if pd.api.types.is_bool_dtype(plain) or not pd.api.types.is_numeric_dtype(plain):
            return np.zeros(len(values), dtype=bool)
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        fine = np.isfinite(numbers)
        return np.asarray(fine & (numbers == np.floor(numbers)) if column.kind == "int" else fine)
    if column.kind == "bool":
        return np.full(len(values), pd.api.types.is_bool_dtype(plain))
    if pd.api.types.is_string_dtype(plain) and not pd.api.types.is_object_dtype(plain):
        text = np.ones(len(values), dtype=bool)
    else:
        text = np.array([isinstance(v, str) for v in values], dtype=bool)
    if column.kind == "date":
        dates = pd.Series(pd.to_datetime(values.where(text), format="%Y-%m-%d", errors="coerce"))
        text &= dates.notna().to_numpy()
    return text


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
    return at(name, column, wrong, "foreign_key_violation",
               Text(f"在 {column.refers} 表中找不到", f"not found in table {column.refers}"),
               Text("核对编号，或补上被引用的行", "check the id, or add the row it refers to"), values)  # fmt: skip


def _keys(contract: Contract, frame: pd.DataFrame) -> list[Problem]:
    key = list(contract.key)
    again = frame.duplicated(key).to_numpy() & frame[key].notna().all(axis=1).to_numpy()
    column = contract.column(contract.key[0])
    assert column is not None
    return at(contract.name, column, again, "duplicate_key",
               Text("键重复", "the key occurs more than once"),
               Text("合并或删除重复行", "merge or remove the repeated rows"),
               frame[contract.key[0]] if len(key) == 1 else _joined(frame[key], again))  # fmt: skip


def _joined(keys: pd.DataFrame, wanted: NDArray[np.bool_]) -> "pd.Series[object]":
    """Return composite keys as people read them, for the rows wanted only."""
    shown = pd.Series("", index=keys.index, dtype=object)
    shown[wanted] = [", ".join(map(str, row)) for row in keys[wanted].to_numpy()]
    return shown


def _geometry(contract: Contract, frame: pd.DataFrame) -> list[Problem]:
    geometry = gpd.GeoSeries(frame["geometry"])
    column = Column("geometry", "str")
    empty = (geometry.isna() | geometry.is_empty).to_numpy()
    kinds = geometry.geom_type.isin(list(contract.geometry)).to_numpy()
    found = at(contract.name, column, empty, "missing_geometry", Text("几何为空", "no geometry"),
                Text("补上坐标", "add the coordinates"))  # fmt: skip
    found += at(contract.name, column, ~kinds & ~empty, "wrong_geometry",
                 Text(f"几何类型应为 {'/'.join(contract.geometry)}",
                      f"the geometry must be {' or '.join(contract.geometry)}"),
                 Text("转换几何类型", "convert it"), geometry.geom_type)  # fmt: skip
    if len(frame):
        bounds = geometry.bounds
        outside = ((bounds.minx < -180) | (bounds.maxx > 180)
                   | (bounds.miny < -90) | (bounds.maxy > 90)).to_numpy()  # fmt: skip
        found += at(contract.name, column, outside, "coordinates_out_of_range",
                     Text("不是经纬度", "not longitude and latitude"),
                     Text("声明坐标系，或检查经纬度是否颠倒",
                          "declare the coordinate system, or check for swapped lon/lat"))  # fmt: skip
    return found


def _bases(frame: pd.DataFrame) -> list[Problem]:
    """Resident, registered and service population are never mixed in one dimension."""
    bases = frame.groupby("dimension")["base"].agg(lambda b: ", ".join(sorted(set(b))))
    return [
        Problem(
            "population_bases_mixed",
            Text(
                f"维度 {dimension} 混用了不同口径的人口：{shown}",
                f"dimension {dimension} mixes kinds of population: {shown}",
            ),
            Text(
                "同一维度只用一种口径（常住、户籍或服务人口）",
                "keep one kind (resident, registered or service population) in a dimension",
            ),
            file="people",
            column="base",
        )
        for dimension, shown in bases.items()
        if ", " in shown
    ]


def _partition(frame: pd.DataFrame) -> list[Problem]:
    """Each dimension must add up to the zone's total (1 % or 1 person), else to the first one."""
    dimensions = sorted(set(frame["dimension"]), key=lambda d: (d != "total", d))
    sums = frame.pivot_table(index="zone", columns="dimension", values="count", aggfunc="sum")
    sums = sums.fillna(0.0)  # a zone left out of a dimension has no people there
    found = []
    for dimension in dimensions[1:]:
        total = sums[dimensions[0]]
        off = (sums[dimension] - total).abs() > np.maximum(1.0, 0.01 * total)
        if off.any():
            zones = ", ".join(map(str, sums.index[off][:SHOWN]))
            found.append(
                Problem(
                    "groups_do_not_add_up",
                    Text(
                        f"维度 {dimension} 在 {int(off.sum())} 个分区中与 {dimensions[0]} 不符：{zones}",
                        f"dimension {dimension} does not add up to {dimensions[0]} in "
                        f"{int(off.sum())} zones: {zones}",
                    ),
                    Text("核对分组人数", "check the counts by group"),
                    file="people",
                    column="count",
                )
            )
    return found
