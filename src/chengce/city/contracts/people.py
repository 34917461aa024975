"""Contracts of who lives and works where: zones, people, totals of people, buildings, jobs."""

from chengce.city.contracts.contract import Column, Contract, optional
from chengce.city.contracts.shared import BASES, POINT, POLYGON

PEOPLE: tuple[Contract, ...] = (
    Contract(
        "zones",
        "zones",
        ("id",),
        (
            Column("id", "str"),
            optional("name", "str"),
            optional("point_lon", "float", low=-180, high=180, unit="°"),
            optional("point_lat", "float", low=-90, high=90, unit="°"),
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
        (Column("id", "str"), optional("name", "str")),
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
            optional("zone", "str", refers="zones"),
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
            optional("area", "str"),
            optional("dwellings", "float", low=0, unit="dwellings"),
            optional("floor_area_m2", "float", low=0, unit="m2"),
            optional("storeys", "float", low=0),
            optional("weight", "float", low=0),
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
)
