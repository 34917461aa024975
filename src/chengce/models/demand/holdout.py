"""Test a model on origins it has not seen, beside the same model without cost."""

from dataclasses import dataclass, replace

import numpy as np

from chengce.core.context import Context
from chengce.core.draws import uniforms
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.models.demand.fit import Fit
from chengce.models.demand.flow_table import FlowTable
from chengce.models.demand.interaction import calibrate
from chengce.models.demand.listing import listing_of_costs
from chengce.models.demand.model import Floats, Ints, Model, Pairs
from chengce.models.demand.report import Report, measure, whole_of


@dataclass(frozen=True)
class Holdout:
    """Error on held-out origins: of the model (`report`) and of the model without cost (`naive`).

    Both know the totals of the held-out origins where the constraint keeps totals of origins; both
    know of destinations what the other origins tell. `origins`: how many were held out; `unseen`:
    destinations only they go to, for which both predict nothing. `flow`, `modelled`, `without`:
    the held-out pairs `at` positions of the list.
    """

    origins: int
    trained_on: int
    unseen: int
    report: Report
    naive: Report
    fit: Fit
    at: Ints
    flow: Floats
    modelled: Floats
    without: Floats

    def as_dict(self) -> dict[str, object]:
        """Return plain data for JSON."""
        keep = ("pairs", "flow", "modelled", "srmse", "cpc", "r2", "mean_cost_observed",
                "mean_cost_modelled")  # fmt: skip
        model, naive = self.report.as_dict(), self.naive.as_dict()
        return {
            "origins": self.origins,
            "trained_on_origins": self.trained_on,
            "unseen_destinations": self.unseen,
            "coefficients": [c.as_dict(sure=self.fit.converged) for c in self.fit.coefficients],
            "converged": self.fit.converged,
            "model": {k: model[k] for k in keep},
            "naive": {k: naive[k] for k in keep},
        }


def hold_out(table: FlowTable, model: Model, share: float, context: Context) -> Holdout:
    """Calibrate without a random share of the origins and predict the flows of those.

    Which origins depends on the context's seed and their names only. Raises `ChengceError` for
    several modes, or where no origin would be left on one side.
    """
    observed, cost, pairs, masses = table.flow, table.cost, table.pairs, table.masses
    seen = np.unique(pairs.origin[observed > 0])
    number = round(share * len(seen))
    if pairs.mode is not None or not 0 < number < len(seen):
        raise ChengceError(_MODES if pairs.mode is not None else _TOO_FEW)
    chance = uniforms(context.seed, "interaction holdout", [table.origins[k] for k in seen], 1)[0]
    held = seen[np.argsort(chance, kind="stable")[:number]]
    inside = np.isin(pairs.origin, held)
    train, test = np.flatnonzero(~inside), np.flatnonzero(inside)

    def part(at: Ints) -> Pairs:
        return replace(pairs, origin=pairs.origin[at], destination=pairs.destination[at])

    fits = [
        calibrate(
            observed[train], cost[train], model=replace(model, decay=decay, criterion=criterion),
            masses=masses, pairs=part(train), context=context,
        )
        for decay, criterion in ((model.decay, model.criterion), ("none", "likelihood"))
    ]  # fmt: skip
    listed = listing_of_costs(cost[test], fits[0].listed, fits[0].model, masses, part(test))
    at = test[listed.kept]
    found = [_unseen(fit, cost[at], part(at), observed[at]) for fit in fits]
    reports = [
        measure(observed[at], m, cost[at], of=whole_of(m, cost[at]), parameters=0) for m in found
    ]
    reached = np.isfinite(fits[0].log_destination)
    lost = 0
    if model.constraint in ("doubly", "destination"):
        lost = len(np.setdiff1d(pairs.destination[at], np.flatnonzero(reached)))
    return Holdout(
        number, len(seen) - number, lost, reports[0], reports[1], fits[0], at, observed[at],
        found[0], found[1],
    )  # fmt: skip


def _unseen(fit: Fit, cost: Floats, pairs: Pairs, observed: Floats) -> Floats:
    """Return the flows a fit predicts for origins that were not in it."""
    model, values = fit.model, fit.values
    i, j = pairs.origin, pairs.destination
    eta = np.zeros(len(cost))
    for name, term in zip(model.form.coefficients, model.form.values(cost), strict=True):
        eta -= values[name] * term
    for name, mass, at in (
        ("origin_mass", fit.masses.origin, i),
        ("destination_mass", fit.masses.destination, j),
    ):
        if name in values and mass is not None:
            eta += values[name] * np.log(mass[at])
    if model.constraint in ("doubly", "destination"):
        eta += fit.log_destination[j]
    if model.constraint == "unconstrained":
        eta += float(np.max(fit.log_origin[np.isfinite(fit.log_origin)]))
    if model.constraint in ("unconstrained", "destination"):
        return np.asarray(np.exp(eta + _one_origin(fit)))
    top = np.full(pairs.shape[0], -np.inf)
    np.maximum.at(top, i, eta)
    weight = np.exp(eta - np.where(np.isfinite(top), top, 0.0)[i])
    sums = np.bincount(i, weight, pairs.shape[0])
    totals = np.bincount(i, observed, pairs.shape[0])
    share = np.divide(totals, sums, out=np.zeros_like(sums), where=sums > 0)
    return np.asarray(weight * share[i])


def _one_origin(fit: Fit) -> float:
    """Return the constant of the side without effects: 0, all of it is on the other side."""
    if fit.model.constraint != "destination":
        return 0.0
    return float(np.max(fit.log_origin[np.isfinite(fit.log_origin)]))


_TOO_FEW = Problem(
    "holdout_too_few",
    Text(
        "留出的份额使校准或检验的一方没有起点",
        "this share leaves no origin to fit on, or none to test on",
    ),
    Text("份额须在 0 与 1 之间，且起点要有几个", "a share between 0 and 1, and several origins"),
    column="holdout",
)
_MODES = Problem(
    "holdout_modes",
    Text(
        "分方式的模型不能留出检验", "a model of several modes can't be tested on held-out origins"
    ),
    Text("按方式分别测算", "test each mode by itself"),
    column="holdout",
)
