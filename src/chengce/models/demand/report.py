"""Measure how well modelled flows meet observed ones, and where they do not.

SRMSE: root mean squared error ÷ mean flow (Knudsen & Fotheringham 1986,
doi:10.1177/016001768601000203). CPC: common part of commuters, 2 Σ min(T, T̂) ÷ (Σ T + Σ T̂)
(Lenormand, Huet, Gargiulo & Deffuant 2012, doi:10.1371/journal.pone.0045985). R²: squared
correlation over pairs. Deviance, log-likelihood and AIC: of Poisson flows. Dispersion: the
larger of Pearson χ² ÷ degrees of freedom ÷ mean of T/T̂ (Fletcher 2012, Biometrika 99, 230–237), which
stays near 1 for Poisson flows where most pairs have next to none, and deviance ÷ degrees of
freedom, which holds where a wrong decay makes far pairs all but impossible.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from chengce.engine.kernels.interact_pairs import log_factorials
from chengce.models.demand.model import Floats


@dataclass(frozen=True)
class Report:
    """How a model fits; a measure that is not defined for these flows is None, never NaN.

    `dispersion`: variance ÷ mean of the residuals, 1 for Poisson flows; None without freedom left.
    """

    pairs: int
    zero_flows: int
    flow: float
    modelled: float
    srmse: float | None
    cpc: float | None
    r2: float | None
    log_likelihood: float
    deviance: float
    aic: float
    dispersion: float | None
    parameters: int
    mean_cost_observed: float | None
    mean_cost_modelled: float | None

    def as_dict(self) -> dict[str, float | int | None]:
        """Return plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Whole:
    """Sums over all pairs of a model, also those without flow: their number, Σ T̂, Σ T̂², Σ T̂ c."""

    pairs: int
    flow: float
    squares: float
    cost: float


def whole_of(modelled: Floats, cost: Floats) -> Whole:
    """Return the sums of a list of all pairs."""
    return Whole(
        len(modelled), float(np.sum(modelled)), float(modelled @ modelled), float(modelled @ cost)
    )


def measure(flow: Floats, modelled: Floats, cost: Floats, *, of: Whole, parameters: int) -> Report:
    """Return the measures; the three lists hold at least every pair with flow."""
    some = flow > 0
    t, m, c = flow[some], modelled[some], cost[some]
    total, n = float(np.sum(t)), of.pairs
    square, product = float(t @ t), float(t @ m)
    with np.errstate(divide="ignore"):
        logs = np.log(np.maximum(m, 1e-300))
    likelihood = float(t @ logs) - of.flow - log_factorials(t)
    deviance = 2.0 * (float(t @ (np.log(t) - logs)) - total + of.flow)
    over = float(np.sum(t / np.maximum(m, 1e-300)))
    pearson = float(np.sum(t * t / np.maximum(m, 1e-300))) - 2.0 * total + of.flow
    free = n - parameters
    error = max(square - 2.0 * product + of.squares, 0.0)
    own, other = n * square - total**2, n * of.squares - of.flow**2
    varied = own > 1e-12 * n * square and other > 1e-12 * n * of.squares
    together = n * product - total * of.flow
    both = total + of.flow
    return Report(
        pairs=n,
        zero_flows=n - len(t),
        flow=total,
        modelled=of.flow,
        srmse=float(np.sqrt(error / n)) / (total / n) if total > 0 else None,
        cpc=2.0 * float(np.sum(np.minimum(t, m))) / both if both > 0 else None,
        r2=min(together**2 / (own * other), 1.0) if varied else None,
        log_likelihood=likelihood,
        deviance=max(deviance, 0.0),
        aic=2.0 * parameters - 2.0 * likelihood,
        dispersion=_dispersion(pearson, over / n, deviance) / free if free > 0 else None,
        parameters=parameters,
        mean_cost_observed=float(t @ c) / total if total > 0 else None,
        mean_cost_modelled=of.cost / of.flow if of.flow > 0 else None,
    )


def _dispersion(pearson: float, ratio: float, deviance: float) -> float:
    return max(pearson / ratio if ratio > 0 else pearson, deviance, 0.0)


@dataclass(frozen=True)
class Band:
    """Flows of pairs with costs from `low` up to `high`."""

    low: float
    high: float
    pairs: int
    flow: float
    modelled: float


def bands(flow: Floats, modelled: Floats, cost: Floats, *, count: int = 8) -> tuple[Band, ...]:
    """Return observed and modelled flow by bands of cost that hold about equal flow."""
    order = np.argsort(cost, kind="stable")
    share = np.cumsum(flow[order]) / max(float(np.sum(flow)), 1e-300)
    at = np.searchsorted(share, np.arange(1, count) / count)
    edges = np.unique(np.concatenate(([cost.min()], cost[order][at], [cost.max()])))
    which = np.clip(np.searchsorted(edges, cost, side="right") - 1, 0, max(len(edges) - 2, 0))
    return tuple(
        Band(
            float(edges[k]), float(edges[min(k + 1, len(edges) - 1)]),
            int(np.count_nonzero(which == k)), float(np.sum(flow[which == k])),
            float(np.sum(modelled[which == k])),
        )
        for k in range(max(len(edges) - 1, 1))
    )  # fmt: skip


def plain(reports: Mapping[str, Report]) -> dict[str, dict[str, float | int | None]]:
    """Return reports by name as plain data for JSON."""
    return {name: report.as_dict() for name, report in reports.items()}
