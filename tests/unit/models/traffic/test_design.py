"""Interpolation is exact at the points computed, and for what it is made for."""

from collections.abc import Mapping

import numpy as np
import pytest

from chengce.city.assumptions import default_assumptions
from chengce.core.context import Context
from chengce.models.noise import scalar
from chengce.models.traffic.design import Design, design, interpolate, weights_along

SIGNS = {"car_demand_level": 1, "road_capacity_factor": -1, "truck_pce": 1}
ACTIVE = {"car_demand_level", "road_capacity_factor", "truck_pce"}


def plan(draws: int = 50, **changed: object) -> Design:
    assumptions = default_assumptions().override(changed)
    return design(assumptions, SIGNS, ACTIVE, Context(draws=draws))


def test_trips_and_capacity_are_one_axis_of_five_points() -> None:
    found = plan()
    assert [a.name for a in found.axes] == ["car_demand_level"]
    assert found.settings[0] == {
        "car_demand_level": 1.0, "road_capacity_factor": 1.0, "truck_pce": 2.0,
    }  # fmt: skip
    levels = [s["car_demand_level"] for s in found.settings]
    assert len(levels) == 5
    assert min(levels) == pytest.approx(0.85 / 1.15)
    assert max(levels) == pytest.approx(1.15 / 0.85)
    assert {s["road_capacity_factor"] for s in found.settings} == {1.0}
    assert found.corner["car_demand_level"] > 1.0 > found.corner["road_capacity_factor"]


def test_other_assumptions_have_their_two_ends() -> None:
    pce = {"value": 2.0, "distribution": "uniform", "low": 1.5, "high": 3.0}
    assert [s["truck_pce"] for s in plan(truck_pce=pce).settings] == [2.0] * 5 + [1.5, 3.0]


def test_a_known_assumption_takes_no_equilibria() -> None:
    assert len(plan(car_demand_level=1.2, road_capacity_factor=0.9).settings) == 1
    none = Design({}, (), {}, 3, np.ones(3))
    assert none.drawn(np.array([[2.0, 0.0]])).tolist() == [[2.0, 0.0]] * 3
    assert none.amounts(np.array([[2.0, 0.0]])).tolist() == [[2.0, 0.0]] * 3


def test_amounts_that_scale_with_trips_at_equal_tightness_are_exact() -> None:
    found = plan(draws=200)
    context = Context(draws=200)
    level, capacity = (
        scalar(default_assumptions()[n], context)
        for n in ("car_demand_level", "road_capacity_factor")
    )

    def hours(s: Mapping[str, float]) -> float:
        tight = s["car_demand_level"] / s["road_capacity_factor"]
        return float(s["car_demand_level"] * tight**0.8)

    values = np.array([[hours(s)] for s in found.settings])
    drawn = found.amounts(values)[:, 0]
    assert drawn == pytest.approx(level * (level / capacity) ** 0.8, rel=1e-12)
    assert found.at_corner(values)[0] == pytest.approx(hours(found.corner), rel=1e-12)


def test_a_path_taken_only_where_it_is_tight_is_met_at_the_points_and_never_negative() -> None:
    found = plan(draws=2000)
    order = np.argsort([s["car_demand_level"] for s in found.settings])
    values = np.zeros((5, 1))
    values[order[-1]] = 9.0
    drawn = found.drawn(values)[:, 0]
    assert drawn.min() == 0.0
    assert drawn.max() <= 9.0
    tight = found.axes[0]
    assert not drawn[tight.drawn <= tight.points[2]].any()


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_weights_meet_the_points_and_add_up_to_one(n: int) -> None:
    points = np.array([0.0, 1.0, 1.5, 4.0, 5.0])[:n]
    np.testing.assert_array_equal(weights_along(points, points), np.eye(n))
    inside = np.linspace(points[0], points[-1], 23)
    found = weights_along(inside, points)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-12)
    if n > 2:
        np.testing.assert_allclose(found @ points**2, inside**2, atol=1e-12)


def test_what_is_nothing_somewhere_is_never_below_nothing() -> None:
    values = np.array([[1.0], [0.0], [9.0]])
    assert interpolate(values, np.array([[1.0, 0]]))[0, 0] == 0.0
    assert interpolate(values, np.array([[0, 1.0]]))[0, 0] == 9.0
    assert interpolate(values, np.array([[3.0, 0]]))[0, 0] == 0.0


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
