"""Divide the town into zones around where people live, and count people and jobs in them."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPoint, Polygon

from chengce.city.synthetic.frame import Floats
from chengce.city.synthetic.ground import banks
from chengce.city.synthetic.names import NORTH_ZONES, SOUTH_ZONES

AGES = ("0-14", "15-59", "60-79", "80+")
INCOMES = ("low", "middle", "high")
JOBS = ("industry", "services", "public")
PEOPLE = 20_160
_JOBS = (3_400, 4_300, 1_300)
_ROUNDS = 25


@dataclass(frozen=True)
class Zones:
    """Zones in metres with their people and jobs; every row of counts adds up exactly.

    `ages` (n, 4) and `incomes` (n, 3) both partition the residents; `jobs` (n, 3).
    """

    ids: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    polygons: tuple[Polygon, ...]
    points: Floats
    south: NDArray[np.bool_]
    ages: NDArray[np.int64]
    incomes: NDArray[np.int64]
    jobs: NDArray[np.int64]

    def of(self, xy: Floats) -> NDArray[np.int64]:
        """Return the zone each point lies in; −1 outside the town."""
        points = shapely.points(xy)
        where = np.full(len(points), -1, dtype=np.int64)
        for k, polygon in enumerate(self.polygons):
            where[np.asarray(shapely.contains(polygon, points))] = k
        return where


def make_zones(
    xy: Floats, dwellings: Floats, works: dict[str, Floats], rng: np.random.Generator
) -> Zones:
    """Return the zones of a town whose nodes `xy` carry `dwellings` and, by kind, `works` weights."""
    names, polygons, south = [], [], []
    for bank, pool in zip(banks(), (NORTH_ZONES, SOUTH_ZONES), strict=True):
        shapely.prepare(bank)
        here = shapely.contains(bank, shapely.points(xy)) & (dwellings > 0)
        seeds = _centres(xy[here], dwellings[here], len(pool), rng)
        cells = [cell.intersection(bank) for cell in _cells(seeds, bank)]
        order = sorted(range(len(cells)), key=lambda k: (-round(seeds[k, 1] / 420), seeds[k, 0]))
        polygons += [cells[k] for k in order]
        names += list(pool)
        south += [pool is SOUTH_ZONES] * len(pool)
    is_south = np.array(south)
    homes, points = _sum_by_zone(xy, dwellings, polygons)
    people = apportion(homes * rng.uniform(0.85, 1.15, len(homes)), PEOPLE)
    jobs = [
        apportion(_sum_by_zone(xy, works[kind], polygons)[0], total)
        for kind, total in zip(JOBS, _JOBS, strict=True)
    ]
    return Zones(
        ids=tuple(f"QH{k + 1:02d}" for k in range(len(polygons))),
        names=tuple(names),
        polygons=tuple(polygons),
        points=points,
        south=is_south,
        ages=_shares(people, _age_shares(points, is_south, rng)),
        incomes=_shares(people, _income_shares(points, is_south, rng)),
        jobs=np.column_stack(jobs),
    )


def apportion(weights: Floats, total: int) -> NDArray[np.int64]:
    """Return whole numbers in proportion to `weights` that add up to `total` (largest remainder)."""
    exact = weights * (total / weights.sum())
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    first = np.argsort(-(exact - whole), kind="stable")
    whole[first[: total - int(whole.sum())]] += 1
    return whole


def _centres(xy: Floats, weight: Floats, count: int, rng: np.random.Generator) -> Floats:
    # Lloyd's rounds over homes, softened so that the thinly settled edge still gets its zones
    soft = np.sqrt(weight)
    centres = xy[rng.choice(len(xy), count, replace=False, p=soft / soft.sum())]
    for _ in range(_ROUNDS):
        nearest = np.argmin(((xy[:, None] - centres[None]) ** 2).sum(axis=2), axis=1)
        for k in range(count):
            mine = nearest == k
            if mine.any():
                centres[k] = np.average(xy[mine], axis=0, weights=soft[mine])
    return centres


def _cells(seeds: Floats, bank: Polygon) -> list[Polygon]:
    return list(shapely.voronoi_polygons(MultiPoint(seeds), extend_to=bank, ordered=True).geoms)


def _sum_by_zone(xy: Floats, weight: Floats, polygons: list[Polygon]) -> tuple[Floats, Floats]:
    points = shapely.points(xy)
    sums, places = np.zeros(len(polygons)), np.zeros((len(polygons), 2))
    for k, polygon in enumerate(polygons):
        shapely.prepare(polygon)
        here = shapely.contains(polygon, points) & (weight > 0)
        if here.any():
            sums[k] = weight[here].sum()
            middle = np.average(xy[here], axis=0, weights=weight[here])
            places[k] = xy[here][np.argmin(((xy[here] - middle) ** 2).sum(axis=1))]
    return sums, places


def _shares(people: NDArray[np.int64], shares: Floats) -> NDArray[np.int64]:
    return np.array([apportion(s, int(n)) for s, n in zip(shares, people, strict=True)])


def _age_shares(points: Floats, south: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    old_town = np.exp(-((np.hypot(points[:, 0] + 60, points[:, 1] - 100) / 700) ** 2))
    new_town = np.exp(-((np.hypot(points[:, 0] - 1300, points[:, 1] - 600) / 700) ** 2))
    child = 0.145 + 0.045 * new_town + 0.04 * south
    elder = 0.165 + 0.09 * old_town - 0.05 * new_town + 0.055 * south
    oldest = 0.027 + 0.030 * old_town - 0.012 * new_town + 0.014 * south
    noise = rng.normal(0, 0.006, (3, len(points)))
    child, elder, oldest = child + noise[0], elder + noise[1], oldest + noise[2] / 3
    return np.column_stack([child, 1 - child - elder - oldest, elder, oldest])


def _income_shares(points: Floats, south: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    new_town = np.exp(-((np.hypot(points[:, 0] - 1200, points[:, 1] - 500) / 800) ** 2))
    low = np.where(south, 0.52, 0.26 - 0.14 * new_town) + rng.normal(0, 0.02, len(points))
    high = np.where(south, 0.09, 0.20 + 0.20 * new_town) + rng.normal(0, 0.015, len(points))
    return np.column_stack([low, 1 - low - high, high])
