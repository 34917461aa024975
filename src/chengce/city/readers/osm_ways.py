"""Cut street ways into edges at junctions and at barriers, and lay them out as the street table.

A node is a junction if it ends a way or if street ways pass it twice or more. Where the file
lacks nodes of a way (cut extracts) the way is broken there, never bridged by a straight line.

A barrier node that stops a profile becomes a piece of street of its own: the last metre before
it along the way (or half the distance to the next shape point if that is less) is cut off as an
edge without that profile's bits. The cut point has no OSM id: its node id is minus the barrier's.
Lengths are kept, the other profiles pass, and the stopped one finds two dead ends. A barrier at
which more than two edges of the stopped profile meet says nothing certain (whose gate is it?):
it is not applied, and listed.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from chengce.city.layers import WGS84
from chengce.city.readers.osm_barriers import BIKE, DRIVE, WALK, WHEELCHAIR
from chengce.city.readers.osm_scan import NO_LOCATION, Scan
from chengce.city.readers.osm_tags import PROFILES, Use

GATE_M = 1.0
_BITS = {"walk": WALK, "wheelchair": WHEELCHAIR, "bike": BIKE, "drive": DRIVE}
_SECOND_CUT = 2**40  # OSM node ids are below 2**35

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass
class _Nodes:
    """The nodes of all street ways in order; interval i lies between node i and node i + 1."""

    way: Ints  # row of the way
    ref: Ints
    lon: Floats
    lat: Floats
    joined: NDArray[np.bool_]  # whether interval i belongs to one way without a gap
    stopped: Ints  # profiles stopped on interval i


@dataclass(frozen=True)
class Streets:
    """The street table and what had to be said about it."""

    frame: gpd.GeoDataFrame
    missing_nodes: int
    broken_ways: tuple[int, ...]  # OSM ids of ways with nodes missing from the file
    doubtful_barriers: tuple[int, ...]  # OSM ids of barriers at junctions, not applied
    applied_barriers: int


def streets(scan: Scan) -> Streets:
    """Return the street table (see the module's rules); its frame is empty if nothing is left."""
    table = _use_table(scan.ways.uses)
    use = np.asarray(scan.ways.use, dtype=np.int64)
    nodes, missing, broken = _nodes(scan)
    bits = table[list(PROFILES)].to_numpy(dtype=np.int64)[use[nodes.way]]
    nodes, applied, doubtful = _cut_barriers(nodes, bits, scan.barriers)
    first, last = _edges(nodes)
    frame = _frame(nodes, first, last, scan, table.iloc[use[nodes.way[first]]])
    ids = tuple(scan.ways.ids[row] for row in broken)
    return Streets(frame, missing, ids, doubtful, applied)


def _use_table(uses: list[Use]) -> pd.DataFrame:
    table = pd.DataFrame(uses, columns=list(Use._fields))
    for name in ("speed_kmh", "incline_pct", "width_m", "lanes_along", "lanes_against"):
        table[name] = table[name].astype(np.float64)
    for name in PROFILES:
        table[name] = table[name].astype(np.int64)
    return table


def _nodes(scan: Scan) -> tuple[_Nodes, int, Ints]:
    """Return the located nodes, how many are missing, and the rows of the ways they are of."""
    starts = np.asarray(scan.ways.starts, dtype=np.int64)
    way = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    ref = np.asarray(scan.ways.refs, dtype=np.int64)
    x = np.asarray(scan.ways.x, dtype=np.int64)
    y = np.asarray(scan.ways.y, dtype=np.int64)
    found = (x != NO_LOCATION) & (y != NO_LOCATION)
    place = np.cumsum(~found)  # grows over a gap
    keep = found.copy()
    keep[1:] &= ~((ref[1:] == ref[:-1]) & (way[1:] == way[:-1]))  # a node written twice
    lon, lat = x[keep] / 1e7, y[keep] / 1e7
    kept_way, kept_place = way[keep], place[keep]
    joined = np.zeros(len(kept_way), dtype=bool)
    joined[:-1] = (kept_way[1:] == kept_way[:-1]) & (kept_place[1:] == kept_place[:-1])
    nodes = _Nodes(kept_way, ref[keep], lon, lat, joined, np.zeros(len(lon), dtype=np.int64))
    return nodes, int((~found).sum()), np.unique(way[~found])


def _cut_barriers(
    nodes: _Nodes, bits: Ints, barriers: dict[int, int]
) -> tuple[_Nodes, int, tuple[int, ...]]:
    """Insert a cut point before each barrier that stops someone from passing."""
    if not len(nodes.ref):
        return nodes, 0, ()
    at = np.flatnonzero(np.isin(nodes.ref, np.fromiter(barriers, np.int64, len(barriers))))
    seen: dict[
        int, list[tuple[int, int]]
    ] = {}  # barrier → (interval, its position: 1 end, 0 start)
    for i in at.tolist():
        ends = seen.setdefault(int(nodes.ref[i]), [])
        if i > 0 and nodes.joined[i - 1]:
            ends.append((i - 1, 1))
        if nodes.joined[i]:
            ends.append((i, 0))
    cuts: list[tuple[int, int, int, int]] = []  # interval, position, new node, profiles
    doubtful = []
    for node, ends in sorted(seen.items()):
        chosen: dict[tuple[int, int], int] = {}
        for column, profile in enumerate(PROFILES):
            bit = _BITS[profile]
            if not barriers[node] & bit:
                continue
            mine = [end for end in ends if bits[end[0], column]]
            if len(mine) > 2:
                doubtful.append(node)
            elif len(mine) == 2:
                pick = next((end for end in mine if end in chosen), mine[0])
                chosen[pick] = chosen.get(pick, 0) | bit
        for number, (end, mask) in enumerate(sorted(chosen.items())):
            cuts.append((*end, -(node + number * _SECOND_CUT), mask))
    return _insert(nodes, cuts), len(cuts), tuple(sorted(set(doubtful)))


def _insert(nodes: _Nodes, cuts: list[tuple[int, int, int, int]]) -> _Nodes:
    """Insert the cut points; an interval may be cut near both of its ends."""
    if not cuts:
        return nodes
    cuts = sorted(cuts, key=lambda cut: (cut[0], cut[1]))
    interval, position, new, mask = (
        np.array(part, dtype=np.int64) for part in zip(*cuts, strict=True)
    )
    lon, lat = nodes.lon, nodes.lat
    a, b = interval, interval + 1
    _, _, length = Geod(ellps="WGS84").inv(lon[a], lat[a], lon[b], lat[b])
    gate = np.minimum(GATE_M, np.asarray(length) / 2.5)  # two gates on one interval leave a rest
    share = np.where(position == 1, 1.0, 0.0) + np.where(position == 1, -1.0, 1.0) * np.divide(
        gate, length, out=np.full(len(gate), 0.4), where=np.asarray(length) > 0
    )
    where = interval + 1
    stopped = nodes.stopped.copy()
    ends = position == 1
    after = np.zeros(len(cuts), dtype=np.int64)
    after[ends] = mask[ends]  # the piece from the cut point to the barrier
    starts = ~ends
    np.bitwise_or.at(stopped, interval[starts], mask[starts])  # from the barrier to the cut point
    return _Nodes(
        way=np.insert(nodes.way, where, nodes.way[a]),
        ref=np.insert(nodes.ref, where, new),
        lon=np.insert(lon, where, lon[a] + share * (lon[b] - lon[a])),
        lat=np.insert(lat, where, lat[a] + share * (lat[b] - lat[a])),
        joined=np.insert(nodes.joined, where, True),
        stopped=np.insert(stopped, where, after),
    )


def _edges(nodes: _Nodes) -> tuple[Ints, Ints]:
    """Return the first and the last node (positions) of every edge."""
    if not len(nodes.ref):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    _, inverse, count = np.unique(nodes.ref, return_inverse=True, return_counts=True)
    before = np.concatenate(([False], nodes.joined[:-1]))
    junction = (count[inverse] >= 2) | ~before | ~nodes.joined | (nodes.ref < 0)
    gates = nodes.stopped != 0
    junction |= gates  # the barrier node itself, where the gate starts …
    junction[1:] |= gates[:-1]  # … or where it ends
    at = np.flatnonzero(junction)
    first = at[nodes.joined[at]]
    last = at[np.searchsorted(at, first, side="right")]
    return first, last


def _frame(
    nodes: _Nodes, first: Ints, last: Ints, scan: Scan, use: pd.DataFrame
) -> gpd.GeoDataFrame:
    way = nodes.way[first]
    ids = np.asarray(scan.ways.ids, dtype=np.int64)[way]
    number = np.arange(len(first)) - np.searchsorted(way, way) + 1
    frame = use.reset_index(drop=True)
    frame.insert(0, "id", [f"w{w}-{k}" for w, k in zip(ids.tolist(), number.tolist(), strict=True)])
    frame.insert(1, "way", ids)
    frame.insert(2, "from_node", nodes.ref[first])
    frame.insert(3, "to_node", nodes.ref[last])
    frame.insert(4, "length_m", _lengths(nodes, first, last))
    frame.insert(6, "name", [scan.ways.names[row] for row in way.tolist()])
    stopped = nodes.stopped[first]
    for profile in PROFILES:
        frame[profile] = np.where(stopped & _BITS[profile], 0, frame[profile])
    frame.loc[frame["drive"] == 0, ["speed_kmh", "lanes_along", "lanes_against"]] = np.nan
    _record_wheelchair(frame, nodes, (first, last), scan.kerbs)
    geometry = _lines(nodes, first, last)
    usable = (frame[list(PROFILES)] != 0).any(axis=1).to_numpy()
    for name in ("name", "surface", "highway", "wheelchair_state", "id"):
        frame[name] = frame[name].astype("str").where(frame[name].notna(), None)
    made = gpd.GeoDataFrame(frame, geometry=geometry, crs=WGS84)
    return made[usable].reset_index(drop=True)


def _record_wheelchair(
    frame: pd.DataFrame, nodes: _Nodes, ends: tuple[Ints, Ints], kerbs: set[int]
) -> None:
    """Set the state of gates to no, and of edges that touch a raised kerb to limited."""
    first, last = ends
    raised = np.isin(nodes.ref, np.fromiter(kerbs, np.int64, len(kerbs)))
    total = np.concatenate(([0], np.cumsum(raised)))
    touched = total[last + 1] > total[first]
    state = frame["wheelchair_state"].to_numpy(dtype=object, copy=True)
    state[touched & (state == "unknown")] = "limited"
    state[(nodes.stopped[first] & WHEELCHAIR) != 0] = "no"
    frame["wheelchair_state"] = state


def _lengths(nodes: _Nodes, first: Ints, last: Ints) -> Floats:
    """Return geodesic lengths on WGS-84 in metres (Karney 2013, by PROJ)."""
    if not len(first):
        return np.empty(0)
    lon, lat = nodes.lon, nodes.lat
    _, _, step = Geod(ellps="WGS84").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    step = np.where(nodes.joined[:-1], step, 0.0)
    return np.asarray(np.add.reduceat(step, first), dtype=np.float64)


def _lines(nodes: _Nodes, first: Ints, last: Ints) -> NDArray[np.object_]:
    count = last - first + 1
    edge = np.repeat(np.arange(len(first)), count)
    start = np.cumsum(count) - count
    point = first[edge] + np.arange(len(edge)) - start[edge]
    points = np.column_stack((nodes.lon[point], nodes.lat[point]))
    return np.asarray(shapely.linestrings(points, indices=edge), dtype=object)
