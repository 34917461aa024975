"""Put zones among the nodes of a road network, and hang them on the streets."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.options import Points
from chengce.engine.roads.network import Floats, Ints
from chengce.engine.streets.graph import AGAINST, ALONG, StreetNetwork
from chengce.engine.streets.snap import Connectors, snap

SAME_M = 1.0  # a zone nearer to a centroid node than this is that node
_KINDS = (  # at the tail or the head, leaving (from the zone) or arriving; the bits that allow it
    ("tail", True, AGAINST),
    ("head", True, ALONG),
    ("tail", False, ALONG),
    ("head", False, AGAINST),
)


@dataclass(frozen=True)
class Centroids:
    """Which street nodes are zones (`at` int64[zones], −1: none) or only meet connectors."""

    at: NDArray[np.int64]
    others: NDArray[np.int64]

    @property
    def first_through(self) -> int:
        """Nodes below this one are never passed through."""
        return len(self.at) + len(self.others)

    def count(self, nodes: int) -> int:
        """Return how many road nodes `nodes` street nodes and the zones make."""
        return nodes + int(np.count_nonzero(self.at < 0))

    def index(self, nodes: int) -> Ints:
        """Return the road node of each street node: zones, other centroids, then the rest."""
        out = np.full(nodes, -1, np.int32)
        here = self.at >= 0
        out[self.at[here]] = np.flatnonzero(here)
        out[self.others] = len(self.at) + np.arange(len(self.others))
        rest = np.flatnonzero(out < 0)
        out[rest] = self.first_through + np.arange(len(rest))
        return out


@dataclass(frozen=True)
class ConnectorLinks:
    """Links between zones and the streets they hang on, those of the base city first.

    Per link: `zone`; `node`, the street node at its other end; `leaving` (from the zone); `edge`
    and `share`, the part of that street it stands for; `open` and `added` as for streets.
    """

    zone: Ints
    node: Ints
    leaving: NDArray[np.bool_]
    edge: Ints
    share: Floats
    open: NDArray[np.bool_]
    added: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.zone)


def centroids(base: StreetNetwork, connector: NDArray[np.bool_], zones: Points) -> Centroids:
    """Return the zones that are nodes already: within a metre of where only connectors meet.

    `connector` bool[edges]: streets of the base network that serve zones only.
    """
    drive = base.base_door[:, base.column("drive")] > 0
    edges = np.flatnonzero(drive)
    ends = np.concatenate([base.tail[edges], base.head[edges]])
    plain = np.concatenate([~connector[edges]] * 2)
    n = len(base.nodes)
    only = np.bincount(ends, minlength=n).astype(bool)
    only &= np.bincount(ends, plain.astype(float), minlength=n) == 0
    at = np.full(len(zones.ids), -1, np.int64)
    if only.any() and len(zones.ids):
        nodes = np.flatnonzero(only)
        tree = shapely.STRtree(shapely.points(_places(base, nodes, edges)))
        here = shapely.points(base.plane.xy(zones.lon, zones.lat))
        zone, found = tree.query_nearest(here, max_distance=SAME_M, all_matches=False)
        node, first = np.unique(nodes[found], return_index=True)
        at[zone[first]] = node
    return Centroids(at, np.setdiff1d(np.flatnonzero(only), at))


def hang(city: City, zones: Points, known: Centroids, limit_m: float) -> Connectors:
    """Return where the zones that are no nodes meet streets open to cars, within `limit_m`.

    The points asked about are those with `known.at` −1, in order.
    """
    loose = np.flatnonzero(known.at < 0)
    ids = [str(zones.ids[i]) for i in loose.tolist()]
    return snap(city, ids, zones.lon[loose], zones.lat[loose], "drive", limit_m=limit_m)


def connector_links(network: StreetNetwork, known: Centroids, met: Connectors) -> ConnectorLinks:
    """Return the links of hung zones: one to leave by and one to arrive by for each street met.

    They join the nearer end of the street that its directions allow; at an end, that node. They
    stand in the base city as its directions were; where a scenario turns a street round, the old
    link closes and another is added.
    """
    loose = np.flatnonzero(known.at < 0)
    zone = np.repeat(loose, np.diff(met.indptr))
    column = network.column("drive")
    before = _chosen(network.base_door[met.edge, column], met.fraction)
    after = _chosen(network.door[met.edge, column], met.fraction)
    rows, kinds = np.nonzero(before | after)
    order = np.argsort(~before[rows, kinds], kind="stable")
    rows, kinds = rows[order], kinds[order]
    edge, fraction = met.edge[rows], met.fraction[rows]
    at_tail = np.array([k[0] == "tail" for k in _KINDS])[kinds]
    return ConnectorLinks(
        zone=zone[rows].astype(np.int32),
        node=np.where(at_tail, network.tail[edge], network.head[edge]).astype(np.int32),
        leaving=np.array([k[1] for k in _KINDS])[kinds],
        edge=edge,
        share=np.where(at_tail, fraction, 1.0 - fraction),
        open=after[rows, kinds],
        added=~before[rows, kinds],
    )


def _chosen(bits: NDArray[np.uint8], fraction: Floats) -> NDArray[np.bool_]:
    """Return which of the four kinds of link serve points on streets, bool[points, 4]."""
    far = np.stack([fraction, 1.0 - fraction] * 2, axis=1)  # tail, head, tail, head
    at_end = far == 0.0
    allowed = np.stack([(bits & k[2]) > 0 for k in _KINDS], axis=1)
    allowed |= at_end & (bits > 0)[:, None]
    far = np.where(allowed, far, np.inf)
    out = np.zeros(far.shape, bool)
    for pair in (slice(0, 2), slice(2, 4)):
        nearest = np.argmin(far[:, pair], axis=1) + pair.start
        rows = np.flatnonzero(np.isfinite(far[np.arange(len(far)), nearest]))
        out[rows, nearest[rows]] = True
    return out


def _places(
    network: StreetNetwork, nodes: NDArray[np.int64], edges: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return where nodes lie in the network's plane, metres."""
    lines = network.lines[edges]
    lonlat = np.empty((len(network.nodes), 2))
    for ends, point in ((network.tail, 0), (network.head, -1)):
        lonlat[ends[edges]] = shapely.get_coordinates(shapely.get_point(lines, point))
    return network.plane.xy(lonlat[nodes, 0], lonlat[nodes, 1])
