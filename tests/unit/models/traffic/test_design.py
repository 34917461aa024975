"""Interpolation is exact at the points computed, and for what it is made for."""

import numpy as np
import pytest

from chengce.city.assumptions import default_assumptions
from chengce.core.context import Context
from chengce.models.traffic.design import Design, design, interpolate

SIGNS = {"car_demand_level": 1, "road_capacity_factor": -1, "truck_pce": 1}
ACTIVE = {"car_demand_level", "road_capacity_factor", "truck_pce"}


def plan(draws: int = 50, **changed: object) -> Design:
    assumptions = default_assumptions().override(changed)
    return design(assumptions, SIGNS, ACTIVE, Context(draws=draws))


def test_the_centre_then_both_ends_of_each_uncertain_assumption() -> None:
    found = plan()
    assert [a.name for a in found.axes] == ["car_demand_level", "road_capacity_factor"]
    assert found.settings[0] == {
        "car_demand_level": 1.0, "road_capacity_factor": 1.0, "truck_pce": 2.0,
    }  # fmt: skip
    assert [s["car_demand_level"] for s in found.settings] == [1.0, 0.85, 1.15, 1.0, 1.0]
    assert found.corner["car_demand_level"] > 1.0 > found.corner["road_capacity_factor"]


def test_a_known_assumption_takes_no_equilibria() -> None:
    assert len(plan(car_demand_level=1.2, road_capacity_factor=0.9).settings) == 1
    none = Design({}, (), {}, 3)
    assert none.drawn(np.array([[2.0, 0.0]])).tolist() == [[2.0, 0.0]] * 3


def test_products_of_powers_are_exact_and_draws_stay_in_range() -> None:
    found = plan(draws=200)

    def delay(s: dict[str, float]) -> float:
        return float(s["car_demand_level"] ** 5 * s["road_capacity_factor"] ** -4)

    values = np.array([[delay(s)] for s in found.settings])
    drawn = found.drawn(values)[:, 0]
    level, capacity = (a.drawn for a in found.axes)
    assert drawn == pytest.approx(level**5 * capacity**-4, rel=1e-12)
    assert found.at_corner(values)[0] == pytest.approx(delay(dict(found.corner)), rel=1e-12)


def test_what_is_nothing_somewhere_is_never_below_nothing() -> None:
    found = plan(draws=200)
    values = np.array([[1.0], [0.0], [9.0], [1.0], [1.0]])
    assert found.drawn(values).min() >= 0.0
    assert interpolate(values, np.array([[1.0, 0, 0, 0]]))[0, 0] == 0.0
    assert interpolate(values, np.array([[0, 1.0, 0, 0]]))[0, 0] == 9.0


def test_equal_inputs_give_equal_bits_wherever_they_stand() -> None:
    found = plan(draws=20)
    rng = np.random.default_rng(1)
    column = rng.uniform(1, 2, (5, 1))
    many = np.concatenate([rng.uniform(0, 2, (5, 37)), column, rng.uniform(0, 2, (5, 3))], axis=1)
    assert np.array_equal(found.drawn(many)[:, 37], found.drawn(column)[:, 0])


def test_a_distribution_without_an_end_is_held_at_its_tails() -> None:
    normal = {"value": 1.0, "distribution": "normal", "low": 0.8, "high": 1.2}
    axis = plan(draws=2000, car_demand_level=normal).axes[0]
    assert axis.points[0] < 0.8
    assert axis.drawn.min() >= axis.points[0]
    assert axis.drawn.max() <= axis.points[-1]
