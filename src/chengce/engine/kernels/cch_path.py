"""Find one shortest path in a hierarchy and take its shortcuts apart into input arcs.

The middle of a shortcut is not stored: it is found when asked for, as a lower node over which the
two parts cost just as much (Dibbelt, Strasser & Wagner 2016, doi:10.1145/2886843, section 5).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.cch_partial import arc_to
from chengce.engine.kernels.limits import INF

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@njit(nogil=True, cache=True)
def _climb(
    start: int, up_ptr: I64, up_head: I32, parent: I32, cost: I32, labels: tuple[I32, I32, I32]
) -> None:
    """Label the ancestors of a rank: cost, last arc and its lower end of the cheapest way up."""
    dist, via, before = labels
    dist[start] = 0
    v = start
    while v >= 0:
        here = dist[v]
        if here < INF:
            for a in range(up_ptr[v], up_ptr[v + 1]):
                w = up_head[a]
                if here + cost[a] < dist[w]:
                    dist[w] = here + cost[a]
                    via[w] = a
                    before[w] = v
        v = parent[v]


@njit(nogil=True, cache=True)
def path(
    up_ptr: I64, up_head: I32, parent: I32, up: I32, down: I32, start: int, end: int
) -> tuple[int, I32]:
    """Return the cost between two ranks and the path's slots (2a: arc a upward, 2a + 1: down)."""
    n = len(parent)
    there = (np.full(n, INF, np.int32), np.full(n, -1, np.int32), np.full(n, -1, np.int32))
    back = (np.full(n, INF, np.int32), np.full(n, -1, np.int32), np.full(n, -1, np.int32))
    _climb(start, up_ptr, up_head, parent, up, there)
    _climb(end, up_ptr, up_head, parent, down, back)
    best, top = INF, -1
    v = start
    while v >= 0:
        if there[0][v] + back[0][v] < best:
            best = there[0][v] + back[0][v]
            top = v
        v = parent[v]
    slots = np.empty(2 * n, np.int32)
    many = 0
    if top < 0:
        return best, slots[:0].copy()
    v = top
    while there[1][v] >= 0:
        slots[many] = 2 * there[1][v]
        many += 1
        v = there[2][v]
    for i in range(many // 2):
        slots[i], slots[many - 1 - i] = slots[many - 1 - i], slots[i]
    v = top
    while back[1][v] >= 0:
        slots[many] = 2 * back[1][v] + 1
        many += 1
        v = back[2][v]
    return best, slots[:many].copy()


@njit(nogil=True, cache=True)
def unpack(
    up_ptr: I64, up_head: I32, low_ptr: I64, low_arc: I32, low_node: I32,
    slot: I32, source: I32, cost: I32, up: I32, down: I32, way: I32,
) -> I32:  # fmt: skip
    """Return the input arcs of a way of slots, in its order."""
    stack = np.empty(2 * len(way) + 64, np.int32)
    many = len(way)
    for i in range(many):
        stack[i] = way[many - 1 - i]
    out = np.empty(256, np.int32)
    size = 0
    while many > 0:
        many -= 1
        wanted = stack[many]
        a = wanted >> 1
        value = down[a] if wanted & 1 else up[a]
        arc = -1
        k = np.searchsorted(slot, wanted)
        while arc < 0 and k < len(slot) and slot[k] == wanted:
            if max(cost[source[k]], 0) == value:
                arc = source[k]
            k += 1
        if arc >= 0:
            if size == len(out):
                wider = np.empty(2 * size, np.int32)
                wider[:size] = out
                out = wider
            out[size] = arc
            size += 1
            continue
        u, w = np.searchsorted(up_ptr, a, side="right") - 1, up_head[a]
        for i in range(low_ptr[u], low_ptr[u + 1]):
            b, c = low_arc[i], arc_to(up_ptr, up_head, low_node[i], w)
            if up_head[c] != w:
                continue
            if wanted & 1 and down[c] + up[b] == value:
                first, second = 2 * c + 1, 2 * b
            elif not wanted & 1 and down[b] + up[c] == value:
                first, second = 2 * b + 1, 2 * c
            else:
                continue
            if many + 2 > len(stack):
                taller = np.empty(2 * len(stack), np.int32)
                taller[:many] = stack[:many]
                stack = taller
            stack[many], stack[many + 1] = second, first
            many += 2
            break
    return out[:size].copy()
