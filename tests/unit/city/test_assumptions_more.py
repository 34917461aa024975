"""Check which overrides of assumptions are taken, as what, and which are refused in both languages."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from chengce.city.assumptions import Assumptions, default_assumptions
from chengce.core.errors import ChengceError

SPEED = "walk_speed_adult"


def overridden(value: Any, name: str = SPEED) -> Assumptions:
    """Return the defaults with one replaced."""
    return default_assumptions().override({name: value})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.2, ("fixed", 1.2, 1.2, 1.2)),
        ({"value": 1.2}, ("fixed", 1.2, 1.2, 1.2)),
        ({"value": 1.2, "low": 1.0, "high": 1.4}, ("triangular", 1.0, 1.2, 1.4)),  # keeps its shape
        ({"low": 1.2}, ("triangular", 1.2, 1.3, 1.45)),
        (
            {"value": 1.2, "distribution": "uniform", "low": 1, "high": 1.4},
            ("uniform", 1.0, 1.2, 1.4),
        ),
        (
            {"value": 1.2, "distribution": "normal", "low": 1.0, "high": 1.4},
            ("normal", 1.0, 1.2, 1.4),
        ),
        ({"distribution": "fixed"}, ("fixed", 1.3, 1.3, 1.3)),
    ],
)
def test_an_override_is_taken_as_meant(
    value: Any, expected: tuple[str, float, float, float]
) -> None:
    found = overridden(value)[SPEED]
    assert (found.distribution, found.low, found.value, found.high) == expected
    assert found.title == default_assumptions()[SPEED].title
    assert found.verification == "unverified"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"value": 1.2, "distribution": "fixed", "low": 1.0}, "distribution"),
        ({"value": 1.2, "distribution": "normal", "low": 1.1, "high": 1.4}, "中点"),
        (
            {"value": 1.2, "distribution": "normal", "low": 0.6, "high": 1.8},
            "大于 0",
        ),  # tail below 0
        ({"value": 1.2, "distribution": "uniform", "low": 0, "high": 1.4}, "大于 0"),
        ({"value": 1.2, "distribution": "gamma"}, "gamma"),
        ({"value": 1.5, "low": 1.0, "high": 1.4}, "low ≤ value ≤ high"),
        ({"value": True}, "数值"),
        ({"value": "1.2"}, "数值"),
        ({"value": 1.2, "verification": "sure"}, "verification"),
        ([1.2], "键值表"),
        (None, "键值表"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(value: Any, said: str) -> None:
    with pytest.raises(ChengceError) as caught:
        overridden(value)
    (found,) = caught.value.problems
    assert (found.code, found.column) == ("assumption_invalid", SPEED)
    assert said in found.message.zh
    assert found.message.en


def test_shares_stay_within_one_and_bounds_need_a_distribution() -> None:
    with pytest.raises(ChengceError):
        overridden({"value": 0.95, "low": 0.9, "high": 1.1}, "place_operating_share")
    with pytest.raises(ChengceError) as caught:
        overridden({"value": 400, "low": 300, "high": 500}, "snap_limit")  # fixed by default
    assert "distribution" in caught.value.problems[0].message.zh


def test_what_is_listed_reads_back_the_same() -> None:
    changed = overridden(
        {"value": 1.2, "distribution": "uniform", "low": 1, "high": 1.4, "source": "实测"}
    )
    listed = {a["id"]: a for a in changed.as_list()}
    again = default_assumptions().override(listed)
    assert again.as_list() == changed.as_list()


@pytest.mark.parametrize("kind", ["uniform", "triangular", "normal"])
def test_a_distribution_without_width_is_a_number(kind: Any) -> None:
    point = replace(default_assumptions()[SPEED], distribution=kind, low=1.3, high=1.3, value=1.3)
    assert (point.quantile(np.array([0.0, 0.5, 1.0])) == 1.3).all()


@pytest.mark.parametrize("kind", ["uniform", "triangular", "normal"])
def test_quantiles_match_the_density_integrated_numerically(kind: Any) -> None:
    found = replace(default_assumptions()[SPEED], distribution=kind, low=1.0, value=1.2, high=1.4)
    x = np.linspace(0.4, 2.0, 400_001)
    sd = 0.2 / 1.6448536269514722
    density = {
        "uniform": ((x >= 1.0) & (x <= 1.4)) / 0.4,
        "triangular": np.clip(1 - np.abs(x - 1.2) / 0.2, 0, None) / 0.2,
        "normal": np.exp(-0.5 * ((x - 1.2) / sd) ** 2) / (sd * np.sqrt(2 * np.pi)),
    }[kind]
    below = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2) * (x[1] - x[0])])
    for share in (0.05, 0.25, 0.5, 0.8, 0.95):
        at = float(found.quantile(share))
        assert np.interp(at, x, below) == pytest.approx(share, abs=1e-5)
