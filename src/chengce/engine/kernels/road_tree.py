"""Grow shortest-path trees on float costs, honouring centroids, and use each while it is warm.

Label correcting with two queues (Gallo & Pallottino 1988, doi:10.1007/BF02288320): polynomial, and
on road networks twice as fast as a heap. Adding a cost ≥ 0 never lowers a rounded label, so the
predecessors always form a tree, with zero costs too. Arcs are sorted by tail (forward star);
`cost`, predecessors and flows refer to positions in that order. A node below `first_through` is
left only where it is the origin.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

NEVER, ONCE = -2, -1  # never queued; was queued, is not now


@njit(nogil=True, cache=True)
def tree(
    indptr: I64,
    head: I32,
    cost: F64,
    first_through: int,
    origin: int,
    label: F64,
    pred: I32,
    after: I32,
) -> None:
    """Fill `label` (inf: unreachable) and `pred` (arc position, −1: none) from one origin.

    `after` is room for the queue; all three have one entry a node. Infinite costs are never used.
    """
    end = len(label)
    label[:] = np.inf
    pred[:] = -1
    after[:] = NEVER
    label[origin] = 0.0
    after[origin] = end
    first = last = origin
    urgent = -1  # last of the nodes to scan again, which stand at the front
    while first != end:
        u = first
        first = after[u]
        after[u] = ONCE
        if u == urgent:
            urgent = -1
        if u < first_through and u != origin:
            continue
        here = label[u]
        for arc in range(indptr[u], indptr[u + 1]):
            v = head[arc]
            d = here + cost[arc]
            if d < label[v]:
                label[v] = d
                pred[v] = arc
                if after[v] == NEVER:
                    after[v] = end
                    if first == end:
                        first = v
                    else:
                        after[last] = v
                    last = v
                elif after[v] == ONCE:
                    if urgent < 0:
                        if first == end:
                            last = v
                        after[v] = first
                        first = v
                    else:
                        after[v] = after[urgent]
                        after[urgent] = v
                        if last == urgent:
                            last = v
                    urgent = v


@njit(nogil=True, cache=True)
def leaves_first(tail: I32, pred: I32, children: I32, order: I32) -> None:
    """Fill `order` with all nodes, each after every node whose path passes through it."""
    children[:] = 0
    for v in range(len(pred)):
        if pred[v] >= 0:
            children[tail[pred[v]]] += 1
    many = 0
    for v in range(len(pred)):
        if children[v] == 0:
            order[many] = v
            many += 1
    for i in range(len(pred)):
        v = order[i]
        if pred[v] >= 0:
            u = tail[pred[v]]
            children[u] -= 1
            if children[u] == 0:
                order[many] = u
                many += 1


@njit(nogil=True, cache=True)
def trees(indptr: I64, head: I32, cost: F64, first_through: int, origins: I32) -> tuple[F64, I32]:
    """Return labels float64[k, nodes] and predecessors int32[k, nodes] of k origins."""
    nodes = len(indptr) - 1
    label = np.empty((len(origins), nodes))
    pred = np.empty((len(origins), nodes), np.int32)
    after = np.empty(nodes, np.int32)
    for k in range(len(origins)):
        tree(indptr, head, cost, first_through, origins[k], label[k], pred[k], after)
    return label, pred


@njit(nogil=True, cache=True)
def load(
    indptr: I64,
    head: I32,
    tail: I32,
    cost: F64,
    first_through: int,
    origins: I32,
    demand: F64,
) -> tuple[F64, float]:
    """Return flows of all or nothing on cheapest paths, by position, and Σ demand · label.

    `demand` float64[k, zones]: row of each origin; its diagonal is ignored. The sum is inf where a
    pair with demand is not connected.
    """
    nodes = len(indptr) - 1
    zones = demand.shape[1]
    label = np.empty(nodes)
    pred = np.empty(nodes, np.int32)
    room = np.empty(nodes, np.int32)
    order = np.empty(nodes, np.int32)
    volume = np.empty(nodes)
    flow = np.zeros(len(head))
    total = 0.0
    for k in range(len(origins)):
        origin = int(origins[k])
        tree(indptr, head, cost, first_through, origin, label, pred, room)
        leaves_first(tail, pred, room, order)
        for v in range(nodes):
            volume[v] = demand[k, v] if v < zones and v != origin else 0.0
            if volume[v] > 0.0:
                total += volume[v] * label[v]
        for node in order:
            arc = pred[node]
            if arc >= 0 and volume[node] > 0.0:
                flow[arc] += volume[node]
                volume[tail[arc]] += volume[node]
    return flow, total


@njit(nogil=True, cache=True)
def sums(
    indptr: I64,
    head: I32,
    tail: I32,
    cost: F64,
    first_through: int,
    origins: I32,
    quantities: F64,
    zones: int,
) -> F64:
    """Return Σ of each quantity along the cheapest path, float64[q, k, zones]; inf: unreachable.

    `quantities` float64[q, arcs] by position. Zero from a zone to itself.
    """
    nodes = len(indptr) - 1
    label = np.empty(nodes)
    pred = np.empty(nodes, np.int32)
    room = np.empty(nodes, np.int32)
    order = np.empty(nodes, np.int32)
    along = np.empty(nodes)
    out = np.empty((len(quantities), len(origins), zones))
    for k in range(len(origins)):
        tree(indptr, head, cost, first_through, origins[k], label, pred, room)
        leaves_first(tail, pred, room, order)
        for q in range(len(quantities)):
            along[:] = np.inf
            along[origins[k]] = 0.0
            for i in range(nodes - 1, -1, -1):
                v = order[i]
                if pred[v] >= 0:
                    along[v] = along[tail[pred[v]]] + quantities[q, pred[v]]
            for v in range(zones):
                out[q, k, v] = along[v]
    return out
