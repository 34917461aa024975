"""Read the TOML file that says which raw files make a city and how to read them."""

from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from chengce.city.allocate.spec import TotalsSpec
from chengce.city.layers import WGS84
from chengce.city.places.spec import PlacesSpec
from chengce.city.readers.lines_spec import LinesSpec
from chengce.city.readers.tables_spec import TableSpec
from chengce.core.documents import read_toml_file
from chengce.core.errors import ChengceError
from chengce.core.text import Text
from chengce.core.validation import Wrong, problems_of

CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"


class Source(BaseModel):
    """Where a file comes from; what is left out is shown as not stated."""

    model_config = ConfigDict(extra="forbid")

    title: dict[str, str] | str = ""
    licence: str = ""
    date: str = ""
    owner: str = ""
    grade: str = ""
    url: str = ""


class OsmEntry(BaseModel):
    """An OpenStreetMap extract."""

    model_config = ConfigDict(extra="forbid")

    path: str
    layers: list[Literal["streets", "places", "ground"]] = ["streets", "places", "ground"]
    places: list[str] = Field([], description="kinds of place kept; empty: all")
    source: Source = Source()


class GtfsEntry(BaseModel):
    """A GTFS feed; its ids are prefixed with `feed:`."""

    model_config = ConfigDict(extra="forbid")

    feed: str = Field(
        pattern=r"^[A-Za-z0-9_\-]+$",
        description="Prefix of ids: Latin letters, digits, _ and - / 编号前缀：限英文字母、数字、_ 和 -",
    )
    path: str
    crs: str = Field(
        "WGS-84", description="Coordinate system of its stops and shapes / 站点与线形的坐标系"
    )
    source: Source = Source()


class LinesEntry(LinesSpec):
    """Lines in plain tables, where there is no GTFS feed; ids are prefixed with `name:`."""

    source: Source = Source()


class ElevationEntry(BaseModel):
    """A GeoTIFF of heights in metres."""

    model_config = ConfigDict(extra="forbid")

    path: str
    source: Source = Source()


class TntpEntry(BaseModel):
    """A road network with zones and trips in TNTP files, which state neither units nor places."""

    model_config = ConfigDict(extra="forbid")

    net: str = Field(description="Network file / 路网文件")
    trips: str | None = Field(None, description="Trips file / 出行量文件")
    nodes: str = Field(
        description="Places of the nodes: TNTP node file, CSV or GeoJSON / 节点坐标：TNTP 节点文件、CSV 或 GeoJSON"
    )
    crs: str = Field(
        WGS84, description="Coordinate system of a TNTP or CSV node file / 节点文件的坐标系"
    )
    length_unit: Literal["m", "km", "ft", "mile"] = Field(
        description="Unit of the lengths of links / 路段长度的单位"
    )
    time_unit: Literal["s", "min", "h"] = Field(
        description="Unit of free-flow times / 自由流时间的单位"
    )
    start: str = Field(
        pattern=CLOCK, description="Begin of the trips' period, HH:MM / 出行时段的开始，HH:MM"
    )
    end: str = Field(
        pattern=CLOCK, description="End of the trips' period, HH:MM / 出行时段的结束，HH:MM"
    )
    source: Source = Source()

    @model_validator(mode="after")
    def _period(self) -> "TntpEntry":
        if seconds(self.end) <= seconds(self.start):
            raise Wrong(
                Text("[tntp] 的 end 应晚于 start", "end of [tntp] must be later than its start")
            )
        return self


def seconds(clock: str) -> int:
    """Return seconds after midnight of HH:MM, up to 24:00."""
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


class TableEntry(TableSpec):
    """A clean table with its column mapping."""

    source: Source = Source()


class TotalsEntry(TotalsSpec):
    """Totals of people by area, shared out to the zones by the homes in them."""

    source: Source = Source()


class CityConfig(BaseModel):
    """The raw files of a city; paths are relative to the file itself."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(
        pattern=r"^[A-Za-z0-9_\-]+$",
        description="Short name: Latin letters, digits, _ and - / 代号：限英文字母、数字、_ 和 -",
    )
    title: dict[str, str] | str
    timezone: str = "UTC"
    osm: OsmEntry | None = None
    gtfs: list[GtfsEntry] = []
    lines: list[LinesEntry] = []
    elevation: ElevationEntry | None = None
    tntp: TntpEntry | None = None
    tables: list[TableEntry] = []
    totals: list[TotalsEntry] = []
    places: PlacesSpec | None = None
    groups: str | None = None
    assumptions: str | None = None
    reference: Literal["streets", "stops", "shapes", "places"] = Field(
        "streets",
        description="Table the positions of the others are compared with / 核对其他图层位置所用的参照图层",
    )

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        known = available_timezones()  # empty where the system has no time zones
        if known and value not in known:
            raise Wrong(
                Text(
                    f"没有名为“{value}”的时区，应为 IANA 名称，如 Asia/Shanghai",
                    f'there is no time zone "{value}"; use an IANA name such as Asia/Shanghai',
                )
            )
        return value

    @field_validator("gtfs")
    @classmethod
    def _feeds(cls, value: list[GtfsEntry]) -> list[GtfsEntry]:
        names = [entry.feed for entry in value]
        twice = ", ".join(sorted({n for n in names if names.count(n) > 1}))
        if twice:
            raise Wrong(Text(f"数据源名称重复：{twice}", f"feed names must differ: {twice}"))
        return value

    @field_validator("tables")
    @classmethod
    def _shared_out(cls, value: list[TableEntry]) -> list[TableEntry]:
        if any(entry.table == "totals" for entry in value):
            raise Wrong(
                Text(
                    "人口总量不写在 [[tables]]，请写在 [[totals]]，并给出口径、时点和分摊依据",
                    "totals of people go under [[totals]], with base, date and weight, not under [[tables]]",
                )
            )
        return value

    @field_validator("lines", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return [value] if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _prefixes(self) -> "CityConfig":
        names = [*(e.feed for e in self.gtfs), *(e.name for e in self.lines)]
        twice = ", ".join(sorted({e.name for e in self.lines if names.count(e.name) > 1}))
        if twice:
            raise Wrong(
                Text(
                    f"[gtfs]、[lines] 的编号前缀重复：{twice}",
                    f"the prefixes of [gtfs] and [lines] must differ: {twice}",
                )
            )
        return self

    @model_validator(mode="after")
    def _one_street_network(self) -> "CityConfig":
        if self.tntp is not None and self.osm is not None and "streets" in self.osm.layers:
            raise Wrong(
                Text(
                    "[osm] 与 [tntp] 都提供道路，只能取其一：在 [osm] 的 layers 中去掉 streets",
                    "[osm] and [tntp] both give streets: take streets out of the layers of [osm]",
                )
            )
        return self


def read_config(path: Path) -> CityConfig:
    """Read and check a configuration; every mistake is reported together."""
    data = read_toml_file(path, Text("城市配置文件", "city configuration"))
    try:
        return CityConfig.model_validate(data)
    except ValidationError as error:
        raise ChengceError(problems_of(error, CityConfig, code="config", file=str(path))) from None
