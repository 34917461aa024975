"""Say which share of each pair's trips passes each count, from the routes of an equilibrium."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.engine.kernels import od_shares as kernel
from chengce.engine.roads.network import Equilibrium
from chengce.models.calibration.counted import ALL, Counts

Floats = NDArray[np.float64]
BLOCK = 16  # origins per block of work


@dataclass(frozen=True)
class Pairs:
    """The pairs a matrix may have trips between: class, origin, destination, int32[p] each.

    Ordered by class, origin, destination; the diagonal is not among them.
    """

    cls: NDArray[np.int32]
    origin: NDArray[np.int32]
    destination: NDArray[np.int32]

    def trips(self, demand: list[Floats]) -> Floats:
        """Return the trips of every pair, (p,)."""
        return np.stack(demand)[self.cls, self.origin, self.destination]

    def put(self, trips: Floats, demand: list[Floats]) -> list[Floats]:
        """Return matrices with the trips of these pairs, all others as they are."""
        out = np.stack(demand)
        out[self.cls, self.origin, self.destination] = trips
        return list(out)


@dataclass(frozen=True)
class Shares:
    """Shares of pairs at counts: pair p passes `count[indptr[p]:indptr[p + 1]]` `share` times."""

    indptr: NDArray[np.int64]
    row: NDArray[np.int64]
    count: NDArray[np.int32]
    share: Floats
    counts: int

    def at_counts(self, trips: Floats) -> Floats:
        """Return the trips past every count, (counts,)."""
        weight = self.share * trips[self.row]
        return np.asarray(
            np.bincount(self.count, weights=weight, minlength=self.counts), np.float64
        )

    def by_pair(self, value: Floats) -> Floats:
        """Return the sum of a value over the counts each pair passes, (pairs,)."""
        weight = self.share * value[self.count]
        return np.asarray(
            np.bincount(self.row, weights=weight, minlength=len(self.indptr) - 1), np.float64
        )

    def normal(self, weight: Floats) -> Floats:
        """Return Σ over pairs of weight · share · shareᵀ, (counts, counts)."""
        return np.asarray(kernel.normal(self.indptr, self.count, self.share, weight, self.counts))


def pairs_of(demand: list[Floats]) -> Pairs:
    """Return the pairs with trips, without the diagonal."""
    some = np.stack(demand) > 0
    for table in some:
        np.fill_diagonal(table, False)
    cls, origin, destination = (i.astype(np.int32) for i in np.nonzero(some))
    return Pairs(cls, origin, destination)


def shares_of(equilibrium: Equilibrium, pairs: Pairs, counts: Counts, context: Context) -> Shares:
    """Return the share of every pair's trips past every count.

    Routes are those of the equilibrium's bushes: unique for the flows, not for single routes;
    pairs of one origin split alike at a node (the most even division the bush allows).
    """
    assert equilibrium.bushes is not None
    network, bushes = equilibrium.network, equilibrium.bushes
    tail, head = network.tail.astype(np.int32), network.head.astype(np.int32)
    members = [_members(counts, k, network.links) for k in range(len(equilibrium.classes))]
    block = pairs.cls.astype(np.int64) * network.zones + pairs.origin
    starts = np.flatnonzero(np.diff(block, prepend=-1))
    ends = np.append(starts[1:], len(block))

    def work(which: NDArray[np.int64]) -> list[tuple[NDArray[np.int64], NDArray[np.int32], Floats]]:
        found = []
        for s in which:
            k, rows = int(block[starts[s]]), slice(int(starts[s]), int(ends[s]))
            at, member = members[int(pairs.cls[rows.start])]
            own = slice(int(bushes.indptr[k]), int(bushes.indptr[k + 1]))
            found.append(
                kernel.passed(
                    bushes.link[own],
                    bushes.flow[own],
                    tail,
                    head,
                    network.nodes,
                    pairs.destination[rows],
                    at,
                    member,
                    len(counts),
                )
            )
        return found

    blocks = [np.arange(i, min(i + BLOCK, len(starts))) for i in range(0, len(starts), BLOCK)]
    each = [f for part in context.runner.map(work, blocks) for f in part]
    lengths = np.concatenate([np.empty(0, np.int64), *(np.diff(f[0]) for f in each)])
    return _with_margins(
        lengths,
        np.concatenate([np.empty(0, np.int32), *(f[1] for f in each)]),
        np.concatenate([np.empty(0), *(f[2] for f in each)]),
        pairs,
        counts,
    )


def margin_shares(pairs: Pairs, counts: Counts) -> Shares:
    """Return the shares of counts that are all trips from or to a zone: no network is needed."""
    none = np.zeros(len(pairs.cls), np.int64)
    return _with_margins(none, np.empty(0, np.int32), np.empty(0), pairs, counts)


def _members(counts: Counts, cls: int, links: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return, by link, the counts of a class that it is a member of, as CSR."""
    row = np.repeat(np.arange(len(counts)), np.diff(counts.indptr))
    counted = (counts.cls[row] == ALL) | (counts.cls[row] == cls)
    link, row = counts.link[counted], row[counted]
    order = np.lexsort((row, link))
    at = np.zeros(links + 1, np.int64)
    np.cumsum(np.bincount(link, minlength=links), out=at[1:])
    return at, row[order].astype(np.int32)


def _with_margins(
    lengths: NDArray[np.int64], count: NDArray[np.int32], share: Floats, pairs: Pairs,
    counts: Counts,
) -> Shares:  # fmt: skip
    """Return link shares joined with those of counts of whole zones."""
    row = np.repeat(np.arange(len(pairs.cls)), lengths)
    rows, columns = [row], [count]
    for c in np.flatnonzero((counts.origin >= 0) | (counts.destination >= 0)):
        mine = (counts.cls[c] == ALL) | (pairs.cls == counts.cls[c])
        if counts.origin[c] >= 0:
            mine = mine & (pairs.origin == counts.origin[c])
        else:
            mine = mine & (pairs.destination == counts.destination[c])
        at = np.flatnonzero(mine)
        rows.append(at)
        columns.append(np.full(len(at), c, np.int32))
    every, column = np.concatenate(rows), np.concatenate(columns)
    part = np.concatenate([share, np.ones(len(every) - len(share))])
    order = np.lexsort((column, every))
    indptr = np.zeros(len(pairs.cls) + 1, np.int64)
    np.cumsum(np.bincount(every, minlength=len(pairs.cls)), out=indptr[1:])
    return Shares(indptr, every[order], column[order], part[order], len(counts))
