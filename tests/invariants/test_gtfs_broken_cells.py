"""Whatever is written in a feed's cells, the tables meet the contracts or the reading says why not."""

import csv
import io
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.city.readers.gtfs_maker import FILES, make_feed

from chengce.city.checks import check_tables
from chengce.city.readers.gtfs import read_gtfs
from chengce.core.errors import ChengceError

FULL = {
    **FILES,
    "trips.txt": "route_id,service_id,trip_id,direction_id,shape_id,wheelchair_accessible\nR,W,T,0,S,1\nR,W,U,1,,2\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled,pickup_type\n"
    "T,08:00:00,08:00:00,a,1,0,0\nT,,,b,2,5,\nT,08:20:00,08:20:00,c,3,9,1\n"
    "U,23:00:00,23:00:00,c,1,,\nU,,,b,2,,\nU,24:20:00,24:20:00,a,3,,\n",
    "calendar_dates.txt": "service_id,date,exception_type\nW,20260110,1\nW,20260106,2\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\nU,06:00:00,09:00:00,300,1\n",
}
JUNK = ("", " ", "x", "-1", "0", "1", "2", "9999999999", "99", "1e400", "nan", "25:61:00", "07:00:00", "30:00:00",
        "20260230", "20260301", "T", "U", "a", "S", "W", 'q"uo,te', "line\nbreak", "站")  # fmt: skip

change = st.tuples(
    st.sampled_from(sorted(FULL)), st.integers(0, 8), st.integers(0, 9), st.sampled_from(JUNK)
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(change, min_size=1, max_size=6), st.sets(st.sampled_from(sorted(FULL)), max_size=1))
def test_broken_cells(
    tmp_path: Path, changes: list[tuple[str, int, int, str]], emptied: set[str]
) -> None:
    sheets = {name: list(csv.reader(io.StringIO(text))) for name, text in FULL.items()}
    for name, row, column, junk in changes:
        record = sheets[name][row % len(sheets[name])]
        record[column % len(record)] = junk
    for name in emptied:
        del sheets[name][1:]
    texts = {}
    for name, records in sheets.items():
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(records)
        texts[name.removesuffix(".txt")] = out.getvalue()
    try:
        feed = read_gtfs(make_feed(tmp_path, **texts), feed="f")
    except ChengceError as error:
        problems, tables = error.problems, None
    else:
        problems, tables = feed.problems, feed.tables
        assert check_tables(tables) == []
        assert tables["stop_times"].groupby("trip").size().min() >= 2
    assert problems or tables
    assert all(p.message.zh and p.message.en for p in problems)
