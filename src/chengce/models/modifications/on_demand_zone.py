"""Run vehicles on demand in a zone: they fetch people at the door, within the zone."""

from typing import Literal

import geopandas as gpd
import shapely
from pydantic import Field, model_validator
from shapely.geometry.base import BaseGeometry

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import (
    BaseModification,
    Draft,
    Touches,
    objects,
    outside,
    taken_id,
    unknown_id,
)
from chengce.models.modifications.service_hours import ServiceHours, span
from chengce.models.modifications.street_choice import Ring

EVER_S = 7 * 86_400  # later than any request of a service day
_SERVES = {
    "doors": Text("门到门", "from door to door"),
    "stops": Text("住处与站点之间", "between doors and stops"),
    "both": Text("门到门及接驳站点", "from door to door and to and from stops"),
}
_RIDERS = {
    "everyone": Text("", ""),
    "walk": Text("，不含轮椅使用者", ", not for wheelchair users"),
    "wheelchair": Text("，仅限轮椅使用者", ", for wheelchair users only"),
}


class OnDemandZone(BaseModification):
    """Add an on-demand zone 需求响应服务区."""

    type: Literal["on_demand_zone"] = "on_demand_zone"
    id: str = Field(min_length=1, description="Id of the service / 服务编号")
    name: str | None = Field(None, description="Name / 名称")
    polygon: Ring = Field((), description="Ring of [lon, lat] / 多边形 [经度, 纬度]")
    zones: tuple[str, ...] = Field(
        (), description="Ids of zones that make up the area / 组成服务区的分区编号"
    )
    wait_min: float = Field(
        ge=0, le=180, description="Mean wait from request to pick-up, min / 平均等候（分钟）"
    )
    speed_kmh: float = Field(
        ge=1, le=200,
        description="Mean speed with the vehicle's detours and halts, km/h / 含绕行与停靠的平均车速（km/h）",
    )  # fmt: skip
    hours: ServiceHours | None = Field(
        None,
        description="Requests from (inclusive) to (exclusive), HH:MM, after midnight beyond 24:00; all day"
        " if left out / 受理时段起止 HH:MM（含起不含止），零点后写到 24 时以后；省略即全天",
    )
    serves: Literal["doors", "stops", "both"] = Field(
        "both",
        description="Door to door, between doors and stops, or both / 门到门、接驳站点，或两者兼有",
    )
    riders: Literal["everyone", "walk", "wheelchair"] = Field(
        "everyone",
        description="Who may ride: everyone, all but wheelchair users, or wheelchair users only"
        " / 服务对象：所有人、不含轮椅使用者、仅轮椅使用者",
    )
    longest_km: float | None = Field(
        None, gt=0, description="Longest ride, km; any if left out / 最长乘距（公里），省略为不限"
    )
    price: float | None = Field(
        None, ge=0, description="Per ride, city currency; needed with a budget / 每次票价（本市货币），按预算测算时必填"
    )  # fmt: skip

    @model_validator(mode="after")
    def _one_area(self) -> "OnDemandZone":
        if bool(self.polygon) == bool(self.zones):
            raise Wrong(
                Text("polygon 与 zones 须给出且只给其一", "give exactly one of `polygon`, `zones`")
            )
        return self

    @property
    def summary(self) -> Text:
        """Say what runs, and how."""
        how, who = _SERVES[self.serves], _RIDERS[self.riders]
        name = self.name or self.id
        at = f"（{self.hours[0]}–{self.hours[1]}）" if self.hours else ""
        at_en = f", {self.hours[0]}–{self.hours[1]}" if self.hours else ""
        return Text(
            f"需求响应服务 {name}：{how.zh}，平均等候 {self.wait_min:g} 分钟，{self.speed_kmh:g} km/h"
            f"{who.zh}{at}",
            f"on-demand service {name}: {how.en}, mean wait {self.wait_min:g} min, "
            f"{self.speed_kmh:g} km/h{who.en}{at_en}",
        )

    def touches(self, city: City) -> Touches:
        """Return the service added and the zones it needs."""
        return Touches(adds=objects("on_demand", [self.id]), needs=objects("zones", self.zones))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the id is free, the area lies in the city, and there are stops to serve."""
        what = Text("需求响应服务编号 {key} 已存在", "on-demand service {key} exists already")
        found = taken_id(what, "on_demand", self.id, draft)
        missing = Text("没有分区 {key}", "there is no zone {key}")
        unknown = [
            p for z in dict.fromkeys(self.zones) for p in unknown_id(missing, "zones", z, draft)
        ]
        if unknown:
            return found + unknown
        area = self._area(draft)
        if area.is_empty:
            return [*found, _no_outline(self.zones)]
        if self.polygon:
            middle = area.representative_point()
            found += outside(middle.x, middle.y, self.id, draft)
        if self.serves == "stops" and not self._stops_inside(draft, area):
            found.append(_no_stops(self.id))
        return found

    def apply(self, draft: Draft) -> None:
        """Add the service."""
        start, end = span(self.hours) if self.hours else (0, EVER_S)
        row = {
            "id": self.id,
            "name": self.name,
            "wait_s": round(self.wait_min * 60),
            "speed_kmh": self.speed_kmh,
            "start_s": start,
            "end_s": end,
            "serves": self.serves,
            "riders": self.riders,
            "longest_m": None if self.longest_km is None else self.longest_km * 1000.0,
            "price": self.price,
            "geometry": self._area(draft),
        }
        draft.append("on_demand", [row])

    def _area(self, draft: Draft) -> BaseGeometry:
        if self.polygon:
            return shapely.Polygon(self.polygon)
        zones = draft.table("zones")
        shapes = gpd.GeoSeries(zones.loc[zones["id"].isin(self.zones), "geometry"])
        whole = shapes[shapes.geom_type != "Point"]
        return whole.union_all() if len(whole) else shapely.Polygon()

    def _stops_inside(self, draft: Draft, area: BaseGeometry) -> bool:
        stops = draft.table("stops")
        return len(stops) > 0 and bool(gpd.GeoSeries(stops["geometry"]).intersects(area).any())


def _no_outline(zones: tuple[str, ...]) -> Problem:
    return Problem(
        "zones_without_outline",
        Text("所选分区只有点位，没有边界", "the zones chosen are points without an outline"),
        Text("改用 polygon 画出服务区", "draw the area with `polygon`"),
        column=", ".join(zones[:3]),
    )


def _no_stops(key: str) -> Problem:
    return Problem(
        "on_demand_without_stops",
        Text(f"服务区 {key} 内没有站点可接驳", f"there is no stop in the area of {key} to go to"),
        Text("扩大服务区，或改 serves 为 doors", "enlarge the area, or let `serves` be doors"),
        column=key,
    )
