"""Hold for any times and amounts: counts equal a plain search, more is never worse, parts add up."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.core.finding import mean_over
from chengce.engine.kernels.limits import INF
from chengce.engine.running.runner import ThreadRunner
from chengce.models.access import mean_of_access, minutes_to_reach, reached_within
from chengce.models.travel import DoorTimes

some = settings(max_examples=40, deadline=None)


@st.composite
def worlds(draw: Any) -> tuple[DoorTimes, NDArray[np.float64]]:
    """Return times of 3 speeds × up to 4 origins × up to 6 points, and amounts by draw."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    origins, points, draws = draw(st.integers(1, 4)), draw(st.integers(1, 6)), 5
    times = rng.integers(0, 4000, (3, origins, points)).astype(np.int32)
    times = -np.sort(-times, axis=0)  # faster walkers are never later
    times[rng.random(times.shape) < 0.2] = INF
    below = rng.integers(0, 2, draws)
    share = np.where(rng.random(draws) < 0.3, 0.0, rng.random(draws))
    amount = rng.integers(0, 4, (draws, points)).astype(np.float64)
    counts = rng.integers(0, 21, (3, 1, origins, points)).astype(np.uint8)
    spread = np.zeros((3, origins, points), np.int32)
    return DoorTimes(times, below, share, spread, counts, float("nan"), ()), amount


def moments(times: DoorTimes) -> NDArray[np.float64]:
    """Return seconds by draw, origin and point, +inf where a speed around the draw does not reach."""
    low, w = times.below, times.share[:, None, None]
    one, two = times.times[low].astype(float), times.times[low + 1].astype(float)
    one[one >= INF] = np.inf
    two[two >= INF] = np.inf
    with np.errstate(invalid="ignore"):
        between = one + (two - one) * w
    return np.where(w > 0, np.where(np.isfinite(one) & np.isfinite(two), between, np.inf), one)


@some
@given(worlds(), st.integers(0, 70))
def test_what_is_within_the_limit(world: Any, cutoff: int) -> None:
    times, amount = world
    columns = np.arange(amount.shape[1], dtype=np.int64)
    found = reached_within(times, columns, amount, cutoff, Context())
    expected = (amount[:, None, :] * (moments(times) <= cutoff * 60)).sum(axis=2)
    np.testing.assert_array_equal(found, expected)
    longer = reached_within(times, columns, amount, cutoff + 5, Context())
    assert (longer >= found).all()
    again = reached_within(times, columns, amount, cutoff, Context(runner=ThreadRunner(2)))
    np.testing.assert_array_equal(again, found)


@some
@given(worlds(), st.integers(1, 12))
def test_how_soon_k_are_reached(world: Any, k: int) -> None:
    times, amount = world
    columns = np.arange(amount.shape[1], dtype=np.int64)
    found = minutes_to_reach(times, columns, amount, float(k), Context())
    when = moments(times)
    for d in range(len(amount)):
        for o in range(when.shape[1]):
            order = np.argsort(when[d, o], kind="stable")
            reached = np.cumsum(amount[d, order] * np.isfinite(when[d, o, order]))
            enough = np.flatnonzero(reached >= k)
            expected = when[d, o, order[enough[0]]] / 60 if len(enough) else np.inf
            assert found[d, o] == expected or abs(found[d, o] - expected) < 1e-9
    assert (minutes_to_reach(times, columns, amount, float(k + 1), Context()) >= found).all()
    more = minutes_to_reach(times, columns, amount + 1.0, float(k), Context())
    assert (more <= found).all()


@some
@given(worlds())
def test_access_averaged_over_departures(world: Any) -> None:
    times, amount = world
    columns = np.arange(amount.shape[1], dtype=np.int64)
    found = mean_of_access(times, 0, columns, amount, Context())
    one = times.departures[times.below, 0].astype(float)
    two = times.departures[times.below + 1, 0].astype(float)
    shares = (one + (two - one) * times.share[:, None, None]) / 20
    np.testing.assert_allclose(found, (shares * amount[:, None, :]).sum(axis=2), rtol=1e-12)


@some
@given(st.data())
def test_a_subset_of_destinations_is_a_part_of_the_whole(data: st.DataObject) -> None:
    times, amount = data.draw(worlds())
    points = amount.shape[1]
    chosen = np.array(sorted(data.draw(st.sets(st.integers(0, points - 1)))), dtype=np.int64)
    rest = np.setdiff1d(np.arange(points), chosen)
    parts = [
        reached_within(times, c, np.ascontiguousarray(amount[:, c]), 30, Context())
        for c in (chosen, rest)
    ]
    whole = reached_within(times, np.arange(points), amount, 30, Context())
    np.testing.assert_allclose(parts[0] + parts[1], whole)


@some
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10))
def test_a_mean_lies_between_its_parts_and_scales(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    people, values = rng.random((4, 6)) * (rng.random((4, 6)) < 0.7), rng.random((4, 6))
    found = mean_over(people, values, axis=1)
    known = people.sum(axis=1) > 0
    inside = np.where(people > 0, values, np.nan)[known]
    assert (found[known] <= np.nanmax(inside, axis=1) + 1e-12).all()
    assert (found[known] >= np.nanmin(inside, axis=1) - 1e-12).all()
    assert np.isnan(found[~known]).all()
    np.testing.assert_allclose(mean_over(people * factor, values, axis=1), found, rtol=1e-9)
    np.testing.assert_allclose(
        mean_over(people, values * factor, axis=1), found * factor, rtol=1e-9
    )
