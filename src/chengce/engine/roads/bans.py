"""Read the turn restrictions of a city as pairs of links that may not follow each other."""

from collections import defaultdict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.roads.network import Ints
from chengce.engine.streets.graph import ALONG, StreetNetwork


def banned_turns(
    city: City, network: StreetNetwork, edge: Ints, direction: NDArray[np.int8]
) -> Ints:
    """Return banned turns int32[k, 2] (from link, to link), sorted, without repeats.

    `edge`, `direction` per link (edge −1: no street, or closed). "no" bans one turn; "only" bans every other
    way on along a street, a U-turn included, but not into a zone. Restrictions of streets that are
    closed or have gone say nothing.
    """
    turns = city.table("turns")
    if not len(turns):
        return np.empty((0, 2), np.int32)
    at = pd.Index(network.ids)
    source, target = (at.get_indexer(turns[c]) for c in ("from_street", "to_street"))
    via = pd.Index(network.nodes).get_indexer(turns["via_node"])
    nodes = {int(v) for v in via}
    enters: dict[tuple[int, int], list[int]] = defaultdict(list)
    leaves: dict[int, list[int]] = defaultdict(list)
    on = np.flatnonzero(edge >= 0)
    along = direction[on] == ALONG
    tail, head = network.tail[edge[on]], network.head[edge[on]]
    begins, ends = np.where(along, tail, head), np.where(along, head, tail)
    near = np.isin(begins, list(nodes)) | np.isin(ends, list(nodes))
    for link, a, b in zip(
        on[near].tolist(), begins[near].tolist(), ends[near].tolist(), strict=True
    ):
        enters[b, int(edge[link])].append(link)
        leaves[a].append(link)
    banned: set[tuple[int, int]] = set()
    for kind, s, v, t in zip(turns["kind"], source, via, target, strict=True):
        there = [o for o in leaves.get(int(v), []) if edge[o] == t]
        if v < 0 or not there:
            continue
        refused = there if kind == "no" else [o for o in leaves[int(v)] if edge[o] != t]
        banned |= {(i, o) for i in enters.get((int(v), int(s)), []) for o in refused}
    return np.array(sorted(banned), np.int32).reshape(-1, 2)
