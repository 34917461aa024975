"""One line with an even headway, a departure every second: the wait is uniform."""

import numpy as np
import pytest
from tests.unit.engine.worlds import TUESDAY, city, degrees, stops, transit

from chengce.core.context import Context
from chengce.engine.matrix import Points, TripOptions, travel_times


@pytest.mark.parametrize("headway", [300, 420])
def test_percentiles_of_waiting_are_those_of_the_uniform_distribution(headway: int) -> None:
    at = {"a": (0.0, 0.0), "b": (9000.0, 0.0)}
    ride = 900
    trips = [
        (f"t{i}", "day", [("a", s, s), ("b", s + ride, s + ride)])
        for i, s in enumerate(range(0, 9000, headway))
    ]
    world = city(stops=stops(at), **transit(trips))
    lon = np.array([degrees(p)[0] for p in at.values()])
    places = Points(list(at), lon, np.zeros(2))
    percentiles = (0, 1, 25, 50, 75, 99, 100)
    options = TripOptions(
        TUESDAY, headway * 3, headway, step_s=1, percentiles=percentiles, max_direct_s=0
    )
    got = travel_times(world, places, places, options, context=Context()).seconds
    # waits 0 … headway − 1 s, each once
    waits = [max(-(-p * headway // 100), 1) - 1 for p in percentiles]
    assert got[:, 0, 1].tolist() == [ride + w for w in waits]
    assert got[:, 0, 0].tolist() == [0] * 7


def test_a_perfect_connection_costs_nothing_and_one_second_late_costs_the_headway() -> None:
    at = {"a": (0.0, 0.0), "b": (9000.0, 0.0), "c": (18000.0, 0.0)}
    lon = np.array([degrees(p)[0] for p in at.values()])
    places = Points(list(at), lon, np.zeros(3))
    for late, expected in ((0, 1200), (1, 1800)):
        first = [
            (f"x{i}", "day", [("a", s, s), ("b", s + 600 + late, s + 600 + late)])
            for i, s in enumerate(range(0, 7200, 600))
        ]
        second = [
            (f"y{i}", "day", [("b", s, s), ("c", s + 600, s + 600)])
            for i, s in enumerate(range(0, 9000, 600))
        ]
        world = city(stops=stops(at), **transit([*first, *second]))
        options = TripOptions(TUESDAY, 600, 1, percentiles=(50,))
        got = travel_times(world, places, places, options, context=Context()).seconds
        assert got[0, 0, 2] == expected
