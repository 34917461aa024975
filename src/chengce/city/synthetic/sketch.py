"""Collect the nodes and ways of a street plan while it is drawn, then keep what hangs together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chengce.city.synthetic.frame import Floats, Point, bend, bend_line

Tags = dict[str, str]
Side = tuple[str, int, int]
"""A side of a block: ("u", main street, row) runs north, ("v", main street, column) runs east."""
_CLOSE_M = 26.0


@dataclass(frozen=True)
class Way:
    """A street as OpenStreetMap knows it: node numbers in order, and tags."""

    nodes: tuple[int, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Streets:
    """The finished street plan: metres by node, tags of nodes, ways, kinds of blocks.

    `kind` is the kind of block a node lies in ("" on main streets and off all ways).
    `corners` finds the node where main streets (column, row) cross; `sides` the way between two.
    """

    xy: Floats
    tags: Mapping[int, Tags]
    ways: tuple[Way, ...]
    kind: NDArray[np.str_]
    corners: Mapping[tuple[int, int], int]
    sides: Mapping[Side, int]
    walls: tuple[list[Point], ...]


@dataclass
class Sketch:
    """A street plan being drawn; plan coordinates, not yet bent."""

    uv: list[Point] = field(default_factory=list)
    tags: dict[int, Tags] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    corners: dict[tuple[int, int], int] = field(default_factory=dict)
    doors: dict[Side, list[tuple[float, int]]] = field(default_factory=dict)
    sides: dict[Side, int] = field(default_factory=dict)
    walls: list[list[Point]] = field(default_factory=list)

    def node(self, u: float, v: float, *, kind: str = "", tags: Tags | None = None) -> int:
        """Add a node and return its number."""
        self.uv.append((u, v))
        self.kind.append(kind)
        if tags:
            self.tags[len(self.uv) - 1] = tags
        return len(self.uv) - 1

    def way(self, nodes: Sequence[int], tags: Tags) -> int:
        """Add a way and return its number."""
        self.ways.append(Way(tuple(nodes), tags))
        return len(self.ways) - 1

    def door(self, side: Side, along: float, across: float) -> int:
        """Return a node on a side of a block at `along`; doors of neighbours that meet are one."""
        doors = self.doors.setdefault(side, [])
        for at, node in doors:
            if abs(at - along) < _CLOSE_M:
                return node
        node = self.node(along, across) if side[0] == "v" else self.node(across, along)
        doors.append((along, node))
        return node

    def finish(self) -> Streets:
        """Return the plan in metres, without the ways that lead nowhere."""
        component = _components(len(self.uv), self.ways)
        main = component[self.ways[0].nodes[0]]
        kept = [i for i, way in enumerate(self.ways) if component[way.nodes[0]] == main]
        number = {old: new for new, old in enumerate(kept)}
        used = {n for i in kept for n in self.ways[i].nodes}
        kind = [k if n in used else "" for n, k in enumerate(self.kind)]
        return Streets(
            xy=bend(self.uv),
            tags={n: t for n, t in self.tags.items() if n in used},
            ways=tuple(self.ways[i] for i in kept),
            kind=np.array(kind),
            corners={k: n for k, n in self.corners.items() if n in used},
            sides={side: number[way] for side, way in self.sides.items()},
            walls=tuple(bend_line([*ring, ring[0]]) for ring in self.walls),
        )


def _components(count: int, ways: Sequence[Way]) -> list[int]:
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for way in ways:
        for other in way.nodes[1:]:
            parent[root(other)] = root(way.nodes[0])
    return [root(node) for node in range(count)]
