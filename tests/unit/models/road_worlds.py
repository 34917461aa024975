"""Build the small city that measures on roads are tried on."""

from dataclasses import replace
from typing import Any

import pandas as pd

from chengce.city.checks import check_tables
from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.models.scenario import Scenario, parse_scenario

H = 3600
DEGREE = 111_319.49  # metres of longitude at the equator


def city(**columns: Any) -> City:
    """Return A–B–C–D in a row, streets of 300 m, ways 1, 2, 2; C-D is for people on foot only.

    A-B has two lanes along and one against, B-C is one way with unknown lanes; `columns` are
    further columns of the street table.
    """
    base = ascii_city("A---B---C---D", block_m=100.0, people={"A": 10, "B": 5}, jobs={"C": 7})
    streets = base.table("streets").assign(
        way=[1, 2, 2], drive=[3, 1, 0], lanes_along=[2.0, None, None],
        lanes_against=[1.0, None, None], speed_kmh=[50.0, 30.0, None], **columns,
    )  # fmt: skip
    streets = streets.astype({"lanes_along": "float64", "lanes_against": "float64"})
    return replace(base, tables={**base.tables, "streets": streets}, known={})


def scenario(*changes: dict[str, Any]) -> Scenario:
    """Return a scenario of plain modifications."""
    return parse_scenario({"name": "s", "modifications": list(changes)})


def applied(base: City, *changes: dict[str, Any]) -> City:
    """Return the city after changes, sound by its own checks."""
    after = scenario(*changes).apply(base)
    assert check_tables(after.tables) == []
    return after


def codes(base: City, *changes: dict[str, Any]) -> list[str]:
    """Return the codes of what is wrong."""
    return [p.code for p in scenario(*changes).check(base)]


def street(after: City, key: str) -> "pd.Series[Any]":
    """Return the row of a street."""
    return after.table("streets").set_index("id").loc[key]


def periods(after: City) -> list[tuple[Any, ...]]:
    """Return the periods as (street, direction, from h, to h, speed, capacity, toll)."""
    rows = after.table("street_periods").sort_values(["street", "direction", "start_s"])
    return [
        (r.street, r.direction, r.start_s / H, r.end_s / H, r.speed_factor, r.capacity_factor, r.toll)
        for r in rows.itertuples()
    ]  # fmt: skip


def box(west_m: float, east_m: float) -> list[list[float]]:
    """Return a polygon around the row of streets, between two distances from A."""
    low, high = west_m / DEGREE, east_m / DEGREE
    return [[low, -0.001], [high, -0.001], [high, 0.001], [low, 0.001]]
