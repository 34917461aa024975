"""Find links on circles: what two equilibria of the same costs may differ by runs in circles."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.road_tree import tree

B1 = NDArray[np.bool_]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Star = tuple[I64, I64, I32, I32, I32]


@njit(nogil=True, cache=True)
def on_circles(tail: I32, head: I32, use: B1, nodes: int) -> B1:
    """Return which of the links in use lie on a circle of such links, whatever their directions.

    All but the bridges (Tarjan 1974, doi:10.1016/0020-0190(74)90003-9); parallel links are circles.
    """
    m = len(tail)
    start = np.zeros(nodes + 1, np.int64)
    for p in range(m):
        if use[p]:
            start[tail[p] + 1] += 1
            start[head[p] + 1] += 1
    for v in range(nodes):
        start[v + 1] += start[v]
    place = np.empty(nodes, np.int64)
    for v in range(nodes):
        place[v] = start[v]
    touch = np.empty(start[nodes], np.int32)
    for p in range(m):
        if use[p]:
            touch[place[tail[p]]] = p
            place[tail[p]] += 1
            touch[place[head[p]]] = p
            place[head[p]] += 1
    found = np.empty(nodes, np.int32)  # when a node was found; −1: not yet
    reach = np.empty(nodes, np.int32)  # earliest node that its subtree touches
    via = np.empty(nodes, np.int32)
    stack = np.empty(nodes, np.int32)
    for v in range(nodes):
        place[v] = start[v]
        found[v] = via[v] = -1
    out = use.copy()
    clock = 0
    for root in range(nodes):
        if found[root] >= 0 or start[root] == start[root + 1]:
            continue
        found[root] = reach[root] = clock
        clock += 1
        stack[0] = root
        depth = 1
        while depth > 0:
            u = stack[depth - 1]
            if place[u] < start[u + 1]:
                p = touch[place[u]]
                place[u] += 1
                if p == via[u]:
                    continue
                v = head[p] if tail[p] == u else tail[p]
                if found[v] < 0:
                    found[v] = reach[v] = clock
                    clock += 1
                    via[v] = p
                    stack[depth] = v
                    depth += 1
                else:
                    reach[u] = min(reach[u], found[v])
            else:
                depth -= 1
                if depth > 0:
                    above = stack[depth - 1]
                    reach[above] = min(reach[above], reach[u])
                    if reach[u] > found[above]:
                        out[via[u]] = False
    return out


@njit(nogil=True, cache=True)
def usable(
    tail: I32, in_ptr: I64, in_link: I32, cost: F64, label: F64, origin: int,
    first_through: int, wanted: F64, slack: float,
) -> B1:  # fmt: skip
    """Return links by which vehicles of an origin may reach their zones at (nearly) least cost.

    `label`: cheapest costs; `wanted` float64[zones]: trips; `slack`: the share of a label by which
    a path may be longer.
    """
    out = np.zeros(len(tail), np.bool_)
    seen = np.zeros(len(label), np.bool_)
    stack = np.empty(len(label), np.int32)
    many = 0
    for v in range(len(wanted)):
        if wanted[v] > 0.0 and v != origin:
            seen[v] = True
            stack[many] = v
            many += 1
    while many > 0:
        many -= 1
        v = stack[many]
        if v == origin:
            continue
        for i in range(in_ptr[v], in_ptr[v + 1]):
            p = in_link[i]
            u = tail[p]
            if u < first_through and u != origin:
                continue
            if label[u] + cost[p] <= label[v] * (1.0 + slack):
                out[p] = True
                if not seen[u]:
                    seen[u] = True
                    stack[many] = u
                    many += 1
    return out


@njit(nogil=True, cache=True)
def may_differ(
    star: Star, cost: F64, origins: I32, first_through: int, demand: F64, slack: float,
    candidate: B1,
) -> tuple[B1, B1]:  # fmt: skip
    """Return candidates vehicles may use, and those on a circle of links of one and the same origin.

    `star`: (out_ptr, in_ptr, in_link, tail, head); `demand` float64[k, zones] of k origins.
    """
    out_ptr, in_ptr, in_link, tail, head = star
    nodes = len(out_ptr) - 1
    label = np.empty(nodes)
    pred = np.empty(nodes, np.int32)
    room = np.empty(nodes, np.int32)
    used = np.zeros(len(tail), np.bool_)
    circled = np.zeros(len(tail), np.bool_)
    for k in range(len(origins)):
        tree(out_ptr, head, cost, first_through, origins[k], label, pred, room)
        own = usable(
            tail, in_ptr, in_link, cost, label, origins[k], first_through, demand[k], slack
        )
        some = False
        for p in range(len(tail)):
            if own[p] and candidate[p]:
                used[p] = True
                some = True
        if some:
            circle = on_circles(tail, head, own, nodes)
            for p in range(len(tail)):
                if circle[p] and candidate[p]:
                    circled[p] = True
    return used, circled
