"""Count car lanes by hand for every way of tagging them, and leave out what nobody knows."""

import numpy as np
import pytest
from tests.osm_worlds import write_osm

from chengce.city.readers.osm import read_osm
from chengce.city.readers.osm_tags import use_of


def lanes(tags: str) -> tuple[float | None, float | None]:
    """Return lanes along and against a secondary road with "key=value" tags."""
    use = use_of({"highway": "secondary", **dict(pair.split("=") for pair in tags.split())})
    assert use is not None
    return use.lanes_along, use.lanes_against


@pytest.mark.parametrize(
    ("tags", "along", "against"),
    [
        ("", None, None),
        # two ways
        ("lanes=2", 1, 1),
        ("lanes=4", 2, 2),
        ("lanes=1", 0.5, 0.5),
        ("lanes=3", 1.5, 1.5),
        ("lanes=3 lanes:forward=2 lanes:backward=1", 2, 1),
        ("lanes=3 lanes:backward=1", 2, 1),
        ("lanes=5 lanes:forward=2 lanes:both_ways=1", 2, 2),
        ("lanes=3 lanes:both_ways=1", 1, 1),
        ("lanes:forward=2", 2, None),
        # one way
        ("lanes=3 oneway=yes", 3, None),
        ("lanes=3 oneway=-1", None, 3),
        ("lanes:forward=2 oneway=yes", 2, None),
        ("lanes=2 oneway:motor_vehicle=yes", 2, None),
        ("lanes=2 junction=roundabout", 2, None),
        # cars may not enter in one of two directions: the other one keeps its share
        ("lanes=2 motor_vehicle:backward=no", 1, None),
        # buses
        ("lanes=4 lanes:psv=2", 1, 1),
        ("lanes=4 lanes:bus:backward=1", 2, 1),
        ("lanes=4 lanes:psv=1 lanes:psv:forward=1", 1, 2),
        ("lanes=3 oneway=yes lanes:psv=1", 2, None),
        ("lanes=3 oneway=yes bus:lanes=yes|yes|designated", 2, None),
        ("lanes=3 oneway=yes psv:lanes=||designated lanes:psv=1", 2, None),
        ("lanes=3 oneway=yes vehicle:lanes=yes|yes|no bus:lanes=yes|yes|yes", 2, None),
        ("lanes=4 bus:lanes:forward=|designated bus:lanes:backward=|", 1, 2),
        ("lanes=3 oneway=yes lanes:forward=2 lanes:backward=1 lanes:bus:backward=1", 2, None),
        ("lanes=3 oneway=yes lanes:psv:backward=1", 2, None),
        ("lanes=3 oneway=yes busway=opposite_lane", 2, None),
        ("lanes=3 oneway=yes busway:right=lane", 2, None),
        ("lanes=4 busway=lane", 1, 1),
        ("lanes=4 busway:both=lane", 1, 1),
        ("lanes=3 busway:right=lane", 1, 1),
        # a lane that is not for cars need not be for buses: cycle lanes are no lanes
        ("lanes=2 oneway=yes vehicle:lanes=yes|yes|no bicycle:lanes=||designated", 2, None),
        # nonsense
        ("lanes=many", None, None),
        ("lanes=0", None, None),
        ("lanes=-2", None, None),
        ("lanes=200", None, None),
        ("lanes=1 lanes:forward=2", 2, None),
        ("lanes=1 oneway=yes lanes:psv=1", None, None),
        ("lanes=2 motor_vehicle=no", None, None),
        ("lanes=2 oneway=reversible", None, None),
        # turn lanes belong to the lanes
        ("lanes=3 oneway=yes turn:lanes=left|through|right", 3, None),
    ],
)
def test_lanes(tags: str, along: float | None, against: float | None) -> None:
    assert lanes(tags) == (along, against)


def test_the_street_table_holds_them(tmp_path):
    path = write_osm(
        tmp_path / "a.osm.pbf",
        nodes={1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (3, 0), 5: (2.5, 1, {"barrier": "bollard"})},
        ways={
            10: ([1, 2], {"highway": "primary", "lanes": "4"}),
            11: ([2, 3], {"highway": "primary"}),
            12: ([3, 4], {"highway": "footway", "lanes": "2"}),
            13: ([3, 5, 4], {"highway": "primary", "lanes": "2", "oneway": "yes"}),
        },
    )
    streets = read_osm(path, places=False, ground=False).streets.set_index("id")
    for column in ("lanes_along", "lanes_against"):
        assert streets[column].dtype == np.float64
    assert streets.loc["w10-1", ["lanes_along", "lanes_against"]].tolist() == [2.0, 2.0]
    assert streets.loc[["w11-1", "w12-1"], ["lanes_along", "lanes_against"]].isna().all(axis=None)
    one_way = streets[streets["way"] == 13]
    # the metre before the bollard is closed to cars: no lanes there
    assert one_way["lanes_along"].tolist() == [2.0, pytest.approx(np.nan, nan_ok=True), 2.0]
    assert not {"capacity_along", "toll"} & set(streets.columns)
