"""Travel by timetable where rides cost money or the journey may begin or end on demand.

Range RAPTOR whose labels carry a state of an automaton (boardings and money left, discounts open)
in place of the number of boardings: multi-criteria RAPTOR (Delling, Pajor & Werneck 2015,
doi:10.1287/trsc.2014.0534) with a finite third criterion. Where a discount ends some time after a
boarding, labels also carry that boarding's time, and the route ridden where it must be left.
A label is dropped only if others can do whatever it can, as early: the answer is exact.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

TIME, ANCHOR, ROUTE, NEXT, STOP, STATE, ALIVE, FIELDS = range(8)
NO_ROUTE = -1


@njit(nogil=True, cache=True)
def _label(
    state: int, stop: int, time: int, anchor: int, route: int
) -> tuple[int, int, int, int, int]:
    """Return a label's fields, all of one type: helpers are compiled once."""
    return np.int64(state), np.int64(stop), np.int64(time), np.int64(anchor), np.int64(route)  # type: ignore[return-value]


@njit(nogil=True, cache=True)
def _dominated(
    pool: I32,
    head: I32,
    cover_ptr: I64,
    cover: I32,
    stops: int,
    label: tuple[int, int, int, int, int],
) -> bool:
    """Tell whether labels kept do all that `label` (state, stop, time, anchor, route) can.

    Of labels that must not board their own route again at a discount, two of different routes
    together leave every route open.
    """
    state, stop, time, anchor, route = label
    for c in range(cover_ptr[state], cover_ptr[state + 1]):
        other = -2
        i = head[cover[c] * stops + stop]
        while i >= 0:
            if pool[i, TIME] <= time and pool[i, ANCHOR] >= anchor:
                r = pool[i, ROUTE]
                open_ = (r == route) | (r == NO_ROUTE)
                if open_ | ((other != -2) & (other != r)):
                    return True
                other = r
            i = pool[i, NEXT]
    return False


@njit(nogil=True, cache=True)
def _insert(
    pool: I32, head: I32, count: int, under_ptr: I64, under: I32, timed: I32, stops: int,
    label: tuple[int, int, int, int, int],
) -> None:  # fmt: skip
    """Keep a label as number `count` and drop those it makes needless."""
    state, stop, time, anchor, route = label
    for c in range(under_ptr[state], under_ptr[state + 1]):
        p = under[c]
        before = -1
        i = head[p * stops + stop]
        while i >= 0:
            following = pool[i, NEXT]
            older = pool[i, ANCHOR] <= anchor or timed[p] < 0
            if (
                pool[i, TIME] >= time
                and older
                and ((route == NO_ROUTE) | (route == pool[i, ROUTE]))
            ):
                pool[i, ALIVE] = 0
                if before < 0:
                    head[p * stops + stop] = following
                else:
                    pool[before, NEXT] = following
            else:
                before = i
            i = following
    pool[count, TIME] = time
    pool[count, ANCHOR] = anchor
    pool[count, ROUTE] = route
    pool[count, NEXT] = head[state * stops + stop]
    pool[count, STOP] = stop
    pool[count, STATE] = state
    pool[count, ALIVE] = 1
    head[state * stops + stop] = count


@njit(nogil=True, cache=True)
def _roomy(pool: I32, count: int) -> I32:
    """Return a pool with room for one more label."""
    if count < len(pool):
        return pool
    larger = np.empty((2 * len(pool), FIELDS), np.int32)
    larger[: len(pool)] = pool
    return larger


@njit(nogil=True, cache=True)
def _first(low: int, high: int, base: int, label: int, departure: I32) -> int:
    """Return the first trip in [low, high) of a position that departs at `label` or later."""
    while low < high:
        middle = (low + high) >> 1
        if departure[base + middle] >= label:
            high = middle
        else:
            low = middle + 1
    return low


@njit(nogil=True, cache=True)
def journeys(
    stop_ptr: I64, board_pattern: I32, board_position: I32,
    pattern_ptr: I64, pattern_stop: I32, dropoff: U8, trip_ptr: I64, time_ptr: I64,
    arrival: I32, departure: I32, pattern_class: I32, pattern_route: I32,
    walk_ptr: I64, walk_stop: I32, walk_s: I32, walk_from: I32, walk_until: I32,
    access_ptr: I64, access_stop: I32, access_s: I32,
    egress_ptr: I64, egress_end: I32, egress_s: I32,
    full: I32, reduced: I32, within: I32, keep: U8, elsewhere: U8,
    timed: I32, routed: U8, cover_ptr: I64, cover: I32, under_ptr: I64, under: I32,
    fetch_ptr: I64, fetch: I32, bring_ptr: I64, bring: I32, door_ptr: I64, door: I32,
    ends: int, rows: I64, window: tuple[int, int, int], slack: int, longest: int, ranks: I64,
) -> I32:  # fmt: skip
    """Return travel times, shape (ranks, len(rows), ends), s; INF = too long, or not affordable.

    Timetable, walks and `window` as in `raptor.journeys`; a pattern has one fare class and one
    route. Automaton, state 0 first: boarding class c in state q leads to `full[q, c]`, or within
    `within[q, c]` s of the boarding remembered to `reduced[q, c]`, −1 = not allowed; where
    `elsewhere`, only on another route. `keep`: the boarding remembered stays. `timed`: number of
    the state among those that remember a boarding, else −1; `routed`: it remembers its route.
    `cover` (CSR): states that can do all a state can, itself among them; `under`: the reverse.
    Rides on demand (CSR by origin, by stop, by origin) are rows of (to, s, from, until, class):
    to stops, from stops, door to door; one asked for before `from` begins then.
    """
    stops = len(stop_ptr) - 1
    states = len(full)
    start, step, departures = window
    memories = max(timed.max() + 1, 0)
    arrived = np.empty(states * stops, np.int32)
    ready = np.empty(states * stops, np.int32)
    boarded = np.empty((states, trip_ptr[-1]), np.int32)
    seen = np.empty((memories, len(departure)), np.int32)
    pool = np.empty((1024, FIELDS), np.int32)
    best = np.empty(ends, np.int32)
    times = np.empty((departures, ends), np.int32)
    out = np.empty((len(ranks), len(rows), ends), np.int32)
    hours = len(walk_from) > 0
    goes_on = np.zeros(states, np.uint8)
    for q in range(states):
        for c in range(full.shape[1]):
            if full[q, c] >= 0 or reduced[q, c] >= 0:
                goes_on[q] = 1

    lapse = INF  # the soonest any discount lapses
    for q in range(states):
        for c in range(full.shape[1]):
            if reduced[q, c] >= 0:
                lapse = min(lapse, within[q, c])

    for row in range(len(rows)):
        o = rows[row]
        arrived[:] = -1
        ready[:] = -1
        boarded[:] = INF
        seen[:] = -1
        best[:] = INF
        count = 0
        for back in range(departures):
            leave = start + (departures - 1 - back) * step
            bound = leave + longest
            low = count
            for i in range(door_ptr[o], door_ptr[o + 1]):
                begin = max(leave, door[i, 2])
                if begin < door[i, 3] and full[0, door[i, 4]] >= 0:
                    best[door[i, 0]] = min(best[door[i, 0]], begin + door[i, 1])
            for i in range(access_ptr[o], access_ptr[o + 1]):
                t = leave + access_s[i]
                if t > bound:
                    break
                label = _label(0, access_stop[i], t, INF, NO_ROUTE)
                if not _dominated(pool, ready, cover_ptr, cover, stops, label):
                    pool = _roomy(pool, count)
                    _insert(pool, ready, count, under_ptr, under, timed, stops, label)
                    count += 1
            for i in range(fetch_ptr[o], fetch_ptr[o + 1]):
                begin = max(leave, fetch[i, 2])
                q = full[0, fetch[i, 4]]
                t = begin + fetch[i, 1] + slack
                if begin >= fetch[i, 3] or q < 0 or t > bound:
                    continue
                label = _label(q, fetch[i, 0], t, INF, NO_ROUTE)
                if not _dominated(pool, ready, cover_ptr, cover, stops, label):
                    pool = _roomy(pool, count)
                    _insert(pool, ready, count, under_ptr, under, timed, stops, label)
                    count += 1
            while low < count:
                high = count
                for i in range(low, high):  # board, and ride
                    if pool[i, ALIVE] == 0:
                        continue
                    q, t = pool[i, STATE], pool[i, TIME]
                    s, anchor, route = pool[i, STOP], pool[i, ANCHOR], pool[i, ROUTE]
                    for e in range(stop_ptr[s], stop_ptr[s + 1]):
                        p, position = board_pattern[e], board_position[e]
                        c, r = pattern_class[p], pattern_route[p]
                        trips = trip_ptr[p + 1] - trip_ptr[p]
                        base = time_ptr[p] + position * trips
                        offset, length = pattern_ptr[p], pattern_ptr[p + 1] - pattern_ptr[p]
                        first = -1
                        for cheap in range(2):
                            target = reduced[q, c] if cheap else full[q, c]
                            if target < 0 or (cheap and elsewhere[q, c] and r == route):
                                continue
                            if first < 0:
                                first = _first(0, trips, base, t, departure)
                            memory = timed[target]
                            for trip in range(first, trips):
                                leaves = departure[base + trip]
                                if leaves > bound:
                                    break
                                if cheap and leaves - anchor > within[q, c]:
                                    break
                                reach = length - 1
                                since = INF
                                if memory < 0:
                                    g = trip_ptr[p] + trip
                                    if boarded[target, g] <= position:
                                        break
                                    reach = min(boarded[target, g], length - 1)
                                    for u in range(under_ptr[target], under_ptr[target + 1]):
                                        for later in range(g, trip_ptr[p + 1]):
                                            if boarded[under[u], later] <= position:
                                                break
                                            boarded[under[u], later] = position
                                else:
                                    since = anchor if keep[q, c] else leaves
                                    if since >= bound - lapse:
                                        since = INF  # no discount lapses before the trip must end
                                    if seen[memory, base + trip] >= since:
                                        if keep[q, c] or since == INF:
                                            break
                                        continue
                                    seen[memory, base + trip] = since
                                at = time_ptr[p] + trip * length
                                for k in range(position + 1, reach + 1):
                                    comes = arrival[at + k]
                                    if comes > bound:
                                        break
                                    if not dropoff[offset + k]:
                                        continue
                                    label = _label(
                                        target, pattern_stop[offset + k], comes,
                                        since if memory >= 0 else -1,
                                        r if routed[target] else NO_ROUTE,
                                    )  # fmt: skip
                                    if _dominated(pool, arrived, cover_ptr, cover, stops, label):
                                        continue
                                    label = _label(target, label[1], comes, since, label[4])
                                    pool = _roomy(pool, count)
                                    _insert(
                                        pool, arrived, count, under_ptr, under, timed, stops, label
                                    )
                                    count += 1
                                if memory < 0 or keep[q, c] or since == INF:
                                    break  # later trips arrive later and remember nothing more
                low, high = high, count
                for i in range(low, high):  # alight: leave for the end, or walk to the next ride
                    if pool[i, ALIVE] == 0:
                        continue
                    q, s, at_stop = pool[i, STATE], pool[i, STOP], pool[i, TIME]
                    for j in range(egress_ptr[s], egress_ptr[s + 1]):
                        t = at_stop + egress_s[j]
                        if t > bound:
                            break
                        best[egress_end[j]] = min(best[egress_end[j]], t)
                    if not goes_on[q]:
                        continue
                    on = at_stop + slack
                    for j in range(bring_ptr[s], bring_ptr[s + 1]):
                        begin = max(on, bring[j, 2])
                        if begin < bring[j, 3] and full[q, bring[j, 4]] >= 0:
                            t = begin + bring[j, 1]
                            best[bring[j, 0]] = min(best[bring[j, 0]], t)
                    for j in range(walk_ptr[s] - 1, walk_ptr[s + 1]):
                        stop, t = s, on
                        if j >= walk_ptr[s]:
                            stop, t = walk_stop[j], on + walk_s[j]
                            if t > bound:
                                break
                            if hours:
                                begin = max(on, walk_from[j])
                                t = begin + walk_s[j]
                                if begin >= walk_until[j] or t > bound:
                                    continue
                        since = pool[i, ANCHOR]
                        route = pool[i, ROUTE]
                        label = _label(q, stop, t, since if timed[q] >= 0 else -1, route)
                        if not _dominated(pool, ready, cover_ptr, cover, stops, label):
                            pool = _roomy(pool, count)
                            label = _label(q, stop, t, since, route)
                            _insert(pool, ready, count, under_ptr, under, timed, stops, label)
                            count += 1
                low = high
            for d in range(ends):
                t = best[d] - leave
                times[back, d] = t if t <= longest else INF
        for d in range(ends):
            ordered = np.sort(times[:, d])
            for k in range(len(ranks)):
                out[k, row, d] = ordered[ranks[k] - 1]
    return out
