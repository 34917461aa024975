"""Turn fares, a budget and a limit of boardings into a finite automaton, as small as it can be.

A state is what may still be done: states that allow the same rides from there on are one. With one
price for every ride they are the boardings left, and the search is plain RAPTOR again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEVER_S = 2**30  # a discount that never lapses
_Move = tuple[int, int, int, bool, bool]  # full, reduced, within, keep, elsewhere
_SHUT: _Move = (-1, -1, 0, False, False)


@dataclass(frozen=True)
class Prices:
    """What boardings cost, in whole units small enough for every price.

    By fare class: `price` of a boarding, `unlimited` changes within the class for nothing,
    `same_route`: its discounts hold on one route again. `pairs`: for (class, next class) the price
    of both rides together and the seconds from the one boarding to the next. At most `discounts`
    of these a journey; no journey costs more than `cap`. `demand`: prices of rides on demand.
    """

    price: tuple[int, ...]
    unlimited: tuple[bool, ...]
    same_route: tuple[bool, ...]
    pairs: Mapping[tuple[int, int], tuple[int, int]]
    discounts: int
    cap: int | None
    demand: tuple[int, ...] = ()


class FareStates(NamedTuple):
    """The automaton as `kernels.raptor_fare` takes it; classes of rides on demand come last."""

    full: NDArray[np.int32]
    reduced: NDArray[np.int32]
    within: NDArray[np.int32]
    keep: NDArray[np.uint8]
    elsewhere: NDArray[np.uint8]
    timed: NDArray[np.int32]
    routed: NDArray[np.uint8]
    cover_ptr: NDArray[np.int64]
    cover: NDArray[np.int32]
    under_ptr: NDArray[np.int64]
    under: NDArray[np.int32]


def fare_states(prices: Prices, boardings: int, budget: int | None) -> FareStates:
    """Return the automaton of journeys of at most `boardings` that cost at most `budget`."""
    made = _States(prices, boardings, budget)
    made.number(0, 0, -1, 0)
    return made.arrays()


class _States:
    """Number the states from their ends: a state is known by where its boardings lead."""

    def __init__(self, prices: Prices, boardings: int, budget: int | None) -> None:
        self._prices, self._most, self._budget = prices, boardings, budget
        self._classes = len(prices.price) + len(prices.demand)
        self._known: dict[tuple[int, int, int, int], int] = {}
        self._numbers: dict[tuple[_Move, ...], int] = {}
        self._moves: list[tuple[_Move, ...]] = []
        self._timed: list[bool] = []
        self._covers: dict[tuple[int, int], bool] = {}

    def number(self, taken: int, spent: int, last: int, used: int) -> int:
        """Return the state after so many boardings, money spent, class ridden, discounts used."""
        key = (taken, spent, last, used)
        if key not in self._known:
            open_ = taken < self._most
            moves = tuple(self._move(*key, c) if open_ else _SHUT for c in range(self._classes))
            if moves not in self._numbers:
                self._numbers[moves] = len(self._moves)
                self._moves.append(moves)
                self._timed.append(any(self._remembers(m) for m in moves))
            self._known[key] = self._numbers[moves]
        return self._known[key]

    def arrays(self) -> FareStates:
        """Return the automaton, its first state (the last numbered) as state 0."""
        count = len(self._moves)
        back = count - 1 - np.arange(count)
        table = np.array([self._moves[i] for i in back], np.int64)
        table = table.reshape(count, self._classes, len(_SHUT))
        leads = np.where(table[:, :, :2] >= 0, count - 1 - table[:, :, :2], -1).astype(np.int32)
        timed = np.array([self._timed[i] for i in back], bool)
        covers = np.array([[self.covers(int(p), int(q)) for q in back] for p in back], bool)
        covers = covers.reshape(count, count)
        return FareStates(
            np.ascontiguousarray(leads[:, :, 0]),
            np.ascontiguousarray(leads[:, :, 1]),
            table[:, :, 2].astype(np.int32),
            table[:, :, 3].astype(np.uint8),
            table[:, :, 4].astype(np.uint8),
            np.where(timed, np.cumsum(timed) - 1, -1).astype(np.int32),
            np.asarray(table[:, :, 4].any(axis=1), np.uint8),
            *_rows(covers),
            *_rows(covers.T),
        )

    def covers(self, p: int, q: int) -> bool:
        """Tell whether state q can do all that p can, given that it remembers no less."""
        if p == q:
            return True
        if (p, q) not in self._covers:
            both = zip(self._moves[p], self._moves[q], strict=True)
            self._covers[p, q] = all(self._serves(a, b) for a, b in both)
        return self._covers[p, q]

    def _move(self, taken: int, spent: int, last: int, used: int, c: int) -> _Move:
        prices = self._prices
        if c >= len(prices.price):
            cost = prices.demand[c - len(prices.price)]
            return (self._go(taken, spent + cost, -1, used), -1, 0, False, False)
        if last == c and prices.unlimited[c]:
            full = self._go(taken, spent, c, used)
            return (full, -1, 0, full >= 0 and self._timed[full], False)
        full = self._go(taken, spent + prices.price[c], c, used)
        pair = prices.pairs.get((last, c))
        if pair is None or used >= prices.discounts:
            return (full, -1, 0, False, False)
        both, within = pair
        reduced = self._go(taken, spent + both - prices.price[last], c, used + 1)
        if reduced < 0 or (full >= 0 and self.covers(reduced, full)):
            return (full, -1, 0, False, False)
        return (full, reduced, within, False, last == c and not prices.same_route[c])

    def _go(self, taken: int, spent: int, last: int, used: int) -> int:
        cap, budget = self._prices.cap, self._budget
        spent = spent if cap is None else min(spent, cap)
        if budget is not None and spent > budget:
            return -1
        # without a budget the money spent is nothing to tell states apart by
        return self.number(taken + 1, 0 if budget is None else spent, last, used)

    def _remembers(self, move: _Move) -> bool:
        full, reduced, within, keep, _ = move
        return (reduced >= 0 and within < NEVER_S) or (keep and self._timed[full])

    def _serves(self, mine: _Move, other: _Move) -> bool:
        """Tell whether each way to board has one as good in the other state."""
        full, reduced, within, keep, elsewhere = mine
        full_2, reduced_2, within_2, keep_2, elsewhere_2 = other

        def by_full(target: int, kept: bool) -> bool:
            if full_2 < 0 or not self.covers(target, full_2):
                return False
            older = keep_2 and not kept and self._timed[target]
            return not (older and self._timed[full_2])

        if full >= 0 and not by_full(full, keep):
            return False
        if reduced < 0 or by_full(reduced, False):
            return True
        as_long = within_2 >= within and not (elsewhere_2 and not elsewhere)
        return reduced_2 >= 0 and as_long and self.covers(reduced, reduced_2)


def _rows(marks: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the columns marked in each row as CSR."""
    indptr = np.zeros(len(marks) + 1, np.int64)
    np.cumsum(marks.sum(axis=1), out=indptr[1:])
    return indptr, np.nonzero(marks)[1].astype(np.int32)
