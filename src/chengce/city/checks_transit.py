"""Check what transfers and entrances say: their hours, and the stops they belong to."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from chengce.city.checks_rows import BEYOND_24, at, backwards
from chengce.city.layers import column_of
from chengce.core.errors import Problem
from chengce.core.text import Text


def transit_problems(
    name: str,
    frame: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    *,
    unread: Collection[str] = (),
) -> list[Problem]:
    """Return the problems of `transfers` or `entrances`; other tables have none.

    Called once a table meets its contract; `unread` names tables that could not be read.
    """
    if name == "transfers":
        return [*backwards(name, frame, BEYOND_24), *_apart(frame)]
    if name == "entrances" and "stops" not in unread:
        return _stations(frame, tables.get("stops", pd.DataFrame({"id": []})))
    return []


def _apart(frame: pd.DataFrame) -> list[Problem]:
    """Find periods of one pair of stops that overlap: which would hold at a time is open."""
    ordered = frame.reset_index(drop=True).sort_values(["from_stop", "to_stop", "start_s"])
    before = ordered.groupby(["from_stop", "to_stop"])["end_s"].shift()
    wrong = np.zeros(len(frame), dtype=bool)
    wrong[ordered.index[(ordered["start_s"] < before).to_numpy(dtype=bool)]] = True
    return at("transfers", column_of("transfers", "start_s"), wrong, "transfer_periods_overlap",
              Text("同一对站点的换乘时段重叠", "periods of one pair of stops overlap"),
              Text("把时段切开，同一时刻只留一个换乘时间",
                   "cut the periods so that one time holds at a time"),
              frame["from_stop"])  # fmt: skip


def _stations(frame: pd.DataFrame, stops: pd.DataFrame) -> list[Problem]:
    """Every entrance belongs to a stop, or to a station named as the parent of a stop."""
    known = set(stops["id"])
    if "parent" in stops.columns:
        known |= set(stops["parent"].dropna())
    wrong = ~frame["stop"].isin(known).to_numpy(dtype=bool)
    return at("entrances", column_of("entrances", "stop"), wrong, "entrance_of_no_stop",
              Text("没有这个站点或车站", "there is no such stop or station"),
              Text("核对编号：应为 stops 的 id 或 parent", "check the id: an id or parent of stops"),
              frame["stop"])  # fmt: skip
