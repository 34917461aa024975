"""Check what places say of themselves: their opening hours, and what their capacity counts."""

import numpy as np
import pandas as pd

from chengce.city.checks_rows import at
from chengce.city.layers import column_of
from chengce.city.opening.read import Unread, read_hours
from chengce.core.errors import Problem
from chengce.core.text import Text


def place_problems(name: str, frame: pd.DataFrame) -> list[Problem]:
    """Return the problems of `places`; other tables have none. The table meets its contract."""
    if name != "places":
        return []
    return [*_hours(frame), *_units(frame)]


def _hours(frame: pd.DataFrame) -> list[Problem]:
    if "hours" not in frame:
        return []
    bad = {
        t for t in frame["hours"].dropna().unique() if isinstance(read_hours(t, osm=True), Unread)
    }
    wrong = frame["hours"].isin(bad).to_numpy(dtype=bool)
    return at("places", column_of("places", "hours"), wrong, "place_hours_unread",
              Text("开放时间读不懂", "the opening hours are not understood"),
              Text("按 OpenStreetMap 的写法，如 Mo-Fr 08:00-18:00; PH off",
                   "write them as OpenStreetMap does, such as Mo-Fr 08:00-18:00; PH off"),
              frame["hours"])  # fmt: skip


def _units(frame: pd.DataFrame) -> list[Problem]:
    if "capacity_unit" not in frame:
        return []
    empty = np.ones(len(frame), dtype=bool)
    if "capacity" in frame:
        empty = frame["capacity"].isna().to_numpy(dtype=bool)
    wrong = empty & frame["capacity_unit"].notna().to_numpy(dtype=bool)
    return at("places", column_of("places", "capacity_unit"), wrong, "unit_without_capacity",
              Text("有容量单位而没有容量", "a unit of capacity without a capacity"),
              Text("补上容量，或删去单位", "give the capacity, or leave out its unit"),
              frame["capacity_unit"])  # fmt: skip
