"""Build a walled compound in a ring of streets, in metres at the equator, with gates as given."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from tests.street_costs import many_to_many
from tests.unit.engine.worlds import city, degrees, street, streets

from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.core.context import Context
from chengce.engine.streets.gates import GateRules, walkable
from chengce.engine.streets.network import snap, weigh

Point = tuple[float, float]
AT: Mapping[int, Point] = {
    1: (0, 0), 2: (200, 0), 3: (400, 0), 4: (400, 400), 5: (200, 400), 6: (0, 400), 7: (200, 200),
}  # fmt: skip
RING = {"s1": (1, 2), "s2": (2, 3), "e": (3, 4), "n1": (4, 5), "n2": (5, 6), "w": (6, 1)}
INNER = {"south": (2, 7), "north": (7, 5)}
WALL = ((20, 20), (380, 20), (380, 380), (20, 380))
SOUTH, NORTH = (200.0, 20.0), (200.0, 380.0)
BELOW, ABOVE, MIDDLE = (200.0, 0.0), (200.0, 400.0), (200.0, 200.0)


def gates(*rows: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """Return gates of the compound c, for everyone unless said otherwise."""
    plain = {"compound": "c", "who": "everyone", "verified": True}
    full = [{**plain, **row, "geometry": shapely.Point(degrees(row["geometry"]))} for row in rows]
    return gpd.GeoDataFrame(full, geometry="geometry", crs=WGS84)


def compounds(**walls: Sequence[Point]) -> gpd.GeoDataFrame:
    """Return compounds by id from corners in metres."""
    shapes = [shapely.Polygon([degrees(p) for p in ring]) for ring in walls.values()]
    return gpd.GeoDataFrame({"id": list(walls)}, geometry=shapes, crs=WGS84)


def gate(key: str, at: Point, **more: Any) -> dict[str, Any]:
    """Return one gate."""
    return {"id": key, "geometry": at, **more}


def walled(*known: Mapping[str, Any], inner: bool = True, **more: Any) -> City:
    """Return the ring of 400 m by 400 m with a compound in it, and the street through it."""
    rows = [street(k, v, AT) for k, v in {**RING, **(INNER if inner else {})}.items()]
    tables = {"streets": streets(rows), "compounds": compounds(c=WALL), **more}
    return city(**tables, **({"gates": gates(*known)} if known else {}))


def metres(
    here: City,
    one: Point,
    two: Point,
    *,
    profile: str = "walk",
    window: tuple[int, int] | None = None,
) -> float:
    """Return the metres walked between two points (at 1 m/s), inf where there is no way."""
    rules = GateRules(window=window)
    weights = weigh(walkable(here, profile, rules), profile, speed_mps=1.0, offroad_mps=1.0)
    lon, lat = np.array([degrees(one), degrees(two)]).T
    ends = snap(here, ["one", "two"], lon, lat, profile, gates=rules)
    found = many_to_many(weights, ends, ends, limit_ms=10_000_000, runner=Context().runner)
    assert found[0, 1] == found[1, 0]
    return float(found[0, 1]) / 1000 if found[0, 1] < 2**30 else float("inf")
