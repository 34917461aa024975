"""Read lines from plain tables: what runs is what the tables say, and every mistake is named."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from chengce.city.checks import check_tables
from chengce.city.readers.gtfs import read_gtfs
from chengce.city.readers.gtfs_write import left_out, write_gtfs
from chengce.city.readers.lines import read_lines
from chengce.city.readers.lines_calendar import dates_of
from chengce.city.readers.lines_clock import clock
from chengce.city.readers.lines_spec import Calendar, LinesSpec
from chengce.city.readers.lines_thread import match
from chengce.core.errors import ChengceError, Problem

STOPS = """id,name,lon,lat,station,wheelchair
A,甲,116.30,39.90,甲站,是
B,乙,116.31,39.90,乙站,
C,丙,116.32,39.90,,否
D,丁,116.33,39.90,,不详
"""
SEGMENTS = """line,direction,sequence,from,to,run_s,dwell_s
1号线,东行,1,A,B,120,30
1号线,东行,2,B,C,120,30
1号线,东行,3,C,D,120,30
"""
RING = """line,direction,sequence,from,to,run_s,dwell_s
环线,内环,1,A,B,120,
环线,内环,2,B,C,120,
环线,内环,3,C,A,120,
"""
HEADER = "line,direction,days,stop,time,pattern,ends\n"
CALENDAR = {
    "first": "2026-09-21",
    "last": "2026-10-11",
    "holidays": ["2026-10-01", "2026-10-02"],
    "workdays": ["2026-10-10"],
    "days": {"平日": ["weekday"], "周末": ["weekend", "holiday"]},
}


def sheet(rows: list[str], line: str = "1号线,东行,平日") -> str:
    return HEADER + "".join(f"{line},{r}\n" for r in rows)


def write(folder: Path, **tables: str) -> LinesSpec:
    entry: dict[str, Any] = {"name": "t", "mode": "metro", "crs": "EPSG:4326", "calendar": CALENDAR}
    for name, text in {"stops": STOPS, "segments": SEGMENTS, **tables}.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
        entry[name] = f"{name}.csv"
    return LinesSpec.model_validate(entry)


def failures(folder: Path, spec: LinesSpec) -> list[Problem]:
    with pytest.raises(ChengceError) as caught:
        read_lines(folder, spec)
    return list(caught.value.problems)


def trains(tables: dict[str, pd.DataFrame]) -> list[list[tuple[str, int, int]]]:
    """Calls of each trip: stop, arrival and departure in minutes."""
    rows = tables["stop_times"].sort_values(["trip", "sequence"])
    return sorted(
        [
            list(zip(t["stop"].str[2:], t["arrival_s"] / 60, t["departure_s"] / 60, strict=True))
            for _, t in rows.groupby("trip")
        ],
        key=lambda calls: calls[0][2],
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("6:05", 21_900), ("06:05:30", 21_930), ("24:10", 87_000), ("次日 0:10", 87_000),
        ("0:10", 87_000), ("２３：０５", 83_100), ("6:60", None), ("late", None), ("49:00", None),
    ],
)  # fmt: skip
def test_clock_times(text: str, seconds: int | None) -> None:
    assert clock(text, day_starts_s=3 * 3600) == seconds


def test_moving_holidays_and_worked_weekends() -> None:
    calendar = Calendar.model_validate(
        {**CALENDAR, "days": {"平日": ["weekday"], "周末": ["weekend", "holiday"], "周六": ["saturday"],
                              "节日": ["2026-12-25"]}}
    )  # fmt: skip
    dates = dates_of(calendar)
    assert "2026-10-01" not in dates["平日"]
    assert "2026-10-01" in dates["周末"]
    assert "2026-10-10" in dates["平日"]
    assert "2026-10-10" not in dates["周末"]
    assert dates["周六"] == ("2026-09-26", "2026-10-03")
    assert dates["节日"] == ("2026-12-25",)
    every = {d.isoformat() for d in pd.date_range("2026-09-21", "2026-10-11").date}
    assert set(dates["平日"]) | set(dates["周末"]) == every
    assert not set(dates["平日"]) & set(dates["周末"])
    with pytest.raises(ValidationError, match="kind of day"):
        Calendar.model_validate({**CALENDAR, "days": {"平日": ["workday"]}})
    assert isinstance(calendar.first, dt.date)


def test_headways_become_frequencies(tmp_path: Path) -> None:
    services = """line,direction,days,start,end,headway_min,headway_s,first,last
1号线,东行,平日,05:00,07:00,6,,05:12,
1号线,东行,平日,07:00,24:30,,150,,23:45
1号线,东行,周末,,,8,,05:30,22:30
"""
    feed = read_lines(tmp_path, write(tmp_path, services=services))
    assert not check_tables(feed.tables)
    often = feed.tables["frequencies"].sort_values(["headway_s"])
    assert often[["start_s", "end_s", "headway_s"]].to_numpy().tolist() == [
        [25_200, 85_501, 150],
        [18_720, 25_200, 360],
        [19_800, 81_001, 480],
    ]
    assert not often["exact"].any()
    assert trains(dict(feed.tables))[0] == [("A", 0, 0), ("B", 2, 2.5), ("C", 4.5, 5), ("D", 7, 7)]
    assert feed.tables["stops"]["wheelchair"].tolist() == [1, 0, 2, 0]
    said = [p for p in feed.problems if p.code == "waits_by_headway"]
    assert len(said) == 1
    assert "half a headway" in said[0].message.en
    assert "半个间隔" in said[0].message.zh


def test_departures_without_train_numbers(tmp_path: Path) -> None:
    """Three trains: one short to C, one that begins at B; minutes are rounded either way."""
    printed = ["A,07:00", "A,07:05", "B,07:02", "B,07:05", "B,07:08", "C,07:05", "C,07:07"]
    feed = read_lines(tmp_path, write(tmp_path, departures=sheet([f"{r},," for r in printed])))
    assert not check_tables(feed.tables)
    assert trains(dict(feed.tables)) == [
        [("A", 420, 420), ("B", 421.5, 422), ("C", 424.5, 425), ("D", 427, 427)],
        [("A", 425, 425), ("B", 427.5, 428), ("C", 430, 430)],
        [("B", 425, 425), ("C", 426.5, 427), ("D", 429, 429)],
    ]
    codes = {p.code: p for p in feed.problems}
    assert "07:05" in codes["train_begins_on_the_way"].message.en
    assert codes["train_begins_on_the_way"].row == 5
    assert codes["train_ends_on_the_way"].row == 6


def test_a_printed_arrival_ends_a_train(tmp_path: Path) -> None:
    printed = ["A,07:00,,", "B,07:02,,", "C,07:05,,", "D,07:08,,是"]
    feed = read_lines(tmp_path, write(tmp_path, departures=sheet(printed)))
    assert trains(dict(feed.tables))[0][-1] == ("D", 428, 428)
    assert not [p for p in feed.problems if p.code.startswith("train_")]


def test_an_express_overtakes_where_patterns_are_named(tmp_path: Path) -> None:
    printed = [f"{s},{t},普通," for s, t in (("A", "07:00"), ("B", "07:05"), ("C", "07:08"))]
    printed += [f"{s},{t},快车," for s, t in (("A", "07:03"), ("C", "07:07"))]
    feed = read_lines(tmp_path, write(tmp_path, departures=sheet(printed)))
    slow, fast = trains(dict(feed.tables))
    assert [c[0] for c in slow] == ["A", "B", "C", "D"]
    assert [c[0] for c in fast] == ["A", "C", "D"]
    assert slow[2][2] == 428
    assert fast[1][2] == 427


def test_nothing_printed_is_dropped(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    for seed in range(20):
        printed = {f"{s},{h:02d}:{m:02d},," for s in "ABC" for h in (7, 8)
                   for m in rng.choice(60, 6, replace=False)}  # fmt: skip
        feed = read_lines(tmp_path, write(tmp_path, departures=sheet(sorted(printed))))
        calls = feed.tables["stop_times"]
        last = calls.groupby("trip")["sequence"].transform("max")
        left = calls[calls["sequence"] < last]
        shown = {f"{s[2:]},{t // 3600:02d}:{t // 60 % 60:02d},,"
                 for s, t in zip(left["stop"], left["departure_s"], strict=True)}  # fmt: skip
        assert shown == printed, seed
        assert not check_tables(feed.tables)


def test_matching_is_in_order_complete_and_nearest() -> None:
    one, two = np.array([0, 120, 240, 360]), np.array([130, 350, 470])
    assert match(one, two, 110) == [(0, 0), (2, 1), (3, 2)]
    assert match(np.array([0, 600]), np.array([60, 900]), 60) == [(0, 0)]
    assert match(np.array([], np.int64), two, 60) == []


def test_a_ride_over_the_first_stop_of_a_ring(tmp_path: Path) -> None:
    printed = [f"{s},{t},," for s, t in
               (("B", "07:02"), ("C", "07:04"), ("A", "07:06"), ("B", "07:08"), ("C", "07:10"))]  # fmt: skip
    spec = write(tmp_path, segments=RING, departures=sheet(printed, "环线,内环,平日"))
    feed = read_lines(tmp_path, spec)
    calls = feed.tables["stop_times"].sort_values(["trip", "sequence"])
    first = calls[calls["trip"] == calls["trip"].iloc[0]]
    assert first["stop"].tolist() == ["t:B", "t:C", "t:A", "t:B"]  # C, then over A, on to B
    assert first["pickup"].tolist() == [True, True, False, False]
    boarded = calls[calls["pickup"]]
    assert len(boarded) == len(printed)  # every printed departure can be boarded once
    services = "line,direction,days,headway_min,first,last\n环线,内环,平日,5,06:00,22:00\n"
    often = read_lines(tmp_path, write(tmp_path, segments=RING, services=services)).tables
    assert often["stop_times"]["stop"].tolist() == ["t:A", "t:B", "t:C", "t:A", "t:B"]
    assert often["stop_times"]["pickup"].tolist() == [True, True, True, False, False]


def test_every_mistake_at_once_with_file_row_and_column(tmp_path: Path) -> None:
    spec = write(
        tmp_path,
        stops=STOPS + "A,重复,116.4,39.9,,\n",
        segments=SEGMENTS + "2号线,北行,1,A,X,0,\n3号线,北行,1,A,B,60,\n3号线,北行,2,C,D,60,\n",
        services="line,direction,days,start,end,headway_min\n"
        "1号线,东行,节日,05:00,23:00,5\n1号线,东行,周末,05:00,09:00,0\n9号线,东行,周末,05:00,09:00,5\n"
        "1号线,东行,周末,10:00,09:00,5\n1号线,东行,平日,06:00,07:00,5\n",
        departures=sheet(["A,07:00,,", "A,7点,,", "Z,07:00,,", "A,07:00,,"]),
        transfers="from,to,seconds,start,end\nA,Q,60,,\nA,B,60,,\nA,B,30,20:00,22:00\n",
        entrances="id,stop,lon,lat,wheelchair\nE1,甲站,116.3,39.9,也许\nE2,庚站,116.3,39.9,是\n",
    )
    found = {
        (p.file, p.row, p.column, p.code) for p in failures(tmp_path, spec) if p.severity == "error"
    }
    assert found >= {
        ("stops.csv", 6, "id", "duplicate_key"),
        ("segments.csv", 5, "to", "foreign_key_violation"),
        ("segments.csv", 5, "run_s", "run_time_not_positive"),
        ("segments.csv", 7, "from", "segments_do_not_join"),
        ("services.csv", 2, "days", "foreign_key_violation"),
        ("services.csv", 3, "line", "headway_not_positive"),
        ("services.csv", 4, "line", "line_without_segments"),
        ("services.csv", 5, "line", "period_ends_before_it_starts"),
        ("services.csv", 6, "line", "line_given_twice"),
        ("departures.csv", 3, "time", "not_a_time"),
        ("departures.csv", 4, "stop", "stop_not_on_line"),
        ("transfers.csv", 2, "to", "foreign_key_violation"),
        ("transfers.csv", 4, "from", "transfer_periods_overlap"),
        ("entrances.csv", 2, "wheelchair", "value_not_allowed"),
        ("entrances.csv", 3, "stop", "foreign_key_violation"),
    }


def test_days_that_share_dates_would_run_twice(tmp_path: Path) -> None:
    services = "line,direction,days,headway_min,first,last\n" + "".join(
        f"1号线,东行,{d},5,06:00,22:00\n" for d in ("平日", "每日")
    )
    spec = write(tmp_path, services=services)
    days = {"平日": ("weekday",), "每日": ("every",)}
    spec = spec.model_copy(update={"calendar": spec.calendar.model_copy(update={"days": days})})
    assert [p.code for p in failures(tmp_path, spec)] == ["days_overlap"]


def test_headers_may_be_chinese_and_values_constant(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(
        "站号,站名,经度,纬度\nA,甲,116.3,39.9\nB,乙,116.31,39.9\n".encode("gb18030")
    )
    (tmp_path / "g.csv").write_text("起,止,序,秒\nA,B,1,100\n", "utf-8")
    (tmp_path / "v.csv").write_text("线,首,末,分\n5路,6:00,22:00,10\n", "utf-8")
    spec = LinesSpec.model_validate({
        "name": "bus", "mode": "bus", "crs": "EPSG:4326", "calendar": CALENDAR,
        "stops": {"path": "s.csv", "columns": {"id": "站号", "name": "站名"}, "geometry": "point:经度,纬度"},
        "segments": {"path": "g.csv", "constants": {"line": "5路", "direction": "上行"},
                     "columns": {"sequence": "序", "from": "起", "to": "止", "run_s": "秒"}},
        "services": {"path": "v.csv", "constants": {"direction": "上行", "days": "平日"},
                     "columns": {"line": "线", "first": "首", "last": "末", "headway_min": "分"}},
    })  # fmt: skip
    feed = read_lines(tmp_path, spec)
    assert feed.tables["stops"]["name"].tolist() == ["甲", "乙"]
    assert feed.tables["routes"]["mode"].tolist() == [3]
    assert len(feed.tables["services"]) == len(dates_of(spec.calendar)["平日"])


def test_written_as_gtfs_and_read_back(tmp_path: Path) -> None:
    spec = write(
        tmp_path,
        departures=sheet(["A,07:00,,", "B,07:02,,", "C,07:05,,"]),
        transfers="from,to,seconds,start,end\nA,C,90,,\nA,B,60,06:00,09:00\n",
        entrances="id,stop,lon,lat,wheelchair,seconds\nE1,甲站,116.301,39.9,是,40\nE2,C,116.32,39.9,否,\n",
    )
    feed = read_lines(tmp_path, spec.model_copy(update={"agency": "地铁"}))
    write_gtfs(feed.tables, tmp_path / "feed.zip", timezone="Asia/Shanghai")
    back = read_gtfs(tmp_path / "feed.zip", feed="t")
    for name in ("routes", "trips", "stop_times", "services"):
        key = list(feed.tables[name].columns[:2])
        pd.testing.assert_frame_equal(
            back.tables[name].sort_values(key).reset_index(drop=True),
            feed.tables[name].sort_values(key).reset_index(drop=True),
            check_dtype=False,
        )
    assert sorted(back.tables["stops"]["id"]) == ["t:A", "t:B", "t:C", "t:D"]
    assert len(left_out(feed.tables)) == 3
    assert "1 transfers by hour" in left_out(feed.tables)[0].message.en
