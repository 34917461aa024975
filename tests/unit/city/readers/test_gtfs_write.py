from pathlib import Path

import pandas as pd
import pytest
from tests.unit.city.readers.gtfs_maker import make_feed

from chengce.city.readers.gtfs import GtfsFeed, combine_feeds, read_gtfs
from chengce.city.readers.gtfs_write import write_gtfs

RICH = {
    "stops": "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding\n"
    'S,Station,0,10,1,,1\na,"A, ""x"" 站",0.1,10.00000001,0,S,\nb,B,0,10.01,,,2\nc,,0,10.04,,,\nd,D,1,10,4,a,\n',
    "trips": "route_id,service_id,trip_id,trip_headsign,direction_id,shape_id,wheelchair_accessible\n"
    "R,W,T,North,0,S,1\nR,W,U,,,,\n",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n"
    "T,23:00:00,23:00:00,a,1,0,1\nT,,,b,2,,\nT,26:20:00,26:20:00,c,9,1,0\n"
    "U,7:00:00,7:00:00,c,1,,\nU,7:30:00,7:31:00,b,2,,\n",
    "frequencies": "trip_id,start_time,end_time,headway_secs,exact_times\nU,06:00:00,09:00:00,300,1\n",
    "calendar_dates": "service_id,date,exception_type\nW,20260110,1\nW,20260106,2\n",
}


def same(a: GtfsFeed, b: GtfsFeed) -> None:
    assert set(a.tables) == set(b.tables)
    for name, frame in a.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(b.tables[name]))


def test_a_written_feed_reads_back_equal_and_without_errors(tmp_path: Path) -> None:
    feed = read_gtfs(make_feed(tmp_path, **RICH), feed="f")
    write_gtfs(feed.tables, tmp_path / "out.zip")
    again = read_gtfs(tmp_path / "out.zip", feed="f")
    same(feed, again)
    assert {p.code for p in again.problems} == {
        "missing_recommended_file",
        "stop_without_stop_time",
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == ["feed.zip", "out.zip"]


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    feed = read_gtfs(make_feed(tmp_path, **RICH), feed="f")
    for name in ("one.zip", "two.zip"):
        write_gtfs(feed.tables, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_tables_of_several_feeds_keep_their_prefixes(tmp_path: Path) -> None:
    feeds = [read_gtfs(make_feed(tmp_path), feed=name) for name in ("x", "y")]
    write_gtfs(combine_feeds(feeds), tmp_path / "out.zip")
    both = read_gtfs(tmp_path / "out.zip", feed="f")
    assert both.tables["trips"]["id"].tolist() == ["f:x:T", "f:y:T"]


def test_ids_without_prefix_are_written_as_they_are(tmp_path: Path) -> None:
    feed = read_gtfs(make_feed(tmp_path), feed="f")
    cut = {
        name: frame.assign(
            **{c: frame[c].str.removeprefix("f:") for c in frame.columns if frame[c].dtype == "str"}
        )
        for name, frame in feed.tables.items()
        if name != "shapes"
    }
    write_gtfs(cut, tmp_path / "out.zip")
    again = read_gtfs(tmp_path / "out.zip", feed="f")
    assert again.tables["stop_times"]["trip"].tolist() == ["f:T"] * 3


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    feed = read_gtfs(make_feed(tmp_path), feed="f")
    target = tmp_path / "out"
    (target / "out.zip").mkdir(parents=True)
    with pytest.raises(OSError, match="out"):
        write_gtfs(feed.tables, target / "out.zip")
    assert [p.name for p in target.iterdir()] == ["out.zip"]
