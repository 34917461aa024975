"""Offer the street network to models: compile, weigh, snap, and costs within a limit."""

from chengce.engine.csr import Sparse
from chengce.engine.kernels.limits import INF
from chengce.engine.streets.distances import nearest_k, within
from chengce.engine.streets.graph import PROFILES, StreetNetwork, street_network
from chengce.engine.streets.snap import Connectors, snap
from chengce.engine.streets.weights import Weights, weigh

__all__ = [
    "INF",
    "PROFILES",
    "Connectors",
    "Sparse",
    "StreetNetwork",
    "Weights",
    "nearest_k",
    "snap",
    "street_network",
    "weigh",
    "within",
]
