"""Read public transport from plain tables: stops, segments, headways or departures, transfers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString

from chengce.city.layers import WGS84
from chengce.city.readers.gtfs import GtfsFeed
from chengce.city.readers.lines_calendar import dates_of
from chengce.city.readers.lines_clock import clock
from chengce.city.readers.lines_hours import read_departures, read_services
from chengce.city.readers.lines_links import entrances_table, transfers_table
from chengce.city.readers.lines_notes import note_headways, note_threading, note_unserved
from chengce.city.readers.lines_spec import MODES, Calendar, LinesSpec
from chengce.city.readers.lines_tables import Sheet, marks, read_sheets
from chengce.city.readers.lines_thread import Printed, Train, thread
from chengce.city.readers.lines_track import Key, Track, check_speeds, read_tracks
from chengce.city.readers.lines_trips import Trips
from chengce.core.errors import Problem, raise_if_any
from chengce.core.text import Text

Run = tuple[Key, str]  # line and direction, days


def read_lines(folder: Path, spec: LinesSpec) -> GtfsFeed:
    """Read the tables of a specification into the tables a GTFS feed would give.

    Ids become ``name:id``. Raises `ChengceError` with every mistake of every table: file, row and
    column. Warnings and what was worked out are the feed's problems. Departures without train
    numbers are threaded into trains; lines known only by headway keep them as frequencies.
    """
    sheets, found, unread = read_sheets(folder, spec)
    if {"stops", "segments"} & unread:
        _raise(sheets, found)
    stops = sheets["stops"]
    _unique(stops, ["id"])
    stops.frame = stops.frame.assign(wheelchair=marks(stops, "wheelchair"))
    tracks = read_tracks(sheets["segments"], stops.frame["id"])
    check_speeds(sheets["segments"], stops.frame, tracks)
    starts = clock(spec.day_starts)
    assert starts is not None
    groups = tuple(spec.calendar.days)
    none = pd.DataFrame(columns=["line", "direction", "days"])
    printed, often = none, none
    if "departures" in sheets:
        printed = read_departures(sheets["departures"], tracks, groups, starts)
    if "services" in sheets:
        often = read_services(sheets["services"], tracks, groups, starts)
        _served_twice(sheets["services"], often, printed)
    tables: dict[str, pd.DataFrame] = {}
    prefix = f"{spec.name}:"
    if "transfers" in sheets:
        tables["transfers"] = transfers_table(sheets["transfers"], stops.frame, prefix, starts)
    if "entrances" in sheets:
        tables["entrances"] = entrances_table(sheets["entrances"], stops.frame, prefix)
    found += _same_dates(spec.calendar, printed, often)
    _raise(sheets, found)
    trips = Trips(prefix)
    trains = _trains(printed, tracks)
    for (key, days), made in trains.items():
        for train in made:
            trips.add_train(tracks[key], days, train)
    for (line, direction, days), rows in often.groupby(["line", "direction", "days"], sort=False):
        periods = rows[["start", "end", "headway"]].to_numpy(np.int64).tolist()
        trips.add_headways(tracks[line, direction], days, [(a, b, h) for a, b, h in periods])
    if not trips.trips:
        found.append(_nothing(spec))
    _raise(sheets, found)
    if "departures" in sheets:
        note_threading(sheets["departures"], trains, printed, tracks)
    found += note_unserved(tracks, trips.trips, prefix)
    found += note_headways(often, sheets["services"].report.file if len(often) else "")
    tables |= _tables(spec, stops.frame, tracks, trips)
    notes = (*found, *(p for s in sheets.values() for p in s.report.found))
    return GtfsFeed(spec.name, tables, notes)


def _raise(sheets: Mapping[str, Sheet], found: Sequence[Problem]) -> None:
    raise_if_any([*found, *(p for s in sheets.values() for p in s.report.found)])


def _unique(sheet: Sheet, key: list[str]) -> None:
    said = ("duplicate_key", Text("编号 {value} 重复", "the id {value} occurs again"),
            Text("合并或删除重复行", "merge or remove the repeated rows"))  # fmt: skip
    sheet.wrong(sheet.frame.duplicated(key), said, column=key[0])


def _served_twice(sheet: Sheet, often: pd.DataFrame, printed: pd.DataFrame) -> None:
    """A line runs by headway or by departures on a group of days, never by both."""
    key = ["line", "direction", "days"]
    both = pd.MultiIndex.from_frame(often[key]).isin(pd.MultiIndex.from_frame(printed[key]))
    rows = np.isin(sheet.rows, often.loc[both, "row"].to_numpy(np.int64)) if len(often) else both
    said = ("line_given_twice",
            Text("线路 {value} 同一方向、日期组既有间隔又有发车时刻",
                 "line {value} has headways and departures on the same days"),
            Text("只留其一，否则车次会重复", "keep one of them: else its trains would run twice"))  # fmt: skip
    sheet.wrong(rows, said, column="line")


def _same_dates(calendar: Calendar, printed: pd.DataFrame, often: pd.DataFrame) -> list[Problem]:
    """Two groups of days of one line may not share a date: its trains would run twice."""
    dates = dates_of(calendar)
    used: dict[str, list[str]] = {}
    for frame in (printed, often):
        for line, days in frame[["line", "days"]].drop_duplicates().itertuples(index=False):
            used.setdefault(line, []).append(days)
    clashes: dict[tuple[str, str], list[str]] = {}
    for line, groups in used.items():
        names = list(dict.fromkeys(groups))
        for i, one in enumerate(names):
            for two in names[i + 1 :]:
                if set(dates[one]) & set(dates[two]):
                    clashes.setdefault((one, two), []).append(line)
    return [
        Problem(
            "days_overlap",
            Text(
                f"日期组 {one} 与 {two} 有相同的日期，线路 {'、'.join(lines)} 的车次会重复",
                f"the days {one} and {two} share dates: the trains of {', '.join(lines)} would run twice",
            ),
            Text("在 calendar.days 中分开", "separate them in calendar.days"),
            column="calendar.days",
        )
        for (one, two), lines in clashes.items()
    ]


def _nothing(spec: LinesSpec) -> Problem:
    return Problem(
        "lines_without_service",
        Text(f"{spec.name} 没有一班车可运行", f"nothing runs in {spec.name}"),
        Text(
            "核对 services、departures 与 segments 的线路名",
            "check the lines of services and departures",
        ),
    )


def _trains(printed: pd.DataFrame, tracks: Mapping[Key, Track]) -> dict[Run, list[Train]]:
    """Thread every line and direction on every group of days."""
    found: dict[Run, list[Train]] = {}
    for (line, direction, days), rows in printed.groupby(["line", "direction", "days"], sort=False):
        key = (str(line), str(direction))
        found[key, str(days)] = thread(
            tracks[key],
            Printed(
                position=rows["position"].to_numpy(np.int64),
                time=rows["s"].to_numpy(np.int64),
                pattern=pd.factorize(rows["pattern"])[0].astype(np.int64),
                ends=rows["ends"].to_numpy(np.bool_),
                row=rows.index.to_numpy(np.int64),
            ),
        )
    return found


def _tables(
    spec: LinesSpec, stops: gpd.GeoDataFrame, tracks: Mapping[Key, Track], trips: Trips
) -> dict[str, pd.DataFrame]:
    prefix = f"{spec.name}:"
    dates = dates_of(spec.calendar)
    used = {t["service"] for t in trips.trips}
    lines = list(dict.fromkeys(line for line, _ in tracks))
    where = stops.set_index("id")["geometry"]
    frequencies = pd.DataFrame(trips.frequencies)
    services = [(prefix + g, d) for g, ds in dates.items() if prefix + g in used for d in ds]
    tables: dict[str, pd.DataFrame] = {
        "stops": gpd.GeoDataFrame(
            {
                "id": prefix + stops["id"],
                "name": stops["name"],
                "parent": prefix + stops["station"],
                "wheelchair": stops["wheelchair"],
            },
            geometry=gpd.GeoSeries(stops["geometry"], crs=WGS84),
        ),
        "routes": pd.DataFrame(
            {
                "id": [prefix + line for line in lines],
                "short_name": lines,
                "long_name": _blank(len(lines)),
                "mode": MODES[spec.mode],
                "agency": _blank(len(lines), spec.agency or None),
                "color": _blank(len(lines)),
            }
        ),
        "trips": pd.DataFrame(trips.trips).astype({"direction": "Int64"}),
        "stop_times": trips.stop_times(),
        "services": pd.DataFrame(services, columns=["service", "date"]).astype("str"),
        "shapes": gpd.GeoDataFrame(
            {"id": [f"{prefix}{t.line}:{t.direction}" for t in tracks.values()]},
            geometry=[_shape(t, where) for t in tracks.values()],
            crs=WGS84,
        ),
    }
    if len(frequencies):
        tables["frequencies"] = frequencies
    return tables


def _shape(track: Track, where: "pd.Series[Any]") -> LineString:
    """Return the straight line from stop to stop."""
    stops = [*track.stops, *(track.stops[:1] if track.ring else ())]
    return LineString([where[s].coords[0] for s in stops])


def _blank(length: int, value: str | None = None) -> "pd.Series[Any]":
    return pd.Series([value] * length, dtype="str")
