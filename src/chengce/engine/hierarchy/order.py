"""Choose the order in which a street graph is contracted: easy nodes, then nested dissection.

The order decides how many arcs a hierarchy has, and so how fast it is; no result depends on it.
"""

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Runner, SerialRunner
from chengce.engine.kernels.cch_dissect import dissect, halve, part
from chengce.engine.kernels.cch_peel import neighbours, peel

PIECE = 20_000  # nodes; smaller pieces are ordered in one go

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
_Piece = tuple[I32, I32, I32]  # nodes of the core, and the graph on them


def contraction_order(
    indptr: NDArray[np.int64], head: I32, xy: F64, *, runner: Runner | None = None
) -> I32:
    """Return the nodes in the order of contraction, the same for every runner.

    `xy` float64[n, 2]: positions in any unit that is the same both ways.
    """
    runner = runner or SerialRunner()
    easy, rest, ptr, adj = peel(*neighbours(indptr, head))
    order = np.empty(len(rest), np.int32)
    curve = np.argsort(_curve(xy[rest]), kind="stable").astype(np.int32)
    ptr, adj = part(ptr, adj, curve, np.full(len(rest), -1, np.int32))
    rest = rest[curve]
    at = np.ascontiguousarray(xy[rest], np.float64)
    todo: list[tuple[int, _Piece]] = [(0, (np.arange(len(rest), dtype=np.int32), ptr, adj))]
    small: list[tuple[int, _Piece]] = []
    while todo:
        small += [p for p in todo if len(p[1][0]) <= PIECE]
        todo = [p for p in todo if len(p[1][0]) > PIECE]
        sides = runner.map(lambda p: halve(p[1][1], p[1][2], at[p[1][0]]), todo)
        pieces: list[tuple[int, _Piece]] = []
        for (start, (nodes, ptr, adj)), side in zip(todo, sides, strict=True):
            end = start + len(nodes)
            order[end - int((side == 2).sum()) : end] = nodes[side == 2]
            room = np.full(len(nodes), -1, np.int32)
            for half in (0, 1):
                chosen = np.flatnonzero(side == half).astype(np.int32)
                pieces.append((start, (nodes[chosen], *part(ptr, adj, chosen, room))))
                start += len(chosen)
        todo = pieces
    ordered = runner.map(lambda p: dissect(p[1][1], p[1][2], at[p[1][0]]), small)
    for (start, (nodes, _, _)), inside in zip(small, ordered, strict=True):
        order[start : start + len(nodes)] = nodes[inside]
    return np.concatenate([easy, rest[order]])


def _curve(xy: F64) -> NDArray[np.uint64]:
    """Return the place of each point on a curve of Z shape: near in the plane, near in memory."""
    span = float(np.ptp(xy, axis=0).max()) if len(xy) else 0.0
    cell = ((xy - xy.min(axis=0)) / span * 65535.0).astype(np.uint64) if span > 0 else 0 * xy
    bits = cell.astype(np.uint64)
    for shift, mask in _SPREAD:
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    curve: NDArray[np.uint64] = bits[:, 0] | (bits[:, 1] << np.uint64(1))
    return curve


_SPREAD = ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555))
