"""The independent check passes what is right and sees each way of being wrong."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from benchmarks.equilibrium_check import check_equilibrium
from tests.unit.engine.road_worlds import demand, roads, solved

from chengce.engine.roads.network import Bushes, Equilibrium, TravelClass


def right() -> Equilibrium:
    """Return 15 cars 0 → 1 past centroid 2: 10 on a link of 1 + v / 10, 5 on one of 2; then 0."""
    network = roads(
        [(0, 3, 1.0), (0, 3, 2.0), (3, 1, 0.0), (0, 2, 0.0), (2, 1, 0.0)],
        zones=3, first_through=3, b=[1.0, 0, 0, 0, 0], capacity=10.0,
    )  # fmt: skip
    kind = TravelClass("car", demand(3, {(0, 1): 15.0, (0, 2): 1.0, (0, 0): 9.0}))
    return solved(network, kind, {0: {0: 10.0, 1: 5.0, 2: 15.0, 3: 1.0}})


def test_what_is_right_passes() -> None:
    assert check_equilibrium(right()) == {
        "time_difference": 0, "flow_difference": 0, "balance": 0, "origin_balance": 0,
        "origin_sum": 0, "through": 0, "excess": 0, "gap": 0, "gap_difference": 0,
    }  # fmt: skip


def moved(on: list[float], bush: list[float] | None = None, **more: Any) -> dict[str, float]:
    old = right()
    assert old.bushes is not None
    cars = np.array(on, float)
    by_origin = np.array(on if bush is None else bush, float)
    bushes = Bushes(np.array([0, 5, 5, 5]), np.arange(5, dtype=np.int32), by_origin)
    values = {
        "flow": cars,
        "class_flow": cars[None],
        "time": old.network.time(cars),
        "bushes": bushes,
    }
    return check_equilibrium(replace(old, **{**values, **more}))


@pytest.mark.parametrize(
    ("wrong", "sees"),
    [
        (
            moved([12, 3, 15, 1, 0]),
            {"gap": 12 * 0.2 / (12 * 2.2 + 6), "excess": 0.2},
        ),
        (moved([10, 4, 15, 1, 0]), {"balance": 1, "origin_balance": 1}),
        (moved([10, 5, 15, 1, 0], [10, 4, 14, 1, 0]), {"origin_sum": 1, "balance": 0}),
        (moved([0, 0, 0, 16, 15]), {"through": 15, "balance": 0}),
        (moved([10, 5, 15, 1, 0], flow=np.zeros(5)), {"flow_difference": 15}),
        (moved([10, 5, 15, 1, 0], time=np.zeros(5)), {"time_difference": 2}),
        (moved([10, 5, 15, 1, 0], gap=0.5), {"gap_difference": 0.5}),
    ],
    ids=["uneven", "lost", "unlike", "through", "flow", "time", "gap"],
)
def test_what_is_wrong_is_seen(wrong: dict[str, float], sees: dict[str, Any]) -> None:
    assert {k: wrong[k] for k in sees} == {k: pytest.approx(v) for k, v in sees.items()}


def test_without_origins_less_can_be_said() -> None:
    found = check_equilibrium(replace(right(), bushes=None))
    assert set(found) == {"time_difference", "flow_difference", "balance", "gap", "gap_difference"}


def test_the_optimum_is_judged_by_marginal_costs() -> None:
    # 1 + 2 v / 10 = 2 at v = 5
    found = replace(right(), options=replace(right().options, principle="system"))
    assert check_equilibrium(found)["gap"] > 0.1
    cars = np.array([5.0, 10, 15, 1, 0])
    best = replace(
        found, flow=cars, class_flow=cars[None], time=found.network.time(cars), bushes=None
    )
    assert check_equilibrium(best)["gap"] == pytest.approx(0, abs=1e-15)
