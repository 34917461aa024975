"""Random small worlds of trips, and plain search over them, compiled."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from chengce.engine.csr import Sparse, by_value, from_rows
from chengce.engine.kernels.limits import INF
from chengce.engine.options import TripOptions
from chengce.engine.transit.doors import Transfers
from chengce.engine.transit.timetable import Timetable, fifo

ALWAYS = 2**31 - 1
ENDS = 3
Call = tuple[int, int, int, bool, bool]  # stop, arrival, departure, pick-up, drop-off
Walk = tuple[int, int, int, int, int]  # from, to, seconds, first and last second it holds


class World(NamedTuple):
    """Trips, walks between stops, from one origin (row 0) and to `ENDS` destinations."""

    stops: int
    trips: list[list[Call]]
    change: list[Walk]
    access: list[Walk]
    egress: list[Walk]
    options: TripOptions


def random_world(seed: int) -> World:
    """Lines with overtaking, parallel and repeated trips, loops, rides of no time, past midnight."""
    draw = Random(seed)
    stops = draw.randint(2, 7)
    start = draw.choice([0, 0, 7 * 3600, 86_000])
    options = TripOptions(
        "2024-03-05", start, draw.randint(1, 2400), step_s=draw.choice([60, 97, 300]),
        percentiles=(0, 5, 25, 50, 75, 95, 100), max_boardings=draw.randint(0, 4),
        max_trip_s=draw.choice([900, 1800, 3600, 45_000]),
        transfer_slack_s=draw.choice([0, 0, 45]),
    )  # fmt: skip
    trips: list[list[Call]] = []
    for _ in range(draw.randint(1, 6)):
        line = [draw.randrange(stops) for _ in range(draw.randint(2, 6))]
        flags = [(draw.random() < 0.93, draw.random() < 0.93) for _ in line]
        time = start + draw.randint(-900, 3000)
        for _ in range(draw.randint(1, 7)):
            again = draw.random()
            first = time if again < 0.6 else start + draw.randint(-900, 4000)
            trips.append(_trip(draw, line, flags, first))
            if again < 0.1:
                trips.append(list(trips[-1]))  # a parallel trip
            time += draw.choice([120, 300, 600])
    timed = draw.random() < 0.3
    pairs = [(a, b) for a in range(stops) for b in range(stops) if a != b]
    change = [
        (a, b, draw.choice([0, 30, 200, 400]), 0, ALWAYS) for a, b in pairs if draw.random() < 0.3
    ]
    if timed:
        held = [draw.randint(-600, 3000) + start for _ in change]
        change = [(*w[:3], h, h + draw.randint(0, 1500)) for w, h in zip(change, held, strict=True)]
    access = [(0, s, draw.randint(0, 600), 0, ALWAYS) for s in range(stops) if draw.random() < 0.5]
    egress = [
        (s, d, draw.randint(0, 600), 0, ALWAYS)
        for s in range(stops)
        for d in range(ENDS)
        if draw.random() < 0.4
    ]
    return World(stops, trips, change, access, egress, options)


def _trip(
    draw: Random, line: Sequence[int], flags: Sequence[tuple[bool, bool]], time: int
) -> list[Call]:
    calls = []
    for stop, (pickup, dropoff) in zip(line, flags, strict=True):
        dwell = draw.choice([0, 0, 30])
        calls.append((stop, time, time + dwell, pickup, dropoff))
        time += dwell + draw.choice([0, 60, 61, 200, 700])
    return calls


def timetable(world: World) -> Timetable:
    """Return the world's trips as patterns of trips that never overtake."""
    groups: dict[tuple[tuple[int, bool, bool], ...], list[list[Call]]] = {}
    for trip in world.trips:
        groups.setdefault(tuple((c[0], c[3], c[4]) for c in trip), []).append(trip)
    chains = []
    for trips in groups.values():
        times = np.array([[c[1] for c in t] + [c[2] for c in t] for t in trips], np.int64)
        order = np.lexsort(times.T[::-1])
        chains += [[trips[i] for i in order[part]] for part in fifo(times[order])]
    length = np.array([len(c[0]) for c in chains])
    count = np.array([len(c) for c in chains])
    first = [np.array(c[0]) for c in chains]
    every = [np.array(c) for c in chains]
    return Timetable(
        stop_ids=np.arange(world.stops).astype(object),
        stop_wheelchair=np.zeros(world.stops, np.int64),
        pattern_ptr=_ptr(length),
        pattern_stop=np.concatenate([f[:, 0] for f in first]).astype(np.int32),
        pickup=np.concatenate([f[:, 3] for f in first]).astype(np.uint8),
        dropoff=np.concatenate([f[:, 4] for f in first]).astype(np.uint8),
        trip_ptr=_ptr(count),
        trip=np.arange(count.sum()),
        trip_wheelchair=np.zeros(count.sum(), np.int64),
        time_ptr=_ptr(count * length),
        arrival=np.concatenate([e[:, :, 1].ravel() for e in every]).astype(np.int32),
        departure=np.concatenate([e[:, :, 2].T.ravel() for e in every]).astype(np.int32),
    )


def transfers(world: World) -> Transfers:
    """Return the walks between stops, with their hours where any has some."""
    table = _table(world.change)
    order = np.lexsort((table[:, 2], table[:, 0]))
    table = table[order].astype(np.int32)
    ptr = _ptr(np.bincount(table[:, 0], minlength=world.stops))
    timed = bool((table[:, 4] < ALWAYS).any())
    hours = (table[:, 3], table[:, 4]) if timed else (table[:0, 3], table[:0, 4])
    return Transfers(ptr, table[:, 1], table[:, 2], *hours)


def sparse(walks: list[Walk], rows: int) -> Sparse:
    """Return walks by where they begin, each row by ascending time."""
    table = _table(walks)
    plain = Sparse(table[:0, 0], table[:, 1].astype(np.int32), table[:, 2].astype(np.int32))
    return by_value(from_rows(table[:, 0], plain, rows))


def searched(world: World) -> NDArray[np.int32]:
    """Return percentiles int32[percentiles, ENDS], each departure searched on its own."""
    o = world.options
    calls = np.array([c for t in world.trips for c in t], np.int64)
    times = np.stack(
        [
            search(
                _ptr(np.array([len(t) for t in world.trips])), calls, _table(world.change),
                _table(world.access), _table(world.egress), (world.stops, ENDS), leave,
                (o.max_boardings, o.transfer_slack_s, o.max_trip_s),
            )
            for leave in range(o.start_s, o.start_s + o.window_s, o.step_s)
        ]
    )  # fmt: skip
    found: NDArray[np.int32] = np.sort(times, axis=0)[o.ranks() - 1]
    return found


@njit(nogil=True)
def search(
    ptr: NDArray[np.int64],
    calls: NDArray[np.int64],
    change: NDArray[np.int64],
    access: NDArray[np.int64],
    egress: NDArray[np.int64],
    sizes: tuple[int, int],
    leave: int,
    limits: tuple[int, int, int],
) -> NDArray[np.int32]:
    """Return times of one departure, int32[ends], s, riding every trip of every stop reached.

    `calls` and walks as in `World`, trips from `ptr`; `sizes` = (stops, ends); `limits` =
    (boardings, slack at a change, longest trip).
    """
    (stops, ends), (boardings, slack, longest) = sizes, limits
    best = np.full(stops, 2**40, np.int64)
    ready = np.full(stops, 2**40, np.int64)
    for a in range(len(access)):
        ready[access[a, 1]] = min(ready[access[a, 1]], leave + access[a, 2])
    for _ in range(boardings):
        arrived = np.full(stops, 2**40, np.int64)
        for trip in range(len(ptr) - 1):
            aboard = False
            for i in range(ptr[trip], ptr[trip + 1]):
                if aboard and calls[i, 4]:
                    arrived[calls[i, 0]] = min(arrived[calls[i, 0]], calls[i, 1])
                aboard |= calls[i, 3] and ready[calls[i, 0]] <= calls[i, 2]
        best = np.minimum(best, arrived)
        ready = arrived + slack
        for w in range(len(change)):
            t = max(arrived[change[w, 0]] + slack, change[w, 3])
            if t < change[w, 4]:
                ready[change[w, 1]] = min(ready[change[w, 1]], t + change[w, 2])
    out = np.full(ends, INF, np.int32)
    for e in range(len(egress)):
        t = best[egress[e, 0]] + egress[e, 2] - leave
        if t <= longest:
            out[egress[e, 1]] = min(out[egress[e, 1]], t)
    return out


def _table(walks: list[Walk]) -> NDArray[np.int64]:
    return np.array(walks, np.int64).reshape(-1, 5)


def _ptr(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
