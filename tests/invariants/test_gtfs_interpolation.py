"""Interpolated stop times stay between their timepoints and never decrease."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chengce.city.readers.gtfs_interpolate import interpolated, straight_distance

trips = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, 900),  # seconds since the previous stop
            st.integers(0, 60),  # dwell
            st.booleans(),  # a timepoint?
            st.floats(0, 3) | st.just(np.nan),  # step along the shape
            st.floats(-0.1, 0.1),  # longitude
        ),
        min_size=2,
        max_size=8,
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(trips)
def test_times_are_monotone_and_timepoints_unchanged(
    made: list[list[tuple[int, int, bool, float, float]]],
) -> None:
    trip, arrival, departure, along, lon = [], [], [], [], []
    for number, stops in enumerate(made):
        clock, distance = 28800, 0.0
        for i, (gap, dwell, timed, step, x) in enumerate(stops):
            clock, distance = clock + gap, distance + step
            keep = timed or i in (0, len(stops) - 1)
            trip.append(number)
            arrival.append(clock if keep else -1)
            departure.append(clock + dwell if keep else -1)
            along.append(distance if np.isnan(step) or i % 3 else step)  # sometimes falls back
            lon.append(x)
            clock += dwell
    at = np.array(trip)
    first = np.append(True, np.diff(at) != 0)
    straight = straight_distance(np.array(lon), np.zeros(len(at)), first)
    given_arrival, given_departure = np.array(arrival), np.array(departure)
    a, d = interpolated(at, given_arrival, given_departure, (np.array(along), straight))
    timed_rows = given_arrival >= 0
    assert (a[timed_rows] == given_arrival[timed_rows]).all()
    assert (d[timed_rows] == given_departure[timed_rows]).all()
    assert (d >= a).all()
    assert (a[1:] >= d[:-1])[~first[1:]].all()
