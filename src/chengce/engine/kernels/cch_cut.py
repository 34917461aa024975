"""Cut a street graph in two by as few nodes as possible: inertial flow with node capacities.

The first and last quarter of the nodes along a direction are source and sink (Schild & Sommer 2015,
doi:10.1007/978-3-319-20086-6_22); every node lets one path through, so that a largest flow (Dinic
1970, in phases) gives a smallest separator of nodes (Menger). State 2v is the entrance of node v,
2v + 1 its exit; `before` and `after` are the neighbours on the path through a node.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]

NONE, TERMINAL = -1, -2  # no path; the path begins or ends here
INNER, SOURCE, SINK = 0, 1, 2
FAR = 2**30


@njit(nogil=True, cache=True)
def cut(ptr: I32, adj: I32, place: I32, share: float, most: int) -> tuple[int, I8]:
    """Return the size of a smallest separator and each node's side: 0, 1, or 2 on the separator.

    `place`: nodes in the direction's order; `share` of them at either end are kept apart. Of the
    smallest separators nearest the source and nearest the sink, the better balanced one is taken.
    More than `most` nodes: no sides are worked out.
    """
    n = len(place)
    many = max(int(n * share), 1)
    role = np.zeros(n, np.int8)
    for i in range(many):
        role[place[i]] = SOURCE
        role[place[n - 1 - i]] = SINK
    starts = np.empty(many, np.int32)  # sources that touch another node; the others never matter
    count = 0
    for i in range(many):
        v = place[i]
        for k in range(ptr[v], ptr[v + 1]):
            if role[adj[k]] != SOURCE:
                starts[count] = v
                count += 1
                break
    starts = starts[:count]
    before, after = np.full(n, NONE, np.int32), np.full(n, NONE, np.int32)
    level = np.empty(2 * n, np.int32)
    queue, step = np.empty(2 * n, np.int32), np.empty(2 * n, np.int32)
    flow = 0
    while _levels(ptr, adj, role, starts, before, after, level, queue):
        for s in starts:
            if before[s] == NONE and level[2 * s + 1] == 0:
                flow += _augment(ptr, adj, role, s, before, after, level, queue, step)
        if flow > most:
            return flow, role
    return flow, _sides(ptr, adj, role, before, after, level, queue, step)


@njit(nogil=True, cache=True)
def _levels(
    ptr: I32, adj: I32, role: I8, starts: I32, before: I32, after: I32, level: I32, queue: I32
) -> bool:
    """Fill `level`, steps from the sources in the residual graph; tell if a sink can be reached."""
    level[:] = -1
    size = 0
    for s in starts:
        if before[s] == NONE:
            level[2 * s + 1] = 0
            queue[size] = 2 * s + 1
            size += 1
    i = 0
    found = FAR
    while i < size:
        state = queue[i]
        i += 1
        deep = level[state] + 1
        if deep > found:
            break
        v = state >> 1
        if state & 1:
            if role[v] == SINK and after[v] == NONE:
                found = min(found, deep)
                continue
            for k in range(ptr[v], ptr[v + 1]):
                w = adj[k]
                if w != after[v] and role[w] != SOURCE and level[2 * w] < 0:
                    level[2 * w] = deep
                    queue[size] = 2 * w
                    size += 1
            if before[v] != NONE and level[2 * v] < 0:
                level[2 * v] = deep
                queue[size] = 2 * v
                size += 1
        else:
            other = 2 * v + 1 if before[v] == NONE else 2 * before[v] + 1
            if other >= 0 and level[other] < 0:
                level[other] = deep
                queue[size] = other
                size += 1
    return found < FAR


@njit(nogil=True, cache=True)
def _augment(
    ptr: I32, adj: I32, role: I8, start: int, before: I32, after: I32, level: I32, stack: I32,
    step: I32,
) -> int:  # fmt: skip
    """Push one more path from `start` along the levels; 1 if there was one. States are used up."""
    stack[0] = 2 * start + 1
    step[0] = ptr[start]
    top = 0
    while top >= 0:
        state = stack[top]
        v = state >> 1
        deep = level[state] + 1
        target = -1
        if state & 1:
            if role[v] == SINK and after[v] == NONE:
                _apply(stack, top, before, after)
                for i in range(top + 1):
                    level[stack[i]] = -1
                return 1
            k, end = step[top], ptr[v + 1]
            while k < end:
                w = adj[k]
                k += 1
                if w != after[v] and role[w] != SOURCE and level[2 * w] == deep:
                    target = 2 * w
                    break
            if target < 0 and k == end:
                k += 1
                if before[v] != NONE and level[2 * v] == deep:
                    target = 2 * v
            step[top] = k
        elif step[top] == 0:
            step[top] = 1
            other = 2 * v + 1 if before[v] == NONE else 2 * before[v] + 1
            if other >= 0 and level[other] == deep:
                target = other
        if target < 0:
            level[state] = -1
            top -= 1
        else:
            top += 1
            stack[top] = target
            step[top] = ptr[target >> 1] if target & 1 else 0
    return 0


@njit(nogil=True, cache=True)
def _apply(stack: I32, top: int, before: I32, after: I32) -> None:
    after[stack[top] >> 1] = TERMINAL
    for i in range(top, 0, -1):
        a, b = stack[i - 1], stack[i]
        v, w = a >> 1, b >> 1
        if a & 1 and b & 1 == 0:
            if v == w:  # the node is given up
                before[v] = after[v] = NONE
            else:
                after[v], before[w] = w, v
    before[stack[0] >> 1] = TERMINAL


@njit(nogil=True, cache=True)
def _sides(
    ptr: I32, adj: I32, role: I8, before: I32, after: I32, level: I32, queue: I32, back: I32
) -> I8:
    """Return the sides of the better balanced of the two outermost smallest separators.

    `level` holds what is reached from the sources; `back` is room for what reaches a sink.
    """
    n = len(role)
    back[:] = -1
    size = 0
    for v in range(n):
        if role[v] == SINK and after[v] == NONE:
            back[2 * v] = 0
            queue[size] = 2 * v
            size += 1
    i = 0
    while i < size:
        state = queue[i]
        i += 1
        v = state >> 1
        if state & 1:
            other = 2 * v if before[v] == NONE else 2 * after[v]
            if other >= 0 and back[other] < 0:
                back[other] = 0
                queue[size] = other
                size += 1
            continue
        for k in range(ptr[v], ptr[v + 1]):
            w = adj[k]
            if w != before[v] and role[w] != SINK and back[2 * w + 1] < 0:
                back[2 * w + 1] = 0
                queue[size] = 2 * w + 1
                size += 1
        if before[v] != NONE and back[2 * v + 1] < 0:
            back[2 * v + 1] = 0
            queue[size] = 2 * v + 1
            size += 1
    near, far = np.empty(n, np.int8), np.empty(n, np.int8)
    near_one, far_zero = 0, 0
    for v in range(n):
        inside = role[v] == SOURCE or level[2 * v] >= 0
        outside = role[v] == SOURCE and before[v] == NONE
        near[v] = 1 if not inside else 0 if outside or level[2 * v + 1] >= 0 else 2
        inside = role[v] == SINK or back[2 * v + 1] >= 0
        outside = role[v] == SINK and after[v] == NONE
        far[v] = 0 if not inside else 1 if outside or back[2 * v] >= 0 else 2
        near_one += near[v] == 1
        far_zero += far[v] == 0
    return near if near_one <= far_zero else far
