"""Compute door-to-door street costs with scipy's Dijkstra: the peer, on the same graph.

Doors become nodes: an arc from each origin to the ends of its street, and from the ends of a
destination's street to it. What is left to scipy is all of the search.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from chengce.engine.streets.distances import ends_of, same_edge, seeds_of
from chengce.engine.streets.network import INF, Connectors, Weights


def door_graph(weights: Weights, origins: Connectors, ends: Connectors) -> csr_matrix:
    """Return the street graph with one node more for each origin and each destination."""
    nodes = len(weights.indptr) - 1
    first, last = nodes, nodes + len(origins.ids)
    seeds, targets, same = (
        seeds_of(weights, origins),
        ends_of(weights, ends),
        same_edge(weights, origins, ends),
    )
    tail = [
        np.repeat(np.arange(nodes), np.diff(weights.indptr)),
        seeds.row + first,
        targets.column,
        same.row + first,
    ]
    head = [weights.head, seeds.column, targets.row + last, same.column + last]
    cost = np.concatenate([weights.cost, seeds.value, targets.value, same.value]).astype(np.float64)
    tails, heads = np.concatenate(tail), np.concatenate(head)
    order = np.lexsort((cost, heads, tails))
    again = (np.diff(tails[order], prepend=-1) == 0) & (np.diff(heads[order], prepend=-1) == 0)
    keep = order[~again & (cost[order] < INF)]  # of parallel arcs the cheapest
    size = last + len(ends.ids)
    indptr = np.searchsorted(tails[keep], np.arange(size + 1))
    return csr_matrix((cost[keep], heads[keep], indptr), (size, size))


def scipy_matrix(graph: csr_matrix, origins: int, ends: int) -> NDArray[np.int64]:
    """Return costs int64[origins, ends] in ms; INF where there is no path."""
    size = graph.shape[0]
    rows = np.arange(size - ends - origins, size - ends)
    found = dijkstra(graph, indices=rows)[:, size - ends :]
    return np.where(np.isfinite(found), found, INF).astype(np.int64)
