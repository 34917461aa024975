"""Follow the trips of one origin through its bush to the counts they pass; arrays in, arrays out.

Trips to every destination split at a node as all trips of the origin do there: shares of the
flow that enters the node, link by link. Shares of trips past a count are sums over routes.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

TINY = 1e-12  # a share below this is the rounding of a sum, not a route


@njit(nogil=True, cache=True)
def passed(
    link: I32, flow: F64, tail: I32, head: I32, nodes: int, ends: I32,
    at: I64, member: I32, counts: int,
) -> tuple[I64, I32, F64]:  # fmt: skip
    """Return, by destination in `ends`, the counts its trips pass and how often: a sparse matrix.

    `link`, `flow` of one acyclic bush; `tail`, `head` int32 of all links; link a is a member of
    the counts `member[at[a]:at[a + 1]]` of `counts`. Returns `indptr` int64[ends + 1], `count`
    int32 and `share` float64. A node that no flow enters splits evenly over its bush links.
    """
    into = np.zeros(nodes)
    degree = np.zeros(nodes, np.int32)
    out = np.zeros(nodes + 1, np.int64)
    for i in range(len(link)):
        into[head[link[i]]] += flow[i]
        degree[head[link[i]]] += 1
        out[tail[link[i]] + 1] += 1
    for v in range(nodes):
        out[v + 1] += out[v]
    place = out[:-1].copy()
    order = np.empty(len(link), np.int64)
    for i in range(len(link)):
        order[place[tail[link[i]]]] = i
        place[tail[link[i]]] += 1
    queue = np.empty(nodes, np.int32)
    waiting = degree.copy()
    last = 0
    for v in range(nodes):
        if degree[v] == 0 and out[v + 1] > out[v]:
            queue[last] = v
            last += 1
    passing = np.zeros((nodes, counts))
    first = 0
    while first < last:
        u = queue[first]
        first += 1
        for k in range(out[u], out[u + 1]):
            i = order[k]
            a = link[i]
            v = head[a]
            part = flow[i] / into[v] if into[v] > 0.0 else 1.0 / degree[v]
            if part > 0.0:
                for c in range(counts):
                    passing[v, c] += part * passing[u, c]
                for m in range(at[a], at[a + 1]):
                    passing[v, member[m]] += part
            waiting[v] -= 1
            if waiting[v] == 0:
                queue[last] = v
                last += 1
    return _sparse(passing, ends)


@njit(nogil=True, cache=True)
def _sparse(passing: F64, ends: I32) -> tuple[I64, I32, F64]:
    indptr = np.zeros(len(ends) + 1, np.int64)
    for e in range(len(ends)):
        found = 0
        for c in range(passing.shape[1]):
            found += passing[ends[e], c] > TINY
        indptr[e + 1] = indptr[e] + found
    count = np.empty(indptr[-1], np.int32)
    share = np.empty(indptr[-1])
    k = 0
    for e in range(len(ends)):
        for c in range(passing.shape[1]):
            if passing[ends[e], c] > TINY:
                count[k] = c
                share[k] = passing[ends[e], c]
                k += 1
    return indptr, count, share


@njit(nogil=True, cache=True)
def normal(indptr: I64, count: I32, share: F64, weight: F64, counts: int) -> F64:
    """Return Σ over rows of weight · share · shareᵀ, float64[counts, counts]."""
    out = np.zeros((counts, counts))
    for p in range(len(indptr) - 1):
        w = weight[p]
        if w > 0.0:
            for i in range(indptr[p], indptr[p + 1]):
                s = w * share[i]
                for j in range(indptr[p], i + 1):
                    out[count[i], count[j]] += s * share[j]
    for c in range(counts):
        for d in range(c):
            both = out[c, d] + out[d, c]
            out[c, d] = both
            out[d, c] = both
    return out
