"""Say which feeds do not run on the date asked for, or not in the departure window."""

import numpy as np
import pandas as pd

from chengce.city.city import City
from chengce.city.readers.gtfs_services import check_date, services_on
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.periods import seconds
from chengce.models.trips import TripParams


def timetable_gaps(city: City, params: TripParams) -> list[Problem]:
    """Return a warning per feed without a trip on `params.date` or in the window.

    A feed counts as running if one of its vehicles is under way between the start of the window
    and the end of the longest trip. Cut timetables are common, and a gap looks like bad service.
    """
    tables = {name: city.table(name) for name in ("services", "trips")}
    if not len(tables["trips"]):
        return []
    found = [_warning(p) for p in check_date(tables, params.date)]
    begin = seconds(params.start)
    end = begin + (params.window_min + params.max_trip_min) * 60
    spans = _spans(city)
    for feed, trips in services_on(tables, params.date).items():
        today = spans[spans["trip"].isin(trips["id"])]
        if len(today) and not ((today["first"] < end) & (today["last"] > begin)).any():
            hours = f"{_clock(int(today['first'].min()))}–{_clock(int(today['last'].max()))}"
            found.append(
                Problem(
                    "no_service_in_window",
                    Text(
                        f"数据源 {feed} 在所问时段（{_clock(begin)}–{_clock(end)}）没有班次，当日班次为 {hours}",
                        f"feed {feed} has no trip in the window asked for ({_clock(begin)}–{_clock(end)}); "
                        f"on this date it runs {hours}",
                    ),
                    Text(
                        "改用有班次的时段，或换完整的时刻表",
                        "ask for a window with service, or get the whole timetable",
                    ),
                    column="start",
                    severity="warning",
                )
            )
    return found


def _spans(city: City) -> pd.DataFrame:
    """Return per trip (or frequency row) when its first vehicle starts and its last one ends."""
    times = city.table("stop_times").groupby("trip")
    facts = times["departure_s"].min().rename("first").to_frame()
    facts["last"] = times["arrival_s"].max()
    often = city.table("frequencies")
    facts = facts.join(
        often.groupby("trip")[["start_s", "end_s"]].agg({"start_s": "min", "end_s": "max"})
    )
    by_headway = facts["start_s"].notna()
    length = facts["last"] - facts["first"]
    facts["first"] = facts["first"].where(~by_headway, facts["start_s"]).astype(np.int64)
    facts["last"] = facts["last"].where(~by_headway, facts["end_s"] + length).astype(np.int64)
    return facts.reset_index()[["trip", "first", "last"]]


def _warning(problem: Problem) -> Problem:
    return Problem(
        problem.code,
        problem.message,
        problem.remedy,
        problem.file,
        problem.row,
        problem.column,
        "warning",
    )


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"
