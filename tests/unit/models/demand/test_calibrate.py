"""Bad flows and costs are errors or labelled; nothing is NaN."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from chengce.core.context import Context
from chengce.core.errors import Cancelled, ChengceError
from chengce.models.demand.bootstrap import Bootstrap, bootstrap
from chengce.models.demand.fit import Fit
from chengce.models.demand.interaction import calibrate
from chengce.models.demand.model import Masses, Model, Pairs
from chengce.models.demand.predict import Ends, predict

RNG = np.random.default_rng(8)
N = 8
XY = RNG.random((N, 2)) * 10
APART = np.hypot(*(XY[:, None] - XY[None]).transpose(2, 0, 1))  # 0 on the diagonal
COST = APART + 1.0
FLOW = RNG.poisson(60 * np.exp(-0.3 * COST)).astype(np.float64)


def codes(fit: Fit) -> set[str]:
    return {w.code for w in fit.warnings}


def numbers(fit: Fit) -> list[float]:
    found = [v for v in fit.report.as_dict().values() if v is not None]
    return found + [v for c in fit.coefficients for v in (c.value, c.low, c.high, c.se)]


def refused(work: Callable[[], object]) -> set[str]:
    with pytest.raises(ChengceError) as error:
        work()
    for problem in error.value.problems:
        assert problem.message.zh
        assert problem.message.en
    return {p.code for p in error.value.problems}


@pytest.mark.parametrize(
    ("flow", "cost", "code"),
    [
        (FLOW - 5, COST, "flow_invalid"),
        (np.where(FLOW > 9, np.nan, FLOW), COST, "flow_invalid"),
        (np.zeros_like(FLOW), COST, "flow_none"),
        (FLOW, COST - 3, "cost_negative"),
        (FLOW[:3], COST, "interaction_shapes"),
        (FLOW, np.full_like(COST, 4.0), "coefficient_open"),
        (FLOW, np.add.outer(np.arange(N), np.arange(N)) + 1.0, "coefficient_open"),
        (FLOW, np.full_like(COST, np.nan), "flow_none"),
        (np.array([[5.0]]), np.array([[1.0]]), "coefficient_open"),
    ],
)
def test_bad_input_is_an_error(flow: np.ndarray, cost: np.ndarray, code: str) -> None:
    assert code in refused(lambda: calibrate(flow, cost))


def test_wrong_names_are_reported_together() -> None:
    model = Model("doubley", "expo")  # type: ignore[arg-type]
    assert refused(lambda: calibrate(FLOW, COST, model=model)) == {
        "constraint_unknown",
        "decay_unknown",
    }


def test_pairs_out_of_range_are_an_error() -> None:
    pairs = Pairs(np.array([0, 9]), np.array([0, 1]), (2, 2))
    assert refused(lambda: calibrate(np.ones(2), np.ones(2), pairs=pairs)) == {"interaction_shapes"}


@pytest.mark.parametrize(
    "flow",
    [np.diag(np.arange(1.0, N + 1)), np.diag([5.0, 5.0]), np.array([[5.0, 0.0], [1.0, 5.0]])],
)
def test_separation_is_labelled(flow: np.ndarray) -> None:
    n = len(flow)
    fit = calibrate(flow, COST[:n, :n])
    assert not fit.converged
    assert fit.reason is not None
    assert "calibration_not_converged" in codes(fit)
    assert all(math.isfinite(v) for v in numbers(fit))
    assert bootstrap(fit, Bootstrap(), Context()) is fit
    ends = Ends(flow.sum(axis=1), flow.sum(axis=0))
    assert refused(lambda: predict(fit, COST[:n, :n], ends)) == {"fit_not_converged"}


def test_zones_without_flow_are_silent_and_their_pairs_count() -> None:
    flow = FLOW.copy()
    flow[3], flow[:, 5] = 0.0, 0.0
    fit = calibrate(flow, COST)
    assert (fit.silent_origins, fit.silent_destinations) == (1, 1)
    assert fit.log_origin[3] == fit.log_destination[5] == -np.inf
    assert fit.report.pairs == N * N
    assert fit.report.parameters == 2 * (N - 1) - 1 + 1
    modelled = fit.modelled.reshape(N, N)
    assert (modelled[3] == 0).all()
    assert (modelled[:, 5] == 0).all()
    assert all(math.isfinite(v) for v in numbers(fit))


def test_missing_costs_leave_pairs_out_and_say_so() -> None:
    cost = COST.copy()
    cost[0, 1], cost[2, 3] = np.nan, np.inf
    fit = calibrate(FLOW, cost)
    assert fit.report.pairs == N * N - 2
    assert fit.report.flow == FLOW.sum() - FLOW[0, 1] - FLOW[2, 3]
    note = next(w for w in fit.warnings if w.code == "pair_without_cost")
    assert "2" in note.message.en
    assert 1 not in fit.at_flows


def test_zones_in_separate_parts_share_the_decay() -> None:
    cost = COST.copy()
    cost[:4, 4:] = cost[4:, :4] = np.nan
    fit = calibrate(FLOW, cost)
    assert fit.converged
    assert "zones_disconnected" in codes(fit)
    modelled = np.zeros(N * N)
    modelled[fit.at_flows] = fit.modelled
    np.testing.assert_allclose(modelled.reshape(N, N)[:4].sum(), FLOW[:4, :4].sum(), rtol=1e-9)


def test_zero_costs_within_zones() -> None:
    assert codes(calibrate(FLOW, APART)) == set()  # exponential decay takes them as they are
    fit = calibrate(FLOW, APART, model=Model(decay="power"))
    assert codes(fit) == {"cost_zero"}
    assert fit.report.pairs == N * N - N
    unrecorded = FLOW * (1 - np.eye(N))
    for tiny in (0.0, 1e-300):
        found = calibrate(unrecorded, APART + tiny * np.eye(N))
        assert codes(found) == {"intrazonal_unrecorded"}
        assert found.report.pairs == N * N - N
    assert codes(calibrate(FLOW, APART + 1e-300 * np.eye(N))) == {"cost_placeholder"}


def test_zero_flows_are_data() -> None:
    flow = np.where(FLOW < 4, 0.0, FLOW)
    fit = calibrate(flow, COST)
    assert fit.report.zero_flows == int((flow == 0).sum()) > 5
    without = calibrate(flow, np.where(flow > 0, COST, np.nan))
    assert without.values["beta"] != pytest.approx(fit.values["beta"], rel=0.02)


def test_masses_that_are_missing_zero_or_not_used_are_said() -> None:
    assert "mass_missing" in codes(calibrate(FLOW, COST, model=Model("origin")))
    masses = Masses(None, np.array([0.0, *range(2, N + 1)]))
    fit = calibrate(FLOW, COST, model=Model("origin"), masses=masses)
    assert codes(fit) == {"mass_not_positive"}
    assert fit.report.pairs == N * N - N
    assert "mass_unused" in codes(calibrate(FLOW, COST, masses=masses))


def test_no_freedom_left_is_said() -> None:
    fit = calibrate(np.array([[5.0, 1.0], [1.0, 5.0]]), np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert fit.values["beta"] == pytest.approx(math.log(5.0))
    assert "no_freedom_left" in codes(fit)
    assert fit.report.dispersion is None


def test_totals_of_a_prediction() -> None:
    fit = calibrate(FLOW, COST)
    sent, received = FLOW.sum(axis=1), FLOW.sum(axis=0)
    assert refused(lambda: predict(fit, COST, Ends(sent, 2 * received))) == {"totals_differ"}
    scaled = predict(fit, COST, Ends(sent, 2 * received, "destination"))
    np.testing.assert_allclose(scaled.sum(axis=0), received, rtol=1e-9)
    assert predict(fit, COST, Ends(sent, 2 * received, "origin")).sum() == pytest.approx(
        2 * FLOW.sum()
    )
    assert refused(lambda: predict(fit, COST, Ends(sent[:3], received))) == {"ends_shape"}
    assert refused(lambda: predict(fit, COST, Ends(-sent, received))) == {"ends_negative"}
    cut = COST.copy()
    cut[:4, 4:] = cut[4:, :4] = np.nan
    assert refused(lambda: predict(fit, cut, Ends(sent, received))) == {"totals_unreachable"}


@pytest.mark.parametrize("kind", ["dispersed", "poisson", "trips", "origins"])
def test_bootstrap_does_not_depend_on_the_order_of_origins(kind: str) -> None:
    fit = calibrate(FLOW, COST)
    how = Bootstrap(kind, 60)  # type: ignore[arg-type]
    one = bootstrap(fit, how, Context(seed=3)).coefficients[0]
    again = bootstrap(fit, how, Context(seed=3)).coefficients[0]
    other = bootstrap(fit, how, Context(seed=4)).coefficients[0]
    assert one == again != other
    assert one.low < one.value < one.high


def test_overdispersed_flows_widen_the_interval() -> None:
    narrow = bootstrap(calibrate(FLOW, COST), Bootstrap("poisson", 100), Context())
    scattered = FLOW * RNG.lognormal(0.0, 0.8, FLOW.shape)
    fit = calibrate(scattered, COST)
    wide = bootstrap(fit, Bootstrap("dispersed", 100), Context())
    assert fit.report.dispersion is not None
    assert fit.report.dispersion > 2
    widths = [c.high - c.low for c in (narrow.coefficients[0], wide.coefficients[0])]
    assert widths[1] > 1.3 * widths[0]


def test_cancelling_stops() -> None:
    with pytest.raises(Cancelled):
        calibrate(FLOW, COST, context=Context(cancelled=lambda: True))
