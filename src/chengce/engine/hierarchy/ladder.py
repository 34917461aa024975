"""Hold what the sweeps of a hierarchy need: how deep each rank lies, and each arc's upper end."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chengce.engine.kernels import cch_select
from chengce.engine.kernels.limits import INF
from chengce.engine.kernels.simd import LANES

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


class Ranked(Protocol):
    """The arrays of a hierarchy that a sweep reads; ranks must be in postorder."""

    @property
    def rank(self) -> I32: ...
    @property
    def node(self) -> I32: ...
    @property
    def up_ptr(self) -> I64: ...
    @property
    def up_head(self) -> I32: ...
    @property
    def parent(self) -> I32: ...


class Costs(Protocol):
    """Costs of the hierarchy's arcs, ms: `up` from lower to upper end, `down` back."""

    @property
    def up(self) -> I32: ...
    @property
    def down(self) -> I32: ...


@dataclass(frozen=True)
class Ladder:
    """A hierarchy by depth: the ancestors of a rank are told apart by depth alone.

    `rank` by node, `node`, `parent`, `depth` int32 by rank; `ptr` int64[n + 1] and `head_depth`
    int32[m]: the arcs upward from each rank, by the depth of their upper end; `depths`: how many.
    """

    rank: I32
    node: I32
    parent: I32
    depth: I32
    ptr: I64
    head_depth: I32
    depths: int

    @classmethod
    def of(cls, hierarchy: Ranked) -> "Ladder":
        """Return the ladder of a hierarchy; make it once for many sweeps.

        Raises ValueError if the ranks are not in postorder of the elimination tree.
        """
        depth = cch_select.depths(hierarchy.parent)
        if len(depth) and depth[0] < 0:
            raise ValueError("ranks must be in postorder of the elimination tree")
        return cls(
            rank=hierarchy.rank,
            node=hierarchy.node,
            parent=hierarchy.parent,
            depth=depth,
            ptr=hierarchy.up_ptr,
            head_depth=depth[hierarchy.up_head],
            depths=int(depth.max(initial=-1)) + 1,
        )

    def labels(self) -> I32:
        """Return a row of LANES labels for each depth and one more, all INF."""
        rows = aligned_rows(self.depths + 1)
        rows[:] = INF
        return rows


def aligned_rows(rows: int) -> I32:
    """Return int32[rows, LANES], not filled, that begins at a multiple of 64 bytes."""
    room = np.empty(rows * LANES + 16, np.int32)
    skip = -room.ctypes.data // 4 % 16
    return room[skip : skip + rows * LANES].reshape(rows, LANES)
