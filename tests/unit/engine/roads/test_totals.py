import pytest
from tests.unit.engine.road_worlds import demand, roads, solved

from chengce.engine.roads.network import TravelClass
from chengce.engine.roads.totals import totals


def test_totals_count_vehicles_not_pce() -> None:
    # 5 lorries of 2 pce on a link of 3 km that takes 2 (1 + 10 / 10) = 4 min, 2 of them delay
    network = roads([(0, 1, 2.0)], zones=2, b=1.0, capacity=10.0, length=3.0)
    found = totals(
        solved(network, TravelClass("l", demand(2, {(0, 1): 5.0}), pce=2.0), {0: {0: 5.0}})
    )
    assert {k: v.tolist() for k, v in found.items()} == {
        "distance": [15.0], "time": [20.0], "delay": [pytest.approx(10.0)],
    }  # fmt: skip
