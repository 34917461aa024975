"""Search priced journeys by brute force: every label kept, rules applied ride by ride."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

Call = tuple[int, int, int, bool, bool]  # stop, arrival, departure, pick-up, drop-off
Walk = Mapping[int, Mapping[int, int]]


class Rules(NamedTuple):
    """Fares in whole parts: by class price, unlimited, same route; pairs, discounts, cap."""

    price: Sequence[int]
    unlimited: Sequence[bool]
    same_route: Sequence[bool]
    pairs: Mapping[tuple[int, int], tuple[int, int]]
    discounts: int
    cap: int | None


class Ticket(NamedTuple):
    """What a traveller has: money spent, class and route of the last ride, its boarding, discounts."""

    spent: int = 0
    last: int = -1
    route: int = -1
    since: int = 0
    used: int = 0


def fares_after(rules: Rules, ticket: Ticket, kind: int, route: int, leaves: int) -> list[Ticket]:
    """Return the tickets one may have after boarding: a discount need not be taken."""
    if ticket.last == kind and rules.unlimited[kind]:
        return [Ticket(ticket.spent, kind, route, ticket.since, ticket.used)]
    out = [Ticket(ticket.spent + rules.price[kind], kind, route, leaves, ticket.used)]
    pair = rules.pairs.get((ticket.last, kind))
    left = ticket.last != kind or rules.same_route[kind] or route != ticket.route
    if pair and left and ticket.used < rules.discounts and leaves - ticket.since <= pair[1]:
        more = pair[0] - rules.price[ticket.last]
        out.append(Ticket(ticket.spent + more, kind, route, leaves, ticket.used + 1))
    return out


def priced_search(
    trips: Sequence[tuple[int, int, Sequence[Call]]],
    walk: Walk,
    access: Mapping[int, int],
    leave: int,
    *,
    boardings: int,
    budget: int,
    rules: Rules,
    slack: int = 0,
    latest: int = 2**40,
) -> dict[int, int]:
    """Return the earliest arrival by vehicle at each stop; trips are (class, route, calls).

    All labels (stop, time, ticket) of a round are kept but exact copies: nothing is thought to be
    better than anything else. Every later trip is boarded too.
    """
    best: dict[int, int] = {}
    boards: dict[int, list[tuple[int, int, int, Sequence[Call]]]] = {}
    for kind, route, calls in trips:
        for i, (at, _, departure, pickup, _) in enumerate(calls):
            if pickup:
                boards.setdefault(at, []).append((departure, kind, route, calls[i + 1 :]))
    labels = {(stop, leave + seconds, Ticket()) for stop, seconds in access.items()}
    for _ in range(boardings):
        landed: set[tuple[int, int, Ticket]] = set()
        for stop, time, ticket in labels:
            for departure, kind, route, rest in boards.get(stop, ()):
                if departure < time:
                    continue
                for after in fares_after(rules, ticket, kind, route, departure):
                    cost = after.spent if rules.cap is None else min(after.spent, rules.cap)
                    if cost > budget:
                        continue
                    for later, arrival, _, _, dropoff in rest:
                        if dropoff and arrival <= latest:
                            landed.add((later, arrival, after))
        for stop, arrival, _ in landed:
            best[stop] = min(arrival, best.get(stop, 2**40))
        labels = {
            (there, arrival + slack + seconds, ticket)
            for stop, arrival, ticket in landed
            for there, seconds in {stop: 0, **walk.get(stop, {})}.items()
        }
    return best
