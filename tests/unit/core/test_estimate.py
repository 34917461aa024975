"""Check how draws become a number with its interval."""

import numpy as np
import pytest

from chengce.core.estimate import Estimate, percentiles
from chengce.core.finding import Finding, Metric, mean_over
from chengce.core.groups import Group
from chengce.core.text import Text
from chengce.core.units import number, quantity

TEXT = Text("数", "n")


def test_percentiles_agree_with_numpy_on_plain_numbers() -> None:
    draws = np.random.default_rng(1).normal(size=(201, 5))
    np.testing.assert_allclose(
        percentiles(draws), np.percentile(draws, [5, 50, 95], axis=0), rtol=1e-12
    )


def test_constants_and_infinities_are_exact() -> None:
    draws = np.full((40, 3), 0.1)
    draws[:, 1] = np.inf
    draws[3:, 2] = np.inf
    low, middle, high = percentiles(draws)
    assert low[0] == middle[0] == high[0] == 0.1
    assert np.isinf([low[1], middle[1], high[1]]).all()
    assert low[2] == 0.1 or np.isinf(low[2])
    assert np.isinf(high[2])


def test_a_number_missing_in_one_draw_is_missing() -> None:
    draws = np.arange(30.0)[:, None]
    draws[4] = np.nan
    assert np.isnan(percentiles(draws)).all()


def test_an_estimate_says_what_kind_it_is() -> None:
    drawn = Estimate.from_draws(np.arange(101.0), "min", ("assumption",))
    assert (drawn.low, drawn.value, drawn.high, drawn.n) == (5.0, 50.0, 95.0, 101)
    assert drawn.show("zh") == "50分钟（5 至 95）"
    assert drawn.show("en", signed=True) == "+50 min (+5 to +95)"
    assert "给定" in Estimate.conditional(3, "min").show("zh") or "假设" in Estimate.conditional(
        3, "min"
    ).show("zh")
    assert Estimate.exact(3, "people").show("en") == "3 people (exact)"
    assert Estimate.from_draws(np.full(9, np.inf), "min", ()).as_dict()["value"] is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (-0.0, "0"), (-0.0001, "0"), (1234.5, "1,234"), (12.34, "12.3"), (1.234, "1.23"),
     (float("nan"), "—"), (float("inf"), "∞"), (-12.0, "−12")],
)  # fmt: skip
def test_numbers_are_printed_with_the_digits_they_deserve(value: float, shown: str) -> None:
    assert number(value) == shown


def test_quantities_carry_their_unit() -> None:
    assert quantity(5, "min", "zh") == "5分钟"
    assert quantity(5, "min", "en") == "5 min"


def test_means_leave_out_what_is_not_known() -> None:
    people = np.array([[1.0, 3.0, 0.0], [0.0, 0.0, 5.0]])
    values = np.array([[2.0, 4.0, np.nan], [1.0, 1.0, np.nan]])
    found = mean_over(people, values, axis=1)
    assert found[0] == (2 + 12) / 4
    assert np.isnan(found[1])  # nobody left: not evaluable, never 0


def test_a_finding_adds_groups_up_and_caps_what_is_not_reached() -> None:
    groups = (Group("age", "x", TEXT, {"adult": 1.0}), Group("age", "y", TEXT, {"adult": 1.0}))
    metric = Metric("minutes", TEXT, "min", "less", TEXT, cap=60.0)
    people = np.broadcast_to(np.array([[1.0, 3.0], [2.0, 4.0]]), (20, 2, 2))
    values = np.broadcast_to(np.array([[10.0, np.inf], [20.0, 30.0]]), (20, 2, 2))
    finding = Finding(
        "app", "age", groups, (metric,), ("A", "B"), people, {"minutes": values}, ("model",), {}
    )
    x, y, everyone = finding.by_group("minutes")[0]
    assert x == (10 + 40) / 3
    assert y == (3 * 60 + 4 * 30) / 7
    assert everyone == pytest.approx((10 + 40 + 180 + 120) / 10)
    table = finding.table()
    assert len(table) == (1 + 2) * 3
    assert table.query("place == 'A' and group == 'y'")["value"].item() == np.inf
    assert table.query("place == '' and group == 'total'")["people"].item() == 10
