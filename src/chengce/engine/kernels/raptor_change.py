"""Change vehicles for a whole departure window at once: labels of all lanes of a stop together."""

from numba import njit

from chengce.engine.kernels.narrow import Clock, narrow


@njit(nogil=True, cache=True)
def settle(at: Clock, lanes: int) -> None:
    """Carry each label of a stop, by lane, on to the lanes that leave earlier."""
    low = at[0]
    for lane in range(1, lanes):
        low = min(low, at[lane])
        at[lane] = low


@njit(nogil=True, cache=True)
def lower(row: Clock, at: Clock, seconds: int) -> None:
    """Lower `row` to `at` + `seconds`, lane by lane."""
    more = narrow(seconds, at)
    for lane in range(len(row)):
        t = narrow(at[lane] + more, at)
        row[lane] = t if t < row[lane] else row[lane]


@njit(nogil=True, cache=True)
def lower_timed(row: Clock, at: Clock, times: tuple[int, int, int, int]) -> None:
    """Lower `row` by a walk that holds for some hours; `times` = slack, walk, from, until (s)."""
    slack, walk, begin, end = times
    for lane in range(len(row)):
        t = max(at[lane] + slack, begin)
        if t < end and t + walk < row[lane]:
            row[lane] = t + walk


@njit(nogil=True, cache=True)
def improve(ready: Clock, row: Clock, steps: Clock, count: int, limit: tuple[int, int, int]) -> int:
    """Lower `ready` to `row` and add a step (lane, label) where a lane gets a label of its own.

    `limit` = (lanes, latest arrival of lane 0, seconds between lanes); steps later than that are
    left out. Returns the number of steps.
    """
    lanes, latest, step = limit
    before = row[0]
    for lane in range(lanes):
        t = row[lane]
        if t < ready[lane]:
            ready[lane] = t
            if (t < before or lane == 0) and t + lane * step <= latest:
                steps[0, count] = lane
                steps[1, count] = t
                count += 1
        before = ready[lane]
    return count
