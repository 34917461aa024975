"""Compile the streets of a city into arrays once; a scenario closes, appends and re-reads edges."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.streets.plane import Plane
from chengce.engine.streets.slope import factors, slope_factors
from chengce.engine.streets.turns import Turns, turns_of

TABLED = ("walk", "wheelchair", "bike", "drive")
KNOWN = "wheelchair_known"  # a wheelchair that keeps off streets of unknown state
PROFILES = (*TABLED, KNOWN)
ALONG, AGAINST = 1, 2
VERSION = 1


@dataclass(frozen=True)
class StreetNetwork:
    """Edges and nodes as arrays; an edge keeps its index in every scenario of its base city.

    Per edge (m of them): `ids` (str), `lines` (shapely, degrees), `tail`, `head` (node indices),
    `length_m`, `speed_kmh` (NaN = unknown), `factor` float64[m, 2] (walking time against level
    time along and against the geometry), `passage` uint8[m, 5] (direction bits by profile, 0 where
    closed) and `door` uint8[m, 5] (the bits by which one leaves or reaches a door *on* the edge:
    those of `passage`, or the last non-zero ones if the edge has been closed, because residents
    keep access to their doors). Edges from `base_edges` on were added by a scenario; `base_door`
    are the bits of the base city, 0 for added edges. `cut_edge`, `cut_share` (sorted): where walls
    cut edges for the one profile they were closed for (`gates.behind_walls`). `turns`: where cars
    may not turn as they like.
    """

    ids: NDArray[np.object_]
    lines: NDArray[np.object_]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    length_m: NDArray[np.float64]
    speed_kmh: NDArray[np.float64]
    factor: NDArray[np.float64]
    passage: NDArray[np.uint8]
    door: NDArray[np.uint8]
    base_door: NDArray[np.uint8]
    base_edges: int
    nodes: NDArray[np.int64]
    plane: Plane
    cut_edge: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    cut_share: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    turns: Turns = field(default_factory=Turns)

    def column(self, profile: str) -> int:
        """Return the column of `passage` and `door` for a profile."""
        return PROFILES.index(profile)


def street_network(city: City) -> StreetNetwork:
    """Return the network of a city: compiled for a base city, amended by the delta for a scenario.

    Edges removed by the delta are closed to passage (their index and doors stay), changed ones
    are read again, added ones appended.
    """
    base = city.base
    if base is None or city.delta is None:
        return city.remembered("streets", lambda: _turning(_compile(city), city))
    return city.remembered("streets", lambda: _turning(_amend(street_network(base), city), city))


def _turning(network: StreetNetwork, city: City) -> StreetNetwork:
    ends = np.stack([network.tail, network.head], axis=1)
    drive = network.passage[:, network.column("drive"), None]
    usable = (drive & np.array([ALONG, AGAINST], np.uint8)).astype(bool).ravel()
    known = network.turns.arrives
    turns = turns_of(city.table("turns"), network.ids, network.nodes, ends, usable, known)
    return replace(network, turns=turns)


def _compile(city: City) -> StreetNetwork:
    streets = city.table("streets")
    lines = _lines(streets)
    arrays = city.derived(
        "streets",
        VERSION,
        tables=("streets",),
        params={},
        build=lambda: _arrays(streets, lines),
    )
    column = _columns(streets)
    return StreetNetwork(
        ids=streets["id"].to_numpy(dtype=object),
        lines=lines,
        tail=arrays["tail"],
        head=arrays["head"],
        length_m=column["length_m"],
        speed_kmh=column["speed_kmh"],
        factor=slope_factors(city, lines, column["length_m"]),
        passage=column["bits"],
        door=column["bits"],
        base_door=column["bits"],
        base_edges=len(streets),
        nodes=arrays["nodes"],
        plane=Plane(*(float(v) for v in arrays["centre"])),
    )


def _amend(network: StreetNetwork, city: City) -> StreetNetwork:
    change = city.delta.of("streets") if city.delta is not None else None
    if not change:
        return network
    streets = city.table("streets").set_index("id", drop=False)
    assert city.base is not None
    expected = len(city.base.table("streets")) + len(change.added) - len(change.removed)
    if len(streets) != expected:
        raise ValueError("the delta does not describe the change from the base city's streets")
    at = pd.Index(network.ids)
    closed = at.get_indexer(list(change.removed))
    changed = at.get_indexer(list(change.changed))
    again = [str(k) for k, i in zip(change.changed, changed, strict=True) if i >= 0]
    changed = changed[changed >= 0]
    # an edge closed by an earlier change and put back is found under its old index
    back = at.get_indexer(list(change.added))
    again += [str(k) for k, i in zip(change.added, back, strict=True) if i >= 0]
    rows = np.concatenate([changed, back[back >= 0]]).astype(np.int64)
    fresh = [str(k) for k, i in zip(change.added, back, strict=True) if i < 0]
    table = streets.loc[[*again, *fresh]]
    lines, column = _lines(table), _columns(table)
    nodes, ends = _extend(network.nodes, table)
    index = np.concatenate([rows, np.arange(len(fresh)) + len(network.ids)])

    def put(old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        out = np.concatenate([old, new[len(rows) :]])
        out[index] = new
        return out

    passage = put(network.passage, column["bits"])
    passage[closed[closed >= 0]] = 0
    door = put(network.door, column["bits"])
    door[: len(network.ids)] = np.where(
        passage[: len(network.ids)] > 0, passage[: len(network.ids)], network.door
    )
    return replace(
        network,
        ids=np.concatenate([network.ids, np.array(fresh, dtype=object)]),
        lines=put(network.lines, lines),
        tail=put(network.tail, ends[:, 0]),
        head=put(network.head, ends[:, 1]),
        length_m=put(network.length_m, column["length_m"]),
        speed_kmh=put(network.speed_kmh, column["speed_kmh"]),
        factor=put(network.factor, factors(city, lines, column["length_m"])),
        passage=passage,
        door=door,
        base_door=np.concatenate(
            [network.base_door, np.zeros((len(fresh), len(PROFILES)), np.uint8)]
        ),
        nodes=nodes,
    )


def _arrays(streets: pd.DataFrame, lines: NDArray[np.object_]) -> dict[str, NDArray[Any]]:
    nodes, ends = _extend(np.empty(0, np.int64), streets)
    box = shapely.total_bounds(lines) if len(lines) else np.zeros(4)
    centre = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
    return {
        "nodes": nodes,
        "tail": np.ascontiguousarray(ends[:, 0]),
        "head": np.ascontiguousarray(ends[:, 1]),
        "centre": centre,
    }


def _extend(
    nodes: NDArray[np.int64], streets: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Append the nodes not yet known; also return the edges' ends as indices, shape (m, 2)."""
    ends = streets[["from_node", "to_node"]].to_numpy(np.int64)
    known = pd.Index(nodes)
    new = np.setdiff1d(ends.ravel(), nodes)
    every = known.append(pd.Index(new)) if len(known) else pd.Index(new)
    index = every.get_indexer(ends.ravel()).reshape(-1, 2).astype(np.int32)
    return every.to_numpy(np.int64), index


def _columns(streets: pd.DataFrame) -> dict[str, NDArray[Any]]:
    speed = (
        streets["speed_kmh"].to_numpy(np.float64, na_value=np.nan)
        if "speed_kmh" in streets
        else np.full(len(streets), np.nan)
    )
    bits = streets[list(TABLED)].to_numpy(np.uint8)
    known = streets["wheelchair_state"].to_numpy(dtype=object) != "unknown"
    return {
        "bits": np.column_stack([bits, np.where(known, bits[:, TABLED.index("wheelchair")], 0)]),
        "length_m": streets["length_m"].to_numpy(np.float64),
        "speed_kmh": speed,
    }


def _lines(streets: pd.DataFrame) -> NDArray[np.object_]:
    lines: NDArray[np.object_] = np.asarray(streets["geometry"].array, dtype=object)
    return lines
