"""The small pieces of the town: whole numbers that add up, a plane that inverts, lanes' names."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from chengce.city.synthetic.block_tags import lane_name
from chengce.city.synthetic.frame import TOWN, bend
from chengce.city.synthetic.gtfs_file import departures
from chengce.city.synthetic.plan import Block, blocks
from chengce.city.synthetic.relief import height_m
from chengce.city.synthetic.zones import apportion


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30), st.integers(0, 5000))
def test_apportioned_numbers_add_up_and_stay_within_one_of_their_share(weights, total):
    share = np.array(weights)
    whole = apportion(share, total)
    assert whole.sum() == total
    assert (np.abs(whole - share * total / share.sum()) < 1 + 1e-9).all()


def test_the_plane_is_metric_and_inverts():
    xy = np.array([(0.0, 0.0), (2000.0, 0.0), (0.0, -2000.0), (1500.0, 1500.0)])
    lonlat = TOWN.degrees(xy)
    np.testing.assert_allclose(TOWN.metres(lonlat), xy, atol=0.02)
    geod = Geod(ellps="WGS84")
    true = [geod.inv(*lonlat[0], *point)[2] for point in lonlat[1:]]
    np.testing.assert_allclose(true, [2000.0, 2000.0, 1500 * 2**0.5], rtol=1e-3)


def test_the_landscape_never_folds():
    u, v = (
        axis.ravel()
        for axis in np.meshgrid(np.arange(-2600, 2601, 100.0), np.arange(-2700, 2501, 100.0))
    )
    here = bend(np.column_stack([u, v]))
    east = bend(np.column_stack([u + 1, v])) - here
    north = bend(np.column_stack([u, v + 1])) - here
    area = east[:, 0] * north[:, 1] - east[:, 1] * north[:, 0]
    assert area.min() > 0.5
    assert area.max() < 1.6


def test_departures_begin_anew_with_each_period():
    assert departures((("06:00", "06:25", 10), ("06:25", "06:46", 20))) == [
        21600,
        22200,
        22800,
        23100,
        24300,
    ]
    assert departures((("23:50", "24:20", 15),))[-1] == 24 * 3600 + 5 * 60


@pytest.mark.parametrize(
    ("column", "number", "zh"),
    [
        (1, 0, "人民路十三巷"),
        (7, 15, "人民路一百巷"),
        (8, 8, "人民路一百零五巷"),
        (8, 17, "人民路一百一十四巷"),
    ],
)
def test_lanes_are_counted_in_chinese(column: int, number: int, zh: str):
    assert lane_name(Block(column, 6, "lanes"), number)["name"] == zh


def test_every_kind_of_block_is_in_the_plan():
    assert {b.kind for b in blocks()} == {
        "core", "lanes", "estate", "works", "campus", "industry", "park", "hill", "village", "field",
    }  # fmt: skip


def test_hills_rise_over_the_river():
    hill, river = bend([(-1180.0, -1300.0), (0.0, -507.0)])
    assert height_m([hill])[0] - height_m([river])[0] > 50
