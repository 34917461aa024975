"""Keep the tables that speak of streets in step when streets or directions close."""

from collections.abc import Collection

import pandas as pd

from chengce.models.modifications.base import Draft
from chengce.models.modifications.hours import Arc

_MOTOR = ("car", "truck", "all")


def forget_streets(draft: Draft, gone: Collection[str]) -> None:
    """Drop turn restrictions, periods and counts of streets that are no more."""
    turns = draft.table("turns")
    if len(turns):
        draft.keep("turns", ~(turns["from_street"].isin(gone) | turns["to_street"].isin(gone)))
    for table in ("street_periods", "count_links"):
        if len(rows := draft.table(table)):
            _drop(draft, table, rows["street"].isin(gone))


def forget_directions(draft: Draft, gone: Collection[Arc]) -> None:
    """Drop periods and counts of cars in directions they may not drive any more.

    A count that loses one of its links goes as a whole: what was counted cannot be compared.
    """
    for table in ("street_periods", "count_links"):
        rows = draft.table(table)
        if not len(rows):
            continue
        arcs = zip(rows["street"], rows["direction"].tolist(), strict=True)
        lost = pd.Series([arc in gone for arc in arcs], index=rows.index)
        if table == "count_links":
            counts = draft.table("counts")
            motor = counts.loc[counts["mode"].isin(_MOTOR), "id"]
            lost &= rows["count"].isin(motor)
        _drop(draft, table, lost)


def _drop(draft: Draft, table: str, gone: "pd.Series[bool]") -> None:
    if not gone.any():
        return
    rows = draft.table(table)
    if table == "count_links":
        lost = set(rows.loc[gone, "count"])
        if len(counts := draft.table("counts")):
            draft.keep("counts", ~counts["id"].isin(lost))
        gone = rows["count"].isin(lost)
    draft.keep(table, ~gone)
