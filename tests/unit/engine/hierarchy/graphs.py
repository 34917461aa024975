"""Small random street graphs with everything that goes wrong in real ones, and plain searches."""

import numpy as np
from numpy.typing import NDArray

from chengce.engine.kernels.limits import INF

KINDS = (
    lambda rng, k: rng.integers(0, 3, k),  # zeros and many ties
    lambda rng, k: rng.integers(0, 1000, k),
    lambda rng, k: rng.integers(INF // 3, INF + 1, k),  # sums reach the limit
    lambda rng, k: rng.choice([0, 1, INF - 1, INF, 2**31 - 1], k),
)


def graph(
    rng: np.random.Generator, nodes: int, arcs: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return arcs by tail: loops, parallel arcs, one-way traps and islands come by chance."""
    near = rng.integers(0, nodes, arcs)
    tail = np.sort(near)
    head = np.where(rng.random(arcs) < 0.7, tail + rng.integers(-2, 3, arcs), near[::-1]) % nodes
    indptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=nodes), out=indptr[1:])
    return indptr, head.astype(np.int32), costs(rng, arcs)


def costs(rng: np.random.Generator, arcs: int) -> NDArray[np.int32]:
    return KINDS[int(rng.integers(len(KINDS)))](rng, arcs).astype(np.int32)


def tails(indptr: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))


def all_pairs(
    indptr: NDArray[np.int64], head: NDArray[np.int32], cost: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Return the least costs by Floyd and Warshall, in exact sums, 2**30 where that or more."""
    n = len(indptr) - 1
    best = np.full((n, n), INF, np.int64)
    np.fill_diagonal(best, 0)
    np.minimum.at(best, (tails(indptr), head), cost)
    for k in range(n):
        np.minimum(best, best[:, k : k + 1] + best[k], out=best)
    return best
