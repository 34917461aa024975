"""Hold for every timetable: more never hurts, less never helps, threads change nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.engine.worlds import TUESDAY, city, degrees, grid, stops, transit

from chengce.core.context import Context
from chengce.engine.matrix import Points, TripOptions, travel_times
from chengce.engine.running.runner import ThreadRunner

SIZE, STEP = 6, 200.0
AT = {f"s{i}": (STEP * (i * 7 % SIZE), STEP * (i * 3 % SIZE) + 10) for i in range(9)}
XY = np.array([degrees((STEP * (i % 5) + 30, STEP * (i * 2 % 5) + 5)) for i in range(6)])
HERE = Points([f"p{i}" for i in range(6)], XY[:, 0], XY[:, 1])
OPTIONS = TripOptions(
    TUESDAY, 300, 900, percentiles=(5, 50, 95), max_access_s=420, max_egress_s=420,
    max_transfer_s=420, max_direct_s=900, max_boardings=2, max_trip_s=2400, speed_mps=1.0,
)  # fmt: skip


@st.composite
def runs(draw: Any) -> tuple[list[str], int, list[int]]:
    line = draw(st.lists(st.sampled_from(sorted(AT)), min_size=2, max_size=5))
    hops = draw(st.lists(st.integers(0, 300), min_size=len(line), max_size=len(line)))
    return line, draw(st.integers(0, 3000)), hops


TIMETABLES = st.lists(runs(), min_size=1, max_size=12)


def world(timetable: list[Any]) -> Any:
    trips = []
    for i, (line, start, hops) in enumerate(timetable):
        times = start + np.cumsum(hops) - hops[0]
        trips.append(
            (f"t{i}", "day", [(s, int(t), int(t)) for s, t in zip(line, times, strict=True)])
        )
    return city(streets=grid(SIZE, STEP), stops=stops(AT), **transit(trips))


def seconds(where: Any, options: TripOptions = OPTIONS, context: Context | None = None) -> Any:
    return travel_times(where, HERE, HERE, options, context=context or Context()).seconds


@settings(max_examples=25, deadline=None)
@given(TIMETABLES, TIMETABLES)
def test_added_trips_never_hurt_and_threads_change_nothing(some: Any, more: Any) -> None:
    before, after = world(some), world(some + more)
    one = seconds(before)
    assert (seconds(after) <= one).all()
    np.testing.assert_array_equal(seconds(before, context=Context(runner=ThreadRunner(3))), one)


@settings(max_examples=25, deadline=None)
@given(TIMETABLES, st.sampled_from(
    ["max_access_s", "max_egress_s", "max_transfer_s", "max_direct_s", "max_boardings", "max_trip_s"]
))  # fmt: skip
def test_wider_limits_never_hurt(some: Any, limit: str) -> None:
    where = world(some)
    step = 1 if limit == "max_boardings" else 240
    wider = replace(OPTIONS, **{limit: getattr(OPTIONS, limit) + step})
    assert (seconds(where, wider) <= seconds(where)).all()


@settings(max_examples=25, deadline=None)
@given(TIMETABLES, st.sets(st.integers(0, 59), max_size=12))
def test_closing_streets_never_helps_and_opening_them_again_restores(some: Any, gone: Any) -> None:
    before = world(some)
    table = before.table("streets")
    keep = ~np.isin(np.arange(len(table)), list(gone))
    after = before.with_changes({"streets": table[keep]})
    one = seconds(before)
    assert (seconds(after) >= one).all()
    np.testing.assert_array_equal(seconds(before.with_changes({})), one)
    np.testing.assert_array_equal(seconds(before.with_changes({"streets": table})), one)


@settings(max_examples=15, deadline=None)
@given(TIMETABLES)
def test_percentiles_are_ordered_and_wheelchairs_lose_nothing_where_all_is_open(some: Any) -> None:
    where = world(some)
    got = seconds(where)
    assert (np.diff(got, axis=0) >= 0).all()
    np.testing.assert_array_equal(seconds(where, replace(OPTIONS, profile="wheelchair")), got)


def test_sixteen_callers_at_once() -> None:
    rng = np.random.default_rng(0)
    table = [
        ([f"s{i}" for i in rng.integers(0, 9, 4)], int(rng.integers(0, 3000)), [60, 90, 120, 30])
        for _ in range(30)
    ]
    where = world(table)
    one = seconds(where)
    with ThreadPoolExecutor(16) as pool:
        many = list(
            pool.map(lambda _: seconds(where, context=Context(runner=ThreadRunner(2))), range(32))
        )
    for got in many:
        np.testing.assert_array_equal(got, one)
