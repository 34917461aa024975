"""Draw small road networks: by hand, link by link, or at random."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chengce.engine.roads.network import (
    AssignOptions,
    Bushes,
    Equilibrium,
    RoadNetwork,
    TravelClass,
)

Link = tuple[int, int, float]


def roads(links: Sequence[Link], *, zones: int, first_through: int = 0, **more: Any) -> RoadNetwork:
    """Return a network from (tail, head, free flow); `more` gives b, capacity, power, length."""
    m = len(links)
    default = {"capacity": 1.0, "b": 0.0, "power": 1.0, "length": 1.0}
    arrays = {
        k: np.broadcast_to(np.asarray(more.get(k, v), float), m).copy() for k, v in default.items()
    }
    ends = np.array([(a, b) for a, b, _ in links], np.int32)
    return RoadNetwork(
        tail=ends[:, 0].copy(), head=ends[:, 1].copy(), nodes=max(int(ends.max()) + 1, zones),
        zones=zones, first_through=first_through,
        free_flow=np.array([t for _, _, t in links], float), **arrays,
    )  # fmt: skip


def random_roads(
    seed: int, *, nodes: int = 14, zones: int = 5, first_through: int = 0, links: int = 50
) -> RoadNetwork:
    """Return a network with parallel links, links of no time and, often, unreachable nodes."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, nodes, (links, 2)).astype(np.int32)
    ends[-links // 10 :] = ends[: links // 10]  # parallel, or nearly
    time = rng.gamma(2.0, 1.0, links) * (rng.random(links) < 0.8)
    return RoadNetwork(
        tail=ends[:, 0].copy(), head=ends[:, 1].copy(), nodes=nodes, zones=zones,
        first_through=first_through, free_flow=time, capacity=rng.uniform(5, 20, links),
        b=np.full(links, 0.15), power=np.full(links, 4.0), length=rng.uniform(0.1, 2, links),
    )  # fmt: skip


def connected_roads(seed: int, *, side: int = 5, zones: int = 6) -> RoadNetwork:
    """Return a two-way grid whose first nodes are zones, scattered, with crowded links."""
    rng = np.random.default_rng(seed)
    number = rng.permutation(side * side).reshape(side, side)
    pairs = np.concatenate([
        np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], 1),
        np.stack([number[:-1].ravel(), number[1:].ravel()], 1),
    ])  # fmt: skip
    pairs = np.concatenate([pairs, pairs[:, ::-1]]).astype(np.int32)
    m = len(pairs)
    return RoadNetwork(
        tail=pairs[:, 0].copy(), head=pairs[:, 1].copy(), nodes=side * side, zones=zones,
        first_through=0, free_flow=rng.uniform(1, 3, m), capacity=rng.uniform(5, 20, m),
        b=np.full(m, 0.15), power=np.full(m, 4.0), length=rng.uniform(0.1, 2, m),
    )  # fmt: skip


def demand(zones: int, trips: dict[tuple[int, int], float]) -> np.ndarray:
    out = np.zeros((zones, zones))
    for (o, d), count in trips.items():
        out[o, d] = count
    return out


def solved(
    network: RoadNetwork, kind: TravelClass, by_origin: dict[int, dict[int, float]]
) -> Equilibrium:
    """Return an equilibrium of one class from flows written down by origin: link → vehicles."""
    flow = np.zeros(network.links)
    indptr, link, cars = [0], [], []
    for origin in range(network.zones):
        for i, f in sorted(by_origin.get(origin, {}).items()):
            link.append(i)
            cars.append(f)
            flow[i] += f
        indptr.append(len(link))
    time = network.time(flow * kind.pce)
    return Equilibrium(
        network=network, classes=(kind,), options=AssignOptions(), flow=flow * kind.pce,
        class_flow=flow[None], time=time, objective=network.beckmann(flow * kind.pce),
        total=float(flow @ time), gap=0.0, iterations=1, seconds=0.0, converged=True,
        flow_error=np.zeros(network.links), determined=np.ones(network.links, bool), trace=(),
        bushes=Bushes(np.array(indptr, np.int64), np.array(link, np.int32), np.array(cars, float)),
    )  # fmt: skip
