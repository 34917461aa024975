"""Order a street graph by cutting it in two again and again, small rests by lowest degree.

Nested dissection (George 1973, doi:10.1137/0710032): both sides first, their separator after them.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.cch_cut import cut

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]

SHARE = 0.25  # of the nodes kept apart at either end of a direction
LEAF = 40  # nodes; up to 64 with the neighbours outside
WORD = 64


@njit(nogil=True, cache=True)
def halve(ptr: I32, adj: I32, xy: F64) -> I8:
    """Return the sides 0, 1 and 2 (separator) of the best of four directions.

    Best: fewest separating nodes for the square root of the smaller side. The direction that lets
    fewest paths through at first is tried first; the others end once they can't be better.
    """
    n = len(ptr) - 1
    along = np.empty((4, n))
    for v in range(n):
        x, y = xy[v, 0], xy[v, 1]
        along[0, v], along[1, v], along[2, v], along[3, v] = x, y, x + y, x - y
    early = np.zeros(4, np.int64)
    best, most = np.inf, n
    sides = np.zeros(n, np.int8)
    for turn in range(8):
        way = turn if turn < 4 else np.argmin(early)
        size, found = cut(ptr, adj, along[way], SHARE, 0 if turn < 4 else most)
        early[way] = size if turn < 4 else n + 1
        if turn < 4 or size > most:
            continue
        zero, one = 0, 0
        for side in found:
            zero += side == 0
            one += side == 1
        score = size / np.sqrt(max(min(zero, one), 1))
        if score < best:
            best, sides = score, found
            most = min(most, int(best * np.sqrt(n / 2)))
    return sides


@njit(nogil=True, cache=True)
def part(ptr: I32, adj: I32, nodes: I32, local: I32) -> tuple[I32, I32]:
    """Return the graph on `nodes` alone; `local` is room by node, −1 throughout, and stays so."""
    for i in range(len(nodes)):
        local[nodes[i]] = i
    out_ptr = np.zeros(len(nodes) + 1, np.int32)
    size = 0
    for v in nodes:
        size += ptr[v + 1] - ptr[v]
    out = np.empty(size, np.int32)
    size = 0
    for i in range(len(nodes)):
        for k in range(ptr[nodes[i]], ptr[nodes[i] + 1]):
            w = local[adj[k]]
            if w >= 0:
                out[size] = w
                size += 1
        out_ptr[i + 1] = size
    for v in nodes:
        local[v] = -1
    return out_ptr, out[:size]


@njit(nogil=True, cache=True)
def dissect(ptr: I32, adj: I32, xy: F64) -> I32:
    """Return the nodes of a graph in order."""
    n = len(ptr) - 1
    order = np.arange(n).astype(np.int32)
    local = np.full(n, -1, np.int32)
    todo = np.empty((n + 1, 2), np.int64)  # ranges of `order`
    todo[0, 0], todo[0, 1] = 0, n
    top = 1
    while top:
        top -= 1
        low, high = todo[top, 0], todo[top, 1]
        nodes = order[low:high].copy()
        if len(nodes) <= LEAF:
            order[low:high] = _by_degree(ptr, adj, nodes, local)
            continue
        some_ptr, some = part(ptr, adj, nodes, local)
        at = np.empty((len(nodes), 2))
        for i in range(len(nodes)):
            at[i, 0], at[i, 1] = xy[nodes[i], 0], xy[nodes[i], 1]
        sides = halve(some_ptr, some, at)
        end = low
        for side in range(3):
            start = end
            for i in range(len(nodes)):
                if sides[i] == side:
                    order[end] = nodes[i]
                    end += 1
            if side < 2 and end > start:
                todo[top, 0], todo[top, 1] = start, end
                top += 1
    return order


@njit(nogil=True, cache=True)
def _by_degree(ptr: I32, adj: I32, nodes: I32, local: I32) -> I32:
    """Return few nodes, that of fewest neighbours first; those outside count, up to a word's bits.

    Only nodes of higher separators lie outside, which come later anyway.
    """
    n = len(nodes)
    size = n
    outside = np.empty(WORD, np.int32)
    for i in range(n):
        local[nodes[i]] = i
    mask = np.zeros(n, np.uint64)
    one = np.uint64(1)
    for i in range(n):
        for k in range(ptr[nodes[i]], ptr[nodes[i] + 1]):
            w = adj[k]
            if local[w] < 0 and size < WORD:
                local[w] = size
                outside[size] = w
                size += 1
            if local[w] >= 0:
                mask[i] |= one << np.uint64(local[w])
    for v in nodes:
        local[v] = -1
    for i in range(n, size):
        local[outside[i]] = -1
    order = np.empty(n, np.int32)
    left = np.ones(n, np.bool_)
    for turn in range(n):
        best, chosen = WORD + 1, 0
        for i in range(n):
            if left[i]:
                bits, many = mask[i], 0
                while bits:
                    bits &= bits - one
                    many += 1
                if many < best:
                    best, chosen = many, i
        left[chosen] = False
        order[turn] = nodes[chosen]
        away = ~(one << np.uint64(chosen))
        for i in range(n):
            if left[i] and (mask[chosen] >> np.uint64(i)) & one:
                mask[i] = (mask[i] | mask[chosen]) & away & ~(one << np.uint64(i))
    return order
