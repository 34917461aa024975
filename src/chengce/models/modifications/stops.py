"""Close a stop: vehicles pass without stopping."""

from typing import Literal

from pydantic import Field

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import BaseModification, Draft, Touches, objects, unknown_id


class CloseStop(BaseModification):
    """Close a stop 关闭站点."""

    type: Literal["close_stop"] = "close_stop"
    stop: str = Field(description="Id of the stop / 站点编号")

    @property
    def summary(self) -> Text:
        """Say what is closed."""
        return Text(f"关闭站点 {self.stop}", f"close stop {self.stop}")

    def touches(self) -> Touches:
        """Return the stop removed."""
        return Touches(removes=objects("stops", [self.stop]))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the stop exists."""
        return unknown_id(Text("没有站点 {key}", "there is no stop {key}"), "stops", self.stop, draft)

    def apply(self, draft: Draft) -> None:
        """Remove the stop and its calls; trips left with fewer than two calls end."""
        draft.keep("stops", draft.table("stops")["id"] != self.stop)
        times = draft.table("stop_times")
        draft.keep("stop_times", times["stop"] != self.stop)
        drop_short_trips(draft, times.loc[times["stop"] == self.stop, "trip"].unique().tolist())


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
