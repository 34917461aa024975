"""Check what fares and rides on demand say: prices that add up, hours, one system."""

from collections.abc import Mapping

import pandas as pd

from chengce.city.checks_rows import BEYOND_24, at, backwards
from chengce.city.layers import column_of
from chengce.core.errors import Problem
from chengce.core.text import Text

TOO_CHEAP = Text(
    "两程合计票价低于前程单独的票价", "two rides together cost less than the first of them alone"
)
TOO_DEAR = Text(
    "两程合计票价高于分别购票之和", "two rides together cost more than one after the other"
)
_SLACK = 1e-9


def fare_problems(
    name: str, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> list[Problem]:
    """Return the problems of `fare_transfers`, `fare_system` or `on_demand`; others have none.

    Called once a table meets its contract.
    """
    if name == "fare_transfers" and {"class", "price"} <= set(tables.get("fares", ())):
        return _together(frame, tables["fares"].set_index("class")["price"])
    if name == "fare_system" and len(frame) > 1:
        return [_one_system(len(frame))]
    if name == "on_demand":
        return backwards(name, frame, BEYOND_24)
    return []


def _together(frame: pd.DataFrame, price: "pd.Series[float]") -> list[Problem]:
    first, second = frame["first"].map(price), frame["second"].map(price)
    column = column_of("fare_transfers", "price")
    low = (frame["price"] < first - _SLACK).to_numpy(dtype=bool)
    high = (frame["price"] > first + second + _SLACK).to_numpy(dtype=bool)
    fix = Text("price 为两程合计，不是差额", "`price` is that of both rides, not the difference")
    return [
        *at(
            "fare_transfers", column, low, "fare_transfer_too_cheap", TOO_CHEAP, fix, frame["price"]
        ),
        *at(
            "fare_transfers", column, high, "fare_transfer_too_dear", TOO_DEAR, fix, frame["price"]
        ),
    ]


def _one_system(rows: int) -> Problem:
    return Problem(
        "fare_systems_several",
        Text(f"fare_system 应只有一行，现有 {rows} 行", f"fare_system has {rows} rows, not one"),
        Text("只留一行；不同票种写在 fares 表", "keep one; classes of fares go in the table fares"),
        file="fare_system",
    )
