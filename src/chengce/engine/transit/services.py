"""Choose the trips that run around a date: its own, yesterday's after midnight, tomorrow's if asked."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date as calendar_date
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.draws import uniforms
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

DAY_S = 86_400
FEED = ("stops", "trips", "stop_times", "frequencies", "services")


@dataclass(frozen=True)
class Feed:
    """The tables a timetable is compiled from."""

    stops: pd.DataFrame
    trips: pd.DataFrame
    stop_times: pd.DataFrame
    frequencies: pd.DataFrame
    services: pd.DataFrame

    @classmethod
    def of(cls, city: City) -> "Feed":
        """Return the tables of a city."""
        return cls(*(city.table(name) for name in FEED))

    def only(self, trips: Collection[str]) -> "Feed":
        """Return the feed with the calls and frequencies of some trips alone; rows of trips stay."""
        wanted = list(trips)
        return replace(
            self,
            stop_times=self.stop_times[self.stop_times["trip"].isin(wanted)],
            frequencies=self.frequencies[self.frequencies["trip"].isin(wanted)],
        )


@dataclass(frozen=True)
class Calls:
    """Stop calls of trips, sorted by trip and sequence; trips by their row in the trips table.

    `start` int64[trips + 1] bounds each trip's calls; `stop` (row of the stops table), `arrival`,
    `departure` (s), `pickup`, `dropoff` per call; `trip` int64[trips] names the trips.
    """

    trip: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int32]
    arrival: NDArray[np.int32]
    departure: NDArray[np.int32]
    pickup: NDArray[np.bool_]
    dropoff: NDArray[np.bool_]


@dataclass(frozen=True)
class Departures:
    """Trips to run: `call` = the trip's place in `Calls`, `shift` = seconds added to its times."""

    call: NDArray[np.int64]
    shift: NDArray[np.int64]


def read_calls(feed: Feed) -> Calls:
    """Return all stop calls of a feed, ordered; calls of unknown trips or stops are left out."""
    table = feed.stop_times
    trip = pd.Index(feed.trips["id"]).get_indexer(table["trip"])
    stop = pd.Index(feed.stops["id"]).get_indexer(table["stop"])
    order = np.lexsort([table["sequence"].to_numpy(np.int64), trip])
    order = order[(trip[order] >= 0) & (stop[order] >= 0)]
    trips, counts = np.unique(trip[order], return_counts=True)

    def seconds(name: str) -> NDArray[np.int32]:
        return np.asarray(table[name].to_numpy(np.int32)[order])

    def flag(name: str) -> NDArray[np.bool_]:
        return np.asarray(table[name].to_numpy(np.bool_)[order])

    return Calls(
        trip=trips.astype(np.int64),
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        stop=stop[order].astype(np.int32),
        arrival=seconds("arrival_s"),
        departure=seconds("departure_s"),
        pickup=flag("pickup"),
        dropoff=flag("dropoff"),
    )


def departures(feed: Feed, calls: Calls, date: str, *, horizon_s: int = DAY_S) -> Departures:
    """Return the departures of a service date, times counted from its midnight.

    Yesterday's trips that still run after midnight are in, 24 h earlier; tomorrow's, 24 h later,
    where they start before `horizon_s`. A trip with frequencies runs as often as they say and not
    by itself.
    """
    day = calendar_date.fromisoformat(date)
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for offset in (0, -1, 1):
        running = running_on(feed, calls, (day + timedelta(days=offset)).isoformat())
        call, shift = _expanded(feed, calls, running)
        shift = shift + offset * DAY_S
        first = calls.departure[calls.start[call]] + shift
        last = calls.arrival[calls.start[call + 1] - 1] + shift
        keep = (last >= 0) & (first <= horizon_s) if offset else np.ones(len(call), bool)
        parts.append((call[keep], shift[keep]))
    return Departures(*(np.concatenate(list(column)) for column in zip(*parts, strict=True)))


def running_on(feed: Feed, calls: Calls, date: str) -> NDArray[np.int64]:
    """Return the places in `calls` of the trips whose service runs on a date."""
    service = feed.trips["service"].to_numpy(dtype=object)[calls.trip]
    active = active_services(feed.services, date)
    return np.flatnonzero(pd.Index(service).isin(active)).astype(np.int64)


def phases(trips: Sequence[str], headway_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the seconds after the start of its period at which each trip by headway first leaves.

    One phase per trip id, the same in base and scenario; departures over a window cover the wait.
    """
    begin = np.floor(uniforms(0, "phase", list(trips), 1)[0] * headway_s)
    return np.asarray(begin, dtype=np.int64)


def _expanded(
    feed: Feed, calls: Calls, running: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Replace trips that have frequencies by their repetitions; others keep shift 0."""
    table = feed.frequencies
    trip_ids = feed.trips["id"].to_numpy(dtype=object)
    if not len(table):
        return running, np.zeros(len(running), np.int64)
    ids = pd.Index(trip_ids[calls.trip])
    call = ids.get_indexer(table["trip"])
    use = np.isin(call, running) & (call >= 0)
    table, call = table[use], call[use].astype(np.int64)
    start = table["start_s"].to_numpy(np.int64)
    headway = table["headway_s"].to_numpy(np.int64)
    exact = table["exact"].to_numpy(np.bool_)
    phase = phases([str(t) for t in table["trip"]], headway)
    begin = start + np.where(exact, 0, phase)
    count = np.maximum(-(-(table["end_s"].to_numpy(np.int64) - begin) // headway), 0)
    row = np.repeat(np.arange(len(table)), count)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    leave = begin[row] + turn * headway[row]
    shift = leave - calls.departure[calls.start[call[row]]]
    single = running[~np.isin(running, call)]
    return (
        np.concatenate([single, call[row]]),
        np.concatenate([np.zeros(len(single), np.int64), shift]),
    )


def active_services(services: pd.DataFrame, date: str) -> list[str]:
    """Return the services that run on a date."""
    return [str(s) for s in services.loc[_dates(services) == date, "service"]]


def _dates(services: pd.DataFrame) -> "pd.Series[str]":
    return services["date"].astype(str).str.slice(0, 10)


def no_service(services: pd.DataFrame, date: str) -> ChengceError:
    """Return the error of a date on which nothing runs, naming the dates of each feed."""
    ranges = list(_ranges(services))
    zh = "；".join(f"{feed or '数据'}：{low} 至 {high}" for feed, low, high in ranges)
    en = "; ".join(f"{feed or 'data'}: {low} to {high}" for feed, low, high in ranges)
    problem = Problem(
        "no_service_on_date",
        Text(f"{date} 没有公交班次运行", f"no public transport runs on {date}"),
        Text(
            f"请改用有班次的日期（{zh}）" if ranges else "数据中没有任何运营日期，请检查 GTFS 日历",
            f"choose a date with service ({en})"
            if ranges
            else "the data has no service dates at all; check the GTFS calendar",
        ),
        file="services",
        column="date",
    )
    return ChengceError(problem)


def _ranges(services: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    if not len(services):
        return
    feed = services["service"].astype(str).map(lambda s: s.split(":", 1)[0] if ":" in s else "")
    for name, dates in _dates(services).groupby(feed):
        yield str(name), str(dates.min()), str(dates.max())
