"""Balance flows between zones to their totals, and clear terms of what the totals explain.

Flows T_ij = w_i f_ij x_j. Totals of origins (or of groups of origins) are met exactly; where
destinations are constrained too, by Furness iterations (Furness 1965; Deming & Stephan 1940), and
by Newton steps on the same convex dual (conjugate gradients, one sweep each) once those are slow:
where trips are short and the region wide, iterations alone would take thousands of sweeps.
"""

from dataclasses import dataclass, replace
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from chengce.engine.interaction.field import Field, Floats, Moments
from chengce.engine.interaction.solve import Solver

SLOW = 0.5  # a Furness iteration that leaves more of the error than this is slow
PATIENCE = 3  # slow iterations before Newton steps
HOPELESS = 8  # steps that gain nothing before giving up
SWEEPS = 2000
LONGEST = 5.0  # of a Newton step in the logarithm of a factor
CLOSE = 0.01  # of what is left of the error after a full Newton step


@dataclass(frozen=True)
class Totals:
    """What flows must add up to: by origin or group of origins, and by destination or not at all.

    `group` int64[origins] numbers the groups; None: every origin is its own.
    """

    origin: Floats
    destination: Floats | None = None
    group: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Balanced:
    """Factors w and x of flows w_i f_ij x_j, what destinations receive, and sweeps used.

    `error`: Σ |received − total| of destinations ÷ Σ totals; 0 where they are not constrained.
    """

    w: Floats
    x: Floats
    received: Floats
    error: float
    sweeps: int


@dataclass(frozen=True)
class Cleared:
    """Terms with the effects of zones taken out, g − r_i − s_j, and their cross sums Σ T g̃ h̃.

    `by_origin` (k, origins), `by_destination` (k, destinations), `cross` (k, k).
    """

    by_origin: Floats
    by_destination: Floats
    cross: Floats


class Balancer:
    """Balance the flows of a field as it is filled now, and clear its terms."""

    def __init__(self, found: Field, totals: Totals) -> None:
        self.found, self.totals = found, totals
        self._solver: Solver | None = None
        received = totals.origin if totals.destination is None else totals.destination
        self._whole = max(float(received.sum()), 1e-300)

    def balance(self, *, tolerance: float = 0.0) -> Balanced:
        """Return the factors; totals that no flows on these pairs can meet leave an `error`.

        The error is above the field's tolerance then; nothing is raised. `tolerance` of the error,
        where less than all the field can give is enough.
        """
        target = self.totals.destination
        if target is None:
            return self._one_sided()
        limit = max(tolerance, self.found.tolerance)
        state = self._at((target > 0).astype(np.float64), 1)
        slow = idle = 0
        while state.error > limit and state.sweeps < SWEEPS and idle < HOPELESS:
            before = state.error
            if slow < PATIENCE:
                with np.errstate(divide="ignore", invalid="ignore"):
                    ratio = np.where(state.received > 0, target / state.received, 1.0)
                state = self._at(state.x * ratio, state.sweeps + 1)
                slow = slow + 1 if state.error > SLOW * before else 0
            else:
                state = self._newton(state, target)
            idle = idle + 1 if state.error > 0.99 * before else 0
        return state

    def clear(self, state: Balanced, sums: Moments, *, tolerance: float) -> Cleared:
        """Return what totals do not explain of each term: weighted least squares on zone effects."""
        if self.totals.destination is None:
            return self._cleared_of_origins(sums)
        with np.errstate(divide="ignore", invalid="ignore"):
            own = np.where(self.totals.origin > 0, 1.0 / self.totals.origin, 0.0)
        r, s = np.zeros_like(sums.row), np.zeros_like(sums.col)
        solve = self._solve_at(state)
        for k in range(self.found.terms):
            _, col = self.found.sweep(state.x, sums.row[k], divide=True)
            s[k], _ = solve(state, sums.col[k] - state.x * col, tolerance)
            across, _ = self.found.sweep(state.x * s[k], state.w, divide=False)
            r[k] = (sums.row[k] - across) * own
        cross = sums.cross - sums.row @ r.T - sums.col @ s.T
        return Cleared(r, s, 0.5 * (cross + cross.T))

    def _solve_at(self, state: Balanced) -> Solver:
        if self._solver is None:
            self._solver = Solver(self.found, self.totals.origin, state)
        return self._solver

    def _at(self, x: Floats, sweeps: int) -> Balanced:
        """Return the state at x, origins met."""
        origin, target = self.totals.origin, self.totals.destination
        assert target is not None
        w, col = self.found.sweep(x, origin, divide=True)
        received = x * col
        error = float(np.abs(received - target).sum()) / self._whole
        return Balanced(w, x, received, error if isfinite(error) else inf, sweeps)

    def _dual(self, state: Balanced) -> float:
        """Return Σ O ln(O/w) − Σ D ln x, smallest where all totals are met."""
        origin, target = self.totals.origin, self.totals.destination
        assert target is not None
        out, into = state.w > 0, state.x > 0
        sent = origin[out] @ np.log(origin[out] / state.w[out])
        return float(sent - target[into] @ np.log(state.x[into]))

    def _newton(self, state: Balanced, target: Floats) -> Balanced:
        """Return the state after a step down the dual, shortened until it helps."""
        right = target - state.received
        step, used = self._solve_at(state)(state, right, max(CLOSE, min(0.1, state.error)))
        sweeps = state.sweeps + used
        step *= min(1.0, LONGEST / max(float(np.max(np.abs(step), initial=0.0)), 1e-300))
        for _ in range(8):
            sweeps += 1
            after = self._at(state.x * np.exp(step), sweeps)
            gain = 1e-4 * float(right @ step)
            if after.error < state.error or self._dual(after) < self._dual(state) - gain:
                return after
            step *= 0.25
        return replace(state, sweeps=sweeps)

    def _one_sided(self) -> Balanced:
        found, totals = self.found, self.totals
        x = np.ones(found.destinations)
        if totals.group is None:
            w, col = found.sweep(x, totals.origin, divide=True)
        else:
            dot, _ = found.sweep(x, np.ones(found.origins), divide=False)
            sums = np.bincount(totals.group, dot, len(totals.origin))
            with np.errstate(divide="ignore", invalid="ignore"):
                w = np.where(sums > 0, totals.origin / sums, 0.0)[totals.group]
            _, col = found.sweep(x, w * dot, divide=True)
        return Balanced(w, x, col, 0.0, 1)

    def _cleared_of_origins(self, sums: Moments) -> Cleared:
        origin, group = self.totals.origin, self.totals.group
        if group is None:
            group = np.arange(self.found.origins)
        rows = np.zeros((len(sums.row), len(origin)))
        for total, row in zip(rows, sums.row, strict=True):
            total += np.bincount(group, row, len(origin))
        with np.errstate(divide="ignore", invalid="ignore"):
            r = np.where(origin > 0, rows / origin, 0.0)
        return Cleared(r[:, group], np.zeros_like(sums.col), sums.cross - rows @ r.T)
