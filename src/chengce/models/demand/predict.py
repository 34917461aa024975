"""Predict flows for other costs, totals or masses, with the coefficients of a fit."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem, raise_if_any
from chengce.core.text import Text
from chengce.engine.interaction.balance import Balancer, Totals
from chengce.engine.interaction.field import MatrixField, PairField
from chengce.models.demand.design import Design, design_of
from chengce.models.demand.fit import Fit
from chengce.models.demand.listing import listing_of_costs
from chengce.models.demand.model import Floats, Masses, Model, Pairs

ROUGH = 0.01  # balancing error that is enough on the way
EQUAL = 1e-6  # relative difference of two totals that count as equal
ANNEALING = (0.25, 0.5, 0.75, 1.0)  # coefficients grow in steps, so that balancing begins near


@dataclass(frozen=True)
class Ends:
    """What is known of the zones: totals where the model is constrained, masses where it is not.

    `origin` float64[origins], `destination` float64[destinations]. `scale` says which totals give
    way where origins and destinations do not add up to the same; None: that is an error.
    """

    origin: Floats
    destination: Floats
    scale: Literal["origin", "destination"] | None = None


def predict(
    fit: Fit,
    cost: NDArray[np.floating],
    ends: Ends,
    *,
    pairs: Pairs | None = None,
    context: Context | None = None,
) -> NDArray[np.floating]:
    """Return flows in the shape of `cost`: (origins, destinations), or (pairs,) with `pairs`.

    Pairs without a cost, or that the model leaves out, have no flow. For models of one mode.
    Raises `ChengceError` for a fit that did not converge, shapes that do not match, and totals
    that differ or that no flows on these pairs can meet.
    """
    context = Context() if context is None else context
    model = Model(fit.model.constraint, fit.model.decay)
    raise_if_any(_problems(fit, cost, ends, pairs))
    if model.constraint == "doubly":
        ends = _scaled(ends)
    masses = Masses(
        None if fit.masses.origin is None else ends.origin,
        None if fit.masses.destination is None else ends.destination,
    )
    listed = listing_of_costs(cost, fit.listed, model, masses, pairs)
    design = design_of(listed, model, masses, context.runner)
    found = design.over
    coefficients = np.zeros(found.terms)
    values = fit.values
    coefficients[design.used] = design.signs * [values[name] for name in design.names]
    w, x = _factors(fit, design, ends, coefficients)
    if isinstance(found, MatrixField):
        found.f *= w[:, None].astype(np.float32)
        found.f *= x.astype(np.float32)
        return found.f.T if model.constraint == "destination" else found.f
    assert isinstance(found, PairField)
    out = np.zeros(cost.size)
    out[listed.kept] = w[design.row] * found.f[design.entry] * x[design.column]
    return out.reshape(cost.shape)


def _factors(fit: Fit, design: Design, ends: Ends, coefficients: Floats) -> tuple[Floats, Floats]:
    """Fill the field and return the factors of its rows and columns."""
    found, constraint = design.over, fit.model.constraint
    u, v = np.zeros(found.origins), np.zeros(found.destinations)
    if constraint == "unconstrained":
        found.fill(coefficients, u + float(np.max(fit.log_origin)), v)
        return np.ones(found.origins), np.ones(found.destinations)
    rows = ends.destination if constraint == "destination" else ends.origin
    totals = Totals(rows, ends.destination if constraint == "doubly" else None)
    at = None
    for share in ANNEALING if constraint == "doubly" else ANNEALING[-1:]:
        if at is not None:
            u, v = _absorbed(u, at.w), _absorbed(v, at.x)
        found.fill(share * coefficients, u, v)
        rough = 0.0 if share == 1.0 else ROUGH
        at = Balancer(found, totals).balance(tolerance=rough)
    assert at is not None
    missed = float(np.sum(np.abs(rows - _sent(design, at.w, at.x)))) / max(
        float(rows.sum()), 1e-300
    )
    if at.error > 10 * found.tolerance or missed > 1e-6:
        raise ChengceError(_UNREACHABLE)
    return at.w, at.x


def _sent(design: Design, w: Floats, x: Floats) -> Floats:
    return w * design.over.sweep(x, np.ones(len(w)), divide=False)[0]


def _absorbed(logarithm: Floats, factor: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.where(factor > 0, logarithm + np.log(factor), logarithm)


def _scaled(ends: Ends) -> Ends:
    """Return ends whose totals agree; raises `ChengceError` unless one of them may give way."""
    a, b = float(np.sum(ends.origin)), float(np.sum(ends.destination))
    if abs(a - b) <= EQUAL * max(a, b):
        return replace(ends, destination=ends.destination * (a / b)) if b > 0 else ends
    if ends.scale == "destination" and b > 0:
        return replace(ends, destination=ends.destination * (a / b))
    if ends.scale == "origin" and a > 0:
        return replace(ends, origin=ends.origin * (b / a))
    raise ChengceError(
        Problem(
            "totals_differ",
            Text(
                f"起点总量 {a:,.6g} 与终点总量 {b:,.6g} 不等",
                f"origins send {a:,.6g} and destinations receive {b:,.6g}: not the same",
            ),
            Text(
                '改为相等，或用 scale="destination"（或 "origin"）指明按哪一方缩放',
                'make them equal, or say which gives way: scale="destination" (or "origin")',
            ),
        )
    )


def _problems(
    fit: Fit, cost: NDArray[np.floating], ends: Ends, pairs: Pairs | None
) -> list[Problem]:
    found = []
    if not fit.converged:
        found.append(_NOT_A_MODEL)
    if len(fit.listed.modes) > 1:
        found.append(_ONE_MODE)
    shape = cost.shape if pairs is None else pairs.shape
    if (len(ends.origin), len(ends.destination)) != tuple(shape):
        found.append(_ENDS)
    both = np.concatenate([ends.origin, ends.destination])
    if not (np.isfinite(both).all() and (both >= 0).all()):
        found.append(_NEGATIVE)
    return found


_UNREACHABLE = Problem(
    "totals_unreachable",
    Text(
        "在有费用的起讫对上，没有任何流量能满足这些起讫总量",
        "no flows on the pairs that have a cost can meet these totals",
    ),
    Text(
        "核对缺失的费用：有总量的分区须与有总量的分区相连，且各块两端总量相等",
        "look for missing costs: zones with a total must be joined to zones with one, and the two "
        "sides of each part must add up to the same",
    ),
)
_NOT_A_MODEL = Problem(
    "fit_not_converged",
    Text("校准没有收敛，不能用来预测", "the calibration did not converge: it can't predict"),
    Text("先得到收敛的校准", "calibrate until it converges first"),
)
_ONE_MODE = Problem(
    "predict_one_mode",
    Text("预测一次只做一种方式", "flows are predicted for one mode at a time"),
    Text("按方式分别校准和预测", "calibrate and predict each mode by itself"),
)
_ENDS = Problem(
    "ends_shape",
    Text(
        "起点或终点的个数与费用的分区对不上",
        "there are not as many origins or destinations as the costs have zones",
    ),
    Text("每个分区给一个数", "give one number a zone"),
)
_NEGATIVE = Problem(
    "ends_negative",
    Text("起讫总量或规模为负或不是数", "a total or mass is negative or not a number"),
    Text("核对输入", "check them"),
)
