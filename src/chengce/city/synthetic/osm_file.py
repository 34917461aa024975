"""Write the town's streets, places and ground as an OpenStreetMap PBF file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import osmium
from osmium.osm import mutable

from chengce.city.synthetic.frame import TOWN, Point
from chengce.city.synthetic.ground import Area
from chengce.city.synthetic.places import Place
from chengce.city.synthetic.sketch import Streets, Tags

STREET_WAY = 1001
"""Identifier of the first street's way; the others follow in order."""


@dataclass(frozen=True)
class Ban:
    """A turn restriction between two ways of the street plan at a node."""

    restriction: str
    from_way: int
    via: int
    to_way: int


@dataclass(frozen=True)
class Extras:
    """What the file holds besides the streets.

    `lines` are open ways (railway, watercourse); `outline` is the administrative boundary.
    """

    bans: Sequence[Ban]
    places: Sequence[Place]
    areas: Sequence[Area]
    lines: Sequence[Area]
    outline: Sequence[Point]


def write_osm(path: Path, streets: Streets, extras: Extras) -> None:
    """Write the file; nodes, ways and relations are numbered in the order they are given."""
    sheet = _Sheet()
    numbers = sheet.nodes(
        streets.xy.tolist(), streets.tags, only={n for w in streets.ways for n in w.nodes}
    )
    for way in streets.ways:
        sheet.way([numbers[n] for n in way.nodes], dict(way.tags))
    for place in extras.places:
        if place.size:
            sheet.ring(_square(place), place.tags)
        else:
            sheet.node(place.xy, place.tags)
    for area in extras.areas:
        sheet.ring(area.ring, area.tags)
    for line in extras.lines:
        sheet.line(line.ring, line.tags)
    for wall in streets.walls:
        sheet.ring(wall, {"barrier": "wall", "height": "2.2"})
    border = sheet.ring(extras.outline, {})
    sheet.relation([("w", border, "outer")], _BOUNDARY)
    for ban in extras.bans:
        members = [
            ("w", STREET_WAY + ban.from_way, "from"),
            ("n", numbers[ban.via], "via"),
            ("w", STREET_WAY + ban.to_way, "to"),
        ]
        sheet.relation(members, {"type": "restriction", "restriction": ban.restriction})
    sheet.write(path)


_BOUNDARY = {
    "type": "boundary", "boundary": "administrative", "admin_level": "8",
    "name": "清河镇", "name:en": "Qinghe", "note": "虚构 fictional",
}  # fmt: skip


class _Sheet:
    """Objects in the making, numbered as they come."""

    def __init__(self) -> None:
        self._nodes: list[mutable.Node] = []
        self._ways: list[mutable.Way] = []
        self._relations: list[mutable.Relation] = []

    def node(self, xy: Point, tags: Tags) -> int:
        lon, lat = TOWN.degrees([xy])[0].tolist()
        number = len(self._nodes) + 1
        self._nodes.append(mutable.Node(id=number, version=1, location=(lon, lat), tags=tags))
        return number

    def nodes(
        self, xy: list[Point], tags: Mapping[int, Tags], only: Iterable[int]
    ) -> dict[int, int]:
        return {n: self.node(xy[n], tags.get(n, {})) for n in sorted(only)}

    def way(self, nodes: list[int], tags: Tags) -> int:
        number = STREET_WAY + len(self._ways)
        self._ways.append(mutable.Way(id=number, version=1, nodes=nodes, tags=tags))
        return number

    def line(self, points: Sequence[Point], tags: Tags) -> int:
        return self.way([self.node(p, {}) for p in points], tags)

    def ring(self, points: Sequence[Point], tags: Tags) -> int:
        nodes = [self.node(p, {}) for p in points[:-1]]
        return self.way([*nodes, nodes[0]], tags)

    def relation(self, members: list[tuple[str, int, str]], tags: Tags) -> None:
        number = len(self._relations) + 1
        self._relations.append(mutable.Relation(id=number, version=1, members=members, tags=tags))

    def write(self, path: Path) -> None:
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for node in self._nodes:
                writer.add_node(node)
            for way in self._ways:
                writer.add_way(way)
            for relation in self._relations:
                writer.add_relation(relation)


def _square(place: Place) -> list[Point]:
    (x, y), half = place.xy, place.size / 2
    corners = ((-half, -0.7 * half), (half, -0.7 * half), (half, 0.7 * half), (-half, 0.7 * half))
    ring = [(x + a - 0.1 * b, y + b + 0.1 * a) for a, b in corners]
    return [*ring, ring[0]]
