"""Walk to, from and between vehicles: through the entrances of stations, by the transfers stated."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.csr import Sparse, by_column, by_value, from_rows, ramp
from chengce.engine.options import Points
from chengce.engine.transit.footways import Footways, Off

Ints = NDArray[np.int64]
_NO_HOURS = np.empty(0, np.int32)


class Transfers(NamedTuple):
    """Walks between stops, each row by ascending seconds, and the hours they hold.

    `start`, `end` int32 per entry, s after midnight, or empty where all hold all day. Who comes
    before `start` waits until then; from `end` on the way is closed.
    """

    indptr: Ints
    column: NDArray[np.int32]
    value: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]


@dataclass(frozen=True)
class Doors:
    """Where one enters and leaves the stops of a city on foot.

    `points`: the usable entrances, then the stops that have none. `link` by door (CSR): its stops
    and the seconds from door to platform. `pairs`: sorted from·stops + to of stops of one station.
    """

    stops: Points
    points: Points
    link: Sparse
    pairs: Ints

    @property
    def plain(self) -> bool:
        """Tell whether no stop has an entrance: every stop is its own door."""
        return self.points is self.stops

    def access(self, foot: Footways, origins: Points, limit_s: int) -> Sparse:
        """Return walks from origins to stops within the limit, by ascending seconds."""
        walks = foot.walks(origins, self.points, limit_s)
        return by_value(walks if self.plain else self._onward(walks, limit_s))

    def egress(self, foot: Footways, destinations: Points, limit_s: int) -> Sparse:
        """Return walks from stops to destinations within the limit, by ascending seconds."""
        walks = foot.walks(self.points, destinations, limit_s)
        return by_value(walks if self.plain else self._backward(walks, len(destinations), limit_s))

    def between(self, foot: Footways, limit_s: int) -> Sparse:
        """Return walks between stops: platform to platform in a station, else door to door."""
        walks = foot.walks(self.points, self.points, limit_s)
        if self.plain:
            return walks
        outside = self._backward(self._onward(walks, limit_s), len(self.stops), limit_s)
        key = outside.row * len(self.stops) + outside.column
        outside = _filtered(outside, ~np.isin(key, self.pairs))
        behind = np.setdiff1d(np.arange(len(self.stops)), self.link.column[self._own()])
        inner = Points(
            [self.stops.ids[i] for i in behind], self.stops.lon[behind], self.stops.lat[behind]
        )
        near = foot.walks(inner, inner, limit_s)
        row, column = behind[near.row], behind[near.column]
        same = np.isin(row * len(self.stops) + column, self.pairs)
        return _least(
            np.concatenate([outside.row, row[same]]),
            np.concatenate([outside.column, column[same]]).astype(np.int64),
            np.concatenate([outside.value, near.value[same]]),
            (len(self.stops), len(self.stops)),
        )

    def off(self, foot: Footways) -> Off:
        """Return the stops none of whose doors is on the network, with the nearest one's metres."""
        away = foot.off(self.points)
        if self.plain or not away:
            return away
        metres = np.full(len(self.points), np.nan)
        at = {name: i for i, name in enumerate(self.points.ids)}
        for name, m in away:
            metres[at[name]] = m
        found = pd.Series(metres[self.link.row]).groupby(self.link.column)
        lost = found.min()[found.apply(lambda m: m.notna().all())]
        return tuple((str(self.stops.ids[int(i)]), float(m)) for i, m in lost.items())

    def _own(self) -> NDArray[np.bool_]:
        """Tell which links are stops that are their own door."""
        names = np.array([str(n).startswith("stop:") for n in self.points.ids])
        return names[self.link.row]

    def _onward(self, walks: Sparse, limit_s: int) -> Sparse:
        """Go on from doors to stops: rows stay, columns become stops."""
        count = np.diff(self.link.indptr)[walks.column]
        at = np.repeat(self.link.indptr[walks.column], count) + ramp(count)
        seconds = np.repeat(walks.value, count) + self.link.value[at]
        keep = seconds <= limit_s
        row = np.repeat(walks.row, count)[keep]
        shape = (len(walks.indptr) - 1, len(self.stops))
        return _least(row, self.link.column[at][keep].astype(np.int64), seconds[keep], shape)

    def _backward(self, walks: Sparse, columns: int, limit_s: int) -> Sparse:
        """Come from stops to doors: rows become stops, columns stay."""
        turned = self._onward(by_column(walks, columns), limit_s)
        return by_column(turned, len(self.stops))


def stops_of(city: City) -> Points:
    """Return the stops of a city, those of its base city with them if they are others."""
    table = city.table("stops")
    point = table["geometry"].array
    other = city.base is not None and city.delta is not None and bool(city.delta.of("stops"))
    return Points(
        [str(i) for i in table["id"]],
        np.asarray(point.x, np.float64),
        np.asarray(point.y, np.float64),
        before=stops_of(city.base) if city.base is not None and other else None,
    )


def doors(city: City, stops: Points, *, wheelchair: bool, known: bool = False) -> Doors:
    """Return the doors of a city's stops; `wheelchair` leaves out entrances marked 2 (not usable).

    With `known` it leaves out those marked 0 (unknown) too.

    An entrance names a stop, or a station: then it serves all the station's stops. A stop whose
    entrances are all left out cannot be reached.
    """
    table = city.table("entrances")
    own = pd.Index([str(i) for i in stops.ids])
    if not len(table) or not len(own):
        return Doors(stops, stops, _identity(len(own)), np.empty(0, np.int64))
    parent = _parents(city, own)
    door, stop = _served(table["stop"].astype(str).tolist(), own, parent)
    behind = np.unique(stop)
    usable = np.ones(len(table), dtype=bool)
    if wheelchair:
        usable = np.isin(table["wheelchair"].to_numpy(np.int64), (1,) if known else (0, 1))
    keep = usable[door]
    door, stop = door[keep], stop[keep]
    free = np.setdiff1d(np.arange(len(own)), behind)
    place = table["geometry"].array
    points = Points(
        [*(f"entrance:{i}" for i in range(len(table))), *(f"stop:{own[i]}" for i in free)],
        np.concatenate([np.asarray(place.x, np.float64), stops.lon[free]]),
        np.concatenate([np.asarray(place.y, np.float64), stops.lat[free]]),
        before=_points_before(city, stops, wheelchair=wheelchair, known=known),
    )
    seconds = table["seconds"].to_numpy(np.int32)[door]
    link = from_rows(
        np.concatenate([door, len(table) + np.arange(len(free))]),
        Sparse(
            np.zeros(1, np.int64),
            np.concatenate([stop, free]).astype(np.int32),
            np.concatenate([seconds, np.zeros(len(free), np.int32)]),
        ),
        len(points),
    )
    return Doors(stops, points, link, _pairs(door, stop, parent, len(own)))


def _points_before(city: City, stops: Points, *, wheelchair: bool, known: bool) -> Points | None:
    """Return the doors of the base city of a scenario that changes stops or entrances."""
    if city.base is None or city.delta is None:
        return None
    if not (city.delta.of("stops") or city.delta.of("entrances")):
        return None
    return doors(city.base, stops.before or stops, wheelchair=wheelchair, known=known).points


def stated_transfers(city: City, stops: Points, walked: Sparse, limit_s: int) -> Transfers:
    """Return walks between stops, those a city states in place of those walked.

    A pair of stops that `transfers` names can be changed only as stated, whoever walks and however
    fast; all other pairs are walked.
    """
    table = city.table("transfers")
    own = pd.Index([str(i) for i in stops.ids])
    one, two = own.get_indexer(table["from_stop"]), own.get_indexer(table["to_stop"])
    use = (one >= 0) & (two >= 0) & (one != two)
    seconds = table["seconds"].to_numpy(np.int64)
    stated = np.unique(one[use] * len(own) + two[use])
    use &= seconds <= limit_s
    keep = (walked.row != walked.column) & ~np.isin(walked.row * len(own) + walked.column, stated)
    row = np.concatenate([walked.row[keep], one[use]])
    column = np.concatenate([walked.column[keep], two[use]]).astype(np.int32)
    value = np.concatenate([walked.value[keep], seconds[use]]).astype(np.int32)
    if not use.any():
        plain = by_value(from_rows(row, Sparse(row[:0], column, value), len(own)))
        return Transfers(*plain, _NO_HOURS, _NO_HOURS)
    always = np.full(int(keep.sum()), np.iinfo(np.int32).max, np.int32)
    start = np.concatenate([np.zeros_like(always), table["start_s"].to_numpy(np.int32)[use]])
    end = np.concatenate([always, table["end_s"].to_numpy(np.int32)[use]])
    order = np.lexsort((start, column, value, row))
    indptr = np.zeros(len(own) + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=len(own)), out=indptr[1:])
    return Transfers(indptr, column[order], value[order], start[order], end[order])


def _identity(length: int) -> Sparse:
    each = np.arange(length)
    return Sparse(np.arange(length + 1), each.astype(np.int32), np.zeros(length, np.int32))


def _parents(city: City, own: pd.Index) -> NDArray[np.object_]:
    """Return the station of every stop, None where it has none."""
    stops = city.table("stops")
    if "parent" not in stops.columns:
        return np.full(len(own), None, dtype=object)
    named = stops["parent"].notna()
    found: NDArray[np.object_] = stops["parent"].astype(object).where(named, None).to_numpy(object)
    return found


def _served(names: list[str], own: pd.Index, parent: NDArray[np.object_]) -> tuple[Ints, Ints]:
    """Return pairs (entrance, stop): the stop it names and the stops of the station it names."""
    of: dict[str, list[int]] = {}
    for i, (stop, station) in enumerate(zip(own, parent, strict=True)):
        of.setdefault(stop, []).append(i)
        if station is not None and station != stop:
            of.setdefault(str(station), []).append(i)
    pairs = [(door, stop) for door, name in enumerate(names) for stop in of.get(name, ())]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _pairs(door: Ints, stop: Ints, parent: NDArray[np.object_], stops: int) -> Ints:
    """Return, sorted, from·stops + to of stops that share a station or an entrance."""
    shared = pd.DataFrame({"by": door, "stop": stop})
    station = pd.Series(parent).dropna()
    named = pd.DataFrame({"by": -1 - pd.factorize(station)[0], "stop": station.index})
    both = pd.concat([shared, named])
    met = both.merge(both, on="by")
    return np.unique(met["stop_x"].to_numpy(np.int64) * stops + met["stop_y"].to_numpy(np.int64))


def _filtered(sparse: Sparse, keep: NDArray[np.bool_]) -> Sparse:
    kept = Sparse(sparse.indptr, sparse.column[keep], sparse.value[keep])
    return from_rows(sparse.row[keep], kept, len(sparse.indptr) - 1)


def _least(row: Ints, column: Ints, value: NDArray[np.int32], shape: tuple[int, int]) -> Sparse:
    """Return sparse rows of `shape` with the least value of each (row, column)."""
    order = np.lexsort((value, column, row))
    key = row[order] * shape[1] + column[order]
    first = order[np.append(True, key[1:] != key[:-1])[: len(key)]]
    kept = Sparse(
        np.zeros(1, np.int64), column[first].astype(np.int32), value[first].astype(np.int32)
    )
    return from_rows(row[first], kept, shape[0])
