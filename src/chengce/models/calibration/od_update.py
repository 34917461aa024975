"""Adjust matrices of trips to counts: equilibrium recomputed, prior weighed, some counts held out.

Two levels. Above: minimise Σ ((count − flow) / sd)² + 2 w · information(x, prior) over matrices
x ≥ 0. Below: flow is the user equilibrium of x. Between two equilibria the shares of the trips at
the counts are held, for which the upper problem has one exact answer (`od_solver`); the matrix
moves towards it as far as the objective *with the equilibrium recomputed* falls (Spiess 1990, CRT
Publication 693: the gradient that holds shares is the direction; Yang 1995,
doi:10.1016/0191-2615(95)00003-V: the alternation). Where no step lowers it the update stops and
says so: what is left would need the change of routes in the gradient, which this method ignores.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.core.errors import Problem, raise_if_any
from chengce.core.text import Text
from chengce.engine.assign.assignment import assign
from chengce.engine.roads.network import AssignOptions, Equilibrium, RoadNetwork, TravelClass
from chengce.engine.roads.paths import shortest
from chengce.models.calibration.count_checks import check_counts, nowhere
from chengce.models.calibration.count_fit import CountFit, count_fit
from chengce.models.calibration.counted import Counts
from chengce.models.calibration.holdout import held_out, share_wrong
from chengce.models.calibration.od_shares import Pairs, Shares, pairs_of, shares_of
from chengce.models.calibration.od_solver import fitted, information, misfit

Floats = NDArray[np.float64]
HALVINGS = 6
SETTLED = 0.05  # what may still be promised where no step lowers the objective any more


@dataclass(frozen=True)
class UpdateOptions:
    """How the update runs: at most `updates` equilibria accepted; `assign` is of each of them.

    It has converged where the matrix that fits best with shares held promises to lower the
    objective by less than `tolerance` · (objective + number of counts), or by less than 5 % of it
    and no step delivers; the objective is in squared standard deviations. `open_cells`: trips put
    into every empty pair first; 0 leaves empty pairs empty.
    """

    updates: int = 30
    tolerance: float = 1e-2
    open_cells: float = 0.0
    assign: AssignOptions = field(default_factory=AssignOptions)


@dataclass(frozen=True)
class UpdateStep:
    """One accepted matrix: its objective, the two parts of it, the step, the gain still promised."""

    update: int
    objective: float
    misfit: float
    information: float
    step: float
    promised: float


@dataclass(frozen=True)
class OdUpdate:
    """Matrices adjusted to counts, with the error of fit and, apart, of the counts held out.

    `classes` carry the adjusted demand, `before` and `after` are the equilibria of prior and
    posterior; `modelled_before`, `modelled` float64[counts]; `held` bool[counts]: not in the fit.
    `converged` is False where the update stopped short; `outcome` says how it ended.
    """

    classes: tuple[TravelClass, ...]
    prior: tuple[TravelClass, ...]
    before: Equilibrium
    after: Equilibrium
    counts: Counts
    held: NDArray[np.bool_]
    modelled_before: Floats
    modelled: Floats
    prior_weight: float
    trace: tuple[UpdateStep, ...]
    converged: bool
    outcome: Text
    problems: tuple[Problem, ...]

    def fit(self, *, after: bool, held: bool) -> CountFit:
        """Return the errors of prior or posterior, over the counts of the fit or those held out."""
        modelled = self.modelled if after else self.modelled_before
        return count_fit(self.counts, modelled, self.held if held else ~self.held)

    def trips(self, *, after: bool) -> float:
        """Return all trips between different zones."""
        classes = self.classes if after else self.prior
        return float(sum(c.demand.sum() - np.trace(c.demand) for c in classes))


def update_od(  # noqa: PLR0913  (what, to what, and how)
    network: RoadNetwork, classes: Sequence[TravelClass], counts: Counts, *,
    prior_weight: float = 0.01, holdout: float = 0.2, options: UpdateOptions | None = None,
    context: Context | None = None,
) -> OdUpdate:  # fmt: skip
    """Return matrices nearer to the counts than the prior `classes`, which they stay close to.

    `prior_weight` > 0: what one trip of the prior weighs. At 1 every cell of the prior is taken as
    a count of that many trips (variance = trips); a survey of one trip in E weighs 1/E; ∞ returns
    the prior exactly. `holdout`: share of counts never fitted, whose error is reported apart.
    Raises `ChengceError` with every problem of counts and options, and those of `assign`.
    """
    options, context = options or UpdateOptions(), context or Context()
    _check(network, classes, counts, prior_weight, holdout)
    problems = [p for p in check_counts(network, counts) if p.severity != "error"]
    held = held_out(counts, holdout, context)
    if holdout > 0 and not held.any():
        problems.append(_none_held())
    prior = tuple(classes)
    before = _assign(network, prior, options, None, context)
    start = before.class_flow, [c.demand for c in prior]
    modelled_before = counts.modelled(*start)
    if options.open_cells > 0:
        prior = _opened(network, prior, options.open_cells)
    run = _Run(network, prior, counts.chosen(~held), prior_weight, options, context)
    state, trace, converged, outcome = run.go(before)
    modelled = counts.modelled(state.equilibrium.class_flow, state.demand)
    problems += nowhere(counts, np.maximum(modelled_before, modelled))
    if not converged:
        problems.append(_stopped(outcome))
    return OdUpdate(
        classes=run.classes(state.demand),
        prior=tuple(classes),
        before=before,
        after=state.equilibrium,
        counts=counts,
        held=held,
        modelled_before=modelled_before,
        modelled=modelled,
        prior_weight=prior_weight,
        trace=tuple(trace),
        converged=converged,
        outcome=outcome,
        problems=tuple(problems),
    )


@dataclass(frozen=True)
class _State:
    """A matrix, its equilibrium, and the objective there."""

    trips: Floats
    demand: list[Floats]
    equilibrium: Equilibrium
    misfit: float
    information: float
    objective: float


class _Run:
    """One update: what stays the same while the matrix moves."""

    def __init__(
        self, network: RoadNetwork, prior: tuple[TravelClass, ...], counts: Counts,
        weight: float, options: UpdateOptions, context: Context,
    ) -> None:  # fmt: skip
        self.network, self.prior_classes, self.counts = network, prior, counts
        self.weight, self.options, self.context = weight, options, context
        demand = [np.asarray(c.demand, np.float64) for c in prior]
        self.pairs: Pairs = pairs_of(demand)
        self.prior: Floats = self.pairs.trips(demand)
        self.demand = demand

    def go(self, before: Equilibrium) -> tuple[_State, list[UpdateStep], bool, Text]:
        """Return the last state, the trace, and how it ended."""
        opened = self.options.open_cells > 0
        state = self._at(self.prior, before, assigned=not opened)
        trace = [self._step(0, state, 1.0, np.nan)]
        if np.isinf(self.weight):
            return state, trace, True, _PRIOR
        size = 1.0
        for update in range(1, self.options.updates + 1):
            what = Text("按计数调整矩阵", "adjusting the matrix to the counts")
            self.context.step(what, update - 1, self.options.updates)
            shares = shares_of(state.equilibrium, self.pairs, self.counts, self.context)
            target = fitted(self.prior, shares, self.counts, self.weight)
            promised = state.objective - self._held(target, shares)
            trace[-1] = replace(trace[-1], promised=promised)
            if promised <= self.options.tolerance * (state.objective + len(self.counts)):
                return state, trace, True, _CONVERGED
            ahead, size = self._search(state, target, size)
            if ahead is None:
                near = promised <= SETTLED * (state.objective + len(self.counts))
                return state, trace, near, _SETTLED if near else _STALLED
            state = ahead
            trace.append(self._step(update, state, size, np.nan))
            size = min(1.0, 2.0 * size)
        return state, trace, False, _LIMIT

    def classes(self, demand: list[Floats]) -> tuple[TravelClass, ...]:
        """Return the classes with other demand."""
        return tuple(replace(c, demand=d) for c, d in zip(self.prior_classes, demand, strict=True))

    def _search(self, state: _State, target: Floats, size: float) -> tuple[_State | None, float]:
        """Return a state on the way to `target` with a lower objective, and how far it lies."""
        for _ in range(HALVINGS):
            ahead = self._at(state.trips + size * (target - state.trips), state.equilibrium)
            if ahead.objective < state.objective:
                return ahead, size
            size /= 2.0
        return None, size

    def _at(self, trips: Floats, warm: Equilibrium, *, assigned: bool = False) -> _State:
        demand = self.pairs.put(trips, self.demand)
        found = warm
        if not assigned:
            found = _assign(self.network, self.classes(demand), self.options, warm, self.context)
        error = misfit(self.counts.modelled(found.class_flow, demand), self.counts)
        away = information(trips, self.prior)
        return _State(trips, demand, found, error, away, self._objective(error, away))

    def _held(self, trips: Floats, shares: Shares) -> float:
        """Return the objective of a matrix if shares stayed as they are."""
        error = misfit(shares.at_counts(trips), self.counts)
        return self._objective(error, information(trips, self.prior))

    def _objective(self, error: float, away: float) -> float:
        return error + (2.0 * self.weight * away if away > 0 else 0.0)

    def _step(self, update: int, state: _State, size: float, promised: float) -> UpdateStep:
        return UpdateStep(update, state.objective, state.misfit, state.information, size, promised)


_PRIOR = Text("先验权重为无穷大，矩阵保持不变", "the prior's weight is infinite: it stays as it is")
_CONVERGED = Text(
    "已收敛：路径比例不变时已无明显改进余地", "converged: nothing to gain with route shares held"
)
_SETTLED = Text(
    "已收敛：重算均衡后误差不再下降",
    "converged: no step lowers the error with the equilibrium recomputed",
)
_STALLED = Text(
    "提前停止：沿路径比例不变的方向，重算均衡后误差不再下降",
    "stopped early: with the equilibrium recomputed, no step in the direction that holds route "
    "shares lowers the error",
)
_LIMIT = Text("未收敛：已到最多更新次数", "not converged: the number of updates was used up")


def _assign(
    network: RoadNetwork, classes: tuple[TravelClass, ...], options: UpdateOptions,
    warm: Equilibrium | None, context: Context,
) -> Equilibrium:  # fmt: skip
    return assign(network, classes, options.assign, warm=warm, context=context)


def _opened(
    network: RoadNetwork, prior: tuple[TravelClass, ...], trips: float
) -> tuple[TravelClass, ...]:
    """Return the prior with `trips` in every empty pair that a route joins."""
    zones = np.arange(network.zones, dtype=np.int32)
    label, _ = shortest(network, network.free_flow, zones)
    joined = np.isfinite(label[:, : network.zones]) & ~np.eye(network.zones, dtype=bool)
    return tuple(
        replace(c, demand=np.where(joined & (c.demand <= 0), trips, c.demand)) for c in prior
    )


def _check(
    network: RoadNetwork, classes: Sequence[TravelClass], counts: Counts, weight: float,
    holdout: float,
) -> None:  # fmt: skip
    problems = [*check_counts(network, counts), *share_wrong(holdout)]
    if not weight > 0:
        problems.append(
            Problem(
                "prior_weight",
                Text(
                    f"先验权重应大于 0，现为 {weight:g}",
                    f"the prior's weight must be more than 0, not {weight:g}",
                ),
                Text(
                    "计数远少于起讫点对，没有先验就没有唯一解；要让先验影响很小，可写 0.001",
                    "there are far fewer counts than pairs, so without a prior there is no one "
                    "answer; to let it matter little, write 0.001",
                ),
                column="prior_weight",
            )
        )
    off = [
        counts.ids[c]
        for c in range(len(counts))
        if counts.cls[c] >= len(classes)
        or (len(counts.links(c)) and not 0 <= counts.links(c).min() <= counts.links(c).max()
            < network.links)
    ]  # fmt: skip
    if off:
        named = ", ".join(off[:10])
        problems.append(
            Problem(
                "count_outside_network",
                Text(
                    f"{len(off)} 个计数所在的路段或车种不在路网中：{named}",
                    f"{len(off)} counts are of links or classes the network does not have: {named}",
                ),
                Text("核对路段与车种", "check their links and classes"),
                column="count",
            )
        )
    raise_if_any(problems)


def _none_held() -> Problem:
    return Problem(
        "counts_not_held_out",
        Text(
            "计数太少或彼此共用路段，没有留出任何一个，因此没有样本外误差",
            "too few counts, or all share links: none could be held out, so no error outside the "
            "fit is known",
        ),
        Text("增加互不相干的计数", "add counts that have nothing in common"),
        severity="warning",
    )


def _stopped(outcome: Text) -> Problem:
    return Problem(
        "update_not_converged",
        Text(f"矩阵校准{outcome.zh}", f"matrix update {outcome.en}"),
        Text(
            "结果可用但不是最优；可提高先验权重、增加更新次数，或核对误差最大的计数",
            "the result is usable but not the best there is; weigh the prior more, allow more "
            "updates, or look at the counts that fit worst",
        ),
        severity="warning",
    )
