"""Say everything that is wrong with an assignment's input, in the user's numbers."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.engine.road_worlds import demand, roads

from chengce.core.errors import ChengceError
from chengce.engine.assign.assignment import assign
from chengce.engine.roads.network import CLOSED, AssignOptions, RoadNetwork, TravelClass

LINKS = [(0, 2, 1.0), (2, 1, 1.0), (0, 1, 3.0)]
CARS = TravelClass("cars", demand(2, {(0, 1): 5.0}))


def network(**more: object) -> RoadNetwork:
    return replace(roads(LINKS, zones=2, b=[0.15] * 3, power=4.0), **more)


def codes(net: RoadNetwork, *classes: TravelClass, **options: object) -> dict[str, str]:
    with pytest.raises(ChengceError) as caught:
        assign(net, classes, AssignOptions(**options))
    for p in caught.value.problems:
        assert p.message.zh
        assert p.remedy.zh
        assert p.remedy.en
    return {p.code: p.message.en for p in caught.value.problems}


@pytest.mark.parametrize(
    ("column", "values", "code"),
    [
        ("free_flow", [-1.0, 1, 1], "road_free_flow"),
        ("free_flow", [np.nan, 1, 1], "road_free_flow"),
        ("free_flow", [np.inf, 1, 1], "road_free_flow"),
        ("capacity", [-1.0, 1, 1], "road_capacity"),
        ("capacity", [np.nan, 1, 1], "road_capacity"),
        ("capacity", [0.0, 1, 1], "road_capacity_zero"),
        ("b", [-0.1, 1, 1], "road_b"),
        ("power", [0.0, 1, 1], "road_power"),
        ("power", [np.nan, 1, 1], "road_power"),
    ],
)
def test_a_bad_link_is_named(column, values, code):
    found = codes(network(**{column: np.array(values, float)}), CARS)
    assert list(found) == [code]
    assert "number 1" in found[code]


def test_all_problems_come_together():
    net = network(free_flow=np.array([-1.0, -1, 1]), capacity=np.array([1.0, 1, 0]))
    found = codes(net, CARS, gap=0.0, max_iterations=0, method="c", principle="none")
    assert set(found) == {
        "road_free_flow", "road_capacity_zero", "gap_invalid", "iterations_invalid",
        "method_unknown", "principle_unknown",
    }  # fmt: skip
    assert "number 1, 2" in found["road_free_flow"]
    bad = [
        TravelClass("a", demand(3, {})),
        TravelClass("b", -CARS.demand, pce=0.0, fixed=np.array([1.0, np.nan, 0])),
    ]
    found = codes(network(), *bad)
    assert set(found) == {"demand_shape", "demand_invalid", "pce_invalid", "fixed_cost_invalid"}
    assert "3 × 3" in found["demand_shape"]
    assert "1 → 2" in found["demand_invalid"]


def test_there_must_be_a_class():
    assert list(codes(network())) == ["no_classes"]


def test_links_must_join_nodes_that_exist():
    assert list(codes(network(head=np.array([2, 1, 9], np.int32)), CARS)) == ["road_link_nodes"]
    assert list(codes(network(length=np.ones(2)), CARS)) == ["road_links_length"]
    assert list(codes(network(zones=4), CARS)) == ["road_zones"]


def test_a_capacity_of_zero_is_fine_where_time_is_constant():
    net = network(b=np.zeros(3), capacity=np.zeros(3), power=np.zeros(3))
    found = assign(net, [CARS])
    np.testing.assert_array_equal(found.flow, [5, 5, 0])
    assert np.isfinite(found.time).all()


@pytest.mark.parametrize("method", ["b", "bfw"])
def test_zones_without_a_path_are_counted_and_some_named(method):
    n = 6
    net = roads([(i, i + 1, 1.0) for i in range(n - 1)], zones=n)
    found = codes(net, TravelClass("cars", np.ones((n, n))), method=method)
    text = found["zones_not_connected"]
    assert "15 pairs" in text
    assert "2 → 1, 3 → 1" in text
    assert text.count("→") == 10
    assert text.endswith("…")


def test_a_centroid_or_a_closed_link_cuts_a_path():
    trips = TravelClass("cars", demand(3, {(0, 2): 1.0}))
    links = [(0, 1, 1.0), (1, 2, 1.0)]
    assert "1 → 3" in codes(roads(links, zones=3, first_through=3), trips)["zones_not_connected"]
    net = roads([(0, 1, 1.0), (1, 2, CLOSED)], zones=3)
    assert "1 → 3" in codes(net, trips)["zones_not_connected"]


def test_zones_are_called_by_their_names():
    net = replace(roads([(0, 1, 1.0)], zones=2), zone_names=("北", "south"))
    found = codes(net, TravelClass("cars", demand(2, {(1, 0): 1.0})))
    assert found["zones_not_connected"].endswith("south → 北")
    found = codes(net, TravelClass("cars", demand(2, {(0, 1): -1.0})))
    assert "北 → south" in found["demand_invalid"]


@pytest.mark.parametrize("method", ["b", "bfw"])
def test_numbers_beyond_all_numbers_are_an_error(method):
    huge = TravelClass("cars", demand(2, {(0, 1): 1e200}))
    assert list(codes(network(), huge, method=method)) == ["assignment_overflow"]
    tiny = network(capacity=np.array([1e-300, 1, 1]))
    assert list(codes(tiny, CARS, method=method)) == ["road_capacity_zero"]


def test_links_without_capacity_or_time_are_no_numbers_to_warn_of():
    """Neither a load of x / 0 nor a delay of 0 · ∞ may reach the user as a warning."""
    net = network(b=np.array([0.0, 0.15, 0.15]), capacity=np.array([0.0, 1e-90, 1.0]),
                  free_flow=np.array([1.0, 0.0, 3.0]))  # fmt: skip
    found = assign(net, [CARS])
    np.testing.assert_array_equal(found.time, [1, 0, 3])
    assert found.total == 5


def test_frank_wolfe_may_take_more_iterations():
    assert AssignOptions().most == 1000
    assert AssignOptions(method="bfw").most == 10_000
    assert AssignOptions(method="bfw", max_iterations=7).most == 7
