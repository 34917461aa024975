"""The Beijing subway from its printed timetables: trains, changes and a new line.

No train numbers are given to the reader, nor which trains run short: it threads minutes printed
station by station. The truth is the data's own list of plans: the i-th train of a plan at one
station is its i-th at the next. Traces are written by hand from the sheets.
"""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.subway_tables import (
    TIMETABLES,
    Way,
    minutes,
    read_json5,
    read_ways,
    subway_spec,
    write_tables,
)
from tests.unit.engine.worlds import city

from chengce.city.checks import check_tables
from chengce.city.city import City
from chengce.city.readers.gtfs import GtfsFeed
from chengce.city.readers.lines import read_lines
from chengce.city.readers.lines_spec import LinesSpec
from chengce.core.context import Context
from chengce.core.text import Text
from chengce.engine.matrix import INF, Points, TripOptions, travel_times
from chengce.engine.transit.timetable import compile_timetable
from chengce.models.modifications.lines import AddLine
from chengce.models.scenario import Scenario

TUESDAY = "2026-09-08"
ON_TUESDAY = ("工作日", "全日", "平常日", "平日")
Find = Callable[[str], Path]
Leg = tuple[str, str, str, str, str, str]  # line, direction, from, board, to, alight

TRACES: list[tuple[str, list[Leg], list[float]]] = [  # leave, rides, minutes to change
    ("08:00", [("1号线", "东行", "西单", "08:00", "王府井", "08:07")], []),
    ("08:00", [("1号线", "东行", "苹果园", "08:01", "四惠", "08:55")], []),
    ("08:00", [("10号线", "外环", "国贸", "08:01", "知春路", "08:33")], []),
    ("08:00", [("2号线", "外环", "西直门", "08:01", "北京站", "08:22")], []),
    ("08:00", [("2号线", "外环", "鼓楼大街", "08:01", "阜成门", "08:11")], []),  # over the first stop
    ("08:00", [("5号线", "南行", "天通苑北", "08:00", "宋家庄", "08:52")], []),
    ("08:00", [("4号线", "南行", "海淀黄庄", "08:00", "西单", "08:22")], []),
    ("08:00", [("14号线", "西南行", "望京", "08:00", "北京南站", "08:46")], []),
    ("08:00", [("19号线", "南行", "牡丹园", "08:01", "新宫", "08:28")], []),
    ("08:00", [("6号线", "西行", "潞城", "08:02", "车公庄", "09:01")], []),
    ("08:00", [("首都机场线", "进城", "2号航站楼", "08:07", "三元桥", "08:25")], []),
    ("08:00", [("大兴机场线", "出城", "草桥", "08:02", "大兴机场", "08:22")], []),
    ("08:00", [("西郊线", "出城", "巴沟", "08:03", "香山", "08:23")], []),
    ("08:00", [("13号线", "西行", "五道口", "08:02", "知春路", "08:05"),
               ("10号线", "内环", "知春路", "08:09", "国贸", "08:41")], [4]),
    ("08:00", [("5号线", "南行", "天通苑北", "08:00", "惠新西街南口", "08:21"),
               ("10号线", "内环", "惠新西街南口", "08:22", "国贸", "08:41")], [0.5]),
    ("08:00", [("13号线", "西行", "回龙观", "08:01", "西直门", "08:29"),
               ("4号线", "南行", "西直门", "08:34", "西单", "08:44")], [5]),
    ("08:00", [("15号线", "东行", "清华东路西口", "08:04", "奥林匹克公园", "08:11"),
               ("8号线", "南行", "奥林匹克公园", "08:18", "王府井", "08:41")], [4.5]),
    ("08:00", [("5号线", "南行", "天通苑北", "08:00", "崇文门", "08:40"),
               ("2号线", "内环", "崇文门", "08:45", "前门", "08:48")], [3.5]),
    ("08:00", [("1号线", "东行", "苹果园", "08:01", "西单", "08:34"),
               ("4号线", "南行", "西单", "08:38", "北京南站", "08:48")], [3.5]),
    ("08:00", [("15号线", "西行", "望京", "08:01", "大屯路东", "08:11"),
               ("5号线", "南行", "大屯路东", "08:16", "雍和宫", "08:27")], [4.5]),
    ("08:00", [("4号线", "北行", "天宫院", "08:01", "角门西", "08:37"),
               ("10号线", "外环", "角门西", "08:41", "国贸", "09:07")], [2.5]),
    ("08:00", [("房山线", "进城", "阎村东", "08:00", "郭公庄", "08:35"),
               ("9号线", "北行", "郭公庄", "08:35", "军事博物馆", "09:00")], [0]),  # across the platform
    ("11:00", [("9号线", "北行", "丰台东大街", "11:06", "军事博物馆", "11:23"),
               ("1号线", "东行", "军事博物馆", "11:31", "复兴门", "11:38")], [3]),  # 6 in the peaks
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(shared_data: Find, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("subway")
    placed = write_tables(shared_data("beijing_subway"), out, patterns=False, days=ON_TUESDAY)
    assert len(placed) == 21  # stations of new lines that no list of points has yet
    return out


@pytest.fixture(scope="module")
def feed(folder: Path) -> GtfsFeed:
    return read_lines(folder, LinesSpec.model_validate(subway_spec()))


@pytest.fixture(scope="module")
def ways(shared_data: Find) -> dict[tuple[str, str], Way]:
    return {(w.line, w.direction): w for w in read_ways(shared_data(TIMETABLES))}


@pytest.fixture(scope="module")
def subway(feed: GtfsFeed) -> City:
    """The subway from platform to platform, without entrances."""
    return city(**{k: v for k, v in feed.tables.items() if k != "entrances"})


def stations(made: City, names: list[str]) -> Points:
    table = made.table("stops").drop_duplicates("name").set_index("name")
    return Points(names, table.geometry[names].x.to_numpy(), table.geometry[names].y.to_numpy())


def asked(clock: str, **more: int) -> TripOptions:
    limits = {"max_access_s": 0, "max_egress_s": 0, "max_direct_s": 0, "max_trip_s": 10_800, **more}
    return TripOptions(TUESDAY, minutes(clock) * 60, 60, **limits)


def test_all_lines_meet_the_contracts(feed: GtfsFeed) -> None:
    assert not check_tables(feed.tables)
    assert len(feed.tables["routes"]) == 28
    assert len(feed.tables["shapes"]) == 56
    assert not [p for p in feed.problems if p.severity == "error"]


def test_trains_are_those_of_the_plans(feed: GtfsFeed, ways: dict[tuple[str, str], Way]) -> None:
    """Next stop and minutes to it, for every departure: within a minute for 99.9 %."""
    rows = feed.tables["stop_times"].sort_values(["trip", "sequence"])
    after = rows.shift(-1)
    on = ((after["trip"] == rows["trip"]) & rows["pickup"]).to_numpy(dtype=bool)
    found = {
        (stop, at // 60): (there, int(when) // 60)
        for stop, at, there, when in zip(
            rows["stop"][on], rows["departure_s"][on], after["stop"][on], after["arrival_s"][on],
            strict=True,
        )
    }  # fmt: skip
    total = good = 0
    for way in ways.values():
        for one, two, at, then in _by_plan(way):
            total += 1
            stop, when = found.get((f"subway:{way.platform(one)}", at), ("", 0))
            good += stop == f"subway:{way.platform(two)}" and abs(when - then) <= 1
    assert total > 190_000
    assert good / total > 0.999


def _by_plan(way: Way) -> list[tuple[str, str, int, int]]:
    """Each departure with the train's next call, by the data's own plans."""
    found = []
    for days in {d for _, d in way.printed if d in ON_TUESDAY}:
        for plan in {p for (_, d), t in way.printed.items() if d == days for p in t.values()}:
            lists = [
                (s, [m for m, p in way.printed.get((s, days), {}).items() if p == plan])
                for s in way.stations
            ]
            for (one, a), (two, b) in pairwise([(s, sorted(t)) for s, t in lists if t]):
                found += [(one, two, x, y) for x, y in zip(a, b, strict=True)]
    return found


def test_traces_are_in_the_data(ways: dict[tuple[str, str], Way], shared_data: Find) -> None:
    stated = read_json5(shared_data(TIMETABLES) / "metadata.json5")["transfers"]
    for _, legs, changes in TRACES:
        for line, direction, one, board, two, alight in legs:
            for station, at in ((one, board), (two, alight)):
                days = [
                    d for s, d in ways[line, direction].printed if s == station and d in ON_TUESDAY
                ]
                assert minutes(at) in ways[line, direction].printed[station, days[0]]
        for (before, after), change in zip(pairwise(legs), changes, strict=True):
            assert change in [
                e["minutes"]
                for e in stated[after[2]]
                if {e["from"], e["to"]} == {before[0], after[0]}
            ]


@pytest.mark.parametrize(
    ("leave", "legs", "changes"),
    TRACES,
    ids=lambda v: v[0][2] if isinstance(v, list) and v and isinstance(v[0], tuple) else "",
)
def test_a_journey_takes_what_the_hand_traced_one_takes(
    subway: City, leave: str, legs: list[Leg], changes: list[float]
) -> None:
    ends = [stations(subway, [legs[0][2]]), stations(subway, [legs[-1][4]])]
    at = minutes(leave)
    for leg, change in zip(legs, [0.0, *changes], strict=True):
        assert at + change <= minutes(leg[3])
        at = minutes(leg[5])
    found = travel_times(subway, *ends, asked(leave), context=Context()).seconds[0, 0, 0]
    assert found == (at - minutes(leave)) * 60
    rows = subway.table("stop_times")
    for line, direction, one, board, two, alight in legs:
        stops = [f"subway:{s}/{line}/{direction}" for s in (one, two)]
        boarded = rows[
            (rows["stop"] == stops[0])
            & (rows["departure_s"] == minutes(board) * 60)
            & rows["pickup"]
        ]
        ridden = rows[rows["trip"].isin(boarded["trip"]) & (rows["stop"] == stops[1])]
        off = ridden["arrival_s"].to_numpy() - minutes(alight) * 60
        assert (np.abs(off) <= 60).any()


def test_known_by_headway_only_the_wait_averages_half_of_it(folder: Path, tmp_path: Path) -> None:
    for name in ("stops", "segments"):
        (tmp_path / f"{name}.csv").write_bytes((folder / f"{name}.csv").read_bytes())
    table = pd.read_csv(folder / "departures.csv", dtype=str)
    ours = table[
        (table["line"] == "5号线") & table["stop"].str.startswith(("天通苑北/", "宋家庄/"))
    ]
    ours = ours[ours["ends"].isna() & ours["time"].between("10:00", "10:59")]
    counts = ours.groupby("direction").size()
    rows = [f"5号线,{d},工作日,10:00,11:00,{3600 / n:g}" for d, n in counts.items()]
    text = "\n".join(["line,direction,days,start,end,headway_s", *rows])
    (tmp_path / "services.csv").write_text(text, "utf-8")
    spec = subway_spec(departures=None, transfers=None, entrances=None, services="services.csv")
    feed = read_lines(tmp_path, LinesSpec.model_validate(spec))
    said = [p.message.en for p in feed.problems if p.code == "waits_by_headway"]
    assert "half a headway" in said[0]
    made = city(**feed.tables)
    ends = [stations(made, [s]) for s in ("天通苑北", "宋家庄")]
    headway = round(3600 / counts["南行"])
    options = TripOptions(TUESDAY, 10 * 3600, headway, step_s=1, max_access_s=0, max_egress_s=0,
                          max_direct_s=0, percentiles=tuple(range(1, 101)))  # fmt: skip
    times = travel_times(made, *ends, options, context=Context()).seconds[:, 0, 0]
    trip = feed.tables["stop_times"][lambda t: t["trip"].str.contains("南行")]
    ridden = trip["arrival_s"].max() - trip["departure_s"].min()
    assert abs((times - ridden).mean() - headway / 2) <= 0.01 * headway


def test_a_new_line_between_stations_and_around_entrances(feed: GtfsFeed) -> None:
    """五道口 to 望京 without the ring road; nobody is worse off, also from the street."""
    today = city(**feed.tables)
    line = AddLine(
        type="add_line", id="new", mode="metro", speed_kmh=60, dwell_s=30,
        stops=["subway:五道口/13号线/东行", "subway:北沙滩/15号线/东行", "subway:望京/15号线/东行"],
        headways=[{"start": "05:00", "end": "23:00", "minutes": 3}],
    )  # fmt: skip
    after = Scenario("new", Text("新线", "a new line"), (line,)).apply(today)
    names = ["五道口", "北沙滩", "望京", "西直门", "国贸", "雍和宫", "东直门"]
    gates = today.table("entrances")
    near = [gates[gates["stop"] == f"subway:{s}"].iloc[0] for s in names]
    doors = Points(
        names,
        np.array([g.geometry.x for g in near]),
        np.array([g.geometry.y + 0.002 for g in near]),
    )
    for points, walk in ((stations(today, names), 1200), (doors, 900)):
        options = TripOptions(TUESDAY, 8 * 3600, 1800, max_access_s=walk, max_egress_s=walk,
                              max_direct_s=0, max_trip_s=10_800)  # fmt: skip
        base, new = (
            travel_times(c, points, points, options, context=Context()).seconds[0]
            for c in (today, after)
        )
        assert (base < INF).sum() >= 42
        assert (new <= base).all()
        one, two = names.index("五道口"), names.index("望京")
        assert new[one, two] < base[one, two] - 600
        assert new[one, names.index("西直门")] == base[one, names.index("西直门")]


def test_the_day_compiles(subway: City) -> None:
    timetable = compile_timetable(subway, TUESDAY)
    assert len(timetable.trip) > 10_000
    assert timetable.patterns < 400
