"""List the tables a city may hold, with their contracts: columns, units, key, geometry, layer.

Geometry is always WGS-84 longitude/latitude (EPSG:4326). Times are int32 seconds after midnight
of the service day. Missing optional values are null, never 0.
"""

from dataclasses import dataclass
from typing import Literal

from chengce.city.contracts.contract import Column, Contract
from chengce.city.contracts.flows import FLOWS
from chengce.city.contracts.people import PEOPLE
from chengce.city.contracts.places import PLACES
from chengce.city.contracts.shared import POINT
from chengce.city.contracts.streets import STREETS
from chengce.city.contracts.transit import TRANSIT
from chengce.core.text import Text

__all__ = [
    "BY_NAME",
    "CONTRACTS",
    "LAYERS",
    "POINT",
    "RASTERS",
    "WGS84",
    "Column",
    "Contract",
    "Layer",
    "column_of",
    "tables_of",
]

System = Literal["nature", "human", "society", "shelter", "network"]
WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class Layer:
    """A layer as a person names it; its tables share one descriptor."""

    name: str
    title: Text
    system: System
    scale: Literal["region", "city", "community", "building"]


LAYERS: tuple[Layer, ...] = (
    Layer("zones", Text("分区", "zones"), "human", "community"),
    Layer("people", Text("人口", "people"), "human", "community"),
    Layer("totals", Text("人口总量", "totals of people"), "human", "community"),
    Layer("buildings", Text("建筑", "buildings"), "shelter", "building"),
    Layer("jobs", Text("就业岗位", "jobs"), "society", "community"),
    Layer("places", Text("设施点", "places"), "society", "community"),
    Layer("parcels", Text("地块", "land parcels"), "shelter", "community"),
    Layer("prices", Text("价格", "prices"), "society", "city"),
    Layer("standards", Text("标准版本", "versions of standards"), "society", "city"),
    Layer("streets", Text("道路", "streets"), "network", "city"),
    Layer("transit", Text("公共交通", "public transport"), "network", "city"),
    Layer("gates", Text("大门与围墙", "gates and walls"), "network", "community"),
    Layer("flows", Text("出行量", "trips between zones"), "society", "city"),
    Layer("counts", Text("断面与站点计数", "traffic and station counts"), "network", "city"),
    Layer("elevation", Text("高程", "elevation"), "nature", "region"),
    Layer(
        "ground",
        Text("地表（水系、绿地、边界）", "ground (water, green, boundary)"),
        "nature",
        "city",
    ),
)

CONTRACTS: tuple[Contract, ...] = (*PEOPLE, *PLACES, *STREETS, *TRANSIT, *FLOWS)
BY_NAME: dict[str, Contract] = {c.name: c for c in CONTRACTS}
RASTERS = ("elevation",)


def column_of(table: str, name: str) -> Column:
    """Return a column of a table's contract, which must have it."""
    found = BY_NAME[table].column(name)
    assert found is not None
    return found


def tables_of(layer: str) -> tuple[str, ...]:
    """Return the names of the tables of a layer."""
    return tuple(c.name for c in CONTRACTS if c.layer == layer)
