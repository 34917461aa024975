"""Build small cities straight from data frames, and search them by brute force."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString, Point

from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.core.text import Text

DEGREE_M = 2 * np.pi * 6_378_137.0 / 360  # at the equator, east-west
TUESDAY = "2024-03-05"
MONDAY = "2024-03-04"
WEDNESDAY = "2024-03-06"


def street(
    edge: str, nodes: tuple[int, int], at: Mapping[int, tuple[float, float]], **more: Any
) -> dict[str, Any]:
    """One straight street between nodes given in metres east and north of (0°, 0°)."""
    a, b = at[nodes[0]], at[nodes[1]]
    length = float(np.hypot(a[0] - b[0], a[1] - b[1]))
    row = {
        "id": edge,
        "way": 1,
        "from_node": nodes[0],
        "to_node": nodes[1],
        "length_m": length,
        "highway": "residential",
        "walk": 3,
        "wheelchair": 3,
        "bike": 3,
        "drive": 3,
        "wheelchair_state": "yes",
        "speed_kmh": np.nan,
        "geometry": LineString([degrees(a), degrees(b)]),
    }
    return {**row, **more}


def degrees(metres: tuple[float, float]) -> tuple[float, float]:
    return metres[0] / DEGREE_M, metres[1] / DEGREE_M


def streets(rows: Sequence[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(list(rows), geometry="geometry", crs=WGS84)


def grid(size: int, step_m: float) -> gpd.GeoDataFrame:
    """A square grid of two-way streets, nodes numbered row by row."""
    at = {r * size + c: (c * step_m, r * step_m) for r in range(size) for c in range(size)}
    rows = []
    for node in at:
        if node % size + 1 < size:
            rows.append(street(f"e{node}", (node, node + 1), at, length_m=step_m))
        if node + size in at:
            rows.append(street(f"n{node}", (node, node + size), at, length_m=step_m))
    return streets(rows)


def stops(at: Mapping[str, tuple[float, float]], **wheelchair: int) -> gpd.GeoDataFrame:
    rows = [
        {"id": s, "wheelchair": wheelchair.get(s, 0), "geometry": Point(degrees(xy))}
        for s, xy in at.items()
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=WGS84)


Trip = tuple[str, str, Sequence[tuple[str, int, int]]]  # trip, service, (stop, arrival, departure)


def transit(
    trips: Sequence[Trip],
    days: Mapping[str, Sequence[str]] = {"day": (TUESDAY,)},
    *,
    wheelchair: Mapping[str, int] = {},
    closed: frozenset[tuple[str, int, str]] = frozenset(),
) -> dict[str, pd.DataFrame]:
    """Tables of a timetable; `closed` names (trip, position, "pickup" or "dropoff") not served."""
    calls = [
        {
            "trip": trip,
            "sequence": i,
            "stop": stop,
            "arrival_s": arrival,
            "departure_s": departure,
            "pickup": (trip, i, "pickup") not in closed,
            "dropoff": (trip, i, "dropoff") not in closed,
        }
        for trip, _, called in trips
        for i, (stop, arrival, departure) in enumerate(called)
    ]
    return {
        "routes": pd.DataFrame([{"id": "r", "mode": 3}]),
        "trips": pd.DataFrame(
            [
                {"id": t, "route": "r", "service": s, "wheelchair": wheelchair.get(t, 0)}
                for t, s, _ in trips
            ]
        ),
        "stop_times": pd.DataFrame(calls),
        "services": pd.DataFrame(
            [{"service": s, "date": d} for s, dates in days.items() for d in dates]
        ),
    }


def city(**tables: pd.DataFrame) -> City:
    return City(name="test", title=Text("测试", "test"), tables=tables)


def brute_force(
    trips: Sequence[Sequence[tuple[int, int, int, bool, bool]]],
    walk: Mapping[int, Mapping[int, int]],
    access: Mapping[int, int],
    leave: int,
    boardings: int,
    slack: int = 0,
) -> dict[int, int]:
    """Earliest arrival by vehicle at each stop, leaving at one moment: plain search over states.

    A trip is a list of (stop, arrival, departure, pickup, dropoff). States are (stop, boardings);
    a walk joins two rides but never two walks.
    """
    best: dict[int, int] = {}
    ready = {stop: leave + seconds for stop, seconds in access.items()}
    for _ in range(boardings):
        arrived: dict[int, int] = {}
        for trip in trips:
            for i, (stop, _, departure, pickup, _) in enumerate(trip):
                if pickup and stop in ready and ready[stop] <= departure:
                    for later, arrival, _, _, dropoff in trip[i + 1 :]:
                        if dropoff:
                            arrived[later] = min(arrival, arrived.get(later, 2**40))
        for stop, arrival in arrived.items():
            best[stop] = min(arrival, best.get(stop, 2**40))
        ready = {}
        for stop, arrival in arrived.items():
            for there, seconds in {stop: 0, **walk.get(stop, {})}.items():
                time = arrival + slack + seconds
                ready[there] = min(time, ready.get(there, 2**40))
    return best
