"""Turn Baidu's plane coordinates (BD-09MC, metres) into BD-09 degrees and back, 0–60 °N.

Baidu projects BD-09 with one polynomial per band of 15 degrees of latitude (its LL2MC table, the
same in all of its map programs). The way back is found by Newton's method on the same polynomial,
so it is exact; Baidu's own second table differs from it by about a centimetre.
"""

import numpy as np
from numpy.typing import NDArray

from chengce.city.datums.base import Floats

_BANDS = np.array([0.0, 15.0, 30.0, 45.0, 60.0])
# per band: x at 0°, metres per degree of longitude, then y by powers 0–6 of latitude / last number
_TABLE = np.array([
    [-0.0003218135878613132, 111320.7020701615, 0.00369383431289, 823725.6402795718, 0.46104986909093,
     2351.343141331292, 1.58060784298199, 8.77738589078284, 0.37238884252424, 7.45],
    [-0.0003441963504368392, 111320.7020576856, 278.2353980772752, 2485758.690035394, 6070.750963243378,
     54821.18345352118, 9540.606633304236, -2710.55326746645, 1405.483844121726, 22.5],
    [0.00220636496208, 111320.7020209128, 51751.86112841131, 3796837.749470245, 992013.7397791013,
     -1221952.21711287, 1340652.697009075, -620943.6990984312, 144416.9293806241, 37.5],
    [0.00337398766765, 111320.7020202162, 4481351.045890365, -23393751.19931662, 79682215.47186455,
     -115964993.2797253, 97236711.15602145, -43661946.33752821, 8477230.501135234, 52.5],
])  # fmt: skip


def project(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return BD-09MC metres of BD-09 degrees; NaN outside 0–60 °N."""
    band, fine = _band(lat, _BANDS)
    rows = _TABLE[band]
    x, y = rows[..., 0] + rows[..., 1] * lon, _northing(rows, lat)
    return np.where(fine, x, np.nan), np.where(fine, y, np.nan)


def unproject(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return BD-09 degrees of BD-09MC metres; NaN outside 0–60 °N."""
    edges = np.array([_northing(_TABLE[min(i, 3)], lat) for i, lat in enumerate(_BANDS)])
    band, fine = _band(y, edges)
    rows = _TABLE[band]
    lat = np.where(fine, _BANDS[band] + 7.5, np.nan)
    for _ in range(20):
        step = (y - _northing(rows, lat)) / _slope(rows, lat)
        lat = lat + step
        if not np.any(np.abs(step) > 1e-13):
            break
    return np.where(fine, (x - rows[..., 0]) / rows[..., 1], np.nan), lat


def _band(values: Floats, edges: Floats) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    fine = np.asarray((values >= edges[0]) & (values <= edges[-1]))
    band = np.searchsorted(edges, values, side="right") - 1
    return np.clip(band, 0, len(_TABLE) - 1), fine


def _northing(rows: Floats, lat: "Floats | float") -> Floats:
    t = lat / rows[..., 9]
    total = np.zeros_like(t)
    for power in range(8, 1, -1):
        total = total * t + rows[..., power]
    return np.asarray(total)


def _slope(rows: Floats, lat: Floats) -> Floats:
    t = lat / rows[..., 9]
    total = np.zeros_like(t)
    for power in range(8, 2, -1):
        total = total * t + (power - 2) * rows[..., power]
    return np.asarray(total / rows[..., 9])
