"""The engine equals the textbook's range RAPTOR on a small synthetic metropolis."""

import numpy as np
from benchmarks.metropolis import metropolis
from benchmarks.metropolis_race import metropolis_speed


def test_equals_the_textbook() -> None:
    row = metropolis_speed(40, 4)
    assert row["max_difference_s"] == 0
    assert row["checked_pairs"] == 4 * 1600
    assert row["reached"] > 0.1


def test_the_metropolis_is_seeded_and_no_trip_overtakes() -> None:
    one, two = metropolis(30).timetable, metropolis(30).timetable
    assert np.array_equal(one.arrival, two.arrival)
    assert not np.array_equal(one.arrival[:99], metropolis(30, seed=2).timetable.arrival[:99])
    for p in range(one.patterns):
        trips = int(one.trip_ptr[p + 1] - one.trip_ptr[p])
        here = slice(one.time_ptr[p], one.time_ptr[p + 1])
        arrival = one.arrival[here].reshape(trips, -1)
        departure = one.departure[here].reshape(-1, trips)
        assert (np.diff(arrival, axis=0) >= 0).all()
        assert (np.diff(departure, axis=1) >= 0).all()
        assert (np.diff(arrival, axis=1) > 0).all()
        assert (arrival <= departure.T).all()
