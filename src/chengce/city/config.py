"""Read the TOML file that says which raw files make a city and how to read them."""

from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from chengce.city.readers.tables_spec import TableSpec
from chengce.core.documents import read_toml_file
from chengce.core.errors import ChengceError
from chengce.core.text import Text
from chengce.core.validation import Wrong, problems_of


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
    source: Source = Source()


class ElevationEntry(BaseModel):
    """A GeoTIFF of heights in metres."""

    model_config = ConfigDict(extra="forbid")

    path: str
    source: Source = Source()


class TableEntry(TableSpec):
    """A clean table with its column mapping."""

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
    elevation: ElevationEntry | None = None
    tables: list[TableEntry] = []
    groups: str | None = None
    assumptions: str | None = None

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


def read_config(path: Path) -> CityConfig:
    """Read and check a configuration; every mistake is reported together."""
    data = read_toml_file(path, Text("城市配置文件", "city configuration"))
    try:
        return CityConfig.model_validate(data)
    except ValidationError as error:
        raise ChengceError(problems_of(error, CityConfig, code="config", file=str(path))) from None
