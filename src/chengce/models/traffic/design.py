"""Compute on a small design of uncertain assumptions, and interpolate every draw between its points.

The centre, then each uncertain assumption alone at its low and high end: 2k + 1 equilibria. A draw
takes, per assumption, the parabola through its three points (over the logarithm of the assumption);
effects of several assumptions add up, on the logarithm of quantities that are positive at every
point. Products of powers are exact. The error is measured at a point left out, where all of them
are adverse at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.assumptions import Assumptions
from chengce.core.context import Context
from chengce.models.noise import scalar

Floats = NDArray[np.float64]

TAIL = 0.005  # a normal distribution has no end: its design stops here, draws beyond are held
ADVERSE = 0.9  # quantile of the point left out


@dataclass(frozen=True)
class Axis:
    """One uncertain assumption: the values computed (ascending) and those drawn, within them."""

    name: str
    points: Floats
    drawn: Floats


@dataclass(frozen=True)
class Design:
    """Values of assumptions by name: `centre`, and the axes along which equilibria are computed.

    `corner`: the point left out. `draws`: how many there are.
    """

    centre: Mapping[str, float]
    axes: tuple[Axis, ...]
    corner: Mapping[str, float]
    draws: int

    @property
    def settings(self) -> list[dict[str, float]]:
        """Return the points to compute, the centre first."""
        found = [dict(self.centre)]
        for axis in self.axes:
            found += [{**self.centre, axis.name: float(v)} for v in self._others(axis)]
        return found

    def drawn(self, values: Floats) -> Floats:
        """Return values by draw, (draws, …), of non-negative values at the points, (points, …)."""
        return interpolate(values, self._weights({a.name: a.drawn for a in self.axes}, self.draws))

    def at_corner(self, values: Floats) -> Floats:
        """Return what interpolation says at the point left out, of shape (…)."""
        at = {a.name: np.array([self.corner[a.name]]) for a in self.axes}
        return np.asarray(interpolate(values, self._weights(at, 1))[0])

    def _weights(self, at: Mapping[str, Floats], draws: int) -> Floats:
        """Return the weight of each point but the centre, (draws, points − 1)."""
        columns = [np.empty((draws, 0))]
        for axis in self.axes:
            scale = np.log if axis.points[0] > 0 else np.asarray
            x = scale(at[axis.name])
            for point in self._others(axis):
                weight = np.ones(draws)
                for other in axis.points[axis.points != point]:
                    weight = weight * (x - scale(other)) / (scale(point) - scale(other))
                columns.append(weight[:, None])
        return np.concatenate(columns, axis=1)

    def _others(self, axis: Axis) -> list[float]:
        return [float(v) for v in axis.points if v != self.centre[axis.name]]


def interpolate(values: Floats, weights: Floats) -> Floats:
    """Return Σ effects per row of weights (rows, points − 1); the first value is the centre's.

    Where all values are positive the sum is of logarithms; elsewhere plain, and never below 0. Each
    number is computed by itself, so that equal inputs give equal bits wherever they stand.
    """
    centre = values[0]
    positive = (values > 0).all(axis=0)
    logs = np.log(np.where(positive, values, 1.0))
    rows = (len(weights),) + (1,) * centre.ndim
    plain, grown = np.zeros((2, len(weights), *centre.shape))
    for k in range(1, len(values)):
        w = weights[:, k - 1].reshape(rows)
        plain += w * (values[k] - centre)
        grown += w * (logs[k] - logs[0])
    return np.asarray(np.where(positive, centre * np.exp(grown), np.maximum(centre + plain, 0.0)))


def design(
    assumptions: Assumptions,
    adverse: Mapping[str, int],
    active: Collection[str],
    context: Context,
) -> Design:
    """Return the design over the `active` ones of the assumptions named in `adverse`.

    `adverse` by name: 1 if a high value is adverse, −1 if a low one. Those not active, or not
    uncertain, stay at their value.
    """
    centre = {name: float(assumptions[name].value) for name in adverse}
    axes = []
    corner = dict(centre)
    for name, sign in adverse.items():
        known = assumptions[name]
        if name not in active or known.distribution == "fixed" or known.low == known.high:
            continue
        low, high = known.low, known.high
        if known.distribution == "normal":
            low, high = (float(known.quantile(s)) for s in (TAIL, 1.0 - TAIL))
        points = np.unique([low, known.value, high])
        axes.append(Axis(name, points, np.clip(scalar(known, context), low, high)))
        corner[name] = float(known.quantile(ADVERSE if sign > 0 else 1.0 - ADVERSE))
    return Design(centre, tuple(axes), corner, context.draws)
