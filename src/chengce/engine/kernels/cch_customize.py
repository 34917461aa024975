"""Give a completed street graph its costs: every arc as cheap as any way through lower nodes.

Customization by lower triangles (Dibbelt, Strasser & Wagner 2016, doi:10.1145/2886843), nodes in
order. Costs are at most 2**30 and live in uint32, so that the sum of two never wraps, and a sum
that reaches 2**30 never replaces anything: unreachable stays exactly 2**30.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]

LONG = 8  # rows from this length on are worth a look for targets side by side


@njit(nogil=True, cache=True)
def place_costs(
    slot: I32, source: I32, cost: I32, first: int, last: int, up: U32, down: U32
) -> None:
    """Fill arcs first … last − 1 with the cheapest input arc of each direction, else 2**30."""
    for a in range(first, last):
        up[a] = INF
        down[a] = INF
    k = np.searchsorted(slot, 2 * first)
    while k < len(slot) and slot[k] < 2 * last:
        a = slot[k] >> 1
        c = np.uint32(max(cost[source[k]], 0))
        if slot[k] & 1:
            down[a] = min(down[a], c)
        else:
            up[a] = min(up[a], c)
        k += 1


@njit(nogil=True, cache=True)
def relax(up_ptr: I64, up_head: I32, start: I32, stop: I32, floor: I32, up: U32, down: U32) -> None:
    """Relax the third side of the triangles of nodes start[k] … stop[k] − 1, for each k in turn.

    Of a triangle u < v < w, node u is its own; only those with v ≥ floor[k] are relaxed, and, if
    floor[k] < 0, only those with v < stop[k].
    """
    for k in range(len(start)):
        low, high = floor[k], len(up_ptr)
        if low < 0:
            low, high = 0, stop[k]
        for u in range(start[k], stop[k]):
            end = up_ptr[u + 1]
            if end - up_ptr[u] < 2 or up_head[end - 2] < low:
                continue
            for i in range(up_ptr[u], end - 1):
                v = up_head[i]
                if v < low:
                    continue
                if v >= high:
                    break
                x, y = down[i], up[i]
                many = end - i - 1
                a = up_ptr[v]
                w = up_head[i + 1]
                while up_head[a] != w:
                    a += 1
                if many >= LONG and up_head[a + many - 1] == up_head[end - 1]:
                    for j in range(many):
                        up[a + j] = min(up[a + j], np.uint32(x + up[i + 1 + j]))
                    for j in range(many):
                        down[a + j] = min(down[a + j], np.uint32(y + down[i + 1 + j]))
                else:
                    for j in range(i + 1, end):
                        w = up_head[j]
                        while up_head[a] != w:
                            a += 1
                        up[a] = min(up[a], np.uint32(x + up[j]))
                        down[a] = min(down[a], np.uint32(y + down[j]))


@njit(nogil=True, cache=True)
def subtrees(parent: I32, up_ptr: I64, share: int) -> tuple[I32, I32, I64]:
    """Return ranges of nodes that are subtrees, none with more than 1 / `share` of all triangles.

    `start`, `stop` int32 and the work of each, in triangles and arcs. Nodes between are above them.
    """
    n = len(parent)
    size = np.ones(n, np.int32)
    work = np.zeros(n, np.int64)
    total = np.int64(0)
    for u in range(n):
        d = up_ptr[u + 1] - up_ptr[u]
        work[u] += d * (d + 1) // 2 + 1
        total += d * (d + 1) // 2 + 1
        if parent[u] >= 0:
            work[parent[u]] += work[u]
            size[parent[u]] += size[u]
    most = total // share
    start, stop = np.empty(n, np.int32), np.empty(n, np.int32)
    load = np.empty(n, np.int64)
    many = 0
    for u in range(n):
        if work[u] <= most and (parent[u] < 0 or work[parent[u]] > most):
            start[many], stop[many], load[many] = u + 1 - size[u], u + 1, work[u]
            many += 1
    return start[:many].copy(), stop[:many].copy(), load[:many].copy()
