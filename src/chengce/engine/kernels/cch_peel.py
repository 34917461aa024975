"""Order the easy nodes of a street graph first: dead ends and nodes between two others.

Eliminating a node of at most two neighbours joins these two and adds at most one arc, so it never
spoils an order. Neighbours wait for the next round: a chain of length k is log k deep in the tree.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@njit(nogil=True, cache=True)
def neighbours(indptr: I64, head: I32) -> tuple[I32, I32]:
    """Return the graph without directions, loops and double arcs: `ptr`, neighbours by node."""
    n = len(indptr) - 1
    ptr = np.zeros(n + 2, np.int32)
    for v in range(n):
        for arc in range(indptr[v], indptr[v + 1]):
            ptr[v + 2] += 1
            ptr[head[arc] + 2] += 1
    for v in range(n):
        ptr[v + 2] += ptr[v + 1]
    adj = np.empty(ptr[n + 1], np.int32)
    for v in range(n):
        for arc in range(indptr[v], indptr[v + 1]):
            w = head[arc]
            adj[ptr[v + 1]] = w
            ptr[v + 1] += 1
            adj[ptr[w + 1]] = v
            ptr[w + 1] += 1
    seen = np.full(n, -1, np.int32)
    size, start = 0, 0
    for v in range(n):
        end = ptr[v + 1]
        seen[v] = v
        for k in range(start, end):
            w = adj[k]
            if seen[w] != v:
                seen[w] = v
                adj[size] = w
                size += 1
        start = end
        ptr[v + 1] = size
    return ptr[: n + 1].copy(), adj[:size].copy()


@njit(nogil=True, cache=True)
def peel(ptr: I32, adj: I32) -> tuple[I32, I32, I32, I32]:
    """Return the easy nodes in order, then the rest and its graph (`ptr`, neighbours by place).

    `adj` is changed.
    """
    n = len(ptr) - 1
    degree = ptr[1:] - ptr[:-1]
    gone = np.zeros(n, np.bool_)
    touched = np.full(n, -1, np.int32)
    order = np.empty(n, np.int32)
    many = 0
    wait, later = np.empty(n, np.int32), np.empty(n, np.int32)
    waiting = 0
    for v in range(n):
        if degree[v] <= 2:
            wait[waiting] = v
            waiting += 1
    queued = degree <= 2
    turn = 0
    while waiting:
        count = 0
        for i in range(waiting):
            v = wait[i]
            if touched[v] == turn:
                later[count] = v
                count += 1
                continue
            gone[v] = True
            order[many] = v
            many += 1
            for k in range(ptr[v], ptr[v] + degree[v]):
                a = adj[k]
                b = adj[2 * ptr[v] + degree[v] - 1 - k]  # the other neighbour, or a itself
                touched[a] = turn
                _replace(ptr, adj, degree, a, v, b)
                if degree[a] <= 2 and not queued[a]:
                    queued[a] = True
                    later[count] = a
                    count += 1
        wait, later = later, wait
        waiting = count
        turn += 1
    place = np.full(n, -1, np.int32)
    rest = np.empty(n - many, np.int32)
    size = 0
    for v in range(n):
        if not gone[v]:
            place[v] = size
            rest[size] = v
            size += 1
    core_ptr = np.zeros(size + 1, np.int32)
    for i in range(size):
        core_ptr[i + 1] = core_ptr[i] + degree[rest[i]]
    core = np.empty(core_ptr[size], np.int32)
    for i in range(size):
        for k in range(degree[rest[i]]):
            core[core_ptr[i] + k] = place[adj[ptr[rest[i]] + k]]
    return order[:many].copy(), rest, core_ptr, core


@njit(nogil=True, cache=True)
def _replace(ptr: I32, adj: I32, degree: I32, node: int, old: int, new: int) -> None:
    """Let `node` have the neighbour `new` for `old`, or one fewer where it has `new` already."""
    at, known = -1, new == node
    for k in range(ptr[node], ptr[node] + degree[node]):
        if adj[k] == old:
            at = k
        known = known or adj[k] == new
    if known:
        degree[node] -= 1
        adj[at] = adj[ptr[node] + degree[node]]
    else:
        adj[at] = new
