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
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]

LONG = 8  # rows from this length on are worth a look for targets side by side


@njit(nogil=True, cache=True)
def offsets(up_ptr: I64, up_head: I32) -> tuple[I64, U16]:
    """Return where the third side of each triangle lies: `tri_ptr` int64[n + 1] and offsets.

    For the pairs (i, j > i) of the arcs of row u, i first: offset of the arc between their upper
    ends within the row of the lower one.
    """
    n = len(up_ptr) - 1
    tri_ptr = np.zeros(n + 1, np.int64)
    for u in range(n):
        d = up_ptr[u + 1] - up_ptr[u]
        tri_ptr[u + 1] = tri_ptr[u] + d * (d - 1) // 2
    tri = np.empty(tri_ptr[n], np.uint16)
    for u in range(n):
        t = tri_ptr[u]
        for i in range(up_ptr[u], up_ptr[u + 1] - 1):
            start = up_ptr[up_head[i]]
            k = start
            for j in range(i + 1, up_ptr[u + 1]):
                w = up_head[j]
                while up_head[k] != w:
                    k += 1
                tri[t] = k - start
                t += 1
    return tri_ptr, tri


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
def relax(
    first: int, last: int, up_ptr: I64, up_head: I32, tri_ptr: I64, tri: U16, up: U32, down: U32
) -> None:
    """Relax the third side of every triangle whose lowest node is first … last − 1."""
    for u in range(first, last):
        end = up_ptr[u + 1]
        t = tri_ptr[u]
        for i in range(up_ptr[u], end - 1):
            start = up_ptr[up_head[i]]
            x, y = down[i], up[i]
            many = end - i - 1
            if many >= LONG and tri[t + many - 1] - tri[t] == many - 1:
                a = start + tri[t]
                for j in range(many):
                    up[a + j] = min(up[a + j], np.uint32(x + up[i + 1 + j]))
                for j in range(many):
                    down[a + j] = min(down[a + j], np.uint32(y + down[i + 1 + j]))
            else:
                for j in range(many):
                    a = start + tri[t + j]
                    up[a] = min(up[a], np.uint32(x + up[i + 1 + j]))
                    down[a] = min(down[a], np.uint32(y + down[i + 1 + j]))
            t += many
