"""Take apart, for cars, the junctions where a turn is banned or takes time."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.engine.csr import ramp
from chengce.engine.kernels.limits import INF

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


def _none() -> I32:
    return np.empty(0, np.int32)


@dataclass(frozen=True)
class Turns:
    """Parts of junctions: a street with a restricted turn arrives in a part of its own.

    Arc 2e is street e along its geometry, 2e + 1 against it; part k is node n + k beside the n
    nodes of the streets. `arrives` int32[parts]: the arc that ends in the part. All ways on from
    parts, U-turns included, by part and arc: `part`, `arc` int32, and `delay` int32 (ms; 2**30
    where the turn is banned). Arcs that end in no part turn freely and without delay.
    """

    arrives: I32 = field(default_factory=_none)
    part: I32 = field(default_factory=_none)
    arc: I32 = field(default_factory=_none)
    delay: I32 = field(default_factory=_none)

    def heads(self, heads: I32, nodes: int) -> I32:
        """Return the nodes where arcs arrive, given the junctions they lead to."""
        reached = heads.copy()
        reached[self.arrives] = nodes + np.arange(len(self.arrives), dtype=np.int32)
        return reached


def turns_of(
    table: pd.DataFrame, ids: NDArray[np.object_], nodes: I64, ends: NDArray[np.int32],
    usable: NDArray[np.bool_], known: I32,
) -> Turns:  # fmt: skip
    """Return the turns of a city's table `turns`; `known` arcs keep their parts, whatever it says.

    `ends` int32[m, 2]: nodes at the start and end of each street; `usable` bool[2m]: arcs cars may
    drive on. "no" bans one turn, "delay" lengthens it by `delay_s`, "only" bans every other way
    on, a U-turn included, unless its own way on is closed. Rows of streets or nodes that have gone
    say nothing.
    """
    at = pd.Index(ids)
    source, target = (at.get_indexer(table[c]) for c in ("from_street", "to_street"))
    via = pd.Index(nodes).get_indexer(table["via_node"])
    rows = np.flatnonzero((source >= 0) & (target >= 0) & (via >= 0))
    if not len(rows) and not len(known):
        return Turns()
    tails, heads = ends.ravel(), ends[:, ::-1].ravel()
    # a street may arrive at the node both ways, if it is a loop
    row = np.tile(rows, 2)
    enters = (2 * source[rows][None] + np.array([[0], [1]])).ravel()
    here = heads[enters] == via[row]
    row, enters = row[here], enters[here]
    arrives = np.concatenate([known, np.setdiff1d(enters, known)]).astype(np.int32)
    part, arc = _ways_on(heads[arrives], tails)
    first = np.searchsorted(part, np.arange(len(arrives) + 1))
    place = np.empty(len(tails), np.int64)
    place[arrives] = np.arange(len(arrives))
    count = np.diff(first)[place[enters]]
    way = np.repeat(first[place[enters]], count) + ramp(count)
    row = np.repeat(row, count)
    named = arc[way] >> 1 == target[row]
    kind = table["kind"].to_numpy(dtype=object)[row]
    delay = np.zeros(len(arc), np.int64)
    slow = named & (kind == "delay")
    if slow.any():
        seconds = table["delay_s"].to_numpy(np.float64, na_value=0.0)[row[slow]]
        np.maximum.at(delay, way[slow], np.rint(seconds * 1000.0).astype(np.int64))
    delay[way[named & (kind == "no")]] = INF
    open_ = np.zeros(len(table), dtype=bool)
    open_[row[named & usable[arc[way]]]] = True
    delay[way[~named & (kind == "only") & open_[row]]] = INF
    return Turns(arrives, part, arc, np.minimum(delay, INF).astype(np.int32))


def _ways_on(junction: I32, tails: I32) -> tuple[I32, I32]:
    """Return, by part, the arcs that leave its junction, ascending."""
    leaves = np.argsort(tails, kind="stable")
    first = np.searchsorted(tails[leaves], junction)
    count = np.searchsorted(tails[leaves], junction, side="right") - first
    arc = leaves[np.repeat(first, count) + ramp(count)]
    return np.repeat(np.arange(len(junction)), count).astype(np.int32), arc.astype(np.int32)
