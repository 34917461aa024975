"""What is not known to be accessible is a state of its own: used, or avoided, as asked."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.engine.worlds import DEGREE_M, TUESDAY, city, stops, street, streets, transit

from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.engine.matrix import INF, Points, TripOptions, travel_times

#  0 ── unknown, 400 m ── 1        2 and 3 lie 300 m north of 0 and 1
#  └─ yes, 300 + 400 + 300 m ─┘
AT = {0: (0.0, 0.0), 1: (400.0, 0.0), 2: (0.0, 300.0), 3: (400.0, 300.0)}
ENDS = Points(["a", "b"], np.array([0.0, 400.0]) / DEGREE_M, np.zeros(2))
WHEELS = TripOptions(
    TUESDAY, 28_800, 60, speed_mps=1.0, profile="wheelchair", max_boardings=0, percentiles=(50,)
)
SURE = replace(WHEELS, unknown="avoid")


def way_round(state: str = "unknown"):
    return streets(
        [
            street("short", (0, 1), AT, wheelchair_state=state),
            street("up", (0, 2), AT),
            street("over", (2, 3), AT, wheelchair_state="limited"),
            street("down", (3, 1), AT),
        ]
    )


def seconds(world, options: TripOptions) -> int:
    return int(travel_times(world, ENDS, ENDS, options, context=Context()).seconds[0, 0, 1])


def test_unknown_streets_are_used_or_avoided_as_asked() -> None:
    world = city(streets=way_round())
    assert seconds(world, WHEELS) == 400
    assert seconds(world, SURE) == 1000
    known = city(streets=way_round("yes"))
    assert seconds(known, SURE) == seconds(known, WHEELS) == 400
    assert seconds(world, replace(SURE, profile="walk")) == 400


def test_a_scenario_that_surveys_a_street_is_known() -> None:
    world = city(streets=way_round())
    surveyed = world.with_changes({"streets": way_round("yes")})
    assert seconds(surveyed, SURE) == 400
    assert seconds(world.with_changes({"streets": way_round("limited")}), SURE) == 400


@pytest.mark.parametrize(("stop", "trip", "sure"), [(1, 1, True), (0, 1, False), (1, 0, False)])
def test_unknown_stops_and_trips(stop: int, trip: int, sure: bool) -> None:
    at = {"x": (0.0, 0.0), "y": (400.0, 0.0)}
    tables = transit(
        [("t", "day", [("x", 28_810, 28_810), ("y", 28_840, 28_840)])], wheelchair={"t": trip}
    )
    world = city(streets=way_round("yes"), stops=stops(at, x=stop, y=1), **tables)
    riding = replace(WHEELS, window_s=1, max_boardings=1, max_direct_s=0, max_transfer_s=0)
    assert seconds(world, riding) == 40
    assert seconds(world, replace(riding, unknown="avoid")) == (40 if sure else INF)
    blocked = city(streets=way_round("yes"), stops=stops(at, x=2, y=1), **tables)
    assert seconds(blocked, riding) == INF


def test_the_word_is_checked() -> None:
    with pytest.raises(ChengceError):
        replace(WHEELS, unknown="maybe").check()
