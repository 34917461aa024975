"""Return one cheapest path of the input graph through a customized hierarchy."""

import numpy as np
from numpy.typing import NDArray

from chengce.engine.hierarchy.hierarchy import Hierarchy, Metric
from chengce.engine.kernels import cch_path


def cheapest_path(
    hierarchy: Hierarchy, metric: Metric, cost: NDArray[np.int32], start: int, end: int
) -> tuple[int, NDArray[np.int32]]:
    """Return the cost between two nodes (2**30: no way) and the input arcs of one such path.

    `metric` must be that of `cost`, by input arc. Where several paths cost the same, the hierarchy
    decides: always the same one. No arcs from a node to itself.
    """
    ptr, head = hierarchy.up_ptr, hierarchy.up_head
    total, way = cch_path.path(
        ptr, head, hierarchy.parent, metric.up, metric.down,
        hierarchy.rank[start], hierarchy.rank[end],
    )  # fmt: skip
    return int(total), unpack(hierarchy, metric, cost, way)


def unpack(
    hierarchy: Hierarchy, metric: Metric, cost: NDArray[np.int32], way: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return the input arcs of a way of slots (2a: hierarchy arc a upward, 2a + 1 downward).

    Every slot must cost less than 2**30.
    """
    arcs: NDArray[np.int32] = cch_path.unpack(
        hierarchy.up_ptr, hierarchy.up_head, *hierarchy.lower, hierarchy.slot, hierarchy.source,
        np.ascontiguousarray(cost, np.int32), metric.up, metric.down, way,
    )  # fmt: skip
    return arcs
