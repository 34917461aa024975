import numpy as np
import pytest
from pyproj import Geod
from tests.osm_worlds import write_osm

from chengce.city.checks import check_tables
from chengce.city.readers.osm import read_osm

ROAD = {"highway": "residential"}


def read(tmp_path, **world):
    layers = read_osm(write_osm(tmp_path / "a.osm.pbf", **world), places=False, ground=False)
    assert check_tables(layers.tables()) == []
    return layers


def codes(layers):
    return {p.code for p in layers.problems}


def test_ways_are_cut_at_shared_nodes_and_keep_their_shape(tmp_path):
    streets = read(
        tmp_path,
        nodes={1: (0, 0), 2: (1, 0), 3: (2, 1), 4: (3, 0), 5: (1, 1)},
        ways={10: ([1, 2, 3, 4], ROAD), 11: ([2, 5], {**ROAD, "name": "小巷"})},
    ).streets
    assert streets["id"].tolist() == ["w10-1", "w10-2", "w11-1"]
    assert streets["from_node"].tolist() == [1, 2, 2]
    assert streets["to_node"].tolist() == [2, 4, 5]
    assert [len(g.coords) for g in streets.geometry] == [2, 3, 2]
    assert streets["name"].isna().tolist() == [True, True, False]
    geod = Geod(ellps="WGS84")
    expected = [geod.geometry_length(g) for g in streets.geometry]
    np.testing.assert_allclose(streets["length_m"], expected, rtol=1e-12)


def test_ways_nobody_may_use_cut_nothing(tmp_path):
    streets = read(
        tmp_path,
        nodes={1: (0, 0), 2: (1, 0), 3: (2, 0), 5: (1, 1)},
        ways={10: ([1, 2, 3], ROAD), 11: ([2, 5], {"highway": "construction"})},
    ).streets
    assert streets["id"].tolist() == ["w10-1"]


def test_a_closed_way_is_cut_where_it_is_met_and_at_its_own_end(tmp_path):
    streets = read(
        tmp_path,
        nodes={1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (2, 1)},
        ways={10: ([1, 2, 3, 4, 1], {**ROAD, "junction": "roundabout"}), 11: ([3, 5], ROAD)},
    ).streets
    ring = streets[streets["way"] == 10]
    assert list(zip(ring["from_node"], ring["to_node"], strict=True)) == [(1, 3), (3, 1)]
    assert ring["drive"].tolist() == [1, 1]
    assert ring["walk"].tolist() == [3, 3]


def test_missing_nodes_break_a_way_instead_of_bridging_it(tmp_path):
    layers = read(
        tmp_path,
        nodes={1: (0, 0), 2: (1, 0), 4: (3, 0), 5: (4, 0)},
        ways={10: ([1, 2, 3, 4, 5], ROAD), 11: ([7, 8], ROAD), 12: ([8, 5], ROAD)},
    )
    ends = list(zip(layers.streets["from_node"], layers.streets["to_node"], strict=True))
    assert ends == [(1, 2), (4, 5)]
    (note,) = [p for p in layers.problems if p.code == "osm_missing_nodes"]
    assert "w10, w11, w12" in note.message.en


def test_a_bollard_stops_cars_and_nobody_else(tmp_path):
    streets = read(
        tmp_path,
        nodes={1: (0, 0), 2: (1, 0, {"barrier": "bollard"}), 3: (2, 0)},
        ways={10: ([1, 2, 3], ROAD)},
    ).streets
    assert streets["id"].tolist() == ["w10-1", "w10-2", "w10-3"]
    assert list(zip(streets["from_node"], streets["to_node"], strict=True)) == [
        (1, -2),
        (-2, 2),
        (2, 3),
    ]
    assert streets["drive"].tolist() == [3, 0, 3]
    assert streets["walk"].tolist() == streets["wheelchair"].tolist() == [3, 3, 3]
    assert streets["length_m"].iloc[1] == pytest.approx(1.0, rel=1e-3)
    assert streets["length_m"].sum() == pytest.approx(2 * 111.3195, rel=1e-4)
    assert streets["speed_kmh"].isna().tolist() == [False, True, False]


def test_a_locked_gate_leaves_two_dead_ends(tmp_path):
    streets = read(
        tmp_path,
        nodes={1: (0, 0), 2: (1, 0, {"barrier": "gate", "locked": "yes"}), 3: (2, 0)},
        ways={10: ([1, 2, 3], ROAD)},
    ).streets
    assert list(zip(streets["from_node"], streets["to_node"], strict=True)) == [(1, -2), (2, 3)]


def test_two_gates_on_one_short_piece(tmp_path):
    streets = read(
        tmp_path,
        nodes={
            1: (0, 0),
            2: (1, 0, {"barrier": "bollard"}),
            3: (1.01, 0, {"barrier": "bollard"}),
            4: (2, 0),
        },
        ways={10: ([2, 1], ROAD), 11: ([2, 3], ROAD), 12: ([3, 4], ROAD)},
    ).streets
    assert streets.loc[streets["drive"] == 0, ["from_node", "to_node"]].to_numpy().tolist() == [
        [2, -2],
        [-3, 3],
    ]
    assert (streets["length_m"] > 0.1).all()


def test_a_barrier_where_three_roads_meet_is_listed_not_applied(tmp_path):
    layers = read(
        tmp_path,
        nodes={1: (0, 0), 2: (1, 0, {"barrier": "bollard"}), 3: (2, 0), 4: (1, 1), 5: (1, -1)},
        ways={10: ([1, 2, 3], ROAD), 11: ([2, 4], ROAD)},
    )
    assert (layers.streets["drive"] == 3).all()
    assert "osm_barrier_at_junction" in codes(layers)


def test_a_bollard_between_a_road_and_a_footway_stops_nobody_by_itself(tmp_path):
    layers = read(
        tmp_path,
        nodes={1: (0, 0), 2: (1, 0, {"barrier": "bollard"}), 3: (2, 0)},
        ways={10: ([1, 2], ROAD), 11: ([2, 3], {"highway": "footway"})},
    )
    assert len(layers.streets) == 2
    assert layers.problems == ()


def test_a_raised_kerb_is_recorded_not_excluded(tmp_path):
    streets = read(
        tmp_path,
        nodes={1: (0, 0), 2: (1, 0, {"kerb": "raised"}), 3: (2, 0), 4: (3, 0)},
        ways={10: ([1, 2, 3], {"highway": "footway"}), 11: ([3, 4], {"highway": "footway"})},
    ).streets
    assert streets["wheelchair"].tolist() == [3, 3]
    assert streets["wheelchair_state"].tolist() == ["limited", "unknown"]


def test_ids_do_not_depend_on_what_is_read_beside(tmp_path):
    world = {
        "nodes": {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1)},
        "ways": {
            10: ([1, 2, 3], ROAD),
            11: ([2, 4], ROAD),
            12: ([1, 2, 4, 1], {"leisure": "park"}),
        },
    }
    path = write_osm(tmp_path / "a.osm.pbf", **world)
    bare, full = read_osm(path, places=False, ground=False), read_osm(path)
    assert bare.streets.equals(full.streets)
    assert bare.places is None
    assert full.places["id"].tolist() == ["w12:park"]
