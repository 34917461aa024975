"""Check the distributions of assumptions against numeric integration, and their defaults."""

from dataclasses import replace

import numpy as np
import pytest

from chengce.city.assumptions import Assumption, default_assumptions
from chengce.core.errors import ChengceError

SPEED = default_assumptions()["walk_speed_adult"]


@pytest.mark.parametrize("kind", ["uniform", "triangular", "normal"])
def test_quantiles_invert_the_distribution(kind: str) -> None:
    found = replace(
        SPEED, distribution=kind, low=1.0, value=1.3, high=1.6 if kind != "triangular" else 2.0
    )
    shares = np.linspace(0.001, 0.999, 1999)
    values = found.quantile(shares)
    assert (np.diff(values) > 0).all()
    mean = {"uniform": 1.3, "triangular": (1.0 + 1.3 + 2.0) / 3, "normal": 1.3}[kind]
    assert values.mean() == pytest.approx(mean, abs=2e-3)
    if kind == "normal":
        assert found.quantile(np.array([0.05, 0.95])) == pytest.approx([1.0, 1.6], abs=1e-9)
    else:
        assert found.quantile(np.array([0.0, 1.0])) == pytest.approx([found.low, found.high])
    if kind == "triangular":  # density 2 / width at the mode
        step = found.quantile(np.array([0.2999, 0.3001]))
        assert 0.0002 / (step[1] - step[0]) == pytest.approx(2 / 1.0, rel=0.01)


def test_a_fixed_assumption_does_not_vary() -> None:
    fixed = default_assumptions().override({"walk_speed_adult": 1.2})["walk_speed_adult"]
    assert (fixed.quantile(np.array([0.01, 0.99])) == 1.2).all()


def test_every_default_says_where_it_comes_from() -> None:
    defaults = default_assumptions()
    for name in defaults.ids:
        found: Assumption = defaults[name]
        assert found.source
        assert found.title.zh
        assert found.title.en
        assert found.affects
        assert found.low <= found.value <= found.high
        assert found.verification in ("checked", "unverified")


def test_mistakes_come_together_with_near_names() -> None:
    with pytest.raises(ChengceError) as caught:
        default_assumptions().override(
            {"walk_sped_adult": 1, "snap_limit": "far", "walk_speed_elder": -1}
        )
    codes = [p.code for p in caught.value.problems]
    assert codes == ["assumption_unknown", "assumption_invalid", "assumption_invalid"]
    assert "walk_speed_adult" in caught.value.problems[0].remedy.en
