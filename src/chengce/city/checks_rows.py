"""Say which rows of a table are wrong: the first few by number, the others counted."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.layers import Column, column_of
from chengce.core.errors import Problem
from chengce.core.text import Text

SHOWN = 5  # rows named per kind of problem; the rest are counted
BEYOND_24 = Text(
    "改正起止时刻；跨零点的时段写到 24 点以后，如 25:30",
    "correct the hours; write a period over midnight beyond 24:00, such as 25:30",
)


def at(  # noqa: PLR0913  (one argument per part of a problem)
    table: str,
    column: Column,
    wrong: NDArray[np.bool_],
    code: str,
    message: Text,
    remedy: Text,
    values: "pd.Series[object] | None" = None,
) -> list[Problem]:
    """Return a problem for each of the first rows for which `wrong` holds; row 1 is the header."""
    rows = np.flatnonzero(wrong)
    found = []
    for row in rows[:SHOWN]:
        shown = "" if values is None else f" ({values.iloc[row]})"
        found.append(
            Problem(
                code,
                Text(message.zh + shown, message.en + shown),
                remedy,
                table,
                int(row) + 2,
                column.name,
            )
        )
    if len(rows) > SHOWN:
        more = len(rows) - SHOWN
        found.append(
            Problem(
                code,
                Text(f"另有 {more} 行同样问题", f"{more} more rows like this"),
                remedy,
                table,
                None,
                column.name,
            )
        )
    return found


def backwards(table: str, frame: pd.DataFrame, remedy: Text) -> list[Problem]:
    """Return a problem for each of the first rows whose period `start_s` … `end_s` is empty."""
    return at(table, column_of(table, "end_s"), (frame["end_s"] <= frame["start_s"]).to_numpy(bool),
              "period_ends_before_it_starts",
              Text("时段的结束不晚于开始", "the period does not end after it starts"),
              remedy, frame["end_s"])  # fmt: skip
