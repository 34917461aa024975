"""Add or close an entrance of a station."""

from typing import Any, Literal

import pandas as pd
from pydantic import Field

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import (
    BaseModification,
    Draft,
    Touches,
    objects,
    outside,
    point,
    taken_id,
    unknown_id,
)

Wheels = Literal["yes", "no", "unknown"]
STATES = {"unknown": 0, "yes": 1, "no": 2}
DOOR = ".door"  # the place of a stop that had no entrance, once it has one


class AddEntrance(BaseModification):
    """Add a station entrance 新增车站出入口.

    A stop without known entrances is entered at its own point; that stays as the entrance
    `STOP.door`, so that the new one is one more way in.
    """

    type: Literal["add_entrance"] = "add_entrance"
    id: str = Field(min_length=1, description="Id of the entrance / 出入口编号")
    stop: str = Field(
        min_length=1, description="Stop, or station with all its stops / 站点，或含其全部站台的车站"
    )
    lon: float = Field(ge=-180, le=180, description="Longitude, WGS-84, degrees / 经度")
    lat: float = Field(ge=-90, le=90, description="Latitude, WGS-84, degrees / 纬度")
    seconds: int = Field(
        60, ge=0, le=3600, description="Walk from entrance to platform, s / 从出入口到站台（秒）"
    )
    wheelchair: Wheels = Field("unknown", description="Whether a wheelchair passes / 轮椅能否通行")
    name: str | None = Field(None, description="Name / 名称")

    @property
    def summary(self) -> Text:
        """Say what is added."""
        name = self.name or self.id
        return Text(f"{self.stop} 新增出入口 {name}", f"add entrance {name} to {self.stop}")

    def touches(self, city: City) -> Touches:
        """Return the entrance added, and the stop it needs."""
        doors = [self.id, *(row["id"] for row in _doors(Draft(city), self.stop))]
        known = (city.table("stops")["id"] == self.stop).any()
        needs = objects("stops", [self.stop] if known else [])
        return Touches(adds=objects("entrances", doors), needs=needs)

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check the id, the stop or station, and the place."""
        what = Text("出入口编号 {key} 已存在", "entrance id {key} exists already")
        found = taken_id(what, "entrances", self.id, draft)
        if not len(_served(draft, self.stop)):
            none = Text("没有站点或车站 {key}", "there is no stop or station {key}")
            found += unknown_id(none, "stops", self.stop, draft)
        return found + outside(self.lon, self.lat, self.id, draft)

    def apply(self, draft: Draft) -> None:
        """Add the entrance, and the stops' own points where these were the only way in."""
        rows = _doors(draft, self.stop)
        rows.append(
            {
                "id": self.id,
                "stop": self.stop,
                "name": self.name,
                "wheelchair": STATES[self.wheelchair],
                "seconds": self.seconds,
                "geometry": point(self.lon, self.lat),
            }
        )
        draft.append("entrances", list(rows))


class CloseEntrance(BaseModification):
    """Close a station entrance 关闭车站出入口.

    The last entrance of a stop cannot be closed: close the stop.
    """

    type: Literal["close_entrance"] = "close_entrance"
    entrance: str = Field(min_length=1, description="Id of the entrance / 出入口编号")

    @property
    def summary(self) -> Text:
        """Say what is closed."""
        return Text(f"关闭出入口 {self.entrance}", f"close entrance {self.entrance}")

    def touches(self, city: City) -> Touches:
        """Return the entrance removed."""
        return Touches(removes=objects("entrances", [self.entrance]))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that it exists, and that every stop it serves has another."""
        what = Text("没有出入口 {key}", "there is no entrance {key}")
        found = unknown_id(what, "entrances", self.entrance, draft)
        if found:
            return found
        table = draft.table("entrances")
        here = (table["id"].astype(str) == self.entrance).to_numpy(dtype=bool)
        before, after = _entered(draft, table[here]), _entered(draft, table[~here])
        lost = sorted(before - after)
        if not lost:
            return []
        shown = lost[:5]
        more = len(lost) - len(shown)
        return [
            Problem(
                "last_entrance",
                Text(
                    f"{self.entrance} 是站点 {'、'.join(shown)}{f' 等 {len(lost)} 个' if more else ''}仅有的出入口",
                    f"{self.entrance} is the only entrance of {', '.join(shown)}"
                    + (f" and {more} more" if more else ""),
                ),
                Text("要停用车站，请用 close_stop", "to close the station, use close_stop"),
                column=self.entrance,
            )
        ]

    def apply(self, draft: Draft) -> None:
        """Remove the entrance."""
        draft.keep("entrances", draft.table("entrances")["id"].astype(str) != self.entrance)


def _served(draft: Draft, name: str) -> pd.DataFrame:
    """Return the stops a name means: the stop, and the stops of the station."""
    stops = draft.table("stops")
    here = stops["id"].astype(str) == name
    if "parent" in stops.columns:
        here |= (stops["parent"].astype("str") == name).fillna(False)
    return stops[here]


def _entered(draft: Draft, entrances: pd.DataFrame) -> set[str]:
    """Return the stops that some entrances lead to."""
    names = set(entrances["stop"].astype(str))
    return {str(i) for name in names for i in _served(draft, name)["id"]}


def _doors(draft: Draft, stop: str) -> list[dict[str, Any]]:
    """Return entrances at the points of the stops meant that have none."""
    known = _entered(draft, draft.table("entrances"))
    return [
        {
            "id": f"{row['id']}{DOOR}",
            "stop": str(row["id"]),
            "name": None,
            "wheelchair": 0,
            "seconds": 0,
            "geometry": row["geometry"],
        }
        for row in _served(draft, stop).to_dict("records")
        if str(row["id"]) not in known
    ]
