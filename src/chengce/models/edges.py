"""Flag zones so close to the edge of the data that what lies beyond could be within reach."""

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.streets.graph import street_network


def near_edge(
    city: City,
    ids: tuple[str, ...],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    *,
    reach_m: float,
) -> tuple[str, ...]:
    """Return the ids of points within `reach_m` of the convex hull of the base city's streets."""
    base = city.base or city
    if not len(base.table("streets")):
        return ()
    plane = street_network(base).plane
    lines = plane.lines(base.table("streets").geometry.to_numpy())
    hull = shapely.convex_hull(shapely.multilinestrings(lines))
    points = shapely.points(plane.xy(lon, lat))
    close = shapely.distance(shapely.boundary(hull), points) < reach_m
    return tuple(
        i for i, near in zip(ids, close | ~shapely.contains(hull, points), strict=True) if near
    )
