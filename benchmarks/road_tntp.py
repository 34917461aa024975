"""Read a TNTP network with the coordinates of its nodes as a road network for benchmarks."""

from pathlib import Path

import numpy as np
from benchmarks.road_like import RoadLike, from_arcs

from chengce.city.readers.tntp import read_tntp_network, read_tntp_nodes

MINUTE_MS = 60_000.0


def road_tntp(folder: Path) -> RoadLike:
    """Return the links of a folder's *_net.tntp, at the places of its *_node.tntp.

    Arcs cost the free-flow time, taken as minutes, at least 1 ms; `xy` are in the file's own
    coordinates. Zones are nodes like others here, so paths may pass through them. Raises
    `ChengceError` for files that can't be read, `ValueError` for a node without coordinates.
    """
    network = read_tntp_network(next(folder.glob("*_net.tntp")))
    nodes = read_tntp_nodes(next(folder.glob("*_node.tntp")))
    xy = np.full((network.nodes, 2), np.nan)
    xy[nodes.node - 1] = np.stack([nodes.x, nodes.y], axis=1)
    if np.isnan(xy).any():
        raise ValueError(f"{folder.name}: {int(np.isnan(xy[:, 0]).sum())} nodes lie nowhere")
    ms = np.maximum(np.rint(network.free_flow * MINUTE_MS), 1).astype(np.int32)
    return from_arcs(folder.name, network.tail - 1, network.head - 1, ms, xy)
