"""Thread departures printed stop by stop into trains: in order, by the running time between stops.

A station's sheet gives minutes, not trains. Between two stops in a row, departures are matched in
order (trains of one pattern do not overtake) so that as many as possible find a partner near the
expected time, and among those the deviations are least. What finds no partner begins or ends a
train there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.lines_track import Track

Ints = NDArray[np.int64]
TOLERANCE_S = 180  # printed minutes and uneven running: how far a match may be from expectation
SKIP_S = 45  # what a vehicle saves by not calling at a stop, about


@dataclass(frozen=True)
class Train:
    """One train: positions along its track (beyond the last stop on a ring's later laps).

    `departure` s, `row` the place of each departure in the table; `end` the position where it
    ends, or −1 if its last departure is printed at the end of the track.
    """

    position: Ints
    departure: Ints
    row: Ints
    end: int


def thread(track: Track, printed: Mapping[int, tuple[Ints, Ints]]) -> list[Train]:
    """Return the trains of one pattern on one group of days, by first departure.

    `printed`: by position, sorted departures (s) and their places in the table.
    """
    served = sorted(printed)
    count = track.positions
    links: dict[tuple[int, int], tuple[int, int]] = {}
    steps = list(pairwise(served))
    if track.ring:
        steps.append((served[-1], served[0] + count))
    for here, there in steps:
        one, two = printed[here][0], printed[there % count][0]
        for i, j in match(one, two, track.lag(here, there), there - here - 1):
            links[here, i] = (there % count, j)
    followed = set(links.values())
    starts = [(p, i) for p in served for i in range(len(printed[p][0])) if (p, i) not in followed]
    trains = [_follow(track, printed, links, served, start) for start in starts]
    return sorted(trains, key=lambda t: (int(t.departure[0]), int(t.position[0])))


def _follow(
    track: Track,
    printed: Mapping[int, tuple[Ints, Ints]],
    links: Mapping[tuple[int, int], tuple[int, int]],
    served: Sequence[int],
    start: tuple[int, int],
) -> Train:
    nodes = [start]
    positions = [start[0]]
    while nodes[-1] in links:
        nodes.append(links[nodes[-1]])
        lap = positions[-1] // track.positions
        ahead = nodes[-1][0] + lap * track.positions
        positions.append(ahead if ahead > positions[-1] else ahead + track.positions)
    return Train(
        position=np.array(positions, np.int64),
        departure=np.array([printed[p][0][i] for p, i in nodes], np.int64),
        row=np.array([printed[p][1][i] for p, i in nodes], np.int64),
        end=_end(track, served, positions[-1]),
    )


def _end(track: Track, served: Sequence[int], last: int) -> int:
    """Return where a train ends that leaves position `last` and is not seen again.

    That is the next stop its pattern serves; after the last one, the next stop of the line.
    """
    base = last % track.positions
    later = [p for p in served if p > base]
    if later:
        return last - base + later[0]
    if base == track.positions - 1 and not track.ring:
        return -1
    return last + 1


def match(one: Ints, two: Ints, lag: int, skipped: int = 0) -> list[tuple[int, int]]:
    """Return pairs (i, j), in order, of departures a train makes at two stops in a row.

    `one`, `two` sorted s; `lag` the expected s between them; `skipped` stops passed on the way.
    """
    slack = TOLERANCE_S + SKIP_S * skipped
    lag = max(lag - SKIP_S * skipped, 0)
    if len(one) == len(two) and (np.abs(two - one - lag) <= slack).all():
        return [(i, i) for i in range(len(one))]
    low = np.searchsorted(two, one + lag - slack, side="left")
    high = np.searchsorted(two, one + lag + slack, side="right")
    gain = slack + 1
    best: list[int] = []  # best sum of a chain that ends at or before j
    holder: list[int] = []  # the match that ends that chain
    pairs: list[tuple[int, int, int]] = []  # i, j, the match before
    for i in range(len(one)):
        fresh: list[tuple[int, int, int]] = []
        for j in range(int(low[i]), int(high[i])):
            while len(best) <= j:
                best.append(best[-1] if best else 0)
                holder.append(holder[-1] if holder else -1)
            before, by = (best[j - 1], holder[j - 1]) if j else (0, -1)
            value = before + gain - abs(int(two[j]) - int(one[i]) - lag)
            fresh.append((j, value, len(pairs)))
            pairs.append((i, j, by))
        for j, value, number in fresh:
            for k in range(j, len(best)):
                if best[k] >= value:
                    break
                best[k], holder[k] = value, number
    found: list[tuple[int, int]] = []
    at = holder[-1] if holder else -1
    while at >= 0:
        i, j, at = pairs[at]
        found.append((i, j))
    return found[::-1]
