"""Contracts of what places offer, what parcels hold, what things cost, which standard is in force."""

from chengce.city.contracts.contract import Column, Contract, optional
from chengce.city.contracts.shared import CAPACITY_UNITS, POINT, POLYGON

PLACES: tuple[Contract, ...] = (
    Contract(
        "places",
        "places",
        ("id",),
        (
            Column("id", "str"),
            Column("kind", "str"),
            optional("name", "str"),
            Column("count", "float", low=0, unit="places"),
            optional("capacity", "float", low=0, unit="people"),
            optional("capacity_unit", "str", allowed=CAPACITY_UNITS),
            optional("hours", "str"),
            optional("code", "str"),
            optional("wheelchair", "str", allowed=("yes", "limited", "no")),
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
            optional("close", "str"),
        ),
    ),
    Contract(
        "parcels",
        "parcels",
        ("id",),
        (
            Column("id", "str"),
            optional("name", "str"),
            Column("use", "str"),
            optional("far", "float", low=0),
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
            optional("zone", "str", refers="zones"),
            optional("place", "str", refers="places"),
            Column("value", "float", low=0, unit="money"),
            Column("per", "str"),
            optional("date", "date"),
        ),
    ),
    Contract(
        "standard_versions",
        "standards",
        ("standard",),
        (Column("standard", "str"), Column("version", "str")),
    ),
)
