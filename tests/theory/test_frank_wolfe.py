"""Equilibria and optima that follow from a line of algebra, found by Frank–Wolfe."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from tests.unit.engine.road_worlds import demand, roads

from chengce.core.context import Context
from chengce.engine.assign.frank_wolfe import frank_wolfe
from chengce.engine.roads.network import AssignOptions, RoadNetwork, TravelClass


def flows(network: RoadNetwork, classes: Sequence[TravelClass], **options: Any) -> np.ndarray:
    asked = AssignOptions(**{"gap": 1e-9, "method": "bfw", **options})
    class_flow, flow, _, trace = frank_wolfe(network, classes, asked, None, Context())
    assert trace[-1].gap <= asked.gap
    pce = np.array([c.pce for c in classes])
    assert np.allclose(flow, pce @ class_flow, rtol=1e-15)
    return class_flow


def two_routes(power: float = 1.0) -> RoadNetwork:
    """A takes 1 + (v / 10)^p, B always takes 2."""
    return roads([(0, 1, 1.0), (0, 1, 2.0)], zones=2, b=[1.0, 0.0], capacity=10.0, power=power)


def car(trips: float, **more: Any) -> TravelClass:
    return TravelClass("car", demand(2, {(0, 1): trips}), **more)


@pytest.mark.parametrize("power", [0.5, 1.0, 4.0])
def test_routes_in_use_take_the_same_time(power: float) -> None:
    assert flows(two_routes(power), [car(15.0)])[0] == pytest.approx([10.0, 5.0], rel=1e-6)
    assert flows(two_routes(power), [car(9.0)])[0] == pytest.approx([9.0, 0.0])


@pytest.mark.parametrize("power", [0.5, 1.0, 4.0])
def test_the_optimum_equals_marginal_times(power: float) -> None:
    # 1 + (1 + p)(v / 10)^p = 2
    best = 10.0 * (1.0 / (1.0 + power)) ** (1.0 / power)
    found = flows(two_routes(power), [car(15.0)], principle="system")[0]
    assert found == pytest.approx([best, 15.0 - best], rel=1e-6)


@pytest.mark.parametrize(
    ("principle", "expected", "objective"),
    [
        # everyone takes 92 with the bridge; at the optimum nobody uses it and it is 83 each
        ("user", [4, 2, 2, 4, 2], 2 * 10 * 8 + 2 * (50 * 2 + 2) + (10 * 2 + 2)),
        ("system", [3, 3, 3, 3, 0], 6 * 83),
    ],
)
def test_braess(principle: str, expected: list[float], objective: float) -> None:
    #  0 → 2: 10 v   0 → 3: 50 + v   2 → 1: 50 + v   3 → 1: 10 v   2 → 3: 10 + v   demand 6
    tiny = 1e-9
    network = roads(
        [(0, 2, tiny), (0, 3, 50.0), (2, 1, 50.0), (3, 1, tiny), (2, 3, 10.0)],
        zones=2, b=[10 / tiny, 1 / 50, 1 / 50, 10 / tiny, 1 / 10],
    )  # fmt: skip
    options = AssignOptions(gap=1e-8, method="bfw", principle=principle)  # type: ignore[arg-type]
    found, _, _, trace = frank_wolfe(network, [car(6.0)], options, None, Context())
    assert found[0] == pytest.approx(expected, abs=1e-3)
    assert trace[-1].objective == pytest.approx(objective, rel=1e-7)


@pytest.mark.parametrize(
    ("toll_on", "cars", "lorries"),
    [
        (0, [0.0, 4.0], [5.0, 3.0]),  # A at 2 + 0.5 is dear for cars; lorries (2 pce) fill A to 10
        (1, [4.0, 0.0], [3.0, 5.0]),  # B at 2 + 0.5 is dear for cars; lorries fill what is left
    ],
)
def test_a_toll_parts_the_classes(toll_on: int, cars: list[float], lorries: list[float]) -> None:
    toll = np.zeros(2)
    toll[toll_on] = 0.5
    classes = [car(4.0, fixed=toll), TravelClass("lorry", demand(2, {(0, 1): 8.0}), pce=2.0)]
    found = flows(two_routes(), classes)
    assert found == pytest.approx(np.array([cars, lorries]), abs=1e-5)


def test_fixed_costs_count_once_a_pcu_in_the_objective() -> None:
    toll = np.array([0.0, 0.5])
    classes = [TravelClass("lorry", demand(2, {(0, 1): 10.0}), pce=2.0, fixed=toll)]
    options = AssignOptions(gap=1e-10, method="bfw")
    found, _, _, trace = frank_wolfe(two_routes(), classes, options, None, Context())
    # 1 + v / 10 = 2.5 at 15 pcu on A, 5 on B: ∫ = 15 + 15² / 20, plus 5 · 2.5
    assert found[0] == pytest.approx([7.5, 2.5], rel=1e-6)
    assert trace[-1].objective == pytest.approx(15 + 11.25 + 12.5, rel=1e-9)
