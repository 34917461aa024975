"""Close a stop: vehicles pass without stopping."""

from typing import Literal

import pandas as pd
from pydantic import Field

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import BaseModification, Draft, Touches, objects, unknown_id


class CloseStop(BaseModification):
    """Close a stop 关闭站点; a station is closed with its platforms."""

    type: Literal["close_stop"] = "close_stop"
    stop: str = Field(description="Id of the stop / 站点编号")

    @property
    def summary(self) -> Text:
        """Say what is closed."""
        return Text(f"关闭站点 {self.stop}", f"close stop {self.stop}")

    def touches(self, city: City) -> Touches:
        """Return the stop removed."""
        return Touches(removes=objects("stops", [self.stop]))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the stop exists."""
        return unknown_id(
            Text("没有站点 {key}", "there is no stop {key}"), "stops", self.stop, draft
        )

    def apply(self, draft: Draft) -> None:
        """Remove the stop and its calls; trips left with fewer than two calls end."""
        stops = draft.table("stops")
        gone = {self.stop}
        if "parent" in stops.columns:
            gone |= set(stops.loc[stops["parent"] == self.stop, "id"])
        draft.keep("stops", ~stops["id"].isin(gone))
        _lock(draft, gone)
        times = draft.table("stop_times")
        closed = times["stop"].isin(gone)
        first = first_departures(times)
        draft.keep("stop_times", ~closed)
        trips = times.loc[closed, "trip"].unique().tolist()
        _follow(draft, first)
        drop_short_trips(draft, trips)


def _lock(draft: Draft, gone: set[str]) -> None:
    """Remove the transfers of closed stops, and the entrances that lead to none that is left."""
    changes = draft.table("transfers")
    if len(changes):
        draft.keep("transfers", ~(changes["from_stop"].isin(gone) | changes["to_stop"].isin(gone)))
    entrances = draft.table("entrances")
    if len(entrances):
        stops = draft.table("stops")
        left = set(stops["id"]) | (set(stops["parent"]) if "parent" in stops.columns else set())
        draft.keep("entrances", entrances["stop"].isin(left - gone))


def first_departures(times: pd.DataFrame) -> "pd.Series[int]":
    """Return the departure from the first stop by trip, seconds."""
    ordered = times.sort_values(["trip", "sequence"])
    return ordered.groupby("trip")["departure_s"].first()


def _follow(draft: Draft, before: "pd.Series[int]") -> None:
    """Let frequencies count from the stop a trip now begins at, so that no vehicle runs earlier."""
    often = draft.table("frequencies")
    if not len(often):
        return
    moved = first_departures(draft.table("stop_times")) - before
    later = often["trip"].map(moved).fillna(0).astype(often["start_s"].dtype)
    if later.any():
        draft.tables["frequencies"] = often.assign(
            start_s=often["start_s"] + later, end_s=often["end_s"] + later
        )


def drop_short_trips(draft: Draft, trips: list[str]) -> None:
    """Remove those of `trips` that have fewer than two calls left."""
    times = draft.table("stop_times")
    left = times[times["trip"].isin(trips)].groupby("trip").size()
    short = [t for t in trips if int(left.get(t, 0)) < 2]
    if short:
        remove_trips(draft, short)


def remove_trips(draft: Draft, trips: list[str]) -> None:
    """Remove trips with their calls and frequencies."""
    for table, column in (("stop_times", "trip"), ("frequencies", "trip"), ("trips", "id")):
        frame = draft.table(table)
        if len(frame):
            draft.keep(table, ~frame[column].isin(trips))
