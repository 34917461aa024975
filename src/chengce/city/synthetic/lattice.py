"""Build a city in memory from points and streets of exactly given length, to check by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.city.synthetic.lattice_land import (
    Land,
    Point,
    groups_of,
    jobs_table,
    people_table,
    places_table,
)
from chengce.city.synthetic.lattice_lines import Line, transit_tables
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

# Metres per degree of WGS-84 at latitude 0, where the lattices lie: geometry matches to 1e-6 there.
EAST_M_PER_DEG = 111_319.49079327358
NORTH_M_PER_DEG = 110_574.27582159476


@dataclass(frozen=True)
class Street:
    """A street from one node to another: its length as hand arithmetic needs it, other columns.

    `columns` overrides columns of the street table (`walk`, `drive`, `highway`, `speed_kmh`, …).
    """

    a: str
    b: str
    length_m: float
    columns: Mapping[str, Any]


def lattice_city(
    name: str,
    points: Mapping[str, Point],
    streets: Sequence[Street],
    *,
    zones: Sequence[str],
    land: Land,
    lines: Sequence[Line] = (),
) -> City:
    """Return a city in memory; `points` are metres east and north of (0°, 0°) by node name.

    Zones are points at the nodes of the same name. Raises `ChengceError` with every name that is
    not drawn.
    """
    _check(points, zones, land, lines)
    tables: dict[str, pd.DataFrame] = {
        "zones": _zones(zones, points),
        "streets": _streets(streets, points),
    }
    if land.people:
        tables["people"] = people_table(land)
    if land.jobs:
        tables["jobs"] = jobs_table(land.jobs)
    if land.places:
        tables["places"] = places_table(land.places, {n: degrees(p) for n, p in points.items()})
    if lines:
        tables |= transit_tables(lines, {n: degrees(p) for n, p in points.items()})
    groups = land.groups or groups_of(land)
    return City(name, Text(name, name), tables, groups=groups, timezone="UTC")


def degrees(point: Point) -> Point:
    """Return longitude and latitude of metres east and north of (0°, 0°)."""
    return point[0] / EAST_M_PER_DEG, point[1] / NORTH_M_PER_DEG


def _zones(zones: Sequence[str], points: Mapping[str, Point]) -> gpd.GeoDataFrame:
    at = np.array([degrees(points[z]) for z in zones]).reshape(-1, 2)
    columns = {
        "id": _text(zones),
        "name": _text(zones),
        "point_lon": at[:, 0],
        "point_lat": at[:, 1],
    }
    return gpd.GeoDataFrame(columns, geometry=shapely.points(at), crs=WGS84)


def _streets(streets: Sequence[Street], points: Mapping[str, Point]) -> gpd.GeoDataFrame:
    number = {node: k for k, node in enumerate(points, 1)}
    rows = [
        {
            "id": f"{s.a}-{s.b}",
            "way": way,
            "from_node": number[s.a],
            "to_node": number[s.b],
            "length_m": float(s.length_m),
            **_STREET,
            **s.columns,
        }
        for way, s in enumerate(streets, 1)
    ]
    lines = [shapely.LineString([degrees(points[s.a]), degrees(points[s.b])]) for s in streets]
    frame = pd.DataFrame(rows, columns=[*_STREET_KEYS, *_STREET]).astype(_STREET_TYPES)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(lines, crs=WGS84), crs=WGS84)


_STREET_KEYS = ("id", "way", "from_node", "to_node", "length_m")
_STREET: Mapping[str, Any] = {
    "highway": "residential",
    "name": None,
    "walk": 3,
    "wheelchair": 3,
    "bike": 3,
    "drive": 3,
    "wheelchair_state": "yes",
    "speed_kmh": 30.0,
    "surface": None,
    "incline_pct": None,
    "width_m": None,
}
_STREET_TYPES = {
    **dict.fromkeys(("id", "highway", "name", "wheelchair_state", "surface"), "str"),
    **dict.fromkeys(("way", "from_node", "to_node"), "int64"),
    **dict.fromkeys(("walk", "wheelchair", "bike", "drive"), "int64"),
    **dict.fromkeys(("length_m", "speed_kmh", "incline_pct", "width_m"), "float64"),
}


def _text(values: Sequence[str]) -> "pd.Series[str]":
    return pd.Series(list(values), dtype="str")


def _check(
    points: Mapping[str, Point], zones: Sequence[str], land: Land, lines: Sequence[Line]
) -> None:
    known = {"people": set(zones), "jobs": set(zones), "places": set(points), "lines": set(points)}
    named = {
        "people": list(land.people),
        "jobs": list(land.jobs),
        "places": list(land.places),
        "lines": [s for line in lines for s in line.stops],
    }
    problems = [
        Problem(
            "node_not_drawn",
            Text(
                f"{what} 提到的节点 {node!r} 不在图中", f"{what} names {node!r}, which is not drawn"
            ),
            Text(
                f"图中有：{', '.join(sorted(known[what]))}",
                f"drawn: {', '.join(sorted(known[what]))}",
            ),
            column=what,
        )
        for what, nodes in named.items()
        for node in dict.fromkeys(nodes)
        if node not in known[what]
    ]
    if problems:
        raise ChengceError(problems)
