"""Follow vehicles of one origin through chosen links of an acyclic flow; arrays in and out."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
B1 = NDArray[np.bool_]


@njit(nogil=True, cache=True)
def _order(tail: I32, head: I32, link: I32, flow: F64, nodes: int) -> tuple[I64, I32, I32]:
    """Return CSR of the used links by tail and the nodes in topological order, sources first.

    (indptr, entries, order); fewer nodes than exist come back if the flow runs in circles.
    """
    indptr = np.zeros(nodes + 1, np.int64)
    waits = np.zeros(nodes, np.int32)
    for i in range(len(link)):
        if flow[i] > 0.0:
            indptr[tail[link[i]] + 1] += 1
            waits[head[link[i]]] += 1
    for v in range(nodes):
        indptr[v + 1] += indptr[v]
    entries = np.empty(indptr[nodes], np.int32)
    place = indptr[:-1].copy()
    for i in range(len(link)):
        if flow[i] > 0.0:
            v = tail[link[i]]
            entries[place[v]] = i
            place[v] += 1
    order = np.empty(nodes, np.int32)
    many = 0
    for v in range(nodes):
        if waits[v] == 0:
            order[many] = v
            many += 1
    done = 0
    while done < many:
        v = order[done]
        done += 1
        for e in range(indptr[v], indptr[v + 1]):
            w = head[link[entries[e]]]
            waits[w] -= 1
            if waits[w] == 0:
                order[many] = w
                many += 1
    return indptr, entries, order[:many]


@njit(nogil=True, cache=True)
def select(
    tail: I32,
    head: I32,
    nodes: int,
    chosen: B1,
    link: I32,
    flow: F64,
    demand: F64,
    through: F64,
) -> F64:
    """Return trips by zone that use a chosen link, of one origin, and add their flow to `through`.

    `link`, `flow`: the origin's used links; `demand` float64[zones]; `chosen` bool[m]; `through`
    float64[m] is added to. Vehicles mix at every node: who has passed a chosen link does not turn
    otherwise than who has not. The result is empty if the flow runs in circles.
    """
    indptr, entries, order = _order(tail, head, link, flow, nodes)
    zones = len(demand)
    out = np.zeros(zones)
    if len(order) < nodes:
        return np.empty(0)
    arrive = np.zeros(nodes)
    past = np.zeros(nodes)  # of those at a node, the share that has used a chosen link
    for v in order:
        if arrive[v] > 0.0:
            past[v] = min(past[v] / arrive[v], 1.0)
        for e in range(indptr[v], indptr[v + 1]):
            i = entries[e]
            w = head[link[i]]
            arrive[w] += flow[i]
            past[w] += flow[i] * (1.0 if chosen[link[i]] else past[v])
    later = np.zeros(nodes)  # of those at a node, the share that will use one from here on
    for k in range(nodes - 1, -1, -1):
        v = order[k]
        leave = demand[v] if v < zones and arrive[v] > 0.0 else 0.0
        for e in range(indptr[v], indptr[v + 1]):
            i = entries[e]
            a = link[i]
            leave += flow[i]
            later[v] += flow[i] * (1.0 if chosen[a] else later[head[a]])
        if leave > 0.0:
            later[v] = min(later[v] / leave, 1.0)
        for e in range(indptr[v], indptr[v + 1]):
            i = entries[e]
            a = link[i]
            share = 1.0 if chosen[a] else past[v] + (1.0 - past[v]) * later[head[a]]
            through[a] += flow[i] * share
    for v in range(zones):
        out[v] = demand[v] * past[v]
    return out
