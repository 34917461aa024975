"""Find the pairs of zones with no way between them for cars."""

import numpy as np
from numpy.typing import NDArray

from chengce.engine.roads.network import Ints, RoadNetwork

Bools = NDArray[np.bool_]
TRIES = 8


def unconnected(network: RoadNetwork, closed: Bools, wanted: Bools) -> Bools:
    """Return which of the `wanted` pairs bool[zones, zones] have no way over links not closed.

    No way passes through a node below `first_through`. A junction that one of the busiest zones
    both reaches and is reached from settles nearly all pairs; the rest are searched one by one.
    """
    open_ = np.flatnonzero(~closed)
    forward = _Star(network, network.tail[open_], network.head[open_])
    backward = _Star(network, network.head[open_], network.tail[open_])
    zones = slice(0, network.zones)
    out = wanted.copy()
    busy = np.argsort(-(wanted.sum(axis=0) + wanted.sum(axis=1)), kind="stable")
    for zone in busy[:TRIES].tolist():
        both = forward.reached(zone) & backward.reached(zone)
        both[: network.first_through] = False
        if both.any():
            junction = int(np.argmax(both))
            there, back = forward.reached(junction)[zones], backward.reached(junction)[zones]
            out[np.ix_(back, there)] = False
            if back.mean() > 0.5 and there.mean() > 0.5:
                break
    for origin in np.flatnonzero(out.any(axis=1)).tolist():
        out[origin] &= ~forward.reached(origin)[zones]
    return out


class _Star:
    """Links by the node they begin at, searched breadth first."""

    def __init__(self, network: RoadNetwork, tail: Ints, head: Ints) -> None:
        order = np.argsort(tail, kind="stable")
        self._head = head[order]
        self._start = np.searchsorted(tail[order], np.arange(network.nodes + 1))
        self._first_through = network.first_through

    def reached(self, origin: int) -> Bools:
        """Return which nodes one gets to from a node, itself included."""
        seen = np.zeros(len(self._start) - 1, bool)
        seen[origin] = True
        front = np.array([origin])
        while len(front):
            count = self._start[front + 1] - self._start[front]
            skip = np.repeat(self._start[front] - np.cumsum(count) + count, count)
            ends = self._head[skip + np.arange(len(skip))]
            fresh = np.unique(ends[~seen[ends]])
            seen[fresh] = True
            front = fresh[fresh >= self._first_through]
        return seen
