"""Find the k nearest destinations of many points at once, in a time that hardly knows how many.

Lists of the k best go up the elimination tree from the destinations and down again to the origins.
A destination that is not among the k best of a node is among the k best through none of its
neighbours, ties broken by index, so lists of k are enough. As in `cch_sweep`, lists are kept by
depth: the ancestors of the rank at hand are the last ones seen at each lesser depth.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@njit(nogil=True, cache=True)
def offer(cost: I32, point: I32, c: int, p: int) -> bool:
    """Insert (c, p) into one sorted list of distinct points; False if all of it is better."""
    last = len(cost) - 1
    if c >= INF or c > cost[last] or (c == cost[last] and p > point[last]):
        return False
    place = last
    for i in range(len(cost)):
        if point[i] == p:
            if cost[i] <= c:
                return True
            place = i
            break
    while place > 0 and (cost[place - 1] > c or (cost[place - 1] == c and point[place - 1] > p)):
        cost[place], point[place] = cost[place - 1], point[place - 1]
        place -= 1
    cost[place], point[place] = c, p
    return True


@njit(nogil=True, cache=True)
def gather(
    ptr: I64,
    head_depth: I32,
    down: I32,
    depth: I32,
    cone: I32,
    ends: tuple[I64, I32, I32],
    ladder: tuple[I32, I32],
    lists: tuple[I32, I32],
) -> None:
    """Fill `lists` (cost, point), int32[cone, k], with the k best reached by downward arcs only.

    `ends`: CSR (indptr, point, cost) by place in the cone, whose arcs `ptr`, `head_depth` and
    `down` are listed row after row. `ladder`: two arrays [depths, k], INF and −1 on entry and exit.
    """
    cost, point = ladder
    end_ptr, end_of, end_cost = ends
    for i in range(len(cone)):
        d = depth[cone[i]]
        for j in range(end_ptr[i], end_ptr[i + 1]):
            offer(cost[d], point[d], end_cost[j], end_of[j])
        lists[0][i] = cost[d]
        lists[1][i] = point[d]
        cost[d] = INF
        point[d] = -1
        for arc in range(ptr[i], ptr[i + 1]):
            h, w = head_depth[arc], down[arc]
            for j in range(cost.shape[1]):
                if not offer(cost[h], point[h], lists[0][i, j] + w, lists[1][i, j]):
                    break


@njit(nogil=True, cache=True)
def spread(
    arcs: tuple[I64, I32, I32],
    depth: I32,
    wanted: I32,
    starts: tuple[I64, I32, I32],
    cone: I32,
    lists: tuple[I32, I32],
    ladder: tuple[I32, I32],
    out: tuple[I32, I32],
) -> None:
    """Offer to `out` (cost, point), int32[origins, k], the k best of each origin.

    `arcs`: (ptr, head_depth, up) of the whole hierarchy; `wanted`: the cone of the origins;
    `starts`: CSR (indptr, origin, cost) by place in it; `cone` and `lists` as `gather` left them.
    """
    ptr, head_depth, up = arcs
    start_ptr, start_of, start_cost = starts
    cost, point = ladder
    at = len(cone) - 1
    for i in range(len(wanted) - 1, -1, -1):
        v = wanted[i]
        d = depth[v]
        while at >= 0 and cone[at] > v:
            at -= 1
        if at >= 0 and cone[at] == v:
            cost[d] = lists[0][at]
            point[d] = lists[1][at]
        else:
            cost[d] = INF
            point[d] = -1
        for arc in range(ptr[v], ptr[v + 1]):
            h, w = head_depth[arc], up[arc]
            for j in range(cost.shape[1]):
                if not offer(cost[d], point[d], cost[h, j] + w, point[h, j]):
                    break
        for s in range(start_ptr[i], start_ptr[i + 1]):
            o = start_of[s]
            for j in range(cost.shape[1]):
                if not offer(out[0][o], out[1][o], cost[d, j] + start_cost[s], point[d, j]):
                    break
