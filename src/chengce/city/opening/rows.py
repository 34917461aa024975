"""Put hours listed one row per place and day into the hours of the places."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from chengce.city.checks_rows import at
from chengce.city.layers import column_of
from chengce.city.opening.read import Unread, read_hours
from chengce.city.opening.write import ZH_DAYS, write_hours
from chengce.core.errors import Problem
from chengce.core.text import Text

_DAYS = {str(i): day for i, day in enumerate(ZH_DAYS, 1)}
_REMEDY = Text(
    "核对各行：日写 1–7、周一、Mo 或 节假日，钟点写 8:00，到次日写 次日2:00；休息写“休息”",
    "check its rows: day 1–7, Mo or PH, clock 8:00, 26:00 for the next day, or `off`",
)


def with_rows(
    places: Sequence[pd.DataFrame], rows: pd.DataFrame
) -> tuple[list[pd.DataFrame], list[Problem]]:
    """Return the tables of places with the hours that `place_hours` lists, and what is wrong.

    Days not listed are closed. Errors: `foreign_key_violation` (no such place), `place_hours_twice`
    (the place has hours already), `place_hours_unread`.
    """
    known = pd.concat([p[["id", "hours"]] for p in places]) if places else rows[[]].assign(id="")
    lost = ~rows["place"].isin(known["id"]).to_numpy(dtype=bool)
    found = at("place_hours", column_of("place_hours", "place"), lost, "foreign_key_violation",
               Text("在 places 表中找不到", "not found in table places"),
               Text("核对编号，或补上被引用的行", "check the id, or add the row it refers to"),
               rows["place"])  # fmt: skip
    written: dict[str, str] = {}
    for place, own in rows.groupby("place", sort=True):
        text = ";".join(
            _text(*row) for row in own[["day", "open", "close"]].itertuples(index=False)
        )
        hours = read_hours(text)
        if isinstance(hours, Unread):
            said = Text(f"设施 {place} 的开放时间读不懂：{text}",
                        f"the hours of place {place} are not understood: {text}")  # fmt: skip
            found.append(Problem("place_hours_unread", said, _REMEDY, "place_hours"))
        else:
            written[str(place)] = write_hours(hours)
    out = []
    for table in places:
        ours = table["id"].map(written)
        twice = (ours.notna() & table["hours"].notna()).to_numpy(dtype=bool)
        for place in table["id"][np.flatnonzero(twice)]:
            said = Text(
                f"设施 {place} 的开放时间给了两处", f"place {place} has its hours given twice"
            )
            once = Text("只留一处", "keep one of the two")
            found.append(Problem("place_hours_twice", said, once, "place_hours"))
        out.append(table.assign(hours=table["hours"].where(ours.isna(), ours).astype("str")))
    return out, found


def _text(day: str, opens: str, closes: object) -> str:
    until = "" if closes is None or pd.isna(closes) else f"-{closes}"
    return f"{_DAYS.get(day, day)} {opens}{until}"
