"""Say which lines are known by headway only, and what wait the answer holds for them."""

import numpy as np
import pandas as pd

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.periods import seconds
from chengce.models.trips import TripParams


def headway_waits(city: City, params: TripParams) -> tuple[list[Problem], tuple[Text, ...]]:
    """Return warnings and notes on lines that run by headway on `params.date` in the window.

    Such a line runs at one fixed phase: over a window of whole headways the wait for it averages
    half a headway. Where the window is shorter than a headway it does not: that is a warning.
    """
    often = _running(city, params)
    if not len(often):
        return [], ()
    longest = int(often["headway_s"].max())
    lines = int(often["route"].nunique())
    note = Text(
        f"{lines} 条线路按间隔运行（最长 {longest / 60:g} 分钟）：出发时段内，首次乘车的等候平均为半个间隔；"
        "换乘到这类线路的等候取决于固定相位，是多种可能之一",
        f"lines that run by headway: {lines} (at most {longest / 60:g} min); over the departure window the "
        "first wait averages half a headway; a change to such a line meets it at one fixed phase of many",
    )
    window_s = params.window_min * 60
    if window_s >= longest:
        return [], (note,)
    short = Problem(
        "window_shorter_than_headway",
        Text(
            f"出发时段 {params.window_min} 分钟短于最长间隔 {longest / 60:g} 分钟，等候不能代表平均情形",
            f"the departure window of {params.window_min} min is shorter than the longest headway of "
            f"{longest / 60:g} min: waits are not those of an average departure",
        ),
        Text("把 window_min 加长到一个间隔以上", "make window_min at least one headway"),
        column="window_min",
        severity="warning",
    )
    return [short], (note,)


def _running(city: City, params: TripParams) -> pd.DataFrame:
    """Return the frequencies without exact times that hold on the date, in the window."""
    often = city.table("frequencies")
    if not len(often):
        return often.assign(route=[])
    begin = seconds(params.start)
    end = begin + (params.window_min + params.max_trip_min) * 60
    services = city.table("services")
    today = services.loc[services["date"].astype(str).str.slice(0, 10) == params.date, "service"]
    trips = city.table("trips")
    trips = trips[trips["service"].isin(today)]
    use = (~often["exact"].to_numpy(np.bool_)) & (often["start_s"] < end) & (often["end_s"] > begin)
    return often[use].merge(trips[["id", "route"]], left_on="trip", right_on="id")
