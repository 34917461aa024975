"""Tell which zone each street lies in."""

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.streets.graph import street_network


def zones_of_streets(city: City, zones: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the place in `zones` (sorted ids) of every edge of the street network.

    The zone around the middle of the street; where none is, or zones are points, the nearest one,
    so that every street belongs to one zone.
    """
    network = street_network(city)
    if not len(network.ids) or not zones:
        return np.zeros(len(network.ids), np.int64)
    shapes = city.table("zones").sort_values("id").geometry.to_numpy()
    tree = shapely.STRtree(network.plane.lines(np.asarray(shapes, dtype=object)))
    lines = network.plane.lines(network.lines)
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    street, zone = tree.query_nearest(middle, all_matches=True)
    out = np.full(len(lines), len(zones), np.int64)
    np.minimum.at(out, street, zone)
    return out
