"""Carry bushes over to a changed network or demand, and find zones that can't be reached."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.assign_bush import load
from chengce.engine.kernels.road_tree import leaves_first, tree

B1 = NDArray[np.bool_]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@njit(nogil=True, cache=True)
def unreached(out_ptr: I64, head: I32, first_through: int, wanted: B1) -> B1:
    """Return which of the wanted pairs [zones, zones] no path joins."""
    nodes = len(out_ptr) - 1
    zones = len(wanted)
    out = np.zeros((zones, zones), np.bool_)
    seen = np.empty(nodes, np.int32)
    seen[:] = -1
    queue = np.empty(nodes, np.int32)
    for o in range(zones):
        trips = False
        for d in range(zones):
            trips = trips or wanted[o, d]
        if not trips:
            continue
        seen[o] = o
        queue[0] = o
        many = 1
        done = 0
        while done < many:
            u = queue[done]
            done += 1
            if u < first_through and u != o:
                continue
            for p in range(out_ptr[u], out_ptr[u + 1]):
                v = head[p]
                if seen[v] != o:
                    seen[v] = o
                    queue[many] = v
                    many += 1
        for d in range(zones):
            out[o, d] = wanted[o, d] and seen[d] != o
    return out


@njit(nogil=True, cache=True)
def graft(
    indptr: I64,
    link: I32,
    cars: F64,
    out_ptr: I64,
    head: I32,
    tail: I32,
    cost: F64,
    first_through: int,
    origins: I32,
    demand: F64,
) -> tuple[I64, I32, F64]:
    """Return bushes in the order of cheapest labels that keep what old ones (indptr, …) allow.

    A link of an old bush stays if it leads away from the origin; vehicles of the new demand take
    at every node the proportions they had. Old links that are gone (−1) are dropped.
    """
    nodes = len(out_ptr) - 1
    label = np.empty(nodes)
    pred = np.empty(nodes, np.int32)
    room = np.empty(nodes, np.int32)
    order = np.empty(nodes, np.int32)
    volume = np.empty(nodes)
    first = np.empty(nodes, np.int32)  # of the old entries kept, by head: a list
    new_ptr = np.zeros(len(origins) + 1, np.int64)
    new_link = np.empty(len(link) + len(origins) * nodes, np.int32)
    new_cars = np.zeros(len(link) + len(origins) * nodes)
    end = 0
    for k in range(len(origins)):
        tree(out_ptr, head, cost, first_through, origins[k], label, pred, room)
        leaves_first(tail, pred, room, order)
        order[:] = order[::-1].copy()
        by_label = order[np.argsort(label[order], kind="mergesort")]
        first[:] = -1
        lo, hi = indptr[k], indptr[k + 1]
        after = np.full(hi - lo, -1, np.int32)
        for e in range(lo, hi):
            p = link[e]
            if p >= 0 and cars[e] > 0.0 and (p == pred[head[p]] or label[tail[p]] < label[head[p]]):
                after[e - lo] = first[head[p]]
                first[head[p]] = e - lo
        for v in by_label:
            if pred[v] < 0:
                continue
            has_tree = False
            i = first[v]
            while i >= 0:
                new_link[end] = link[lo + i]
                new_cars[end] = cars[lo + i]
                has_tree = has_tree or link[lo + i] == pred[v]
                end += 1
                i = after[i]
            if not has_tree:
                new_link[end] = pred[v]
                end += 1
        new_ptr[k + 1] = end
        load(
            new_link[new_ptr[k] : end], new_cars[new_ptr[k] : end], tail, head, origins[k],
            demand[k], volume,
        )  # fmt: skip
    return new_ptr, new_link[:end].copy(), new_cars[:end].copy()
