"""Compare the GTFS reader with gtfs-kit on the two feeds of Porto Alegre."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chengce.city.checks import check_tables
from chengce.city.readers.gtfs import combine_feeds, read_gtfs
from chengce.city.readers.gtfs_write import write_gtfs

with warnings.catch_warnings():  # its dependencies warn on import
    warnings.simplefilter("ignore")
    gtfs_kit = pytest.importorskip("gtfs_kit")

FEEDS = ("eptc", "trensurb")


@pytest.mark.parametrize("name", FEEDS)
def test_trips_per_date_and_stop_times_equal_those_of_gtfs_kit(
    shared_data: Callable[[str], Path], name: str
) -> None:
    path = shared_data(f"porto_alegre/poa_{name}.zip")
    feed = read_gtfs(path, feed=name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = gtfs_kit.read_feed(path, dist_units="km")
        dates = peer.get_dates()
        activity = peer.compute_trip_activity(dates).set_index("trip_id")
    expected = activity[dates].sum()
    expected.index = pd.to_datetime(expected.index).strftime("%Y-%m-%d")
    ours = feed.trips_per_date
    assert ours.to_dict() == {d: n for d, n in expected.items() if n}
    assert len(feed.tables["stop_times"]) == len(peer.stop_times)
    assert len(feed.tables["stops"]) == len(peer.stops)
    assert len(feed.tables["shapes"]) == peer.shapes["shape_id"].nunique()
    assert feed.tables["trips"]["service"].nunique() == peer.trips["service_id"].nunique()

    timed = peer.stop_times.dropna(subset=["departure_time"])
    seconds = timed["departure_time"].map(gtfs_kit.timestr_to_seconds)
    key = [name + ":" + timed["trip_id"].astype(str), timed["stop_sequence"].astype(int)]
    table = feed.tables["stop_times"].set_index(["trip", "sequence"])["departure_s"]
    assert (table.loc[pd.MultiIndex.from_arrays(key)].to_numpy() == seconds.to_numpy()).all()


def test_both_feeds_meet_the_contracts_together(
    shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    feeds = [read_gtfs(shared_data(f"porto_alegre/poa_{n}.zip"), feed=n) for n in FEEDS]
    tables = combine_feeds(feeds)
    assert check_tables(tables) == []
    assert [p.code for f in feeds for p in f.problems if p.severity == "warning"] == [
        "missing_recommended_file"
    ]
    rows = tables["stop_times"]
    step = np.diff(rows["arrival_s"])[(rows["trip"] == rows["trip"].shift()).to_numpy()[1:]]
    assert step.min() >= 0
    write_gtfs(feeds[0].tables, tmp_path / "out.zip", timezone="America/Sao_Paulo")
    again = read_gtfs(tmp_path / "out.zip", feed="eptc")
    for name in ("stops", "trips", "stop_times", "shapes"):
        pd.testing.assert_frame_equal(
            pd.DataFrame(feeds[0].tables[name]), pd.DataFrame(again.tables[name])
        )
