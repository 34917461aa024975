"""Fit a city's own plane system to control points, and say how well each point fits.

Only residuals are shown, never coordinates or parameters.
"""

from dataclasses import dataclass

import numpy as np

from chengce.city.datums.base import Accuracy, Floats
from chengce.city.datums.bursa import Bursa, Projection, fit_shift
from chengce.city.datums.plane import (
    Fit,
    Similarity,
    fit_similarity,
    outliers,
    point_error,
    spread,
    thinness,
)
from chengce.core.errors import ChengceError, Problem, Severity
from chengce.core.text import Text

_LINE = 0.01  # narrower than a hundredth of their length, points lie on a line
_CHECK = Text("核对控制点的坐标", "check the coordinates of the control points")


@dataclass(frozen=True, repr=False)
class Fitted:
    """A transform from own plane coordinates to a target plane or to degrees, with what it showed."""

    way: Similarity | Bursa
    residuals: Floats
    error: float
    notices: tuple[Problem, ...]

    @property
    def accuracy(self) -> Accuracy:
        """The point error at the control points."""
        if np.isnan(self.error):
            unchecked = Text("控制点无多余观测，未检核", "no control point to spare, so unchecked")
            return Accuracy(None, unchecked, approximate=True)
        source = Text(f"{len(self.residuals)} 个控制点的点位中误差",
                      f"point error at {len(self.residuals)} control points")  # fmt: skip
        return Accuracy(float(f"{max(self.error, 0.001):.2g}"), source, approximate=True)


def fit_plane(own: Floats, target: Floats, names: tuple[str, ...], file: str) -> Fitted:
    """Fit 4 parameters between two planes; arrays (points, 2), metres.

    Raises `ChengceError`: `own_points_few`, `own_points_together`, `own_points_swapped`.
    """
    _enough(own, target, 2, file)
    fitted = _judged(own, target, names, file, _by_similarity)
    swapped = _off(own[:, ::-1], target, _by_similarity)
    if len(own) > 2 and fitted[1] > 1 and point_error(swapped, 2) < fitted[1] / 10:
        raise ChengceError(_problem(
            "own_points_swapped", file,
            Text("独立坐标系的纵、横坐标似乎颠倒", "the own coordinates look swapped"),
            Text("x 为横坐标（东），y 为纵坐标（北）", "x is the easting, y the northing"),
        ))  # fmt: skip
    return Fitted(fit_similarity(own, target), *fitted)


def fit_space(
    projection: Projection, own: Floats, target: Floats, names: tuple[str, ...], file: str
) -> Fitted:
    """Fit 7 parameters from a city's projection to degrees on CGCS2000; arrays (points, 2).

    Raises `ChengceError`: `own_points_few`, `own_points_together`, `own_points_in_line`.
    """
    _enough(own, target * 111_000, 3, file)
    if thinness(own) < _LINE:
        raise ChengceError(_problem(
            "own_points_in_line", file,
            Text("控制点在一条直线上，定不出七参数", "the control points lie on a line, which fixes no 7 parameters"),
            Text("增加线外的点，或用 model = \"4-parameter\"", 'add points off it, or use model = "4-parameter"'),
        ))  # fmt: skip
    scale = np.array([111_320 * np.cos(np.radians(target[:, 1].mean())), 110_950.0])

    def by_shift(some: Floats, there: Floats) -> "_Way":
        return _Way(Bursa(projection, fit_shift(projection, some, there / scale)), scale)

    judged = _judged(own, target * scale, names, file, by_shift, least=3)
    return Fitted(Bursa(projection, fit_shift(projection, own, target)), *judged)


@dataclass(frozen=True, repr=False)
class _Way:
    """A transform of (points, 2) arrays whose degrees are counted in metres."""

    bursa: Bursa
    scale: Floats

    def __call__(self, own: Floats) -> Floats:
        return np.column_stack(self.bursa.forward(own[:, 0], own[:, 1])) * self.scale


def _by_similarity(own: Floats, target: Floats) -> "_Plane":
    return _Plane(fit_similarity(own, target))


@dataclass(frozen=True, repr=False)
class _Plane:
    similarity: Similarity

    def __call__(self, own: Floats) -> Floats:
        return np.column_stack(self.similarity.forward(own[:, 0], own[:, 1]))


def _off(own: Floats, target: Floats, fit: Fit) -> Floats:
    return np.asarray(np.linalg.norm(fit(own, target)(own) - target, axis=1))


def _enough(own: Floats, target: Floats, least: int, file: str) -> None:
    if len(own) < least:
        raise ChengceError(_problem(
            "own_points_few", file,
            Text(f"控制点至少要 {least} 个，现有 {len(own)} 个",
                 f"needs at least {least} control points, has {len(own)}"),
            Text(f"增加控制点，{least + 2} 个以上才能检核", f"add some; from {least + 2} on, each is checked"),
        ))  # fmt: skip
    if spread(own) < 1.0 or spread(target) < 1.0:
        raise ChengceError(_problem(
            "own_points_together", file,
            Text("控制点都在同一处", "the control points are all in one place"),
            Text("选用分布在全市的控制点", "use points spread over the city"),
        ))  # fmt: skip


def _judged(
    own: Floats, target: Floats, names: tuple[str, ...], file: str, fit: Fit, *, least: int = 2
) -> tuple[Floats, float, tuple[Problem, ...]]:
    """Return residuals, their point error, and what to tell about them."""
    off = _off(own, target, fit)
    error = point_error(off, least)
    far = outliers(own, target, fit, least)
    listed = Text("、".join(f"{n} {r:.3f}" for n, r in zip(names, off, strict=True)),
                  ", ".join(f"{n} {r:.3f}" for n, r in zip(names, off, strict=True)))  # fmt: skip
    found = []
    if len(own) == least:
        found.append(_problem("own_points_unchecked", file,
            Text(f"只有 {least} 个控制点，没有多余观测，无法检核",
                 f"{least} control points leave nothing to check them by"),
            Text("增加控制点", "add control points"), "warning"))  # fmt: skip
    else:
        found.append(_problem("own_points_fitted", file,
            Text(f"控制点残差（米）：{listed.zh}；点位中误差 {error:.3f} 米",
                 f"residuals of the control points (m): {listed.en}; point error {error:.3f} m"),
            Text("", ""), "info"))  # fmt: skip
    if least == 2 and len(own) > 2 and thinness(own) < _LINE:
        found.append(_problem("own_points_in_line", file,
            Text("控制点在一条直线上，离线越远越没有检核",
                 "the control points lie on a line: away from it nothing is checked"),
            Text("增加线外的控制点", "add points off the line"), "warning"))  # fmt: skip
    found += [
        _problem("own_point_outlier", file,
            Text(f"控制点 {name} 与其余各点的拟合相差超过 3 倍中误差",
                 f"control point {name} is off the fit of the others by over 3 times their error"),
            _CHECK, "warning")
        for name, wrong in zip(names, far, strict=True) if wrong
    ]  # fmt: skip
    return off, error, tuple(found)


def _problem(
    code: str, file: str, message: Text, remedy: Text, severity: Severity = "error"
) -> Problem:
    return Problem(code, message, remedy, file=file, severity=severity)
