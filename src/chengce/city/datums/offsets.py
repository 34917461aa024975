"""Shift coordinates as Chinese map services do (GCJ-02, BD-09), and take the shift away again.

The state's algorithm for GCJ-02 (地形图非线性保密处理) is not published; this is the formula known
in public, with the constants all implementations share (ellipsoid of Krasovsky 1940). BD-09 is
Baidu's further shift of GCJ-02. Both apply inside a rectangle around China only (72.004–137.8347 °E,
0.8293–55.8271 °N, the one in common use); outside, coordinates are left as they are.

Inverses are found by iteration until the forward formula meets the given point within 1e-12 degrees,
so going there and back is exact to well below a millimetre everywhere in China. Within 2 km of the
rectangle's own edge, where the shift starts suddenly, some points have no inverse.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from chengce.city.datums.base import Floats

_A, _E2 = 6_378_245.0, 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_STEP = np.pi * 3000 / 180
_CLOSE, _ROUNDS = 1e-12, 30
Shift = Callable[[Floats, Floats], tuple[Floats, Floats]]


def in_china(lon: Floats | float, lat: Floats | float) -> NDArray[np.bool_]:
    """Tell which WGS-84 points lie in the rectangle where the shifts apply."""
    return np.asarray((lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH))


def gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return GCJ-02 of WGS-84 degrees."""
    inside = in_china(lon, lat)
    east, north = _metres(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    w = 1 - _E2 * np.sin(phi) ** 2
    lon_m = np.radians(_A / np.sqrt(w) * np.cos(phi))
    lat_m = np.radians(_A * (1 - _E2) / (w * np.sqrt(w)))
    return np.where(inside, lon + east / lon_m, lon), np.where(inside, lat + north / lat_m, lat)


def bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return BD-09 of WGS-84 degrees."""
    inside = in_china(lon, lat)
    x, y = _baidu(*gcj02(lon, lat))
    return np.where(inside, x, lon), np.where(inside, y, lat)


def from_gcj02(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return WGS-84 of GCJ-02 degrees."""
    return _undo(gcj02, x, y)


def from_bd09(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return WGS-84 of BD-09 degrees."""
    return _undo(bd09, x, y)


def _metres(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the shift in metres east and north; x, y are degrees from 105 °E, 35 °N."""
    root = np.sqrt(np.abs(x))
    waves = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += 2 / 3 * (waves + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)
                      + 160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30))  # fmt: skip
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += 2 / 3 * (waves + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)
                     + 150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30))  # fmt: skip
    return east, north


def _baidu(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * _STEP)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * _STEP)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _undo(shift: Shift, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Find the point that `shift` brings to (x, y): the shift varies slowly, so steps contract."""
    lon, lat = np.array(x, np.float64), np.array(y, np.float64)
    for _ in range(_ROUNDS):
        to_x, to_y = shift(lon, lat)
        with np.errstate(invalid="ignore"):
            dx, dy = x - to_x, y - to_y
        lon, lat = lon + dx, lat + dy
        left = np.maximum(np.abs(dx), np.abs(dy))
        if not np.any(left > _CLOSE):
            break
    return lon, lat
