"""Complete a graph along an order once, so that any costs of it can be searched fast."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Runner
from chengce.engine.hierarchy.order import contraction_order
from chengce.engine.kernels import cch_fill, cch_partial

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class Hierarchy:
    """A customizable contraction hierarchy of n nodes and m arcs; all arrays are read-only.

    `rank` int32[n] by node, `node` by rank (0 is contracted first; every subtree of the
    elimination tree is a range of ranks). By rank of the lower end: `up_ptr` int64[n + 1],
    `up_head` int32[m] (ranks of the upper ends, ascending in a row), `parent` int32[n] (first upper
    end, −1 at a root). `slot` (ascending) and `source` int32: the cost of input arc `source[k]`
    counts on the way up of hierarchy arc slot / 2, or down if `slot` is odd.
    """

    rank: I32
    node: I32
    up_ptr: I64
    up_head: I32
    parent: I32
    slot: I32
    source: I32

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> "Hierarchy":
        """Return the hierarchy of arrays by name, as `arrays` gives them."""
        return cls(**{f.name: _frozen(arrays[f.name]) for f in fields(cls)})

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by name, to be stored."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @cached_property
    def lower(self) -> tuple[I64, I32, I32]:
        """Arcs by upper end: `low_ptr` int64[n + 1], arcs ascending and their lower ends int32."""
        ptr, arc, node = cch_partial.lower(self.up_ptr, self.up_head)
        return _frozen(ptr), _frozen(arc), _frozen(node)

    @cached_property
    def place(self) -> I32:
        """Where each input arc stands in `source`, int32; −1 for loops."""
        place = np.full(int(self.source.max(initial=-1)) + 1, -1, np.int32)
        place[self.source] = np.arange(len(self.source), dtype=np.int32)
        return _frozen(place)


@dataclass(frozen=True)
class Metric:
    """Costs of a hierarchy's arcs, int32[m]: `up` from lower to upper end, `down` back.

    2**30 where there is no way through lower nodes.
    """

    up: I32
    down: I32


def build_hierarchy(
    indptr: I64, head: I32, xy: NDArray[np.float64], *, runner: Runner | None = None
) -> Hierarchy:
    """Return the hierarchy of directed arcs by tail; `xy` float64[n, 2] in units alike both ways.

    Loops are left out and arcs side by side kept apart; islands are fine. Positions only help to
    find a good order: no result depends on them.
    """
    return from_order(indptr, head, contraction_order(indptr, head, xy, runner=runner))


def from_order(indptr: I64, head: I32, order: I32) -> Hierarchy:
    """Return the hierarchy of directed arcs by tail whose nodes are contracted in `order`.

    Ranks follow the elimination tree, which changes no arc. Raises ValueError if `order` does not
    list every node once.
    """
    n = len(indptr) - 1
    rank = np.full(n, -1, np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    if len(order) != n or (rank < 0).any():
        raise ValueError("the order must list every node once")
    ptr, key, source = cch_fill.entries(
        np.ascontiguousarray(indptr, np.int64), np.ascontiguousarray(head, np.int32), rank
    )
    up_ptr, up_head, parent = cch_fill.fill(ptr, key)
    place = cch_fill.postorder(parent)
    up_ptr, up_head, parent, slot, source = cch_fill.renumber(
        place, up_ptr, up_head, ptr, key, source
    )
    rank = place[rank]
    node = np.empty(n, np.int32)
    node[rank] = np.arange(n, dtype=np.int32)
    made = Hierarchy(rank, node, up_ptr, up_head, parent, slot, source)
    return Hierarchy.of(made.arrays())


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    view: NDArray[Any] = np.asarray(array).view()
    view.setflags(write=False)
    return view
