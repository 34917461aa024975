"""Turn trains and headways into trips, calls and frequencies.

On a ring a trip is one lap, and its riders may stay on through the next: the calls of that next
lap are for alighting only. So a ride over the ring's first stop needs no change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.readers.lines_thread import Train
from chengce.city.readers.lines_track import Track

Ints = NDArray[np.int64]


@dataclass
class Trips:
    """Trips under construction; `prefix` begins every id."""

    prefix: str
    trips: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, Sequence[str], Ints, Ints, NDArray[np.bool_], NDArray[np.bool_]]] = (
        field(default_factory=list)
    )
    frequencies: list[dict[str, Any]] = field(default_factory=list)

    def add_train(self, track: Track, days: str, train: Train) -> None:
        """Add the trips of one train: itself, or a lap at a time on a ring."""
        arrival = train.time - track.dwell[(train.position - 1) % len(track.dwell)]
        arrival[0] = train.time[0]
        arrival[1:] = np.maximum(arrival[1:], train.time[:-1])
        if train.end < 0:
            arrival[-1] = train.time[-1]  # printed as an arrival
        position, departure = train.position, train.time
        if train.end >= 0:
            last = int(position[-1])
            there = track.lag(last, train.end) - int(
                track.dwell[(train.end - 1) % len(track.dwell)]
            )
            position = np.append(position, train.end)
            arrival = np.append(arrival, departure[-1] + there)
            departure = np.append(departure, departure[-1] + there)
        for first, last, final in _laps(position, track):
            part = slice(first, last)
            if last - first > 1:
                self._add(
                    track, days, position[part], arrival[part], departure[part], final - first
                )

    def add_headways(
        self, track: Track, days: str, periods: Sequence[tuple[int, int, int]]
    ) -> None:
        """Add one trip and its frequencies; periods: start, end, headway, s."""
        count = track.positions
        position = np.arange(2 * count - 1 if track.ring else count)
        steps = position[1:] - 1
        departure = np.zeros(len(position), np.int64)
        np.cumsum(track.run[steps % len(track.run)] + track.dwell[steps % len(track.run)],
                  out=departure[1:])  # fmt: skip
        arrival = departure.copy()
        arrival[1:] -= track.dwell[steps % len(track.dwell)]
        trip = self._add(track, days, position, arrival, departure, count)
        self.frequencies += [
            {"trip": trip, "start_s": start, "end_s": end, "headway_s": headway, "exact": False}
            for start, end, headway in periods
        ]

    def _add(
        self, track: Track, days: str, position: Ints, arrival: Ints, departure: Ints, boarding: int
    ) -> str:
        """Add one trip on which one may board at the first `boarding` calls; return its id."""
        trip = f"{self.prefix}{track.line}:{track.direction}:{days}:{len(self.trips)}"
        stops = [track.stops[p] for p in (position % track.positions).tolist()]
        at = np.arange(len(position))
        departure = departure.copy()
        departure[-1] = arrival[-1]
        self.calls.append((trip, stops, arrival, departure, at < boarding, at > 0))
        self.trips.append(
            {
                "id": trip,
                "route": self.prefix + track.line,
                "service": self.prefix + days,
                "headsign": stops[-1],
                "direction": track.number if track.number < 2 else pd.NA,
                "shape": f"{self.prefix}{track.line}:{track.direction}",
                "wheelchair": 0,
            }
        )
        return trip

    def stop_times(self) -> pd.DataFrame:
        """Return the table `stop_times`."""
        counts = [len(c[1]) for c in self.calls]
        names = np.array([c[0] for c in self.calls], dtype=object)
        stops = np.array([s for c in self.calls for s in c[1]], dtype=object)
        return pd.DataFrame(
            {
                "trip": pd.Series(np.repeat(names, counts), dtype="str"),
                "sequence": np.concatenate([np.arange(1, n + 1) for n in counts] or [_none()]),
                "stop": pd.Series(self.prefix + stops, dtype="str"),
                "arrival_s": _joined([c[2] for c in self.calls]),
                "departure_s": _joined([c[3] for c in self.calls]),
                "pickup": np.concatenate([c[4] for c in self.calls] or [_none().astype(bool)]),
                "dropoff": np.concatenate([c[5] for c in self.calls] or [_none().astype(bool)]),
            }
        )


def _laps(position: Ints, track: Track) -> list[tuple[int, int, int]]:
    """Return (first call, end, end of boarding) of each trip of a train, in places of its calls."""
    if not track.ring:
        return [(0, len(position), len(position))]
    count = track.positions
    lap = position // count
    laps = []
    for number in range(int(lap[0]), int(lap[-1]) + 1):
        first, final = np.searchsorted(lap, [number, number + 1]).tolist()
        if final > first:  # ends before the last stop boarded comes round again
            last = int(np.searchsorted(position, int(position[final - 1]) + count))
            laps.append((first, last, final))
    return laps


def _none() -> Ints:
    return np.empty(0, np.int64)


def _joined(parts: list[Ints]) -> NDArray[np.int32]:
    return np.concatenate([_none(), *parts]).astype(np.int32)
