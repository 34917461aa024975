"""Pair every second way into a node with the first: the segments between which vehicles shift.

Of the links into a node the one with most vehicles (with none anywhere, the cheapest) is its first;
these make a tree. Every other link closes one circle with it, and the two sides of that circle,
since they last met, are a pair: together a basis of all flows the bush can carry.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@njit(nogil=True, cache=True)
def wider(old: Any, used: int, more: int) -> Any:
    """Return an array, or a copy of its `used` entries with room for at least `more`."""
    if used + more <= len(old):
        return old
    out = np.empty(2 * (used + more), old.dtype)
    for i in range(used):
        out[i] = old[i]
    return out


@njit(nogil=True, cache=True)
def pair_up(
    link: I32, cars: F64, base: int, tail: I32, head: I32, cost: F64, origin: int, low: F64,
    by: I32, place: I32, queue: I32, pair_ptr: I64, pairs: int, part: I32,
) -> tuple[int, I32]:  # fmt: skip
    """Append the pairs of one bush, last node first; return how many segments there are, and `part`.

    Segments 2i and 2i + 1 are a pair: entries `part[pair_ptr[j]:pair_ptr[j + 1]]`, each plus
    `base`. `low`: cheapest labels; `by`, `place` and `queue` are room.
    """
    place[origin] = -1
    e = 0
    while e < len(link):
        p = link[e]
        v = head[p]
        place[v] = e
        first = e
        best = low[tail[p]] + cost[p]
        e += 1
        while e < len(link) and head[link[e]] == v:
            if cars[e] > cars[first]:
                first = e
            elif cars[e] == 0.0 and cars[first] == 0.0:
                d = low[tail[link[e]]] + cost[link[e]]
                if d < best:
                    best = d
                    first = e
            e += 1
        by[v] = first
    end = pair_ptr[pairs]
    for e in range(len(link) - 1, -1, -1):
        v = head[link[e]]
        if by[v] == e:
            continue
        part = wider(part, end, 2 * len(place))
        part[end] = base + e
        end += 1
        queue[0] = base + by[v]
        many = 1
        a = tail[link[e]]
        b = tail[link[by[v]]]
        while a != b:
            if place[a] > place[b]:
                part[end] = base + by[a]
                end += 1
                a = tail[link[by[a]]]
            else:
                queue[many] = base + by[b]
                many += 1
                b = tail[link[by[b]]]
        pair_ptr[pairs + 1] = end
        for i in range(many):
            part[end + i] = queue[i]
        end += many
        pair_ptr[pairs + 2] = end
        pairs += 2
    return pairs, part
