"""Change few costs of a customized graph: only arcs whose cost may differ are worked out again.

Arcs are taken in ascending order, so that all that an arc rests on is final (Dibbelt, Strasser &
Wagner 2016, doi:10.1145/2886843, section 4.4). Increases and decreases go together: an arc is
worked out again if a changed way through a lower node was, or has become, a cheapest one.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]


@njit(nogil=True, cache=True)
def lower(up_ptr: I64, up_head: I32) -> tuple[I64, I32, I32]:
    """Return the arcs by their upper end: `low_ptr` int64[n + 1], arcs ascending, lower ends."""
    n = len(up_ptr) - 1
    low_ptr = np.zeros(n + 2, np.int64)
    for w in up_head:
        low_ptr[w + 2] += 1
    for u in range(n):
        low_ptr[u + 2] += low_ptr[u + 1]
    low_arc, low_node = np.empty_like(up_head), np.empty_like(up_head)
    for u in range(n):
        for a in range(up_ptr[u], up_ptr[u + 1]):
            w = up_head[a]
            low_arc[low_ptr[w + 1]] = a
            low_node[low_ptr[w + 1]] = u
            low_ptr[w + 1] += 1
    return low_ptr[: n + 1].copy(), low_arc, low_node


@njit(nogil=True, cache=True)
def arc_to(up_ptr: I64, up_head: I32, low: int, high: int) -> int:
    """Return the arc from `low` up to `high`, which must exist."""
    first, last = int(up_ptr[low]), int(up_ptr[low + 1])
    while last - first > 1:
        middle = (first + last) // 2
        if up_head[middle] <= high:
            first = middle
        else:
            last = middle
    return first


@njit(nogil=True, cache=True)
def change(
    up_ptr: I64,
    up_head: I32,
    low_ptr: I64,
    low_arc: I32,
    low_node: I32,
    slot: I32,
    source: I32,
    old_cost: I32,
    cost: I32,
    changed: I32,
    old_up: U32,
    old_down: U32,
    up: U32,
    down: U32,
) -> int:
    """Change `up` and `down`, copies of the old costs, in place; return the arcs worked out again.

    `changed`: positions in `slot` and `source` whose input cost differs.
    """
    queued = np.zeros(len(up_head), np.uint8)
    heap = np.empty(1024, np.int32)
    size = 0
    many = 0
    for k in changed:
        a = slot[k] >> 1
        here = old_down[a] if slot[k] & 1 else old_up[a]
        if queued[a] == 0 and (old_cost[source[k]] <= here or cost[source[k]] < here):
            queued[a] = 1
            heap = _push(heap, size, a)
            size += 1
    while size:
        a = heap[0]
        size -= 1
        _sink(heap, size)
        many += 1
        v = np.searchsorted(up_ptr, a, side="right") - 1
        w = up_head[a]
        _again(up_ptr, up_head, low_ptr, low_arc, low_node, slot, source, cost, a, v, w, up, down)
        if up[a] == old_up[a] and down[a] == old_down[a]:
            continue
        for b in range(up_ptr[v], up_ptr[v + 1]):
            x = up_head[b]
            if b == a:
                continue
            t = arc_to(up_ptr, up_head, min(w, x), max(w, x))
            if queued[t]:
                continue
            to_x, from_x = (old_up[t], old_down[t]) if w < x else (old_down[t], old_up[t])
            was_to, was_from = old_down[a] + old_up[b], old_down[b] + old_up[a]
            affected = was_to == to_x and to_x < INF and down[a] != old_down[a]
            affected |= was_from == from_x and from_x < INF and up[a] != old_up[a]
            affected |= down[a] + up[b] < to_x or down[b] + up[a] < from_x
            if affected:
                queued[t] = 1
                heap = _push(heap, size, t)
                size += 1
    return many


@njit(nogil=True, cache=True)
def _again(
    up_ptr: I64, up_head: I32, low_ptr: I64, low_arc: I32, low_node: I32, slot: I32, source: I32,
    cost: I32, a: int, v: int, w: int, up: U32, down: U32,
) -> None:  # fmt: skip
    """Work out arc a from v up to w: its input arcs, and every lower node beside both ends."""
    go, back = np.uint32(INF), np.uint32(INF)
    k = np.searchsorted(slot, 2 * a)
    while k < len(slot) and slot[k] >> 1 == a:
        c = np.uint32(max(cost[source[k]], 0))
        if slot[k] & 1:
            back = min(back, c)
        else:
            go = min(go, c)
        k += 1
    for i in range(low_ptr[v], low_ptr[v + 1]):
        e = low_arc[i]
        f, end = e + 1, up_ptr[low_node[i] + 1]  # the row of the lower node goes on above v
        while f < end and up_head[f] < w:
            f += 1
        if f < end and up_head[f] == w:
            go = min(go, np.uint32(down[e] + up[f]))
            back = min(back, np.uint32(down[f] + up[e]))
    up[a], down[a] = go, back


@njit(nogil=True, cache=True)
def _push(heap: I32, size: int, value: int) -> I32:
    if size == len(heap):
        wider = np.empty(2 * size, np.int32)
        wider[:size] = heap
        heap = wider
    i = size
    while i > 0 and heap[(i - 1) // 2] > value:
        heap[i] = heap[(i - 1) // 2]
        i = (i - 1) // 2
    heap[i] = value
    return heap


@njit(nogil=True, cache=True)
def _sink(heap: I32, size: int) -> None:
    """Put the last value, at `size`, in the place of the first."""
    value = heap[size]
    i = 0
    while 2 * i + 1 < size:
        child = 2 * i + 1
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[i] = heap[child]
        i = child
    heap[i] = value
