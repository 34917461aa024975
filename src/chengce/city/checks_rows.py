"""Say which rows of a table are wrong: the first few by number, the others counted."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.layers import Column
from chengce.core.errors import Problem
from chengce.core.text import Text

SHOWN = 5  # rows named per kind of problem; the rest are counted


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
