"""Hold sparse rows of integers (CSR) and the few operations the engine needs on them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Sparse(NamedTuple):
    """Rows of (column, value): `indptr` int64[rows + 1], `column` and `value` int32."""

    indptr: NDArray[np.int64]
    column: NDArray[np.int32]
    value: NDArray[np.int32]

    @property
    def row(self) -> NDArray[np.int64]:
        """Row of each entry."""
        return np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))


def from_rows(row: NDArray[np.int64], values: Sparse, rows: int) -> Sparse:
    """Return the entries (column, value) of `values` regrouped by `row`, keeping their order."""
    order = np.argsort(row, kind="stable")
    indptr = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=rows), out=indptr[1:])
    return Sparse(
        indptr,
        np.ascontiguousarray(values.column[order], np.int32),
        np.ascontiguousarray(values.value[order], np.int32),
    )


def by_column(sparse: Sparse, columns: int) -> Sparse:
    """Return the transpose: by column, the rows that list it, in ascending order."""
    swapped = Sparse(sparse.indptr, sparse.row.astype(np.int32), sparse.value)
    return from_rows(sparse.column.astype(np.int64), swapped, columns)


def by_value(sparse: Sparse) -> Sparse:
    """Return each row sorted by ascending value, ties by column."""
    order = np.lexsort((sparse.column, sparse.value, sparse.row))
    return Sparse(sparse.indptr, sparse.column[order], sparse.value[order])


def stack(parts: Sequence[Sparse]) -> Sparse:
    """Return the rows of all parts, one after another."""
    if not parts:
        return Sparse(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.int32))
    starts = np.cumsum([0] + [p.indptr[-1] for p in parts])
    tails = [p.indptr[1:] + start for p, start in zip(parts, starts[:-1], strict=True)]
    return Sparse(
        np.concatenate([np.zeros(1, np.int64), *tails]),
        np.concatenate([p.column for p in parts]),
        np.concatenate([p.value for p in parts]),
    )


def ramp(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0 … c − 1 for each count c, concatenated."""
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(starts, counts)
