"""Draw what lies under and around the streets: boundary, river, parks, woods, fields, quarters."""

from dataclasses import dataclass

import numpy as np
from shapely import LineString, Polygon
from shapely.ops import split

from chengce.city.synthetic.frame import Point, bend_line
from chengce.city.synthetic.plan import RIVER, Block
from chengce.city.synthetic.sketch import Tags

_FAR = 3300.0
_LANDUSE = {
    "industry": "industrial",
    "core": "commercial",
    "lanes": "residential",
    "estate": "residential",
    "works": "residential",
    "village": "residential",
    "hill": "residential",
}
_PARKS = {
    3: ("文化公园", "Culture Park"),
    7: ("人民公园", "People's Park"),
    -3: ("南山公园", "South Hill Park"),
}


@dataclass(frozen=True)
class Area:
    """A named outline in metres with its tags; closed, first point repeated."""

    ring: list[Point]
    tags: Tags


def boundary() -> Polygon:
    """Return the administrative boundary in metres: irregular, a little wider than the streets."""
    angle = np.linspace(0, 2 * np.pi, 121)[:-1]
    wobble = (
        1
        + 0.045 * np.sin(3 * angle + 0.5)
        + 0.03 * np.sin(7 * angle + 1.9)
        + 0.014 * np.sin(13 * angle)
    )
    flat = (np.abs(np.cos(angle)) ** 3 + np.abs(np.sin(angle)) ** 3) ** (-1 / 3)
    u, v = 2190 * wobble * flat * np.cos(angle), -170 + 2130 * wobble * flat * np.sin(angle)
    return Polygon(
        bend_line([*zip(u.tolist(), v.tolist(), strict=True), (float(u[0]), float(v[0]))], step=400)
    )


def river_line() -> list[Point]:
    """Return the middle of the river in metres, west to east."""
    middle = sum(RIVER) / 2
    return bend_line([(-_FAR, middle), (_FAR, middle)])


def banks() -> tuple[Polygon, Polygon]:
    """Return the parts of the town north and south of the middle of the river."""
    parts = sorted(
        split(boundary(), LineString(river_line())).geoms, key=lambda p: float(p.centroid.y)
    )
    return parts[-1], parts[0]


def areas(blocks: list[Block], rng: np.random.Generator) -> list[Area]:
    """Return river, parks, woods, pond and land use, each as a closed outline."""
    out = [
        Area(
            _river(),
            {"natural": "water", "water": "river", "name": "清河", "name:en": "Qing River"},
        )
    ]
    for block in blocks:
        if block.kind == "park":
            zh, en = _PARKS[-block.column if block.south else block.column]
            out.append(Area(_inset(block, 14), {"leisure": "park", "name": zh, "name:en": en}))
        elif block.kind in _LANDUSE:
            out.append(Area(_inset(block, 9), {"landuse": _LANDUSE[block.kind]}))
    out += [_blob(*place, rng) for place in _BLOBS]
    return out


_BLOBS: tuple[tuple[float, float, float, Tags], ...] = (
    (-1700, 1960, 270, {"natural": "wood", "name": "北山林场", "name:en": "Beishan Woods"}),
    (-1240, -1250, 170, {"natural": "wood", "name": "南山", "name:en": "South Hill"}),
    (1850, -1880, 230, {"landuse": "forest"}),
    (
        860,
        380,
        62,
        {"natural": "water", "water": "pond", "name": "荷花池", "name:en": "Lotus Pond"},
    ),
    (
        1760,
        120,
        95,
        {"natural": "water", "water": "reservoir", "name": "东塘", "name:en": "East Pond"},
    ),
    (-1320, 40, 130, {"landuse": "farmland"}),
    (
        -1380,
        -760,
        90,
        {"leisure": "park", "name": "西滩口袋公园", "name:en": "West Bank Pocket Park"},
    ),
    (100, 370, 45, {"leisure": "park", "name": "幸福游园", "name:en": "Xingfu Garden"}),
)


def _blob(u: float, v: float, radius: float, tags: Tags, rng: np.random.Generator) -> Area:
    angle = np.linspace(0, 2 * np.pi, 25)[:-1]
    phase = rng.uniform(0, 2 * np.pi, 3)
    size = radius * (
        1
        + 0.16 * np.sin(2 * angle + phase[0])
        + 0.09 * np.sin(3 * angle + phase[1])
        + 0.05 * np.sin(5 * angle + phase[2])
    )
    points = [
        (float(u + s * np.cos(a)), float(v + s * np.sin(a)))
        for a, s in zip(angle, size, strict=True)
    ]
    return Area(bend_line([*points, points[0]], step=200), tags)


def _inset(block: Block, by: float) -> list[Point]:
    (u0, u1), (v0, v1) = block.u, block.v
    west, east, low, high = u0 + by, u1 - by, v0 + by, v1 - by
    return bend_line([(west, low), (east, low), (east, high), (west, high), (west, low)])


def _river() -> list[Point]:
    low, high = RIVER
    us = np.arange(-_FAR, _FAR + 1, 60.0)
    south = [(float(u), low + 7 * float(np.sin(u / 170)) + 4 * float(np.sin(u / 61))) for u in us]
    north = [(float(u), high + 6 * float(np.sin(u / 190 + 2))) for u in us[::-1]]
    return bend_line([*south, *north, south[0]], step=200)
