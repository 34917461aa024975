"""Describe one file of totals by area: what it counts, of whom, on which day, and how it is shared."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from chengce.city.readers.tables_spec import Melt, TableSpec
from chengce.core.groups import TOTAL
from chengce.core.text import Text
from chengce.core.validation import Wrong

Weight = Literal["dwellings", "floor_area", "footprint_storeys", "weight"]
Base = Literal["resident", "registered", "actual", "service"]

WEIGHTS: Mapping[str, Text] = {
    "dwellings": Text("住宅套数", "dwellings"),
    "floor_area": Text("住宅建筑面积", "floor area of homes"),
    "footprint_storeys": Text("基底面积乘层数", "footprint times storeys"),
    "weight": Text("给定权重", "a given weight"),
}
BASES: Mapping[str, Text] = {
    "resident": Text("常住人口", "resident population"),
    "registered": Text("户籍人口", "registered population"),
    "actual": Text("实有人口", "actual population"),
    "service": Text("服务人口", "service population"),
}
_BETWEEN = "/"  # joins dimension and group while the file is read


class TotalsSpec(BaseModel):
    """One file of totals by area (street office, community) and how to share them out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    area: str = Field(
        description="Column of the file that names the area, by id or name / 文件中写明区域（编号或名称）的列"
    )
    counts: dict[str, str | dict[str, str]] = Field(
        min_length=1,
        description="total → column; any other dimension → group → column / total 对应一列，其余维度按“群体 → 列”给出",
    )
    base: Base = Field(
        description="Whom it counts: resident, registered, actual or service / "
        "人口口径：resident 常住、registered 户籍、actual 实有、service 服务人口"
    )
    date: str = Field(
        pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$",
        description="Day the totals are of: YYYY-MM-DD, YYYY-MM or YYYY / 总量的时点：YYYY-MM-DD、YYYY-MM 或 YYYY",
    )
    weight: list[Weight] = Field(
        min_length=1,
        description="By what people are shared out, in order of preference: the first that every home of an "
        "area has / 分摊依据，按优先次序：取区域内每栋住宅都有的第一项",
    )
    missing_weight: Literal["error", "exclude"] = Field(
        "error",
        description="Where no weight is complete in an area: an error, or leave out and list the homes "
        "without / 区域内没有一项依据齐全时：报错，或略去并列出缺项的住宅",
    )
    unallocated: Literal["error", "list"] = Field(
        "error",
        description="People of an area without homes: an error, or in no zone and listed / "
        "区域有人口而无住宅时：报错，或不落入任何分区并列出",
    )
    aliases: dict[str, str] = Field(
        {},
        description="Name in the file → id or name of the area / 文件中的名称 → 区域的编号或名称",
    )
    sheet: str = Field("", description="Sheet of a workbook / 工作表名")
    header: str = Field(
        "",
        pattern=r"^([1-9]\d*(-[1-9]\d*)?)?$",
        description='Rows of the header, "3" or "3-5" / 表头所在行，如 "3"、"3-5"',
    )
    encoding: str = Field("", description="Encoding of text / 文本编码")
    fill_down: list[str] = Field(
        [], description="Columns whose blanks take the value above / 空格取上一行值的列"
    )
    keep_rows: list[int] = Field(
        [], description="Rows that look like sums but are data / 形似合计但属于数据的行"
    )
    skip_rows: list[int] = Field([], description="Rows to leave out / 略去的行")

    @field_validator("counts")
    @classmethod
    def _grouped(cls, counts: dict[str, str | dict[str, str]]) -> dict[str, str | dict[str, str]]:
        for dimension, given in counts.items():
            if (dimension == TOTAL) != isinstance(given, str):
                raise Wrong(
                    Text(
                        "total 写成一列的列名，其余维度写成“群体 = 列名”的键值表",
                        "`total` names one column; any other dimension maps groups to columns",
                    )
                )
            if _BETWEEN in dimension or given == {}:
                raise Wrong(
                    Text(
                        f"维度 {dimension} 的写法有误：不能为空，名称不能含“/”",
                        f"dimension {dimension} must not be empty and its name holds no “/”",
                    )
                )
        return counts

    @property
    def columns(self) -> dict[tuple[str, str], str]:
        """Column of the file by dimension and group."""
        found: dict[tuple[str, str], str] = {}
        for dimension, given in self.counts.items():
            groups = {TOTAL: given} if isinstance(given, str) else given
            found |= {(dimension, group): column for group, column in groups.items()}
        return found

    def table_spec(self) -> TableSpec:
        """Return how the file is read as a table `totals`; groups come as `dimension/group`."""
        columns = {f"{d}{_BETWEEN}{g}": c for (d, g), c in self.columns.items()}
        return TableSpec(
            table="totals",
            path=self.path,
            columns={"area": self.area},
            constants={"dimension": TOTAL, "base": self.base, "date": self.date},
            melt=Melt(into="group", value="count", columns=columns),
            sheet=self.sheet,
            header=self.header,
            encoding=self.encoding,
            fill_down=self.fill_down,
            keep_rows=self.keep_rows,
            skip_rows=self.skip_rows,
        )


def split_groups(names: list[str]) -> tuple[list[str], list[str]]:
    """Return dimensions and groups of `dimension/group`."""
    parts = [name.split(_BETWEEN, 1) for name in names]
    return [p[0] for p in parts], [p[1] for p in parts]
