"""Check the fit for held shares: optimality, limits of the prior's weight, against scipy."""

import numpy as np
import pytest
from scipy.optimize import minimize

from chengce.models.calibration.counted import Counted, Counts, counts_of
from chengce.models.calibration.od_shares import Shares
from chengce.models.calibration.od_solver import fitted, information, misfit


def case(seed: int, pairs: int = 30, n: int = 8) -> tuple[np.ndarray, Shares, Counts]:
    rng = np.random.default_rng(seed)
    dense = rng.uniform(size=(pairs, n)) * (rng.uniform(size=(pairs, n)) < 0.3)
    row, column = np.nonzero(dense)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=pairs))]).astype(np.int64)
    shares = Shares(indptr, row, column.astype(np.int32), dense[row, column], n)
    prior = rng.gamma(1.0, 50.0, pairs)
    counted = shares.at_counts(prior) * rng.uniform(0.5, 1.6, n)
    rows = [Counted(str(i), float(v), float(0.1 * v + 1)) for i, v in enumerate(counted)]
    return prior, shares, counts_of(rows)


@pytest.mark.parametrize("weight", [1e-4, 0.1, 10.0, 1e6])
@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_vanishes_at_the_answer(seed: int, weight: float) -> None:
    prior, shares, counts = case(seed)
    x = fitted(prior, shares, counts, weight)
    assert (x > 0).all()
    slope = shares.by_pair((shares.at_counts(x) - counts.value) / counts.sd**2)
    slope += weight * np.log(x / prior)
    scale = np.abs(shares.by_pair(counts.value / counts.sd**2)).max()
    assert np.abs(slope).max() < 1e-7 * max(scale, weight)


def test_it_is_the_minimum_scipy_finds() -> None:
    prior, shares, counts = case(7)

    def objective(log_x: np.ndarray) -> float:
        x = np.exp(log_x)
        return misfit(shares.at_counts(x), counts) + 2 * 0.1 * information(x, prior)

    x = fitted(prior, shares, counts, 0.1)
    best = minimize(objective, np.log(prior), method="BFGS", options={"gtol": 1e-6})
    assert objective(np.log(x)) <= best.fun + 1e-6
    np.testing.assert_allclose(x, np.exp(best.x), rtol=1e-2)


def test_counts_that_equal_the_prior_leave_it_exactly() -> None:
    prior, shares, _ = case(1)
    same = counts_of(
        [Counted(str(i), float(v), 1.0) for i, v in enumerate(shares.at_counts(prior))]
    )
    assert np.array_equal(fitted(prior, shares, same, 0.5), prior)


def test_more_weight_is_nearer_to_the_prior_and_farther_from_the_counts() -> None:
    prior, shares, counts = case(2)
    found = [fitted(prior, shares, counts, w) for w in (1e-3, 1e-2, 0.1, 1.0, 10.0, 1e3)]
    errors = [misfit(shares.at_counts(x), counts) for x in found]
    away = [information(x, prior) for x in found]
    assert errors == sorted(errors)
    assert away == sorted(away, reverse=True)


def test_counts_of_zero_and_counts_no_pair_passes_are_no_trouble() -> None:
    prior, shares, _ = case(3)
    rows = [Counted(str(i), 0.0 if i % 2 else 900.0, 1.0) for i in range(9)]
    counts = counts_of(rows)  # one count more than shares know: no pair passes it
    wider = Shares(shares.indptr, shares.row, shares.count, shares.share, 9)
    x = fitted(prior, wider, counts, 0.01)
    assert np.isfinite(x).all()
    assert (x >= 0).all()


def test_information_is_never_negative_and_zero_at_the_prior() -> None:
    prior = np.array([1.0, 2.0, 3.0])
    assert information(prior, prior) == 0.0
    assert information(prior * 1.01, prior) > 0
    assert information(np.zeros(3), prior) == pytest.approx(6.0)
