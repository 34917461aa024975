"""Read the files of Transportation Networks for Research (TNTP): network, trips, flows, nodes."""

from chengce.city.readers.tntp_net import TntpNetwork, read_tntp_network
from chengce.city.readers.tntp_tables import TntpFlow, TntpNodes, read_tntp_flow, read_tntp_nodes
from chengce.city.readers.tntp_trips import TntpTrips, read_tntp_trips

__all__ = [
    "TntpFlow",
    "TntpNetwork",
    "TntpNodes",
    "TntpTrips",
    "read_tntp_flow",
    "read_tntp_network",
    "read_tntp_nodes",
    "read_tntp_trips",
]
