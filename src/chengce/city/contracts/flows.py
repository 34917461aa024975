"""Contracts of trips between zones, counts on streets and at stations, and the ground of maps."""

from chengce.city.contracts.contract import Column, Contract, optional
from chengce.city.contracts.shared import MODES, POLYGON

FLOWS: tuple[Contract, ...] = (
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
            optional("stop", "str"),
            Column("start_s", "int", low=0, high=86_400, unit="s"),
            Column("end_s", "int", low=0, high=86_400, unit="s"),
            Column("count", "float", low=0, unit="trips"),
            optional("sd", "float", low=0, unit="trips"),
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
            optional("name", "str"),
        ),
        (*POLYGON, "LineString", "MultiLineString"),
    ),
)
