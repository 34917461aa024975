"""Patch the timetable of a base city for a scenario: only patterns of touched trips are regrouped.

A trip is touched if the scenario changed its row, its calls, its frequencies, a service day of its
that bears on the date, or whether a stop it calls at exists. Touched trips are compiled by
themselves; the patterns they left or joined are sorted and split again, as when compiling afresh,
and all others stay as they are. The result differs from a fresh one in the order of patterns only.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date as calendar_date
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.transit.services import Feed, active_services, read_calls
from chengce.engine.transit.timetable import (
    Timetable,
    compile_calls,
    compile_timetable,
    cumulative,
    fifo,
    select_trips,
    stop_wheelchair,
    together,
)


def patch_timetable(base: Timetable, city: City, date: str, *, horizon_s: int) -> Timetable:
    """Return the timetable of a scenario from that of its base city, for the same date and horizon.

    Raises `ChengceError` where compiling afresh would.
    """
    assert city.base is not None
    before, after = Feed.of(city.base), Feed.of(city)
    trips = touched_trips(city, before, after, date)
    few = after.only(trips)
    calls = read_calls(few)
    keep = ~before.trips["id"].isin(trips).to_numpy(bool)[base.trip]
    base = replace(base, pattern_stop=_rows(before.stops, after.stops)[base.pattern_stop])
    stay = _named(select_trips(base, keep), _rows(before.trips, after.trips), after)
    served = np.concatenate([stay.trip, calls.trip])
    active = after.trips["service"].isin(active_services(after.services, date)).to_numpy(bool)
    if not active[served].any():  # at most trips of a single call, which no timetable holds
        return compile_timetable(city, date, horizon_s=horizon_s)
    fresh = compile_calls(few, calls, date, horizon_s=horizon_s)
    lost = np.bincount(base.pattern_of_trip[~keep], minlength=base.patterns) > 0
    again = {*_keys(fresh), *_keys(_patterns(base, lost))}
    touched = np.array([key in again for key in _keys(stay)], dtype=bool)
    regrouped = _regrouped([_patterns(stay, touched), fresh], after)
    return together([_patterns(stay, ~touched), regrouped])


def touched_trips(city: City, before: Feed, after: Feed, date: str) -> list[str]:
    """Return the ids of the trips whose departures around a date a scenario may have changed."""
    assert city.delta is not None
    found: set[str] = set()
    for name in ("stop_times", "frequencies"):
        change = city.delta.of(name)
        found |= {str(k[0]) for k in (*change.added, *change.changed, *change.removed)}
    change = city.delta.of("trips")
    found |= {str(k) for k in (*change.added, *change.changed, *change.removed)}
    day = calendar_date.fromisoformat(date)
    near = {(day + timedelta(days=n)).isoformat() for n in (-1, 0, 1)}
    change = city.delta.of("services")
    days = (*change.added, *change.changed, *change.removed)
    services = {str(k[0]) for k in days if str(k[1])[:10] in near}
    change = city.delta.of("stops")
    for feed, stops in ((before, change.removed), (after, change.added)):
        if services:
            found |= set(feed.trips.loc[feed.trips["service"].isin(services), "id"].astype(str))
        if stops:
            calls = feed.stop_times
            found |= set(calls.loc[calls["stop"].isin(list(stops)), "trip"].astype(str))
    return sorted(found)


def _rows(before: pd.DataFrame, after: pd.DataFrame) -> NDArray[np.int32]:
    """Return the row in `after` of each row of `before`, -1 where it is gone."""
    if len(after) >= len(before) and before["id"].equals(after["id"].iloc[: len(before)]):
        return np.arange(len(before), dtype=np.int32)
    return np.asarray(pd.Index(after["id"]).get_indexer(before["id"]), np.int32)


def _named(timetable: Timetable, row: NDArray[np.int32], feed: Feed) -> Timetable:
    """Return a timetable with the trips of another feed, `row` by trip, and what it says of them."""
    trip = row[timetable.trip].astype(np.int64)
    return replace(
        timetable,
        stop_ids=feed.stops["id"].to_numpy(dtype=object),
        stop_wheelchair=stop_wheelchair(feed.stops),
        trip=trip,
        trip_wheelchair=feed.trips["wheelchair"].to_numpy(np.int64)[trip],
    )


def _patterns(timetable: Timetable, keep: NDArray[np.bool_]) -> Timetable:
    """Return the timetable with only the patterns marked."""
    return select_trips(timetable, keep[timetable.pattern_of_trip])


def _keys(timetable: Timetable) -> list[bytes]:
    """Return what tells patterns apart: their stops, pick-ups and drop-offs."""
    call = timetable.pattern_stop.astype(np.int64) * 4 + timetable.pickup * 2 + timetable.dropoff
    bounds = timetable.pattern_ptr.tolist()
    return [call[low:high].tobytes() for low, high in pairwise(bounds)]


@dataclass(frozen=True)
class _Chain:
    """Trips of one pattern: its stops and flags, and times as int32[trips, positions]."""

    stop: NDArray[np.int32]
    pickup: NDArray[np.uint8]
    dropoff: NDArray[np.uint8]
    trip: NDArray[np.int64]
    arrival: NDArray[np.int32]
    departure: NDArray[np.int32]

    @classmethod
    def of(cls, t: Timetable, pattern: int) -> "_Chain":
        calls = slice(t.pattern_ptr[pattern], t.pattern_ptr[pattern + 1])
        trip = t.trip[t.trip_ptr[pattern] : t.trip_ptr[pattern + 1]]
        times = slice(t.time_ptr[pattern], t.time_ptr[pattern + 1])
        shape = (len(trip), -1)
        return cls(
            t.pattern_stop[calls], t.pickup[calls], t.dropoff[calls], trip,
            t.arrival[times].reshape(shape), t.departure[times].reshape(shape[::-1]).T,
        )  # fmt: skip

    def rows(self, rows: NDArray[np.int64]) -> "_Chain":
        return replace(
            self, trip=self.trip[rows], arrival=self.arrival[rows], departure=self.departure[rows]
        )


def _regrouped(parts: list[Timetable], feed: Feed) -> Timetable:
    """Return the trips of all parts in chains, sorted and split as `compile_timetable` does."""
    groups: dict[bytes, list[_Chain]] = defaultdict(list)
    for part in parts:
        for pattern, key in enumerate(_keys(part)):
            groups[key].append(_Chain.of(part, pattern))
    chains = [chain for found in groups.values() for chain in _split(found)]
    trip = np.concatenate([np.empty(0, np.int64), *(c.trip for c in chains)])
    none32, none8 = np.empty(0, np.int32), np.empty(0, np.uint8)
    return Timetable(
        stop_ids=feed.stops["id"].to_numpy(dtype=object),
        stop_wheelchair=stop_wheelchair(feed.stops),
        pattern_ptr=cumulative([len(c.stop) for c in chains]),
        pattern_stop=np.concatenate([none32, *(c.stop for c in chains)]),
        pickup=np.concatenate([none8, *(c.pickup for c in chains)]),
        dropoff=np.concatenate([none8, *(c.dropoff for c in chains)]),
        trip_ptr=cumulative([len(c.trip) for c in chains]),
        trip=trip,
        trip_wheelchair=feed.trips["wheelchair"].to_numpy(np.int64)[trip],
        time_ptr=cumulative([c.arrival.size for c in chains]),
        arrival=np.concatenate([none32, *(c.arrival.ravel() for c in chains)]),
        departure=np.concatenate([none32, *(c.departure.T.ravel() for c in chains)]),
    )


def _split(found: list[_Chain]) -> list[_Chain]:
    """Join chains of one pattern, sort them by first departure, and split where trips overtake."""
    whole = replace(
        found[0],
        trip=np.concatenate([c.trip for c in found]),
        arrival=np.concatenate([c.arrival for c in found]),
        departure=np.concatenate([c.departure for c in found]),
    )
    chain = whole.rows(np.lexsort((whole.trip, whole.arrival[:, -1], whole.departure[:, 0])))
    times = np.concatenate([chain.arrival, chain.departure], axis=1)
    if (times[1:] >= times[:-1]).all():
        return [chain]
    return [chain.rows(part) for part in fifo(times)]
