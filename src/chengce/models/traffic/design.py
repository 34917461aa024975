"""Compute on a small design of uncertain assumptions, and interpolate every draw between its points.

Trips and capacities act through their ratio: with both doubled, the same paths take the same time
and carry twice as much. Level of trips, share of the hour and capacities are therefore one axis, how
tight the roads are, with five points; each other assumption has its two ends. A draw takes, per
axis, local parabolas through the points (over the logarithm of the assumption); effects of several
axes add up, on the logarithm of quantities that hardly vary, and amounts are scaled by capacity. The
error is measured at a point left out, where all assumptions are adverse at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.assumptions import Assumption, Assumptions
from chengce.core.context import Context
from chengce.models.noise import scalar

Floats = NDArray[np.float64]

TAIL = 0.005  # a normal distribution has no end: its design stops here, draws beyond are held
ADVERSE = 0.9  # quantile of the point left out
LEVEL, ROOM = "car_demand_level", "road_capacity_factor"
TIGHT = {LEVEL: 1, "car_hour_share": 1, ROOM: -1}  # powers in how tight the roads are
INNER = 0.35  # how far out the inner points of that axis lie, in the logarithm
STEADY = 4.0  # largest over smallest, up to which quantities are interpolated by logarithm


@dataclass(frozen=True)
class Axis:
    """One uncertain assumption: the values computed (ascending) and those drawn, within them.

    The axis of tightness is called `LEVEL`: the level of trips that is as tight at today's capacity.
    """

    name: str
    points: Floats
    drawn: Floats


@dataclass(frozen=True)
class Design:
    """Values of assumptions by name: `centre`, and the axes along which equilibria are computed.

    `corner`: the point left out. `room`: capacity over that of the centre, by draw; `corner_room`
    at the point left out. `draws`: how many there are.
    """

    centre: Mapping[str, float]
    axes: tuple[Axis, ...]
    corner: Mapping[str, float]
    draws: int
    room: Floats
    corner_room: float = 1.0

    @property
    def settings(self) -> list[dict[str, float]]:
        """Return the points to compute, the centre first."""
        found = [dict(self.centre)]
        for axis in self.axes:
            found += [{**self.centre, axis.name: float(v)} for v in self._others(axis)]
        return found

    def drawn(self, values: Floats) -> Floats:
        """Return ratios and times by draw, (draws, …), of non-negative values at the points."""
        return interpolate(values, self._weights({a.name: a.drawn for a in self.axes}, self.draws))

    def amounts(self, values: Floats) -> Floats:
        """Return by draw what grows with trips where roads are equally tight, (draws, …)."""
        rows = (-1,) + (1,) * (values.ndim - 1)
        drawn = next((a.drawn for a in self.axes if a.name == LEVEL), None)
        level = np.ones(self.draws) if drawn is None else drawn / self.centre[LEVEL]
        return self.drawn(self._each(values)) * (level * self.room).reshape(rows)

    def at_corner(self, values: Floats) -> Floats:
        """Return what interpolation says of amounts at the point left out, of shape (…)."""
        at = {a.name: np.array([self.corner[a.name]]) for a in self.axes}
        level = 1.0
        if LEVEL in at:
            level = tightness(self.corner, self.centre)
            at[LEVEL] = np.array([level * self.centre[LEVEL]])
        found = interpolate(self._each(values), self._weights(at, 1))[0]
        return np.asarray(found * (level * self.corner_room))

    def _each(self, values: Floats) -> Floats:
        """Return amounts at the points per level of trips."""
        if not any(a.name == LEVEL for a in self.axes):
            return values
        level = np.array([s[LEVEL] for s in self.settings]) / self.centre[LEVEL]
        return np.asarray(values / level.reshape((-1,) + (1,) * (values.ndim - 1)))

    def _weights(self, at: Mapping[str, Floats], draws: int) -> Floats:
        """Return the weight of each point but the centre, (draws, points − 1)."""
        columns = [np.empty((draws, 0))]
        for axis in self.axes:
            scale = np.log if axis.points[0] > 0 else np.asarray
            weight = weights_along(scale(at[axis.name]), scale(axis.points))
            columns.append(weight[:, axis.points != self.centre[axis.name]])
        return np.concatenate(columns, axis=1)

    def _others(self, axis: Axis) -> list[float]:
        return [float(v) for v in axis.points if v != self.centre[axis.name]]


def tightness(setting: Mapping[str, float], centre: Mapping[str, float]) -> float:
    """Return trips over capacity at a setting, against those of the centre."""
    found = 1.0
    for name, power in TIGHT.items():
        if name in centre:
            found *= (setting[name] / centre[name]) ** power
    return found


def weights_along(x: Floats, points: Floats) -> Floats:
    """Return the weights of `points` (ascending) at places x, (rows, points).

    Between two points the parabolas through them and the next point on either side are blended, so
    that values are met at the points and join smoothly; a line through two points, one alone.
    """
    n = len(points)
    out = np.zeros((len(x), n))
    if n == 1:
        return out + 1.0
    left = np.clip(np.searchsorted(points, x, side="right") - 1, 0, n - 2)
    t = (x - points[left]) / (points[left + 1] - points[left])
    rows = np.arange(len(x))
    if n == 2:
        out[rows, left], out[rows, left + 1] = 1.0 - t, t
        return out
    for first, share in ((left - 1, 1.0 - t), (left, t)):
        three = np.clip(first, 0, n - 3)[:, None] + np.arange(3)
        p = points[three]
        for k in range(3):
            others = [j for j in range(3) if j != k]
            weight = share.copy()
            for j in others:
                weight *= (x - p[:, j]) / (p[:, k] - p[:, j])
            out[rows, three[:, k]] += weight
    return out


def interpolate(values: Floats, weights: Floats) -> Floats:
    """Return Σ effects per row of weights (rows, points − 1); the first value is the centre's.

    Where values are positive and within `STEADY` of each other the sum is of logarithms; elsewhere
    plain, and never below 0. Each number is computed by itself, so that equal inputs give equal bits
    wherever they stand.
    """
    centre = values[0]
    steady = (values > 0).all(axis=0) & (values.max(axis=0) <= STEADY * values.min(axis=0))
    logs = np.log(np.where(steady, values, 1.0))
    rows = (len(weights),) + (1,) * centre.ndim
    plain, grown = np.zeros((2, len(weights), *centre.shape))
    for k in range(1, len(values)):
        w = weights[:, k - 1].reshape(rows)
        plain += w * (values[k] - centre)
        grown += w * (logs[k] - logs[0])
    return np.asarray(np.where(steady, centre * np.exp(grown), np.maximum(centre + plain, 0.0)))


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
    corner = dict(centre)
    axes, tight = [], []
    for name, sign in adverse.items():
        known = assumptions[name]
        if name not in active or known.distribution == "fixed" or known.low == known.high:
            continue
        corner[name] = float(known.quantile(ADVERSE if sign > 0 else 1.0 - ADVERSE))
        axis = _axis(known, context)
        if name in TIGHT:
            tight.append(axis)
        else:
            axes.append(axis)
    drawn = next((a.drawn / centre[ROOM] for a in tight if a.name == ROOM), np.ones(context.draws))
    return Design(
        centre=centre,
        axes=(*([_tight(tight, centre)] if tight else []), *axes),
        corner=corner,
        draws=context.draws,
        room=drawn,
        corner_room=corner[ROOM] / centre[ROOM] if ROOM in centre else 1.0,
    )


def _axis(known: Assumption, context: Context) -> Axis:
    low, high = known.low, known.high
    if known.distribution == "normal":
        low, high = (float(known.quantile(s)) for s in (TAIL, 1.0 - TAIL))
    points = np.unique([low, known.value, high])
    return Axis(known.id, points, np.clip(scalar(known, context), low, high))


def _tight(parts: list[Axis], centre: Mapping[str, float]) -> Axis:
    """Return one axis of several assumptions: trips over capacity, as a level of trips."""
    low = high = 1.0
    drawn = np.ones(len(parts[0].drawn))
    for axis in parts:
        ends = [axis.points[i] / centre[axis.name] for i in (0, -1)]
        less, more = ends if TIGHT[axis.name] > 0 else (1.0 / ends[1], 1.0 / ends[0])
        low, high = low * less, high * more
        drawn = drawn * (axis.drawn / centre[axis.name]) ** TIGHT[axis.name]
    points = np.unique([low, low**INNER, 1.0, high**INNER, high]) * centre[LEVEL]
    return Axis(LEVEL, points, np.clip(drawn * centre[LEVEL], points[0], points[-1]))
