"""Eliminate a small graph node by node in plain Python, and search it by Dijkstra's algorithm."""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF

Arcs = dict[tuple[int, int], int]


@dataclass(frozen=True)
class Eliminated:
    rank: NDArray[np.int32]
    node: NDArray[np.int32]
    up_ptr: NDArray[np.int64]
    up_head: NDArray[np.int32]
    parent: NDArray[np.int32]
    up: NDArray[np.int32]
    down: NDArray[np.int32]


def eliminate(nodes: int, arcs: Arcs, order: list[int]) -> Eliminated:
    """Return the hierarchy of an order, its ranks changed to postorder, and its customized costs."""
    first = _parents(_fill(nodes, arcs, {v: i for i, v in enumerate(order)}))
    children: dict[int, list[int]] = {}
    for v, p in enumerate(first):
        children.setdefault(p, []).append(v)
    post: list[int] = []

    def visit(v: int) -> None:
        for child in children.get(v, []):
            visit(child)
        post.append(v)

    for root in children.get(-1, []):
        visit(root)
    node = [order[v] for v in post]
    rank = {v: i for i, v in enumerate(node)}
    rows = _fill(nodes, arcs, rank)
    cost = {(rank[a], rank[b]): min(c, INF) for (a, b), c in arcs.items()}
    for u in range(nodes):
        for v in rows[u]:
            for w in rows[u]:
                if v != w:
                    through = cost.get((v, u), INF) + cost.get((u, w), INF)
                    cost[v, w] = min(cost.get((v, w), INF), through)
    flat = [(u, v) for u in range(nodes) for v in rows[u]]
    return Eliminated(
        np.array([rank[v] for v in range(nodes)], np.int32),
        np.array(node, np.int32),
        np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64),
        np.array([v for _, v in flat], np.int32),
        np.array(_parents(rows), np.int32),
        np.array([cost.get((u, v), INF) for u, v in flat], np.int32),
        np.array([cost.get((v, u), INF) for u, v in flat], np.int32),
    )


def shortest(nodes: int, arcs: Arcs, seeds: dict[int, int]) -> list[int]:
    """Return the least cost of each node, INF where it is that or more."""
    ahead: dict[int, list[tuple[int, int]]] = {}
    for (a, b), c in arcs.items():
        ahead.setdefault(a, []).append((b, c))
    best = [INF] * nodes
    queue = [(c, v) for v, c in seeds.items()]
    while queue:
        c, v = heapq.heappop(queue)
        if c < best[v]:
            best[v] = c
            for w, more in ahead.get(v, []):
                heapq.heappush(queue, (c + more, w))
    return best


def random_arcs(rng: np.random.Generator, nodes: int, count: int, costs: list[int]) -> Arcs:
    """Return arcs between random nodes, loops among them; the cheapest of parallel ones."""
    arcs: Arcs = {}
    for a, b, c in zip(
        rng.integers(0, nodes, count), rng.integers(0, nodes, count), rng.choice(costs, count),
        strict=True,
    ):  # fmt: skip
        arcs[int(a), int(b)] = min(arcs.get((int(a), int(b)), INF), int(c))
    return arcs


def _fill(nodes: int, arcs: Arcs, rank: dict[int, int]) -> list[list[int]]:
    rows: list[set[int]] = [set() for _ in range(nodes)]
    for a, b in arcs:
        if a != b:
            rows[min(rank[a], rank[b])].add(max(rank[a], rank[b]))
    for u in range(nodes):
        for v in rows[u]:
            rows[v] |= {w for w in rows[u] if w > v}
    return [sorted(row) for row in rows]


def _parents(rows: list[list[int]]) -> list[int]:
    return [row[0] if row else -1 for row in rows]
