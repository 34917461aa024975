"""Tell through which gates of a compound people may pass, and close its wall to everyone else."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.streets.graph import KNOWN, StreetNetwork, street_network
from chengce.engine.streets.walls import OUTSIDE, Stretches, side_of, stretches, wall_shapes

PROFILES = ("walk", "wheelchair", "bike", KNOWN)
DAY_S = 86_400
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class GateRules:
    """How gates are read: a gate stands for the streets that pass the wall within `tolerance_m`.

    `window` are the seconds after midnight between which people set out: a gate must be open from
    the first to the last. None: no hour is asked, and hours do not count.
    """

    tolerance_m: float = 20.0
    window: tuple[int, int] | None = None


@dataclass(frozen=True)
class Gates:
    """The gates of a city for one profile, in the order of their table.

    `ids` are compound/gate, `side` is the row of the compound, `xy` metres in the network's plane.
    `inner`: people may pass on a way that begins or ends in the compound; `through`: also on a way
    across it.
    """

    ids: NDArray[np.object_]
    side: NDArray[np.int32]
    xy: NDArray[np.float64]
    inner: Bools
    through: Bools


@dataclass(frozen=True)
class Walls:
    """The compounds with a known gate as walls in a network, for one profile.

    `shapes` by row of `compounds`, empty where no gate is known: nothing is said of its wall.
    """

    network: StreetNetwork
    shapes: NDArray[np.object_]
    stretches: Stretches
    gates: Gates
    tolerance_m: float

    @cached_property
    def cut_stretch(self) -> NDArray[np.int64]:
        """Stretches at whose end the street passes a wall."""
        s = self.stretches
        same = s.edge[1:] == s.edge[:-1]
        return np.flatnonzero(same & (s.side[1:] != s.side[:-1]))

    @cached_property
    def cut_points(self) -> NDArray[np.object_]:
        """Where each of `cut_stretch` passes its wall, metres."""
        points: NDArray[np.object_] = shapely.get_point(self.stretches.lines[self.cut_stretch], -1)
        return points

    def beside(self, side: NDArray[np.int32], usable: Bools) -> Bools:
        """Tell which cuts have one of the `usable` gates of the compound `side` close by."""
        near = np.zeros(len(self.cut_stretch), dtype=bool)
        cut, gate = self.near
        fits = usable[gate] & (self.gates.side[gate] == side[cut])
        near[cut[fits]] = True
        return near

    @cached_property
    def near(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs (cut, gate) not farther apart than the tolerance."""
        if not len(self.cut_points):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        gate, cut = shapely.STRtree(self.cut_points).query(
            shapely.points(self.gates.xy), predicate="dwithin", distance=self.tolerance_m
        )
        return cut, gate

    @cached_property
    def closed(self) -> Bools:
        """Tell which cuts people may not pass on a way across: no gate for everyone is near."""
        s, at = self.stretches, self.cut_stretch
        shut = np.zeros(len(at), dtype=bool)
        for side in (s.side[at], s.side[at + 1]):
            shut |= (side != OUTSIDE) & ~self.beside(side, self.gates.through)
        return shut


def walls_of(city: City, profile: str, rules: GateRules) -> Walls | None:
    """Return the walls that stop a profile; None where none do: no gate is known, or who drives."""
    return city.remembered(f"walls {profile} {rules}", lambda: _walls(city, profile, rules))


def _walls(city: City, profile: str, rules: GateRules) -> Walls | None:
    gates, compounds = city.table("gates"), city.table("compounds")
    if profile not in PROFILES or not len(gates) or not len(compounds):
        return None
    network = street_network(city)
    known = compounds["id"].isin(gates["compound"]).to_numpy(dtype=bool)
    shapes = np.where(known, wall_shapes(city, network), shapely.Polygon())
    cut = stretches(city, network, shapes)
    return Walls(network, shapes, cut, _gates(city, network, profile, rules), rules.tolerance_m)


def behind_walls(network: StreetNetwork, profile: str, walls: Walls | None) -> StreetNetwork:
    """Return the network with streets closed to passage where they pass a wall beside no gate.

    Their doors stay: from each one goes as far as the wall.
    """
    if walls is None or not walls.closed.any():
        return network
    at = walls.cut_stretch[walls.closed]
    edge = walls.stretches.edge[at]
    passage = network.passage.copy()
    passage[edge, network.column(profile)] = 0
    return replace(network, passage=passage, cut_edge=edge, cut_share=walls.stretches.end[at])


def walkable(city: City, profile: str, rules: GateRules) -> StreetNetwork:
    """Return the streets of a city, closed to passage where they pass a wall beside no gate."""
    return behind_walls(street_network(city), profile, walls_of(city, profile, rules))


def open_during(
    start: NDArray[np.float64], end: NDArray[np.float64], window: tuple[int, int] | None
) -> Bools:
    """Tell which hours (s after midnight, NaN = unknown, taken as open) hold over a whole window."""
    held = np.ones(len(start), dtype=bool)
    for first, last in _days(window):
        held &= np.isnan(start) | np.isnan(end) | ((start <= first) & (end >= last))
    return held


def _days(window: tuple[int, int] | None) -> list[tuple[int, int]]:
    """Return a window as periods of one day each."""
    if window is None:
        return []
    first, last = window
    if last - first >= DAY_S:
        return [(0, DAY_S)]
    a, b = first % DAY_S, first % DAY_S + last - first
    return [(a, b)] if b <= DAY_S else [(a, DAY_S), (0, b - DAY_S)]


def _gates(city: City, network: StreetNetwork, profile: str, rules: GateRules) -> Gates:
    table, compounds = city.table("gates"), city.table("compounds")
    row = {str(key): i for i, key in enumerate(compounds["id"])}
    places = table["geometry"].array
    who = table["who"].to_numpy(dtype=object)
    sure = profile == KNOWN
    use = np.full(len(table), not sure)
    if (column := "wheelchair" if sure else profile) in table.columns:
        use = table[column].astype("boolean").fillna(not sure).to_numpy(dtype=bool)
    hours = [seconds_of(table, name) for name in ("from_s", "to_s")]
    use &= open_during(hours[0], hours[1], rules.window)
    return Gates(
        ids=(table["compound"].astype(str) + "/" + table["id"].astype(str)).to_numpy(dtype=object),
        side=np.array([row.get(str(key), OUTSIDE) for key in table["compound"]], np.int32),
        xy=network.plane.xy(np.asarray(places.x), np.asarray(places.y)),
        inner=use & np.isin(who, ("everyone", "residents")),
        through=use & (who == "everyone"),
    )


def seconds_of(gates: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Return an hour of each gate, s after midnight; NaN where unknown."""
    if name not in gates.columns:
        return np.full(len(gates), np.nan)
    return np.asarray(gates[name].to_numpy(dtype=np.float64, na_value=np.nan))


def passable(city: City, profile: str, rules: GateRules) -> NDArray[np.object_]:
    """Return the compounds that people of a profile may enter by some gate."""
    gates = _gates(city, street_network(city), profile, rules)
    named: NDArray[np.object_] = city.table("gates")["compound"].astype(str).to_numpy(dtype=object)
    return np.unique(named[gates.inner].astype(str)).astype(object)


def side_of_points(walls: Walls, points: NDArray[np.object_]) -> NDArray[np.int32]:
    """Return the compound each point lies in, −1 outside all walls."""
    return side_of(walls.shapes, points)
