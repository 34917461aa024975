"""Spatial interaction against what theory says: exact recovery, Hyman's match, plain regression."""

import itertools

import numpy as np
import pytest

from chengce.models.demand.decay import DECAYS
from chengce.models.demand.fit import Fit
from chengce.models.demand.interaction import calibrate
from chengce.models.demand.model import CONSTRAINTS, Masses, Model, Pairs
from chengce.models.demand.predict import Ends, predict

RNG = np.random.default_rng(4)
N, M = 9, 7
XY, ZW = RNG.random((N, 2)) * 8, RNG.random((M, 2)) * 8
COST = np.hypot(*(XY[:, None] - ZW[None]).transpose(2, 0, 1)) + 0.5
MASSES = Masses(RNG.lognormal(size=N), RNG.lognormal(size=M))
FLOW = RNG.poisson(40 * np.exp(-0.3 * COST)).astype(np.float64)


def regression(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients and standard errors of a Poisson regression, by plain Newton steps."""
    beta = np.linalg.lstsq(x, np.log(y + 0.5), rcond=None)[0]
    for _ in range(100):
        mu = np.exp(x @ beta)
        step = np.linalg.solve(x.T @ (mu[:, None] * x), x.T @ (y - mu))
        beta = beta + step
        if np.abs(step).max() < 1e-13:
            break
    return beta, np.sqrt(np.diag(np.linalg.inv(x.T @ (np.exp(x @ beta)[:, None] * x))))


def dummies(labels: np.ndarray, first: int) -> np.ndarray:
    return np.eye(labels.max() + 1)[labels][:, first:]


@pytest.mark.parametrize("constraint", CONSTRAINTS)
@pytest.mark.parametrize("decay", ["exponential", "tanner"])
def test_coefficients_are_those_of_a_regression_with_a_dummy_a_zone(
    constraint: str, decay: str
) -> None:
    fit = calibrate(FLOW, COST, model=Model(constraint, decay), masses=MASSES)  # type: ignore[arg-type]
    i, j = (a.ravel() for a in np.indices(FLOW.shape))
    origin, destination = np.log(MASSES.origin[i]), np.log(MASSES.destination[j])
    zones = {
        "unconstrained": [np.ones((N * M, 1)), origin[:, None], destination[:, None]],
        "origin": [dummies(i, 0), destination[:, None]],
        "destination": [dummies(j, 0), origin[:, None]],
        "doubly": [dummies(i, 0), dummies(j, 1)],
    }[constraint]
    cost = COST.ravel()
    terms = [-cost[:, None]] if decay == "exponential" else [-np.log(cost)[:, None], -cost[:, None]]
    beta, error = regression(np.hstack([*zones, *terms]), FLOW.ravel())
    k = len(fit.coefficients)
    assert [c.value for c in fit.coefficients] == pytest.approx(beta[-k:].tolist(), rel=1e-7)
    assert [c.se for c in fit.coefficients] == pytest.approx(error[-k:].tolist(), rel=1e-6)
    assert fit.report.parameters == len(beta)


@pytest.mark.parametrize("decay", [d.name for d in DECAYS])
def test_flows_that_follow_the_model_give_its_coefficients_back(decay: str) -> None:
    true = {"beta": 0.15, "beta_power": 0.4}
    form = Model(decay=decay).form
    values = np.array([true[name] for name in form.coefficients])
    flow = np.outer(MASSES.origin, MASSES.destination) * form.factor(COST, values)
    fit = calibrate(flow, COST, model=Model(decay=decay))
    assert fit.values == pytest.approx({n: true[n] for n in form.coefficients}, rel=1e-7)
    assert fit.report.deviance == pytest.approx(0.0, abs=1e-9)
    assert fit.report.cpc == pytest.approx(1.0)


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_matching_the_mean_cost_is_likelihood_for_exponential_decay(constraint: str) -> None:
    """Hyman (1969): β matches the mean trip cost; for exp(−βc) that is the score equation."""
    fits = [
        calibrate(FLOW, COST, model=Model(constraint, "exponential", how), masses=MASSES)  # type: ignore[arg-type]
        for how in ("likelihood", "mean_cost")
    ]
    assert fits[0].values == pytest.approx(fits[1].values, rel=1e-8)


@pytest.mark.parametrize("decay", ["power", "exponential_root", "exponential_normal", "lognormal"])
def test_the_mean_cost_is_matched_where_likelihood_does_not(decay: str) -> None:
    likely = calibrate(FLOW, COST, model=Model("doubly", decay))
    matched = calibrate(FLOW, COST, model=Model("doubly", decay, "mean_cost"))
    observed = float((FLOW * COST).sum() / FLOW.sum())
    assert matched.report.mean_cost_modelled == pytest.approx(observed, rel=1e-8)
    assert likely.report.mean_cost_modelled != pytest.approx(observed, rel=1e-4)
    assert likely.report.log_likelihood > matched.report.log_likelihood


def test_totals_and_mean_cost_of_a_doubly_constrained_model_are_kept() -> None:
    fit = calibrate(FLOW, COST)
    modelled = fit.modelled.reshape(FLOW.shape)
    np.testing.assert_allclose(modelled.sum(axis=0), FLOW.sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(modelled.sum(axis=1), FLOW.sum(axis=1), rtol=1e-9)
    assert (modelled * COST).sum() == pytest.approx((FLOW * COST).sum(), rel=1e-9)


def test_units_of_cost_and_flow_do_not_matter() -> None:
    fit = calibrate(FLOW, COST)
    other = calibrate(FLOW * 250.0, COST * 60.0)
    assert 60.0 * other.coefficients[0].value == pytest.approx(fit.coefficients[0].value, rel=1e-8)
    assert other.report.srmse == pytest.approx(fit.report.srmse, rel=1e-8)
    assert 60 * other.coefficients[0].se_dispersed == pytest.approx(
        fit.coefficients[0].se_dispersed
    )


def test_an_origin_constrained_model_is_a_destination_constrained_one_turned_round() -> None:
    one = calibrate(FLOW, COST, model=Model("origin"), masses=MASSES)
    turned = Masses(MASSES.destination, MASSES.origin)
    two = calibrate(FLOW.T, COST.T, model=Model("destination"), masses=turned)
    assert list(one.values.values()) == pytest.approx(list(two.values.values()), rel=1e-9)
    np.testing.assert_allclose(one.log_origin, two.log_destination, rtol=1e-8)


def test_a_list_of_pairs_is_the_matrix_with_the_other_pairs_missing() -> None:
    listed = RNG.random(FLOW.shape) < 0.8
    i, j = np.nonzero(listed)
    order = RNG.permutation(len(i))
    pairs = Pairs(i[order], j[order], FLOW.shape)
    one = calibrate(FLOW[i, j][order], COST[i, j][order], pairs=pairs)
    two = calibrate(FLOW, np.where(listed, COST, np.nan))
    assert one.values == pytest.approx(two.values, rel=1e-9)
    np.testing.assert_allclose(one.modelled, two.modelled[order], rtol=1e-8)


def test_modes_with_their_own_totals_are_models_of_their_own() -> None:
    flows, costs = np.stack([FLOW, FLOW[::-1]]), np.stack([COST, COST**1.2])
    for constraint in CONSTRAINTS:
        model = Model(constraint, "exponential", margins="own")  # type: ignore[arg-type]
        together = calibrate(flows, costs, model=model, masses=MASSES).values
        for k in (0, 1):
            alone = calibrate(flows[k], costs[k], model=model, masses=MASSES)
            for c in alone.coefficients:
                assert together[f"{c.name}:{k + 1}"] == pytest.approx(c.value, rel=1e-7)


def test_modes_that_share_totals_meet_them_together_and_each_its_sum() -> None:
    flows, costs = np.stack([FLOW, FLOW[::-1] + 1]), np.stack([COST, COST**1.2])
    fit = calibrate(flows, costs, model=Model(margins="shared"))
    modelled = fit.modelled.reshape(flows.shape)
    assert list(fit.values) == ["constant:2", "beta:1", "beta:2"]
    np.testing.assert_allclose(modelled.sum(axis=(0, 2)), flows.sum(axis=(0, 2)), rtol=1e-8)
    np.testing.assert_allclose(modelled.sum(axis=(0, 1)), flows.sum(axis=(0, 1)), rtol=1e-8)
    np.testing.assert_allclose(modelled.sum(axis=(1, 2)), flows.sum(axis=(1, 2)), rtol=1e-8)
    np.testing.assert_allclose((modelled * costs).sum(axis=(1, 2)), (flows * costs).sum(axis=(1, 2)),
                               rtol=1e-8)  # fmt: skip


def ends(fit: Fit) -> Ends:
    sent, received = FLOW.sum(axis=1), FLOW.sum(axis=0)
    kept = fit.model.constraint
    return Ends(
        sent if kept in ("origin", "doubly") else MASSES.origin,
        received if kept in ("destination", "doubly") else MASSES.destination,
    )


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_predicting_what_was_calibrated_gives_the_fit(constraint: str) -> None:
    fit = calibrate(FLOW, COST, model=Model(constraint), masses=MASSES)  # type: ignore[arg-type]
    found = predict(fit, COST, ends(fit))
    np.testing.assert_allclose(found.ravel(), fit.modelled, rtol=1e-7)


def test_a_road_that_makes_one_pair_nearer_draws_trips_to_it_and_totals_stay() -> None:
    fit = calibrate(FLOW, COST)
    nearer = COST.copy()
    nearer[0, 0] -= 0.4
    before, after = predict(fit, COST, ends(fit)), predict(fit, nearer, ends(fit))
    assert after[0, 0] > before[0, 0]
    assert (after[0, 1:] < before[0, 1:]).all()
    assert (after[1:, 0] < before[1:, 0]).all()
    np.testing.assert_allclose(after.sum(axis=1), before.sum(axis=1), rtol=1e-9)
    # the odds ratio moves by exactly what the decay says
    odds = [f[0, 0] * f[1, 1] / (f[0, 1] * f[1, 0]) for f in (before, after)]
    assert np.log(odds[1] / odds[0]) == pytest.approx(0.4 * fit.coefficients[0].value)


def test_the_large_matrix_path_agrees_with_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    for constraint, decay in itertools.product(CONSTRAINTS, ("exponential", "tanner")):
        model = Model(constraint, decay)  # type: ignore[arg-type]
        fits = []
        for large in (1 << 30, 0):
            monkeypatch.setattr("chengce.models.demand.listing.LARGE", large)
            fits.append(calibrate(FLOW, COST, model=model, masses=MASSES))
            fits[-1].report.as_dict()
        one, two = fits
        assert one.values == pytest.approx(two.values, rel=2e-4)
        for name, value in one.report.as_dict().items():
            assert two.report.as_dict()[name] == pytest.approx(value, rel=1e-3), name
        found = predict(two, COST.astype(np.float32), ends(two))
        np.testing.assert_allclose(found.ravel(), one.modelled, rtol=1e-3)
        monkeypatch.setattr("chengce.models.demand.listing.LARGE", 1 << 30)
