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
    up_ptr: I64, up_head: I32, parent: I32, weight: I32, start: int
) -> tuple[I32, I64, I32, I32]:
    """Return the ancestors of a rank, their costs (int64) and how each is reached at that cost.

    The last two: arc taken and place of its lower end among the ancestors, −1 at the start. No
    other node is met, so that room and work do not depend on the size of the network.
    """
    many = 0
    u = start
    while u >= 0:
        many += 1
        u = parent[u]
    node = np.empty(many, np.int32)
    u = start
    for i in range(many):
        node[i] = u
        u = parent[u]
    cost = np.full(many, INF, np.int64)
    arc, place = np.full(many, -1, np.int32), np.full(many, -1, np.int32)
    cost[0] = 0
    for i in range(many):
        if cost[i] >= INF:
            continue
        j = i
        for a in range(up_ptr[node[i]], up_ptr[node[i] + 1]):
            while node[j] != up_head[a]:
                j += 1
            if cost[i] + weight[a] < cost[j]:
                cost[j] = cost[i] + weight[a]
                arc[j], place[j] = a, i
    return node, cost, arc, place


@njit(nogil=True, cache=True)
def path(
    up_ptr: I64, up_head: I32, parent: I32, up: I32, down: I32, start: int, end: int
) -> tuple[int, I32]:
    """Return the cost between two ranks and the path's slots (2a: arc a upward, 2a + 1: down)."""
    node, cost, arc, place = _climb(up_ptr, up_head, parent, up, start)
    other, rest, back, below = _climb(up_ptr, up_head, parent, down, end)
    best, top = np.int64(INF), -1
    shift = len(node) - len(other)  # the ancestors in common are the last ones of both
    for i in range(max(shift, 0), len(node)):
        if node[i] == other[i - shift] and cost[i] + rest[i - shift] < best:
            best, top = cost[i] + rest[i - shift], i
    slots = np.empty(len(node) + len(other), np.int32)
    many = 0
    if top < 0:
        return int(best), slots[:0]
    i = top
    while arc[i] >= 0:
        slots[many] = 2 * arc[i]
        many += 1
        i = place[i]
    for i in range(many // 2):
        slots[i], slots[many - 1 - i] = slots[many - 1 - i], slots[i]
    i = top - shift
    while back[i] >= 0:
        slots[many] = 2 * back[i] + 1
        many += 1
        i = below[i]
    return int(best), slots[:many]


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
