"""Turn streets into costs for one profile: directed CSR in int32 milliseconds, rounded once."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF
from chengce.engine.streets.graph import AGAINST, ALONG, KNOWN, StreetNetwork
from chengce.engine.streets.turns import Turns

ON_FOOT = ("walk", "wheelchair", KNOWN)
OFFROAD_MPS = 1.2  # off-road part of profiles not on foot: a level walk (TCQSM, 3rd ed.: 4 ft/s)
DRIVE_KMH = 30.0  # where the table gives no speed


@dataclass(frozen=True)
class Weights:
    """Costs of one profile.

    `indptr` int64[n + 1], `head`, `cost` (ms), `edge` int32[arcs]: arcs by tail node; `arc` int32:
    their numbers among the `arcs` of the streets' hierarchy. Per street edge, for doors on it:
    `tail`, `head_node` and the cost along and against its geometry, INF where a door may not be
    left or reached that way; `closed` bool: only its own doors use it. `offroad_mps`: speed between
    door and edge. `cut_edge`, `cut_share`: where walls cut edges; no door is left or reached past a
    cut. `turns`: those that the profile obeys; their parts are the last of the n nodes.
    """

    indptr: NDArray[np.int64]
    head: NDArray[np.int32]
    cost: NDArray[np.int32]
    edge: NDArray[np.int32]
    arc: NDArray[np.int32]
    arcs: int
    tail: NDArray[np.int32]
    head_node: NDArray[np.int32]
    along: NDArray[np.int32]
    against: NDArray[np.int32]
    closed: NDArray[np.bool_]
    offroad_mps: float
    cut_edge: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    cut_share: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    turns: Turns = field(default_factory=Turns)

    @property
    def junctions(self) -> int:
        """Nodes of the streets; parts of junctions come after them."""
        return len(self.indptr) - 1 - len(self.turns.arrives)

    def arrivals(self) -> NDArray[np.int32]:
        """Return the nodes reached by going along and against each edge, int32[edges, 2]."""
        heads = np.stack([self.head_node, self.tail], axis=1).ravel()
        return self.turns.heads(heads, self.junctions).reshape(-1, 2)

    def cuts(
        self, edge: NDArray[np.int32], share: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return how many walls cut an edge before and after a share of its length."""
        keys, low = 2.0 * self.cut_edge + self.cut_share, 2.0 * edge
        here = np.searchsorted(keys, low + share)
        return here - np.searchsorted(keys, low), np.searchsorted(keys, low + 1.5) - here

    def shift(self, limit: int) -> int:
        """Return the width of a search's buckets, up to `limit` ms, as a power of two.

        About a quarter of the median cost, and at most a million buckets.
        """
        median = float(np.median(self.cost)) if len(self.cost) else 1.0
        return max(int(np.log2(max(median, 1.0))) - 2, 0, limit.bit_length() - 20)


def weigh(
    network: StreetNetwork,
    profile: str,
    *,
    speed_mps: float,
    slope_effect: float = 1.0,
    offroad_mps: float | None = None,
) -> Weights:
    """Return the costs of a profile at a level speed.

    On foot and in a wheelchair an edge costs round(length / speed · 1000 · (1 + (f − 1) · effect))
    ms with the slope factor f of its direction; a bicycle has no slope effect; `drive` takes
    `speed_kmh` of the edge (30 where unknown), ignores `speed_mps` and obeys the turns. The
    off-road part goes at `offroad_mps`, by default the profile's own speed on foot and 1.2 m/s
    otherwise. Raises ValueError for an unknown profile or a speed that is not positive.
    """
    if not (speed_mps > 0 and (offroad_mps is None or offroad_mps > 0)):
        raise ValueError("speeds must be positive")
    column = network.column(profile)
    on_foot = profile in ON_FOOT
    if profile == "drive":
        known = np.where(network.speed_kmh > 0, network.speed_kmh, DRIVE_KMH)
        flat = network.length_m / (known / 3.6) * 1000.0
    else:
        flat = network.length_m / speed_mps * 1000.0
    effect = slope_effect if on_foot else 0.0
    cost = flat[:, None] * (1.0 + (network.factor - 1.0) * effect)
    cost = np.minimum(np.rint(cost), float(INF)).astype(np.int32)
    door = network.door[:, column]
    passage = network.passage[:, column]
    along = np.where(door & ALONG, cost[:, 0], INF).astype(np.int32)
    against = np.where(door & AGAINST, cost[:, 1], INF).astype(np.int32)
    walled = np.zeros(len(door), dtype=bool)
    walled[network.cut_edge] = True
    open_ = np.stack([passage & ALONG, passage & AGAINST], axis=1).astype(bool).ravel()
    turns = network.turns if profile == "drive" else Turns()
    return Weights(
        **_arcs(network, turns, np.where(open_, np.stack([along, against], axis=1).ravel(), INF)),
        arcs=2 * len(along) + len(network.turns.arc) + len(network.turns.arrives),
        tail=network.tail,
        head_node=network.head,
        along=along,
        against=against,
        closed=(door > 0) & (passage == 0) & ~walled,
        offroad_mps=offroad_mps or (speed_mps if on_foot else OFFROAD_MPS),
        cut_edge=network.cut_edge,
        cut_share=network.cut_share,
        turns=turns,
    )


def _arcs(network: StreetNetwork, turns: Turns, cost: NDArray[np.int32]) -> dict[str, NDArray[Any]]:
    """Return the arcs of finite cost by tail, each with its number in the streets' hierarchy."""
    nodes = len(network.nodes)
    heads = np.stack([network.head, network.tail], axis=1).ravel()
    heads = turns.heads(heads, nodes)
    tails = np.stack([network.tail, network.head], axis=1).ravel()
    tails = np.concatenate([tails, nodes + turns.part])
    street = np.concatenate([np.arange(len(cost), dtype=np.int32), turns.arc])
    total = np.concatenate([cost, np.minimum(cost[turns.arc].astype(np.int64) + turns.delay, INF)])
    number = np.arange(len(total), dtype=np.int32)
    number[turns.arrives] = len(total) + np.arange(len(turns.arrives))
    arc = np.flatnonzero(total < INF)
    arc = arc[np.argsort(tails[arc], kind="stable")]
    indptr = np.zeros(nodes + len(turns.arrives) + 1, np.int64)
    np.cumsum(np.bincount(tails[arc], minlength=len(indptr) - 1), out=indptr[1:])
    return {
        "indptr": indptr,
        "head": heads[street[arc]],
        "cost": total[arc].astype(np.int32),
        "edge": street[arc] >> 1,
        "arc": number[arc],
    }
