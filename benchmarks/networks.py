"""Make the networks to measure on: the generated town, and a seeded crooked grid of any size."""

import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from chengce.city.build import read_city
from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.city.synthetic.town import write_town
from chengce.core.context import Context
from chengce.core.text import Text
from chengce.engine.options import Points

STEP_M, DEGREE_M = 120.0, 111_319.49


def town() -> City:
    """Return the generated town, read by the real readers, in memory."""
    with tempfile.TemporaryDirectory() as folder:
        return read_city(write_town(Path(folder)), Context())[0]


def crooked_grid(nodes: int, seed: int = 1) -> City:
    """Return a city of streets only: a grid, every node moved, one street in eight left out.

    Lengths are straight distance times 1 to 1.4; one street in ten is one-way for vehicles.
    """
    rng = np.random.default_rng(seed)
    side = round(nodes**0.5)
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    xy = np.stack([column.ravel(), row.ravel()], axis=1) * STEP_M
    lonlat = (xy + rng.uniform(-35, 35, xy.shape)) / DEGREE_M
    number = np.arange(side * side).reshape(side, side)
    ends = np.concatenate(
        [
            np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1),
            np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1),
        ]
    )
    ends = ends[rng.random(len(ends)) > 0.125]
    metres = np.linalg.norm(lonlat[ends[:, 0]] - lonlat[ends[:, 1]], axis=1) * DEGREE_M
    lines = shapely.linestrings(lonlat[ends])
    drive = np.where(rng.random(len(ends)) < 0.1, rng.integers(1, 3, len(ends)), 3)
    streets = gpd.GeoDataFrame(
        {
            "id": [f"e{i}" for i in range(len(ends))],
            "way": np.arange(len(ends)),
            "from_node": ends[:, 0],
            "to_node": ends[:, 1],
            "length_m": metres * rng.uniform(1.0, 1.4, len(ends)),
            "highway": "residential",
            "walk": 3,
            "wheelchair": 3,
            "bike": 3,
            "drive": drive,
            "wheelchair_state": "unknown",
            "speed_kmh": 30.0,
        },
        geometry=lines,
        crs=WGS84,
    )
    return City(f"grid-{side * side}", Text("测试路网", "test grid"), {"streets": streets})


def random_points(city: City, count: int, seed: int, prefix: str) -> Points:
    """Return points spread evenly over the extent of a city's streets."""
    rng = np.random.default_rng(seed)
    west, south, east, north = city.table("streets").total_bounds
    ids = [f"{prefix}{i}" for i in range(count)]
    return Points(ids, rng.uniform(west, east, count), rng.uniform(south, north, count))
