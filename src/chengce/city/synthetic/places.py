"""Scatter everyday places over the town: plenty in the centre, few south of the river."""

from dataclasses import dataclass

import numpy as np

from chengce.city.synthetic.frame import Floats
from chengce.city.synthetic.place_sorts import Sort
from chengce.city.synthetic.sketch import Tags


@dataclass(frozen=True)
class Place:
    """One place in metres."""

    xy: tuple[float, float]
    tags: Tags
    zone: int
    size: float = 0.0


@dataclass(frozen=True)
class Ground:
    """Where places may stand: nodes with homes, their zone, which bank, and the zones' names."""

    xy: Floats
    homes: Floats
    zone: np.ndarray
    south: np.ndarray
    names: tuple[tuple[str, str], ...]


def scatter(sorts: tuple[Sort, ...], ground: Ground, rng: np.random.Generator) -> list[Place]:
    """Return the places of all sorts; those of one sort keep away from each other."""
    places: list[Place] = []
    for sort in sorts:
        for south, count in ((False, sort.north), (True, sort.south)):
            taken: list[int] = []
            for number in range(count):
                node = _pick(sort, ground, south, taken, rng)
                taken.append(node)
                places.append(_place(sort, ground, node, number, rng))
    return places


def _pick(
    sort: Sort, ground: Ground, south: bool, taken: list[int], rng: np.random.Generator
) -> int:
    weight = np.where(ground.south == south, ground.homes, 0.0) * (ground.zone >= 0)
    if sort.pull == "centre":
        middle = (-650.0, -950.0) if south else (20.0, 60.0)
        weight = weight * np.exp(-((np.hypot(*(ground.xy - middle).T) / 420) ** 2))
    elif south:
        weight = weight * np.exp(-((np.hypot(*(ground.xy - (-250.0, -800.0)).T) / 650) ** 2))
    for other in taken:
        weight = weight * (1 - np.exp(-((np.hypot(*(ground.xy - ground.xy[other]).T) / 330) ** 2)))
    return int(rng.choice(len(weight), p=weight / weight.sum()))


def _place(sort: Sort, ground: Ground, node: int, number: int, rng: np.random.Generator) -> Place:
    angle, off = rng.uniform(0, 2 * np.pi), rng.uniform(9, 17) + sort.size * 0.55
    x, y = ground.xy[node] + off * np.array([np.cos(angle), np.sin(angle)])
    zone = int(ground.zone[node])
    tags = dict(sort.tags)
    if sort.zh.startswith("清河镇"):
        tags |= {"name": sort.zh, "name:en": sort.en}
    else:
        zh, en = ground.names[zone]
        tags |= {"name": f"{zh}{sort.zh}", "name:en": f"{en} {sort.en}"}
    if sort.hours:
        tags["opening_hours"] = sort.hours
    if sort.capacity[1]:
        tags["capacity"] = str(10 * (int(rng.integers(*sort.capacity)) // 10))
    if rng.random() < 0.55:
        tags["wheelchair"] = str(rng.choice(["yes", "limited", "no"], p=[0.45, 0.25, 0.3]))
    return Place((float(x), float(y)), tags, zone, sort.size)
