"""Plant bushes, let them grow and drop links: the outer step of Algorithm B.

A bush is a list of links in topological order of their heads, links of one head side by side, that
reaches all an origin can reach; `cars` are the vehicles on them. Links are numbered by tail.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.road_tree import leaves_first, tree

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

TRACE = 1e-13
BYFLOW = False


@njit(nogil=True, cache=True)
def plant(
    out_ptr: I64,
    head: I32,
    tail: I32,
    cost: F64,
    first_through: int,
    origins: I32,
    demand: F64,
) -> tuple[I64, I32, F64]:
    """Return bushes (indptr, link, cars) that are the cheapest trees, with all demand on them.

    `demand` float64[k, zones] of each origin; its diagonal is ignored.
    """
    nodes = len(out_ptr) - 1
    zones = demand.shape[1]
    label = np.empty(nodes)
    pred = np.empty(nodes, np.int32)
    room = np.empty(nodes, np.int32)
    order = np.empty(nodes, np.int32)
    volume = np.empty(nodes)
    indptr = np.zeros(len(origins) + 1, np.int64)
    link = np.empty(len(origins) * nodes, np.int32)
    cars = np.empty(len(origins) * nodes)
    end = 0
    for k in range(len(origins)):
        tree(out_ptr, head, cost, first_through, origins[k], label, pred, room)
        leaves_first(tail, pred, room, order)
        volume[:zones] = demand[k]
        volume[zones:] = 0.0
        volume[origins[k]] = 0.0
        for v in order:
            if pred[v] >= 0:
                volume[tail[pred[v]]] += volume[v]
        for i in range(nodes - 1, -1, -1):
            v = order[i]
            if pred[v] >= 0:
                link[end] = pred[v]
                cars[end] = volume[v]
                end += 1
        indptr[k + 1] = end
    return indptr, link[:end].copy(), cars[:end].copy()


@njit(nogil=True, cache=True)
def add_up(link: I32, cars: F64, pce: float, flow: F64) -> None:
    """Add the vehicles of bushes, in passenger-car units, to the flow of links."""
    for e in range(len(link)):
        flow[link[e]] += cars[e] * pce


@njit(nogil=True, cache=True)
def _reload(
    lo: int, hi: int, link: I32, cars: F64, tail: I32, head: I32, demand: F64, origin: int,
    volume: F64,
) -> None:  # fmt: skip
    """Load the demand of one origin anew in the proportions at each node: exact balance again.

    Proportions below `TRACE` are dropped.
    """
    zones = len(demand)
    volume[:zones] = demand
    volume[zones:] = 0.0
    volume[origin] = 0.0
    e = hi - 1
    while e >= lo:
        v = head[link[e]]
        first = e
        total = cars[e]
        while first > lo and head[link[first - 1]] == v:
            first -= 1
            total += cars[first]
        if first == e:
            cars[e] = volume[v]
            volume[tail[link[e]]] += volume[v]
        elif volume[v] == 0.0:
            cars[first : e + 1] = 0.0
        else:
            most = first
            kept = 0.0
            for i in range(first, e + 1):
                if cars[i] > cars[most]:
                    most = i
                if cars[i] < TRACE * total:
                    cars[i] = 0.0
                kept += cars[i]
            rest = volume[v]
            for i in range(first, e + 1):
                if i != most and cars[i] > 0.0:
                    cars[i] *= volume[v] / kept
                    rest -= cars[i]
                    volume[tail[link[i]]] += cars[i]
            cars[most] = rest
            volume[tail[link[most]]] += rest
        e = first - 1


@njit(nogil=True, cache=True)
def _correct(
    out_ptr: I64, head: I32, cost: F64, first_through: int, origin: int, label: F64, queue: I32,
    waiting: I32, many: int,
) -> None:  # fmt: skip
    """Lower labels to those of cheapest paths, from the `many` nodes queued, which wait."""
    nodes = len(label)
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
            d = label[u] + cost[p]
            if d < label[v]:
                label[v] = d
                if waiting[v] == 0:
                    waiting[v] = 1
                    queue[(first + many) % nodes] = v
                    many += 1


@njit(nogil=True, cache=True)
def _room(old: I32, end: int, more: int) -> I32:
    if end + more <= len(old):
        return old
    wider = np.empty(max(2 * len(old), end + more), np.int32)
    wider[:end] = old[:end]
    return wider


@njit(nogil=True, cache=True)
def grow(
    indptr: I64,
    link: I32,
    cars: F64,
    origins: I32,
    out_ptr: I64,
    in_ptr: I64,
    in_link: I32,
    tail: I32,
    head: I32,
    cost: F64,
    first_through: int,
    demand: F64,
    nodes: int,
) -> tuple[I64, I32, F64, I64, I32, F64]:
    """Return bushes without links of no use and with links that shorten paths, and Σ d · shortest."""
    low = np.empty(nodes)
    high = np.empty(nodes)
    exact = np.empty(nodes)
    queue = np.empty(nodes, np.int32)
    waits = np.zeros(nodes, np.int32)
    entry = np.full(len(head), -1, np.int32)  # by link: −1 not in the bush, else where
    indptr_out = np.zeros(len(origins) + 1, np.int64)
    link_out = np.empty(len(link) + len(head), np.int32)
    cars_out = np.empty(len(link) + len(head))
    by = np.empty(nodes, np.int32)
    pair_ptr = np.zeros(1 + 64 * len(origins), np.int64)
    part = np.empty(1024, np.int32)
    pairs = 0
    parts = 0
    end = 0
    excess = np.zeros(len(origins))
    for k in range(len(origins)):
        origin = origins[k]
        lo, hi = indptr[k], indptr[k + 1]
        low[:] = np.inf
        high[:] = np.inf
        low[origin] = 0.0
        high[origin] = 0.0
        kept = 0
        over = 0.0
        e = lo
        while e < hi:
            p = link[e]
            v = head[p]
            first = e
            best = low[tail[p]] + cost[p]
            e += 1
            if e == hi or head[link[e]] != v:  # one way in
                low[v] = best
                high[v] = high[tail[p]] + cost[p]
                entry[p] = first - lo
                kept += 1
                continue
            by_best = first
            while e < hi:
                p = link[e]
                if head[p] != v:
                    break
                d = low[tail[p]] + cost[p]
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
                    entry[p] = i - lo
                    kept += 1
            low[v] = best
            high[v] = worst
        # links that shorten
        added = 0
        wrong = 0
        for u in range(nodes):
            here = low[u]
            if here == np.inf or (u < first_through and u != origin):
                continue
            for p in range(out_ptr[u], out_ptr[u + 1]):
                v = head[p]
                if here + cost[p] < low[v]:
                    if wrong == 0:
                        exact[:] = low
                    exact[v] = min(exact[v], here + cost[p])
                    if waits[v] == 0:
                        waits[v] = 1
                        queue[wrong] = v
                        wrong += 1
                    if high[u] + cost[p] < high[v] and entry[p] < 0:
                        entry[p] = hi - lo
                        added += 1
        if wrong > 0:
            _correct(out_ptr, head, cost, first_through, origin, exact, queue, waits, wrong)
            over = 0.0
            for e in range(lo, hi):
                if cars[e] > 0.0:
                    over += cars[e] * (exact[tail[link[e]]] + cost[link[e]] - exact[head[link[e]]])
        excess[k] = over
        # order
        if end + kept + added > len(link_out):
            link_out = _room(link_out, end, kept + added)
            wider_cars = np.empty(len(link_out))
            wider_cars[:end] = cars_out[:end]
            cars_out = wider_cars
        start = end
        if added == 0:
            for e in range(lo, hi):
                if entry[link[e]] >= 0:
                    link_out[end] = link[e]
                    cars_out[end] = cars[e]
                    end += 1
        else:
            for p in range(len(head)):
                if entry[p] >= 0:
                    waits[head[p]] += 1
            queue[0] = origin
            done = 0
            many = 1
            while done < many:
                u = queue[done]
                done += 1
                if u != origin:
                    for j in range(in_ptr[u], in_ptr[u + 1]):
                        p = in_link[j]
                        i = entry[p]
                        if i >= 0:
                            link_out[end] = p
                            cars_out[end] = cars[lo + i] if i < hi - lo else 0.0
                            end += 1
                if u < first_through and u != origin:
                    continue
                for p in range(out_ptr[u], out_ptr[u + 1]):
                    if entry[p] >= 0:
                        v = head[p]
                        waits[v] -= 1
                        if waits[v] == 0:
                            queue[many] = v
                            many += 1
        indptr_out[k + 1] = end
        for e in range(start, end):
            entry[link_out[e]] = -1
        _reload(start, end, link_out, cars_out, tail, head, demand[k], origin, exact)
        # pairs
        place = waits
        place[origin] = -1
        crossing = end - start - nodes
        e = start
        while e < end:
            p = link_out[e]
            v = head[p]
            first = e
            by_best = e
            e += 1
            while e < end and head[link_out[e]] == v:
                if BYFLOW:
                    a=link_out[e]; b=link_out[by_best]
                    if cars_out[e] > cars_out[by_best] or (cars_out[e]==0.0 and cars_out[by_best]==0 and low[tail[a]]+cost[a] < low[tail[b]]+cost[b]): by_best = e
                else:
                    a=link_out[e]; b=link_out[by_best]
                    ua = cars_out[e]>0; ub = cars_out[by_best]>0
                    if (ua and not ub) or (ua==ub and low[tail[a]]+cost[a] < low[tail[b]]+cost[b]): by_best = e
                e += 1
            by[v] = by_best
            place[v] = first
        e = end - 1
        while e >= start:
            v = head[link_out[e]]
            if by[v] != e or (e > start and head[link_out[e - 1]] == v):
                if by[v] != e:
                    need = 0
                    if pairs + 3 > len(pair_ptr):
                        w = np.zeros(2 * len(pair_ptr), np.int64)
                        w[: pairs + 1] = pair_ptr[: pairs + 1]
                        pair_ptr = w
                    part = _room(part, parts, 2 * nodes)
                    a = tail[link_out[e]]
                    b = tail[link_out[by[v]]]
                    part[parts] = e
                    parts += 1
                    queue[0] = by[v]
                    many = 1
                    while a != b:
                        if place[a] > place[b]:
                            part[parts] = by[a]
                            parts += 1
                            a = tail[link_out[by[a]]]
                        else:
                            queue[many] = by[b]
                            many += 1
                            b = tail[link_out[by[b]]]
                    pair_ptr[pairs + 1] = parts
                    for i in range(many):
                        part[parts] = queue[i]
                        parts += 1
                    pair_ptr[pairs + 2] = parts
                    pairs += 2
            e -= 1
        waits[:] = 0
    return indptr_out, link_out[:end].copy(), cars_out[:end].copy(), pair_ptr[:pairs+1].copy(), part[:parts].copy(), excess
