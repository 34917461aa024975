"""Compile a timetable for one date: patterns of stops, trips sorted so that none overtakes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.csr import ramp
from chengce.engine.transit.services import (
    DAY_S,
    Calls,
    Departures,
    Feed,
    departures,
    no_service,
    read_calls,
    running_on,
)


@dataclass(frozen=True)
class Timetable:
    """Trips by pattern (same stops, same pick-up and drop-off), times in s from midnight, int32.

    `stop_ids`: all stops, in table order; `stop_wheelchair` 0 unknown, 1 yes, 2 no (a stop without
    its own value takes its parent's). `pattern_ptr` int64[patterns + 1] over `pattern_stop`,
    `pickup`, `dropoff` (uint8). `trip_ptr` int64[patterns + 1] over `trip` (row of the trips table)
    and `trip_wheelchair`. `time_ptr` int64[patterns + 1] over `arrival`, trip by trip, and
    `departure`, position by position. Inside a pattern every trip is at every stop no later than
    the next one.
    """

    stop_ids: NDArray[np.object_]
    stop_wheelchair: NDArray[np.int64]
    pattern_ptr: NDArray[np.int64]
    pattern_stop: NDArray[np.int32]
    pickup: NDArray[np.uint8]
    dropoff: NDArray[np.uint8]
    trip_ptr: NDArray[np.int64]
    trip: NDArray[np.int64]
    trip_wheelchair: NDArray[np.int64]
    time_ptr: NDArray[np.int64]
    arrival: NDArray[np.int32]
    departure: NDArray[np.int32]

    @property
    def patterns(self) -> int:
        """Number of patterns."""
        return len(self.pattern_ptr) - 1

    @property
    def pattern_of_trip(self) -> NDArray[np.int64]:
        """Pattern of each trip."""
        return np.repeat(np.arange(self.patterns), np.diff(self.trip_ptr))

    def boardings(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Return, by stop, the (pattern, position) where one may board and ride on: CSR."""
        length = np.diff(self.pattern_ptr)
        pattern = np.repeat(np.arange(self.patterns), length)
        position = ramp(length)
        use = (self.pickup > 0) & (position < length[pattern] - 1)
        stop = self.pattern_stop[use]
        order = np.lexsort((position[use], pattern[use], stop))
        indptr = np.zeros(len(self.stop_ids) + 1, np.int64)
        np.cumsum(np.bincount(stop, minlength=len(self.stop_ids)), out=indptr[1:])
        return (
            indptr,
            pattern[use][order].astype(np.int32),
            position[use][order].astype(np.int32),
        )


def compile_timetable(city: City, date: str, *, horizon_s: int = DAY_S) -> Timetable:
    """Return the timetable of a service date ("YYYY-MM-DD").

    Holds the date's trips, yesterday's after midnight and, before `horizon_s`, tomorrow's.
    Frequencies become trips: exact ones from their start, others with one fixed phase in
    [0, headway) drawn by trip id, so that departures over a window cover the wait. Raises
    `ChengceError` if nothing runs on the date, naming the dates of each feed.
    """
    feed = Feed.of(city)
    calls = read_calls(feed)
    if not len(running_on(feed, calls, date)):
        raise no_service(feed.services, date)
    return compile_calls(feed, calls, date, horizon_s=horizon_s)


def compile_calls(feed: Feed, calls: Calls, date: str, *, horizon_s: int) -> Timetable:
    """Return the timetable of the trips that `calls` holds, empty if none of them runs."""
    run = departures(feed, calls, date, horizon_s=horizon_s)
    blocks = _chains(calls, run)
    sizes = [(len(b.rows), b.length) for b in blocks]
    times = [_times(calls, run, b) for b in blocks]
    position = _joined([calls.start[run.call[b.rows[0]]] + np.arange(b.length) for b in blocks])
    trip = calls.trip[run.call[_joined([b.rows for b in blocks])]]
    return Timetable(
        stop_ids=feed.stops["id"].to_numpy(dtype=object),
        stop_wheelchair=stop_wheelchair(feed.stops),
        pattern_ptr=cumulative([length for _, length in sizes]),
        pattern_stop=calls.stop[position],
        pickup=calls.pickup[position].astype(np.uint8),
        dropoff=calls.dropoff[position].astype(np.uint8),
        trip_ptr=cumulative([count for count, _ in sizes]),
        trip=trip,
        trip_wheelchair=feed.trips["wheelchair"].to_numpy(np.int64)[trip],
        time_ptr=cumulative([count * length for count, length in sizes]),
        arrival=_joined([a.ravel() for a, _ in times]).astype(np.int32),
        departure=_joined([d.T.ravel() for _, d in times]).astype(np.int32),
    )


def select_trips(timetable: Timetable, keep: NDArray[np.bool_]) -> Timetable:
    """Return the timetable with only the trips marked, bool[trips]; empty patterns drop out."""
    counts = np.diff(timetable.trip_ptr)
    length = np.diff(timetable.pattern_ptr)
    pattern = timetable.pattern_of_trip
    kept = np.bincount(pattern[keep], minlength=timetable.patterns)
    stay = kept > 0
    by_trip = np.repeat(keep, length[pattern])
    # departures lie position by position: each position repeats the pattern's trips
    at = np.repeat(timetable.trip_ptr[:-1], counts * length)
    within = ramp(counts * length) % np.repeat(np.maximum(counts, 1), counts * length)
    positions = np.repeat(stay, length)
    return replace(
        timetable,
        pattern_ptr=cumulative(length[stay]),
        pattern_stop=timetable.pattern_stop[positions],
        pickup=timetable.pickup[positions],
        dropoff=timetable.dropoff[positions],
        trip_ptr=cumulative(kept[stay]),
        trip=timetable.trip[keep],
        trip_wheelchair=timetable.trip_wheelchair[keep],
        time_ptr=cumulative((kept * length)[stay]),
        arrival=timetable.arrival[by_trip],
        departure=timetable.departure[keep[at + within]],
    )


def together(parts: Sequence[Timetable]) -> Timetable:
    """Return the patterns of some timetables one after another; stops are those of the first."""

    def bounds(name: str) -> NDArray[np.int64]:
        """Return row bounds that go on from part to part."""
        ends = [getattr(p, name) for p in parts]
        starts = cumulative([int(e[-1]) for e in ends])
        moved = [e[1:] + s for e, s in zip(ends, starts[:-1], strict=True)]
        return np.concatenate([starts[:1], *moved])

    flat = ("pattern_stop", "pickup", "dropoff", "trip", "trip_wheelchair", "arrival", "departure")
    columns: dict[str, Any] = {n: bounds(n) for n in ("pattern_ptr", "trip_ptr", "time_ptr")}
    columns |= {n: np.concatenate([getattr(p, n) for p in parts]) for n in flat}
    return replace(parts[0], **columns)


def between(timetable: Timetable, first_s: int, last_s: int) -> Timetable:
    """Return only the trips that call somewhere in [first_s, last_s]."""
    length = np.diff(timetable.pattern_ptr)
    counts = np.diff(timetable.trip_ptr)
    pattern = timetable.pattern_of_trip
    begin = timetable.time_ptr[pattern] + ramp(counts) * length[pattern]
    starts = timetable.departure[timetable.time_ptr[pattern] + ramp(counts)]
    ends = timetable.arrival[begin + length[pattern] - 1]
    return select_trips(timetable, (ends >= first_s) & (starts <= last_s))


def accessible(timetable: Timetable, *, known: bool = False) -> Timetable:
    """Return what a wheelchair user can ride: no trip or stop marked as not accessible (2).

    Trips and stops without information (0) stay in, or with `known` out.
    """
    open_stop = np.isin(timetable.stop_wheelchair, (1,) if known else (0, 1))[
        timetable.pattern_stop
    ].astype(np.uint8)
    return select_trips(
        replace(
            timetable, pickup=timetable.pickup * open_stop, dropoff=timetable.dropoff * open_stop
        ),
        np.isin(timetable.trip_wheelchair, (1,) if known else (0, 1)),
    )


@dataclass(frozen=True)
class _Chain:
    rows: NDArray[np.int64]  # of the departures, in order
    length: int


def _chains(calls: Calls, run: Departures) -> list[_Chain]:
    """Group departures by pattern and split each group so that no trip overtakes another."""
    length = np.diff(calls.start)[run.call]
    chains: list[_Chain] = []
    for size in np.unique(length[length > 1]):
        rows = np.flatnonzero(length == size)
        # trips share their calls with their repetitions: compare each trip's calls once
        call, inverse = np.unique(run.call[rows], return_inverse=True)
        at = calls.start[call][:, None] + np.arange(size)
        key = calls.stop[at].astype(np.int64) * 4 + calls.pickup[at] * 2 + calls.dropoff[at]
        _, group = np.unique(
            np.ascontiguousarray(key).view(f"V{8 * size}").ravel(), return_inverse=True
        )
        group = group[inverse]
        first = calls.departure[calls.start[run.call[rows]]] + run.shift[rows]
        last = calls.arrival[calls.start[run.call[rows] + 1] - 1] + run.shift[rows]
        order = np.lexsort((run.call[rows], last, first, group))
        rows, group = rows[order], group[order]
        arrival, departure = _times(calls, run, _Chain(rows, int(size)))
        overtakes = (
            (arrival[1:] < arrival[:-1]).any(axis=1) | (departure[1:] < departure[:-1]).any(axis=1)
        ) & (group[1:] == group[:-1])
        bad = np.unique(group[1:][overtakes])
        bounds = np.flatnonzero(np.diff(group, prepend=-1, append=-1))
        for low, high in pairwise(bounds.tolist()):
            if group[low] not in bad:
                chains.append(_Chain(rows[low:high], int(size)))
                continue
            both = np.concatenate([arrival[low:high], departure[low:high]], axis=1)
            chains += [_Chain(rows[low:high][part], int(size)) for part in fifo(both)]
    return chains


def fifo(times: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Split sorted trips, int[trips, times], into chains without overtaking (first fit)."""
    tails: list[int] = []
    parts: list[list[int]] = []
    for trip in range(len(times)):
        fits = (times[tails] <= times[trip]).all(axis=1) if tails else np.zeros(0, bool)
        at = int(np.argmax(fits)) if fits.any() else len(parts)
        if at == len(parts):
            parts.append([])
            tails.append(trip)
        parts[at].append(trip)
        tails[at] = trip
    return [np.array(p, np.int64) for p in parts]


def _times(
    calls: Calls, run: Departures, chain: _Chain
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    call, shift = run.call[chain.rows], run.shift[chain.rows]
    at = calls.start[call][:, None] + np.arange(chain.length)
    return calls.arrival[at] + shift[:, None], calls.departure[at] + shift[:, None]


def stop_wheelchair(stops: pd.DataFrame) -> NDArray[np.int64]:
    """Return by stop 0 unknown, 1 yes, 2 no: its own value, else its parent's."""
    own: NDArray[np.int64] = stops["wheelchair"].to_numpy(np.int64)
    if "parent" not in stops:
        return own
    parent = pd.Index(stops["id"]).get_indexer(stops["parent"])
    inherited = np.where(parent >= 0, own[parent], 0)
    return np.asarray(np.where(own == 0, inherited, own))


def _joined(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.empty(0, np.int64), *parts])


def cumulative(sizes: "list[int] | NDArray[np.int64]") -> NDArray[np.int64]:
    """Return where each of some sizes begins and the last ends: int64[sizes + 1]."""
    return np.concatenate([[0], np.cumsum(np.asarray(sizes, np.int64))]).astype(np.int64)
