"""Hold the pairs of zones that may interact, as a matrix or as a list, and sweep them in blocks.

A field holds f_ij = exp(coef·terms_ij + u_i + v_j) over its pairs; flows are w_i f_ij x_j. Blocks
of rows go through the runner and are added up in order: the numbers do not depend on its threads.
"""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Runner, SerialRunner
from chengce.engine.kernels import interact, interact_decay, interact_pairs

T = TypeVar("T")
Floats = NDArray[np.float64]
F32 = NDArray[np.float32]
Ints = NDArray[np.int64]
ROWS, PAIRS = 512, 1 << 18  # of one block: enough that starting it costs nothing
GROUPS, ALONE = 128, 100  # groups of a matrix; a list up to this long has one a destination


TERMS: dict[int, Callable[[Floats], Floats]] = {
    interact_decay.COST: np.asarray,
    interact_decay.LOG: np.log,
    interact_decay.SQUARE: np.square,
    interact_decay.ROOT: np.sqrt,
    interact_decay.LOG_SQUARE: lambda cost: np.square(np.log(cost)),
}


@dataclass(frozen=True)
class Moments:
    """Sums of flow × term: `row` (k, origins), `col` (k, destinations), `cross` (k, k); Σ flow²."""

    row: Floats
    col: Floats
    cross: Floats
    squares: float


class Field(Protocol):
    """Pairs of zones with `terms` numbers each; `tolerance`: how exact its sums can be."""

    origins: int
    destinations: int
    terms: int
    tolerance: float

    def fill(self, coef: Floats, u: Floats, v: Floats) -> None:
        """Set f; `u` float64[origins] and `v` float64[destinations] are logarithms."""
        ...

    def sweep(self, x: Floats, by: Floats, *, divide: bool) -> tuple[Floats, Floats]:
        """Return weights by ÷ (f·x) or by × (f·x) of the origins, and weights·f of destinations."""
        ...

    def moments(self, w: Floats, x: Floats) -> Moments:
        """Return the sums of flows w_i f_ij x_j times the terms."""
        ...

    @property
    def groups(self) -> Ints | None:
        """Return a group number per destination, near ones together; None: too many to tell."""
        ...

    def coupled(self, w: Floats, x: Floats, own: Floats) -> Floats:
        """Return Σ own_i q_i qᵀ_i over origins, q_i their flows by group; the lower half."""
        ...


@dataclass
class PairField:
    """A list of pairs in float64: `ptr`, `to` by origin, `values` float64[terms, pairs]."""

    ptr: Ints
    to: NDArray[np.int32]
    values: Floats
    destinations: int
    runner: Runner = field(default_factory=SerialRunner)
    tolerance: float = 1e-12
    f: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.origins = len(self.ptr) - 1
        self.terms = len(self.values)
        self.f = np.empty(len(self.to))
        cuts = np.searchsorted(self.ptr, np.arange(PAIRS, len(self.to), PAIRS), side="left")
        edges = np.unique(np.concatenate(([0], cuts, [self.origins])))
        self._blocks = [
            (slice(a, b), slice(self.ptr[a], self.ptr[b]), self.ptr[a : b + 1] - self.ptr[a])
            for a, b in pairwise(edges.tolist())
        ]

    def fill(self, coef: Floats, u: Floats, v: Floats) -> None:
        """Set f."""

        def work(block: tuple[slice, slice, Ints]) -> None:
            rows, pairs, ptr = block
            interact_pairs.fill_pairs(
                ptr, self.to[pairs], self.values[:, pairs], coef, u[rows], v, self.f[pairs]
            )

        _each(self.runner, work, self._blocks)

    def sweep(self, x: Floats, by: Floats, *, divide: bool) -> tuple[Floats, Floats]:
        """Return weights of origins and sums of destinations."""
        weight = np.empty(self.origins)
        cols = np.empty((len(self._blocks), self.destinations))

        def work(k: int) -> None:
            rows, pairs, ptr = self._blocks[k]
            interact_pairs.sweep_pairs(
                ptr, self.to[pairs], self.f[pairs], x, by[rows], divide, weight[rows], cols[k]
            )

        _each(self.runner, work, range(len(self._blocks)))
        return weight, _added(cols)

    def moments(self, w: Floats, x: Floats) -> Moments:
        """Return sums of flows times terms."""
        row = np.empty((self.terms, self.origins))
        col = np.empty((len(self._blocks), self.terms, self.destinations))
        cross = np.empty((len(self._blocks), self.terms, self.terms))
        squares = np.empty(len(self._blocks))

        def work(k: int) -> None:
            rows, pairs, ptr = self._blocks[k]
            part = np.empty((self.terms, len(ptr) - 1))
            squares[k] = interact_pairs.moments_pairs(
                ptr, self.to[pairs], self.values[:, pairs], self.f[pairs], w[rows], x,
                part, col[k], cross[k],
            )  # fmt: skip
            row[:, rows] = part

        _each(self.runner, work, range(len(self._blocks)))
        return Moments(row, _added(col), _added(cross), float(np.sum(squares)))

    @property
    def groups(self) -> Ints | None:
        """Return every destination as its own group, where they are few."""
        return np.arange(self.destinations) if self.destinations <= ALONE else None

    def coupled(self, w: Floats, x: Floats, own: Floats) -> Floats:
        """Return Σ own_i q_i qᵀ_i over origins; the lower half."""
        out = np.empty((self.destinations, self.destinations))
        interact_pairs.coupled_pairs(self.ptr, self.to, self.f, w, x, own, out)
        return out


@dataclass
class MatrixField:
    """A whole matrix of costs in float32, and f: the only two arrays of its size.

    `cost` float32[origins, destinations]; a pair below `low` or not finite is left out. Terms:
    `of_origin` float64[k, origins] and `of_destination` float64[k, destinations] first, then the
    `kinds` of cost terms (see `interact_decay`).
    """

    cost: F32
    kinds: Ints
    low: float = 0.0
    of_origin: Floats = field(default_factory=lambda: np.empty((0, 0)))
    of_destination: Floats = field(default_factory=lambda: np.empty((0, 0)))
    runner: Runner = field(default_factory=SerialRunner)
    tolerance: float = 1e-6
    f: F32 = field(init=False, repr=False)
    pairs: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.origins, self.destinations = self.cost.shape
        self.terms = len(self.of_origin) + len(self.of_destination) + len(self.kinds)
        self.f = np.empty_like(self.cost)
        self._blocks = [slice(i, min(i + ROWS, self.origins)) for i in range(0, self.origins, ROWS)]

    def again(self, kinds: Ints) -> "MatrixField":
        """Return the same costs and weights (shared, not copied) with other cost terms."""
        other = copy(self)
        other.kinds = kinds
        other.of_origin = other.of_destination = np.empty((0, 0))
        other.terms = len(kinds)
        return other

    def fill(self, coef: Floats, u: Floats, v: Floats) -> None:
        """Set f."""
        p, q = len(self.of_origin), len(self.of_origin) + len(self.of_destination)
        if q:
            u = u + coef[:p] @ self.of_origin if p else u
            v = v + coef[p:q] @ self.of_destination if q > p else v

        def work(rows: slice) -> int:
            found: int = interact_decay.fill(
                self.cost[rows], self.low, self.kinds, coef[q:], u[rows], v, self.f[rows]
            )
            return found

        self.pairs = sum(self.runner.map(work, self._blocks))

    def sweep(self, x: Floats, by: Floats, *, divide: bool) -> tuple[Floats, Floats]:
        """Return weights of origins and sums of destinations."""
        weight = np.empty(self.origins)
        cols = np.empty((len(self._blocks), self.destinations))
        single = x.astype(np.float32)

        def work(k: int) -> None:
            rows = self._blocks[k]
            interact.sweep(self.f[rows], single, by[rows], divide, weight[rows], cols[k])

        _each(self.runner, work, range(len(self._blocks)))
        return weight, _added(cols)

    def moments(self, w: Floats, x: Floats) -> Moments:
        """Return sums of flows times terms."""
        count, blocks = len(self.kinds), len(self._blocks)
        row = np.empty((count, self.origins))
        col = np.empty((blocks, count, self.destinations))
        cross = np.empty((blocks, count, count))
        squares = np.empty(blocks)

        def work(k: int) -> None:
            rows = self._blocks[k]
            part = np.empty((count, rows.stop - rows.start))
            squares[k] = interact_decay.moments(
                self.cost[rows], self.f[rows], w[rows], x, self.kinds, part, col[k], cross[k]
            )
            row[:, rows] = part

        _each(self.runner, work, range(blocks))
        found = Moments(row, _added(col), _added(cross), float(np.sum(squares)))
        return self._with_zones(found, w, x) if self.terms > count else found

    @cached_property
    def groups(self) -> Ints | None:
        """Return the nearest of up to 128 origins far from each other, by cost (Gonzalez 1985)."""
        nearest = np.full(self.destinations, np.inf, np.float32)
        group = np.zeros(self.destinations, np.int64)
        seed = 0
        for k in range(min(GROUPS, self.origins, self.destinations)):
            row = self.cost[seed]
            closer = (row < nearest) & (row >= self.low)
            group[closer], nearest[closer] = k, row[closer]
            last = int(np.argmax(np.where(np.isfinite(nearest), nearest, -1)))
            column = self.cost[:, last]
            seed = int(np.argmin(np.where(column >= self.low, column, np.inf)))
        return np.unique(group, return_inverse=True)[1].astype(np.int64)

    def coupled(self, w: Floats, x: Floats, own: Floats) -> Floats:
        """Return Σ own_i q_i qᵀ_i over origins, q_i their flows by group; the lower half."""
        group = self.groups
        assert group is not None
        size = int(group.max()) + 1
        out = np.empty((len(self._blocks), size, size))

        def work(k: int) -> None:
            rows = self._blocks[k]
            interact.coupled(self.f[rows], w[rows], x, own[rows], group, out[k])

        _each(self.runner, work, range(len(self._blocks)))
        return _added(out)

    def terms_at(self, rows: Ints, columns: Ints) -> Floats:
        """Return the terms of some pairs, (terms, pairs)."""
        cost = self.cost[rows, columns].astype(np.float64)
        of_cost = [TERMS[int(kind)](cost) for kind in self.kinds]
        zones = [*self.of_origin[:, rows], *self.of_destination[:, columns]]
        return np.array([*zones, *of_cost]).reshape(self.terms, len(cost))

    def _with_zones(self, cost: Moments, w: Floats, x: Floats) -> Moments:
        """Put the terms that belong to zones before those of the cost."""
        dot, _ = self.sweep(x, np.ones(self.origins), divide=False)
        by_origin = w * dot
        _, col = self.sweep(x, by_origin, divide=True)
        by_destination = x * col
        rows = [value * by_origin for value in self.of_origin]
        cols = [x * self.sweep(x, row, divide=True)[1] for row in rows]
        for value in self.of_destination:
            rows.append(w * self.sweep(x * value, np.ones(self.origins), divide=False)[0])
            cols.append(value * by_destination)
        row, col = np.vstack([*rows, cost.row]), np.vstack([*cols, cost.col])
        p, q = len(self.of_origin), len(self.of_origin) + len(self.of_destination)
        cross = np.zeros((self.terms, self.terms))
        cross[:p] = self.of_origin @ row.T if p else 0.0
        cross[p:q] = self.of_destination @ col.T if q > p else 0.0
        cross[:, :q] = cross[:q].T
        cross[q:, q:] = cost.cross
        return Moments(row, col, cross, cost.squares)


def _each(runner: Runner, work: Callable[[T], object], blocks: Sequence[T]) -> None:
    if len(blocks) == 1:
        work(blocks[0])
        return
    for _ in runner.map(work, blocks):
        pass


def _added(parts: Floats) -> Floats:
    """Add up blocks in order."""
    return np.asarray(np.add.reduce(parts, axis=0) if len(parts) > 1 else parts[0])
