from pathlib import Path

import pytest
from tests.unit.city.readers.gtfs_maker import FILES, make_feed

from chengce.city.readers.gtfs import GtfsFeed, read_gtfs

HEAD = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
GOOD = FILES["stop_times.txt"]


def read(folder: Path, stop_times: str, **changes: str) -> GtfsFeed:
    return read_gtfs(make_feed(folder, stop_times=stop_times, **changes), feed="f")


def rows_of(feed: GtfsFeed, code: str) -> list[int | None]:
    return [p.row for p in feed.problems if p.code == code]


def test_times_after_midnight_and_single_digit_hours(tmp_path: Path) -> None:
    feed = read(
        tmp_path,
        HEAD + "T,23:59:59,23:59:59,a,1\nT,25:10:00,49:00:00,b,2\nT,050:00:00,50:00:00,c,3\n",
    )
    assert feed.tables["stop_times"]["departure_s"].tolist() == [86399, 176400, 180000]
    early = read(tmp_path, HEAD + "T,6:00:00,6:00:00,a,1\nT,7:00:00,7:00:00,b,2\n")
    assert early.tables["stop_times"]["arrival_s"].tolist() == [21600, 25200]


def test_rows_are_sorted_by_trip_and_sequence(tmp_path: Path) -> None:
    feed = read(
        tmp_path,
        HEAD + "T,08:20:00,08:20:00,c,30\nT,08:00:00,08:00:00,a,1\nT,08:05:00,08:05:00,b,7\n",
    )
    assert feed.tables["stop_times"]["sequence"].tolist() == [1, 7, 30]
    assert feed.tables["stop_times"]["arrival_s"].is_monotonic_increasing


def test_blank_times_follow_the_straight_distance(tmp_path: Path) -> None:
    # a–b is 0.01°, b–c 0.03° on the equator: a quarter of 1200 s at b
    feed = read(tmp_path, HEAD + "T,08:00:00,08:00:00,a,1\nT,,,b,2\nT,08:20:00,08:20:00,c,3\n")
    assert feed.tables["stop_times"]["arrival_s"].tolist() == [28800, 29100, 30000]
    assert feed.tables["stop_times"]["departure_s"].tolist() == [28800, 29100, 30000]
    assert rows_of(feed, "stop_times_interpolated") == [None]


ALONG = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled\n"


@pytest.mark.parametrize(
    ("distances", "at_b"),
    [
        ((0, 900, 1000), 28800 + 1080),  # along the shape
        ((5, 6, 7.5), 28800 + 480),  # any unit, any start
        ((0, "", 1000), 29100),  # one is missing: straight line
        ((0, 1200, 1000), 29100),  # decreases: straight line
        ((7, 7, 7), 29100),  # no length: straight line
    ],
)
def test_blank_times_follow_the_shape_distance(
    tmp_path: Path, distances: tuple[object, ...], at_b: int
) -> None:
    a, b, c = distances
    feed = read(
        tmp_path, ALONG + f"T,08:00:00,08:00:00,a,1,{a}\nT,,,b,2,{b}\nT,08:20:00,08:20:00,c,3,{c}\n"
    )
    assert feed.tables["stop_times"]["arrival_s"].tolist()[1] == at_b


def test_blank_times_between_stops_at_one_place_are_spread_evenly(tmp_path: Path) -> None:
    stops = "stop_id,stop_lat,stop_lon\na,5,5\nb,5,5\nc,5,5\nd,5,5\n"
    text = HEAD + "T,08:00:00,08:00:00,a,1\nT,,,b,2\nT,,,c,3\nT,08:00:10,08:00:10,d,4\n"
    times = read(tmp_path, text, stops=stops).tables["stop_times"]["arrival_s"] - 28800
    assert times.tolist() == [0, 3, 7, 10]


def test_interpolation_starts_at_the_departure_and_ends_at_the_arrival(tmp_path: Path) -> None:
    text = HEAD + "T,08:00:00,08:10:00,a,1\nT,,,b,2\nT,08:20:00,08:40:00,c,3\n"
    assert read(tmp_path, text).tables["stop_times"]["arrival_s"].tolist() == [28800, 29550, 30000]


def test_each_trip_is_interpolated_on_its_own(tmp_path: Path) -> None:
    trips = FILES["trips.txt"] + "R,W,U\n"
    text = HEAD + "T,08:00:00,08:00:00,a,1\nT,,,b,2\nT,08:20:00,08:20:00,c,3\n"
    text += "U,09:00:00,09:00:00,c,1\nU,,,b,2\nU,09:20:00,09:20:00,a,3\n"
    times = read(tmp_path, text, trips=trips).tables["stop_times"]
    assert times["arrival_s"].tolist() == [28800, 29100, 30000, 32400, 33300, 33600]


def test_pickup_and_drop_off(tmp_path: Path) -> None:
    head = HEAD.strip() + ",pickup_type,drop_off_type\n"
    text = (
        head
        + "T,08:00:00,08:00:00,a,1,,1\nT,08:05:00,08:05:00,b,2,2,3\nT,08:20:00,08:20:00,c,3,1,0\n"
    )
    times = read(tmp_path, text).tables["stop_times"]
    assert times["pickup"].tolist() == [True, True, False]
    assert times["dropoff"].tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("extra", "code", "row", "kept"),
    [
        ("T,8h,08:30:00,c,4\n", "invalid_time", 5, 3),
        ("T,08:61:00,08:61:00,c,4\n", "invalid_time", 5, 3),
        ("T,08:31:00,08:30:00,c,4\n", "start_and_end_range_out_of_order", 5, 3),
        ("T,08:31:00,08:31:00,c,3\n", "duplicate_key", 5, 3),
        ("T,08:31:00,08:31:00,c,x\n", "invalid_integer", 5, 3),
        ("T,08:31:00,08:31:00,c,\n", "missing_required_field", 5, 3),
        ("T,08:31:00,08:31:00,,4\n", "missing_required_field", 5, 3),
        ("T,08:31:00,08:31:00,NO,4\n", "foreign_key_violation", 5, 3),
        ("NO,08:31:00,08:31:00,a,4\n", "foreign_key_violation", 5, 3),
        ("T,,,c,4\n", "missing_trip_edge", 5, 3),
        ("T,,,c,0\n", "missing_trip_edge", 5, 3),
        ("T,08:31:00,,c,4\n", "stop_time_with_only_arrival_or_departure_time", 5, 4),
    ],
)
def test_notices_of_stop_times(tmp_path: Path, extra: str, code: str, row: int, kept: int) -> None:
    feed = read(tmp_path, GOOD + extra)
    assert set(rows_of(feed, code)) == {row}
    assert len(feed.tables["stop_times"]) == kept


def test_a_trip_that_goes_back_in_time_is_left_out(tmp_path: Path) -> None:
    trips = FILES["trips.txt"] + "R,W,U\n"
    text = GOOD + "U,23:50:00,23:50:00,a,1\nU,,,b,2\nU,00:10:00,00:10:00,c,3\n"
    feed = read(tmp_path, text, trips=trips)
    assert rows_of(feed, "stop_time_with_arrival_before_previous_departure_time") == [7]
    assert feed.tables["trips"]["id"].tolist() == ["f:T"]
    assert feed.tables["stop_times"]["trip"].unique().tolist() == ["f:T"]


def test_a_trip_with_fewer_than_two_usable_stops_is_left_out(tmp_path: Path) -> None:
    trips = "route_id,service_id,trip_id\nR,W,U\nR,W,T\n"
    feed = read(
        tmp_path,
        "".join([GOOD, "U,09:00:00,09:00:00,a,1\nU,09:10:00,09:10:00,NO,2\n"]),
        trips=trips,
    )
    assert rows_of(feed, "unusable_trip") == [2]
    assert rows_of(feed, "foreign_key_violation") == [6]
    assert feed.tables["trips"]["id"].tolist() == ["f:T"]
    assert len(feed.tables["stop_times"]) == 3
    assert any(p.code == "stop_times_left_out" for p in feed.problems)


def test_a_station_is_not_boarded(tmp_path: Path) -> None:
    stops = "stop_id,stop_lat,stop_lon,location_type\na,0,10,\nb,0,10.01,1\nc,0,10.04,0\n"
    feed = read(tmp_path, GOOD, stops=stops)
    assert rows_of(feed, "location_with_unexpected_stop_time") == [3]
    assert feed.tables["stop_times"]["stop"].tolist() == ["f:a", "f:c"]


def test_a_timepoint_needs_times(tmp_path: Path) -> None:
    head = HEAD.strip() + ",timepoint\n"
    text = head + "T,08:00:00,08:00:00,a,1,1\nT,,,b,2,1\nT,08:20:00,08:20:00,c,3,0\n"
    feed = read(tmp_path, text)
    assert rows_of(feed, "stop_time_timepoint_without_times") == [3]
    assert len(feed.tables["stop_times"]) == 3


def test_distances_that_do_not_increase_are_noted(tmp_path: Path) -> None:
    text = (
        ALONG + "T,08:00:00,08:00:00,a,1,0\nT,08:05:00,08:05:00,b,2,5\nT,08:20:00,08:20:00,c,3,5\n"
    )
    feed = read(tmp_path, text)
    assert rows_of(feed, "decreasing_or_equal_stop_time_distance") == [4]
    assert len(feed.tables["stop_times"]) == 3
