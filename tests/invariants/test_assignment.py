"""Hold assignments of any network to what defines them, checked by scipy alone."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.equilibrium_check import check_equilibrium
from tests.unit.engine.road_worlds import connected_roads, random_roads

from chengce.core.context import Context
from chengce.engine.assign.assignment import assign
from chengce.engine.kernels.assign_graft import unreached
from chengce.engine.roads.network import AssignOptions, RoadNetwork, TravelClass
from chengce.engine.roads.paths import star
from chengce.engine.running.runner import make_runner

FINE = AssignOptions(gap=1e-11)


def reachable(net: RoadNetwork, trips: np.ndarray) -> np.ndarray:
    links = star(net)
    cut = unreached(links.indptr, links.head, net.first_through, trips > 0)
    return np.where(cut, 0.0, trips)


def problem(seed: int) -> tuple[RoadNetwork, list[TravelClass]]:
    """Return a random network and one or two classes: odd powers, free links, closed pairs."""
    rng = np.random.default_rng(seed)
    net = (
        random_roads(seed, first_through=seed % 6, links=10 * int(rng.integers(2, 9)))
        if seed % 3
        else connected_roads(seed)
    )
    m = net.links
    if seed % 4 == 1:
        net = replace(net, power=rng.choice([0.5, 1, 2, 5.5, 16], m), b=rng.choice([0, 0.15, 1], m))
    elif seed % 4 == 2:
        net = replace(net, b=np.zeros(m), free_flow=rng.integers(0, 3, m).astype(float))
    classes = []
    for k in range(1 + seed % 2):
        trips = rng.gamma(1, 3, (net.zones, net.zones)) * (rng.random((net.zones,) * 2) < 0.5)
        fixed = None if rng.random() < 0.5 else rng.gamma(1, 1, m)
        classes.append(TravelClass(f"c{k}", reachable(net, trips), (1.0, 2.5)[k], fixed))
    return net, classes


@pytest.mark.parametrize("principle", ["user", "system"])
def test_conditions_of_equilibrium(principle):
    for seed in range(40):
        net, classes = problem(seed)
        found = assign(net, classes, replace(FINE, principle=principle))
        off = check_equilibrium(found)
        assert found.converged, seed
        assert off["gap"] <= 2e-11, (seed, off)
        assert max(off["balance"], off["origin_balance"], off["origin_sum"]) < 1e-10, (seed, off)
        assert off["through"] == 0, seed
        assert off["gap_difference"] < 1e-13, (seed, off)
        assert np.isfinite(found.flow_error).all()
        assert np.isfinite([found.objective, found.total, found.gap]).all()


def test_any_number_of_workers_gives_the_same_bits():
    big = connected_roads(8, side=30, zones=150)
    rng = np.random.default_rng(2)
    cars = TravelClass("cars", rng.gamma(1, 0.03, (150, 150)))
    found = [
        assign(big, [cars], AssignOptions(gap=1e-4), context=Context(runner=make_runner("threads", w)))
        for w in (1, 2, 3)
    ]  # fmt: skip
    for other in found[1:]:
        for name in ("flow", "class_flow", "time", "flow_error", "determined"):
            np.testing.assert_array_equal(getattr(found[0], name), getattr(other, name))
        assert found[0].gap == other.gap


def test_order_of_links_and_zones_does_not_matter():
    net = connected_roads(3, side=6, zones=8)
    rng = np.random.default_rng(4)
    trips = rng.gamma(1, 3, (8, 8))
    first = assign(net, [TravelClass("cars", trips)], FINE)
    links = rng.permutation(net.links)
    zones = rng.permutation(8)
    number = np.arange(net.nodes)
    number[:8] = np.argsort(zones)
    columns = ("free_flow", "capacity", "b", "power", "length")
    other = replace(
        net, tail=number[net.tail[links]].astype(np.int32),
        head=number[net.head[links]].astype(np.int32),
        **{c: getattr(net, c)[links] for c in columns},
    )  # fmt: skip
    second = assign(other, [TravelClass("cars", trips[np.ix_(zones, zones)])], FINE)
    np.testing.assert_allclose(second.flow, first.flow[links], atol=1e-4)
    np.testing.assert_allclose(second.objective, first.objective, rtol=1e-11)


def test_more_trips_never_lower_the_cost_of_the_best_plan():
    net = connected_roads(6)
    trips = np.random.default_rng(5).gamma(1, 3, (net.zones, net.zones))
    system = replace(FINE, principle="system")
    totals = [assign(net, [TravelClass("cars", trips * f)], system).total for f in (1, 1.1, 1.2)]
    assert totals[0] < totals[1] < totals[2]
