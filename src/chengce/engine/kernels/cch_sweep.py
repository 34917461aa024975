"""Sweep a hierarchy for LANES sources side by side: up from the sources, down to everything.

PHAST (Delling et al. 2013, doi:10.1016/j.jpdc.2012.02.007) along the elimination tree. All
neighbours above a node are its ancestors; with ranks in postorder, the ancestors of the node at
hand are the last ones seen at each lesser depth. So labels are kept by depth, not by rank: a
ladder of a few hundred rows that stays in the cache, whatever the size of the network.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF
from chengce.engine.kernels.simd import CHUNK, LANES, ROW_BYTES, copy, lower, pull, push, turn

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@njit(nogil=True, cache=True)
def climb(
    ptr: I64,
    head_depth: I32,
    up: I32,
    parent: I32,
    depth: I32,
    union: I32,
    seed_rank: I32,
    seed_lane: I32,
    seed_cost: I32,
    ladder: I32,
    lanes: I32,
    labels: I32,
) -> None:
    """Fill `labels`[i] with the costs of reaching union[i] by upward arcs only, a row a node.

    `union` is the cone of the seeds, which come by ascending rank. `ladder` int32[depths, LANES]
    is INF on entry and exit; `lanes` int32[depths, 2] is scratch: the lanes that may have a label.
    """
    base, heads, costs = ladder.ctypes.data, head_depth.ctypes.data, up.ctypes.data
    lanes[:, 0] = LANES
    lanes[:, 1] = -1
    s = 0
    for i in range(len(union)):
        v = union[i]
        d = depth[v]
        first, last = lanes[d, 0], lanes[d, 1]
        while s < len(seed_rank) and seed_rank[s] == v:
            lane = seed_lane[s]
            ladder[d, lane] = min(ladder[d, lane], seed_cost[s])
            first, last = min(first, lane), max(last, lane)
            s += 1
        for lane in range(LANES):
            labels[i, lane] = ladder[d, lane]
            ladder[d, lane] = INF
        lanes[d, 0], lanes[d, 1] = LANES, -1
        if parent[v] >= 0:
            lanes[d - 1, 0] = min(lanes[d - 1, 0], first)
            lanes[d - 1, 1] = max(lanes[d - 1, 1], last)
        here = labels.ctypes.data + i * ROW_BYTES
        for chunk in range(first // CHUNK, last // CHUNK + 1):
            shift = chunk * CHUNK * 4
            push(base + shift, heads, costs, ptr[v], ptr[v + 1], here + shift)


@njit(nogil=True, cache=True)
def sweep_all(
    ptr: I64,
    head_depth: I32,
    down: I32,
    depth: I32,
    node: I32,
    union: I32,
    labels: I32,
    ladder: I32,
    out: I32,
) -> None:
    """Fill `out` int32[nodes, LANES], aligned to 32 bytes, with the costs of reaching each node.

    `labels` are those of `climb`. `ladder` has one row more than there are depths; the last is INF
    on entry and stays so, the others are INF again on exit.
    """
    base, heads, costs = ladder.ctypes.data, head_depth.ctypes.data, down.ctypes.data
    unseen = base + (len(ladder) - 1) * ROW_BYTES
    target, met = out.ctypes.data, labels.ctypes.data
    at = len(union) - 1
    for v in range(len(depth) - 1, -1, -1):
        start = unseen
        if at >= 0 and union[at] == v:
            start = met + at * ROW_BYTES
            at -= 1
        here = base + np.int64(depth[v]) * ROW_BYTES
        pull(base, heads, costs, ptr[v], ptr[v + 1], start, here)
        copy(target + np.int64(node[v]) * ROW_BYTES, here)
    ladder[:] = INF


@njit(nogil=True, cache=True)
def sweep_cone(
    ptr: I64,
    head_depth: I32,
    down: I32,
    depth: I32,
    union: I32,
    labels: I32,
    ends: tuple[I32, I64, I32, I32],
    ladder: I32,
    out: I32,
) -> None:
    """Lower `out` int32[ends, LANES] to the costs of reaching each destination.

    `ends`: the cone of the destinations, and by place in it their CSR (indptr, end, cost); `ptr`
    and the arcs are those of the cone, row after row. `ladder` as in `sweep_all`.
    """
    chosen, end_ptr, end_of, end_cost = ends
    base, heads, costs = ladder.ctypes.data, head_depth.ctypes.data, down.ctypes.data
    unseen = base + (len(ladder) - 1) * ROW_BYTES
    target, met = out.ctypes.data, labels.ctypes.data
    at = len(union) - 1
    for i in range(len(chosen) - 1, -1, -1):
        v = chosen[i]
        while at >= 0 and union[at] > v:
            at -= 1
        start = unseen
        if at >= 0 and union[at] == v:
            start = met + at * ROW_BYTES
        here = base + np.int64(depth[v]) * ROW_BYTES
        pull(base, heads, costs, ptr[i], ptr[i + 1], start, here)
        for j in range(end_ptr[i], end_ptr[i + 1]):
            lower(target + np.int64(end_of[j]) * ROW_BYTES, here, end_cost[j])
    ladder[:] = INF


@njit(nogil=True, cache=True)
def by_source(labels: I32, row: I64, out: I32) -> None:
    """Copy lane i of `labels` int32[points, LANES] to out[row[i]], int32[…, points]."""
    points = len(labels)
    lanes = len(row) // CHUNK * CHUNK
    blocks = points // CHUNK * CHUNK
    target, stride = np.empty(LANES, np.int64), out.strides[0]
    for i in range(len(row)):
        target[i] = out.ctypes.data + row[i] * stride
    for j in range(0, blocks, CHUNK):
        for i in range(0, lanes, CHUNK):
            here = labels.ctypes.data + j * ROW_BYTES + 4 * i
            turn(target.ctypes.data + 8 * i, 4 * j, here)
        for i in range(lanes, len(row)):
            for k in range(j, j + CHUNK):
                out[row[i], k] = labels[k, i]
    for j in range(blocks, points):
        for i in range(len(row)):
            out[row[i], j] = labels[j, i]
