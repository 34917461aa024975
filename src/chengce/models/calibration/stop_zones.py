"""Say in which zone each stop lies: inside its outline, or nearest to its point."""

from collections.abc import Sequence

import numpy as np
import shapely

from chengce.city.city import City
from chengce.engine.streets.plane import Plane


def stop_zones(city: City, zones: Sequence[str]) -> dict[str, int]:
    """Return, by stop id, the place in `zones` of the zone it lies in.

    Zones given as outlines hold the stops inside them (of several, the first by id); zones given
    as points hold the stops nearer to them than to any other, within `snap_limit`. Stops in no
    zone are left out.
    """
    stops, table = city.table("stops"), city.table("zones").sort_values("id")
    if not len(stops) or not len(table):
        return {}
    place = {z: i for i, z in enumerate(zones)}
    shapes = np.asarray(table.geometry.array, dtype=object)
    points = np.asarray(stops.geometry.array, dtype=object)
    west, south, east, north = table.total_bounds
    plane = Plane(float(west + east) / 2, float(south + north) / 2)
    tree = shapely.STRtree(plane.lines(shapes))
    (stop, zone), metres = tree.query_nearest(plane.lines(points), return_distance=True)
    flat = shapely.area(shapes)[zone] > 0
    near = metres <= np.where(flat, 0.0, city.assumptions["snap_limit"].value)
    found: dict[str, int] = {}
    ids, names = stops["id"].astype(str).tolist(), table["id"].astype(str).tolist()
    for s, z in sorted(zip(stop[near].tolist(), zone[near].tolist(), strict=True)):
        if names[z] in place:
            found.setdefault(ids[s], place[names[z]])
    return found
