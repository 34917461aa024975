"""Work out by hand how walls and gates change the way on foot."""

import numpy as np
import pytest
from tests.unit.engine.gate_worlds import (
    ABOVE,
    BELOW,
    MIDDLE,
    NORTH,
    SOUTH,
    gate,
    metres,
    walled,
)
from tests.unit.engine.worlds import degrees

from chengce.engine.streets.gates import GateRules
from chengce.engine.streets.network import snap

H = 3600
NEAR = pytest.approx


def test_one_gate_makes_a_detour_and_the_second_removes_it() -> None:
    assert metres(walled(), BELOW, ABOVE) == 400  # no gate known: as the streets say
    one, two = walled(gate("s", SOUTH)), walled(gate("s", SOUTH), gate("n", NORTH))
    assert metres(one, BELOW, ABOVE) == 800  # around: 200 + 400 + 200
    assert metres(two, BELOW, ABOVE) == 400
    assert metres(one, MIDDLE, BELOW) == NEAR(200, abs=0.1)
    assert metres(one, MIDDLE, ABOVE) == NEAR(1000, abs=0.1)  # down to the gate, then around
    assert metres(two, MIDDLE, ABOVE) == NEAR(200, abs=0.1)


def test_residents_pass_where_others_go_around() -> None:
    here = walled(gate("s", SOUTH), gate("n", NORTH, who="residents"))
    assert metres(here, BELOW, ABOVE) == 800  # no short cut for those who pass through
    assert metres(here, MIDDLE, ABOVE) == NEAR(200, abs=0.1)  # who lives there, and who visits
    assert metres(here, MIDDLE, BELOW) == NEAR(200, abs=0.1)
    both = walled(gate("s", SOUTH, who="residents"), gate("n", NORTH, who="residents"))
    assert metres(both, BELOW, ABOVE) == 800
    assert metres(both, MIDDLE, BELOW) == NEAR(200, abs=0.1)


@pytest.mark.parametrize("who", ["closed", "vehicles_only"])
def test_nobody_walks_through_a_gate_that_is_not_for_walkers(who: str) -> None:
    here = walled(gate("s", SOUTH), gate("n", NORTH, who=who))
    assert metres(here, BELOW, ABOVE) == 800
    assert metres(here, MIDDLE, ABOVE) == NEAR(1000, abs=0.1)


def test_profiles_of_a_gate() -> None:
    here = walled(gate("s", SOUTH, wheelchair=True), gate("n", NORTH, wheelchair=False))
    assert metres(here, BELOW, ABOVE) == 400
    assert metres(here, BELOW, ABOVE, profile="wheelchair") == 800
    assert metres(here, BELOW, ABOVE, profile="bike") == 400  # not stated: passes
    assert metres(here, BELOW, ABOVE, profile="drive") == NEAR(48.0)  # 400 m at 30 km/h, in s


@pytest.mark.parametrize(
    ("window", "open_"),
    [
        (None, True),
        ((6 * H, 23 * H), True),
        ((8 * H, 9 * H), True),
        ((5 * H, 7 * H), False),  # open for a part of the window only: taken as closed
        ((22 * H, 23 * H + 60), False),
        ((23 * H, 25 * H), False),
        ((32 * H, 33 * H), True),  # 08:00 of the next day
    ],
)
def test_a_gate_must_be_open_over_the_whole_window(
    window: tuple[int, int] | None, open_: bool
) -> None:
    here = walled(
        gate("s", SOUTH, from_s=0, to_s=24 * H), gate("n", NORTH, from_s=6 * H, to_s=23 * H)
    )
    assert metres(here, BELOW, ABOVE, window=window) == (400 if open_ else 800)


def test_hours_unknown_count_as_open() -> None:
    here = walled(gate("s", SOUTH, from_s=None, to_s=None), gate("n", NORTH, from_s=0, to_s=86_400))
    assert metres(here, BELOW, ABOVE, window=(0, 86_400)) == 400


def test_without_inner_streets_one_goes_straight_to_each_gate() -> None:
    one = walled(gate("s", SOUTH), inner=False)
    two = walled(gate("s", SOUTH), gate("n", NORTH), inner=False)
    home, lat = (200.0, 350.0), 0.9933  # a degree of latitude is shorter at the equator
    # nearest street: ABOVE, 50 m away, but a wall is between
    assert metres(walled(inner=False), home, ABOVE) == NEAR(50 * lat, abs=0.1)
    assert metres(one, home, BELOW) == NEAR((330 + 20) * lat, abs=0.2)
    assert metres(one, home, ABOVE) == NEAR((330 + 20) * lat + 800, abs=0.2)
    assert metres(two, home, ABOVE) == NEAR((30 + 20) * lat, abs=0.2)
    assert metres(two, home, BELOW) == NEAR((330 + 20) * lat, abs=0.2)


def test_a_point_outside_never_meets_a_street_inside() -> None:
    # a house outside, 3 m from the wall and 8 m from the inner street's end
    here = walled(gate("s", SOUTH))
    lon, lat = np.array([degrees((200.0, 379.0)), degrees((200.0, 370.0))]).T
    found = snap(here, ["outside", "inside"], lon, lat, "walk", gates=GateRules())
    # outside the wall (5 m within the boundary): on the outer stub, which leads up only
    assert metres(here, (200.0, 379.0), ABOVE) == NEAR(21, abs=0.3)
    assert metres(here, (200.0, 379.0), BELOW) == NEAR(821, abs=0.3)
    assert metres(here, (200.0, 370.0), BELOW) == NEAR(370, abs=0.3)
    assert found.snapped.all()


def test_who_is_locked_in_is_not_reached() -> None:
    here = walled(gate("s", SOUTH, who="closed"))
    lon, lat = np.array([degrees(MIDDLE), degrees(BELOW)]).T
    found = snap(here, ["in", "out"], lon, lat, "walk", gates=GateRules())
    assert metres(here, BELOW, ABOVE) == 800
    assert metres(here, MIDDLE, BELOW) == float("inf")
    # the inner street is still there for those inside
    assert metres(here, MIDDLE, (200.0, 100.0)) == NEAR(100, abs=1)
    assert found.snapped.tolist() == [True, True]
    bare = walled(gate("s", SOUTH, who="closed"), inner=False)
    found = snap(bare, ["in", "out"], lon, lat, "walk", gates=GateRules())
    assert found.snapped.tolist() == [False, True]
    assert [name for name, _ in found.unsnapped] == ["in"]


def test_a_gate_off_the_streets_lets_people_in_but_not_streets_through() -> None:
    west = (20.0, 200.0)
    here = walled(gate("s", SOUTH), gate("w", west), gate("n", NORTH))
    assert metres(here, BELOW, ABOVE) == 400
    assert metres(here, MIDDLE, (0.0, 200.0)) == NEAR(
        200, abs=0.1
    )  # straight, for no street leads there
    assert metres(here, (100.0, 200.0), (0.0, 200.0)) == NEAR(100, abs=0.1)


def test_a_city_without_gates_is_as_it_was() -> None:
    here = walled()
    lon, lat = np.random.default_rng(1).uniform(-0.001, 0.005, (2, 200))
    ids = [str(i) for i in range(200)]
    plain = snap(here, ids, lon, lat, "walk")
    asked = snap(here, ids, lon, lat, "walk", gates=GateRules())
    for name in ("indptr", "edge", "fraction", "offroad_m", "nearest_m"):
        assert np.array_equal(getattr(plain, name), getattr(asked, name))
