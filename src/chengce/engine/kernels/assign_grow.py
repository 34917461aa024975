"""Measure bushes against the cheapest paths, and let them grow and drop links to match.

A link is dropped if no vehicle uses it and no label needs it; one is added if it shortens the
cheapest path to its head and lies below the longest kept path, which keeps bushes free of circles
(Nie 2010, doi:10.1016/j.trb.2009.06.005). `star`: (out_ptr, in_ptr, in_link, tail, head).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.assign_bush import load
from chengce.engine.kernels.assign_pairs import pair_up, wider

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Star = tuple[I64, I64, I32, I32, I32]

NEW = 2**30  # entry of a link that is about to be added


@njit(nogil=True, cache=True)
def _labels(
    link: I32, cars: F64, tail: I32, head: I32, cost: F64, origin: int,
    low: F64, high: F64, entry: I32, place: I32,
) -> float:  # fmt: skip
    """Fill cheapest labels, and longest ones over the links to keep, whose `entry` is set.

    `place` is the first entry of a node. Returns Σ vehicles · cost above the cheapest.
    """
    for v in range(len(low)):
        low[v] = np.inf
        high[v] = np.inf
    low[origin] = 0.0
    high[origin] = 0.0
    place[origin] = -1
    over = 0.0
    e = 0
    while e < len(link):
        p = link[e]
        v = head[p]
        first = e
        best = low[tail[p]] + cost[p]
        place[v] = first
        e += 1
        if e == len(link) or head[link[e]] != v:  # one way in
            low[v] = best
            high[v] = high[tail[p]] + cost[p]
            entry[p] = first
            continue
        by_best = first
        while e < len(link) and head[link[e]] == v:
            d = low[tail[link[e]]] + cost[link[e]]
            if d < best:
                best = d
                by_best = e
            e += 1
        worst = -np.inf
        for i in range(first, e):
            if cars[i] > 0.0 or i == by_best:
                p = link[i]
                over += cars[i] * (low[tail[p]] + cost[p] - best)
                worst = max(worst, high[tail[p]] + cost[p])
                entry[p] = i
        low[v] = best
        high[v] = worst
    return over


@njit(nogil=True, cache=True)
def _improve(
    star: Star, cost: F64, first_through: int, origin: int, tolerance: float,
    low: F64, high: F64, exact: F64, entry: I32, place: I32,
    queue: I32, waiting: I32, added: I32,
) -> tuple[int, bool, bool]:  # fmt: skip
    """List links to add; return how many, whether each lies forward, and whether any link shortens.

    `exact` gets the labels of the cheapest paths of all, if any link does.
    """
    out_ptr, head = star[0], star[4]
    nodes = len(low)
    count = 0
    many = 0
    forward = True
    for u in range(nodes):
        here = low[u]
        if here == np.inf or (u < first_through and u != origin):
            continue
        for p in range(out_ptr[u], out_ptr[u + 1]):
            v = head[p]
            d = here + cost[p]
            if d < low[v]:
                if many == 0:
                    for w in range(nodes):
                        exact[w] = low[w]
                exact[v] = min(exact[v], d)
                if waiting[v] == 0:
                    waiting[v] = 1
                    queue[many] = v
                    many += 1
                if d < low[v] * (1.0 - tolerance) and high[u] + cost[p] < high[v] and entry[p] < 0:
                    forward = forward and low[v] < np.inf and place[u] < place[v]
                    entry[p] = NEW
                    added[count] = p
                    count += 1
    any_shorter = many > 0
    first = 0
    while many > 0:
        u = queue[first]
        first = first + 1 if first + 1 < nodes else 0
        many -= 1
        waiting[u] = 0
        if u < first_through and u != origin:
            continue
        for p in range(out_ptr[u], out_ptr[u + 1]):
            v = head[p]
            d = exact[u] + cost[p]
            if d < exact[v]:
                exact[v] = d
                if waiting[v] == 0:
                    waiting[v] = 1
                    queue[(first + many) % nodes] = v
                    many += 1
    return count, forward, any_shorter


@njit(nogil=True, cache=True)
def _same_order(
    link: I32, cars: F64, head: I32, entry: I32, added: I32, count: int, chain: I32, after: I32,
    link_out: I32, cars_out: F64,
) -> int:  # fmt: skip
    """Write the new bush in the order of the old; return its size. `chain` is all −1 before, after."""
    for i in range(count):
        v = head[added[i]]
        after[i] = chain[v]
        chain[v] = i
    end = 0
    for e in range(len(link)):
        p = link[e]
        if entry[p] >= 0:
            link_out[end] = p
            cars_out[end] = cars[e]
            entry[p] = -1
            end += 1
        v = head[p]
        if chain[v] >= 0 and (e + 1 == len(link) or head[link[e + 1]] != v):
            i = chain[v]
            while i >= 0:
                link_out[end] = added[i]
                cars_out[end] = 0.0
                entry[added[i]] = -1
                end += 1
                i = after[i]
            chain[v] = -1
    return end


@njit(nogil=True, cache=True)
def _new_order(
    star: Star, cars: F64, origin: int, entry: I32, queue: I32, waits: I32,
    link_out: I32, cars_out: F64,
) -> int:  # fmt: skip
    """Write the new bush in a new topological order (Kahn 1962); return its size."""
    out_ptr, in_ptr, in_link, head = star[0], star[1], star[2], star[4]
    for p in range(len(head)):
        if entry[p] >= 0:
            waits[head[p]] += 1
    queue[0] = origin
    many = 1
    done = 0
    end = 0
    while done < many:
        u = queue[done]
        done += 1
        if u != origin:
            for j in range(in_ptr[u], in_ptr[u + 1]):
                p = in_link[j]
                if entry[p] >= 0:
                    link_out[end] = p
                    cars_out[end] = cars[entry[p]] if entry[p] != NEW else 0.0
                    end += 1
        for p in range(out_ptr[u], out_ptr[u + 1]):
            if entry[p] >= 0:
                v = head[p]
                waits[v] -= 1
                if waits[v] == 0:
                    queue[many] = v
                    many += 1
    for e in range(end):
        entry[link_out[e]] = -1
    return end


@njit(nogil=True, cache=True)
def grow(
    indptr: I64,
    link: I32,
    cars: F64,
    origins: I32,
    demand: F64,
    star: Star,
    cost: F64,
    first_through: int,
    tolerance: float,
) -> tuple[I64, I32, F64, I64, I32, F64]:
    """Return new bushes, their pairs of segments (`pair_up`) and the excess of the old ones.

    New: indptr, link, cars; pair_ptr, part; excess float64[k]: Σ vehicles · (cost − cheapest cost)
    by origin. `cost` by link for this class; a link is added that saves more than `tolerance` of
    the label.
    """
    tail, head = star[3], star[4]
    nodes = len(star[0]) - 1
    low = np.empty(nodes)
    high = np.empty(nodes)
    exact = np.empty(nodes)
    queue = np.empty(nodes, np.int32)
    waiting = np.zeros(nodes, np.int32)
    chain = np.empty(nodes, np.int32)
    chain[:] = -1
    place = np.empty(nodes, np.int32)
    by = np.empty(nodes, np.int32)
    entry = np.empty(len(head), np.int32)
    entry[:] = -1
    added = np.empty(len(head), np.int32)
    after = np.empty(len(head), np.int32)
    excess = np.zeros(len(origins))
    indptr_out = np.zeros(len(origins) + 1, np.int64)
    link_out = np.empty(len(link) + len(head), np.int32)
    cars_out = np.empty(len(link) + len(head))
    pair_ptr = np.zeros(1024, np.int64)
    part = np.empty(8192, np.int32)
    pairs, end = pair_ptr[0], indptr_out[0]  # 0, of the type of all that follow
    for k in range(len(origins)):
        origin = origins[k]
        mine = link[indptr[k] : indptr[k + 1]]
        load_of = cars[indptr[k] : indptr[k + 1]]
        excess[k] = _labels(
            mine, load_of, tail, head, cost, origin, low, high, entry, place
        )  # fmt: skip
        count, forward, shorter = _improve(
            star, cost, first_through, origin, tolerance, low, high, exact, entry, place,
            queue, waiting, added,
        )  # fmt: skip
        if shorter:
            over = 0.0
            for e in range(len(mine)):
                p = mine[e]
                if load_of[e] > 0.0:
                    over += load_of[e] * (exact[tail[p]] + cost[p] - exact[head[p]])
            excess[k] = over
        link_out = wider(link_out, end, len(mine) + count)
        cars_out = wider(cars_out, end, len(mine) + count)
        if forward:
            size = _same_order(
                mine, load_of, head, entry, added, count, chain, after,
                link_out[end:], cars_out[end:],
            )  # fmt: skip
        else:
            size = _new_order(
                star, load_of, origin, entry, queue, waiting, link_out[end:], cars_out[end:]
            )  # fmt: skip
        new_link, new_cars = link_out[end : end + size], cars_out[end : end + size]
        load(new_link, new_cars, tail, head, origin, demand[k], exact)
        pair_ptr = wider(pair_ptr, pairs + 1, 2 * size)
        pairs, part = pair_up(
            new_link, new_cars, end, tail, head, cost, origin, low, by, place, queue,
            pair_ptr, pairs, part,
        )  # fmt: skip
        end += size
        indptr_out[k + 1] = end
    return (
        indptr_out, link_out[:end], cars_out[:end],
        pair_ptr[: pairs + 1].copy(), part[: pair_ptr[pairs]].copy(), excess,
    )  # fmt: skip
