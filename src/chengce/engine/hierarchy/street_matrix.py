"""Compute street costs between many doors of a city through its kept hierarchy."""

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Runner
from chengce.engine.hierarchy.ladder import Ladder
from chengce.engine.hierarchy.streets import street_hierarchy, street_metric
from chengce.engine.hierarchy.sweeps import matrix, select
from chengce.engine.kernels.limits import INF
from chengce.engine.streets.distances import ends_of, same_edge, seeds_of
from chengce.engine.streets.snap import Connectors
from chengce.engine.streets.weights import Weights


def street_matrix(
    city: City,
    weights: Weights,
    ends: tuple[Connectors, Connectors],
    *,
    limit_ms: int,
    runner: Runner,
) -> NDArray[np.int32]:
    """Return costs int32[origins, destinations], ms; INF beyond the limit or without connector.

    `ends`: origins and destinations. Costs as those of `distances.within`. The hierarchy is built
    once for a base city; scenarios put their costs on it.
    """
    origins, destinations = ends
    hierarchy = street_hierarchy(city, runner=runner)
    ladder = Ladder.of(hierarchy)
    found = matrix(
        ladder,
        street_metric(hierarchy, weights, runner=runner),
        seeds_of(weights, origins),
        select(ladder, ends_of(weights, destinations)),
        runner,
        same_edge(weights, origins, destinations),
    )
    found[found > limit_ms] = INF
    return found
