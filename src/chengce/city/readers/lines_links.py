"""Read transfers between stops and the entrances of stations, with who can use them."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from chengce.city.layers import WGS84
from chengce.city.readers.lines_clock import LATEST_S
from chengce.city.readers.lines_hours import seconds_of
from chengce.city.readers.lines_tables import Sheet, known, marks
from chengce.core.text import Text


def transfers_table(
    sheet: Sheet, stops: pd.DataFrame, prefix: str, day_starts_s: int
) -> pd.DataFrame:
    """Return the table `transfers`; without hours a transfer holds all day."""
    what = Text("没有站点 {value}", "there is no stop {value}")
    fine = known(sheet, "from", stops["id"], lambda _: what)
    fine &= known(sheet, "to", stops["id"], lambda _: what)
    start, given = seconds_of(sheet, "start", 0)
    end, closed = seconds_of(sheet, "end", day_starts_s)
    frame = pd.DataFrame(
        {
            "from_stop": prefix + sheet.frame["from"],
            "to_stop": prefix + sheet.frame["to"],
            "seconds": np.ceil(sheet.frame["seconds"].to_numpy(np.float64)).astype(np.int32),
            "start_s": np.where(start < 0, 0, start).astype(np.int32),
            "end_s": np.where(end < 0, LATEST_S, end).astype(np.int32),
        }
    )
    said = ("period_ends_before_it_starts", Text("时段的结束不晚于开始", "the period does not end after it starts"),
            Text("核对时段", "check the period"))  # fmt: skip
    wrong = (frame["end_s"] <= frame["start_s"]).to_numpy(dtype=bool) & given & closed
    sheet.wrong(wrong, said, column="from")
    ordered = frame[fine & ~wrong].sort_values(["from_stop", "to_stop", "start_s"], kind="stable")
    before = ordered.groupby(["from_stop", "to_stop"])["end_s"].shift()
    mask = np.zeros(len(frame), dtype=bool)
    mask[ordered.index[(ordered["start_s"] < before).to_numpy(dtype=bool)]] = True
    said = ("transfer_periods_overlap",
            Text("从 {value} 出发的换乘时段重叠", "periods of a transfer from {value} overlap"),
            Text("把时段切开，同一时刻只留一个换乘时间",
                 "cut the periods so that one time holds at a time"))  # fmt: skip
    sheet.wrong(mask, said, column="from")
    return frame


def entrances_table(sheet: Sheet, stops: pd.DataFrame, prefix: str) -> gpd.GeoDataFrame:
    """Return the table `entrances`; no walking time given counts as 0 s from entrance to platform."""
    there = pd.concat([stops["id"], stops["station"].dropna()])
    what = Text("没有站点或车站 {value}", "there is no stop or station {value}")
    known(sheet, "stop", there, lambda _: what)
    said = ("duplicate_key", Text("出入口 {value} 重复", "the entrance {value} occurs again"),
            Text("合并或删除重复行", "merge or remove the repeated rows"))  # fmt: skip
    sheet.wrong(sheet.frame.duplicated(["id", "stop"]), said, column="id")
    seconds: pd.Series[Any] = sheet.frame["seconds"].fillna(0.0)
    return gpd.GeoDataFrame(
        {
            "id": prefix + sheet.frame["id"],
            "stop": prefix + sheet.frame["stop"],
            "name": sheet.frame["name"],
            "wheelchair": marks(sheet, "wheelchair"),
            "seconds": np.ceil(seconds.to_numpy(np.float64)).astype(np.int32),
        },
        geometry=gpd.GeoSeries(sheet.frame["geometry"], crs=WGS84),
    )
