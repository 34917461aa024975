"""Connect points to the streets on their side of the walls, and through the gates of compounds.

A point outside all walls meets the nearest street outside. A point in a compound meets an inner
street if one is nearer than the compound's nearest known gate, and has one way through each gate
its people may pass: along the inner streets, or straight where these do not lead to the gate, and
on to the nearest street outside. These ways count as level. Where inner streets lead through a gate
that is open to everyone, no such way is needed.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.engine.streets.gates import GateRules, Walls, side_of_points, walls_of
from chengce.engine.streets.graph import StreetNetwork
from chengce.engine.streets.inner_ways import InnerWays
from chengce.engine.streets.nearest import TOUCH_M, Lines, Nearest, nearest
from chengce.engine.streets.walls import OUTSIDE

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Links(NamedTuple):
    """Connectors one by one: the point, the edge, the share of its length, the metres to it."""

    point: NDArray[np.int64]
    edge: NDArray[np.int32]
    fraction: Floats
    offroad_m: Floats

    def of(self, chosen: Bools) -> "Links":
        """Return the connectors of the chosen points alone; `chosen` has one entry per point."""
        keep = chosen[self.point]
        return Links(self.point[keep], self.edge[keep], self.fraction[keep], self.offroad_m[keep])


@dataclass(frozen=True)
class Sides:
    """The streets of each side of the walls, as points may be connected to them.

    `walls` are those of the city; `base`, of the city a scenario starts from (else the same).
    """

    walls: Walls
    base: Walls
    column: int
    limit_m: float

    @property
    def network(self) -> StreetNetwork:
        """Return the network all edges are of."""
        return self.walls.network

    def links(self, points: NDArray[np.object_]) -> Links:
        """Return the connectors of points in the plane; those of one point side by side."""
        side = side_of_points(self.walls, points)
        found = [self._of_side(k, np.flatnonzero(side == k), points) for k in np.unique(side)]
        return joined([part for parts in found for part in parts])

    def _of_side(
        self, side: int, here: NDArray[np.int64], points: NDArray[np.object_]
    ) -> list[Links]:
        first, second = self._streets(side, points[here])
        reach = np.full(len(here), self.limit_m)
        if side != OUTSIDE:
            reach = np.minimum(reach, self._to_gate(side, points[here]))
        out = met(here, first, second, reach)
        if side != OUTSIDE:
            out.append(self._through(side, here, points[here], out))
        return out

    def _streets(self, side: int, points: NDArray[np.object_]) -> tuple[Nearest, Nearest]:
        """Return the nearest street of a side in the base city, and of those a scenario opens."""
        network, s = self.network, self.walls.stretches
        before = network.base_door[:, self.column] > 0
        new = (network.passage[:, self.column] > 0) & ~before
        out = []
        for usable in (before, new):
            at = np.flatnonzero(usable[s.edge] & (s.side == side))
            lines = Lines(s.edge[at], network.ids[s.edge[at]], s.lines[at], s.start[at], s.end[at])
            out.append(nearest(lines, points))
        return out[0], out[1]

    def _to_gate(self, side: int, points: NDArray[np.object_]) -> Floats:
        """Return the metres to the nearest gate of a compound in the base city, whoever may pass."""
        known = self.base if (self.base.gates.side == side).any() else self.walls
        gates = shapely.points(known.gates.xy[known.gates.side == side])
        return np.asarray(shapely.distance(points, shapely.multipoints(gates)), np.float64)

    def _through(
        self, side: int, here: NDArray[np.int64], points: NDArray[np.object_], inner: list[Links]
    ) -> Links:
        """Return the ways of points in one compound through each gate they may pass."""
        gates = self.walls.gates
        rows = np.flatnonzero((gates.side == side) & gates.inner)
        if not len(rows) or not len(here):
            return joined([])
        metres = self._metres(rows, here, points, joined(inner))
        out = self.outer
        taken = [(k, i) for i, row in enumerate(rows) for k in np.flatnonzero(out.point == row)]
        parts = []
        for k, i in taken:
            there = np.flatnonzero(np.isfinite(metres[:, i]))
            parts.append(
                Links(
                    here[there],
                    np.full(len(there), out.edge[k], np.int32),
                    np.full(len(there), out.fraction[k]),
                    metres[there, i] + out.offroad_m[k],
                )
            )
        return joined(parts)

    @cached_property
    def outer(self) -> Links:
        """Where gates meet the streets outside: links whose points are gates."""
        gates = shapely.points(self.walls.gates.xy)
        every = np.arange(len(gates))
        return joined(self._of_side(OUTSIDE, every, gates)) if len(every) else joined([])

    def _metres(
        self,
        rows: NDArray[np.int64],
        here: NDArray[np.int64],
        points: NDArray[np.object_],
        inner: Links,
    ) -> Floats:
        """Return metres from points to gates; straight only where no inner street ever led there.

        A gate that a scenario adds where inner streets lead is reached by them.
        """
        gates = shapely.points(self.walls.gates.xy[rows])
        straight = np.asarray(shapely.distance(points[:, None], gates[None, :]), np.float64)
        before = self._inner_base.metres(rows, here, inner)
        now = before if self._inner is self._inner_base else self._inner.metres(rows, here, inner)
        old = np.isin(self.walls.gates.ids[rows], self.base.gates.ids)
        allowed = ~np.isfinite(before) & (old[None, :] | ~np.isfinite(now))
        ways = np.minimum(now, np.where(allowed, straight, np.inf))
        known = self.base.gates.ids[self.base.gates.through]
        public = self.walls.gates.through[rows] & np.isin(self.walls.gates.ids[rows], known)
        ways[public[None, :] & np.isfinite(now)] = np.inf  # the street itself leads through
        return ways

    @cached_property
    def _inner_base(self) -> InnerWays:
        return InnerWays(self.walls, self.network.base_door[:, self.column] > 0)

    @cached_property
    def _inner(self) -> InnerWays:
        usable = self.network.passage[:, self.column] > 0
        if np.array_equal(usable, self.network.base_door[:, self.column] > 0):
            return self._inner_base
        return InnerWays(self.walls, usable)


def sides(city: City, profile: str, rules: GateRules | None, limit_m: float) -> Sides | None:
    """Return the sides of a city's walls; None where no wall stops the profile."""
    walls = None if rules is None else walls_of(city, profile, rules)
    if walls is None or rules is None:
        return None
    base = walls if city.base is None else walls_of(city.base, profile, rules)
    return city.remembered(
        f"sides {profile} {rules} {limit_m!r}",
        lambda: Sides(walls, base or walls, walls.network.column(profile), limit_m),
    )


def met(
    points: NDArray[np.int64], first: Nearest, second: Nearest, within_m: "Floats | float"
) -> list[Links]:
    """Return where points meet the streets there were, and where those a scenario opens.

    A street counts within `within_m`; a new one beside an old one if it is as near or nearer.
    """
    old = first.offroad_m <= within_m
    new = (second.offroad_m <= within_m) & (~old | (second.offroad_m <= first.offroad_m + TOUCH_M))
    return [
        Links(points[keep], near.edge[keep], near.fraction[keep], near.offroad_m[keep])
        for near, keep in ((first, old), (second, new))
    ]


def joined(parts: list[Links]) -> Links:
    """Return links together, those of one point side by side, in the order given."""
    point = np.concatenate([np.empty(0, np.int64), *(p.point for p in parts)])
    order = np.argsort(point, kind="stable")
    edge = np.concatenate([np.empty(0, np.int32), *(p.edge for p in parts)])
    fraction = np.concatenate([np.empty(0), *(p.fraction for p in parts)])
    offroad = np.concatenate([np.empty(0), *(p.offroad_m for p in parts)])
    return Links(point[order], edge[order], fraction[order], offroad[order])
