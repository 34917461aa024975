"""Add or close a facility: a school, clinic, shop, park entrance … at a point."""

from typing import Literal

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
from chengce.models.modifications.facility_hours import FacilityHours
from chengce.models.place_titles import known_kinds, place_title


class AddFacility(BaseModification):
    """Add a facility 新增设施."""

    type: Literal["add_facility"] = "add_facility"
    id: str = Field(min_length=1, description="Id of the new facility / 新设施编号")
    kind: str = Field(description="Kind of place / 设施类别")
    lon: float = Field(ge=-180, le=180, description="Longitude, WGS-84, degrees / 经度")
    lat: float = Field(ge=-90, le=90, description="Latitude, WGS-84, degrees / 纬度")
    name: str | None = Field(None, description="Name / 名称")
    count: float = Field(1.0, gt=0, description="How many places this stands for / 数量")
    capacity: float | None = Field(None, ge=0, description="Capacity, people / 容量（人）")
    hours: FacilityHours = Field(
        None, min_length=1, description="Opening hours, such as Mo-Fr 08:00-18:00; PH off"
        " / 开放时间，如 周一至周五 8:00-18:00",
    )  # fmt: skip

    @property
    def summary(self) -> Text:
        """Say what is added."""
        title = place_title(self.kind)
        return Text("新增{kind}：{name}", "add {kind}: {name}").format(
            kind=title, name=self.name or self.id
        )

    def touches(self, city: City) -> Touches:
        """Return the place added."""
        return Touches(adds=objects("places", [self.id]))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the id is free, the kind known and the point in the city."""
        found = taken_id(
            Text("设施编号 {key} 已存在", "place id {key} exists already"), "places", self.id, draft
        )
        found += unknown_kind(self.kind, self.id, draft)
        return found + outside(self.lon, self.lat, self.id, draft)

    def apply(self, draft: Draft) -> None:
        """Add the place."""
        draft.append(
            "places",
            [
                {
                    "id": self.id,
                    "kind": self.kind,
                    "name": self.name,
                    "count": self.count,
                    "capacity": self.capacity,
                    "hours": self.hours,
                    "geometry": point(self.lon, self.lat),
                }
            ],
        )


class CloseFacility(BaseModification):
    """Close a facility 关闭设施."""

    type: Literal["close_facility"] = "close_facility"
    place: str = Field(description="Id of the place / 设施编号")

    @property
    def summary(self) -> Text:
        """Say what is closed."""
        return Text(f"关闭设施 {self.place}", f"close place {self.place}")

    def touches(self, city: City) -> Touches:
        """Return the place removed."""
        return Touches(removes=objects("places", [self.place]))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the place exists."""
        return unknown_id(
            Text("没有设施 {key}", "there is no place {key}"), "places", self.place, draft
        )

    def apply(self, draft: Draft) -> None:
        """Remove the place with its staff and kit."""
        draft.keep("places", draft.table("places")["id"] != self.place)
        for name in ("place_staff", "place_kit"):
            if (draft.table(name)["place"] == self.place).any():
                draft.keep(name, draft.table(name)["place"] != self.place)


def unknown_kind(kind: str, place: str, draft: Draft) -> list[Problem]:
    """Return a problem if a kind of place is neither in the list nor in the city."""
    known = set(known_kinds()) | set(draft.table("places")["kind"].astype(str))
    if kind in known:
        return []
    listed = ", ".join(sorted(known))
    return [
        Problem(
            "place_kind_unknown",
            Text(f"不认识的设施类别 {kind}", f"unknown kind of place {kind}"),
            Text(f"可用类别：{listed}", f"kinds: {listed}"),
            column=place,
        )
    ]
