"""Cut streets where they pass the walls of compounds: which stretch lies on which side.

The wall stands `WALL_M` inside the boundary drawn: streets and doors nearer to the boundary than
that are outside, for boundaries are often drawn to the middle of the street around a compound.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from chengce.city.city import City
from chengce.engine.streets.graph import StreetNetwork

WALL_M = 5.0
NUDGE = 1e-6  # share of a street by which a door beside a wall stays clear of it
OUTSIDE = -1
VERSION = 1
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stretches:
    """Streets in stretches that lie on one side of every wall, by street and share of its length.

    `edge`, `start`, `end` (shares of the street) and `side`: the row of the compound, or −1. A
    street that meets no wall is one stretch. `lines` are the stretches in the plane, metres.
    """

    edge: NDArray[np.int32]
    start: Floats
    end: Floats
    side: NDArray[np.int32]
    lines: NDArray[np.object_]


def wall_shapes(city: City, network: StreetNetwork) -> NDArray[np.object_]:
    """Return the walls of a city's compounds as areas in the plane; empty where one is too narrow."""
    drawn = np.asarray(city.table("compounds")["geometry"].array, dtype=object)
    walls: NDArray[np.object_] = shapely.buffer(
        network.plane.lines(drawn), -WALL_M, join_style="mitre"
    )
    return walls


def side_of(shapes: NDArray[np.object_], points: NDArray[np.object_]) -> NDArray[np.int32]:
    """Return for each point the area it lies in, the first of several, or −1."""
    side = np.full(len(points), OUTSIDE, np.int32)
    if len(shapes) and len(points):
        point, area = shapely.STRtree(shapes).query(points, predicate="within")
        for p, a in sorted(zip(point.tolist(), area.tolist(), strict=True), reverse=True):
            side[p] = a
    return side


def stretches(city: City, network: StreetNetwork, shapes: NDArray[np.object_]) -> Stretches:
    """Return the streets of a network cut at walls; the cuts are kept with the city."""
    lines = network.plane.lines(network.lines)
    parts = city.derived(
        "walls",
        VERSION,
        tables=("streets", "compounds"),
        params={"known": [not s.is_empty for s in shapes], "wall_m": WALL_M},
        build=lambda: _parts(lines, shapes),
    )
    met = np.unique(parts["edge"])
    whole = np.setdiff1d(np.arange(len(lines)), met)
    edge = np.concatenate([whole, parts["edge"]]).astype(np.int32)
    start = np.concatenate([np.zeros(len(whole)), parts["start"]])
    end = np.concatenate([np.ones(len(whole)), parts["end"]])
    side = np.concatenate([np.full(len(whole), OUTSIDE), parts["side"]]).astype(np.int32)
    order = np.lexsort((start, edge))
    edge, start, end, side = edge[order], start[order], end[order], side[order]
    pieces = lines[edge].copy()
    for i in np.flatnonzero((start > 0.0) | (end < 1.0)):
        pieces[i] = substring(pieces[i], float(start[i]), float(end[i]), normalized=True)
    return Stretches(edge, start, end, side, pieces)


def _parts(
    lines: NDArray[np.object_], shapes: NDArray[np.object_]
) -> dict[str, NDArray[np.generic]]:
    """Return the stretches of the streets that meet an area, as columns."""
    met: dict[int, list[int]] = {}
    if len(lines) and len(shapes):
        area, line = shapely.STRtree(lines).query(shapes, predicate="intersects")
        for a, k in sorted(zip(area.tolist(), line.tolist(), strict=True)):
            met.setdefault(k, []).append(a)
    rows = [
        (k, *part) for k in sorted(met) for part in _cut(lines[k], {a: shapes[a] for a in met[k]})
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return {
        "edge": table[:, 0].astype(np.int32),
        "start": np.ascontiguousarray(table[:, 1]),
        "end": np.ascontiguousarray(table[:, 2]),
        "side": table[:, 3].astype(np.int32),
    }


def _cut(
    line: shapely.LineString, areas: dict[int, shapely.Polygon]
) -> list[tuple[float, float, int]]:
    """Return the stretches (start, end, side) of one street; an end on a wall lies outside it."""
    shares = {0.0, 1.0}
    for area in areas.values():
        met = shapely.get_coordinates(shapely.intersection(line, shapely.boundary(area)))
        found = shapely.line_locate_point(line, shapely.points(met), normalized=True)
        shares |= set(np.clip(np.nan_to_num(found), NUDGE, 1.0 - NUDGE).tolist())
    at = sorted(shares)
    out: list[tuple[float, float, int]] = []
    for start, end in pairwise(at):
        middle = shapely.line_interpolate_point(line, (start + end) / 2, normalized=True)
        side = next((k for k, area in areas.items() if area.contains(middle)), OUTSIDE)
        if end - start <= 2 * NUDGE:
            side = out[-1][2] if out and end < 1.0 else OUTSIDE
        if out and out[-1][2] == side:
            start = out.pop()[0]
        out.append((start, end, side))
    return out
