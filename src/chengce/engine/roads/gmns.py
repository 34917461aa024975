"""Turn a GMNS network into arrays: zones first, connectors where a zone has several nodes, turns.

A zone with one node is that node. A zone with several gets a centroid of its own, joined to each
of them without cost in both directions; no path passes through it, nor through a node marked as a
centroid.
"""

import numpy as np

from chengce.city.readers.gmns import GmnsNetwork
from chengce.engine.roads.network import RoadNetwork
from chengce.engine.roads.problem import RoadLinks, RoadProblem
from chengce.engine.roads.turns import with_turns


def from_gmns(net: GmnsNetwork, file: str) -> RoadProblem:
    """Return the network, still without trips; times are minutes, tolls free of charge."""
    members: dict[str, list[int]] = {}
    for node in np.flatnonzero(net.zone_of != ""):
        members.setdefault(str(net.zone_of[node]), []).append(int(node))
    closed = [z for z, at in members.items() if len(at) > 1 or net.centroid[at[0]]]
    zones = [*closed, *(z for z in members if z not in set(closed))]
    own = {z: members[z][0] for z in zones if len(members[z]) == 1}
    place = np.full(len(net.nodes), -1, np.int32)
    for i, zone in enumerate(zones):
        if zone in own:
            place[own[zone]] = i
    rest = np.flatnonzero(place < 0)
    place[rest] = np.arange(len(zones), len(zones) + len(rest))
    names = [str(net.nodes[own[z]]) if z in own else f"zone {z}" for z in zones]
    names += [str(net.nodes[i]) for i in rest]
    index = {str(node): int(p) for node, p in zip(net.nodes, place, strict=True)}
    links = net.links
    tail = np.array([index[n] for n in links.tail], np.int32)
    head = np.array([index[n] for n in links.head], np.int32)
    joins = [(i, place[n]) for i, z in enumerate(zones) if z not in own for n in members[z]]
    ends = np.array([pair for a, b in joins for pair in ((a, b), (b, a))], np.int32).reshape(-1, 2)
    none, one = np.zeros(len(ends)), np.ones(len(ends))
    network = RoadNetwork(
        np.concatenate([tail, ends[:, 0]]), np.concatenate([head, ends[:, 1]]),
        len(names), len(zones), len(closed),
        np.concatenate([links.free_flow, none]), np.concatenate([links.capacity, one]),
        np.concatenate([links.b, none]), np.concatenate([links.power, one]),
        np.concatenate([links.length, none]), tuple(zones),
    )  # fmt: skip
    if net.banned or net.penalty:
        network = with_turns(network, net.banned, net.penalty).network
    return RoadProblem(
        network, (), tuple(names), tuple(zones),
        RoadLinks(tuple(map(str, links.ids)), tail, head, links.toll, file, links.rows),
        net.warnings, net.units.minutes,
    )  # fmt: skip
