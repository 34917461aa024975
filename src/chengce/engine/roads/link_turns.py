"""Read the turns of a city as pairs of links that may not follow each other, or only slowly."""

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.kernels.limits import INF
from chengce.engine.roads.network import Ints
from chengce.engine.streets.graph import AGAINST, StreetNetwork
from chengce.engine.streets.turns import turns_of

Slow = list[tuple[int, int, float]]  # from link, to link, seconds


def link_turns(
    city: City, network: StreetNetwork, edge: Ints, direction: NDArray[np.int8]
) -> tuple[Ints, Slow]:
    """Return banned turns int32[k, 2] (from link, to link), sorted, and those that take time.

    `edge`, `direction` per link (edge −1: no street, or closed). What turns mean is said in
    `streets.turns`; none concerns ways into a zone or out of it.
    """
    on = np.flatnonzero(edge >= 0)
    link = np.full(2 * len(network.ids), -1, np.int32)
    link[2 * edge[on] + (direction[on] == AGAINST)] = on
    ends = np.stack([network.tail, network.head], axis=1)
    none = np.empty(0, np.int32)
    turns = turns_of(city.table("turns"), network.ids, network.nodes, ends, link >= 0, none)
    pairs = np.stack([link[turns.arrives[turns.part]], link[turns.arc]], axis=1)
    there = (pairs >= 0).all(axis=1)
    banned = np.unique(pairs[there & (turns.delay == INF)], axis=0).astype(np.int32)
    late = there & (turns.delay > 0) & (turns.delay < INF)
    slow = [
        (int(i), int(o), ms / 1000.0)
        for (i, o), ms in zip(pairs[late], turns.delay[late].tolist(), strict=True)
    ]
    return banned.reshape(-1, 2), slow
