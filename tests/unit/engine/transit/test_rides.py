"""The kernel of travel times equals plain search, on ten thousand random worlds."""

from itertools import pairwise

import numpy as np
import pytest
from tests.unit.engine.ride_worlds import (
    ALWAYS,
    ENDS,
    World,
    random_world,
    searched,
    sparse,
    timetable,
    transfers,
)
from tests.unit.engine.worlds import brute_force

from chengce.engine.kernels.limits import INF
from chengce.engine.transit.rides import lay_out

BLOCKS, EACH = 10, 1000


def ridden(world: World) -> np.ndarray:
    egress = sparse(world.egress, world.stops)
    rides = lay_out(timetable(world), transfers(world), egress, ENDS, world.options)
    return rides.times(sparse(world.access, 1), np.zeros(1, np.int64), world.options)[:, 0]


@pytest.mark.parametrize("block", range(BLOCKS))
def test_equals_compiled_search(block: int) -> None:
    reached = 0
    for seed in range(block * EACH, (block + 1) * EACH):
        world = random_world(seed)
        want = searched(world)
        np.testing.assert_array_equal(ridden(world), want, f"world {seed}")
        reached += bool((want < INF).any())
    assert reached > EACH // 4


def test_the_compiled_search_equals_the_plain_one() -> None:
    compared = 0
    for seed in range(400):
        world = random_world(seed)
        if any(walk[4] < ALWAYS for walk in world.change):
            continue  # the plain search knows no hours
        o = world.options
        walk: dict[int, dict[int, int]] = {}
        for a, b, seconds, _, _ in world.change:
            walk.setdefault(a, {})[b] = seconds
        access = {b: seconds for _, b, seconds, _, _ in world.access}
        times = []
        for leave in range(o.start_s, o.start_s + o.window_s, o.step_s):
            found = brute_force(
                world.trips, walk, access, leave, o.max_boardings, o.transfer_slack_s
            )
            row = [INF] * ENDS
            for stop, end, seconds, _, _ in world.egress:
                time = found.get(stop, 2**40) + seconds - leave
                row[end] = min(row[end], time if time <= o.max_trip_s else INF)
            times.append(row)
        want = np.sort(np.array(times), axis=0)[o.ranks() - 1]
        np.testing.assert_array_equal(searched(world), want, f"world {seed}")
        compared += 1
    assert compared > 200


def test_worlds_hold_what_they_promise() -> None:
    worlds = [random_world(seed) for seed in range(300)]
    tables = [timetable(w) for w in worlds]
    kinds = {
        lay_out(t, transfers(w), sparse(w.egress, w.stops), ENDS, w.options).arrival.itemsize
        for w, t in zip(worlds, tables, strict=True)
    }
    assert kinds == {2, 4}
    assert any(
        t.patterns > len({tuple(c[0] for c in x) for x in w.trips})
        for w, t in zip(worlds, tables, strict=True)
    )
    assert any(len({c[0] for c in x}) < len(x) for w in worlds for x in w.trips)  # loops
    assert any(a[2] == b[1] for w in worlds for x in w.trips for a, b in pairwise(x))
    assert any(c[1] > 86_400 for w in worlds for x in w.trips for c in x)
    assert any(c[1] < 0 for w in worlds for x in w.trips for c in x)
