"""Walk between points: along the streets, or straight times a detour where there are none."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Runner
from chengce.engine.csr import Sparse, from_rows
from chengce.engine.options import Points, TripOptions
from chengce.engine.streets.distances import within
from chengce.engine.streets.gates import walkable
from chengce.engine.streets.plane import great_circle_m
from chengce.engine.streets.snap import Connectors, snap
from chengce.engine.streets.weights import Weights, weigh
from chengce.engine.transit.walk_patch import Walked, patch_walks

DETOUR = 1.3  # street over straight distance on foot, where a city has no streets layer
MANY = 64  # the snapping and the walks of fewer points cost less than keeping them
VERSION = 2
_TABLES = ("streets", "compounds", "gates", "elevation")
Off = tuple[tuple[str, float], ...]


class Footways(Protocol):
    """Walking times from points to points."""

    def walks(self, origins: Points, destinations: Points, limit_s: int) -> Sparse:
        """Return, by origin, the destinations within the limit and the seconds (rounded up)."""
        ...

    def off(self, points: Points) -> Off:
        """Return the points that are not on the network, with metres to the nearest street."""
        ...


class StreetWalks:
    """Walk along the streets of a city.

    Points are snapped once. The walks of a base city from many points are kept as a derived
    product; where it is there, those of a scenario are read off it by a patch.
    """

    def __init__(self, city: City, options: TripOptions, runner: Runner) -> None:
        self._city, self._options, self._runner = city, options, runner
        self._weights: Weights = weigh(
            walkable(city, options.street_profile, options.gates),
            options.street_profile,
            speed_mps=options.speed_mps,
            slope_effect=options.slope_effect,
        )
        self._snapped: list[tuple[Points, Connectors]] = []

    def walks(self, origins: Points, destinations: Points, limit_s: int) -> Sparse:
        """Return walks within the limit by street, seconds rounded up."""
        found = self._milliseconds(origins, destinations, limit_s)
        return Sparse(found.indptr, found.column, (found.value + 999) // 1000)

    def off(self, points: Points) -> Off:
        """Return the points beyond the snapping limit."""
        return self._connect(points).unsnapped

    def _milliseconds(self, origins: Points, destinations: Points, limit_s: int) -> Sparse:
        if len(origins) < MANY:
            return self._search(origins, destinations, limit_s)
        if self._before is not None:
            return self._patched(self._before, origins, destinations, limit_s)

        def build() -> dict[str, NDArray[Any]]:
            return self._search(origins, destinations, limit_s)._asdict()

        key = self._key(origins, destinations, limit_s)
        kept = self._city.derived("walks", VERSION, tables=_TABLES, params=key, build=build)
        return Sparse(*(np.asarray(kept[name]) for name in Sparse._fields))

    def _patched(
        self, base: "StreetWalks", origins: Points, destinations: Points, limit_s: int
    ) -> Sparse:
        """Return walks read off those of the base city, or searched where these are not kept."""
        old = origins.before or origins, destinations.before or destinations
        key = base._key(*old, limit_s)
        kept = base._city.kept("walks", VERSION, tables=_TABLES, params=key)
        if kept is None:
            return self._search(origins, destinations, limit_s)
        return patch_walks(
            Sparse(*(np.asarray(kept[name]) for name in Sparse._fields)),
            Walked(base._weights, *(base._connect(p) for p in old)),
            Walked(self._weights, self._connect(origins), self._connect(destinations)),
            limit_ms=limit_s * 1000,
            runner=self._runner,
        )

    def _search(self, origins: Points, destinations: Points, limit_s: int) -> Sparse:
        return within(
            self._weights,
            self._connect(origins),
            self._connect(destinations),
            limit_ms=limit_s * 1000,
            runner=self._runner,
        )

    @cached_property
    def _before(self) -> "StreetWalks | None":
        base = self._city.base
        return None if base is None else StreetWalks(base, self._options, self._runner)

    def _key(self, origins: Points, destinations: Points, limit_s: int) -> dict[str, Any]:
        o = self._options
        return {
            "points": [origins.digest, destinations.digest],
            "limit_s": limit_s,
            "walker": [o.street_profile, o.speed_mps, o.slope_effect, o.snap_limit_m],
            "gates": [o.gates.tolerance_m, o.gates.window],
        }

    def _connect(self, points: Points) -> Connectors:
        for known, connectors in self._snapped:
            if known is points:
                return connectors
        o = self._options

        def build() -> Connectors:
            return snap(
                self._city, points.ids, points.lon, points.lat, o.street_profile,
                limit_m=o.snap_limit_m, gates=o.gates,
            )  # fmt: skip

        if len(points) < MANY:
            made = build()
        else:
            key = f"connectors {o.street_profile} {o.snap_limit_m!r} {o.gates} {points.digest}"
            made = self._city.remembered(key, build)
        self._snapped.append((points, made))
        return made


@dataclass(frozen=True)
class StraightWalks:
    """Walk straight, great-circle distance times `DETOUR`: for a city without streets."""

    speed_mps: float

    def walks(self, origins: Points, destinations: Points, limit_s: int) -> Sparse:
        """Return walks within the limit, seconds rounded up."""
        rows, columns, seconds = [], [], []
        for first in range(0, len(origins), 256):
            part = slice(first, first + 256)
            metres = great_circle_m(
                origins.lon[part, None], origins.lat[part, None], destinations.lon, destinations.lat
            )
            took = np.ceil(metres * DETOUR / self.speed_mps)
            row, column = np.nonzero(took <= limit_s)
            rows.append(row + first)
            columns.append(column)
            seconds.append(took[row, column])
        row = np.concatenate([np.empty(0, np.int64), *rows])
        index = np.concatenate([np.empty(0, np.int64), *columns]).astype(np.int32)
        value = np.concatenate([np.empty(0), *seconds]).astype(np.int32)
        return from_rows(row, Sparse(np.zeros(1, np.int64), index, value), len(origins))

    def off(self, points: Points) -> Off:
        """Return nothing: every point can be walked from."""
        return ()


def footways(city: City, options: TripOptions, runner: Runner) -> Footways:
    """Return how one walks in a city."""
    if len(city.table("streets")):
        return StreetWalks(city, options, runner)
    return StraightWalks(options.speed_mps)


def full_rows(
    walks: Sparse, rows: NDArray[np.int64], columns: int, empty: int
) -> NDArray[np.int32]:
    """Return some rows as a dense block, `empty` where there is no walk."""
    out = np.full((len(rows), columns), empty, np.int32)
    for i, row in enumerate(rows):
        entries = slice(walks.indptr[row], walks.indptr[row + 1])
        out[i, walks.column[entries]] = walks.value[entries]
    return out
