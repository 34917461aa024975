import warnings

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

from chengce.city.readers.elevation import read_elevation
from chengce.core.errors import ChengceError

TRANSFORM = (0.1, 0.0, 10.0, 0.0, -0.1, 50.0)


def write(path, values, *, crs="EPSG:4326", nodata=None, scale=None, transform=TRANSFORM):
    values = np.atleast_3d(np.asarray(values)) if np.ndim(values) == 3 else np.asarray(values)[None]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            count=len(values),
            height=values.shape[1],
            width=values.shape[2],
            dtype=values.dtype,
            crs=crs,
            nodata=nodata,
            **({"transform": rasterio.Affine(*transform)} if transform else {}),
        ) as file:
            file.write(values)
            if scale:
                file.scales, file.offsets = [scale], [5.0]
    return path


def codes(path, **more):
    with pytest.raises(ChengceError) as caught:
        read_elevation(path, **more)
    return [p.code for p in caught.value.problems]


def test_nodata_becomes_nan_and_scale_is_applied(tmp_path):
    values = np.array([[1, 2], [-9999, 4]], dtype=np.int16)
    raster = read_elevation(write(tmp_path / "e.tif", values, nodata=-9999, scale=0.5))
    np.testing.assert_array_equal(raster.values, np.float32([[5.5, 6.0], [np.nan, 7.0]]))
    assert raster.crs == "EPSG:4326"
    assert raster.transform == TRANSFORM


def test_bounds_read_a_window_that_samples_like_the_whole(tmp_path):
    values = np.random.default_rng(1).random((80, 60), dtype=np.float32)
    path = write(tmp_path / "e.tif", values)
    bounds = (12.03, 45.02, 13.07, 46.01)
    part, whole = read_elevation(path, bounds=bounds), read_elevation(path)
    assert part.values.size < whole.values.size / 10
    lon, lat = np.linspace(12.03, 13.07, 50), np.linspace(45.02, 46.01, 50)
    np.testing.assert_allclose(part.sample(lon, lat), whole.sample(lon, lat), rtol=1e-6)
    assert np.isfinite(part.sample(lon, lat)).all()


def test_bounds_in_a_projected_system(tmp_path):
    values = np.random.default_rng(1).random((200, 200), dtype=np.float32)
    utm = (30.0, 0.0, 440_000.0, 0.0, -30.0, 4_430_000.0)
    path = write(tmp_path / "e.tif", values, crs="EPSG:32650", transform=utm)
    bounds = (116.32, 39.98, 116.33, 39.99)
    part, whole = read_elevation(path, bounds=bounds), read_elevation(path)
    lon, lat = np.meshgrid(np.linspace(116.32, 116.33, 9), np.linspace(39.98, 39.99, 9))
    np.testing.assert_allclose(part.sample(lon, lat), whole.sample(lon, lat), rtol=1e-5)
    assert part.values.size < whole.values.size / 10


def test_all_problems_at_once(tmp_path):
    image = np.zeros((3, 2, 2), dtype=np.uint8)
    path = write(tmp_path / "image.tif", image, crs=None, transform=None)
    assert codes(path) == ["elevation_bands", "elevation_without_crs"]


def test_files_that_cannot_be_used(tmp_path):
    assert codes(tmp_path / "none.tif") == ["elevation_missing"]
    page = tmp_path / "page.tif"
    page.write_text("<html>", encoding="utf-8")
    assert codes(page) == ["elevation_unreadable"]
    good = write(tmp_path / "e.tif", np.ones((2000, 200), dtype=np.float32))
    assert codes(good, bounds=(0, 0, 1, 1)) == ["elevation_outside"]
    good.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    assert codes(good) == ["elevation_unreadable"]
    blank = write(tmp_path / "b.tif", np.full((2, 2), -1, dtype=np.int16), nodata=-1)
    assert codes(blank) == ["elevation_no_data"]
