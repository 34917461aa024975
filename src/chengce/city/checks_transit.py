"""Check what transfers and entrances say: their hours, and the stops they belong to."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from chengce.city.checks_rows import at
from chengce.city.layers import BY_NAME, Column
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
        return [*_hours(frame), *_apart(frame)]
    if name == "entrances" and "stops" not in unread:
        return _stations(frame, tables.get("stops", pd.DataFrame({"id": []})))
    return []


def _column(table: str, name: str) -> Column:
    found = BY_NAME[table].column(name)
    assert found is not None
    return found


def _hours(frame: pd.DataFrame) -> list[Problem]:
    wrong = (frame["end_s"] <= frame["start_s"]).to_numpy(dtype=bool)
    return at("transfers", _column("transfers", "end_s"), wrong, "period_ends_before_it_starts",
              Text("时段的结束不晚于开始", "the period does not end after it starts"),
              Text("改正起止时刻；跨零点的时段写到 24 点以后，如 25:30",
                   "correct the hours; write a period over midnight beyond 24:00, such as 25:30"),
              frame["end_s"])  # fmt: skip


def _apart(frame: pd.DataFrame) -> list[Problem]:
    """Find periods of one pair of stops that overlap: which would hold at a time is open."""
    ordered = frame.reset_index(drop=True).sort_values(["from_stop", "to_stop", "start_s"])
    before = ordered.groupby(["from_stop", "to_stop"])["end_s"].shift()
    wrong = np.zeros(len(frame), dtype=bool)
    wrong[ordered.index[(ordered["start_s"] < before).to_numpy(dtype=bool)]] = True
    return at("transfers", _column("transfers", "start_s"), wrong, "transfer_periods_overlap",
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
    return at("entrances", _column("entrances", "stop"), wrong, "entrance_of_no_stop",
              Text("没有这个站点或车站", "there is no such stop or station"),
              Text("核对编号：应为 stops 的 id 或 parent", "check the id: an id or parent of stops"),
              frame["stop"])  # fmt: skip
