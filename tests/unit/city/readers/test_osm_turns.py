import pytest
from tests.osm_worlds import write_osm

from chengce.city.readers.osm import read_osm

ROAD = {"highway": "residential"}
# A crossing at node 5: west 1, east 2, south 3, north 4; one through way each.
NODES = {1: (-1, 0), 2: (1, 0), 3: (0, -1), 4: (0, 1), 5: (0, 0)}
ARMS = {10: ([1, 5], ROAD), 11: ([5, 2], ROAD), 12: ([3, 5], ROAD), 13: ([5, 4], ROAD)}
THROUGH = {10: ([1, 5, 2], ROAD), 12: ([3, 5, 4], ROAD)}


def read(tmp_path, ways, source, target, via=("n", 5, "via"), **tags):
    members = [("w", source, "from"), via, ("w", target, "to")]
    tags = {"type": "restriction", **{k.replace("__", ":"): v for k, v in tags.items()}}
    path = write_osm(tmp_path / "a.osm.pbf", nodes=NODES, ways=ways, relations={7: (members, tags)})
    layers = read_osm(path, places=False, ground=False)
    return layers.turns, {p.code for p in layers.problems}


def test_no_left_turn(tmp_path):
    turns, codes = read(tmp_path, ARMS, 10, 13, restriction="no_left_turn")
    assert turns.to_dict("records") == [
        {
            "id": "r7",
            "kind": "no",
            "from_street": "w10-1",
            "via_node": 5,
            "to_street": "w13-1",
            "restriction": "no_left_turn",
        }
    ]
    assert codes == set()


def test_only_straight_on(tmp_path):
    turns, _ = read(tmp_path, ARMS, 10, 11, restriction="only_straight_on")
    assert turns[["kind", "from_street", "to_street"]].to_numpy().tolist() == [
        ["only", "w10-1", "w11-1"]
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    # From the through way 10 to the through way 12: only a right angle tells which halves.
    # Two of four pairs fit each name, so it is ambiguous.
    [("no_left_turn", None), ("no_right_turn", None)],
)
def test_two_through_ways_are_ambiguous(tmp_path, name, expected):
    turns, codes = read(tmp_path, THROUGH, 10, 12, restriction=name)
    assert len(turns) == 0
    assert codes == {"osm_turn_ambiguous"}


def test_a_one_way_tells_which_half_of_a_through_way_is_meant(tmp_path):
    ways = {10: ([1, 5, 2], {**ROAD, "oneway": "yes"}), 12: ([3, 5, 4], ROAD)}
    turns, codes = read(tmp_path, ways, 10, 12, restriction="no_left_turn")
    assert turns[["from_street", "to_street"]].to_numpy().tolist() == [["w10-1", "w12-2"]]
    assert codes == set()


def test_no_u_turn_on_one_way_returns_to_the_same_street(tmp_path):
    turns, _ = read(tmp_path, ARMS, 10, 10, restriction="no_u_turn")
    assert turns[["from_street", "to_street"]].to_numpy().tolist() == [["w10-1", "w10-1"]]


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"restriction": "no_left_turn", "except": "bicycle;motorcar"}, "osm_turn_other_vehicles"),
        ({"restriction__hgv": "no_left_turn"}, "osm_turn_other_vehicles"),
        ({"restriction__conditional": "no_left_turn @ (07:00-09:00)"}, "osm_turn_other_vehicles"),
        ({"restriction": "left"}, "osm_turn_unknown_kind"),
    ],
)
def test_restrictions_for_others_are_listed(tmp_path, tags, code):
    turns, codes = read(tmp_path, ARMS, 10, 13, **tags)
    assert len(turns) == 0
    assert codes == {code}


def test_restriction_for_cars_only_is_used(tmp_path):
    turns, _ = read(tmp_path, ARMS, 10, 13, restriction__motorcar="no_left_turn")
    assert turns["id"].tolist() == ["r7"]


def test_via_ways_missing_members_and_wrong_directions_are_listed(tmp_path):
    _, codes = read(tmp_path, ARMS, 10, 13, via=("w", 11, "via"), restriction="no_left_turn")
    assert codes == {"osm_turn_via_way"}
    _, codes = read(tmp_path, ARMS, 10, 99, restriction="no_left_turn")
    assert codes == {"osm_turn_members_not_streets"}
    _, codes = read(tmp_path, ARMS, 10, 13, via=("n", 4, "via"), restriction="no_left_turn")
    assert codes == {"osm_turn_members_not_streets"}
    away = {**ARMS, 10: ([5, 1], {**ROAD, "oneway": "yes"})}
    _, codes = read(tmp_path, away, 10, 13, restriction="no_left_turn")
    assert codes == {"osm_turn_not_drivable"}


def test_two_bans_in_one_relation(tmp_path):
    members = [("w", 10, "from"), ("w", 12, "from"), ("n", 5, "via"), ("w", 11, "to")]
    path = write_osm(
        tmp_path / "a.osm.pbf",
        nodes=NODES,
        ways=ARMS,
        relations={7: (members, {"type": "restriction", "restriction": "no_entry"})},
    )
    turns = read_osm(path, places=False, ground=False).turns
    assert turns["id"].tolist() == ["r7", "r7-2"]
    assert turns["from_street"].tolist() == ["w10-1", "w12-1"]
