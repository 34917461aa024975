import numpy as np
import pytest

from chengce.city.raster import Raster
from chengce.core.errors import ChengceError

WGS84 = "EPSG:4326"
NORTH_UP = (0.1, 0.0, 10.0, 0.0, -0.1, 50.0)  # west 10, north 50, cells of 0.1°


def test_bilinear_between_cell_centres_by_hand():
    raster = Raster(np.array([[0.0, 10.0], [20.0, 30.0]]), NORTH_UP, WGS84)
    # centres: 10.05/49.95 → 0, 10.15/49.95 → 10, 10.05/49.85 → 20, 10.15/49.85 → 30
    lon = [10.05, 10.15, 10.10, 10.075, 10.10]
    lat = [49.95, 49.85, 49.95, 49.95, 49.90]
    np.testing.assert_allclose(raster.sample(lon, lat), [0, 30, 5, 2.5, 15], atol=1e-9)


def test_the_edge_cell_is_continued_for_half_a_cell_and_nothing_beyond():
    raster = Raster(np.array([[0.0, 10.0]]), NORTH_UP, WGS84)
    found = raster.sample([10.001, 10.199, 9.99, 10.21, 10.1], [49.95, 49.95, 49.95, 49.95, 49.8])
    np.testing.assert_allclose(found, [0, 10, np.nan, np.nan, np.nan], atol=1e-9)


def test_no_data_is_never_averaged_away():
    raster = Raster(np.array([[1.0, np.nan], [1.0, 1.0]]), NORTH_UP, WGS84)
    found = raster.sample([10.05, 10.10, 10.10], [49.95, 49.95, 49.85])
    np.testing.assert_allclose(found, [1, np.nan, 1])


def test_shapes_scalars_and_points_that_are_nowhere():
    raster = Raster(np.ones((3, 3)), NORTH_UP, WGS84)
    assert raster.sample(10.1, 49.9).shape == ()
    assert raster.sample(np.full((2, 3), 10.1), 49.9).shape == (2, 3)
    assert np.isnan(raster.sample([np.nan, np.inf], [49.9, 49.9])).all()


def test_a_plane_in_a_projected_system_is_read_off_exactly():
    from pyproj import Transformer

    # UTM 50N, 30 m cells, value = easting − 440000 + 2·(northing − 4400000) at cell centres
    a, c, f = 30.0, 440_000.0, 4_430_000.0
    cols, rows = np.meshgrid(np.arange(100) + 0.5, np.arange(100) + 0.5)
    values = a * cols + 2 * (f - a * rows - 4_400_000.0)
    raster = Raster(values, (a, 0, c, 0, -a, f), "EPSG:32650")
    east, north = np.array([440_100.0, 441_234.5]), np.array([4_429_000.0, 4_428_765.4])
    back = Transformer.from_crs("EPSG:32650", WGS84, always_xy=True)
    lon, lat = back.transform(east, north)
    expected = east - 440_000 + 2 * (north - 4_400_000)
    np.testing.assert_allclose(raster.sample(lon, lat), expected, atol=0.02)


def test_a_rotated_grid():
    # columns run north, rows run east
    raster = Raster(np.array([[0.0, 1.0], [10.0, 11.0]]), (0, 0.1, 10.0, 0.1, 0, 50.0), WGS84)
    np.testing.assert_allclose(raster.sample([10.05, 10.15], [50.15, 50.05]), [1, 10], atol=1e-9)


def test_write_read_and_hash(tmp_path):
    values = np.array([[1.5, np.nan], [-3.0, 0.0]])
    raster = Raster(values, NORTH_UP, WGS84)
    raster.write(tmp_path / "e.tif")
    again = Raster.read(tmp_path / "e.tif")
    np.testing.assert_array_equal(again.values, raster.values)
    assert (again.transform, again.crs) == (raster.transform, raster.crs)
    assert again.content_hash() == raster.content_hash()
    assert Raster(values.copy() * -1 * -1, NORTH_UP, WGS84).content_hash() == raster.content_hash()
    assert Raster(values + 1, NORTH_UP, WGS84).content_hash() != raster.content_hash()


def test_a_raster_is_frozen_and_copies_what_it_is_given():
    values = np.zeros((2, 2), dtype=np.float32)
    raster = Raster(values, NORTH_UP, WGS84)
    values[:] = 9
    assert raster.values.max() == 0
    with pytest.raises(ValueError, match="read-only"):
        raster.values[0, 0] = 1


@pytest.mark.parametrize(
    ("values", "transform", "crs", "code"),
    [
        (np.zeros(3), NORTH_UP, WGS84, "raster_shape"),
        (np.zeros((0, 3)), NORTH_UP, WGS84, "raster_shape"),
        (np.zeros((2, 2)), (0.0,) * 6, WGS84, "raster_transform"),
        (np.zeros((2, 2)), NORTH_UP, "", "raster_without_crs"),
    ],
)
def test_impossible_rasters(values, transform, crs, code):
    with pytest.raises(ChengceError) as caught:
        Raster(values, transform, crs)
    assert caught.value.problems[0].code == code
