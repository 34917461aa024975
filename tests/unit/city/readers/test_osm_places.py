import shapely
from tests.osm_worlds import at, write_osm

from chengce.city.checks import check_tables
from chengce.city.readers.osm import read_osm

ROAD = {1: (0, 0), 2: (9, 0)}
WAYS = {10: ([1, 2], {"highway": "residential"})}


def read(tmp_path, nodes=None, ways=None, relations=None):
    path = write_osm(
        tmp_path / "a.osm.pbf",
        nodes={**ROAD, **(nodes or {})},
        ways={**WAYS, **(ways or {})},
        relations=relations,
    )
    layers = read_osm(path)
    assert check_tables(layers.tables()) == []
    return layers


def square(first, column, row, size=1.0):
    """Four corner nodes from id `first`, and the closed list of them."""
    corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
    nodes = {first + i: (column + x * size, row + y * size) for i, (x, y) in enumerate(corners)}
    return nodes, [*nodes, first]


def test_a_node_with_its_attributes(tmp_path):
    tags = {
        "amenity": "hospital",
        "name:zh": "人民医院",
        "beds": "120",
        "opening_hours": "24/7",
        "wheelchair": "designated",
    }
    (row,) = read(tmp_path, {5: (1, 1, tags)}).places.to_dict("records")
    assert row.pop("geometry") == shapely.Point(at(1, 1))
    assert row == {
        "id": "n5:hospital",
        "kind": "hospital",
        "name": "人民医院",
        "count": 1.0,
        "capacity": 120.0,
        "capacity_unit": "beds",
        "hours": "24/7",
        "wheelchair": "yes",
    }


def test_unknown_attributes_stay_null(tmp_path):
    tags = {"amenity": "school", "capacity": "many", "wheelchair": "unclear"}
    places = read(tmp_path, {5: (1, 1, tags)}).places
    assert places[["name", "capacity", "hours", "wheelchair"]].isna().all(axis=None)


def test_an_area_stands_on_its_surface_and_one_object_may_be_two_kinds(tmp_path):
    nodes, ring = square(20, 2, 1)
    tags = {"amenity": "school", "name": "城关小学"}
    places = read(tmp_path, nodes, {30: (ring, tags)}).places
    assert places["id"].tolist() == ["w30:primary_school", "w30:school"]
    area = shapely.Polygon([at(*nodes[i]) for i in ring])
    assert area.contains(places.geometry).all()


def test_a_multipolygon_with_a_hole(tmp_path):
    outer_nodes, outer = square(20, 2, 1, 3)
    inner_nodes, inner = square(40, 3, 2, 1)
    layers = read(
        tmp_path,
        {**outer_nodes, **inner_nodes},
        {30: (outer, {}), 31: (inner, {})},
        {
            50: (
                [("w", 30, "outer"), ("w", 31, "inner")],
                {"type": "multipolygon", "leisure": "park"},
            )
        },
    )
    assert layers.places["id"].tolist() == ["r50:park"]
    (green,) = layers.ground[layers.ground["kind"] == "green"].geometry
    assert len(green.interiors) == 1
    assert green.covers(layers.places.geometry.iloc[0])


def test_an_open_multipolygon_is_listed(tmp_path):
    nodes, ring = square(20, 2, 1)
    layers = read(
        tmp_path,
        nodes,
        {30: (ring[:-1], {})},
        {50: ([("w", 30, "outer")], {"type": "multipolygon", "amenity": "hospital"})},
    )
    assert len(layers.places) == 0
    assert [p.code for p in layers.problems] == ["osm_open_areas"]


def test_an_open_way_stands_at_its_middle_node(tmp_path):
    places = read(
        tmp_path,
        {5: (1, 1), 6: (2, 1), 7: (3, 1)},
        {30: ([5, 6, 7], {"amenity": "bench"})},
    ).places
    assert places.geometry.iloc[0] == shapely.Point(at(2, 1))


def test_a_place_drawn_twice_is_merged_into_its_area(tmp_path):
    nodes, ring = square(20, 2, 1)
    layers = read(
        tmp_path,
        {
            **nodes,
            50: (
                3.3,
                1.5,
                {"amenity": "clinic", "name": "东门", "opening_hours": "09:00-17:00"},
            ),  # 33 m
            51: (3.6, 1.5, {"amenity": "clinic", "name": "东门"}),  # 67 m away: another one
            52: (2.5, 1.5, {"amenity": "clinic"}),  # inside, nameless
            53: (2.5, 1.6, {"amenity": "clinic", "name": "西门"}),  # inside, another name
            54: (2.5, 1.5, {"amenity": "toilets"}),  # another kind
        },
        {30: (ring, {"amenity": "clinic", "name": "东门"})},
    )
    assert sorted(layers.places["id"]) == ["n51:clinic", "n53:clinic", "n54:toilet", "w30:clinic"]
    area = layers.places.set_index("id").loc["w30:clinic"]
    assert area["hours"] == "Mo-Su 09:00-17:00"
    (note,) = [p for p in layers.problems if p.code == "osm_places_merged"]
    assert note.severity == "info"
    assert "n50:clinic→w30:clinic" in note.message.zh


def test_private_pools_are_not_sports_grounds(tmp_path):
    places = read(
        tmp_path,
        {
            5: (1, 1, {"leisure": "swimming_pool", "access": "private"}),
            6: (2, 1, {"leisure": "pitch"}),
            7: (3, 1, {"amenity": "toilets", "access": "customers"}),
        },
    ).places
    assert places["id"].tolist() == ["n6:sports"]


def test_ground_has_water_green_rivers_and_an_extent(tmp_path):
    a, lake = square(20, 2, 1)
    b, wood = square(30, 4, 1)
    ground = read(
        tmp_path,
        {**a, **b, 60: (0, 3), 61: (5, 3)},
        {
            40: (lake, {"natural": "water", "name": "湖"}),
            41: (wood, {"natural": "wood"}),
            42: ([60, 61], {"waterway": "river"}),
            43: ([60, 61], {"waterway": "river", "tunnel": "culvert"}),
            44: ([60, 61], {"waterway": "ditch"}),
        },
    ).ground.set_index("id")
    assert ground["kind"].to_dict() == {
        "w40:water": "water",
        "w41:green": "green",
        "w42:water": "water",
        "extent:boundary": "boundary",
    }
    assert ground.loc["w42:water"].geometry.geom_type == "LineString"
    assert ground.loc["extent:boundary"].geometry.geom_type == "Polygon"


def test_a_closed_administrative_boundary_replaces_the_extent(tmp_path):
    nodes, ring = square(20, 0, 0, 9)
    ground = read(
        tmp_path,
        nodes,
        {40: (ring, {})},
        {
            50: (
                [("w", 40, "outer")],
                {"type": "boundary", "boundary": "administrative", "name": "区"},
            )
        },
    ).ground
    assert ground["id"].tolist() == ["r50:boundary"]
