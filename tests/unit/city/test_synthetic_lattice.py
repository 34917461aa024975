"""What is drawn is what is in the tables, to the metre and the second."""

import numpy as np
import pytest
from pyproj import Geod

from chengce.city.checks import check_tables
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.grid import grid_city
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.errors import ChengceError
from chengce.core.groups import Group
from chengce.core.text import Text

SQUARE = """
    A--B--C
    |     |
    D--e--F
"""


def test_drawing_gives_nodes_zones_and_exact_lengths():
    city = ascii_city(SQUARE, block_m=150.0)
    streets = city.table("streets").set_index("id")
    assert list(city.table("zones")["id"]) == ["A", "B", "C", "D", "F"]
    assert dict(streets["length_m"]) == {
        "A-B": 300.0, "A-D": 150.0, "B-C": 300.0, "C-F": 150.0, "D-e": 300.0, "e-F": 300.0,
    }  # fmt: skip
    assert streets.loc["D-e", "to_node"] == streets.loc["e-F", "from_node"]
    assert check_tables(city.tables) == []


def test_geometry_agrees_with_the_drawing():
    streets = ascii_city(SQUARE).table("streets")
    geodesic = [Geod(ellps="WGS84").geometry_length(line) for line in streets.geometry]
    np.testing.assert_allclose(geodesic, streets["length_m"], rtol=1e-6)


def test_street_drawn_longer_than_its_straight_line_is_longer():
    city = ascii_city("""
        A-B-C
        |   |
        D---E
    """)
    lengths = city.table("streets").set_index("id")["length_m"]
    assert lengths["D-E"] == 300.0
    assert lengths["A-B"] + lengths["B-C"] == 200.0


def test_overriding_a_street_counts_direction_from_the_first_letter():
    streets = {"AB": {"drive": 1}, "CB": {"drive": 1, "highway": "service"}}
    table = ascii_city("A-B-C", streets=streets).table("streets").set_index("id")
    assert table.loc["A-B", "drive"] == 1
    assert table.loc["B-C", "drive"] == 2
    assert table.loc["B-C", "highway"] == "service"
    assert table.loc["B-C", "walk"] == 3


def test_unnamed_crossing_joins_four_streets():
    city = ascii_city("""
          A
          |
        B-+-C
          |
          D
    """)
    streets = city.table("streets")
    ends = np.concatenate([streets["from_node"], streets["to_node"]])
    assert np.bincount(ends).max() == 4
    assert len(city.table("zones")) == 4


def test_people_jobs_and_places_stand_where_they_are_put():
    groups = (Group("age", "old", Text("老", "old"), {"elder": 1.0}),
              Group("age", "young", Text("少", "young"), {"adult": 1.0}))  # fmt: skip
    city = ascii_city(
        SQUARE,
        people={"A": {"old": 10, "young": 90}, "F": {"old": 5}},
        jobs={"C": 50},
        places={"e": ["clinic", "clinic"], "F": {"school": 300}},
        dimension="age",
        groups=groups,
    )
    people = city.table("people").set_index(["zone", "group"])["count"]
    assert people.to_dict() == {("A", "old"): 10, ("A", "young"): 90, ("F", "old"): 5}
    assert city.table("jobs")["count"].sum() == 50
    places = city.table("places").set_index("id")
    assert list(places.index) == ["e:clinic", "e:clinic:2", "F:school"]
    assert places.loc["F:school", "capacity"] == 300
    zones = city.table("zones").set_index("id")
    assert places.geometry["F:school"] == zones.geometry["F"]
    assert city.groups == groups
    assert check_tables(city.tables) == []


def test_line_runs_on_time():
    line = Line("L", "ACF", headway_s=600, run_s=(120, 90), dwell_s=20, first_s=3600, last_s=4800)
    city = ascii_city(SQUARE, lines=[line])
    times = city.table("stop_times")
    second = times[times["trip"] == "L:0:1"]
    assert list(second["stop"]) == ["A", "C", "F"]
    assert list(second["arrival_s"]) == [4200, 4320, 4430]
    assert list(second["departure_s"]) == [4200, 4340, 4430]
    assert len(city.table("trips")) == 3
    assert check_tables(city.tables) == []


def test_both_directions_reverse_the_hops():
    line = Line("L", "ACF", 600, (120, 90), first_s=0, last_s=0, both=True)
    times = ascii_city(SQUARE, lines=[line]).table("stop_times")
    back = times[times["trip"] == "L:1:0"]
    assert list(back["stop"]) == ["F", "C", "A"]
    assert list(back["arrival_s"]) == [0, 90, 210]


def test_frequency_stands_for_the_same_departures():
    more = {"headway_s": 300, "run_s": 60, "first_s": 3600, "last_s": 5400}
    row = (
        ascii_city(SQUARE, lines=[Line("L", "AC", frequency=True, **more)])
        .table("frequencies")
        .iloc[0]
    )
    trips = ascii_city(SQUARE, lines=[Line("L", "AC", **more)]).table("trips")
    assert len(range(row["start_s"], row["end_s"], row["headway_s"])) == len(trips) == 7
    assert row["exact"]


def test_grid_is_regular_and_exact():
    city = grid_city(4, 3, 250.0, people=10, jobs={"3,2": {"shop": 4}})
    streets = city.table("streets")
    assert len(streets) == 3 * 3 + 4 * 2
    assert set(streets["length_m"]) == {250.0}
    assert city.table("people")["count"].sum() == 120
    zones = city.table("zones").set_index("id")
    east, north = zones.loc["3,0"].geometry, zones.loc["0,2"].geometry
    geod = Geod(ellps="WGS84")
    assert geod.inv(0, 0, east.x, east.y)[2] == pytest.approx(750.0, rel=1e-6)
    assert geod.inv(0, 0, north.x, north.y)[2] == pytest.approx(500.0, rel=1e-6)
    assert check_tables(city.tables) == []


def test_grid_carries_lines_and_street_columns():
    line = Line("M", ["0,0", "2,0"], 300, 60)
    city = grid_city(3, 2, lines=[line], street={"highway": "footway", "drive": 0})
    assert list(city.table("stops")["id"]) == ["0,0", "2,0"]
    assert set(city.table("streets")["drive"]) == {0}


def test_same_drawing_same_hash():
    assert ascii_city(SQUARE, people={"A": 1}).hash == ascii_city(SQUARE, people={"A": 1}).hash
    assert ascii_city(SQUARE, people={"A": 1}).hash != ascii_city(SQUARE, people={"A": 2}).hash


def test_every_mistake_of_a_drawing_is_reported_together():
    with pytest.raises(ChengceError) as caught:
        ascii_city("A--B-\n|  *\n", streets={"AX": {}})
    codes = [p.code for p in caught.value.problems]
    assert codes == [
        "drawing_symbol",
        "drawing_loose_street",
        "drawing_loose_street",
        "street_not_drawn",
    ]


def test_a_name_drawn_twice_is_reported():
    with pytest.raises(ChengceError, match="A"):
        ascii_city("A-A")


def test_every_name_that_is_not_drawn_is_reported_together():
    with pytest.raises(ChengceError) as caught:
        ascii_city(
            "A-b",
            people={"b": 1},
            jobs={"Q": 1},
            places={"Z": ["clinic"]},
            lines=[Line("L", "AY", 60, 60)],
        )
    assert [(p.column, p.code) for p in caught.value.problems] == [
        (what, "node_not_drawn") for what in ("people", "jobs", "places", "lines")
    ]


def test_every_line_that_cannot_run_is_reported():
    lines = [Line("P", "A", 0, 60), Line("Q", "AC", 60, (1, 2), first_s=9, last_s=8)]
    with pytest.raises(ChengceError) as caught:
        ascii_city(SQUARE, lines=lines)
    assert [p.column for p in caught.value.problems] == ["stops", "headway_s", "run_s", "last_s"]
