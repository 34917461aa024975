"""Hold the vehicles of one origin on a bush: plant it, load it, add it up.

A bush is a list of links in topological order of their heads, links of one head side by side, that
reaches all an origin can reach; `cars` are the vehicles on them. The bushes of a block of origins
lie one after another, bush k at `indptr[k]:indptr[k + 1]`. Links are in forward-star order.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.road_tree import leaves_first, tree

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

TRACE = 1e-13  # of the vehicles at a node: a smaller share is left over from rounding


@njit(nogil=True, cache=True)
def plant(
    out_ptr: I64, head: I32, tail: I32, cost: F64, first_through: int, origins: I32
) -> tuple[I64, I32, F64]:
    """Return bushes (indptr, link, cars) that are the cheapest trees, without vehicles yet."""
    nodes = len(out_ptr) - 1
    label = np.empty(nodes)
    pred = np.empty(nodes, np.int32)
    room = np.empty(nodes, np.int32)
    order = np.empty(nodes, np.int32)
    indptr = np.zeros(len(origins) + 1, np.int64)
    link = np.empty(len(origins) * nodes, np.int32)
    end = 0
    for k in range(len(origins)):
        tree(out_ptr, head, cost, first_through, origins[k], label, pred, room)
        leaves_first(tail, pred, room, order)
        for i in range(nodes - 1, -1, -1):
            if pred[order[i]] >= 0:
                link[end] = pred[order[i]]
                end += 1
        indptr[k + 1] = end
    return indptr, link[:end].copy(), np.zeros(end)


@njit(nogil=True, cache=True)
def load(link: I32, cars: F64, tail: I32, head: I32, origin: int, demand: F64, volume: F64) -> None:
    """Load the demand of an origin anew, at every node in the proportions of `cars` before.

    So vehicles balance again after many shifts; a share below `TRACE` is dropped. `volume` is
    room, one entry a node.
    """
    zones = len(demand)
    for v in range(len(volume)):
        volume[v] = demand[v] if v < zones else 0.0
    volume[origin] = 0.0
    e = len(link) - 1
    while e >= 0:
        v = head[link[e]]
        here = volume[v]
        first = e
        if first == 0 or head[link[first - 1]] != v:  # one way in
            cars[e] = here
            volume[tail[link[e]]] += here
            e -= 1
            continue
        most = e
        total = cars[e]
        while first > 0 and head[link[first - 1]] == v:
            first -= 1
            total += cars[first]
            if cars[first] > cars[most]:
                most = first
        rest = here
        for i in range(first, e + 1):
            if i != most:
                cars[i] = here * (cars[i] / total) if cars[i] > TRACE * total else 0.0
                rest -= cars[i]
                volume[tail[link[i]]] += cars[i]
        cars[most] = rest
        volume[tail[link[most]]] += rest
        e = first - 1


@njit(nogil=True, cache=True)
def add_up(link: I32, cars: F64, flow: F64) -> None:
    """Add the vehicles of bushes to the flow of links."""
    for e in range(len(link)):
        flow[link[e]] += cars[e]


@njit(nogil=True, cache=True)
def load_all(
    indptr: I64, link: I32, cars: F64, tail: I32, head: I32, origins: I32, demand: F64, nodes: int
) -> None:
    """Load the demand of a block of origins anew."""
    volume = np.empty(nodes)
    for k in range(len(origins)):
        lo, hi = indptr[k], indptr[k + 1]
        load(link[lo:hi], cars[lo:hi], tail, head, origins[k], demand[k], volume)
