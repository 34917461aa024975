"""Check what an assignment returns besides its flows, and how it goes on from another."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.engine.road_worlds import connected_roads, demand, roads

from chengce.core.context import Context
from chengce.core.errors import Cancelled
from chengce.engine.assign.assignment import assign
from chengce.engine.roads.network import CLOSED, AssignOptions, RoadNetwork, TravelClass

FINE = AssignOptions(gap=1e-11)


@pytest.fixture(scope="module")
def town() -> RoadNetwork:
    return connected_roads(2, side=7, zones=12)


@pytest.fixture(scope="module")
def cars(town) -> TravelClass:
    return TravelClass("cars", np.random.default_rng(1).gamma(1, 1.5, (12, 12)))


@pytest.fixture(scope="module")
def base(town, cars):
    return assign(town, [cars], FINE)


def test_the_result_names_what_it_was_asked(town, cars, base):
    assert base.network is town
    assert base.classes == (cars,)
    assert base.options is FINE
    assert base.converged
    assert base.gap <= 1e-11
    assert base.iterations == base.trace[-1].iteration == len(base.trace) - 1
    assert [s.iteration for s in base.trace] == list(range(len(base.trace)))
    assert base.trace[-1].gap == base.gap
    assert base.determined.all()
    np.testing.assert_array_equal(base.time, town.time(base.flow))


def test_bushes_lie_by_class_and_origin_and_add_up(town, cars):
    other = TravelClass("vans", cars.demand[::-1] * 0.1, pce=2.0)
    found = assign(town, [cars, other], AssignOptions(gap=1e-6))
    bushes = found.bushes
    assert bushes is not None
    assert len(bushes.indptr) == 2 * town.zones + 1
    assert (bushes.flow >= 0).all()
    for k in range(2):
        part = slice(bushes.indptr[k * 12], bushes.indptr[(k + 1) * 12])
        whole = np.bincount(bushes.link[part], bushes.flow[part], town.links)
        np.testing.assert_allclose(whole, found.class_flow[k], atol=1e-12)
        for o in range(12):
            own = slice(bushes.indptr[k * 12 + o], bushes.indptr[k * 12 + o + 1])
            leaving = town.tail[bushes.link[own]] == o
            trips = found.classes[k].demand[o].sum() - found.classes[k].demand[o, o]
            np.testing.assert_allclose(bushes.flow[own][leaving].sum(), trips, rtol=1e-12)


@pytest.mark.parametrize("method", ["b", "bfw"])
def test_no_demand_costs_nothing(town, method):
    options = AssignOptions(method=method)
    for trips in (np.zeros((12, 12)), np.eye(12)):
        found = assign(town, [TravelClass("cars", trips)], options)
        assert found.converged
        assert found.gap == found.objective == found.total == 0
        assert not found.flow.any()
        assert not found.flow_error.any()
        np.testing.assert_array_equal(found.time, town.free_flow)


def test_nothing_changed_is_exactly_nothing(town, cars, base):
    again = assign(town, [cars], FINE, warm=base)
    assert again.iterations == 0
    for name in ("flow", "class_flow", "time", "objective", "gap"):
        np.testing.assert_array_equal(getattr(again, name), getattr(base, name))


def busiest(base) -> int:
    return int(np.argmax(base.flow))


def changed(town: RoadNetwork, cars: TravelClass, base, what: str):
    if what == "closed":
        free = town.free_flow.copy()
        free[busiest(base)] = CLOSED
        return replace(town, free_flow=free), cars
    if what == "narrow":
        capacity = town.capacity.copy()
        capacity[busiest(base)] /= 2
        return replace(town, capacity=capacity), cars
    if what == "more":
        return town, replace(cars, demand=cars.demand * 1.03)
    if what == "moved":
        trips = cars.demand.copy()
        trips[3] = 0
        trips[:, 5] *= 2
        return town, replace(cars, demand=trips)
    columns = {c: getattr(town, c) for c in ("free_flow", "capacity", "b", "power", "length")}
    new = {k: np.append(v, v[busiest(base)]) for k, v in columns.items()}
    if what == "parallel":
        ends = town.tail[busiest(base)], town.head[busiest(base)]
    else:
        ends = town.tail[busiest(base)], np.int32(town.nodes)
        new = {k: np.append(v, v[-1]) for k, v in new.items()}
    tail, head = np.append(town.tail, ends[0]), np.append(town.head, ends[1])
    nodes = town.nodes
    if what == "new node":
        tail = np.append(tail, np.int32(nodes))
        head = np.append(head, town.head[busiest(base)])
        nodes += 1
    return replace(town, tail=tail, head=head, nodes=nodes, **new), cars


@pytest.mark.parametrize("what", ["closed", "narrow", "more", "moved", "parallel", "new node"])
@pytest.mark.parametrize("method", ["b", "bfw"])
def test_going_on_ends_where_beginning_anew_does(town, cars, base, what, method):
    net, trips = changed(town, cars, base, what)
    options = FINE if method == "b" else AssignOptions(gap=1e-4, method="bfw")
    warm = assign(net, [trips], options, warm=base)
    cold = assign(net, [trips], options)
    assert warm.converged
    if method == "b":
        assert warm.trace[0].gap < 0.5 * cold.trace[0].gap
    close = 1e-4 if method == "b" else 0.5
    np.testing.assert_allclose(warm.flow, cold.flow, atol=close)
    if what == "closed":
        assert warm.flow[busiest(base)] == cold.flow[busiest(base)] == 0
    back = assign(town, [cars], FINE, warm=warm)
    np.testing.assert_allclose(back.flow, base.flow, atol=1e-4)


def test_another_network_begins_anew(town, cars, base):
    other = replace(town, tail=town.head, head=town.tail)
    warm, cold = assign(other, [cars], FINE, warm=base), assign(other, [cars], FINE)
    np.testing.assert_array_equal(warm.flow, cold.flow)
    renamed = assign(town, [replace(cars, name="else")], FINE, warm=base)
    np.testing.assert_allclose(renamed.flow, base.flow, atol=1e-4)


def test_out_of_reach_is_labelled(town, cars):
    short = assign(town, [cars], AssignOptions(gap=1e-11, max_iterations=2))
    assert not short.converged
    assert short.iterations == 2
    assert 1e-11 < short.gap < 1
    never = assign(town, [cars], AssignOptions(gap=1e-17))
    assert not never.converged
    assert never.gap < 1e-13
    assert never.iterations < 200
    assert np.isfinite(never.flow).all()


def test_steep_delays_stay_finite():
    """A road of capacity 1e-3 and power 16 that all must use, one nobody can fill."""
    net = roads(
        [(0, 2, 1.0), (2, 1, 1.0), (2, 1, 2.0), (0, 1, 1e4)],
        zones=2, b=[0.15, 0.15, 0.15, 0.0], power=[16, 16, 16, 1], capacity=[1e9, 1e-3, 2e-3, 1],
    )  # fmt: skip
    found = assign(net, [TravelClass("cars", demand(2, {(0, 1): 1e6}))], AssignOptions(gap=1e-10))
    assert found.converged
    for name in ("flow", "time", "flow_error", "class_flow"):
        assert np.isfinite(getattr(found, name)).all()
    # (1 + 0.15 x¹⁶)t₀ = 1e4 − 1 where the last road is used too
    load = ((1e4 - 1 - np.array([1.0, 2.0])) / np.array([1.0, 2.0]) / 0.15) ** (1 / 16)
    np.testing.assert_allclose(found.flow[1:3], load * [1e-3, 2e-3], rtol=1e-4)


def test_progress_and_cancel(town, cars):
    told = []
    assign(town, [cars], FINE, context=Context(progress=lambda *a: told.append(a)))
    assert all(0 <= done <= total for _, done, total in told)
    assert told[-1][1] == told[-1][2]
    assert "相对间隙" in told[0][0].zh
    calls = iter([False] * 5 + [True] * 1000)
    with pytest.raises(Cancelled):
        assign(town, [cars], FINE, context=Context(cancelled=lambda: next(calls)))
