from typing import Any

import numpy as np
import pytest
from benchmarks.equilibrium_check import check_equilibrium
from tests.unit.engine.road_worlds import connected_roads, demand, roads

from chengce.core.context import Context
from chengce.core.errors import Cancelled
from chengce.engine.assign.frank_wolfe import frank_wolfe
from chengce.engine.roads.network import AssignOptions, Equilibrium, RoadNetwork, TravelClass
from chengce.engine.running.runner import ThreadRunner


def trips(zones: int, seed: int, mean: float = 3.0) -> np.ndarray:
    return np.random.default_rng(seed).gamma(0.5, 2 * mean, (zones, zones))  # diagonal too


def assigned(
    network: RoadNetwork, classes: list[TravelClass], warm: Any = None, **options: Any
) -> Equilibrium:
    asked = AssignOptions(**{"method": "bfw", **options})
    class_flow, flow, count, trace = frank_wolfe(network, classes, asked, warm, Context())
    return Equilibrium(
        network, tuple(classes), asked, flow, class_flow, network.time(flow), trace[-1].objective,
        0.0, trace[-1].gap, count, 0.0, trace[-1].gap <= asked.gap, np.zeros(network.links),
        np.ones(network.links, bool), trace,
    )  # fmt: skip


@pytest.mark.parametrize("principle", ["user", "system"])
@pytest.mark.parametrize("seed", range(3))
def test_scipy_agrees_that_it_is_an_equilibrium(seed: int, principle: str) -> None:
    network = connected_roads(seed)
    toll = np.random.default_rng(seed).uniform(0, 1, network.links)
    classes = [
        TravelClass("car", trips(6, seed), fixed=toll),
        TravelClass("lorry", trips(6, seed + 9, 0.5), pce=2.5),
    ]
    found = assigned(network, classes, gap=1e-5, principle=principle)
    assert found.converged
    checked = check_equilibrium(found)
    assert checked["gap"] <= 1.0001e-5
    assert checked["gap_difference"] < 1e-12
    assert checked["time_difference"] < 1e-12
    assert checked["flow_difference"] < 1e-10
    assert checked["balance"] < 1e-10


def test_the_objective_falls_with_every_iteration() -> None:
    found = assigned(connected_roads(1), [TravelClass("car", trips(6, 1))], gap=1e-7)
    objective = np.array([s.objective for s in found.trace])
    assert (np.diff(objective) <= 1e-13 * objective[0]).all()
    assert [s.iteration for s in found.trace] == list(range(found.iterations + 1))


def test_conjugate_directions_need_fewer_iterations_than_plain_ones() -> None:
    """Plain Frank–Wolfe is still at 9e-4 here after 1500 iterations."""
    found = assigned(connected_roads(2), [TravelClass("car", trips(6, 2, 6.0))], gap=1e-5)
    assert found.converged
    assert found.iterations < 400


def test_the_same_bits_for_any_number_of_workers() -> None:
    network = connected_roads(4, side=40, zones=60)
    classes = [TravelClass("car", trips(60, 4, 0.1)), TravelClass("bus", trips(60, 5, 0.01), 2.0)]
    options = AssignOptions(gap=0.0, method="bfw", max_iterations=6)
    one = frank_wolfe(network, classes, options, None, Context())
    three = frank_wolfe(network, classes, options, None, Context(runner=ThreadRunner(3)))
    assert one[0].tobytes() == three[0].tobytes()
    assert [s.gap for s in one[3]] == [s.gap for s in three[3]]


def test_a_warm_start_continues_and_one_that_does_not_fit_begins_anew() -> None:
    network, cars = connected_roads(3), [TravelClass("car", trips(6, 3))]
    cold = assigned(network, cars, gap=1e-5)
    again = assigned(network, cars, cold.class_flow, gap=1e-5)
    assert (again.iterations, again.gap) == (0, cold.gap)
    more = [TravelClass("car", cars[0].demand * 1.1)]
    fresh = assigned(network, more, gap=1e-5)
    misfit = assigned(network, more, cold.class_flow, gap=1e-5)
    assert misfit.class_flow.tobytes() == fresh.class_flow.tobytes()
    assert check_equilibrium(misfit)["balance"] < 1e-10
    shape = assigned(network, more, np.zeros((2, network.links)), gap=1e-5)
    assert shape.class_flow.tobytes() == fresh.class_flow.tobytes()


def test_links_that_take_no_time_and_nobody_travelling() -> None:
    network = roads([(0, 2, 0.0), (2, 0, 0.0), (2, 1, 0.0)], zones=2, b=1.0)
    found = assigned(network, [TravelClass("car", demand(2, {(0, 1): 3.0}))])
    assert found.flow.tolist() == [3.0, 0.0, 3.0]
    assert (found.gap, found.objective) == (0.0, 0.0)
    empty = assigned(network, [TravelClass("car", np.zeros((2, 2)))])
    assert (empty.flow.sum(), empty.gap, empty.iterations) == (0.0, 0.0, 0)


def test_trips_inside_a_zone_do_not_travel() -> None:
    network = roads([(0, 1, 1.0), (1, 0, 1.0)], zones=2)
    found = assigned(network, [TravelClass("car", np.array([[9.0, 1.0], [0.0, 9.0]]))])
    assert found.flow.tolist() == [1.0, 0.0]


def test_stops_when_told() -> None:
    network = connected_roads(0)
    told = Context(cancelled=lambda: True)
    with pytest.raises(Cancelled):
        frank_wolfe(network, [TravelClass("car", trips(6, 0))], AssignOptions(), None, told)


def test_progress_names_the_gap_in_both_languages() -> None:
    said = []
    context = Context(progress=lambda what, done, total: said.append((what, done, total)))
    options = AssignOptions(gap=1e-3, method="bfw", max_iterations=50)
    frank_wolfe(connected_roads(0), [TravelClass("car", trips(6, 0))], options, None, context)
    text, done, total = said[0]
    assert (done, total) == (0, 50)
    assert all("1e-03" in said for said in (text.zh, text.en))
