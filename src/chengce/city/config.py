"""Read the TOML file that says which raw files make a city and how to read them."""

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chengce.city.readers.tables_spec import TableSpec
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text


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

    feed: str = Field(pattern=r"^[A-Za-z0-9_\-]+$")
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

    name: str = Field(pattern=r"^[A-Za-z0-9_\-]+$")
    title: dict[str, str] | str
    timezone: str = "UTC"
    osm: OsmEntry | None = None
    gtfs: list[GtfsEntry] = []
    elevation: ElevationEntry | None = None
    tables: list[TableEntry] = []
    groups: str | None = None
    assumptions: str | None = None


def read_config(path: Path) -> CityConfig:
    """Read and check a configuration; every mistake is reported together."""
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ChengceError(
            Problem(
                "config_unreadable",
                Text(f"配置文件无法读取：{error}", f"the configuration cannot be read: {error}"),
                Text("核对路径与 TOML 语法，文件须为 UTF-8", "check the path and the TOML; use UTF-8"),
                file=str(path),
            )
        ) from error
    try:
        return CityConfig.model_validate(data)
    except ValidationError as error:
        raise ChengceError(
            [
                Problem(
                    f"config_{e['type']}",
                    Text(f"配置项有误：{e['msg']}", e["msg"]),
                    Text("参照 examples 中的配置", "see the configuration in examples"),
                    file=path.name,
                    column=".".join(map(str, e["loc"])),
                )
                for e in error.errors()
            ]
        ) from None
