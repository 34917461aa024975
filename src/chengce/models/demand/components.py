"""Count the parts into which pairs with flow totals divide the zones, and zones without flow."""

import numpy as np
from numpy.typing import NDArray

from chengce.engine.interaction.field import MatrixField
from chengce.models.demand.design import Design
from chengce.models.demand.model import Ints

Mask = NDArray[np.bool_]
FEW = 64


def components(design: Design) -> tuple[int, int, int]:
    """Return the number of parts, of rows without flow and of columns without flow.

    Zones without flow belong to no part; zones that no pair names do not count. A whole matrix is
    searched by rows.
    """
    n, m = design.over.origins, design.over.destinations
    totals, whole = design.totals, isinstance(design.over, MatrixField)
    rows = np.ones(n, bool) if whole else np.bincount(design.row, minlength=n) > 0
    columns = np.ones(m, bool) if whole else np.bincount(design.column, minlength=m) > 0
    out = rows & (totals.origin > 0) if totals.group is None else rows
    into = columns if totals.destination is None else columns & (totals.destination > 0)
    silent = int((rows & ~out).sum()), int((columns & ~into).sum())
    if isinstance(design.over, MatrixField):
        return _of_matrix(design.over, out, into), *silent
    keep = out[design.row] & into[design.column]
    label = _labels(design.row[keep], design.column[keep] + n, n + m)
    return len(np.unique(label[np.concatenate([out, into])])), *silent


def _labels(a: Ints, b: Ints, nodes: int) -> Ints:
    """Return the least node of the part each node is in, by spreading least labels."""
    label = np.arange(nodes)
    while True:
        before = label.copy()
        least = np.minimum(label[a], label[b])
        np.minimum.at(label, a, least)
        np.minimum.at(label, b, least)
        label = label[label]
        if np.array_equal(label, before):
            return label


def _of_matrix(field: MatrixField, out: Mask, into: Mask) -> int:
    """Return the number of parts of a matrix whose weights are 0 where there is no pair."""
    left_rows, left_columns, parts = out.copy(), into.copy(), 0
    while left_rows.any():
        parts += 1
        rows = np.array([int(np.argmax(left_rows))])
        left_rows[rows] = False
        while len(rows):
            reached = np.zeros(len(into), bool)
            for row in rows:
                if not left_columns.any():
                    break
                reached |= (field.f[row] > 0) & left_columns
                left_columns &= ~reached
            rows = _touching(field, np.flatnonzero(left_rows), np.flatnonzero(reached))
            left_rows[rows] = False
    return parts


def _touching(field: MatrixField, rows: Ints, columns: Ints) -> Ints:
    """Return the rows with a pair in some of the columns; a few columns settle most rows."""
    near: list[Ints] = []
    for part in (columns[:FEW], columns[FEW:]):
        left = []
        for a in range(0, len(rows) if len(part) else 0, FEW):
            chunk = rows[a : a + FEW]
            touches = (field.f[np.ix_(chunk, part)] > 0).any(axis=1)
            near.append(chunk[touches])
            left.append(chunk[~touches])
        rows = np.concatenate([*left, rows[:0]])
    return np.concatenate([*near, rows[:0]])
