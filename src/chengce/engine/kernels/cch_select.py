"""Select what a search in a hierarchy has to look at: ranks and their ancestors, in order.

RPHAST (Delling, Goldberg & Werneck 2011, doi:10.4230/OASIcs.ATMOS.2011.52) in a customizable
hierarchy: the cone of a set is the union of the elimination-tree paths. With ranks in postorder
the subtree of a node is a run of ranks that ends with it, so paths need no marks and no sorting.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@njit(nogil=True, cache=True)
def depths(parent: I32) -> I32:
    """Return the number of ancestors of each rank, or -1 throughout if not in postorder.

    In postorder, going down the ranks, the last node seen at each depth above is an ancestor.
    """
    n = len(parent)
    depth = np.empty(n, np.int32)
    last = np.empty(n, np.int32)
    for v in range(n - 1, -1, -1):
        p = parent[v]
        d = 0
        if p >= 0:
            d = depth[p] + 1
            if p <= v or last[d - 1] != p:
                depth[:] = -1
                return depth
        depth[v] = d
        last[d] = v
    return depth


@njit(nogil=True, cache=True)
def cone(parent: I32, ranks: I32) -> I32:
    """Return ascending the given ranks (ascending, repeats allowed) and all their ancestors.

    A path ends where it meets the next higher rank: from there on it is that one's path.
    """
    count = 0
    above = len(parent)
    for i in range(len(ranks) - 1, -1, -1):
        v = ranks[i]
        while 0 <= v < above:
            count += 1
            v = parent[v]
        above = ranks[i]
    found = np.empty(count, np.int32)
    place = count
    above = len(parent)
    for i in range(len(ranks) - 1, -1, -1):
        size = 0
        v = ranks[i]
        while 0 <= v < above:
            size += 1
            v = parent[v]
        v = ranks[i]
        for j in range(place - size, place):
            found[j] = v
            v = parent[v]
        place -= size
        above = ranks[i]
    return found


@njit(nogil=True, cache=True)
def rows(ptr: I64, value: I32, chosen: I32) -> I32:
    """Return the rows of the chosen ranks of a CSR array, one after another."""
    size = 0
    for v in chosen:
        size += ptr[v + 1] - ptr[v]
    out = np.empty(size, np.int32)
    k = 0
    for v in chosen:
        for i in range(ptr[v], ptr[v + 1]):
            out[k] = value[i]
            k += 1
    return out
