"""Work out by hand what each modification does to the tables, and what it refuses."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from chengce.city.checks import check_tables
from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.errors import ChengceError
from chengce.models.scenario import Scenario, parse_scenario

H = 3600


def city(*lines: Line) -> City:
    """Return four zones in a row, 600 m in all, with the lines given."""
    return ascii_city("A--B--C--D", block_m=100.0, people={"A": 10}, lines=lines)


def scenario(*changes: dict[str, Any], **more: Any) -> Scenario:
    """Return a scenario of plain modifications."""
    return parse_scenario({"name": "s", "modifications": list(changes), **more})


def applied(base: City, *changes: dict[str, Any]) -> City:
    """Return the city after changes, sound by its own checks."""
    after = scenario(*changes).apply(base)
    assert check_tables(after.tables) == []
    return after


def codes(base: City, *changes: dict[str, Any]) -> list[str]:
    """Return the codes of what is wrong."""
    return [p.code for p in scenario(*changes).check(base)]


def line(**more: Any) -> dict[str, Any]:
    """Return a line A–D at 36 km/h = 10 m/s."""
    return {
        "type": "add_line", "id": "x", "stops": ["A", "D"], "speed_kmh": 36,
        "headways": [{"from": "06:00", "to": "07:00", "minutes": 10}], **more,
    }  # fmt: skip


def headway(route: str, start: str, end: str, minutes: float) -> dict[str, Any]:
    """Return a change of headway in one period."""
    return {
        "type": "change_headway", "route": route,
        "headways": [{"from": start, "to": end, "minutes": minutes}],
    }  # fmt: skip


def services_of(after: City, route: str) -> pd.DataFrame:
    """Return the frequencies of a route with service, direction and first stop."""
    trips = after.table("trips")
    trips = trips[trips["route"] == route]
    first = after.table("stop_times").sort_values("sequence").groupby("trip")["stop"].first()
    joined = after.table("frequencies").merge(trips, left_on="trip", right_on="id")
    return joined.assign(first=joined["trip"].map(first))


# lines


L = Line("L", "ABCD", headway_s=600, run_s=60, first_s=6 * H, last_s=8 * H)


def test_a_line_over_existing_stops_only() -> None:
    after = applied(city(L), line(both_directions=False))
    assert len(after.table("stops")) == 4
    calls = after.table("stop_times").query("trip == 'x:0'")
    assert calls["arrival_s"].tolist() == pytest.approx([0, 60], abs=1)
    assert "x:1" not in set(after.table("trips")["id"])
    assert after.table("shapes").set_index("id").geometry["x:0"].geom_type == "LineString"


def test_a_line_may_come_back_to_a_stop_it_builds() -> None:
    base = city(L)
    at = base.table("stops").set_index("id").geometry["C"]
    new = {"id": "n", "lon": at.x, "lat": at.y}
    after = applied(base, line(stops=[new, "A", "n"], both_directions=False))
    assert after.table("stop_times").query("trip == 'x:0'")["stop"].tolist() == ["x:n", "A", "x:n"]
    assert (after.table("stops")["id"] == "x:n").sum() == 1
    assert codes(base, line(stops=[new, "A", new])) == ["line_stop_twice"]
    assert "line_repeats_stop" in codes(base, line(stops=["A", "A", "B"]))


def test_a_line_takes_no_id_that_means_something_else() -> None:
    base = city(replace(L, id="x"))
    assert set(codes(base, line())) == {"routes_id_taken", "services_id_taken"}
    # a trip and a stop that are called like the line's
    renamed = base.table("stop_times").assign(trip="x:0").iloc[:4]
    trips = base.table("trips").iloc[:1].assign(id="x:0")
    odd = replace(base, tables={**base.tables, "trips": trips, "stop_times": renamed}, known={})
    assert "trips_id_taken" in codes(odd, line())


def test_a_first_line_in_a_city_without_transit_needs_dates() -> None:
    bare = ascii_city("A--B--C", people={"A": 1})
    ends = bare.table("zones").geometry
    new = [{"id": str(i), "lon": p.x, "lat": p.y} for i, p in enumerate(ends)]
    assert codes(bare, line(stops=new)) == ["line_without_dates"]
    after = applied(bare, line(stops=new, dates=["2026-05-12"]))
    assert after.has("transit")
    assert after.table("services")["date"].tolist() == ["2026-05-12"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stops": [], "polyline": [[39.9, 116.4], [39.8, 116.3]]}, "写反"),
        ({"stops": [], "polyline": [[0.0, 0.0], [0.0, 0.0]]}, "1 米"),
        ({"stops": [], "polyline": [[0.0, 0.0]]}, "两个点"),
        ({"dates": ["12 May"]}, "YYYY-MM-DD"),
        ({"title": {"cn": "线"}}, "zh"),
        ({"speed_kmh": float("inf")}, "有限"),
        ({"headways": [{"from": "06:00", "to": "05:00", "minutes": 5}]}, "晚于"),
        ({"headways": [{"from": "06:00", "to": "08:00", "minutes": 5},
                       {"from": "07:00", "to": "09:00", "minutes": 5}]}, "重叠"),
    ],
)  # fmt: skip
def test_a_line_that_makes_no_sense(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ChengceError) as caught:
        scenario(line(**change))
    assert said in "".join(p.message.zh for p in caught.value.problems)


def test_dates_are_taken_as_yaml_reads_them() -> None:
    import datetime as dt

    change = scenario(line(dates=[dt.date(2026, 5, 12), "2026-05-11"])).modifications[0]
    assert change.dates == ("2026-05-11", "2026-05-12")  # type: ignore[attr-defined]


def test_clock_times_are_taken_as_yaml_reads_them() -> None:
    # an unquoted 06:30 is 390 in YAML 1.1
    change = scenario(
        line(headways=[{"from": 390, "to": "25:30:00", "minutes": 0.5}])
    ).modifications[0]
    (period,) = change.headways  # type: ignore[attr-defined]
    assert (period.start_s, period.end_s, period.headway_s) == (6 * H + 1800, 25 * H + 1800, 30)


# headways


def test_branches_keep_their_share_of_the_headway() -> None:
    base = city(
        Line("A1", "ABC", headway_s=600, run_s=60, first_s=6 * H, last_s=7 * H - 1),  # 6 an hour
        Line("A2", "ABD", headway_s=1200, run_s=[60, 90], first_s=6 * H, last_s=7 * H - 1),  # 3
    )
    trips = base.table("trips").assign(route="A1", service="A1")
    base = replace(base, tables={**base.tables, "trips": trips})
    after = applied(base, headway("A1", "06:00", "07:00", 6))
    found = services_of(after, "A1")
    # 10 an hour: two thirds by A1 (every 9 min), one third by A2 (every 18 min)
    assert sorted(found["headway_s"]) == [540, 1080]
    assert (3600 / found["headway_s"]).sum() == pytest.approx(10)
    last = after.table("stop_times").groupby("trip")["arrival_s"].max()
    assert sorted(last[found["trip"]]) == [120, 150]


def test_each_direction_gets_the_headway_also_where_none_is_given() -> None:
    base = city(replace(L, both=True))
    for direction in (base.table("trips")["direction"], pd.array([None] * 26, dtype="Int64")):
        trips = base.table("trips").assign(direction=direction)
        here = replace(base, tables={**base.tables, "trips": trips}, known={})
        found = services_of(applied(here, headway("L", "06:00", "07:00", 5)), "L")
        assert found.groupby("first")["headway_s"].apply(list).to_dict() == {"A": [300], "D": [300]}


def test_services_of_one_date_share_the_headway() -> None:
    one = Line("S1", "ABCD", headway_s=600, run_s=60, first_s=6 * H, last_s=7 * H - 1)
    two = replace(one, id="S2")  # as many on the same date
    alone = replace(one, id="S3", dates=("2026-05-13",))
    base = city(one, two, alone)
    trips = base.table("trips").assign(route="S1")
    base = replace(base, tables={**base.tables, "trips": trips})
    found = services_of(applied(base, headway("S1", "06:00", "07:00", 5)), "S1")
    each = found.set_index("service")["headway_s"].to_dict()
    assert each == {"S1": 600, "S2": 600, "S3": 300}  # every date sees one vehicle in 5 min


def test_the_median_trip_is_the_pattern_that_runs() -> None:
    base = city(L)
    times = base.table("stop_times")
    slow = times["trip"].isin(["L:0:0", "L:0:1"]) & (times["sequence"] == 4)
    times = times.assign(arrival_s=times["arrival_s"] + slow.astype("int32") * 500,
                         departure_s=times["departure_s"] + slow.astype("int32") * 500)  # fmt: skip
    base = replace(base, tables={**base.tables, "stop_times": times})
    after = applied(base, headway("L", "06:00", "07:00", 5))
    (trip,) = services_of(after, "L")["trip"]
    calls = after.table("stop_times")
    calls = calls[calls["trip"] == trip]
    assert calls["arrival_s"].tolist() == [0, 60, 120, 180]  # four of six take 180 s


def test_a_period_is_open_at_its_end() -> None:
    after = applied(city(L), headway("L", "06:10", "06:30", 20))
    often = after.table("frequencies")
    times = after.table("stop_times").query("sequence == 1")
    starts = sorted(times[~times["trip"].isin(often["trip"])]["departure_s"])
    gone = set(range(6 * H, 8 * H + 1, 600)) - set(starts)
    assert gone == {6 * H + 600, 6 * H + 1200}  # 06:30 still leaves


def test_a_service_by_frequency_goes_on_in_step_after_the_period() -> None:
    base = city(replace(L, headway_s=900, frequency=True))
    after = applied(base, headway("L", "06:20", "06:50", 10))
    found = services_of(after, "L").sort_values("start_s")
    rows = found[["start_s", "end_s", "headway_s"]].to_numpy().tolist()
    # 06:00, 06:15 | every 10 min | next in step after 06:50 is 07:00
    end = 8 * H + 900
    assert rows == [
        [6 * H, 6 * H + 1200, 900],
        [6 * H + 1200, 6 * H + 3000, 600],
        [7 * H, end, 900],
    ]


def test_a_period_that_covers_a_whole_service_by_frequency_replaces_it() -> None:
    base = city(replace(L, frequency=True))
    after = applied(base, headway("L", "05:00", "10:00", 30))
    found = services_of(after, "L")
    assert len(found) == 1
    assert len(after.table("trips")) == 1


def test_two_periods_and_a_second_scenario_on_top() -> None:
    both = {
        "type": "change_headway", "route": "L",
        "headways": [{"from": "06:00", "to": "07:00", "minutes": 5}, {"from": "07:00", "to": "08:00", "minutes": 15}],
    }  # fmt: skip
    once = applied(city(L), both)
    assert sorted(services_of(once, "L")["headway_s"]) == [300, 900]
    again = applied(once, headway("L", "06:30", "07:00", 2))
    found = services_of(again, "L").sort_values("start_s")
    assert found["headway_s"].tolist() == [300, 120, 900]
    assert again.base is not None
    assert again.base.base is None


def test_a_route_that_lost_its_trips_cannot_be_given_a_headway() -> None:
    two = Line("M", "AB", headway_s=600, run_s=60, last_s=8 * H)
    assert codes(
        city(L, two), {"type": "close_stop", "stop": "B"}, headway("M", "06:00", "07:00", 5)
    ) == ["headway_without_service"]


# stops and streets


def test_a_closed_first_stop_does_not_bring_vehicles_forward() -> None:
    base = city(replace(L, headway_s=900, frequency=True))
    after = applied(base, {"type": "close_stop", "stop": "A"})
    row = after.table("frequencies").iloc[0]
    assert row["start_s"] == 6 * H + 60  # the first vehicle leaves B as it did
    assert row["end_s"] == 8 * H + 900 + 60
    middle = applied(base, {"type": "close_stop", "stop": "B"})
    assert middle.table("frequencies")["start_s"].tolist() == [6 * H]


def test_a_station_is_closed_with_its_platforms() -> None:
    base = city(L)
    stops = base.table("stops")
    station = stops.iloc[:1].assign(id="S", name="S")
    stops = pd.concat([stops.assign(parent=["S", "S", None, None]), station], ignore_index=True)
    stops = gpd.GeoDataFrame(stops.astype({"parent": "str"}), geometry="geometry", crs=WGS84)
    base = replace(base, tables={**base.tables, "stops": stops})
    after = applied(base, {"type": "close_stop", "stop": "S"})
    assert sorted(after.table("stops")["id"]) == ["C", "D"]
    assert set(after.table("stop_times")["stop"]) == {"C", "D"}


def test_a_way_is_closed_with_all_its_segments_and_turns() -> None:
    base = city()
    streets = base.table("streets").assign(way=[-1, 7, 7])
    turns = pd.DataFrame(
        {"id": ["t", "u"], "kind": "no", "from_street": ["A-B", "B-C"], "via_node": 2,
         "to_street": ["A-B", "C-D"], "restriction": "no_u_turn"}
    )  # fmt: skip
    base = replace(base, tables={**base.tables, "streets": streets, "turns": turns})
    after = applied(base, {"type": "close_street", "way": 7})
    assert after.table("streets")["id"].tolist() == ["A-B"]
    assert after.table("turns")["id"].tolist() == ["t"]
    one = applied(base, {"type": "close_street", "streets": ["B-C"]})
    assert one.table("streets")["id"].tolist() == ["A-B", "C-D"]  # way −1 is not meant
    assert codes(base, {"type": "close_street", "way": 8}) == ["way_unknown"]
    with pytest.raises(ChengceError):
        scenario({"type": "close_street", "way": 7, "streets": ["A-B"]})


# facilities


def test_a_facility_is_added_with_what_is_said_of_it() -> None:
    base = city()
    add = {"type": "add_facility", "id": "n", "kind": "clinic", "lon": 0.001, "lat": 0.0,
           "capacity": 40, "count": 2, "name": "诊所"}  # fmt: skip
    row = applied(base, add).table("places").iloc[0]
    assert (row["id"], row["kind"], row["name"], row["count"], row["capacity"]) == (
        "n",
        "clinic",
        "诊所",
        2,
        40,
    )
    assert row["geometry"] == shapely.Point(0.001, 0.0)
    assert "places_id_taken" in codes(applied(base, add), add)
    far = {**add, "lon": 3.0, "lat": 50.0}
    assert codes(base, far) == ["point_outside_city"]
    assert codes(base, {"type": "close_facility", "place": "n"}) == ["places_unknown"]


def test_names_help_where_ids_are_forgotten() -> None:
    base = city(L)
    routes = base.table("routes").assign(short_name="南北线")
    base = replace(base, tables={**base.tables, "routes": routes})
    (found,) = scenario(headway("南北", "06:00", "07:00", 5)).check(base)
    assert "L (南北线)" in found.remedy.zh
