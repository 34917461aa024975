"""Describe how one clean file becomes one table of a city."""

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chengce.city.layers import BY_NAME, Column, Contract
from chengce.core.errors import Problem
from chengce.core.text import Text

DECLARE = Text(
    '写明 crs，如 crs = "WGS-84"、"CGCS2000"、"GCJ-02"（高德、腾讯、DataV）、"BD-09"（百度）、"EPSG:4548"',
    'declare it, for example crs = "WGS-84", "CGCS2000", "GCJ-02", "BD-09" or "EPSG:4548"',
)


HoursPart = Annotated[
    str, StringConstraints(pattern=r"^(([1-7]|holiday)(_open|_close)?|days|open|close)$")
]


class Melt(BaseModel):
    """Turn several value columns of a row into rows of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    into: Literal["kind", "group", "mode", "purpose", "role", "kit"] = Field(
        description="column that takes the name of each value"
    )
    value: str = Field("count", description="column that takes the value itself")
    columns: dict[str, str] = Field(
        min_length=1, description="kind, group, mode, purpose, role or kit → column of the file"
    )


class TableSpec(BaseModel):
    """One file, the table it fills, and which of its columns means what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: Literal[
        "zones", "people", "jobs", "places", "street_periods", "flows", "counts", "count_links",
        "areas", "buildings", "totals", "compounds", "gates", "entrances",
        "place_hours", "place_staff", "place_kit",
    ]  # fmt: skip
    path: str
    crs: str = Field(
        "",
        description="coordinate system of the coordinates: WGS-84, CGCS2000, GCJ-02, BD-09, EPSG:n, "
        "own:FILE.toml; empty: what the file itself states",
    )
    columns: dict[str, str] = Field({}, description="column of the table → column of the file")
    constants: dict[str, str | int | float] = Field({}, description="column of the table → value")
    melt: Melt | None = None
    hours: dict[HoursPart, str] = Field(
        {},
        description="Opening hours of places in several columns: 1 to 7 and holiday, or 1_open and "
        "1_close to 7_close, or days, open and close → column of the file"
        " / 分列写的开放时间：1 至 7、holiday 各一列，或 1_open、1_close……，或 days、open、close",
    )
    geometry: str = Field(
        "none",
        pattern=r"^(none|file|point:[^,]+,[^,]+|h3:.+)$",
        description="none, file, point:LON_COLUMN,LAT_COLUMN or h3:COLUMN",
    )
    match: dict[str, Literal["zones.name", "zones.code"]] = Field(
        {},
        description="column of the table that names zones → zones.name (names as people write them) or "
        "zones.code (GB/T 2260 codes in any form)",
    )
    aliases: dict[str, str] = Field({}, description="name in the file → name of the zone it means")
    within: str = Field(
        "", description="column of the file that names the zone a point lies in: checks coordinates"
    )
    layer_name: str = Field(
        "",
        description="Layer of a GeoPackage, geodatabase or KML that has several; CAD layer of a DXF"
        " / 有多个图层的 GPKG、GDB、KML 的图层名；DXF 的 CAD 图层名",
    )
    sheet: str = Field("", description="Sheet of a workbook that has several / 工作表")
    header: str = Field(
        "",
        pattern=r"^([1-9]\d*(-[1-9]\d*)?)?$",
        description='Rows of the header, as "3" or "3-5"; empty: found / 表头所在行，如 "3"、"3-5"；空：自动识别',
    )
    encoding: str = Field(
        "", description="Encoding of text; empty: recognised / 文字编码；空：自动识别"
    )
    dates: Literal["", "dmy", "mdy", "ymd"] = Field(
        "",
        description="Order of day, month and year where it can be read in two ways / 日月年的次序，有两种读法时写明",
    )
    units: dict[str, str] = Field(
        {},
        description="Column of the table → unit in the file, where the header says none or another"
        " / 列 → 文件中的单位，表头没写或写错时用",
    )
    values: dict[str, dict[str, str | int | float | bool]] = Field(
        {},
        description="Column of the table → cell as written → value: answers to what was asked"
        " / 列 → 单元格原文 → 取值：对待确认各处的答复",
    )
    fill_down: list[str] = Field(
        [],
        description="Columns of the file whose blanks take the value above / 空格取上一行值的列",
    )
    keep_rows: list[int] = Field(
        [],
        description="Rows that look like totals or notes but are data / 像合计或注释、其实是数据的行",
    )
    skip_rows: list[int] = Field([], description="Rows to leave out / 略去的行")
    near: tuple[float, float] | None = Field(
        None, description="longitude, latitude of the city: tells swapped coordinates, degrees"
    )

    @property
    def contract(self) -> Contract:
        """The contract the result meets."""
        return BY_NAME[self.table]

    @property
    def header_rows(self) -> tuple[int, int] | None:
        """First and last row of the header as in the file, if declared."""
        if not self.header:
            return None
        first, _, last = self.header.partition("-")
        return int(first), int(last or first)

    @property
    def point_columns(self) -> tuple[str, str] | None:
        """Columns of the file with x (longitude) and y (latitude)."""
        if not self.geometry.startswith("point:"):
            return None
        x, y = self.geometry.removeprefix("point:").split(",")
        return x.strip(), y.strip()

    @property
    def h3_column(self) -> str | None:
        """Column of the file with H3 cell ids."""
        return self.geometry.removeprefix("h3:") if self.geometry.startswith("h3:") else None

    @property
    def needed(self) -> tuple[str, ...]:
        """All columns the file must have."""
        melted = self.melt.columns.values() if self.melt else ()
        h3 = (self.h3_column,) if self.h3_column else ()
        within = (self.within,) if self.within else ()
        points = self.point_columns or ()
        return tuple(
            dict.fromkeys(
                (*self.columns.values(), *melted, *self.hours.values(), *points, *h3, *within)
            )
        )


def spec_problems(spec: TableSpec) -> list[Problem]:
    """Return what is wrong with a mapping before any file is opened."""
    contract, found = spec.contract, []
    known = [c.name for c in contract.columns]
    melted = [spec.melt.into, spec.melt.value] if spec.melt else []
    given = [*spec.columns, *spec.constants, *melted, *(["hours"] if spec.hours else [])]
    shown = ", ".join(known)
    for name in dict.fromkeys(given):
        if name not in known:
            found.append(
                _problem(
                    "mapping_unknown_column",
                    Text(
                        f"{spec.table} 表没有列 {name}", f"table {spec.table} has no column {name}"
                    ),
                    Text(f"可用的列：{shown}", f"its columns: {shown}"),
                    name,
                )
            )
        elif given.count(name) > 1:
            found.append(
                _problem(
                    "mapping_column_twice",
                    Text(f"列 {name} 给了两次", f"column {name} is given twice"),
                    Text(
                        "columns、constants、melt 中只留一处",
                        "keep one of columns, constants and melt",
                    ),
                    name,
                )
            )
    found += [
        _problem(
            "mapping_missing_column",
            Text(f"没有说明 {c.name} 取自哪一列", f"nothing says where {c.name} comes from"),
            Text("在 columns 或 constants 中给出", "give it in columns or constants"),
            c.name,
        )
        for c in contract.columns
        if c.required and c.name not in given
    ]
    return found + _match_problems(spec) + _constant_problems(spec) + _geometry_problems(spec)


def _match_problems(spec: TableSpec) -> list[Problem]:
    """Only a column that refers to zones can be matched with their names."""
    fitting = [
        c.name for c in spec.contract.columns if c.refers == "zones" and c.name in spec.columns
    ]
    return [
        _problem(
            "mapping_not_matched",
            Text(f"{name} 不是引用分区的列", f"{name} is no column that refers to zones"),
            Text(
                f"可匹配的列：{'、'.join(fitting) or '无'}",
                f"columns to match: {', '.join(fitting) or 'none'}",
            ),
            name,
        )
        for name in spec.match
        if name not in fitting
    ]


def _constant_problems(spec: TableSpec) -> list[Problem]:
    found = []
    for name, value in spec.constants.items():
        target = spec.contract.column(name)
        if target is None:
            continue
        shown = ", ".join(map(str, target.allowed))
        if target.allowed and value not in target.allowed:
            found.append(
                _problem(
                    "value_not_allowed",
                    Text(f"取值 {value} 不在 {shown} 之内", f"{value} is none of {shown}"),
                    Text("改为允许的取值", "use one of the allowed values"),
                    name,
                )
            )
        elif target.kind in ("float", "int") and not _in_range(value, target):
            found.append(
                _problem(
                    "not_a_number",
                    Text(f"{name} 不能取 {value}", f"{name} cannot be {value}"),
                    Text("给出范围内的数", "give a number within range"),
                    name,
                )
            )
    return found


def _in_range(value: str | int | float, target: Column) -> bool:
    if isinstance(value, str):
        return False
    low = -math.inf if target.low is None else target.low
    high = math.inf if target.high is None else target.high
    return low <= value <= high


def _geometry_problems(spec: TableSpec) -> list[Problem]:
    if spec.contract.geometry and spec.geometry == "none":
        return [
            _problem(
                "mapping_without_geometry",
                Text(f"{spec.table} 表需要几何", f"table {spec.table} needs a geometry"),
                Text(
                    '写明 geometry = "file"、"point:经度列,纬度列" 或 "h3:列"',
                    'give geometry = "file", "point:LON,LAT" or "h3:COLUMN"',
                ),
            )
        ]
    if spec.contract.geometry and not spec.crs and spec.point_columns:
        return [
            _problem(
                "crs_missing",
                Text("没有说明坐标系", "the coordinate system is not declared"),
                DECLARE,
            )
        ]
    return []


def _problem(code: str, message: Text, remedy: Text, column: str = "") -> Problem:
    return Problem(code, message, remedy, column=column)
