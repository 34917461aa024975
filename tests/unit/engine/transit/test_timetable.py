from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from tests.unit.engine.worlds import MONDAY, TUESDAY, WEDNESDAY, city, stops, transit

from chengce.core.errors import ChengceError
from chengce.engine.transit.timetable import Timetable, accessible, between, compile_timetable

AT = {s: (i * 500.0, 0.0) for i, s in enumerate("abcd")}


def listed(t: Timetable) -> dict[str, list[tuple[str, int, int]]]:
    """Trips as lists of calls, by "trip row/pattern"."""
    out = {}
    for p in range(t.patterns):
        names = t.stop_ids[t.pattern_stop[t.pattern_ptr[p] : t.pattern_ptr[p + 1]]]
        trips = t.trip[t.trip_ptr[p] : t.trip_ptr[p + 1]]
        here = slice(t.time_ptr[p], t.time_ptr[p + 1])
        arrival = t.arrival[here].reshape(len(trips), len(names))
        departure = t.departure[here].reshape(len(names), len(trips)).T
        for i, trip in enumerate(trips):
            calls = zip(names, arrival[i].tolist(), departure[i].tolist(), strict=True)
            out[f"{trip}@{departure[i, 0]}/{p}"] = list(calls)
    return out


def run(trip: str, start: int, hop: int = 60, day: str = "day", line: str = "abc") -> tuple:
    return (trip, day, [(s, start + i * hop, start + i * hop) for i, s in enumerate(line)])


def test_same_stops_one_pattern_sorted_and_overtaking_splits() -> None:
    trips = [
        run("late", 700),
        run("early", 100),
        run("slow", 200, 900),
        run("other", 0, line="abd"),
    ]
    t = compile_timetable(city(stops=stops(AT), **transit(trips)), TUESDAY)
    assert t.patterns == 3
    assert [np.diff(t.trip_ptr).tolist()] == [[2, 1, 1]]
    for p in range(t.patterns):
        trips_of, length = np.diff(t.trip_ptr)[p], np.diff(t.pattern_ptr)[p]
        here = slice(t.time_ptr[p], t.time_ptr[p + 1])
        assert (np.diff(t.arrival[here].reshape(trips_of, length), axis=0) >= 0).all()
        assert (np.diff(t.departure[here].reshape(length, trips_of), axis=1) >= 0).all()
    calls = sorted(listed(t).values())
    assert calls == sorted([(s, a, d) for s, a, d in trip[2]] for trip in trips)


def test_pickup_and_dropoff_make_a_pattern_of_their_own() -> None:
    trips = [run("x", 0), run("y", 100)]
    closed = frozenset({("y", 1, "pickup")})
    t = compile_timetable(city(stops=stops(AT), **transit(trips, closed=closed)), TUESDAY)
    assert t.patterns == 2
    indptr, pattern, position = t.boardings()
    b = slice(indptr[1], indptr[2])
    assert len(pattern[b]) == 1
    assert (position < 2).all()


def test_yesterday_after_midnight_and_tomorrow_within_the_horizon() -> None:
    days = {"mon": (MONDAY,), "tue": (TUESDAY,), "wed": (WEDNESDAY,)}
    trips = [
        run("night", 86_380, 60, "mon"),
        run("evening", 80_000, 60, "mon"),
        run("noon", 43_200, 60, "tue"),
        run("dawn", 600, 60, "wed"),
    ]
    world = city(stops=stops(AT), **transit(trips, days))
    one = listed(compile_timetable(world, TUESDAY))
    assert sorted(c[0][2] for c in one.values()) == [-20, 43_200]
    two = listed(compile_timetable(world, TUESDAY, horizon_s=87_000))
    assert sorted(c[0][2] for c in two.values()) == [-20, 43_200, 87_000]


def test_frequencies_become_trips_with_a_fixed_phase() -> None:
    world = city(stops=stops(AT), **transit([run("f", 1000), run("g", 50), run("single", 5)]))
    rows = [("f", 3600, 7200, 600, True), ("g", 3600, 7200, 700, False)]
    columns = ["trip", "start_s", "end_s", "headway_s", "exact"]
    world = world.with_changes({"frequencies": pd.DataFrame(rows, columns=columns)})
    starts: dict[int, list[int]] = {}
    for name, calls in listed(compile_timetable(world, TUESDAY)).items():
        starts.setdefault(int(name.split("@")[0]), []).append(calls[0][2])
        assert [d - calls[0][2] for _, _, d in calls] == [0, 60, 120]
    assert sorted(starts[0]) == [3600, 4200, 4800, 5400, 6000, 6600]
    loose = sorted(starts[1])
    assert 3600 <= loose[0] < 4300
    assert loose[-1] < 7200 <= loose[-1] + 700
    assert {b - a for a, b in pairwise(loose)} == {700}
    assert starts[2] == [5]


def test_no_service_names_the_dates_of_each_feed() -> None:
    days = {"bus:wd": (TUESDAY, WEDNESDAY), "rail:x": (MONDAY,)}
    world = city(stops=stops(AT), **transit([run("t", 0, 60, "bus:wd")], days))
    with pytest.raises(ChengceError) as error:
        compile_timetable(world, "2024-07-01")
    (problem,) = error.value.problems
    assert problem.code == "no_service_on_date"
    for text in (problem.remedy.zh, problem.remedy.en):
        assert f"{TUESDAY}" in text
        assert "bus" in text
        assert "rail" in text


def test_wheelchair_users_skip_what_is_marked_not_accessible() -> None:
    trips = [run("t0", 0), run("t2", 100), run("t1", 200)]
    places = stops(AT, b=2)
    places["parent"] = ["", "", "b", ""]
    world = city(stops=places, **transit(trips, wheelchair={"t2": 2, "t1": 1}))
    t = accessible(compile_timetable(world, TUESDAY))
    assert t.stop_wheelchair.tolist() == [0, 2, 2, 0]
    assert sorted(c[0][2] for c in listed(t).values()) == [0, 200]
    assert t.pickup.tolist() == [1, 0, 0]
    assert t.dropoff.tolist() == [1, 0, 0]


def test_selecting_trips_keeps_their_times() -> None:
    rng = np.random.default_rng(0)
    trips = [
        run(f"t{i}", int(rng.integers(0, 9000)), int(rng.integers(0, 900)), line=line)
        for i, line in enumerate(rng.choice(["abc", "ab", "dcba", "cdab"], 60))
    ]
    t = compile_timetable(city(stops=stops(AT), **transit(trips)), TUESDAY)
    cut = between(t, 3000, 5000)
    want = sorted(c for c in listed(t).values() if c[-1][1] >= 3000 and c[0][2] <= 5000)
    assert sorted(listed(cut).values()) == want
    assert 0 < len(cut.trip) < len(t.trip)


def test_trips_of_one_call_carry_no_one() -> None:
    t = compile_timetable(city(stops=stops(AT), **transit([run("t", 0, line="a")])), TUESDAY)
    assert t.patterns == 0
    assert t.boardings()[0].tolist() == [0, 0, 0, 0, 0]
