"""Read an OSM extract as a road network for benchmarks: every bend of every street a node."""

from pathlib import Path

import numpy as np
import shapely
from benchmarks.road_like import RoadLike, from_arcs

from chengce.city.readers.osm import read_osm
from chengce.engine.streets.graph import AGAINST, ALONG

FOOT_KMH = 5.0
DEGREE_M = 111_319.49


def road_pbf(path: Path) -> RoadLike:
    """Return the streets of a file, unsimplified: driven where allowed, else walked both ways.

    Arcs cost length over `speed_kmh`, on foot over 5 km/h; `xy` are degrees.
    """
    streets = read_osm(path, places=False, ground=False).streets
    lines = np.asarray(streets.geometry.array, dtype=object)
    bends, line = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(np.diff(line, prepend=-1))
    last = np.append(first[1:], len(line)) - 1
    name = np.arange(len(line)) - np.iinfo(np.int64).max  # bends have no number of their own
    name[first] = streets["from_node"].to_numpy()
    name[last] = streets["to_node"].to_numpy()
    _, at, node = np.unique(name, return_index=True, return_inverse=True)
    step = np.setdiff1d(np.arange(len(line)), last)
    edge = line[step]
    squeezed = bends * [np.cos(np.radians(bends[:, 1].mean())), 1.0] * DEGREE_M
    metres = np.linalg.norm(squeezed[step + 1] - squeezed[step], axis=1)
    drive = streets["drive"].to_numpy()[edge]
    known = streets["speed_kmh"].to_numpy(np.float64, na_value=np.nan)[edge]
    kmh = np.where((drive > 0) & (known > 0), known, FOOT_KMH)
    ms = np.maximum(np.rint(metres / kmh * 3600.0), 1).astype(np.int32)
    bits = np.where(drive > 0, drive, ALONG | AGAINST)
    go, back = (bits & ALONG) > 0, (bits & AGAINST) > 0
    one, two = node[step], node[step + 1]
    return from_arcs(
        f"{path.name.split('.')[0]}, every bend",
        np.concatenate([one[go], two[back]]),
        np.concatenate([two[go], one[back]]),
        np.concatenate([ms[go], ms[back]]),
        bends[at],
    )
