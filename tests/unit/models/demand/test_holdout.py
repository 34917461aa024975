"""Held-out origins: what is predicted, what is known, what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.models.demand.flow_table import FlowTable
from chengce.models.demand.holdout import hold_out
from chengce.models.demand.model import CONSTRAINTS, Masses, Model, Pairs

RNG = np.random.default_rng(3)
N = 12
XY = RNG.random((N, 2)) * 20
COST = np.hypot(*(XY[:, None] - XY[None]).transpose(2, 0, 1)).ravel() + 1
FROM, TO = (a.ravel() for a in np.indices((N, N)))
MASS = Masses(RNG.lognormal(size=N), RNG.lognormal(size=N))


def exact() -> FlowTable:
    """Flows that follow exp(−0.3 c) with exponents of 1, but for a constant."""
    assert MASS.origin is not None
    assert MASS.destination is not None
    flow = 50 * MASS.origin[FROM] * MASS.destination[TO] * np.exp(-0.3 * COST)
    names = tuple(f"z{k}" for k in range(N))
    return FlowTable(names, names, Pairs(FROM, TO, (N, N)), flow, COST, MASS)


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_flows_that_follow_the_model_are_predicted_exactly(constraint: str) -> None:
    held = hold_out(exact(), Model(constraint), 0.25, Context())  # type: ignore[arg-type]
    assert (held.origins, held.trained_on, held.unseen) == (3, 9, 0)
    np.testing.assert_allclose(held.modelled, held.flow, rtol=1e-6)
    assert held.report.cpc == pytest.approx(1.0)
    assert held.naive.cpc is not None
    assert held.naive.cpc < 0.8


def test_the_naive_baseline_shares_out_what_other_origins_send() -> None:
    table = exact()
    held = hold_out(table, Model("doubly"), 0.25, Context())
    tested = np.unique(table.pairs.origin[held.at])
    others = ~np.isin(FROM, tested)
    share = np.bincount(TO[others], table.flow[others], N)
    share /= share.sum()
    for i in tested:
        mine = table.pairs.origin[held.at] == i
        expected = held.flow[mine].sum() * share[table.pairs.destination[held.at][mine]]
        np.testing.assert_allclose(held.without[mine], expected, rtol=1e-7)


def test_destinations_that_only_held_out_origins_go_to_are_counted() -> None:
    table = exact()
    chosen = np.unique(hold_out(table, Model("doubly"), 0.25, Context()).at // N)
    flow = np.where((TO == 4) & ~np.isin(FROM, chosen), 0.0, table.flow)
    held = hold_out(replace(table, flow=flow), Model("doubly"), 0.25, Context())
    assert held.unseen == 1
    assert (held.modelled[table.pairs.destination[held.at] == 4] == 0).all()
    assert np.isfinite(held.modelled).all()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.99, 1.0])
def test_shares_that_leave_nothing_are_refused(share: float) -> None:
    with pytest.raises(ChengceError) as error:
        hold_out(exact(), Model(), share, Context())
    assert error.value.problems[0].code == "holdout_too_few"


def test_modes_are_refused() -> None:
    table = exact()
    pairs = replace(table.pairs, mode=np.zeros(N * N, np.int64), modes=("bus",))
    with pytest.raises(ChengceError) as error:
        hold_out(replace(table, pairs=pairs), Model(), 0.3, Context())
    assert error.value.problems[0].code == "holdout_modes"


@pytest.mark.parametrize("constraint", ["unconstrained", "origin", "destination"])
def test_without_masses_the_naive_model_spreads_flows_evenly(constraint: str) -> None:
    """No term is left in it: what remains is one number a pair, an origin or a destination."""
    table = replace(exact(), masses=Masses())
    held = hold_out(table, Model(constraint), 0.25, Context())  # type: ignore[arg-type]
    at = table.pairs.origin[held.at], table.pairs.destination[held.at]
    others = ~np.isin(FROM, np.unique(at[0]))
    if constraint == "origin":
        expected = np.bincount(at[0], held.flow, N)[at[0]] / N
    elif constraint == "destination":
        expected = np.bincount(TO[others], table.flow[others], N)[at[1]] / held.trained_on
    else:
        expected = np.full(len(held.at), table.flow[others].mean())
    np.testing.assert_allclose(held.without, expected, rtol=1e-9)
