"""Calibrate a spatial interaction model on observed flows."""

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.engine.interaction.field import MatrixField, PairField
from chengce.engine.kernels.interact_decay import COST
from chengce.models.demand.components import components
from chengce.models.demand.design import Design, design_of
from chengce.models.demand.fit import NORMAL_95, REASONS, Coefficient, Fit, Intervals
from chengce.models.demand.listing import Listing, listing
from chengce.models.demand.model import Floats, Masses, Model, Pairs
from chengce.models.demand.report import Report, Whole, measure, whole_of
from chengce.models.demand.solve import Solution, solve

CALIBRATING = Text("校准空间相互作用模型", "calibrating the spatial interaction model")
DOUBLY = Model()
NO_MASSES = Masses()


def calibrate(
    observed: NDArray[np.float64],
    cost: NDArray[np.floating],
    *,
    model: Model = DOUBLY,
    masses: Masses = NO_MASSES,
    pairs: Pairs | None = None,
    context: Context | None = None,
) -> Fit:
    """Return the model fitted to observed flows by Poisson likelihood, or to their mean cost.

    `observed` and `cost` (≥ 0; NaN or inf: no such pair): (origins, destinations), or (modes,
    origins, destinations), or lists (pairs,) with `pairs`; or a list of flows over a matrix of
    costs. Zero flows count. A matrix of more than 4 million costs stays float32: two such arrays
    are all that is held. Raises `ChengceError` for bad input and for coefficients that the flows
    leave open; a calibration that does not converge comes back with `converged` False.
    """
    model.check()
    context = Context() if context is None else context
    context.step(CALIBRATING, 0, 1)
    listed = listing(observed, cost, model, masses, pairs)
    design = design_of(listed, model, masses, context.runner)
    found = solve(design)
    fit = _fit(model, masses, listed, design, found)
    context.step(CALIBRATING, 1, 1)
    return fit


def _fit(model: Model, masses: Masses, listed: Listing, design: Design, found: Solution) -> Fit:
    swap = model.constraint == "destination"
    modelled, whole, by_mode = _modelled(model, listed, design, found)
    blocks, silent_rows, silent_columns = components(design)
    expected = len(listed.modes) if model.margins == "own" else 1
    effects = _effects(design, blocks)
    report = measure(
        listed.flow, modelled, listed.cost, of=whole, parameters=effects + len(design.names)
    )
    ends = (_logs(found.u, found.balanced.w), _logs(found.v, found.balanced.x))
    silent = (silent_rows, silent_columns)
    return Fit(
        model=model,
        masses=masses,
        coefficients=_coefficients(design, found, report),
        report=report,
        modes=by_mode,
        converged=found.reason == "",
        reason=REASONS.get(found.reason),
        steps=found.steps,
        silent_origins=silent[1 if swap else 0],
        silent_destinations=silent[0 if swap else 1],
        intervals=Intervals(),
        log_origin=ends[1 if swap else 0],
        log_destination=ends[0 if swap else 1],
        modelled=modelled,
        listed=listed,
        design=design,
        solution=found,
        warnings=(
            *listed.notes,
            *_warnings(model, masses, listed, report, found, blocks > expected),
        ),
    )


def _modelled(
    model: Model, listed: Listing, design: Design, found: Solution
) -> tuple[Floats, Whole, dict[str, Report]]:
    """Return modelled flows of the listed pairs, sums over all pairs, and a report by mode."""
    at, field = found.balanced, design.over
    if isinstance(field, MatrixField):
        factor = field.f[design.row, design.column].astype(np.float64)
        modelled = at.w[design.row] * factor * at.x[design.column]
        plain = field.again(np.array([COST]))
        sums = plain.moments(at.w, at.x)
        dot, _ = field.sweep(at.x, at.w, divide=False)
        whole = Whole(field.pairs, float(np.sum(dot)), sums.squares, float(np.sum(sums.row)))
        return modelled, whole, {}
    assert isinstance(field, PairField)
    modelled = at.w[design.row] * field.f[design.entry] * at.x[design.column]
    whole = whole_of(modelled, listed.cost)
    if len(listed.modes) < 2:
        return modelled, whole, {}
    reports = {}
    apart, constraint = model.margins == "own", model.constraint
    for k, name in enumerate(listed.modes):
        inside = listed.mode == k
        one, costs = modelled[inside], listed.cost[inside]
        own = sum(name in c.split(":")[1:] for c in design.names)
        if apart:  # zone effects of shared margins belong to no mode
            rows, columns = (
                np.unique(z[inside & (modelled > 0)]) for z in (design.row, design.column)
            )
            own += {"unconstrained": 1, "doubly": len(rows) + len(columns) - 1}.get(
                constraint, len(rows)
            )
        reports[name] = measure(
            listed.flow[inside], one, costs, of=whole_of(one, costs), parameters=own
        )
    return modelled, whole, reports


def _effects(design: Design, blocks: int) -> int:
    """Return how many effects of zones are estimated."""
    totals = design.totals
    count = int(np.count_nonzero(totals.origin > 0))
    if totals.destination is None:
        return count
    return count + int(np.count_nonzero(totals.destination > 0)) - blocks


def _coefficients(design: Design, found: Solution, report: Report) -> tuple[Coefficient, ...]:
    variance = np.maximum(np.diag(found.covariance), 0.0)
    errors = np.where(np.isfinite(variance), np.sqrt(variance), 0.0)
    wide = float(np.sqrt(report.dispersion)) if report.dispersion is not None else 1.0
    out = []
    for k, name in enumerate(design.names):
        value = float(design.signs[k] * found.coefficients[design.used[k]])
        se, wider = float(errors[k]), float(errors[k]) * wide
        out.append(
            Coefficient(
                name, value, se, wider, value - NORMAL_95 * wider, value + NORMAL_95 * wider
            )
        )
    return tuple(out)


def _logs(logarithm: Floats, factor: Floats) -> Floats:
    return np.where(factor > 0, logarithm, -np.inf)


def _warnings(
    model: Model, masses: Masses, listed: Listing, report: Report, found: Solution, apart: bool
) -> list[Problem]:
    out = []
    reason = REASONS.get(found.reason)
    if reason is not None:
        out.append(
            Problem(
                "calibration_not_converged",
                Text("校准没有收敛：{why}", "the calibration did not converge: {why}").format(
                    why=reason
                ),
                Text(
                    "不要使用这些系数；换一个约束或衰减函数，或补充数据",
                    "do not use these coefficients; try another constraint or decay, or more data",
                ),
                severity="warning",
            )
        )
    if apart and model.constraint == "doubly":
        out.append(
            Problem(
                "zones_disconnected",
                Text(
                    "分区分成几块，块间没有起讫对：衰减系数共用，各块流量互不影响",
                    "the zones fall into parts without a pair between them: they share the "
                    "coefficients, and flows of one do not touch another",
                ),
                Text(
                    "若不应如此，请补上块间的费用", "if that is wrong, add the costs between them"
                ),
                severity="warning",
            )
        )
    if report.dispersion is None:
        out.append(
            Problem(
                "no_freedom_left",
                Text(
                    "起讫对不比参数多：拟合必然完美，误差无从估计",
                    "there are no more pairs than parameters: the fit is perfect by construction "
                    "and its error can't be estimated",
                ),
                Text(
                    "提供更多起讫对，或换约束较少的模型",
                    "give more pairs, or use fewer constraints",
                ),
                severity="warning",
            )
        )
    wanted = {"unconstrained": (masses.origin, masses.destination),
              "origin": (masses.destination,), "destination": (masses.origin,),
              "doubly": ()}[model.constraint]  # fmt: skip
    if model.constraint == "doubly" and (
        masses.origin is not None or masses.destination is not None
    ):
        out.append(
            Problem(
                "mass_unused",
                Text(
                    "双约束模型由两端总量决定，不用规模",
                    "a doubly constrained model keeps both totals and uses no mass",
                ),
                Text("要估计规模的作用，请减少约束", "use fewer constraints to see what masses do"),
                severity="warning",
            )
        )
    if any(mass is None for mass in wanted):
        out.append(
            Problem(
                "mass_missing",
                Text(
                    "未给出规模，模型只由总量和费用决定：各分区被视为同样有吸引力",
                    "no mass is given, so totals and cost decide alone: zones are taken to draw "
                    "equally",
                ),
                Text(
                    "给出起点或终点的规模，如人口、岗位",
                    "give the mass of origins or destinations, such as people or jobs",
                ),
                severity="warning",
            )
        )
    return out
