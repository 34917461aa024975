"""Complete a street graph along an order: the arcs a contraction hierarchy of any costs may need.

Eliminating nodes in order joins all upper neighbours of each (Dibbelt, Strasser & Wagner 2016,
doi:10.1145/2886843). A row is the union of its input neighbours and of its children's rows in the
elimination tree (Liu 1990, doi:10.1137/0611010), so no graph is ever changed.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@njit(nogil=True, cache=True)
def _sort(key: I64, value: I32, first: int, last: int) -> None:
    """Sort a range by key (Shell 1959, doi:10.1145/368370.368387): short ranges by insertion."""
    gap = 1
    while 9 * gap < last - first:
        gap = 3 * gap + 1
    while gap:
        for i in range(first + gap, last):
            k, v = key[i], value[i]
            j = i
            while j >= first + gap and key[j - gap] > k:
                key[j], value[j] = key[j - gap], value[j - gap]
                j -= gap
            key[j], value[j] = k, v
        gap //= 3


@njit(nogil=True, cache=True)
def entries(indptr: I64, head: I32, rank: I32) -> tuple[I64, I64, I32]:
    """Return the arcs by their lower end: `ptr` int64[n + 1], keys (ascending in a row) and arcs.

    The key of an arc is twice the rank of its upper end, plus 1 where it leads down. Loops are
    left out.
    """
    n = len(indptr) - 1
    ptr = np.zeros(n + 2, np.int64)
    for tail in range(n):
        low = rank[tail]
        for arc in range(indptr[tail], indptr[tail + 1]):
            other = rank[head[arc]]
            if other != low:
                ptr[min(low, other) + 2] += 1
    for u in range(n):
        ptr[u + 2] += ptr[u + 1]
    key = np.empty(ptr[n + 1], np.int64)
    source = np.empty(ptr[n + 1], np.int32)
    for tail in range(n):
        low = rank[tail]
        for arc in range(indptr[tail], indptr[tail + 1]):
            other = rank[head[arc]]
            if other != low:
                down = int(other < low)
                at = ptr[min(low, other) + 1]
                ptr[min(low, other) + 1] = at + 1
                key[at] = 2 * max(low, other) + down
                source[at] = arc
    for u in range(n):
        _sort(key, source, ptr[u], ptr[u + 1])
    return ptr[: n + 1], key, source


@njit(nogil=True, cache=True)
def fill(ptr: I64, key: I64) -> tuple[I64, I32, I32]:
    """Return `up_ptr`, `up_head` and the elimination tree's `parent` from sorted entries."""
    n = len(ptr) - 1
    up_ptr = np.zeros(n + 1, np.int64)
    up_head = np.empty(len(key) + n, np.int32)
    parent = np.full(n, -1, np.int32)
    child = np.full(n, -1, np.int32)  # one child of each node, and the next of its siblings
    sibling = np.full(n, -1, np.int32)
    row, room = np.empty(n, np.int32), np.empty(n, np.int32)
    for u in range(n):
        count = 0
        for i in range(ptr[u], ptr[u + 1]):
            high = np.int32(key[i] >> 1)
            if count == 0 or row[count - 1] != high:
                row[count] = high
                count += 1
        c = child[u]
        while c >= 0:
            i, j, end, many = 0, up_ptr[c] + 1, up_ptr[c + 1], 0
            while i < count and j < end:
                a, b = row[i], up_head[j]
                room[many] = min(a, b)
                many += 1
                i += a <= b
                j += b <= a
            while i < count:
                room[many] = row[i]
                many += 1
                i += 1
            while j < end:
                room[many] = up_head[j]
                many += 1
                j += 1
            row, room, count = room, row, many
            c = sibling[c]
        start = up_ptr[u]
        if start + count > len(up_head):
            wider = np.empty(2 * len(up_head) + count, np.int32)
            wider[:start] = up_head[:start]
            up_head = wider
        for i in range(count):
            up_head[start + i] = row[i]
        up_ptr[u + 1] = start + count
        if count:
            p = row[0]
            parent[u] = p
            sibling[u] = child[p]
            child[p] = u
    return up_ptr, up_head[: up_ptr[n]].copy(), parent


@njit(nogil=True, cache=True)
def postorder(parent: I32) -> I32:
    """Return the place of each node when every subtree of the elimination tree is contiguous.

    Elimination in that order has the same arcs; only neighbours in the tree lie closer in memory.
    """
    n = len(parent)
    size = np.ones(n, np.int32)
    for u in range(n):
        if parent[u] >= 0:
            size[parent[u]] += size[u]
    place = np.empty(n, np.int32)
    free = np.empty(n, np.int32)  # last place of a node's subtree not yet taken, plus one
    free_root = n
    for u in range(n - 1, -1, -1):
        p = parent[u]
        end = free_root if p < 0 else free[p]
        if p < 0:
            free_root -= size[u]
        else:
            free[p] -= size[u]
        place[u] = end - 1
        free[u] = end - 1
    return place


@njit(nogil=True, cache=True)
def renumber(
    place: I32, up_ptr: I64, up_head: I32, ptr: I64, key: I64, source: I32
) -> tuple[I64, I32, I32, I32, I32]:
    """Return `up_ptr`, `up_head`, `parent`, `slot` and `source` with rows moved to their places.

    Upper ends of a row lie on one path of the tree, so they stay in ascending order. Slot 2a is the
    way up of hierarchy arc a, 2a + 1 the way down; `slot` is ascending and says where the cost of
    the input arc `source` counts.
    """
    n = len(place)
    node = np.empty(n, np.int32)
    for u in range(n):
        node[place[u]] = u
    new_ptr = np.zeros(n + 1, np.int64)
    new_head = np.empty_like(up_head)
    parent = np.full(n, -1, np.int32)
    slot = np.empty(len(key), np.int32)
    new_source = np.empty_like(source)
    many = 0
    for u in range(n):
        old = node[u]
        start, first = new_ptr[u], up_ptr[old]
        count = up_ptr[old + 1] - first
        for i in range(count):
            new_head[start + i] = place[up_head[first + i]]
        new_ptr[u + 1] = start + count
        if count:
            parent[u] = new_head[start]
        k = 0
        for i in range(ptr[old], ptr[old + 1]):
            while up_head[first + k] != key[i] >> 1:
                k += 1
            slot[many] = 2 * (start + k) + (key[i] & 1)
            new_source[many] = source[i]
            many += 1
    return new_ptr, new_head, parent, slot, new_source
