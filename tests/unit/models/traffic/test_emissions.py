"""The CO2 curve has the shape its source describes, and is held outside its range."""

import numpy as np
import pytest

from chengce.models.traffic.emissions import co2_curve


def test_by_hand_at_thirty_miles_an_hour() -> None:
    x = 30.0
    exponent = (
        7.613534994965560 - 0.138565467462594 * x + 0.003915102063854 * x**2
        - 0.000049451361017 * x**3 + 0.000000238630156 * x**4
    )  # fmt: skip
    found = co2_curve().grams_per_km(np.array([x * 1.609344]))[0]
    assert found == pytest.approx(np.exp(exponent) / 1.609344)
    assert 180 < found < 250


def test_crawling_and_racing_emit_more_than_flowing() -> None:
    slow, flowing, fast = co2_curve().grams_per_km(np.array([10.0, 70.0, 119.0]))
    assert slow > 2 * flowing
    assert fast > flowing


def test_held_at_the_ends_of_the_range() -> None:
    curve = co2_curve()
    found = curve.grams_per_km(np.array([0.0, 8.0, 120.0, np.inf]))
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert curve.outside(np.array([7.9, 8.0, 120.0, 121.0])).tolist() == [True, False, False, True]
