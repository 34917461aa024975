"""Generate directed road networks of any size: rivers, motorways, dead ends, one-way streets.

A seeded grid of moved crossings at about 2.7 arcs a node. Every eighth line is an arterial; the
streets between arterials are dense and reach them at few places, as in real towns, where small cuts
part a quarter from the rest. A random spanning tree keeps every place reached; some streets off
the tree are one-way. Rivers are crossed at few bridges; motorways are chains of far nodes of their
own, tied to the streets by ramps; one node in fourteen is a cul-de-sac.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

Pairs = NDArray[np.int64]
SIZES = (10_000, 100_000, 1_250_000)
BLOCK_M, JITTER = 110.0, 0.3
ARTERIAL, BRIDGE_EVERY, RIVER_EVERY = 8, 5, 160  # lines, arterials, lines
MOTORWAY_EVERY, MOTORWAY_STEP, RAMP_EVERY = 48, 6, 3  # lines, lines, motorway nodes
INSIDE, MOUTH, THROUGH = 0.69, 0.06, 0.7  # kept off the tree: local, local to arterial, arterial
ONE_WAY = 0.18  # of what is kept off the tree
LOCAL_KMH, ARTERIAL_KMH, RAMP_KMH, MOTORWAY_KMH = 30.0, 50.0, 40.0, 110.0


@dataclass(frozen=True)
class RoadLike:
    """Directed arcs by tail: `indptr` int64[n + 1], `head`, `cost` int32 (ms), `xy` m[n, 2]."""

    name: str
    indptr: NDArray[np.int64]
    head: NDArray[np.int32]
    cost: NDArray[np.int32]
    xy: NDArray[np.float64]

    @property
    def nodes(self) -> int:
        return len(self.indptr) - 1

    @property
    def tail(self) -> NDArray[np.int32]:
        """Node each arc leaves."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.indptr))


def road_like(nodes: int, seed: int = 1) -> RoadLike:
    """Return a strongly connected network of exactly `nodes` nodes (400 or more)."""
    rng = np.random.default_rng(seed)
    side = int((nodes * 0.92) ** 0.5)
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    xy = np.stack([column.ravel(), row.ravel()], 1) + rng.uniform(-JITTER, JITTER, (side**2, 2))
    ends, kind = _blocks(side)
    dry = _dry(xy, ends, kind == 2, side)
    ends, kind = ends[dry], kind[dry]
    arterial = kind == 2
    tree = _tree(ends, side**2, np.array([1.0, 2.0, 0.0])[kind] + rng.random(len(ends)) + 0.01)
    stretch = ends[:, 0] // side // ARTERIAL * side + ends[:, 0] % side // ARTERIAL
    open_ = rng.random(side * side)[stretch] < THROUGH
    share = np.array([INSIDE, MOUTH, 1.0])[kind]
    kept = tree | ((rng.random(len(ends)) < share) & (open_ | ~arterial))
    one_way = kept & ~tree & (rng.random(len(ends)) < ONE_WAY)
    far_xy, motorways, ramps = _motorways(xy, side)
    lanes = nodes - side**2 - len(far_xy)
    foot = rng.integers(0, side**2, lanes)
    lane_xy = xy[foot] + rng.uniform(-0.4, 0.4, (lanes, 2))
    xy = np.concatenate([xy, far_xy, lane_xy])
    stubs = np.stack([foot, np.arange(nodes - lanes, nodes)], 1)
    speed = np.where(arterial, ARTERIAL_KMH, LOCAL_KMH) * rng.uniform(0.8, 1.2, len(ends))
    groups = [
        (ends[kept], speed[kept], one_way[kept]),
        (motorways, np.full(len(motorways), MOTORWAY_KMH), np.zeros(len(motorways), bool)),
        (ramps, np.full(len(ramps), RAMP_KMH), np.zeros(len(ramps), bool)),
        (stubs, np.full(lanes, LOCAL_KMH), np.zeros(lanes, bool)),
    ]
    pairs, kmh, single = (np.concatenate(part) for part in zip(*groups, strict=True))
    flip = single & (rng.random(len(pairs)) < 0.5)
    pairs[flip] = pairs[flip, ::-1]
    metres = np.linalg.norm(xy[pairs[:, 0]] - xy[pairs[:, 1]], axis=1) * BLOCK_M
    metres *= rng.uniform(1.0, 1.3, len(pairs))
    ms = np.maximum(np.rint(metres / (kmh / 3.6) * 1000.0), 1).astype(np.int32)
    both = np.concatenate([pairs, pairs[~single, ::-1]])
    return from_arcs(
        f"road-like {nodes:,}", both[:, 0], both[:, 1], np.concatenate([ms, ms[~single]]),
        xy * BLOCK_M,
    )  # fmt: skip


def from_arcs(
    name: str,
    tail: NDArray[np.integer],
    head: NDArray[np.integer],
    cost: NDArray[np.int32],
    xy: NDArray[np.float64],
) -> RoadLike:
    """Return arcs in any order as rows by tail, heads ascending within a row."""
    order = np.lexsort((head, tail))
    indptr = np.zeros(len(xy) + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=len(xy)), out=indptr[1:])
    return RoadLike(name, indptr, head[order].astype(np.int32), cost[order], xy)


def _blocks(side: int) -> tuple[Pairs, NDArray[np.int64]]:
    """Return the sides of all blocks as node pairs; 0 = local, 1 = local to arterial, 2 = on it."""
    number = np.arange(side * side).reshape(side, side)
    along = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], 1)
    across = np.stack([number[:-1].ravel(), number[1:].ravel()], 1)
    main = np.concatenate([along[:, 0] // side % ARTERIAL == 4, across[:, 0] % ARTERIAL == 4])
    ends = np.concatenate([along, across])
    touches = (ends // side % ARTERIAL == 4) | (ends % side % ARTERIAL == 4)
    return ends, np.where(main, 2, touches.any(axis=1).astype(np.int64))


def _dry(
    xy: NDArray[np.float64], ends: Pairs, arterial: NDArray[np.bool_], side: int
) -> NDArray[np.bool_]:
    """Return which sides of blocks cross no river, or cross it on one of the few bridges."""
    bridge = arterial & (ends[:, 0] % side // ARTERIAL % BRIDGE_EVERY == 0)
    bridge &= ends[:, 1] - ends[:, 0] == side
    bent = 9.0 * np.sin(xy[:, 0] / 23.0) + 4.0 * np.sin(xy[:, 0] / 7.0)
    bank = np.floor((xy[:, 1] - bent) / RIVER_EVERY + 0.5)
    dry: NDArray[np.bool_] = (bank[ends[:, 0]] == bank[ends[:, 1]]) | bridge
    return dry


def _tree(ends: Pairs, nodes: int, length: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which streets make up the shortest tree (forest where a river cuts a corner off)."""
    graph = coo_array((length, (ends[:, 0], ends[:, 1])), shape=(nodes, nodes)).tocsr()
    found = minimum_spanning_tree(graph).tocoo()
    chosen: NDArray[np.bool_] = np.isin(
        ends[:, 0] * nodes + ends[:, 1],
        found.row.astype(np.int64) * nodes + found.col.astype(np.int64),
    )
    return chosen


def _motorways(xy: NDArray[np.float64], side: int) -> tuple[NDArray[np.float64], Pairs, Pairs]:
    """Return the motorways' own nodes (in blocks), their links, and the ramps to crossings."""
    number = np.arange(side * side).reshape(side, side)
    lines = [number[r, ::MOTORWAY_STEP] for r in range(MOTORWAY_EVERY // 2, side, MOTORWAY_EVERY)]
    lines += [number[::MOTORWAY_STEP, c] for c in range(MOTORWAY_EVERY // 2, side, MOTORWAY_EVERY)]
    beside = np.concatenate(lines)
    starts = np.cumsum([0] + [len(line) for line in lines[:-1]])
    at = np.arange(len(beside))
    first = np.isin(at, starts)
    own = side * side + at
    links = np.stack([own[:-1], own[1:]], 1)[~first[1:]]
    since = at - np.repeat(starts, [len(line) for line in lines])
    tied = since % RAMP_EVERY == 0
    return xy[beside] + 0.35, links, np.stack([own[tied], beside[tied]], 1)
