"""Ride on demand inside a zone: door to door, or between doors and stops, wait and ride added up."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Runner
from chengce.engine.csr import Sparse
from chengce.engine.options import Points, TripOptions
from chengce.engine.streets.distances import within
from chengce.engine.streets.graph import street_network
from chengce.engine.streets.snap import Connectors, snap
from chengce.engine.streets.weights import weigh
from chengce.engine.transit.doors import Doors
from chengce.engine.transit.footways import StraightWalks

Ints = NDArray[np.int64]
KMH = 3.6


class Rides(NamedTuple):
    """Rides by origin (CSR): `ride` int32[rides, 5] = to, seconds, from, until, number of zone."""

    indptr: Ints
    ride: NDArray[np.int32]


@dataclass(frozen=True)
class OnDemand:
    """Rides on demand of a question: to stops, from stops, door to door."""

    fetch: Rides
    bring: Rides
    door: Rides

    def __bool__(self) -> bool:
        return any(len(rides.ride) for rides in (self.fetch, self.bring, self.door))


def zones_of(city: City, profile: str) -> pd.DataFrame:
    """Return the zones on demand that take riders of a profile, by id."""
    table = city.table("on_demand")
    return table[table["riders"].isin(["everyone", profile])].sort_values("id", ignore_index=True)


def on_demand(
    city: City, origins: Points, destinations: Points, options: TripOptions,
    *, gates: Doors, runner: Runner,
) -> OnDemand:  # fmt: skip
    """Return the rides that begin and end in one zone, at most `max_trip_s` long.

    A ride takes the zone's mean wait, then the way by car along the streets by allowed turns, or
    straight × 1.3 without streets, at the zone's speed; to stops and from them by their doors.
    """
    fetch, bring, door = [], [], []
    limit = options.max_trip_s
    for number, zone in enumerate(zones_of(city, options.profile).itertuples(index=False)):
        vehicle = _Vehicle(city, zone, options, runner)
        hours = (int(zone.start_s), int(zone.end_s), number)
        if zone.serves in ("doors", "both"):
            door.append((vehicle.walks(origins, destinations, limit), hours))
        if zone.serves in ("stops", "both") and len(gates.stops):
            fetch.append((gates.access(vehicle, origins, limit), hours))
            bring.append((gates.egress(vehicle, destinations, limit), hours))
    return OnDemand(
        _rides(fetch, len(origins)),
        _rides(bring, len(gates.stops)),
        _rides(door, len(origins)),
    )


class _Vehicle:
    """Take people from point to point of one zone, as `footways.Footways` walks them."""

    def __init__(self, city: City, zone: Any, options: TripOptions, runner: Runner) -> None:
        self._city, self._options, self._runner = city, options, runner
        self._area = zone.geometry
        shapely.prepare(self._area)
        self._speed = float(zone.speed_kmh) / KMH
        self._wait = int(zone.wait_s)
        longest = getattr(zone, "longest_m", None)
        self._longest_m = np.inf if longest is None or pd.isna(longest) else float(longest)

    def walks(self, origins: Points, destinations: Points, limit_s: int) -> Sparse:
        """Return, by origin, the destinations in the zone within the limit: wait and ride, s."""
        here, there = self._inside(origins), self._inside(destinations)
        ride_s = min(max(limit_s - self._wait, -1), self._longest_m / self._speed)
        if ride_s < 0 or not len(here) or not len(there):
            return _empty(len(origins))
        found = self._drive(_part(origins, here), _part(destinations, there), ride_s)
        counts = np.zeros(len(origins) + 1, np.int64)
        counts[here + 1] = np.diff(found.indptr)
        seconds = (found.value + 999) // 1000 + self._wait
        return Sparse(np.cumsum(counts), there[found.column].astype(np.int32), seconds)

    def off(self, points: Points) -> tuple[tuple[str, float], ...]:
        """Return nothing: who is not on the streets is not fetched, and is named by the walks."""
        return ()

    def _drive(self, origins: Points, destinations: Points, ride_s: float) -> Sparse:
        limit_ms = int(ride_s * 1000)
        if not len(self._city.table("streets")):
            walked = StraightWalks(self._speed).walks(origins, destinations, int(ride_s))
            return Sparse(walked.indptr, walked.column, walked.value * 1000)
        network = street_network(self._city)
        steady = np.full(len(network.ids), self._speed * KMH)
        weights = weigh(
            replace(network, speed_kmh=steady), "drive", speed_mps=1.0, offroad_mps=self._speed
        )
        ends = (self._snapped(origins), self._snapped(destinations))
        return within(weights, *ends, limit_ms=limit_ms, runner=self._runner)

    def _snapped(self, points: Points) -> Connectors:
        limit_m = self._options.snap_limit_m
        return snap(self._city, points.ids, points.lon, points.lat, "drive", limit_m=limit_m)

    def _inside(self, points: Points) -> Ints:
        return np.flatnonzero(shapely.covers(self._area, shapely.points(points.lon, points.lat)))


def _part(points: Points, rows: Ints) -> Points:
    return Points([points.ids[i] for i in rows], points.lon[rows], points.lat[rows])


def _empty(rows: int) -> Sparse:
    return Sparse(np.zeros(rows + 1, np.int64), np.empty(0, np.int32), np.empty(0, np.int32))


def _rides(parts: "list[tuple[Sparse, tuple[int, int, int]]]", rows: int) -> Rides:
    """Return the rides of all zones together, by origin."""
    row = np.concatenate([np.empty(0, np.int64), *(sparse.row for sparse, _ in parts)])
    tables = [
        np.column_stack(
            [sparse.column, sparse.value, *(np.full(len(sparse.column), h) for h in hours)]
        )
        for sparse, hours in parts
    ]
    ride = np.concatenate([np.empty((0, 5), np.int64), *tables]).astype(np.int32)
    order = np.argsort(row, kind="stable")
    indptr = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=rows), out=indptr[1:])
    return Rides(indptr, np.ascontiguousarray(ride[order]))
