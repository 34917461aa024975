"""Street costs between many points as a full matrix, by the plain search."""

import numpy as np

from chengce.core.context import Runner
from chengce.engine.kernels.limits import INF
from chengce.engine.streets.distances import within
from chengce.engine.streets.snap import Connectors
from chengce.engine.streets.weights import Weights


def many_to_many(
    weights: Weights,
    origins: Connectors,
    destinations: Connectors,
    *,
    limit_ms: int,
    runner: Runner,
) -> np.ndarray:
    """Return int32[origins, destinations], ms; INF beyond the limit or without connector."""
    found = within(weights, origins, destinations, limit_ms=limit_ms, runner=runner)
    costs = np.full((len(origins.ids), len(destinations.ids)), INF, np.int32)
    costs[found.row, found.column] = found.value
    return costs
