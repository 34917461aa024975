"""Compare the OSM reader with independent counts over the same files, read by plain osmium."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import osmium
import pytest
import shapely
from pyproj import Geod

from chengce.city.checks import check_tables
from chengce.city.readers.osm import OsmLayers, read_osm

FILES = {
    "porto_alegre": "porto_alegre/poa_osm.pbf",
    "helsinki": "helsinki/Helsinki.osm.pbf",
    "heidelberg": "wheelchair/heidelberg.test.pbf",
}


@dataclass
class Raw(osmium.SimpleHandler):
    """What is in the file, by the handler interface rather than the reader's stream."""

    tags: dict[int, dict[str, str]] = field(default_factory=dict)
    refs: dict[int, list[int]] = field(default_factory=dict)
    length: dict[int, float] = field(default_factory=dict)
    restrictions: Counter = field(default_factory=Counter)

    def __post_init__(self):
        super().__init__()
        self.geod = Geod(ellps="WGS84")

    def way(self, w):
        if "highway" in w.tags:
            self.tags[w.id] = dict(w.tags)
            self.refs[w.id] = [n.ref for n in w.nodes]
            if all(n.location.valid() for n in w.nodes):
                points = [(n.lon, n.lat) for n in w.nodes]
                self.length[w.id] = self.geod.line_length(*zip(*points, strict=True))

    def relation(self, r):
        if r.tags.get("type") == "restriction":
            self.restrictions[r.tags.get("restriction")] += 1


@pytest.fixture(scope="module", params=FILES)
def city(request, shared_data):
    path = shared_data(FILES[request.param])
    raw = Raw()
    raw.apply_file(str(path), locations=True)
    return request.param, raw, read_osm(path)


def test_the_tables_meet_their_contracts(city):
    _, _, layers = city
    assert check_tables(layers.tables()) == []


def test_no_street_is_lost_or_stretched(city):
    """Edges of a way add up to the way; the ways left out are those nobody may use."""
    name, raw, layers = city
    made = layers.streets.groupby("way")["length_m"].sum()
    whole = {w: raw.length[w] for w in made.index if w in raw.length}
    if name != "helsinki":  # cut without complete ways
        assert len(whole) >= 0.98 * len(made)  # the rest: platforms without a highway tag
    got, expected = made[list(whole)].to_numpy(), np.array(list(whole.values()))
    # A locked gate's own metre is dropped; all else is kept to the millimetre.
    short = expected - got
    assert short.min() > -1e-3
    assert short.max() < 2.01
    assert (np.abs(short) < 1e-3).mean() > 0.995

    open_classes = {"residential", "tertiary", "secondary", "primary", "unclassified", "steps"}
    shut = {"access", "foot", "vehicle", "motor_vehicle", "bicycle", "motorcar", "abandoned"}
    plain = {
        w for w, t in raw.tags.items()
        if t["highway"] in open_classes and not shut & t.keys() and w in raw.length
    }  # fmt: skip
    assert plain <= set(made.index)


def test_edges_meet_where_ways_meet(city):
    """Every node that two street ways share is an end of edges, and never inside one."""
    _, raw, layers = city
    used = set(layers.streets["way"])
    count = Counter(ref for w in used & raw.refs.keys() for ref in raw.refs[w])
    ends = set(layers.streets["from_node"]) | set(layers.streets["to_node"])
    shared = {ref for ref, n in count.items() if n > 1}
    # All but the nodes that the file lacks and those of fully closed gates' own metre.
    assert len(shared - ends) <= (0.05 * len(shared) if layers_cut(layers) else 0)
    inside = shapely.get_num_points(layers.streets.geometry.to_numpy()) - 2
    assert inside.min() >= 0


def test_one_ways_of_plain_roads(city):
    """The drive bits of roads with only a plain oneway tag, by a second, shorter rule."""
    _, raw, layers = city
    closed = {"access", "vehicle", "motor_vehicle", "motorcar", "service"}
    streets = layers.streets[layers.streets["drive"] > 0]
    expected = []
    for way in streets["way"]:
        tags = raw.tags.get(way, {})
        simple = not any(k.split(":")[0] in closed or k.startswith("oneway:") for k in tags)
        value = tags.get("oneway", "yes" if tags.get("junction") == "roundabout" else "")
        if tags.get("highway") == "motorway" and not value:
            value = "yes"
        bit = {"yes": 1, "-1": 2}.get(value, 3)
        expected.append(bit if simple and tags.get("junction") != "circular" else 0)
    checked = np.array(expected) > 0
    assert checked.mean() > 0.7
    np.testing.assert_array_equal(streets["drive"].to_numpy()[checked], np.array(expected)[checked])


def test_every_restriction_is_used_or_accounted_for(city):
    name, raw, layers = city
    total = sum(raw.restrictions.values())
    assert total == {"porto_alegre": 0, "helsinki": 45, "heidelberg": 476}[name]
    used = layers.turns["id"].str.extract(r"^(r\d+)")[0].nunique() if total else 0
    left = sum(
        int(p.message.en.rpartition(": ")[2].partition(",")[0])
        for p in layers.problems
        if p.code.startswith("osm_turn_")
    )
    assert used + left == total
    assert used >= 0.8 * total


def test_turns_meet_at_their_node_and_can_be_driven(city):
    _, _, layers = city
    streets = layers.streets.set_index("id")
    for turn in layers.turns.itertuples():
        source, target = streets.loc[turn.from_street], streets.loc[turn.to_street]
        into = (source.to_node == turn.via_node and source.drive & 1) or (
            source.from_node == turn.via_node and source.drive & 2
        )
        out = (target.from_node == turn.via_node and target.drive & 1) or (
            target.to_node == turn.via_node and target.drive & 2
        )
        assert into
        assert out


@pytest.mark.parametrize("profile", ["walk", "drive"])
def test_the_network_hangs_together(city, profile):
    """Most street length lies in one piece: cutting at junctions lost no connection."""
    name, _, layers = city
    streets = layers.streets[layers.streets[profile] > 0]
    share = largest_piece(streets)
    assert share > {"walk": 0.9, "drive": 0.85}[profile] - (0.1 if name == "helsinki" else 0)


def test_porto_alegre_elevation_covers_the_streets(shared_data):
    from chengce.city.readers.elevation import read_elevation

    raster = read_elevation(shared_data("porto_alegre/poa_elevation.tif"))
    streets = read_osm(shared_data(FILES["porto_alegre"]), places=False, ground=False).streets
    points = shapely.get_coordinates(shapely.get_point(streets.geometry.to_numpy(), 0))
    z = raster.sample(points[:, 0], points[:, 1])
    assert np.isfinite(z).mean() > 0.98
    rows, cols = raster.values.shape
    a, _, west, _, e, north = raster.transform
    inside = shapely.contains_xy(
        shapely.box(west, north + e * rows, west + a * cols, north), points[:, 0], points[:, 1]
    )
    np.testing.assert_array_equal(np.isfinite(z), inside)
    assert -1 <= np.nanmin(z) < 10  # the Guaíba's shore is close to the sea's level
    assert np.nanmax(z) < 320  # Morro Santana, the highest point, has 311 m


def layers_cut(layers: OsmLayers) -> bool:
    return any(p.code == "osm_missing_nodes" for p in layers.problems)


def largest_piece(streets) -> float:
    """Share of length in the largest connected piece, by union-find."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in zip(streets["from_node"], streets["to_node"], strict=True):
        parent[root(a)] = root(b)
    pieces: Counter = Counter()
    for a, length in zip(streets["from_node"], streets["length_m"], strict=True):
        pieces[root(a)] += length
    return max(pieces.values()) / sum(pieces.values())


def test_lanes_are_those_of_the_tags(city):
    """Where no tag but `lanes` speaks of lanes, both directions add up to it; else none is made up."""
    name, raw, layers = city
    streets = layers.streets.drop_duplicates("way").set_index("way")
    streets = streets[streets["drive"] > 0]
    plain, silent = {}, []
    for way in streets.index.intersection(list(raw.tags)):
        said = {k: v for k, v in raw.tags[way].items() if "lanes" in k or "busway" in k}
        if set(said) == {"lanes"} and said["lanes"].isdigit() and 0 < int(said["lanes"]) < 20:
            plain[way] = int(said["lanes"])
        elif not said:
            silent.append(way)
    both = streets["lanes_along"].fillna(0) + streets["lanes_against"].fillna(0)
    two_way = streets.loc[list(plain), "drive"] == 3
    counted = np.array(list(plain.values()))[two_way]
    assert len(counted) > 50
    np.testing.assert_array_equal(both[list(plain)][two_way], counted)
    assert streets.loc[silent, ["lanes_along", "lanes_against"]].isna().all(axis=None)
    share = {"porto_alegre": 0.235, "heidelberg": 0.294}
    if name in share:
        known = layers.streets.loc[layers.streets["drive"] > 0, ["lanes_along", "lanes_against"]]
        assert known.notna().any(axis=1).mean() == pytest.approx(share[name], abs=0.001)
