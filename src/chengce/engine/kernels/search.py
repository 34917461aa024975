"""Search streets from many origins within a limit: a bucket queue, exact for integer costs.

Buckets of width 2**shift (Dial 1969, doi:10.1145/363269.363610); labels are corrected inside a
bucket (Denardo & Fox 1979, doi:10.1287/opre.27.1.161), so any width and zero costs are exact.
Work and reset are proportional to the nodes touched, not to the network.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@njit(nogil=True, cache=True)
def _link(node: int, bucket: int, first: I32, after: I32, before: I32) -> None:
    # before: -1 = not queued, -2 - b = first in bucket b, else the node in front
    old = first[bucket]
    after[node] = old
    before[node] = -2 - bucket
    if old >= 0:
        before[old] = node
    first[bucket] = node


@njit(nogil=True, cache=True)
def _unlink(node: int, first: I32, after: I32, before: I32) -> None:
    front, back = before[node], after[node]
    if front < -1:
        first[-2 - front] = back
    else:
        after[front] = back
    if back >= 0:
        before[back] = front
    before[node] = -1


@njit(nogil=True, cache=True)
def _search(
    indptr: I64,
    head: I32,
    cost: I32,
    seed_node: I32,
    seed_cost: I32,
    seeds: tuple[int, int],
    limit: int,
    shift: int,
    dist: I32,
    queue: tuple[I32, I32, I32],
    touched: I32,
) -> int:
    first, after, before = queue
    count = 0
    waiting = 0
    for i in range(seeds[0], seeds[1]):
        v, d = seed_node[i], seed_cost[i]
        if d <= limit and d < dist[v]:
            if dist[v] == INF:
                touched[count] = v
                count += 1
                waiting += 1
            else:
                _unlink(v, first, after, before)
            dist[v] = d
            _link(v, d >> shift, first, after, before)
    for bucket in range((limit >> shift) + 1):
        if waiting == 0:
            break
        u = first[bucket]
        while u >= 0:
            _unlink(u, first, after, before)
            waiting -= 1
            here = dist[u]
            for arc in range(indptr[u], indptr[u + 1]):
                v = head[arc]
                d = here + cost[arc]
                if d <= limit and d < dist[v]:
                    if dist[v] == INF:
                        touched[count] = v
                        count += 1
                    if before[v] == -1:
                        waiting += 1
                    else:
                        _unlink(v, first, after, before)
                    dist[v] = d
                    _link(v, d >> shift, first, after, before)
            u = first[bucket]
    return count


@njit(nogil=True, cache=True)
def sparse(
    indptr: I64,
    head: I32,
    cost: I32,
    seed_ptr: I64,
    seed_node: I32,
    seed_cost: I32,
    node_ptr: I64,
    node_end: I32,
    node_cost: I32,
    same_ptr: I64,
    same_end: I32,
    same_cost: I32,
    ends: int,
    rows: I64,
    limit: int,
    shift: int,
) -> tuple[I64, I32, I32]:
    """Return the destinations within the limit of each row: CSR (indptr, index, cost) by index.

    `seed_*`: by origin; `node_*`: the ends by node, each a destination and its cost from there.
    `same_*` lists, by origin, destinations reached without passing a node, with their cost.
    """
    nodes = len(indptr) - 1
    dist = np.full(nodes, INF, np.int32)
    touched = np.empty(nodes, np.int32)
    after = np.empty(nodes, np.int32)
    before = np.full(nodes, -1, np.int32)
    first = np.full((limit >> shift) + 1, -1, np.int32)
    best = np.full(ends, INF, np.int32)
    found = np.empty(ends, np.int32)
    out_ptr = np.zeros(len(rows) + 1, np.int64)
    out_index = np.empty(1024, np.int32)
    out_cost = np.empty(1024, np.int32)
    size = 0
    for row in range(len(rows)):
        o = rows[row]
        count = _search(
            indptr, head, cost, seed_node, seed_cost, (seed_ptr[o], seed_ptr[o + 1]),
            limit, shift, dist, (first, after, before), touched,
        )  # fmt: skip
        many = 0
        for i in range(count):
            node = touched[i]
            here = dist[node]
            dist[node] = INF
            for j in range(node_ptr[node], node_ptr[node + 1]):
                d, end = here + node_cost[j], node_end[j]
                if d <= limit and d < best[end]:
                    if best[end] == INF:
                        found[many] = end
                        many += 1
                    best[end] = d
        for i in range(same_ptr[o], same_ptr[o + 1]):
            d, end = same_cost[i], same_end[i]
            if d <= limit and d < best[end]:
                if best[end] == INF:
                    found[many] = end
                    many += 1
                best[end] = d
        if size + many > len(out_index):
            room = max(2 * len(out_index), size + many)
            wider = np.empty(room, np.int32)
            wider[:size] = out_index[:size]
            out_index = wider
            wider = np.empty(room, np.int32)
            wider[:size] = out_cost[:size]
            out_cost = wider
        order = np.sort(found[:many])
        for i in range(many):
            out_index[size + i] = order[i]
            out_cost[size + i] = best[order[i]]
            best[order[i]] = INF
        size += many
        out_ptr[row + 1] = size
    return out_ptr, out_index[:size].copy(), out_cost[:size].copy()
