"""Keep one hierarchy of all streets of a city, whatever the profile; only its costs change.

Arc 2e is street e along its geometry, arc 2e + 1 against it: both are there for every edge, and
what a profile may not use costs 2**30. So a profile, a closure, an hour or a speed only customizes.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Runner
from chengce.engine.hierarchy.customize import customize, recustomize
from chengce.engine.hierarchy.hierarchy import Hierarchy, Metric, build_hierarchy, extend
from chengce.engine.kernels.limits import INF
from chengce.engine.streets.graph import StreetNetwork, street_network
from chengce.engine.streets.weights import Weights

VERSION = 1

I32 = NDArray[np.int32]


def street_hierarchy(city: City, *, runner: Runner | None = None) -> Hierarchy:
    """Return the hierarchy of a city's streets, stored beside a base city once it is built.

    A scenario that only closes streets or changes what they cost has that of its base; one that
    adds streets or moves their ends has its base's order, the new nodes contracted first.
    """
    return city.remembered("hierarchy", lambda: _of(city, runner))


def street_costs(weights: Weights) -> I32:
    """Return the costs of a profile by arc of the streets' hierarchy, 2**30 where it may not go."""
    cost = np.full(2 * len(weights.tail), INF, np.int32)
    leaves = np.repeat(np.arange(len(weights.indptr) - 1), np.diff(weights.indptr))
    against = leaves != weights.tail[weights.edge]
    cost[2 * weights.edge.astype(np.int64) + against] = weights.cost
    return cost


def street_metric(
    hierarchy: Hierarchy, weights: Weights, *, runner: Runner | None = None
) -> Metric:
    """Return the costs of the streets' hierarchy for a profile."""
    return customize(hierarchy, street_costs(weights), runner=runner)


def changed_metric(hierarchy: Hierarchy, metric: Metric, old: Weights, new: Weights) -> Metric:
    """Return `street_metric(hierarchy, new)` worked out from that of `old`, on the same streets."""
    return recustomize(hierarchy, metric, street_costs(old), street_costs(new))


def _of(city: City, runner: Runner | None) -> Hierarchy:
    network = street_network(city)
    if city.base is None or city.delta is None:
        return _kept(
            city, "hierarchy", network,
            lambda indptr, head: build_hierarchy(indptr, head, _positions(network), runner=runner),
        )  # fmt: skip
    known, before = street_hierarchy(city.base, runner=runner), street_network(city.base)
    if np.array_equal(before.tail, network.tail) and np.array_equal(before.head, network.head):
        return known
    return _kept(
        city, "hierarchy-amended", network, lambda indptr, head: extend(known, indptr, head)
    )


def _kept(
    city: City,
    name: str,
    network: StreetNetwork,
    build: Callable[[NDArray[np.int64], I32], Hierarchy],
) -> Hierarchy:
    def arrays() -> dict[str, NDArray[Any]]:
        indptr, head, arc = _both_ways(network)
        made = build(indptr, head)
        return {**made.arrays(), "source": arc[made.source].astype(np.int32)}

    return Hierarchy.of(city.derived(name, VERSION, tables=("streets",), params={}, build=arrays))


def _both_ways(network: StreetNetwork) -> tuple[NDArray[np.int64], I32, NDArray[np.int64]]:
    """Return all streets both ways as arcs by tail: `indptr`, `head`, and 2e or 2e + 1 of each."""
    tail = np.stack([network.tail, network.head], axis=1).ravel()
    head = np.stack([network.head, network.tail], axis=1).ravel()
    arc = np.argsort(tail, kind="stable")
    indptr = np.zeros(len(network.nodes) + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=len(network.nodes)), out=indptr[1:])
    return indptr, np.ascontiguousarray(head[arc], np.int32), arc


def _positions(network: StreetNetwork) -> NDArray[np.float64]:
    """Return where each node lies, in degrees of latitude both ways."""
    at = np.zeros((len(network.nodes), 2))
    for nodes, end in ((network.tail, 0), (network.head, -1)):
        points = shapely.get_point(network.lines, end)
        at[nodes] = np.stack([shapely.get_x(points), shapely.get_y(points)], axis=1)
    at[:, 0] *= np.cos(np.radians(network.plane.lat))
    return at
