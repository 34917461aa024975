"""Keep one hierarchy of all streets of a city, whatever the profile; only its costs change.

Arc 2e is street e along its geometry, arc 2e + 1 against it: both are there for every edge, and
what a profile may not use costs 2**30. Arcs for cars through junctions with restricted turns come
after them. So a profile, a closure, an hour, a speed or a turn only customizes.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Runner
from chengce.engine.hierarchy.customize import customize, recustomize
from chengce.engine.hierarchy.hierarchy import Hierarchy, Metric, from_order
from chengce.engine.hierarchy.order import contraction_order
from chengce.engine.kernels.limits import INF
from chengce.engine.streets.graph import StreetNetwork, street_network
from chengce.engine.streets.weights import Weights

VERSION = 2

I32 = NDArray[np.int32]


def street_hierarchy(city: City, *, runner: Runner | None = None) -> Hierarchy:
    """Return the hierarchy of a city's streets, stored beside a base city once it is built.

    A scenario that only closes streets or changes what they and their turns cost has that of its
    base; one that adds streets or restricts turns of others has its base's order, the new nodes
    contracted first.
    """
    return city.remembered("hierarchy", lambda: _of(city, runner))


def street_costs(weights: Weights) -> I32:
    """Return the costs of a profile by arc of the streets' hierarchy, 2**30 where it may not go."""
    cost = np.full(weights.arcs, INF, np.int32)
    cost[weights.arc] = weights.cost
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
        return _kept(city, "hierarchy", lambda: _first_order(network, runner))
    known, before = street_hierarchy(city.base, runner=runner), street_network(city.base)
    if _alike(before, network):
        return known
    nodes = len(before.nodes)
    added = np.arange(nodes, len(network.nodes), dtype=np.int32)
    order = np.concatenate([added, known.node[known.node < nodes]])
    return _kept(city, "hierarchy-amended", lambda: order)


def _first_order(network: StreetNetwork, runner: Runner | None) -> I32:
    indptr, head, _ = _by_tail(*_both_ways(network), len(network.nodes))
    return contraction_order(indptr, head, _positions(network), runner=runner)


def _alike(one: StreetNetwork, two: StreetNetwork) -> bool:
    pairs = ((one.tail, two.tail), (one.head, two.head), (one.turns.arrives, two.turns.arrives))
    return all(np.array_equal(a, b) for a, b in pairs)


def _kept(city: City, name: str, order: Callable[[], I32]) -> Hierarchy:
    network = street_network(city)

    def arrays() -> dict[str, NDArray[Any]]:
        nodes = len(network.nodes) + len(network.turns.arrives)
        indptr, head, arc = _by_tail(*_every_arc(network), nodes)
        made = from_order(indptr, head, _with_parts(order(), network))
        return {**made.arrays(), "source": arc[made.source].astype(np.int32)}

    tables = ("streets", "turns")
    return Hierarchy.of(city.derived(name, VERSION, tables=tables, params={}, build=arrays))


def _both_ways(network: StreetNetwork) -> tuple[I32, I32]:
    """Return the ends of all streets both ways, as arcs 2e and 2e + 1."""
    tail = np.stack([network.tail, network.head], axis=1).ravel()
    head = np.stack([network.head, network.tail], axis=1).ravel()
    return tail, head


def _every_arc(network: StreetNetwork) -> tuple[I32, I32]:
    """Return the ends of all streets both ways, then of ways on from parts, then of ways into them.

    Cars go into a part of a junction where others go by the street's own arc to the junction.
    """
    tail, head = _both_ways(network)
    turns, nodes = network.turns, len(network.nodes)
    reached = turns.heads(head, nodes)
    return (
        np.concatenate([tail, nodes + turns.part, tail[turns.arrives]]),
        np.concatenate([head, reached[turns.arc], reached[turns.arrives]]),
    )


def _with_parts(order: I32, network: StreetNetwork) -> I32:
    """Return an order of junctions with the parts of each right before it, in one separator."""
    _, head = _both_ways(network)
    parts = np.arange(len(network.turns.arrives), dtype=np.int32)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return np.insert(order, place[head[network.turns.arrives]], len(order) + parts)


def _by_tail(tail: I32, head: I32, nodes: int) -> tuple[NDArray[np.int64], I32, NDArray[np.int64]]:
    """Return arcs by tail: `indptr`, `head`, and the number of each."""
    arc = np.argsort(tail, kind="stable")
    indptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=nodes), out=indptr[1:])
    return indptr, np.ascontiguousarray(head[arc], np.int32), arc


def _positions(network: StreetNetwork) -> NDArray[np.float64]:
    """Return where each node lies, in degrees of latitude both ways."""
    at = np.zeros((len(network.nodes), 2))
    for nodes, end in ((network.tail, 0), (network.head, -1)):
        points = shapely.get_point(network.lines, end)
        at[nodes] = np.stack([shapely.get_x(points), shapely.get_y(points)], axis=1)
    at[:, 0] *= np.cos(np.radians(network.plane.lat))
    return at
