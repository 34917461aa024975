"""Turn a TNTP network into arrays: nodes from 0, everything else as the file has it."""

import numpy as np

from chengce.city.readers.tntp import TntpNetwork
from chengce.engine.roads.network import RoadNetwork
from chengce.engine.roads.problem import RoadLinks, RoadProblem


def from_tntp(net: TntpNetwork, file: str) -> RoadProblem:
    """Return the network, still without trips; its factors are those of the file, else 0."""
    tail, head = (net.tail - 1).astype(np.int32), (net.head - 1).astype(np.int32)
    nodes = tuple(map(str, range(1, net.nodes + 1)))
    network = RoadNetwork(
        tail, head, net.nodes, net.zones, net.first_through - 1,
        net.free_flow, net.capacity, net.b, net.power, net.length, nodes[: net.zones],
    )  # fmt: skip
    ids = tuple(map(str, range(1, len(tail) + 1)))
    return RoadProblem(
        network, (), nodes, nodes[: net.zones],
        RoadLinks(ids, tail, head, net.toll, file, net.rows), net.warnings, None,
        net.toll_factor or 0.0, net.distance_factor or 0.0,
    )  # fmt: skip
