"""List the tables a city may hold, with their contracts: columns, units, key, geometry, layer.

Geometry is always WGS-84 longitude/latitude (EPSG:4326). Times are int32 seconds after midnight
of the service day. Missing optional values are null, never 0.
"""

from dataclasses import dataclass
from typing import Literal

from chengce.core.text import Text

Kind = Literal["str", "int", "float", "bool", "date"]
System = Literal["nature", "human", "society", "shelter", "network"]
WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class Column:
    """One column: its kind, its range, whether it must be there, and what it refers to."""

    name: str
    kind: Kind
    required: bool = True
    low: float | None = None
    high: float | None = None
    allowed: tuple[str | int, ...] = ()
    refers: str = ""
    unit: str = ""
    nullable: bool = False


@dataclass(frozen=True)
class Contract:
    """One table: the layer it belongs to, its key, its columns and its kind of geometry."""

    name: str
    layer: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    geometry: tuple[str, ...] = ()

    def column(self, name: str) -> Column | None:
        """Return the column called `name`, if the contract knows it."""
        return next((c for c in self.columns if c.name == name), None)


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

POLYGON = ("Polygon", "MultiPolygon")
LINE = ("LineString",)
POINT = ("Point",)


def _optional(name: str, kind: Kind, **more: object) -> Column:
    return Column(name, kind, required=False, nullable=True, **more)  # type: ignore[arg-type]


MODES = ("car", "truck", "transit", "bike", "walk", "all")
BASES = ("resident", "registered", "actual", "service")
CAPACITY_UNITS = ("beds", "seats", "places", "spaces", "people")
WHO = ("everyone", "residents", "vehicles_only", "closed")
_DIRECTIONS = (0, 1, 2, 3)  # bit 1: along the geometry, bit 2: against it

CONTRACTS: tuple[Contract, ...] = (
    Contract(
        "zones",
        "zones",
        ("id",),
        (
            Column("id", "str"),
            _optional("name", "str"),
            _optional("point_lon", "float", low=-180, high=180, unit="°"),
            _optional("point_lat", "float", low=-90, high=90, unit="°"),
        ),
        (*POLYGON, *POINT),
    ),
    Contract(
        "people",
        "people",
        ("zone", "dimension", "group"),
        (
            Column("zone", "str", refers="zones"),
            Column("dimension", "str"),
            Column("group", "str"),
            Column("count", "float", low=0, unit="people"),
            Column("base", "str", allowed=BASES),
        ),
    ),
    Contract(
        "areas",
        "totals",
        ("id",),
        (Column("id", "str"), _optional("name", "str")),
        POLYGON,
    ),
    Contract(
        "totals",
        "totals",
        ("area", "dimension", "group"),
        (
            Column("area", "str"),
            Column("dimension", "str"),
            Column("group", "str"),
            Column("count", "float", low=0, unit="people"),
            Column("base", "str", allowed=BASES),
            Column("date", "str"),
        ),
    ),
    Contract(
        "allocation",
        "totals",
        ("area", "zone"),
        (
            Column("area", "str"),
            _optional("zone", "str", refers="zones"),
            Column("by", "str"),
            Column("weight", "float", low=0),
            Column("concentration", "float", low=0, high=1),
            Column("buildings", "int", low=0, unit="buildings"),
            Column("people", "float", low=0, unit="people"),
        ),
    ),
    Contract(
        "buildings",
        "buildings",
        ("id",),
        (
            Column("id", "str"),
            Column("use", "str", allowed=("residential", "other")),
            _optional("area", "str"),
            _optional("dwellings", "float", low=0, unit="dwellings"),
            _optional("floor_area_m2", "float", low=0, unit="m2"),
            _optional("storeys", "float", low=0),
            _optional("weight", "float", low=0),
        ),
        (*POLYGON, *POINT),
    ),
    Contract(
        "jobs",
        "jobs",
        ("zone", "kind"),
        (
            Column("zone", "str", refers="zones"),
            Column("kind", "str"),
            Column("count", "float", low=0, unit="jobs"),
        ),
    ),
    Contract(
        "places",
        "places",
        ("id",),
        (
            Column("id", "str"),
            Column("kind", "str"),
            _optional("name", "str"),
            Column("count", "float", low=0, unit="places"),
            _optional("capacity", "float", low=0, unit="people"),
            _optional("capacity_unit", "str", allowed=CAPACITY_UNITS),
            _optional("hours", "str"),
            _optional("code", "str"),
            _optional("wheelchair", "str", allowed=("yes", "limited", "no")),
        ),
        POINT,
    ),
    Contract(
        "place_staff",
        "places",
        ("place", "role"),
        (
            Column("place", "str", refers="places"),
            Column("role", "str"),
            Column("count", "float", low=0, unit="people"),
        ),
    ),
    Contract(
        "place_kit",
        "places",
        ("place", "kit"),
        (
            Column("place", "str", refers="places"),
            Column("kit", "str"),
            Column("count", "float", low=0, unit="pieces"),
        ),
    ),
    Contract(  # read only: becomes `places.hours` when a city is built
        "place_hours",
        "places",
        ("place", "day", "open"),
        (
            Column("place", "str", refers="places"),
            Column("day", "str"),
            Column("open", "str"),
            _optional("close", "str"),
        ),
    ),
    Contract(
        "parcels",
        "parcels",
        ("id",),
        (
            Column("id", "str"),
            _optional("name", "str"),
            Column("use", "str"),
            _optional("far", "float", low=0),
        ),
        POLYGON,
    ),
    Contract(
        "parcel_floors",
        "parcels",
        ("parcel", "use"),
        (
            Column("parcel", "str", refers="parcels"),
            Column("use", "str"),
            Column("floor_area_m2", "float", low=0, unit="m2"),
        ),
    ),
    Contract(
        "prices",
        "prices",
        ("id",),
        (
            Column("id", "str"),
            Column("item", "str"),
            _optional("zone", "str", refers="zones"),
            _optional("place", "str", refers="places"),
            Column("value", "float", low=0, unit="money"),
            Column("per", "str"),
            _optional("date", "date"),
        ),
    ),
    Contract(
        "standard_versions",
        "standards",
        ("standard",),
        (Column("standard", "str"), Column("version", "str")),
    ),
    Contract(
        "streets",
        "streets",
        ("id",),
        (
            Column("id", "str"),
            Column("way", "int"),
            Column("from_node", "int"),
            Column("to_node", "int"),
            Column("length_m", "float", low=0, unit="m"),
            Column("highway", "str"),
            _optional("name", "str"),
            Column("walk", "int", allowed=_DIRECTIONS),
            Column("wheelchair", "int", allowed=_DIRECTIONS),
            Column("bike", "int", allowed=_DIRECTIONS),
            Column("drive", "int", allowed=_DIRECTIONS),
            Column("wheelchair_state", "str", allowed=("yes", "limited", "no", "unknown")),
            _optional("speed_kmh", "float", low=0, high=200, unit="km/h"),
            _optional("surface", "str"),
            _optional("incline_pct", "float", low=-100, high=100, unit="%"),
            _optional("width_m", "float", low=0, unit="m"),
            _optional("lanes_along", "float", low=0, unit="lanes"),
            _optional("lanes_against", "float", low=0, unit="lanes"),
            _optional("capacity_along", "float", low=0, unit="pcu/h"),
            _optional("capacity_against", "float", low=0, unit="pcu/h"),
            _optional("free_flow_s", "float", low=0, unit="s"),
            _optional("vdf_b", "float", low=0),
            _optional("vdf_power", "float", low=0),
            _optional("toll", "float", low=0, unit="money"),
        ),
        LINE,
    ),
    Contract(
        "street_periods",
        "streets",
        ("street", "direction", "start_s"),
        (
            Column("street", "str", refers="streets"),
            Column("direction", "int", allowed=(1, 2)),
            Column("start_s", "int", low=0, high=86_400, unit="s"),
            Column("end_s", "int", low=0, high=86_400, unit="s"),
            Column("speed_factor", "float", low=0),
            Column("capacity_factor", "float", low=0),
            Column("toll", "float", low=0, unit="money"),
        ),
    ),
    Contract(
        "turns",
        "streets",
        ("id",),
        (
            Column("id", "str"),
            Column("kind", "str", allowed=("no", "only")),
            Column("from_street", "str", refers="streets"),
            Column("via_node", "int"),
            Column("to_street", "str", refers="streets"),
            Column("restriction", "str"),
        ),
    ),
    Contract(
        "compounds",
        "gates",
        ("id",),
        (Column("id", "str"), _optional("name", "str")),
        POLYGON,
    ),
    Contract(
        "gates",
        "gates",
        ("compound", "id"),
        (
            Column("id", "str"),
            Column("compound", "str", refers="compounds"),
            _optional("name", "str"),
            _optional("from_s", "int", low=0, high=86_400, unit="s"),
            _optional("to_s", "int", low=0, high=86_400, unit="s"),
            Column("who", "str", allowed=WHO),
            _optional("walk", "bool"),
            _optional("wheelchair", "bool"),
            _optional("bike", "bool"),
            Column("verified", "bool"),
        ),
        POINT,
    ),
    Contract(
        "stops",
        "transit",
        ("id",),
        (
            Column("id", "str"),
            _optional("name", "str"),
            _optional("parent", "str"),
            Column("wheelchair", "int", allowed=(0, 1, 2)),
        ),
        POINT,
    ),
    Contract(
        "routes",
        "transit",
        ("id",),
        (
            Column("id", "str"),
            _optional("short_name", "str"),
            _optional("long_name", "str"),
            Column("mode", "int", low=0, high=1799),
            _optional("agency", "str"),
            _optional("color", "str"),
        ),
    ),
    Contract(
        "trips",
        "transit",
        ("id",),
        (
            Column("id", "str"),
            Column("route", "str", refers="routes"),
            Column("service", "str"),
            _optional("headsign", "str"),
            _optional("direction", "int", allowed=(0, 1)),
            _optional("shape", "str"),
            Column("wheelchair", "int", allowed=(0, 1, 2)),
        ),
    ),
    Contract(
        "stop_times",
        "transit",
        ("trip", "sequence"),
        (
            Column("trip", "str", refers="trips"),
            Column("sequence", "int", low=0),
            Column("stop", "str", refers="stops"),
            Column("arrival_s", "int", low=0, unit="s"),
            Column("departure_s", "int", low=0, unit="s"),
            Column("pickup", "bool"),
            Column("dropoff", "bool"),
        ),
    ),
    Contract(
        "services",
        "transit",
        ("service", "date"),
        (Column("service", "str"), Column("date", "date")),
    ),
    Contract(
        "frequencies",
        "transit",
        ("trip", "start_s"),
        (
            Column("trip", "str", refers="trips"),
            Column("start_s", "int", low=0, unit="s"),
            Column("end_s", "int", low=0, unit="s"),
            Column("headway_s", "int", low=1, unit="s"),
            Column("exact", "bool"),
        ),
    ),
    Contract(
        "transfers",
        "transit",
        ("from_stop", "to_stop", "start_s"),
        (
            Column("from_stop", "str", refers="stops"),
            Column("to_stop", "str", refers="stops"),
            Column("seconds", "int", low=0, unit="s"),
            Column("start_s", "int", low=0, unit="s"),
            Column("end_s", "int", low=0, unit="s"),
        ),
    ),
    Contract(
        "entrances",
        "transit",
        ("id", "stop"),
        (
            Column("id", "str"),
            Column("stop", "str"),
            _optional("name", "str"),
            Column("wheelchair", "int", allowed=(0, 1, 2)),
            Column("seconds", "int", low=0, unit="s"),
        ),
        POINT,
    ),
    Contract("shapes", "transit", ("id",), (Column("id", "str"),), LINE),
    Contract(
        "on_demand",
        "transit",
        ("id",),
        (
            Column("id", "str"),
            _optional("name", "str"),
            Column("wait_s", "int", low=0, unit="s"),
            Column("speed_kmh", "float", low=1, high=200, unit="km/h"),
            Column("start_s", "int", low=0, unit="s"),
            Column("end_s", "int", low=0, unit="s"),
            Column("serves", "str", allowed=("doors", "stops", "both")),
            Column("riders", "str", allowed=("everyone", "walk", "wheelchair")),
            _optional("longest_m", "float", low=0, unit="m"),
            _optional("price", "float", low=0, unit="money"),
        ),
        POLYGON,
    ),
    Contract(
        "fares",
        "transit",
        ("class",),
        (
            Column("class", "str"),
            Column("price", "float", low=0, unit="money"),
            Column("unlimited", "bool"),
            Column("same_route", "bool"),
        ),
    ),
    Contract(
        "fare_routes",
        "transit",
        ("route",),
        (Column("route", "str", refers="routes"), Column("class", "str", refers="fares")),
    ),
    Contract(
        "fare_transfers",
        "transit",
        ("first", "second"),
        (
            Column("first", "str", refers="fares"),
            Column("second", "str", refers="fares"),
            Column("price", "float", low=0, unit="money"),
            _optional("within_s", "float", low=0, unit="s"),
        ),
    ),
    Contract(
        "fare_system",
        "transit",
        ("id",),
        (
            Column("id", "str"),
            Column("discounts", "int", low=0),
            _optional("cap", "float", low=0, unit="money"),
            _optional("currency", "str"),
        ),
    ),
    Contract(
        "flows",
        "flows",
        ("origin", "destination", "mode", "purpose", "start_s"),
        (
            Column("origin", "str", refers="zones"),
            Column("destination", "str", refers="zones"),
            Column("mode", "str", allowed=MODES),
            Column("purpose", "str"),
            Column("start_s", "int", low=0, high=86_400, unit="s"),
            Column("end_s", "int", low=0, high=86_400, unit="s"),
            Column("count", "float", low=0, unit="trips"),
        ),
    ),
    Contract(
        "counts",
        "counts",
        ("id",),
        (
            Column("id", "str"),
            Column("kind", "str", allowed=("links", "entries", "exits")),
            Column("mode", "str", allowed=MODES),
            _optional("stop", "str"),
            Column("start_s", "int", low=0, high=86_400, unit="s"),
            Column("end_s", "int", low=0, high=86_400, unit="s"),
            Column("count", "float", low=0, unit="trips"),
            _optional("sd", "float", low=0, unit="trips"),
        ),
    ),
    Contract(
        "count_links",
        "counts",
        ("count", "street", "direction"),
        (
            Column("count", "str", refers="counts"),
            Column("street", "str", refers="streets"),
            Column("direction", "int", allowed=(1, 2)),
        ),
    ),
    Contract(
        "ground",
        "ground",
        ("id",),
        (
            Column("id", "str"),
            Column("kind", "str", allowed=("water", "green", "boundary")),
            _optional("name", "str"),
        ),
        (*POLYGON, "LineString", "MultiLineString"),
    ),
)

BY_NAME: dict[str, Contract] = {c.name: c for c in CONTRACTS}
RASTERS = ("elevation",)


def tables_of(layer: str) -> tuple[str, ...]:
    """Return the names of the tables of a layer."""
    return tuple(c.name for c in CONTRACTS if c.layer == layer)
