"""Generate road networks to assign on: a seeded town of any size with a river, motorways, zones."""

import numpy as np

from chengce.engine.roads.network import Floats, RoadNetwork, TravelClass

SKETCH = (21, 26, 387, 2950)  # rows, columns, zones, links: the size of Chicago Sketch
DETOUR = 1.15
TRIPS_PER_ZONE = 900.0


def road_town(
    size: tuple[int, int, int, int] = SKETCH, *, seed: int = 7, load: float = 1.0
) -> tuple[RoadNetwork, TravelClass]:
    """Return a network (minutes, pcu/h, km) and its cars; `size`: rows, columns, zones, links.

    A grid of two-way streets with moved crossings; a river crossed by few bridges, motorways with
    long links between far crossings, as many as make up `links`; every zone has one connector to a
    crossing and one back, and nothing passes through it. Trips by a gravity model, heavier in the
    middle, `load` times 900 a zone. All delays are BPR 0.15 and 4.
    """
    rows, columns, zones, links = size
    rng = np.random.default_rng(seed)
    crossings = rows * columns
    column, row = np.meshgrid(np.arange(columns), np.arange(rows))
    xy = np.stack([column.ravel(), row.ravel()], 1) + rng.uniform(-0.3, 0.3, (crossings, 2))
    number = np.arange(crossings).reshape(rows, columns)
    along = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], 1)
    across = np.stack([number[:-1].ravel(), number[1:].ravel()], 1)
    middle = rows // 2
    wet = (across[:, 0] // columns == middle) & (across[:, 0] % columns % 5 != 2)
    streets = np.concatenate([along, across[~wet]])
    few = (links - 2 * zones) // 2 - len(streets)
    motorways = _motorways(number, few, rng)
    km = np.linalg.norm(xy[streets[:, 0]] - xy[streets[:, 1]], axis=1) * 1.6 * DETOUR
    fast_km = np.linalg.norm(xy[motorways[:, 0]] - xy[motorways[:, 1]], axis=1) * 1.6
    arterial = rng.random(len(streets)) < 0.4
    bridge = np.isin(streets[:, 0] // columns, middle) & (streets[:, 1] - streets[:, 0] == columns)
    speed = np.where(arterial | bridge, 50.0, 35.0) * rng.uniform(0.9, 1.1, len(streets))
    capacity = np.where(bridge, 4500.0, np.where(arterial, 2400.0, 1200.0))
    capacity *= rng.uniform(0.8, 1.25, len(streets))
    doors = rng.permutation(crossings)[:zones]
    ends = np.concatenate([streets, motorways]) + zones
    pairs = np.concatenate([np.stack([np.arange(zones), doors + zones], 1), ends])
    minutes = np.concatenate(
        [rng.uniform(0.5, 2.0, zones), km / speed * 60, fast_km / rng.uniform(85, 100, few) * 60]
    )
    room = np.concatenate([np.full(zones, 49500.0), capacity, rng.choice([3600.0, 5400.0], few)])
    length = np.concatenate([np.full(zones, 0.5), km, fast_km])
    both = np.concatenate([pairs, pairs[:, ::-1]]).astype(np.int32)
    m = len(both)
    network = RoadNetwork(
        tail=both[:, 0].copy(), head=both[:, 1].copy(), nodes=zones + crossings, zones=zones,
        first_through=zones, free_flow=np.tile(minutes, 2), capacity=np.tile(room, 2),
        b=np.full(m, 0.15), power=np.full(m, 4.0), length=np.tile(length, 2),
    )  # fmt: skip
    return network, TravelClass("cars", _trips(xy[doors], load, rng))


def _motorways(number: np.ndarray, few: int, rng: np.random.Generator) -> np.ndarray:
    """Return `few` long links along some rows and columns of the grid, three crossings apart."""
    rows, columns = number.shape
    lines = [number[r, ::3] for r in range(2, rows, 4)]
    lines += [number[::3, c] for c in range(2, columns, 5)]
    pairs = np.concatenate([np.stack([line[:-1], line[1:]], 1) for line in lines])
    return np.asarray(pairs[np.sort(rng.permutation(len(pairs))[:few])])


def _trips(xy: Floats, load: float, rng: np.random.Generator) -> Floats:
    """Return trips between zones, whole tenths: gravity with a mean of about a third of the town."""
    zones = len(xy)
    centre = np.linalg.norm((xy - xy.mean(0)) / xy.std(0), axis=1)
    leave = rng.gamma(2.0, 0.5, zones) * np.exp(-0.3 * centre)
    arrive = rng.gamma(1.5, 0.7, zones) * np.exp(-0.9 * centre)
    apart = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    trips = leave[:, None] * arrive[None] * np.exp(-apart / 6.0)
    np.fill_diagonal(trips, 0.0)
    trips *= load * TRIPS_PER_ZONE * zones / trips.sum()
    return np.asarray(np.round(trips, 1))
