"""Invent traffic counts that agree with the town's cars, as far as counts agree with anything.

The cars counted are not quite those of the table of trips: every zone sends a little more or less
than the table says, as on any other day. They are loaded in three portions, each on the quickest
ways given the delay of those before it, and counted with an error. No assignment of the models
enters; the volumes are fiction.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.synthetic.frame import Floats
from chengce.city.synthetic.osm_file import STREET_WAY
from chengce.city.synthetic.plan import BRIDGES, RIVER_ROW
from chengce.city.synthetic.sketch import Side, Streets

_KINDS = {
    "primary": (60.0, 900.0), "secondary": (50.0, 800.0), "tertiary": (40.0, 600.0),
    "unclassified": (30.0, 500.0), "residential": (30.0, 400.0), "living_street": (20.0, 200.0),
    "service": (20.0, 200.0),
}  # fmt: skip
"""Speed (km/h) and cars an hour and lane of the classes that carry traffic."""
_PORTIONS = 3
_ZONE_SD, _COUNT_SD = 0.15, 0.04  # of a zone's cars on the day; of a count, beside its own chance
_AT: tuple[Side, ...] = (
    ("u", 5, 6), ("u", 5, 8), ("u", 5, 2), ("u", 2, 10), ("u", 8, 6), ("u", 8, 8), ("v", 9, 5),
    ("v", 9, 7), ("v", 9, 2), ("v", 6, 6), ("v", 6, 4), ("v", 10, 3), ("v", 2, 5), ("v", 7, 8),
)  # fmt: skip
"""Sides of blocks whose traffic is counted in both directions, where both are open."""


@dataclass(frozen=True)
class Count:
    """Cars counted on the first segments of ways, in direction 1 (along) or 2 (against)."""

    id: str
    links: tuple[tuple[str, int], ...]
    cars: int
    sd: float


@dataclass(frozen=True)
class _Arcs:
    """Arcs a car may drive: ends, seconds when empty, cars an hour, and which way they are of."""

    ends: list[tuple[int, int]]
    seconds: Floats
    capacity: Floats
    at: dict[tuple[int, int], int]  # (way, direction) → its first arc from the way's first node


def make_counts(
    streets: Streets, points: Floats, cars: NDArray[np.int64], rng: np.random.Generator
) -> list[Count]:
    """Return the counts of the hour: two screen lines over the river, then single streets."""
    arcs = _arcs(streets)
    day = cars.astype(np.float64) * np.exp(rng.normal(0, _ZONE_SD, (len(cars), 1)))
    flow = _load(arcs, _near(streets, arcs, points), day)
    rows: list[tuple[str, list[tuple[int, int]]]] = [
        (f"river_{name}", [(streets.sides["u", b, RIVER_ROW], d) for b in BRIDGES])
        for name, d in (("north", 1), ("south", 2))
    ]
    for number, side in enumerate(_AT, 1):
        way = streets.sides[side]
        rows += [(f"K{number:02d}{'ab'[d - 1]}", [(way, d)]) for d in (1, 2) if (way, d) in arcs.at]
    out = []
    for name, links in rows:
        true = sum(float(flow[arcs.at[link]]) for link in links)
        sd = float(np.sqrt(true + (_COUNT_SD * true) ** 2 + 1.0))
        seen = max(0, round(true + float(rng.normal(0, sd))))
        named = tuple((f"w{STREET_WAY + way}-1", d) for way, d in links)
        out.append(Count(name, named, seen, round(sd, 1)))
    return out


def _arcs(streets: Streets) -> _Arcs:
    ends: list[tuple[int, int]] = []
    speed: list[float] = []
    capacity: list[float] = []
    at: dict[tuple[int, int], int] = {}
    for number, way in enumerate(streets.ways):
        kind = _KINDS.get(way.tags["highway"])
        if kind is None or way.tags.get("motor_vehicle") == "private":
            continue
        one_way = way.tags.get("oneway") == "yes"
        lanes = float(way.tags.get("lanes", "2")) / (1 if one_way else 2)
        for k in range(len(way.nodes) - 1):
            for d in (1,) if one_way else (1, 2):
                if k == 0:
                    at[number, d] = len(ends)
                a, b = way.nodes[k], way.nodes[k + 1]
                ends.append((a, b) if d == 1 else (b, a))
                speed.append(kind[0] / 3.6)
                capacity.append(kind[1] * lanes)
    xy = streets.xy[np.array(ends)]
    return _Arcs(ends, np.hypot(*(xy[:, 0] - xy[:, 1]).T) / speed, np.array(capacity), at)


def _near(streets: Streets, arcs: _Arcs, points: Floats) -> list[int]:
    nodes = np.unique(np.array(arcs.ends))
    far = ((streets.xy[nodes][None] - points[:, None]) ** 2).sum(axis=2)
    return [int(n) for n in nodes[far.argmin(axis=1)]]


def _load(arcs: _Arcs, at: list[int], cars: Floats) -> Floats:
    out: dict[int, list[tuple[int, int]]] = {}
    for number, (a, b) in enumerate(arcs.ends):
        out.setdefault(a, []).append((b, number))
    flow = np.zeros(len(arcs.ends))
    for _ in range(_PORTIONS):
        seconds = (arcs.seconds * (1 + 0.7 * (flow / arcs.capacity) ** 2)).tolist()
        for origin, node in enumerate(at):
            came = _quickest(out, seconds, node)
            for end, n in zip(at, (cars[origin] / _PORTIONS).tolist(), strict=True):
                here = end
                while n > 0 and here != node and here in came:
                    arc = came[here]
                    flow[arc] += n
                    here = arcs.ends[arc][0]
    return flow


def _quickest(
    out: dict[int, list[tuple[int, int]]], seconds: list[float], start: int
) -> dict[int, int]:
    """Return the arc by which every node is reached soonest from `start`."""
    came: dict[int, int] = {}
    best = {start: 0.0}
    queue = [(0.0, start)]
    while queue:
        time, node = heapq.heappop(queue)
        if time > best[node]:
            continue
        for head, arc in out.get(node, ()):
            later = time + seconds[arc]
            if later < best.get(head, np.inf):
                best[head], came[head] = later, arc
                heapq.heappush(queue, (later, head))
    return came
