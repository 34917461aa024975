"""Round shares to whole people so that rows, columns and the total all stay exact."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_TIE = 9  # decimals below which two remainders are the same
_CLOSE, _ROUNDS = 1e-7, 200


def whole_parts(total: float, weights: Floats) -> Floats:
    """Return whole numbers proportional to `weights` that sum to `total`, over the last axis.

    Largest remainders (Hamilton); of equal ones the first takes the unit. `weights` are finite, not
    negative and not all 0 in a row; `total` is whole.
    """
    quota = total * weights / weights.sum(axis=-1, keepdims=True)
    return _settle(quota, np.full(quota.shape, np.inf), np.full(quota.shape[:-1], float(total)))


def whole_table(rows: Floats, columns: Floats, affinity: Floats | None = None) -> Floats:
    """Return whole tables (draws, n, k) with row sums `rows` (draws, n) and column sums `columns` (k,).

    Without `affinity` a column is spread as the rows are; with it (draws, n, k; positive) the table
    is the one nearest to it with these sums (iterative proportional fitting), before rounding.
    Columns are rounded one after another within what each row has left, so both sums are exact;
    a cell can differ from its share by somewhat more than 1. Both sums must agree.
    """
    shares = _fitted(rows, columns, affinity)
    left = rows.copy()
    out = np.zeros(shares.shape)
    for k in range(len(columns) - 1):
        rest = shares[:, :, k:].sum(axis=2)
        part = np.divide(shares[:, :, k], rest, out=np.zeros_like(rest), where=rest > 0)
        quota = left * part
        sums = quota.sum(axis=1, keepdims=True)
        quota = np.minimum(
            left, quota * np.divide(columns[k], sums, out=np.ones_like(sums), where=sums > 0)
        )
        out[:, :, k] = _settle(quota, left, np.full(len(rows), columns[k]))
        left -= out[:, :, k]
    out[:, :, -1] = left
    return out


def _fitted(rows: Floats, columns: Floats, affinity: Floats | None) -> Floats:
    total = columns.sum()
    shares = rows[:, :, None] * columns / (total if total > 0 else 1.0)
    if affinity is None:
        return np.asarray(shares)
    shares = shares * affinity
    for _ in range(_ROUNDS):
        sums = shares.sum(axis=2)
        shares *= np.divide(rows, sums, out=np.zeros_like(sums), where=sums > 0)[:, :, None]
        sums = shares.sum(axis=1)
        factor = np.divide(columns[None], sums, out=np.ones_like(sums), where=sums > 0)
        shares *= factor[:, None, :]
        if np.abs(factor - 1.0).max(initial=0.0) < _CLOSE:
            break
    return np.asarray(shares)


def _settle(quota: Floats, most: Floats, total: Floats) -> Floats:
    """Return whole numbers near `quota`, at most `most`, with sums `total` over the last axis."""
    found = np.minimum(np.floor(np.round(quota, _TIE)), most)
    lacking = total - found.sum(axis=-1)
    while lacking.any():
        over = lacking < 0
        remainder = np.round(quota - found, _TIE)
        free = np.where(over[..., None], found > 0, found < most)
        rank = np.where(over[..., None], remainder, -remainder)
        order = np.argsort(np.where(free, rank, np.inf), axis=-1, kind="stable")
        place = np.argsort(order, axis=-1, kind="stable")
        n = np.minimum(np.abs(lacking), free.sum(axis=-1))
        found += np.sign(lacking)[..., None] * (place < n[..., None])
        lacking = total - found.sum(axis=-1)
    return np.asarray(found)
