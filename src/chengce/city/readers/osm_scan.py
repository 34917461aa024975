"""Stream an OpenStreetMap file once (twice with areas) and keep only what the tables need.

Node locations are held by osmium's index: `flex_mem` (16 bytes a node: 0.2 GB for an extract of
100 MB) or a file (`sparse_file_array,FILE`, `dense_file_array,FILE`) for whole countries.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium

from chengce.city.readers import osm_access, osm_barriers, osm_tags
from chengce.city.readers.osm_tags import Use, use_of
from chengce.city.readers.place_kinds import kinds_of, place_keys

Tags = Mapping[str, str]
GROUND_KEYS = ("natural", "waterway", "landuse", "leisure", "boundary")
NO_LOCATION = 2**31 - 1

_GREEN = {
    "leisure": frozenset(("park", "garden", "nature_reserve", "recreation_ground")),
    "landuse": frozenset(("grass", "forest", "recreation_ground", "village_green", "meadow")),
    "natural": frozenset(("wood", "grassland", "scrub", "heath")),
}
_WATER = {
    "natural": frozenset(("water",)),
    "waterway": frozenset(("riverbank", "dock")),
    "landuse": frozenset(("reservoir", "basin")),
}
_RIVERS = frozenset(("river", "canal"))


@dataclass
class Ways:
    """Street ways, one after the other: `starts[i]:starts[i+1]` are the nodes of way i."""

    ids: "array[int]" = field(default_factory=lambda: array("q"))
    starts: "array[int]" = field(default_factory=lambda: array("q", [0]))
    refs: "array[int]" = field(default_factory=lambda: array("q"))
    x: "array[int]" = field(default_factory=lambda: array("i"))  # longitude, 1e-7 degree
    y: "array[int]" = field(default_factory=lambda: array("i"))
    use: "array[int]" = field(default_factory=lambda: array("i"))  # index into `uses`
    uses: list[Use] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)


@dataclass(frozen=True)
class Restriction:
    """A turn restriction as it stands in the file."""

    id: int
    tags: Tags
    members: tuple[tuple[str, int, str], ...]  # type, id, role


@dataclass(frozen=True)
class Feature:
    """A place or a piece of ground: n, w or r, its id, tags, and WKB (hex) or a lon/lat point."""

    type: str
    id: int
    tags: Tags
    wkb: str = ""
    point: tuple[float, float] = (0.0, 0.0)


@dataclass
class Scan:
    """What one pass over the file found."""

    box: tuple[float, float, float, float] | None = None
    ways: Ways = field(default_factory=Ways)
    highways: int = 0
    street_areas: list[int] = field(default_factory=list)  # squares drawn as multipolygons
    barriers: dict[int, int] = field(default_factory=dict)  # node → profiles stopped
    kerbs: set[int] = field(default_factory=set)
    restrictions: list[Restriction] = field(default_factory=list)
    places: list[Feature] = field(default_factory=list)
    ground: list[Feature] = field(default_factory=list)
    unbuilt: list[int] = field(default_factory=list)  # relations whose area could not be built
    unknown_roads: dict[str, int] = field(default_factory=dict)


def scan(path: Path, *, places: bool, ground: bool, index: str) -> Scan:
    """Read the file; raises osmium's `RuntimeError` when it cannot."""
    file = osmium.FileProcessor(str(path)).with_locations(index)
    keys = (place_keys() if places else frozenset()) | set(GROUND_KEYS if ground else ())
    if keys:
        file.with_areas(osmium.filter.KeyFilter(*sorted(keys)))
    _filter(file, osmium.osm.NODE, {"barrier", "kerb"} | (place_keys() if places else set()))
    ways = {"highway", "railway", "public_transport"} | keys
    _filter(file, osmium.osm.WAY | osmium.osm.AREA, ways)
    _filter(file, osmium.osm.RELATION, {"type"})
    return _Reader(file, places=places, ground=ground).read()


def ground_kind(tags: Tags) -> str | None:
    """Return water, green or boundary for an area with these tags, else None."""
    if any(tags.get(key) in values for key, values in _WATER.items()):
        return "water"
    if any(tags.get(key) in values for key, values in _GREEN.items()):
        return "green"
    return "boundary" if tags.get("boundary") == "administrative" else None


def is_river(tags: Tags) -> bool:
    """Return whether a line with these tags is a large river or canal above ground."""
    return tags.get("waterway") in _RIVERS and tags.get("tunnel", "no") in ("no", "flooded")


class _Reader:
    """Hand each object of the stream to the lists it belongs to."""

    def __init__(self, file: osmium.FileProcessor, *, places: bool, ground: bool) -> None:
        self.file, self.with_places, self.with_ground = file, places, ground
        self.out = Scan()
        self.wkb = osmium.geom.WKBFactory()
        self.known: dict[tuple[tuple[str, str], ...], int] = {}
        self.ways_as_places: dict[int, Feature] = {}  # until their area comes by
        self.wanted: set[int] = set()  # relations whose area should come by

    def read(self) -> Scan:
        box = self.file.header.box()
        if box.valid():
            low, high = box.bottom_left, box.top_right
            self.out.box = (low.lon, low.lat, high.lon, high.lat)
        take = {"n": self.node, "w": self.way, "r": self.relation, "a": self.area}
        for thing in self.file:
            take[thing.type_str()](thing)
        self.out.places.extend(self.ways_as_places.values())
        self.out.unbuilt = sorted(self.wanted)
        return self.out

    def node(self, node: Any) -> None:
        tags = _tags(node)
        if "barrier" in tags or "kerb" in tags:
            stopped = osm_barriers.stopped(tags)
            if stopped:
                self.out.barriers[node.id] = stopped
            if osm_barriers.raised_kerb(tags):
                self.out.kerbs.add(node.id)
        if self.with_places and node.location.valid() and kinds_of(tags):
            self.out.places.append(Feature("n", node.id, tags, point=(node.lon, node.lat)))

    def way(self, way: Any) -> None:
        tags = _tags(way)
        if osm_access.is_street(tags):
            self.street(way, tags)
        if self.with_places and kinds_of(tags):
            points = [(n.x, n.y) for n in way.nodes if n.x != NO_LOCATION]
            if points:
                x, y = points[len(points) // 2]
                self.ways_as_places[way.id] = Feature("w", way.id, tags, point=(x / 1e7, y / 1e7))
        if self.with_ground and is_river(tags):
            wkb = _line(self.wkb, way)
            if wkb:
                self.out.ground.append(Feature("w", way.id, tags, wkb=wkb))

    def street(self, way: Any, tags: Tags) -> None:
        self.out.highways += 1
        key = tuple((k, v) for k, v in tags.items() if k in osm_tags.KEYS)
        ways, use = self.out.ways, self.known.get(key)
        if use is None:
            made = use_of(tags)
            use = -1
            if made is not None:
                use = len(ways.uses)
                ways.uses.append(made)
            self.known[key] = use
        if use < 0:
            road = tags.get("highway", "")
            if road and road not in osm_access.DEFAULTS and road not in osm_access.CLOSED:
                self.out.unknown_roads[road] = self.out.unknown_roads.get(road, 0) + 1
            return
        ways.ids.append(way.id)
        ways.use.append(use)
        ways.names.append(tags.get("name") or tags.get("name:zh"))
        for node in way.nodes:
            ways.refs.append(node.ref)
            ways.x.append(node.x)
            ways.y.append(node.y)
        ways.starts.append(len(ways.refs))

    def relation(self, relation: Any) -> None:
        kind = relation.tags["type"]
        if kind == "restriction" or kind.startswith("restriction:"):
            members = tuple((m.type, m.ref, m.role) for m in relation.members)
            self.out.restrictions.append(Restriction(relation.id, _tags(relation), members))
        elif kind in ("multipolygon", "boundary"):
            tags = _tags(relation)
            if "highway" in tags:
                self.out.street_areas.append(relation.id)
            place = self.with_places and kinds_of(tags)
            if place or (self.with_ground and ground_kind(tags)):
                self.wanted.add(relation.id)

    def area(self, area: Any) -> None:
        tags = _tags(area)
        place = self.with_places and bool(kinds_of(tags))
        ground = self.with_ground and ground_kind(tags) is not None
        if not (place or ground):
            return
        try:
            wkb = self.wkb.create_multipolygon(area)
        except RuntimeError:  # no valid ring: the way stays a point, the relation is reported
            return
        kind = "w" if area.from_way() else "r"
        feature = Feature(kind, area.orig_id(), tags, wkb=wkb)
        if kind == "w":
            self.ways_as_places.pop(feature.id, None)
        else:
            self.wanted.discard(feature.id)
        if place:
            self.out.places.append(feature)
        if ground:
            self.out.ground.append(feature)


def _filter(file: osmium.FileProcessor, kinds: Any, keys: "set[str] | frozenset[str]") -> None:
    chosen = osmium.filter.KeyFilter(*sorted(keys))
    chosen.enable_for(kinds)
    file.with_filter(chosen)


def _tags(thing: Any) -> dict[str, str]:
    return {tag.k: tag.v for tag in thing.tags}


def _line(factory: Any, way: Any) -> str:
    try:
        return str(factory.create_linestring(way))
    except (RuntimeError, osmium.InvalidLocationError):
        return ""
