"""Tell flows that equilibrium determines from those it leaves open."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.engine.road_worlds import connected_roads, demand, roads

from chengce.engine.assign.assignment import assign
from chengce.engine.kernels.assign_ties import on_circles
from chengce.engine.roads.network import AssignOptions, TravelClass

FINE = AssignOptions(gap=1e-11)


def marked(links, trips, **more) -> list[bool]:
    zones = more.setdefault("zones", 2)
    cars = TravelClass("cars", demand(zones, trips))
    return assign(roads(links, **more), [cars], FINE).determined.tolist()


def test_two_equal_links_of_constant_time_are_open():
    links = [(0, 2, 1.0), (2, 3, 1.0), (2, 3, 1.0), (3, 1, 1.0)]
    assert marked(links, {(0, 1): 5.0}) == [True, False, False, True]


def test_times_that_rise_with_flow_determine():
    links = [(0, 2, 1.0), (2, 3, 1.0), (2, 3, 1.0), (3, 1, 1.0)]
    assert all(marked(links, {(0, 1): 5.0}, b=[0, 0.1, 0, 0]))
    # … but not a street that stays so empty that its delay is lost in rounding
    assert marked(links, {(0, 1): 5.0}, b=[0, 0.1, 0, 0], power=4.0) == [True, False, False, True]
    assert marked(links, {(0, 1): 5.0}, b=[0, 1e-14, 0, 0]) == [True, False, False, True]


def test_a_dearer_link_nobody_uses_is_determined():
    links = [(0, 2, 1.0), (2, 3, 1.0), (2, 3, 2.0), (3, 1, 1.0)]
    assert all(marked(links, {(0, 1): 5.0}))
    # a toll may make it as dear for the only class there is
    net, toll = roads(links, zones=2), np.array([0.0, 1.0, 0.0, 0.0])
    cars = TravelClass("cars", demand(2, {(0, 1): 5.0}), fixed=toll)
    assert assign(net, [cars], FINE).determined.tolist() == [True, False, False, True]


def test_connectors_of_a_centroid_are_no_circle():
    """Out by 0 → 2 or 0 → 3, back by their reverse: nobody drives through, so no circle."""
    links = [(0, 2, 0.0), (2, 0, 0.0), (2, 3, 1.0), (3, 2, 1.0), (3, 1, 0.0), (1, 3, 0.0)]
    trips = {(0, 1): 5.0, (1, 0): 4.0}
    assert all(marked(links, trips, first_through=2, b=[0, 0, 0.1, 0.1, 0, 0]))


def test_a_street_both_ways_of_constant_time_is_determined():
    links = [(0, 2, 1.0), (2, 0, 1.0), (2, 1, 1.0), (1, 2, 1.0)]
    assert all(marked(links, {(0, 1): 5.0, (1, 0): 4.0}))


@pytest.mark.parametrize("seed", range(8))
def test_determined_flows_agree_between_equilibria_found_otherwise(seed):
    net = connected_roads(seed, side=5, zones=6)
    rng = np.random.default_rng(seed)
    flat = rng.random(net.links) < 0.6
    net = replace(net, b=np.where(flat, 0.0, net.b), free_flow=np.round(net.free_flow))
    cars = TravelClass("cars", rng.gamma(1, 2, (6, 6)))
    first = assign(net, [cars], FINE)
    order = rng.permutation(net.links)
    columns = ("tail", "head", "free_flow", "capacity", "b", "power", "length")
    turned = assign(replace(net, **{c: getattr(net, c)[order] for c in columns}), [cars], FINE)
    other = np.empty(net.links)
    other[order] = turned.flow
    plain = assign(net, [cars], AssignOptions(gap=1e-6, method="bfw"))
    sure = first.determined
    np.testing.assert_array_equal(sure[order], turned.determined)
    assert (flat | (first.flow < 0.5))[~sure].all()
    assert (~sure).sum() < 0.3 * net.links
    np.testing.assert_allclose(other[sure], first.flow[sure], atol=1e-3)
    off = np.abs(plain.flow - first.flow)
    assert (off[sure] <= plain.flow_error[sure] + 0.02).all()


def test_some_open_flow_does_differ():
    """What is marked is not only caution: these two equilibria of one network are not the same."""
    net = connected_roads(1, side=5, zones=6)
    net = replace(net, b=np.zeros(net.links), free_flow=np.ones(net.links))
    cars = TravelClass("cars", np.random.default_rng(1).gamma(1, 2, (6, 6)))
    columns = ("tail", "head", "free_flow", "capacity", "b", "power", "length")
    back = replace(net, **{c: getattr(net, c)[::-1] for c in columns})
    first, second = assign(net, [cars], FINE), assign(back, [cars], FINE)
    other = second.flow[::-1]
    assert np.abs(first.flow - other)[~first.determined].max() > 0.5
    np.testing.assert_allclose(other[first.determined], first.flow[first.determined], atol=1e-9)


def test_circles():
    tail = np.array([0, 1, 2, 2, 3, 4, 4, 6, 7], np.int32)
    head = np.array([1, 2, 0, 3, 4, 5, 5, 7, 7], np.int32)
    everything = np.ones(9, bool)
    expected = [True, True, True, False, False, True, True, False, True]
    assert on_circles(tail, head, everything, 8).tolist() == expected
    without = everything.copy()
    without[[2, 6]] = False
    assert not on_circles(tail[:8], head[:8], without[:8], 8).any()
