from dataclasses import replace

import numpy as np
import pytest
from shapely import LineString
from tests.unit.engine.worlds import DEGREE_M, degrees, street, streets

from chengce.city.city import City
from chengce.city.raster import Raster
from chengce.core.text import Text
from chengce.engine.streets.network import street_network, weigh
from chengce.engine.streets.slope import factors

CELL = 10.0 / DEGREE_M


def hill(slope: float, **more: object) -> Raster:
    """Rise to the east at a constant slope; cells of 10 m around (0°, 0°)."""
    east = (np.arange(100) + 0.5) * 10.0 - 500.0
    values = np.tile(east * slope, (100, 1)).astype(np.float32)
    return Raster(values, (CELL, 0.0, -50 * CELL, 0.0, -CELL, 50 * CELL), "EPSG:4326")


def tobler(slope: float) -> float:
    return float(np.exp(-3.5 * 0.05) / np.exp(-3.5 * abs(slope + 0.05)))


@pytest.mark.parametrize("slope", [0.0, 0.03, 0.2])
def test_factor_is_toblers_time_over_level_time(slope: float) -> None:
    at = {1: (-130.0, 0.0), 2: (131.0, 0.0), 3: (-130.0, 5.0)}
    table = streets([street("up", (1, 2), at), street("level", (1, 3), at)])
    place = City("t", Text("t", "t"), {"streets": table}, rasters={"elevation": hill(slope)})
    network = street_network(place)
    np.testing.assert_allclose(network.factor[0], [tobler(slope), tobler(-slope)], rtol=1e-3)
    np.testing.assert_allclose(network.factor[1], 1.0, rtol=1e-3)
    full = weigh(network, "walk", speed_mps=1.0)
    none = weigh(network, "walk", speed_mps=1.0, slope_effect=0.0)
    half = weigh(network, "walk", speed_mps=1.0, slope_effect=0.5)
    assert none.along[0] == none.against[0] == round(table.length_m[0] * 1000)
    assert abs(int(full.along[0]) + int(none.along[0]) - 2 * int(half.along[0])) <= 2
    bike = weigh(network, "bike", speed_mps=4.0)
    assert bike.along[0] == bike.against[0]


def test_points_between_cells_are_interpolated_and_outside_is_unknown() -> None:
    raster = hill(0.1)
    lon = np.array([degrees((x, 0.0))[0] for x in (-3.0, 0.0, 7.5, 499.0, 501.0)])
    np.testing.assert_allclose(
        raster.sample(lon, np.zeros(5)), [-0.3, 0.0, 0.75, 49.5, np.nan], atol=1e-5
    )


def test_cells_without_data_count_as_level() -> None:
    raster = hill(0.2)
    values = raster.values.copy()
    values[:, 50:] = np.nan
    raster = replace(raster, values=values)
    line = LineString([degrees((-200.0, 1.0)), degrees((200.0, 1.0))])
    got = factors(
        City("t", Text("t", "t"), {}, rasters={"elevation": raster}),
        np.array([line], dtype=object),
        np.array([400.0]),
    )
    share = (got[0, 0] - 1) / (tobler(0.2) - 1)
    assert 0.4 < share <= 0.5


def test_without_elevation_everything_is_level() -> None:
    at = {1: (0.0, 0.0), 2: (50.0, 0.0)}
    place = City("t", Text("t", "t"), {"streets": streets([street("a", (1, 2), at)])})
    assert street_network(place).factor.tolist() == [[1.0, 1.0]]
