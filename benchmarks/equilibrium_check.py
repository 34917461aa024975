"""Check an assignment with scipy alone: paths, balance of nodes, cost of every link used.

Nothing here calls the engine: delays are written out again and shortest paths are scipy's.
"""

from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from chengce.engine.roads.network import CLOSED, Equilibrium, RoadNetwork, TravelClass

Array = np.ndarray[Any, np.dtype[Any]]


def check_equilibrium(equilibrium: Equilibrium, *, used: float = 1e-9) -> dict[str, float]:
    """Return how far an assignment is from what it claims to be, as plain numbers.

    `gap`: (Σ pce·v·c − Σ pce·d·shortest) / Σ pce·v·c, recomputed; `gap_difference` from the gap
    reported; `flow_difference`: largest |flow − Σ pce · class flow|; `time_difference`: largest
    difference of a link time from the BPR form; `balance`: largest |out − in − departures +
    arrivals| of a class at a node (vehicles). With flows by origin also `origin_balance` (the same
    for one origin), `origin_sum` (largest |class flow − Σ over origins|), `through` (flow of
    vehicles that pass through a centroid) and `excess`: the largest cost, above the cheapest, of a
    link with more than `used` vehicles of an origin on it, in units of time. For "system" the
    costs are marginal: t + v · dt/dv + fixed.
    """
    network, flow = equilibrium.network, equilibrium.flow
    time = _time(network, flow, 1.0)
    found = {
        "time_difference": _largest(equilibrium.time - time),
        "flow_difference": _largest(
            flow
            - sum(
                c.pce * f for c, f in zip(equilibrium.classes, equilibrium.class_flow, strict=True)
            )
        ),
        "balance": 0.0,
    }
    bushes = equilibrium.bushes
    if bushes is not None:
        found |= {"origin_balance": 0.0, "origin_sum": 0.0, "through": 0.0, "excess": 0.0}
    faced = (
        time
        if equilibrium.options.principle == "user"
        else _time(network, flow, network.power + 1.0)
    )
    spent = least = 0.0
    for k, (kind, by_class) in enumerate(
        zip(equilibrium.classes, equilibrium.class_flow, strict=True)
    ):
        cost = faced + (0.0 if kind.fixed is None else kind.fixed)
        label = shortest_by_scipy(network, cost)
        trips = _trips(kind)
        wanted = trips > 0
        spent += kind.pce * float(np.sum(by_class * cost))
        least += kind.pce * float(np.sum(trips[wanted] * label[:, : network.zones][wanted]))
        surplus = _surplus(network, by_class)
        surplus[: network.zones] -= trips.sum(axis=1) - trips.sum(axis=0)
        found["balance"] = max(found["balance"], _largest(surplus))
        if bushes is None:
            continue
        whole = np.zeros(network.links)
        for origin in range(network.zones):
            block = k * network.zones + origin
            part = slice(bushes.indptr[block], bushes.indptr[block + 1])
            own = np.zeros(network.links)
            np.add.at(own, bushes.link[part], bushes.flow[part])
            whole += own
            surplus = _surplus(network, own)
            surplus[: network.zones] += trips[origin]
            surplus[origin] -= trips[origin].sum()
            found["origin_balance"] = max(found["origin_balance"], _largest(surplus))
            on = own > used
            inside = on & (network.tail < network.first_through) & (network.tail != origin)
            found["through"] += float(own[inside].sum())
            to, end = label[origin, network.tail[on]], label[origin, network.head[on]]
            found["excess"] = max(found["excess"], _largest(to + cost[on] - end))
        found["origin_sum"] = max(found["origin_sum"], _largest(by_class - whole))
    found["gap"] = (spent - least) / spent if spent > 0 else 0.0
    found["gap_difference"] = abs(found["gap"] - equilibrium.gap)
    return found


def shortest_by_scipy(network: RoadNetwork, cost: Array) -> Array:
    """Return the cheapest cost float64[zones, nodes] from every zone, by scipy's Dijkstra.

    A centroid is split: links arrive at it and leave from a twin, so nothing passes through. Of
    parallel links the cheapest counts; closed links are left out. Costs of zero are kept as explicit zeros of the matrix.
    """
    n = network.nodes
    twin = n + np.arange(network.first_through)
    tail = np.where(network.tail < network.first_through, network.tail + n, network.tail)
    size = n + len(twin)
    order = np.lexsort((cost, network.head, tail))
    order = order[network.free_flow[order] < CLOSED]
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(tail[order]) != 0) | (np.diff(network.head[order]) != 0)
    keep = order[first]
    indptr = np.searchsorted(tail[keep], np.arange(size + 1))
    graph = csr_array((cost[keep], network.head[keep], indptr), shape=(size, size))
    sources = np.arange(network.zones)
    sources = np.where(sources < network.first_through, sources + n, sources)
    label = np.asarray(dijkstra(graph, indices=sources))[:, :n]
    label[np.arange(network.zones), np.arange(network.zones)] = 0.0
    return label


def _time(network: RoadNetwork, flow: Array, factor: float | Array) -> Array:
    load = np.where(network.b > 0, flow, 0.0) / np.where(network.b > 0, network.capacity, 1.0)
    extra = network.b * factor * np.where(load > 0, load, 1.0) ** network.power
    return np.asarray(network.free_flow * (1.0 + np.where(load > 0, extra, 0.0)))


def _surplus(network: RoadNetwork, flow: Array) -> Array:
    away = np.bincount(network.tail, flow, network.nodes)
    return np.asarray(away - np.bincount(network.head, flow, network.nodes))


def _trips(kind: TravelClass) -> Array:
    trips = np.array(kind.demand, float)
    np.fill_diagonal(trips, 0.0)
    return trips


def _largest(values: Array) -> float:
    return float(np.abs(values).max(initial=0.0))
