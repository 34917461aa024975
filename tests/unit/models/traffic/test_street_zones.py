"""Every street lies in one zone: around its middle, or the nearest."""

from dataclasses import replace

import geopandas as gpd
from shapely import box

from chengce.city.layers import WGS84
from chengce.city.synthetic.ascii import ascii_city
from chengce.models.traffic.street_zones import zones_of_streets

DEGREE = 111_319.49


def test_the_nearest_point() -> None:
    city = ascii_city("A--b----C")
    assert zones_of_streets(city, ("A", "C")).tolist() == [0, 1]


def test_the_polygon_around_the_middle_or_the_nearest_one() -> None:
    city = ascii_city("A--b----c")
    shapes = [
        box(-0.001, -0.001, 300 / DEGREE, 0.001),
        box(300 / DEGREE, -0.001, 350 / DEGREE, 0.001),
    ]
    zones = gpd.GeoDataFrame({"id": ["x", "y"]}, geometry=shapes, crs=WGS84)
    city = replace(city, tables={**city.tables, "zones": zones})
    # the middle of A-b (100 m) is in x; that of b-c (400 m) is in neither, 50 m from y
    assert zones_of_streets(city, ("x", "y")).tolist() == [0, 1]
