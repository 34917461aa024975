"""GCJ-02, BD-09 and BD-09MC: published pairs, there and back, nothing outside China."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengce.city.datums import baidu_mercator, offsets

METRES = 111_320.0
CHINA = st.tuples(st.floats(73.0, 135.1), st.floats(3.0, 53.6))


def off(a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray]) -> float:
    """Largest distance between two sets of degrees, metres."""
    east = (a[0] - b[0]) * np.cos(np.radians(b[1]))
    return float(np.hypot(east, a[1] - b[1]).max() * METRES)


def grid(step: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    lon, lat = np.meshgrid(np.arange(73.0, 135.1, step), np.arange(3.0, 53.6, step))
    return lon.ravel(), lat.ravel()


def test_pairs_that_others_publish() -> None:
    """A geocompass user's GCJ-02 of a WGS-84 point, Beijing station in BD-09, Baidu's own metres."""
    x, y = offsets.gcj02(np.array([111.43877780268987]), np.array([27.223905373786593]))
    assert (x[0], y[0]) == pytest.approx((111.44439660708835, 27.220718937598154), abs=1e-11)
    wgs = offsets.from_gcj02(np.array([116.42703]), np.array([39.90245]))
    assert np.ravel(offsets.bd09(*wgs)) == pytest.approx((116.43351, 39.90851), abs=1e-5)
    x, y = baidu_mercator.project(np.array([116.274625]), np.array([39.961627]))
    assert (x[0], y[0]) == pytest.approx((12943772.884424742, 4832666.423350099), abs=1e-6)


@pytest.mark.parametrize(
    ("shift", "back", "least", "most"),
    [
        (offsets.gcj02, offsets.from_gcj02, 15, 720),
        (offsets.bd09, offsets.from_bd09, 680, 1530),
    ],
)
def test_there_and_back_everywhere_over_china(shift, back, least, most) -> None:  # type: ignore[no-untyped-def]
    points = grid()
    moved = shift(*points)
    assert off(back(*moved), points) < 1e-6
    far = np.hypot((moved[0] - points[0]) * np.cos(np.radians(points[1])), moved[1] - points[1])
    assert least < far.min() * METRES < far.max() * METRES < most


@settings(deadline=None)
@given(CHINA)
def test_a_given_point_is_found_to_a_billionth_of_a_degree(point: tuple[float, float]) -> None:
    x, y = (np.array([v]) for v in point)
    for shift, back in ((offsets.gcj02, offsets.from_gcj02), (offsets.bd09, offsets.from_bd09)):
        again = shift(*back(x, y))
        assert abs(again[0] - x)[0] < 1e-9
        assert abs(again[1] - y)[0] < 1e-9


def test_outside_china_nothing_is_shifted() -> None:
    places = np.array([-51.2, 24.9, 0.0, 139.7]), np.array([-30.0, 60.2, 51.5, 35.7])
    for way in (offsets.gcj02, offsets.bd09, offsets.from_gcj02, offsets.from_bd09):
        assert off(way(*places), places) == 0
    assert not offsets.in_china(*places).any()


def test_missing_numbers_stay_missing() -> None:
    x, y = offsets.from_bd09(np.array([np.nan, 116.4]), np.array([39.9, 39.9]))
    assert np.isnan([x[0], y[0]]).any()
    assert np.isfinite([x[1], y[1]]).all()


def test_baidus_plane_there_and_back() -> None:
    lon, lat = grid(0.11)
    assert off(baidu_mercator.unproject(*baidu_mercator.project(lon, lat)), (lon, lat)) < 1e-6
    assert np.isnan(baidu_mercator.project(np.array([116.0]), np.array([61.0]))[1]).all()
    assert np.isnan(baidu_mercator.unproject(np.array([1.3e7]), np.array([-1.0]))[1]).all()
