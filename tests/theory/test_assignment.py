"""Assign by Algorithm B where the answer is known in closed form."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.engine.road_worlds import connected_roads, demand, roads

from chengce.engine.assign.assignment import assign
from chengce.engine.roads.network import CLOSED, AssignOptions, TravelClass

EXACT = AssignOptions(gap=1e-12)
SYSTEM = AssignOptions(gap=1e-12, principle="system")


def braess(middle: bool = True):
    """1 → 2 over 3 or 4; times 10x, 50 + x; from 3 to 4 10 + x (Braess 1968), free flows tiny."""
    net = roads(
        [(0, 2, 1e-8), (0, 3, 50.0), (2, 1, 50.0), (2, 3, 10.0), (3, 1, 1e-8)],
        zones=2,
        b=[1e9, 0.02, 0.02, 0.1, 1e9],
    )
    if not middle:
        free = net.free_flow.copy()
        free[3] = CLOSED
        net = replace(net, free_flow=free)
    return net, TravelClass("cars", demand(2, {(0, 1): 6.0}))


def test_braess_flows_and_the_paradox():
    net, cars = braess()
    with_road = assign(net, [cars], EXACT)
    np.testing.assert_allclose(with_road.flow, [4, 2, 2, 2, 4], atol=1e-8)
    np.testing.assert_allclose(with_road.total, 6 * 92, rtol=1e-9)
    net, cars = braess(middle=False)
    for warm in (None, with_road):
        without = assign(net, [cars], EXACT, warm=warm)
        np.testing.assert_allclose(without.flow, [3, 3, 3, 0, 3], atol=1e-8)
        np.testing.assert_allclose(without.total, 6 * 83, rtol=1e-9)
    np.testing.assert_allclose(assign(braess()[0], [cars], SYSTEM).total, 6 * 83, rtol=1e-9)


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0, 4.0, 5.5, 16.0])
def test_pigou(power):
    """A road of time 1 beside one of time x^p: everyone takes the second, 1/(p+1)^(1/p) should."""
    net = roads(
        [(0, 1, 1.0), (0, 1, 1e-6)], zones=2, b=[0.0, 1e6], power=[1.0, power], capacity=1.0
    )
    cars = TravelClass("cars", demand(2, {(0, 1): 1.0}))
    user = assign(net, [cars], EXACT)
    assert user.converged
    np.testing.assert_allclose(user.flow, [0, 1], atol=2e-6 / power)
    best = assign(net, [cars], SYSTEM)
    x = ((1 - 1e-6) / (power + 1)) ** (1 / power)
    np.testing.assert_allclose(best.flow, [1 - x, x], rtol=1e-5)
    np.testing.assert_allclose(best.objective, 1 - x + x * (1e-6 + x**power), rtol=1e-10)
    assert best.objective == best.total < user.total


def two_roads():
    """Times 1 + x / 10 and 2 + x / 10 between two zones."""
    return roads([(0, 1, 1.0), (0, 1, 2.0)], zones=2, b=[0.1, 0.05])


def test_cars_and_trucks_split_by_what_the_toll_is_worth_to_them():
    """A toll on the first road: 1 to cars, 0.2 to trucks of 2 pcu: trucks keep it, cars leave.

    With c cars and t trucks on the first, both costs are equal for the class that uses both roads.
    """
    net = two_roads()
    cars = TravelClass("cars", demand(2, {(0, 1): 20.0}), fixed=np.array([1.0, 0.0]))
    trucks = TravelClass("trucks", demand(2, {(0, 1): 5.0}), 2.0, np.array([0.2, 0.0]))
    both = assign(net, [cars, trucks], EXACT)
    # cars: 1 + x/10 + 1 = 2 + (30 - x)/10 → x = 15: 10 pcu of trucks and 5 cars; trucks are then
    # better off on the first road by 0.8
    np.testing.assert_allclose(both.flow, [15, 15], rtol=1e-9)
    np.testing.assert_allclose(both.class_flow, [[5, 15], [5, 0]], atol=1e-8)
    np.testing.assert_allclose(both.flow, [1, 2] @ both.class_flow, rtol=1e-12)
    beckmann = 15 + 15**2 / 20 + 2 * 15 + 15**2 / 20 + 5 * 1 + 2 * 5 * 0.2
    np.testing.assert_allclose(both.objective, beckmann, rtol=1e-12)
    np.testing.assert_allclose(both.total, 15 * 2.5 + 15 * 3.5 + 5 + 2, rtol=1e-9)


def test_the_toll_of_marginal_costs_turns_user_into_system():
    net = connected_roads(5)
    rng = np.random.default_rng(1)
    cars = TravelClass("cars", rng.uniform(2, 12, (net.zones, net.zones)))
    best = assign(net, [cars], SYSTEM)
    toll = net.power * (best.time - net.free_flow)
    tolled = assign(net, [replace(cars, fixed=toll)], EXACT)
    free = assign(net, [cars], EXACT)
    np.testing.assert_allclose(tolled.flow, best.flow, atol=1e-5)
    assert np.abs(free.flow - best.flow).max() > 0.1
    assert np.sum(tolled.flow * tolled.time) < np.sum(free.flow * free.time)


def test_nobody_passes_through_a_zone():
    """0 → 2 through zone 1 is short, but 1 is a centroid: over node 3 then."""
    links = [(0, 1, 1.0), (1, 2, 1.0), (0, 3, 5.0), (3, 2, 5.0)]
    trips = TravelClass("cars", demand(3, {(0, 2): 4.0, (0, 1): 2.0, (1, 2): 1.0}))
    closed = assign(roads(links, zones=3, first_through=3), [trips], EXACT)
    np.testing.assert_array_equal(closed.flow, [2, 1, 4, 4])
    through = assign(roads(links, zones=3), [trips], EXACT)
    np.testing.assert_array_equal(through.flow, [6, 5, 0, 0])


def test_a_thousand_times_more_zones_do_not_matter_where_one_queue_decides():
    """n origins over one of two equal bridges of time 1 + x: each bridge takes half."""
    n = 30
    hub, far = 2 * n, 2 * n + 1
    links = [(i, hub, 1.0) for i in range(n)] + [(far, n + i, 1.0) for i in range(n)]
    links += [(hub, far, 1.0), (hub, far, 1.0)]
    b = [0.0] * (2 * n) + [1.0, 1.0]
    net = roads(links, zones=2 * n, first_through=2 * n, b=b)
    rng = np.random.default_rng(3)
    trips = np.zeros((2 * n, 2 * n))
    trips[:n, n:] = rng.uniform(0, 5, (n, n))
    found = assign(net, [TravelClass("cars", trips)], EXACT)
    np.testing.assert_allclose(found.flow[-2:], trips.sum() / 2, rtol=1e-11)
    np.testing.assert_allclose(found.flow[:n], trips[:n].sum(1), rtol=1e-12)
