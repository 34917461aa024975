"""Hold for any assignment: both methods agree, scipy confirms, select link adds up, turns obey."""

import numpy as np
import pytest
from benchmarks.equilibrium_check import check_equilibrium
from tests.invariants.test_road_turns import random_turns
from tests.unit.engine.road_worlds import connected_roads

from chengce.engine.assign.assignment import assign
from chengce.engine.assign.select_link import select_link
from chengce.engine.roads.network import AssignOptions, TravelClass
from chengce.engine.roads.totals import totals
from chengce.engine.roads.turns import with_turns


def classes(seed: int) -> list[TravelClass]:
    rng = np.random.default_rng(seed)
    toll = rng.uniform(0, 1, 80)
    cars, lorries = rng.gamma(0.5, 6.0, (6, 6)), rng.gamma(0.5, 1.0, (6, 6))
    return [TravelClass("car", cars, fixed=toll), TravelClass("lorry", lorries, pce=2.5)]


@pytest.mark.parametrize("principle", ["user", "system"])
@pytest.mark.parametrize("seed", range(3))
def test_both_methods_find_one_equilibrium(seed: int, principle: str) -> None:
    network = connected_roads(seed)
    exact, rough = (
        assign(network, classes(seed),
               AssignOptions(gap=gap, method=method, principle=principle, max_iterations=1500))  # type: ignore[arg-type]
        for method, gap in (("b", 1e-12), ("bfw", 1e-5))
    )  # fmt: skip
    assert (exact.converged, rough.converged) == (True, True)
    # the objective of a convex problem is above the least by at most gap · total
    assert 0 <= rough.objective - exact.objective <= 1.0001 * rough.gap * rough.total
    scale = exact.flow.mean()
    assert np.abs(rough.flow - exact.flow).max() < 0.1 * scale
    for found in (exact, rough):
        checked = check_equilibrium(found)
        assert checked["gap"] <= 1.01 * found.options.gap
        assert checked["gap_difference"] < 1e-13
        assert checked["balance"] < 1e-9
        assert checked["flow_difference"] < 1e-9
        assert checked["time_difference"] < 1e-9
    checked = check_equilibrium(exact, used=1e-6)
    assert checked["origin_balance"] < 1e-9
    assert checked["origin_sum"] < 1e-9
    assert checked["through"] == 0
    assert checked["excess"] < 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_select_link_adds_up_to_the_flow(seed: int) -> None:
    found = assign(connected_roads(seed), classes(seed), AssignOptions(gap=1e-10))
    for cls in (0, 1):
        for link in np.argsort(found.class_flow[cls])[-8:]:
            one = select_link(found, [int(link)], cls=cls)
            assert one.od.sum() == pytest.approx(found.class_flow[cls, link], rel=1e-9)
            assert (one.od <= found.classes[cls].demand + 1e-9).all()
            assert (one.flow <= found.class_flow[cls] + 1e-9).all()


@pytest.mark.parametrize("seed", range(3))
def test_algorithm_b_obeys_turns(seed: int) -> None:
    network = connected_roads(seed)
    banned = [p for p, t in random_turns(network, seed, 0.2).items() if np.isinf(t)]
    turned = with_turns(network, banned)
    kinds = [
        TravelClass(c.name, c.demand, c.pce, None if c.fixed is None else turned.expand(c.fixed))
        for c in classes(seed)
    ]
    exact = assign(turned.network, kinds, AssignOptions(gap=1e-11))
    rough = assign(
        turned.network, kinds, AssignOptions(gap=1e-5, method="bfw", max_iterations=1500)
    )
    assert exact.converged
    assert 0 <= rough.objective - exact.objective <= 1.0001 * rough.gap * rough.total
    checked = check_equilibrium(exact, used=1e-6)
    assert checked["gap"] <= 1.01e-11
    assert checked["excess"] < 1e-5
    assert checked["through"] == 0
    free = assign(network, classes(seed), AssignOptions(gap=1e-10))
    assert exact.objective > free.objective


def test_totals_of_the_optimum_are_no_larger() -> None:
    network, kinds = connected_roads(1), [TravelClass("car", classes(1)[0].demand)]
    user = assign(network, kinds, AssignOptions(gap=1e-9))
    best = assign(network, kinds, AssignOptions(gap=1e-9, principle="system"))
    assert totals(best)["time"][0] < totals(user)["time"][0]
    assert totals(best)["time"][0] == pytest.approx(best.objective, rel=1e-12)
    assert totals(user)["time"][0] == pytest.approx(user.total, rel=1e-12)
