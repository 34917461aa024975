"""Cut a street graph in two by as few nodes as possible: inertial flow with node capacities.

The first and last quarter of the nodes along a direction are source and sink (Schild & Sommer 2015,
doi:10.1007/978-3-319-20086-6_22); every node lets one path through, so that a largest flow gives a
smallest separator of nodes (Menger). Paths are sought depth first, in phases of one visit a state
(Pothen & Fan 1990, doi:10.1145/98267.98287), towards the sink first. State 2v is the entrance of
node v, 2v + 1 its exit; `before` and `after` are the neighbours on the path through a node.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]

NONE, TERMINAL = -1, -2  # no path; the path begins or ends here
SOURCE, SINK = 1, 2
STEPS = 1 << 14


@njit(nogil=True, cache=True)
def cut(ptr: I32, adj: I32, along: F64, share: float, most: int) -> tuple[int, I8]:
    """Return the size of a smallest separator and each node's side: 0, 1, or 2 on the separator.

    `along`: how far each node lies in the cut's direction; `share` of the nodes at either end are
    kept apart. Of the smallest separators nearest the source and nearest the sink, the better
    balanced one is taken. More than `most` nodes: no sides are worked out.
    """
    n = len(along)
    role, starts = _roles(ptr, adj, along, max(int(n * share), 1))
    before, after = np.full(n, NONE, np.int32), np.full(n, NONE, np.int32)
    stack, step = np.empty(2 * n, np.int32), np.empty(2 * n, np.int32)
    seen = np.empty(2 * n, np.bool_)
    near = _distance(ptr, adj, role, stack)
    flow, found = 0, 1
    while found:
        found = 0
        seen[:] = False
        for s in starts:
            if before[s] == NONE and not seen[2 * s + 1]:
                found += _augment(ptr, adj, role, near, s, before, after, seen, stack, step)
        flow += found
        if flow > most:
            return flow, role
    return flow, _sides(ptr, adj, role, before, after, seen, stack)


@njit(nogil=True, cache=True)
def _roles(ptr: I32, adj: I32, along: F64, many: int) -> tuple[I8, I32]:
    """Return which nodes are sources and sinks, `many` each, and the sources beside others.

    Nodes are told apart by STEPS steps along the direction, within a step by index.
    """
    n = len(along)
    low, high = along[0], along[0]
    for x in along:
        low, high = min(low, x), max(high, x)
    scale = (STEPS - 1) / (high - low) if high > low else 0.0
    count = np.zeros(STEPS + 1, np.int64)
    for x in along:
        count[int((x - low) * scale) + 1] += 1
    for i in range(STEPS):
        count[i + 1] += count[i]
    role = np.zeros(n, np.int8)
    for v in range(n):
        step = int((along[v] - low) * scale)
        place = count[step]
        count[step] += 1
        if place < many:
            role[v] = SOURCE
        elif place >= n - many:
            role[v] = SINK
    starts = np.empty(many, np.int32)
    size = 0
    for v in range(n):
        if role[v] == SOURCE:
            for k in range(ptr[v], ptr[v + 1]):
                if role[adj[k]] != SOURCE:
                    starts[size] = v
                    size += 1
                    break
    return role, starts[:size]


@njit(nogil=True, cache=True)
def _distance(ptr: I32, adj: I32, role: I8, queue: I32) -> I32:
    """Return the number of steps from each node to a sink, −1 where there is no way."""
    n = len(role)
    steps = np.full(n, -1, np.int32)
    size = 0
    for v in range(n):
        if role[v] == SINK:
            steps[v] = 0
            queue[size] = v
            size += 1
    i = 0
    while i < size:
        v = queue[i]
        i += 1
        for k in range(ptr[v], ptr[v + 1]):
            w = adj[k]
            if steps[w] < 0 and role[w] != SOURCE:
                steps[w] = steps[v] + 1
                queue[size] = w
                size += 1
    return steps


@njit(nogil=True, cache=True)
def _augment(
    ptr: I32, adj: I32, role: I8, near: I32, start: int, before: I32, after: I32, seen: NDArray[np.bool_],
    stack: I32, step: I32,
) -> int:  # fmt: skip
    """Push one more path from `start` through states not yet seen; 1 if there was one."""
    stack[0] = 2 * start + 1
    seen[stack[0]] = True
    step[0] = 0
    top = 0
    while top >= 0:
        state = stack[top]
        v = state >> 1
        target = -1
        if state & 1:
            if role[v] == SINK and after[v] == NONE:
                _apply(stack, top, before, after)
                for i in range(top + 1):  # no dead end: others may come this way
                    seen[stack[i]] = False
                return 1
            many = ptr[v + 1] - ptr[v]
            k = step[top]
            while k < 2 * many and target < 0:  # neighbours nearer to the sink, then the others
                w = adj[ptr[v] + (k if k < many else k - many)]
                fit = (k < many) == (near[w] < near[v])
                k += 1
                if fit and w != after[v] and role[w] != SOURCE and not seen[2 * w]:
                    target = 2 * w
            if target < 0 and before[v] != NONE and not seen[2 * v]:
                target = 2 * v
            step[top] = k
        else:
            other = 2 * v + 1 if before[v] == NONE else 2 * before[v] + 1
            if other >= 0 and not seen[other]:
                target = other
        if target < 0:
            top -= 1
        else:
            top += 1
            stack[top] = target
            seen[target] = True
            step[top] = 0
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
    ptr: I32, adj: I32, role: I8, before: I32, after: I32, seen: NDArray[np.bool_], queue: I32
) -> I8:
    """Return the sides of the better balanced of the two outermost smallest separators.

    `seen`: the states reached from the sources once there is no further path.
    """
    n = len(role)
    back = np.zeros(2 * n, np.bool_)  # what reaches a sink
    size = 0
    for v in range(n):
        if role[v] == SINK and after[v] == NONE:
            back[2 * v] = True
            queue[size] = 2 * v
            size += 1
    i = 0
    while i < size:
        state = queue[i]
        i += 1
        v = state >> 1
        if state & 1:
            other = 2 * v if before[v] == NONE else 2 * after[v]
            if other >= 0 and not back[other]:
                back[other] = True
                queue[size] = other
                size += 1
            continue
        for k in range(ptr[v], ptr[v + 1]):
            w = adj[k]
            if w != before[v] and role[w] != SINK and not back[2 * w + 1]:
                back[2 * w + 1] = True
                queue[size] = 2 * w + 1
                size += 1
        if before[v] != NONE and not back[2 * v + 1]:
            back[2 * v + 1] = True
            queue[size] = 2 * v + 1
            size += 1
    near, far = np.empty(n, np.int8), np.empty(n, np.int8)
    near_one, far_zero = 0, 0
    for v in range(n):
        inside = role[v] == SOURCE or seen[2 * v]
        outside = role[v] == SOURCE and before[v] == NONE
        near[v] = 1 if not inside else 0 if outside or seen[2 * v + 1] else 2
        inside = role[v] == SINK or back[2 * v + 1]
        outside = role[v] == SINK and after[v] == NONE
        far[v] = 0 if not inside else 1 if outside or back[2 * v] else 2
        near_one += near[v] == 1
        far_zero += far[v] == 0
    return near if near_one <= far_zero else far
