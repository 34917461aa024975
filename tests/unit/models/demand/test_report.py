"""Measures of fit against hand arithmetic."""

import math

import numpy as np
import pytest

from chengce.models.demand.report import bands, measure, whole_of

FLOW, MODELLED, COST = (
    np.array([4.0, 0.0, 2.0]),
    np.array([3.0, 1.0, 2.0]),
    np.array([1.0, 2.0, 5.0]),
)


def test_measures_by_hand() -> None:
    found = measure(FLOW, MODELLED, COST, of=whole_of(MODELLED, COST), parameters=1)
    assert found.zero_flows == 1
    assert found.srmse == pytest.approx(math.sqrt(2 / 3) / 2)  # errors 1, 1, 0; mean flow 2
    assert found.cpc == pytest.approx(2 * (3 + 0 + 2) / (6 + 6))
    assert found.r2 == pytest.approx(np.corrcoef(FLOW, MODELLED)[0, 1] ** 2)
    assert found.mean_cost_observed == pytest.approx((4 * 1 + 2 * 5) / 6)
    assert found.mean_cost_modelled == pytest.approx((3 * 1 + 1 * 2 + 2 * 5) / 6)
    likelihood = 4 * math.log(3) + 2 * math.log(2) - 6 - math.log(24) - math.log(2)
    assert found.log_likelihood == pytest.approx(likelihood)
    assert found.aic == pytest.approx(2 - 2 * likelihood)
    assert found.deviance == pytest.approx(2 * 4 * math.log(4 / 3))
    pearson, ratio = 1 / 3 + 1 + 0, (4 / 3 + 0 + 1) / 3
    assert found.dispersion == pytest.approx(max(pearson / ratio, found.deviance) / 2)


def test_only_pairs_with_flow_need_be_listed() -> None:
    some = FLOW > 0
    whole = whole_of(MODELLED, COST)
    one = measure(FLOW, MODELLED, COST, of=whole, parameters=1)
    two = measure(FLOW[some], MODELLED[some], COST[some], of=whole, parameters=1)
    assert one == two


def test_dispersion_of_sparse_counts_is_one() -> None:
    rng = np.random.default_rng(1)
    mean = np.exp(rng.uniform(-14, 2, 200_000))
    flow = rng.poisson(mean).astype(np.float64)
    found = measure(flow, mean, np.ones(len(mean)), of=whole_of(mean, mean), parameters=0)
    assert found.dispersion == pytest.approx(1.0, abs=0.1)


def test_measures_that_are_not_defined_are_none() -> None:
    flat = np.full(3, 2.0)
    found = measure(flat, flat, COST, of=whole_of(flat, COST), parameters=3)
    assert found.r2 is None
    assert found.dispersion is None
    assert found.srmse == 0.0


def test_bands_hold_every_pair_once() -> None:
    rng = np.random.default_rng(2)
    flow, cost = rng.poisson(3.0, 500).astype(np.float64), rng.random(500)
    found = bands(flow, 2 * flow, cost, count=5)
    assert len(found) == 5
    assert sum(b.pairs for b in found) == 500
    assert sum(b.flow for b in found) == flow.sum()
    assert sum(b.modelled for b in found) == 2 * flow.sum()
    assert all(abs(b.flow / flow.sum() - 0.2) < 0.02 for b in found)
    (one,) = bands(flow, flow, np.ones(500))
    assert one.pairs == 500
