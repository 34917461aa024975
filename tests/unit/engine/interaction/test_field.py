"""Fields of pairs of zones: sweeps and sums against numpy, and the same bits for any workers."""

import numpy as np
import pytest

from chengce.engine.interaction.balance import Balancer, Totals
from chengce.engine.interaction.field import Field, MatrixField, PairField
from chengce.engine.kernels.interact_decay import COST, LOG, LOG_SQUARE, ROOT, SQUARE
from chengce.engine.kernels.interact_pairs import poisson
from chengce.engine.running.runner import ThreadRunner, make_runner

N, M = 1100, 700  # three blocks of rows, not a multiple of eight
RNG = np.random.default_rng(2)
COSTS = (RNG.random((N, M)) * 30 + 0.5).astype(np.float32)
COSTS[7, 9], COSTS[8, 10], COSTS[9] = np.nan, np.inf, 1e-12
U, V = RNG.normal(size=N), RNG.normal(size=M)


def listed(cost: np.ndarray, *terms: np.ndarray) -> PairField:
    n, m = cost.shape
    to = np.tile(np.arange(m, dtype=np.int32), n)
    values = np.array([t.ravel() for t in terms]).reshape(-1, n * m)
    return PairField(np.arange(n + 1) * m, to, values, m)


@pytest.mark.parametrize(
    ("kinds", "coefficients"),
    [([COST], [-0.1]), ([LOG, COST], [-0.7, -0.02]), ([SQUARE], [-0.01]), ([ROOT], [-0.5]),
     ([LOG_SQUARE], [-0.3])],
)  # fmt: skip
def test_weights_of_a_matrix(kinds: list[int], coefficients: list[float]) -> None:
    field = MatrixField(COSTS, np.array(kinds), low=1e-6)
    field.fill(np.array(coefficients), U, V)
    cost = COSTS.astype(np.float64)
    good = np.isfinite(cost) & (cost >= 1e-6)
    cost = np.where(good, cost, 1.0)
    known = {COST: cost, LOG: np.log(cost), SQUARE: cost**2, ROOT: np.sqrt(cost),
             LOG_SQUARE: np.log(cost) ** 2}  # fmt: skip
    eta = sum(c * known[k] for c, k in zip(coefficients, kinds, strict=True)) + U[:, None] + V
    np.testing.assert_allclose(field.f, np.where(good, np.exp(eta), 0.0), rtol=5e-7)
    assert field.pairs == good.sum() == N * M - 2 - M


def test_sums_of_a_matrix_are_those_of_numpy() -> None:
    field = MatrixField(COSTS, np.array([LOG, COST]), low=1e-6)
    field.of_origin, field.of_destination = U[None], V[None]
    field.terms = 4
    field.fill(np.array([0.5, -0.2, -0.7, -0.02]), U, V)
    w, x = RNG.random(N), RNG.random(M)
    flow = w[:, None] * field.f.astype(np.float64) * x
    cost = np.where(flow > 0, COSTS.astype(np.float64), 1.0)
    terms = [
        np.broadcast_to(U[:, None], flow.shape),
        np.broadcast_to(V, flow.shape),
        np.log(cost),
        cost,
    ]
    sums = field.moments(w, x)
    close = {"rtol": 1e-6, "atol": 1e-6 * float(flow.max())}
    for k, term in enumerate(terms):
        np.testing.assert_allclose(sums.row[k], (flow * term).sum(axis=1), **close)
        np.testing.assert_allclose(sums.col[k], (flow * term).sum(axis=0), **close)
        for m, other in enumerate(terms):
            scale = np.abs(flow * term * other).sum()
            assert abs(sums.cross[k, m] - (flow * term * other).sum()) < 1e-6 * scale
    assert sums.squares == pytest.approx((flow**2).sum())


def both(cost: np.ndarray) -> list[Field]:
    found: list[Field] = [
        MatrixField(cost.astype(np.float32), np.array([COST])),
        listed(cost, cost),
    ]
    for field in found:
        field.fill(np.array([-0.2]), np.zeros(len(cost)), np.zeros(cost.shape[1]))
    return found


def test_a_sweep_is_two_products() -> None:
    cost = RNG.random((45, 31)) * 10
    weight = np.exp(-0.2 * cost)
    x, by = RNG.random(31), RNG.random(45)
    by[3] = 0.0
    for field in both(cost):
        rtol = 10 * field.tolerance
        for divide in (True, False):
            w, col = field.sweep(x, by, divide=divide)
            expected = by / (weight @ x) if divide else by * (weight @ x)
            np.testing.assert_allclose(w, expected, rtol=rtol)
            np.testing.assert_allclose(col, expected @ weight, rtol=rtol)


def test_balancing_meets_the_totals_and_is_that_of_plain_iterations() -> None:
    cost = RNG.random((45, 31)) * 30
    origin, destination = RNG.random(45) * 100, RNG.random(31) * 100
    origin[4] = destination[6] = 0.0
    destination *= origin.sum() / destination.sum()
    plain = np.exp(-0.2 * cost)
    a, b = np.ones(45), np.ones(31)
    for _ in range(2000):
        a = origin / (plain @ b)
        b = destination / (a @ plain)
    expected = a[:, None] * plain * b
    for field in both(cost):
        at = Balancer(field, Totals(origin, destination)).balance()
        assert at.error <= field.tolerance
        flow = at.w[:, None] * field.f.reshape(45, 31) * at.x
        np.testing.assert_allclose(flow, expected, rtol=1e-4, atol=1e-4)


def test_short_trips_in_a_wide_region_balance_in_few_sweeps() -> None:
    """Plain iterations take hundreds of sweeps here: factors diffuse from zone to zone."""
    n = 600
    xy = RNG.random((n, 2)) * 60
    cost = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    origin, destination = RNG.lognormal(size=n), RNG.lognormal(size=n)
    destination *= origin.sum() / destination.sum()
    for field in (MatrixField(cost.astype(np.float32), np.array([COST])), listed(cost, cost)):
        field.fill(np.array([-0.5]), np.zeros(n), np.zeros(n))
        at = Balancer(field, Totals(origin, destination)).balance()
        assert at.error <= field.tolerance
        assert at.sweeps < (60 if isinstance(field, MatrixField) else 400)


def test_totals_out_of_reach_leave_an_error() -> None:
    cost = np.array([[1.0, np.inf], [np.inf, 1.0]])
    field = MatrixField(cost.astype(np.float32), np.array([COST]))
    field.fill(np.array([-0.1]), np.zeros(2), np.zeros(2))
    at = Balancer(field, Totals(np.array([5.0, 1.0]), np.array([2.0, 4.0]))).balance()
    assert at.error > 0.5
    assert np.isfinite([*at.w, *at.x]).all()


def test_cleared_terms_are_residuals_of_weighted_least_squares() -> None:
    cost = RNG.random((40, 30)) * 10
    totals = Totals(np.full(40, 3.0), np.full(30, 4.0))
    field = both(cost)[1]
    balancer = Balancer(field, totals)
    at = balancer.balance()
    cleared = balancer.clear(at, field.moments(at.w, at.x), tolerance=1e-12)
    flow = at.w[:, None] * field.f.reshape(40, 30) * at.x
    rest = cost - cleared.by_origin[0][:, None] - cleared.by_destination[0]
    np.testing.assert_allclose((flow * rest).sum(axis=0), 0, atol=1e-7)
    np.testing.assert_allclose((flow * rest).sum(axis=1), 0, atol=1e-7)
    assert cleared.cross[0, 0] == pytest.approx((flow * rest**2).sum())


@pytest.mark.parametrize("kind", ["matrix", "list"])
def test_the_same_bits_for_any_number_of_workers(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chengce.engine.interaction.field.PAIRS", 1 << 16)
    found = []
    for workers in (1, 2, 3):
        runner = make_runner("serial") if workers == 1 else ThreadRunner(workers)
        good = np.where(np.isfinite(COSTS), COSTS, 1.0).astype(np.float64)
        field: Field
        if kind == "matrix":
            field = MatrixField(COSTS, np.array([COST]), runner=runner)
        else:
            field = listed(good, good)
            field = PairField(field.ptr, field.to, field.values, M, runner)
        field.fill(np.array([-0.1]), U, V)
        w, col = field.sweep(np.exp(V), np.exp(U), divide=True)
        sums = field.moments(w, np.exp(V))
        found.append(b"".join(a.tobytes() for a in (w, col, sums.row, sums.col, sums.cross)))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("mean", [0.3, 4.0, 59.0, 61.0, 1000.0])
def test_poisson_numbers_have_their_distribution(mean: float) -> None:
    uniform = (np.arange(200_000) + 0.5) / 200_000
    out = np.empty(len(uniform))
    poisson(uniform, np.full(len(uniform), mean), out)
    assert out.mean() == pytest.approx(mean, rel=2e-4)
    assert out.var() == pytest.approx(mean, rel=2e-3)
    assert (np.diff(out) >= 0).all()
