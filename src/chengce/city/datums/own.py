"""Use a city's own plane system (城市独立坐标系) without ever showing its parameters.

The parameters come from a file of their own (`crs = "own:FILE.toml"`), as 4 parameters between two
planes, 7 parameters between two ellipsoids, or control points to fit either. What may be seen of
it: that it is the city's own system, a fingerprint of the parameters, and how well points fit.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from chengce.city.datums.base import Accuracy, Floats, System
from chengce.city.datums.bursa import ELLIPSOIDS, Bursa, Projection, Shift
from chengce.city.datums.control import Fitted, fit_plane, fit_space
from chengce.city.datums.names import named_system
from chengce.city.datums.own_file import OwnFile, read_own_file
from chengce.city.datums.plane import Similarity
from chengce.core.errors import ChengceError, Problem
from chengce.core.provenance import content_hash
from chengce.core.text import Text

_SECOND = np.pi / 180 / 3600
_UNSTATED = Text("提供方未注明", "not stated by its supplier")


@dataclass(frozen=True)
class Own:
    """A city's own plane system: metres, easting first."""

    name: str
    fingerprint: str
    notices: tuple[Problem, ...] = ()
    _way: Similarity | Bursa = field(repr=False, kw_only=True)
    _target: System = field(repr=False, kw_only=True)
    _accuracy: Accuracy = field(repr=False, kw_only=True)

    @property
    def title(self) -> Text:
        return Text(
            f"城市独立坐标系（参数未公开，指纹 {self.fingerprint}）",
            f"the city's own plane system (parameters not disclosed, fingerprint {self.fingerprint})",
        )

    @property
    def degrees(self) -> bool:
        return False

    def to_wgs84(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        return self._target.to_wgs84(*self._way.forward(x, y))

    def from_wgs84(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        return self._way.inverse(*self._target.from_wgs84(lon, lat))

    def accuracy(self, lon: float, lat: float) -> Accuracy:
        return self._accuracy


def own_system(path: Path) -> Own:
    """Read a city's own system; raises `ChengceError` with all that is wrong, naming no value."""
    own = read_own_file(path, tuple(ELLIPSOIDS))
    target = _target(own)
    try:
        way, accuracy, notices = _way(own, target)
    except ValueError:
        raise ChengceError(Problem(
            "own_impossible",
            Text("参数构不成投影或变换", "the parameters make no projection or transform"),
            Text("核对单位：角秒、米、百万分率、度", "check the units: arc seconds, metres, ppm, degrees"),
            file=own.file,
        )) from None  # fmt: skip
    return Own(f"own:{own.file}", _fingerprint(own), notices,
               _way=way, _target=target, _accuracy=accuracy)  # fmt: skip


def _target(own: OwnFile) -> System:
    """Return the system the parameters lead to: a plane for 4 parameters, degrees for 7."""
    if own.kind == "7-parameter" and not own.to:
        return named_system("CGCS2000")
    try:
        target = named_system(own.to)
    except ChengceError:
        raise ChengceError(_to(own, "没有这个坐标系", "there is no such system")) from None
    seven = "7-parameter" in (own.kind, own.model)
    if own.kind == "7-parameter" and target.name not in ("EPSG:4490", "EPSG:4326"):
        raise ChengceError(_to(own, "七参数只能指向 CGCS2000 或 WGS-84 经纬度",
                               "7 parameters lead to CGCS2000 or WGS-84 degrees"))  # fmt: skip
    if not seven and own.kind == "4-parameter" and target.degrees:
        raise ChengceError(_to(own, "四参数须指向平面坐标系，如 EPSG:4548",
                               "4 parameters lead to a plane system, such as EPSG:4548"))  # fmt: skip
    return target


def _to(own: OwnFile, zh: str, en: str) -> Problem:
    remedy = Text("改正 to", "correct `to`")
    return Problem("own_target", Text(zh, en), remedy, file=own.file, column="to")


def _way(own: OwnFile, target: System) -> tuple[Similarity | Bursa, Accuracy, tuple[Problem, ...]]:
    stated = Accuracy(own.accuracy_m, _UNSTATED if own.accuracy_m is None else
                      Text("提供方注明", "as its supplier states"), approximate=True)  # fmt: skip
    n = own.numbers
    if own.kind == "4-parameter":
        angle, scale = n["rotation_s"] * _SECOND, 1 + n["scale_ppm"] * 1e-6
        return Similarity(n["east_m"], n["north_m"], angle, scale), stated, ()
    if own.kind == "7-parameter":
        sign = 1.0 if own.convention == "position_vector" else -1.0
        rx, ry, rz = (sign * n[k] * _SECOND for k in ("rx_s", "ry_s", "rz_s"))
        shift = Shift(n["x_m"], n["y_m"], n["z_m"], rx, ry, rz, n["ppm"] * 1e-6)
        base = "WGS84" if target.name == "EPSG:4326" else "CGCS2000"
        return Bursa(_projection(own), shift, base), stated, ()
    fitted = _fitted(own, target)
    return fitted.way, fitted.accuracy, fitted.notices


def _fitted(own: OwnFile, target: System) -> Fitted:
    rows = np.array(own.points, np.float64).reshape(-1, 4)
    if own.model == "4-parameter":
        return fit_plane(rows[:, :2], rows[:, 2:], own.names, own.file)
    return fit_space(_projection(own), rows[:, :2], rows[:, 2:], own.names, own.file)


def _projection(own: OwnFile) -> Projection:
    n = own.numbers
    return Projection(
        ELLIPSOIDS[own.ellipsoid],
        n["central_meridian"],
        n.get("latitude_of_origin", 0.0),
        n.get("scale", 1.0),
        n["false_easting_m"],
        n["false_northing_m"],
        n.get("height_m", 0.0),
    )


def _fingerprint(own: OwnFile) -> str:
    """Return 12 digits that change with any parameter and tell none."""
    said = [own.kind, own.to, own.model, own.ellipsoid, own.convention, own.numbers, own.points]
    return content_hash([*said[:5], dict(own.numbers), [list(p) for p in own.points]])[:12]
