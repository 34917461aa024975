"""Solve for the effects of zones on flows: conjugate gradients with a coarse map of the region."""

from typing import Protocol

import numpy as np

from chengce.engine.interaction.field import Field, Floats
from chengce.engine.kernels.interact_pairs import invert

STEPS = 1000
RIDGE = 1.0  # of the field's tolerance: factors are fixed up to a constant only


class Flows(Protocol):
    """Flows w_i f_ij x_j and what destinations receive of them."""

    @property
    def w(self) -> Floats: ...

    @property
    def x(self) -> Floats: ...

    @property
    def received(self) -> Floats: ...


class Solver:
    """Solve (diag(received) − Tᵀ diag(1/O) T) s = right.

    Preconditioned on two levels, destination by destination and, exactly, group by group, as flows
    were when it was made; every step is one sweep.
    """

    def __init__(self, found: Field, origin: Floats, flows: Flows) -> None:
        self.found = found
        with np.errstate(divide="ignore", invalid="ignore"):
            self.own = np.where(origin > 0, 1.0 / origin, 0.0)
            self.inverse = np.where(flows.received > 0, 1.0 / flows.received, 0.0)
        self.group = found.groups
        if self.group is not None:
            sums = np.bincount(self.group, flows.received)
            self.coarse = -found.coupled(flows.w, flows.x, self.own)
            self.coarse[np.diag_indices_from(self.coarse)] += (
                sums * (1.0 + RIDGE * found.tolerance) + 1e-300
            )
            invert(self.coarse)

    def __call__(self, flows: Flows, right: Floats, tolerance: float) -> tuple[Floats, int]:
        """Return s, to a tolerance relative to `right`, and the sweeps it took."""
        by = flows.w * flows.w * self.own
        s = np.zeros_like(right)
        rest = np.where(flows.received > 0, right, 0.0)
        rest -= flows.received * (float(np.sum(rest)) / max(float(np.sum(flows.received)), 1e-300))
        z = self._near(rest)
        p, rz = z.copy(), float(rest @ z)
        enough = max(tolerance * tolerance * rz, 1e-300)
        for step in range(STEPS):
            if rz <= enough:
                return s, step
            _, col = self.found.sweep(flows.x * p, by, divide=False)
            hp = flows.received * p - flows.x * col
            curvature = float(p @ hp)
            if curvature <= 1e-14 * float(p @ (flows.received * p)):
                return s, step + 1
            length = rz / curvature
            s += length * p
            rest -= length * hp
            z = self._near(rest)
            before, rz = rz, float(rest @ z)
            p = z + (rz / before) * p
        return s, STEPS

    def _near(self, rest: Floats) -> Floats:
        if self.group is None:
            return self.inverse * rest
        if len(self.coarse) == len(rest):
            return np.asarray(self.coarse @ rest)
        return np.asarray(
            self.inverse * rest + (self.coarse @ np.bincount(self.group, rest))[self.group]
        )
