import datetime as dt
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.city.readers.gtfs_maker import FILES, make_feed

from chengce.city.checks import check_tables
from chengce.city.readers.gtfs import GtfsFeed, combine_feeds, read_gtfs
from chengce.city.readers.gtfs_notices import LISTED
from chengce.city.readers.gtfs_services import check_date, services_on
from chengce.core.errors import ChengceError, Problem


def read(folder: Path, **changes: "str | bytes | None") -> GtfsFeed:
    return read_gtfs(make_feed(folder, **changes), feed="f")


def found(problems: "tuple[Problem, ...]", code: str) -> list[Problem]:
    return [p for p in problems if p.code == code]


def codes(problems: "tuple[Problem, ...]") -> set[str]:
    return {p.code for p in problems} - {"unused_shape", "stop_without_stop_time"}


def test_a_good_feed_meets_the_contracts_without_a_problem(tmp_path: Path) -> None:
    feed = read(tmp_path)
    assert codes(feed.problems) == set()
    assert check_tables(feed.tables) == []
    times = feed.tables["stop_times"]
    assert times["arrival_s"].tolist() == [28800, 29100, 30000]
    assert times["departure_s"].tolist() == [28800, 29160, 30000]
    assert times["stop"].tolist() == ["f:a", "f:b", "f:c"]
    assert feed.tables["routes"].iloc[0].to_dict() == {
        "id": "f:R", "short_name": "1", "long_name": pytest.approx(np.nan, nan_ok=True),
        "mode": 3, "agency": "Metro", "color": pytest.approx(np.nan, nan_ok=True),
    }  # fmt: skip
    assert feed.dates == ("2026-01-05", "2026-01-16")
    assert feed.summary()["rows"]["stop_times"] == 3


def test_a_folder_reads_like_a_zip(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    feed, zipped = read_gtfs(folder, feed="f"), read(tmp_path)
    for name, frame in zipped.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(feed.tables[name]), pd.DataFrame(frame))


# -- feeds that cannot be used --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"stop_times": None}, {"missing_required_file"}),
        ({"stops": None, "trips": None}, {"missing_required_file"}),
        ({"calendar": None}, {"missing_calendar_and_calendar_date_files"}),
        ({"stop_times": ""}, {"empty_file"}),
        ({"stop_times": "trip_id,stop_id\nT,a\n"}, {"missing_required_column"}),
        ({"stops": "stop_id,stop_lat,stop_lon\n"}, {"empty_file", "unusable_feed"}),
        (
            {"trips": "route_id,service_id,trip_id\nR,X,T\n"},
            {"foreign_key_violation", "unusable_feed"},
        ),
    ],
)
def test_an_unusable_feed_lists_all_its_problems(
    tmp_path: Path, changes: dict[str, str | None], expected: set[str]
) -> None:
    with pytest.raises(ChengceError) as error:
        read(tmp_path, **changes)
    assert expected <= codes(error.value.problems)


def test_all_missing_files_are_named_together(tmp_path: Path) -> None:
    with pytest.raises(ChengceError) as error:
        read(tmp_path, stops=None, stop_times=None, calendar=None, agency=None)
    missing = {p.file for p in found(error.value.problems, "missing_required_file")}
    assert missing == {f"feed.zip/{n}.txt" for n in ("stops", "stop_times", "agency")}
    assert found(error.value.problems, "missing_calendar_and_calendar_date_files")


def test_damaged_containers(tmp_path: Path) -> None:
    whole = make_feed(tmp_path).read_bytes()
    cases = {
        "cut.zip": (whole[: len(whole) // 2], "not_a_zip"),
        "page.zip": (b"<html>404</html>", "not_a_zip"),
        "zero.zip": (b"", "not_a_zip"),
    }
    with zipfile.ZipFile(tmp_path / "none.zip", "w"):
        pass
    cases["none.zip"] = ((tmp_path / "none.zip").read_bytes(), "empty_feed")
    broken = bytearray(whole)
    broken[whole.index(b"stop_id,stop_name") + 5] ^= 1
    cases["crc.zip"] = (bytes(broken), "not_a_zip")
    for name, (data, code) in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ChengceError) as error:
            read_gtfs(tmp_path / name, feed="f")
        assert code in codes(error.value.problems), name
    with pytest.raises(ChengceError, match="feed_not_found"):
        read_gtfs(tmp_path / "absent.zip", feed="f")
    with pytest.raises(ChengceError, match="feed_name"):
        read_gtfs(tmp_path / "feed.zip", feed="a:b")


def test_files_in_a_subfolder_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "deep.zip", "w") as archive:
        for name, text in FILES.items():
            archive.writestr(f"gtfs/{name}", text)
    with pytest.raises(ChengceError) as error:
        read_gtfs(tmp_path / "deep.zip", feed="f")
    assert found(error.value.problems, "invalid_input_files_in_subfolder")


# -- the text of the files ------------------------------------------------------------------------


def test_bom_crlf_quotes_spaces_and_no_last_newline(tmp_path: Path) -> None:
    stops = (
        b"\xef\xbb\xbfstop_id, stop_name ,stop_lat,stop_lon\r\n"
        b'a,"First, ""the"" stop",0,10\r\n\r\nb, Second ,0,10.01\r\nc,"",0,10.04'
    )
    feed = read(tmp_path, stops=stops)
    assert feed.tables["stops"]["name"].tolist()[:2] == ['First, "the" stop', "Second"]
    assert pd.isna(feed.tables["stops"]["name"][2])
    (spaces,) = found(feed.problems, "leading_or_trailing_whitespaces")
    assert (spaces.file, spaces.row, spaces.column) == ("feed.zip/stops.txt", 4, "stop_name")


@pytest.mark.parametrize(
    ("encoding", "name", "shown"),
    [
        ("gb18030", "西直门", "gb18030"),
        ("latin-1", "São João", "cp1252"),
        ("utf-16", "西", "UTF-16"),
    ],
)
def test_other_encodings_are_read_with_a_warning(
    tmp_path: Path, encoding: str, name: str, shown: str
) -> None:
    stops = FILES["stops.txt"].replace("First", name).encode(encoding)
    feed = read(tmp_path, stops=stops)
    assert feed.tables["stops"]["name"][0] == name
    (problem,) = found(feed.problems, "encoding_not_utf8")
    assert shown in problem.message.en
    assert problem.severity == "warning"


def test_rows_of_wrong_length_or_quoting_are_left_out_with_their_row(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon\na,A,0,10\nx,short,0\n\n"
        'b,"B\nB",0,10.01\ny,Y,0,1,2\nc,C,0,10.04\nz,"Z"Z,0,1\n'
    )
    feed = read(tmp_path, stops=stops)
    assert feed.tables["stops"]["id"].tolist() == ["f:a", "f:b", "f:c"]
    assert [p.row for p in found(feed.problems, "invalid_row_length")] == [3, 6]
    assert [p.row for p in found(feed.problems, "csv_parsing_failed")] == [8]
    assert [p.row for p in found(feed.problems, "new_line_in_value")] == [5]
    assert feed.tables["stops"]["name"][1] == "B B"


def test_headers(tmp_path: Path) -> None:
    feed = read(
        tmp_path, routes="route_id,route_type,route_type,,mood\nR,3,1,x,y\n", extra="a\n1\n"
    )
    assert feed.tables["routes"]["mode"].tolist() == [3]
    assert {"duplicated_column", "empty_column_name", "unknown_column", "unknown_file"} <= codes(
        feed.problems
    )


def test_a_long_list_is_cut_and_counted(tmp_path: Path) -> None:
    rows = "".join(f"R,NO,x{i}\n" for i in range(LISTED + 7))
    feed = read(tmp_path, trips=FILES["trips.txt"] + rows)
    listed = found(feed.problems, "foreign_key_violation")
    assert len(listed) == LISTED + 1
    assert "7 more" in listed[-1].message.en
    assert listed[0].row == 3


# -- stops, routes, trips -------------------------------------------------------------------------


def test_stations_lend_location_and_wheelchair_and_are_not_boarded(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding\n"
        "S,Station,0,10,1,,1\na,Platform,,,0,S,\nE,Entrance,0,10,2,S,\n"
        "b,B,0,10.01,,,2\nc,C,0,10.04,,,\nd,Area,,,4,a,\nn,Nowhere,,,0,,\no,Null Island,0,0,0,,\n"
    )
    feed = read(tmp_path, stops=stops)
    table = feed.tables["stops"].set_index("id")
    assert table.index.tolist() == ["f:a", "f:b", "f:c", "f:d"]
    assert table["wheelchair"].tolist() == [1, 2, 0, 1]
    assert table.loc["f:a", "parent"] == "f:S"
    assert table.geometry.iloc[0].coords[0] == (10.0, 0.0)
    assert [p.row for p in found(feed.problems, "stop_without_location")] == [8, 9]
    assert [p.row for p in found(feed.problems, "point_near_origin")] == [9]


@pytest.mark.parametrize(
    ("changes", "code", "file", "row"),
    [
        ({"stops": FILES["stops.txt"] + "d,D,91,10\n"}, "number_out_of_range", "stops.txt", 5),
        ({"stops": FILES["stops.txt"] + "d,D,x,10\n"}, "invalid_float", "stops.txt", 5),
        ({"stops": FILES["stops.txt"] + "a,D,0,10\n"}, "duplicate_key", "stops.txt", 5),
        ({"stops": FILES["stops.txt"] + ",D,0,10\n"}, "missing_required_field", "stops.txt", 5),
        ({"routes": FILES["routes.txt"] + "Q,A,q,x\n"}, "invalid_integer", "routes.txt", 3),
        ({"routes": FILES["routes.txt"] + "Q,A,q,1800\n"}, "number_out_of_range", "routes.txt", 3),
        ({"routes": FILES["routes.txt"] + "Q,A,q,9\n"}, "unexpected_enum_value", "routes.txt", 3),
        (
            {"routes": FILES["routes.txt"] + "Q,A,,3\n"},
            "route_both_short_and_long_name_missing",
            "routes.txt",
            3,
        ),
        ({"routes": FILES["routes.txt"] + "Q,Z,q,3\n"}, "foreign_key_violation", "routes.txt", 3),
        (
            {"routes": "route_id,route_short_name,route_type,route_color\nR,1,3,red\n"},
            "invalid_color",
            "routes.txt",
            2,
        ),
        ({"trips": FILES["trips.txt"] + "NO,W,U\n"}, "foreign_key_violation", "trips.txt", 3),
        ({"trips": FILES["trips.txt"] + "R,W,U\n"}, "unused_trip", "trips.txt", 3),
        (
            {"trips": "route_id,service_id,trip_id,shape_id\nR,W,T,NO\n"},
            "foreign_key_violation",
            "trips.txt",
            2,
        ),
        (
            {"trips": "route_id,service_id,trip_id,direction_id\nR,W,T,2\n"},
            "unexpected_enum_value",
            "trips.txt",
            2,
        ),
        ({"shapes": FILES["shapes.txt"] + "P,0,10,1\n"}, "single_shape_point", "shapes.txt", 4),
        ({"shapes": FILES["shapes.txt"] + "S,0,10,2\n"}, "duplicate_key", "shapes.txt", 4),
        ({"shapes": None}, "missing_recommended_file", "shapes.txt", None),
        ({"feed_info": None}, "missing_recommended_file", "feed_info.txt", None),
        ({"agency": None}, "missing_required_file", "agency.txt", None),
    ],
)
def test_notices_of_rows(
    tmp_path: Path, changes: dict[str, str | None], code: str, file: str, row: int | None
) -> None:
    feed = read(tmp_path, **changes)
    assert (f"feed.zip/{file}", row) in [(p.file, p.row) for p in found(feed.problems, code)]
    assert check_tables(feed.tables) == []
    assert all(p.message.zh and p.message.en for p in feed.problems)
    assert all(p.severity != "error" for p in feed.problems)


def test_a_row_that_refers_to_a_broken_row_is_told_apart(tmp_path: Path) -> None:
    feed = read(
        tmp_path,
        routes=FILES["routes.txt"] + "Q,A,q,x\n",
        trips=FILES["trips.txt"] + "Q,W,U\nNO,W,V\n",
    )
    assert [p.row for p in found(feed.problems, "reference_left_out")] == [3]
    assert [p.row for p in found(feed.problems, "foreign_key_violation")] == [4]


def test_shapes_are_lines_in_order_of_sequence(tmp_path: Path) -> None:
    feed = read(
        tmp_path,
        shapes="shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nS,0,3,9\nS,0,1,2\nS,0,2,5\n",
        trips="route_id,service_id,trip_id,shape_id\nR,W,T,S\n",
    )
    assert list(feed.tables["shapes"].geometry[0].coords) == [(1, 0), (2, 0), (3, 0)]
    assert feed.tables["trips"]["shape"].tolist() == ["f:S"]
    assert "shapes" not in read(tmp_path, shapes=None).tables


# -- days -----------------------------------------------------------------------------------------

CALENDAR = FILES["calendar.txt"]
DATES = "service_id,date,exception_type\n"


def test_calendar_and_exceptions_make_the_dates(tmp_path: Path) -> None:
    feed = read(tmp_path, calendar_dates=DATES + "W,20260110,1\nW,20260106,2\nX,20260111,1\n")
    days = feed.tables["services"].groupby("service")["date"].agg(list)
    assert days["f:W"] == [f"2026-01-{d:02d}" for d in (5, 7, 8, 9, 10, 12, 13, 14, 15, 16)]
    assert days["f:X"] == ["2026-01-11"]
    assert feed.trips_per_date.to_dict() == dict.fromkeys(days["f:W"], 1)


def test_dates_alone_are_enough(tmp_path: Path) -> None:
    feed = read(tmp_path, calendar=None, calendar_dates=DATES + "W,20260110,1\n")
    assert feed.dates == ("2026-01-10", "2026-01-10")


@pytest.mark.parametrize(
    ("changes", "code", "row"),
    [
        ({"calendar": CALENDAR + "V,1,1,1,1,1,1,1,20260230,20260301\n"}, "invalid_date", 3),
        (
            {"calendar": CALENDAR + "V,1,1,1,1,1,1,1,20260302,20260301\n"},
            "start_and_end_range_out_of_order",
            3,
        ),
        (
            {"calendar": CALENDAR + "V,0,0,0,0,0,0,0,20260101,20260301\n"},
            "service_has_no_active_day_of_the_week",
            3,
        ),
        (
            {"calendar": CALENDAR + "V,7,0,0,0,0,0,1,20260101,20260301\n"},
            "unexpected_enum_value",
            3,
        ),
        ({"calendar": CALENDAR + "W,1,1,1,1,1,1,1,20260101,20260301\n"}, "duplicate_key", 3),
        ({"calendar_dates": DATES + "W,2026-01-10,1\n"}, "invalid_date", 2),
        ({"calendar_dates": DATES + "W,20260110,3\n"}, "unexpected_enum_value", 2),
        ({"calendar_dates": DATES + "W,20260110,1\nW,20260110,2\n"}, "duplicate_key", 3),
    ],
)
def test_notices_of_days(tmp_path: Path, changes: dict[str, str], code: str, row: int) -> None:
    feed = read(tmp_path, **changes)
    assert row in [p.row for p in found(feed.problems, code)]


def test_an_expired_calendar_needs_today(tmp_path: Path) -> None:
    path = make_feed(tmp_path)
    late = read_gtfs(path, feed="f", today=dt.date(2026, 2, 1))
    assert found(late.problems, "expired_calendar")
    assert not found(
        read_gtfs(path, feed="f", today=dt.date(2026, 1, 16)).problems, "expired_calendar"
    )


def test_an_endless_calendar_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"V{i},1,1,1,1,1,1,1,20000101,99991231\n" for i in range(10))
    with pytest.raises(ChengceError, match="calendar_too_long"):
        read(tmp_path, calendar=CALENDAR + rows)


def test_a_date_without_service_in_one_feed_names_the_feed_and_its_dates(tmp_path: Path) -> None:
    first = read_gtfs(make_feed(tmp_path), feed="bus")
    second = read_gtfs(
        make_feed(tmp_path, calendar=CALENDAR.replace("20260105,20260116", "20260301,20260331")),
        feed="rail",
    )
    tables = combine_feeds([first, second])
    running = services_on(tables, "2026-01-06")
    assert {feed: trips["id"].tolist() for feed, trips in running.items()} == {
        "bus": ["bus:T"],
        "rail": [],
    }
    (problem,) = check_date(tables, dt.date(2026, 1, 6))
    assert problem.code == "no_service_on_date"
    assert "rail" in problem.message.zh
    assert "2026-03-02 – 2026-03-31" in problem.message.en
    assert check_tables(tables) == []
    with pytest.raises(ChengceError, match="feed_name_twice"):
        combine_feeds([first, first])


# -- frequencies ----------------------------------------------------------------------------------

HEADWAYS = "trip_id,start_time,end_time,headway_secs,exact_times\n"


def test_frequencies(tmp_path: Path) -> None:
    text = HEADWAYS + "T,06:00:00,09:00:00,300,1\nT,09:00:00,26:00:00,600,\n"
    table = read(tmp_path, frequencies=text).tables["frequencies"]
    assert table.to_dict("list") == {
        "trip": ["f:T", "f:T"], "start_s": [21600, 32400], "end_s": [32400, 93600],
        "headway_s": [300, 600], "exact": [True, False],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("T,08:00:00,10:00:00,300,1", "overlapping_frequency"),
        ("T,12:00:00,12:00:00,300,1", "start_and_end_range_equal"),
        ("T,12:00:00,11:00:00,300,1", "start_and_end_range_out_of_order"),
        ("T,12:00:00,13:00:00,0,1", "number_out_of_range"),
        ("T,12:00,13:00:00,60,1", "invalid_time"),
        ("NO,12:00:00,13:00:00,60,1", "foreign_key_violation"),
        ("T,12:00:00,13:00:00,,1", "missing_required_field"),
    ],
)
def test_notices_of_frequencies(tmp_path: Path, row: str, code: str) -> None:
    feed = read(tmp_path, frequencies=HEADWAYS + f"T,06:00:00,09:00:00,300,1\n{row}\n")
    assert [p.row for p in found(feed.problems, code)] == [3]
    assert len(feed.tables["frequencies"]) == 1
