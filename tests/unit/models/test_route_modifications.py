"""Work out by hand what changes of a route's vehicles do to their times, and what they refuse."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from tests.unit.models.road_worlds import H, applied, codes, scenario

from chengce.city.city import City
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice_lines import DEMO_DATE, Line
from chengce.core.errors import ChengceError
from chengce.engine.transit.timetable import compile_timetable

L = Line("L", "ABCD", 600, [60, 90, 120], first_s=6 * H, last_s=7 * H, dwell_s=20, both=True)
OFTEN = replace(L, frequency=True, exact=False, last_s=8 * H)


def city(*lines: Line) -> City:
    """Return four zones in a row and lines: running 60, 90, 120 s, standing 20 s at B and C."""
    return ascii_city("A--B--C--D", block_m=500.0, people={"A": 10}, lines=lines or (L,))


def change(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "route": "L", **more}


def run(**more: Any) -> dict[str, Any]:
    return change("change_running_time", **more)


def dwell(**more: Any) -> dict[str, Any]:
    return change("change_dwell", **more)


def times(after: City, trip: str) -> list[tuple[str, int, int]]:
    """Return stop, arrival and departure of a trip, seconds after its first departure."""
    calls = after.table("stop_times").query("trip == @trip").sort_values("sequence")
    zero = int(calls["departure_s"].iloc[0])
    return [
        (str(s), int(a) - zero, int(d) - zero)
        for s, a, d in zip(calls["stop"], calls["arrival_s"], calls["departure_s"], strict=True)
    ]


def leave(after: City, first: str = "A") -> list[int]:
    """Return the departures from a stop on the demo date, as the engine runs them."""
    t = compile_timetable(after, DEMO_DATE)
    at = list(t.stop_ids).index(first)
    out = []
    for p in range(t.patterns):
        length = t.pattern_ptr[p + 1] - t.pattern_ptr[p]
        count = t.trip_ptr[p + 1] - t.trip_ptr[p]
        block = t.departure[t.time_ptr[p] : t.time_ptr[p + 1]].reshape(length, count)
        for i in range(length - 1):
            if t.pattern_stop[t.pattern_ptr[p] + i] == at:
                out += block[i].tolist()
    return sorted(out)


# running times


def test_a_speed_changes_the_runs_and_leaves_the_dwells() -> None:
    after = applied(city(), run(direction=0, speed_factor=1.5))
    assert times(after, "L:0:0") == [("A", 0, 0), ("B", 40, 60), ("C", 120, 140), ("D", 220, 220)]
    assert times(after, "L:1:0") == times(city(), "L:1:0")
    assert leave(after) == leave(city())


def test_seconds_are_shared_out_over_a_part_and_sum_up_exactly() -> None:
    part = {"from_stop": "B", "to_stop": "D"}  # 90 + 120 s
    after = applied(city(), run(**part, add_s=-31))
    stops = times(after, "L:0:0")
    assert stops[:2] == [("A", 0, 0), ("B", 60, 80)]
    assert stops[2] == ("C", 80 + 90 - 13, 80 + 90 - 13 + 20)  # 31 · 90/210 = 13.3
    assert stops[3][1] == 310 - 31
    assert times(after, "L:1:0") == times(city(), "L:1:0")  # D comes before B on the way back


def test_only_the_hours_are_meant_and_the_first_stop_keeps_its_time() -> None:
    after = applied(city(), run(hours=["06:10", "06:30"], speed_factor=0.5))
    slow = [t for t in after.table("trips")["id"] if times(after, t)[-1][1] > 400]
    assert sorted(slow) == ["L:0:1", "L:0:2", "L:1:1", "L:1:2"]
    assert leave(after) == leave(city())


@pytest.mark.parametrize(
    "none", [run(speed_factor=1), run(add_s=0), dwell(add_s=0), dwell(dwell_s=20)]
)
@pytest.mark.parametrize("line", [L, OFTEN])
def test_nothing_changed_is_the_same_city(none: dict[str, Any], line: Line) -> None:
    assert applied(city(line), none).hash == city(line).hash
    if "add_s" in none or "speed_factor" in none:
        assert applied(city(line), {**none, "hours": ["06:10", "07:00"]}).hash == city(line).hash


@pytest.mark.parametrize("exact", [True, False])
def test_a_line_by_headway_is_parted_and_leaves_when_it_did(exact: bool) -> None:
    base = city(replace(OFTEN, exact=exact))
    after = applied(base, run(hours=["06:25", "07:05"], speed_factor=0.5))
    assert leave(after) == leave(base)
    assert leave(after, "D") == leave(base, "D")
    parted = compile_timetable(after, DEMO_DATE)
    rides = np.sort(parted.arrival[parted.arrival >= 0])  # every call of the day
    assert len(rides) == len(compile_timetable(base, DEMO_DATE).arrival)
    trips = after.table("trips")
    assert len(trips) == 4  # two ways, each at the hours and else
    for key in trips["id"]:
        assert times(after, key)[1][1] in (60, 120, 240)
    again = applied(after, run(hours=["06:25", "07:05"], speed_factor=2))
    assert leave(again) == leave(base)
    assert {times(again, t)[-1][1] for t in again.table("trips")["id"]} == {310}


def test_running_times_that_make_no_sense() -> None:
    base = city()
    assert codes(base, run(add_s=-270)) == []
    assert codes(base, run(add_s=-271)) == ["running_time_below_zero"]
    (found,) = scenario(run(from_stop="C", to_stop="A", direction=0, add_s=5)).check(base)
    assert (found.code, "对调" in found.remedy.zh) == ("section_not_served", True)
    (found,) = scenario(run(from_stop="A", to_stop="E", add_s=5)).check(base)
    assert found.code == "stops_unknown"
    lone = city(L, Line("M", "AD", 600, 60, first_s=6 * H, last_s=7 * H))
    (found,) = scenario({**run(from_stop="A", to_stop="B", add_s=5), "route": "M"}).check(lone)
    assert (found.code, "A, D" in found.remedy.en) == ("section_not_served", True)
    (found,) = scenario(run(hours=["09:00", "10:00"], add_s=5)).check(base)
    assert (found.code, "06:00" in found.remedy.zh) == ("route_without_departures", True)
    (found,) = scenario({**run(add_s=5), "route": "l"}).check(base)
    assert found.code == "routes_unknown"
    for wrong in ({}, {"add_s": 1, "speed_factor": 2}, {"add_s": 1, "from_stop": "A"},
                  {"add_s": 1, "hours": ["09:00", "08:00"]}):  # fmt: skip
        with pytest.raises(ChengceError):
            scenario(run(**wrong))


# dwells


def test_a_dwell_changes_between_the_ends_only() -> None:
    after = applied(city(), dwell(dwell_s=50, direction=0))
    assert times(after, "L:0:0") == [("A", 0, 0), ("B", 60, 110), ("C", 200, 250), ("D", 370, 370)]
    one = applied(city(), dwell(add_s=-20, stops=["C"]))
    assert times(one, "L:0:0") == [("A", 0, 0), ("B", 60, 80), ("C", 170, 170), ("D", 290, 290)]
    assert times(one, "L:1:0")[1] == ("C", 120, 120)
    assert leave(after) == leave(city())


def test_dwells_that_make_no_sense() -> None:
    (found,) = scenario(dwell(add_s=-21)).check(city())
    assert (found.code, "28" in found.message.en) == ("dwell_below_zero", True)  # 14 trips, 2 each
    (found,) = scenario(dwell(dwell_s=9, stops=["A"], direction=0)).check(city())
    assert (found.code, "B, C" in found.remedy.en) == ("dwell_stop_not_served", True)
    assert codes(city(), dwell(dwell_s=9, stops=["X"])) == ["stops_unknown"]
    direct = city(replace(L, stops="AD", run_s=60))
    assert codes(direct, dwell(dwell_s=9)) == ["dwell_stop_not_served"]
    with pytest.raises(ChengceError):
        scenario(dwell())


# trips removed


def test_trips_are_taken_out_by_direction_and_hours() -> None:
    after = applied(city(), change("remove_trips", direction=0, hours=["06:20", "06:40"]))
    gone = set(city().table("trips")["id"]) - set(after.table("trips")["id"])
    assert gone == {"L:0:2", "L:0:3"}
    assert leave(after, "D") == leave(city(), "D")
    bare = applied(city(), change("remove_trips"))
    assert (len(bare.table("trips")), len(bare.table("stop_times"))) == (0, 0)
    assert len(bare.table("stops")) == 4


@pytest.mark.parametrize("exact", [True, False])
def test_a_gap_in_a_line_by_headway(exact: bool) -> None:
    base = city(replace(OFTEN, exact=exact))
    after = applied(base, change("remove_trips", hours=["06:25", "07:05"]))
    here = [t for t in leave(base) if not 6 * H + 1500 <= t < 7 * H + 300]
    assert leave(after) == here
    assert 0 < len(here) < len(leave(base))


def test_trips_are_taken_out_on_some_dates_only() -> None:
    two = replace(L, dates=("2026-05-12", "2026-05-13"))
    base = city(two)
    after = applied(base, change("remove_trips", dates=["2026-05-12"], hours=["06:20", "06:40"]))
    assert len(after.table("trips")) == len(base.table("trips"))
    moved = after.table("trips").set_index("id")["service"]
    assert moved["L:0:2"] != moved["L:0:1"] == "L"
    assert len(leave(after)) == 5  # of seven
    ended = applied(base, change("remove_trips", dates=["2026-05-12", "2026-05-13"]))
    assert len(ended.table("trips")) == 0
    only = applied(base, change("remove_trips", services=["L"], direction=1))
    assert set(only.table("trips")["direction"]) == {0}
    assert codes(base, change("remove_trips", services=["X"])) == ["service_unknown"]
    (found,) = scenario(change("remove_trips", dates=["2026-05-14"])).check(base)
    assert (found.code, "2026-05-12" in found.remedy.zh) == ("no_service_on_date", True)
    with pytest.raises(ChengceError):
        scenario(change("remove_trips", dates=["May"]))


# by headway


def test_a_route_runs_by_headway_and_in_no_other_hours() -> None:
    every = [
        {"from": "05:00", "to": "06:00", "minutes": 10},
        {"from": "10:00", "to": "11:00", "minutes": 20},
    ]
    after = applied(city(), change("convert_to_frequency", headways=every))
    assert len(after.table("trips")) == 2
    often = after.table("frequencies").sort_values(["trip", "start_s"])
    assert often[["start_s", "end_s", "headway_s"]].drop_duplicates().to_numpy().tolist() == [
        [5 * H, 6 * H, 600], [10 * H, 11 * H, 1200],
    ]  # fmt: skip
    (trip,) = after.table("trips").query("direction == 0")["id"]
    assert times(after, trip) == times(city(), "L:0:0")
    assert len(leave(after)) == 6 + 3
    assert codes(city(), {**change("convert_to_frequency", headways=every), "route": "K"}) == [
        "routes_unknown"
    ]
    gone = [change("remove_trips"), change("convert_to_frequency", headways=every)]
    assert "route_without_departures" in codes(city(), *gone)


def test_branches_keep_their_share_by_headway() -> None:
    base = city(
        Line("A1", "ABC", 600, 60, first_s=6 * H, last_s=7 * H - 1),
        Line("A2", "ABD", 1200, 60, first_s=6 * H, last_s=7 * H - 1),
    )
    trips = base.table("trips").assign(route="A1", service="A1")
    base = replace(base, tables={**base.tables, "trips": trips}, known={})
    every = [{"from": "06:00", "to": "07:00", "minutes": 6}]
    after = applied(base, {"type": "convert_to_frequency", "route": "A1", "headways": every})
    assert sorted(after.table("frequencies")["headway_s"]) == [540, 1080]


# another way


def reroute(**more: Any) -> dict[str, Any]:
    return change("reroute", from_stop="B", to_stop="D", run_s=[100, 50], via=["X"], **more)


def other(base: City) -> dict[str, Any]:
    """Return a new stop between C and D."""
    at = base.table("stops").set_index("id").geometry["C"]
    return {"id": "X", "lon": at.x + 0.001, "lat": at.y, "name": "新站"}


def test_a_route_is_led_over_a_new_stop() -> None:
    base = city()
    after = applied(base, {**reroute(dwell_s=30), "via": [other(base)]})
    assert times(after, "L:0:0") == [("A", 0, 0), ("B", 60, 80), ("X", 180, 210), ("D", 260, 260)]
    assert times(after, "L:1:0") == times(base, "L:1:0")
    assert leave(after) == leave(base)
    assert after.table("stops").set_index("id")["name"]["X"] == "新站"
    assert after.table("stop_times").query("trip == 'L:0:0'")["sequence"].tolist() == [1, 2, 3, 4]


def test_a_route_may_leave_stops_out_or_run_at_a_speed() -> None:
    base = city()
    direct = applied(base, change("reroute", from_stop="A", to_stop="D", run_s=[200]))
    assert times(direct, "L:0:6") == [("A", 0, 0), ("D", 200, 200)]
    speed = applied(base, change("reroute", from_stop="A", to_stop="D", via=["C"], speed_kmh=36))
    (_, at_c, _), (_, at_d, _) = times(speed, "L:0:0")[1:]
    assert (at_c, at_d) == pytest.approx((200, 320), abs=2)  # 2 000 and 1 000 m, rounded up
    peak = applied(base, {**reroute(hours=["06:00", "06:10"]), "via": [other(base)]})
    assert [len(times(peak, f"L:0:{i}")) for i in (0, 1)] == [4, 4]
    assert [times(peak, f"L:0:{i}")[2][0] for i in (0, 1)] == ["X", "C"]


def test_the_shape_follows_the_stops() -> None:
    base = city()
    line = base.table("streets").geometry.union_all()
    whole = shapely.line_merge(line)
    shapes = gpd.GeoDataFrame({"id": ["s"]}, geometry=[whole], crs="EPSG:4326")
    trips = base.table("trips").assign(shape=pd.Series("s", base.table("trips").index, "str"))
    base = replace(base, tables={**base.tables, "shapes": shapes, "trips": trips}, known={})
    new = other(base)
    after = applied(base, {**reroute(), "via": [{**new, "lat": new["lat"] + 0.002}]})
    named = after.table("trips").set_index("id")["shape"]
    assert named["L:1:0"] == "s" != named["L:0:0"]
    drawn = after.table("shapes").set_index("id").geometry[named["L:0:0"]]
    assert (new["lon"], new["lat"] + 0.002) in drawn.coords
    assert drawn.coords[0] == whole.coords[0] or drawn.coords[0] == whole.coords[-1]


def test_ways_that_make_no_sense() -> None:
    base = city()
    assert codes(base, reroute()) == ["stops_unknown"]
    assert codes(base, {**reroute(), "via": ["C"], "direction": 1}) == ["section_not_served"]
    new = {**other(base), "id": "C"}
    assert codes(base, {**reroute(), "via": [new]}) == ["stops_id_taken"]
    far = {**other(base), "lon": 40.0}
    assert codes(base, {**reroute(), "via": [far]}) == ["point_outside_city"]
    for wrong in (
        {"run_s": [5]},
        {"run_s": []},
        {"speed_kmh": 9},
        {"via": ["B"]},
        {"run_s": [5, 0]},
    ):
        with pytest.raises(ChengceError):
            scenario({**reroute(), **wrong})


# together


@pytest.mark.parametrize(
    ("one", "two", "clash"),
    [
        (run(add_s=5), run(add_s=6), True),
        (run(add_s=5, from_stop="A", to_stop="B"), run(add_s=6, from_stop="B", to_stop="C"), False),
        (run(add_s=5, hours=["06:00", "06:30"]), run(add_s=6, hours=["06:30", "07:30"]), False),
        (run(add_s=5, direction=0), run(add_s=6, direction=1), False),
        (run(add_s=5), dwell(add_s=5), False),
        (dwell(add_s=5), dwell(dwell_s=5, stops=["C"]), True),
        (dwell(add_s=5, stops=["B"]), dwell(dwell_s=5, stops=["C"]), False),
        (run(add_s=5), change("reroute", from_stop="A", to_stop="C", run_s=[99]), True),
        (dwell(add_s=5), change("reroute", from_stop="A", to_stop="C", run_s=[99]), True),
        (change("remove_trips"), change("remove_trips", direction=1), True),
        (change("remove_trips", direction=0), change("remove_trips", direction=1), False),
        (run(add_s=5, from_stop="A", to_stop="B"), {"type": "close_stop", "stop": "B"}, True),
        (change("convert_to_frequency", headways=[{"from": "06:00", "to": "07:00", "minutes": 9}]),
         change("change_headway", headways=[{"from": "06:00", "to": "07:00", "minutes": 9}]), True),
    ],
)  # fmt: skip
def test_what_is_in_conflict(one: dict[str, Any], two: dict[str, Any], clash: bool) -> None:
    assert ("modifications_conflict" in codes(city(), one, two)) == clash
    assert ("modifications_conflict" in codes(city(), two, one)) == clash
    both = scenario(one, two)
    assert scenario(*both.as_dict()["modifications"]).hash == both.hash
    assert all(m.summary.zh and m.summary.en for m in both.modifications)
