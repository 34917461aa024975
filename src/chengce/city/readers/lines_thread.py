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
MOST, FAR = 0.8, 4  # as many here as there: most within tolerance, none beyond four times it
SKIP_S = 45  # what a vehicle saves by not calling at a stop, about


@dataclass(frozen=True)
class Printed:
    """What the sheets of one line, direction and group of days print, one entry a time.

    `position` along the track, `time` s, `pattern` a number per named pattern, `ends` where the
    train goes no further and the time is its arrival, `row` the place in the table.
    """

    position: Ints
    time: Ints
    pattern: Ints
    ends: NDArray[np.bool_]
    row: Ints


@dataclass(frozen=True)
class Train:
    """One train: positions along its track (beyond the last stop on a ring's later laps).

    `time` s and `row` of each printed time; `end` the position where it ends, or −1 if its last
    printed time is its arrival. `cut` says whether it begins or ends where its pattern goes on.
    """

    position: Ints
    time: Ints
    row: Ints
    end: int
    cut: tuple[bool, bool]


def thread(track: Track, printed: Printed) -> list[Train]:
    """Return the trains of one line, direction and group of days, by first departure.

    On a ring, trains of any pattern may go on from the last stop of the track to its first.
    """
    after = np.full(len(printed.time), -1, np.int64)
    served: dict[int, list[int]] = {}
    for pattern in np.unique(printed.pattern).tolist():
        of = printed.pattern == pattern
        served[pattern] = np.unique(printed.position[of]).tolist()
        for here, there in pairwise(served[pattern]):
            _join(track, printed, after, (of, of), (here, there))
    if track.ring:
        every = np.ones(len(after), dtype=bool)
        _join(track, printed, after, (every, every), (track.positions - 1, track.positions))
    follows = np.zeros(len(after), dtype=bool)
    follows[after[after >= 0]] = True
    trains = [_follow(track, printed, after, served, int(i)) for i in np.flatnonzero(~follows)]
    return sorted(trains, key=lambda t: (int(t.time[0]), int(t.position[0])))


def _join(
    track: Track,
    printed: Printed,
    after: Ints,
    of: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    step: tuple[int, int],
) -> None:
    """Write into `after` which printed time follows which, from one stop to another."""
    here, there = step
    one = np.flatnonzero(of[0] & (printed.position == here) & ~printed.ends)
    two = np.flatnonzero(of[1] & (printed.position == there % track.positions))
    one = one[np.argsort(printed.time[one], kind="stable")]
    two = two[np.argsort(printed.time[two], kind="stable")]
    lag = track.lag(here, there)
    for i, j in match(printed.time[one], printed.time[two], lag, there - here - 1):
        after[one[i]] = two[j]


def _follow(
    track: Track, printed: Printed, after: Ints, served: Mapping[int, Sequence[int]], start: int
) -> Train:
    nodes = [start]
    positions = [int(printed.position[start])]
    while after[nodes[-1]] >= 0:
        nodes.append(int(after[nodes[-1]]))
        ahead = (
            int(printed.position[nodes[-1]]) + positions[-1] // track.positions * track.positions
        )
        positions.append(ahead if ahead > positions[-1] else ahead + track.positions)
    first, last = (served[int(printed.pattern[n])] for n in (nodes[0], nodes[-1]))
    base = positions[-1] % track.positions
    goes_on = not printed.ends[nodes[-1]] and (base != last[-1] or track.ring)
    return Train(
        position=np.array(positions, np.int64),
        time=printed.time[nodes],
        row=printed.row[nodes],
        end=-1 if printed.ends[nodes[-1]] else _end(track, last, positions[-1]),
        cut=(positions[0] != first[0], goes_on),
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
    if len(one) == len(two) and len(one):
        late = two - one - lag
        if (np.abs(late) <= slack).mean() >= MOST and (np.abs(late) <= FAR * slack).all():
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
