"""Draw main roads and public transport lines, simplified, as thin strokes above the zones."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.decisions.maps.path import paths_data
from chengce.decisions.maps.projection import Sheet

ROADS = (("motorway", "trunk"), ("primary",), ("secondary",), ("tertiary",))
MOST_POINTS = 9000
MOST_BUS_ROUTES = 40
RAIL = frozenset({0, 1, 2, 5, 6, 7, 12})
_TOLERANCE = 7.0

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Network:
    """What was drawn: SVG, whether roads, rail and bus lines are on it, bus routes left out."""

    svg: str
    roads: bool
    rail: bool
    buses: bool
    bus_routes_left_out: int


def draw_network(city: City, sheet: Sheet) -> Network:
    """Return the city's main roads and lines; minor classes go first where there is too much."""
    roads = _roads(city, sheet)
    rail, buses, left_out = _lines(city, sheet)
    svg = "".join(
        f'<path class="{mark}" d="{data}"/>'
        for mark, data in (("nr", roads), ("nb", buses), ("nt", rail))
        if data
    )
    return Network(svg, bool(roads), bool(rail), bool(buses), left_out)


def _roads(city: City, sheet: Sheet) -> str:
    table = city.table("streets")
    kinds = table["highway"].astype(str)
    drawn: list[Shapes] = []
    points = 0
    for group in ROADS:
        shapes = table.loc[kinds.isin(group), "geometry"].to_numpy()
        if not len(shapes):
            continue
        merged = simple_lines(sheet, np.asarray(shapes, dtype=object))
        points += int(shapely.get_num_coordinates(merged).sum())
        if drawn and points > MOST_POINTS:
            break
        drawn.append(merged)
    return paths_data(np.concatenate(drawn)) if drawn else ""


def simple_lines(sheet: Sheet, shapes: Shapes) -> Shapes:
    """Return drawn lines joined end to end, simplified and cut to the sheet; crumbs are left out."""
    cut = sheet.clip(sheet.draw(shapes))
    if not len(cut):
        return cut
    merged = shapely.get_parts(shapely.line_merge(shapely.union_all(cut)))
    simple = shapely.simplify(merged, _TOLERANCE)
    return np.asarray(simple[shapely.length(simple) > 25.0])


def _lines(city: City, sheet: Sheet) -> tuple[str, str, int]:
    """Return paths of rail and bus lines, and how many bus routes were left out as too many."""
    routes = city.table("routes")
    if not len(routes):
        return "", "", 0
    is_rail = routes["mode"].map(rail_mode).astype(bool)
    bus_routes = int((~is_rail).sum())
    out = []
    for wanted, most in ((is_rail, None), (~is_rail, MOST_BUS_ROUTES)):
        names = set(routes.loc[wanted, "id"].astype(str))
        if not names or (most is not None and len(names) > most):
            out.append("")
            continue
        shapes = route_shapes(city, names)
        out.append(paths_data(simple_lines(sheet, shapes)) if len(shapes) else "")
    return out[0], out[1], 0 if out[1] else bus_routes


def rail_mode(mode: int) -> bool:
    """Tell whether a GTFS route type, basic or extended, runs on rails or a rope."""
    return mode in RAIL or 100 <= mode < 200 or 400 <= mode < 700 or 900 <= mode < 1000


def route_shapes(city: City, routes: set[str]) -> Shapes:
    """Return the lines of some routes: their shapes, else straight lines from stop to stop."""
    trips = city.table("trips")
    trips = trips[trips["route"].astype(str).isin(routes)]
    known = dict(
        zip(city.table("shapes")["id"].astype(str), city.table("shapes")["geometry"], strict=True)
    )
    shape = (
        trips["shape"].astype("str")
        if "shape" in trips.columns
        else pd.Series("", index=trips.index)
    )
    has = shape.isin(list(known))
    found = [known[s] for s in dict.fromkeys(shape[has])]
    found += _stop_lines(city, set(trips.loc[~has, "id"].astype(str)))
    return np.array([*found, None], dtype=object)[:-1]


def _stop_lines(city: City, trips: set[str]) -> list[shapely.LineString]:
    if not trips:
        return []
    times = city.table("stop_times")
    times = times[times["trip"].astype(str).isin(trips)].sort_values(["trip", "sequence"])
    stops = city.table("stops")
    where = dict(zip(stops["id"].astype(str), stops["geometry"], strict=True))
    patterns = times.groupby("trip")["stop"].agg(tuple).unique()
    calls = [[where[s] for s in pattern if s in where] for pattern in patterns]
    return [shapely.LineString(shapely.get_coordinates(c)) for c in calls if len(c) > 1]
