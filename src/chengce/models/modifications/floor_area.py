"""Change the floor area of a land parcel: people and jobs follow at stated densities."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from pydantic import Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.amounts import Amount
from chengce.models.modifications.base import (
    BaseModification,
    Draft,
    Touches,
    listed,
    objects,
    outside,
    unknown_id,
)
from chengce.models.modifications.land import ChangeJobs, ChangePeople
from chengce.models.modifications.street_choice import Ring

JOB_DENSITY = {  # first letter of the GB 50137 class: the assumption of m² a job
    "A": "floor_area_per_job_public",
    "B": "floor_area_per_job_business",
    "M": "floor_area_per_job_industry",
    "W": "floor_area_per_job_storage",
}
_SMALL_M2 = 1e-6


@dataclass(frozen=True)
class _Plan:
    """What a change comes to: floor area now and then, and the changes of zones that follow."""

    now: float
    then: float
    follow: tuple[ChangePeople | ChangeJobs, ...]


class FloorArea(BaseModification):
    """Change floor area on a parcel 地块建筑面积调整."""

    type: Literal["floor_area"] = "floor_area"
    parcel: str = Field(min_length=1, description="Id of the parcel / 地块编号")
    use: str = Field(
        pattern=r"^[A-Z]\d{0,2}$",
        description="Class of land use of the floor area, GB 50137, as R2, B1 / 用地分类代码（GB 50137），如 R2、B1",
    )
    floor_area_m2: float | None = Field(
        None, ge=0, description="New floor area of this use, m² / 该用途的新建筑面积（m²）"
    )
    add: float | None = Field(
        None, description="Added, m²; negative: removed / 增加（m²），负数为减少"
    )
    factor: float | None = Field(None, ge=0, le=100, description="Times today's / 相对现状的倍数")
    polygon: Ring = Field(
        (), description="Outline of a parcel the city does not have yet / 新地块的边界 [经度, 纬度]"
    )
    m2_per_person: float | None = Field(
        None, gt=0, description="Floor area a resident, m²; else assumed / 人均住宅建筑面积，省略取假设值"
    )  # fmt: skip
    m2_per_job: float | None = Field(
        None, gt=0, description="Floor area a job, m²; else assumed / 每岗位建筑面积，省略取假设值"
    )
    jobs_kind: str | None = Field(
        None,
        description="Kind of the jobs; needed if the city has several / 岗位类别，城市有多类时必填",
    )

    @model_validator(mode="after")
    def _one_amount(self) -> "FloorArea":
        given = (self.floor_area_m2, self.add, self.factor)
        if sum(v is not None for v in given) != 1:
            raise Wrong(
                Text(
                    "floor_area_m2、add、factor 须给出且只给其一",
                    "give exactly one of `floor_area_m2`, `add`, `factor`",
                )
            )
        return self

    @property
    def amount(self) -> Amount:
        """Return the change of the floor area."""
        return Amount(self.floor_area_m2, self.add, self.factor)

    @property
    def summary(self) -> Text:
        """Say what changes."""
        how = self.amount.said(" m²")
        return Text(
            f"地块 {self.parcel} 的 {self.use} 建筑面积{how.zh}",
            f"floor area of {self.use} on parcel {self.parcel} {how.en}",
        )

    def touches(self, city: City) -> Touches:
        """Return the floor area changed, the parcel added or needed, and the zones needed."""
        parcel = objects("parcels", [self.parcel])
        changes = objects("parcel_floors", [f"{self.parcel} {self.use}"])
        zones = objects("zones", _shares(city.table("zones"), self._outline(city.table("parcels"))))
        if self.polygon:
            return Touches(adds=parcel, changes=changes, needs=zones)
        return Touches(changes=changes, needs=parcel | zones)

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check parcel, zones, kind of jobs, and that nothing ends below zero."""
        parcels = draft.table("parcels")
        there = bool((parcels["id"] == self.parcel).any())
        if self.polygon and there:
            return [_taken(self.parcel)]
        if not self.polygon and not there:
            what = Text("没有地块 {key}", "there is no parcel {key}")
            return unknown_id(what, "parcels", self.parcel, draft)
        outline = self._outline(parcels)
        middle = outline.representative_point()
        found = outside(middle.x, middle.y, self.parcel, draft) if self.polygon else []
        shares = _shares(draft.table("zones"), outline)
        if not found and not shares:
            found = [_in_no_zone(self.parcel)]
        if not found and self.use[0] in JOB_DENSITY:
            found = self._kinds(draft)
        if found:
            return found
        plan = self._plan(draft)
        if plan.then < -_SMALL_M2:
            return [_below_zero(self.parcel, self.use, plan.now)]
        return [p for change in plan.follow for p in change.resolve(draft)]

    def apply(self, draft: Draft) -> None:
        """Write the floor area, and let people or jobs follow."""
        plan = self._plan(draft)
        if self.polygon:
            row = {"id": self.parcel, "use": self.use, "geometry": shapely.Polygon(self.polygon)}
            draft.append("parcels", [row])
        if plan.then == plan.now:
            return
        floors = draft.table("parcel_floors")
        here = ((floors["parcel"] == self.parcel) & (floors["use"] == self.use)).to_numpy(bool)
        if here.any():
            draft.put_where("parcel_floors", "floor_area_m2", here, max(plan.then, 0.0))
        else:
            new = {"parcel": self.parcel, "use": self.use, "floor_area_m2": plan.then}
            draft.append("parcel_floors", [new])
        for change in plan.follow:
            change.apply(draft)

    def _plan(self, draft: Draft) -> _Plan:
        floors = draft.table("parcel_floors")
        here = (floors["parcel"] == self.parcel) & (floors["use"] == self.use)
        now = float(floors.loc[here, "floor_area_m2"].sum())
        then = self.amount.of(now)
        shares = _shares(draft.table("zones"), self._outline(draft.table("parcels")))
        follow: list[ChangePeople | ChangeJobs] = []
        if then != now:
            for zone, share in shares.items():
                follow += self._follow(draft, zone, (then - now) * share)
        return _Plan(now, then, tuple(follow))

    def _follow(self, draft: Draft, zone: str, m2: float) -> list[ChangePeople | ChangeJobs]:
        assumed = draft.city.assumptions
        if self.use[0] == "R":
            each = self.m2_per_person or assumed["floor_area_per_person"].value
            return [ChangePeople(zones=(zone,), count=m2 / each)]
        if self.use[0] in JOB_DENSITY:
            each = self.m2_per_job or assumed[JOB_DENSITY[self.use[0]]].value
            kind = self.jobs_kind or str(draft.table("jobs")["kind"].iloc[0])
            return [ChangeJobs(zones=(zone,), kind=kind, count=m2 / each)]
        return []

    def _outline(self, parcels: pd.DataFrame) -> shapely.Geometry:
        if self.polygon:
            return shapely.Polygon(self.polygon)
        rows = parcels.loc[parcels["id"] == self.parcel, "geometry"]
        return rows.iloc[0] if len(rows) else shapely.Polygon()

    def _kinds(self, draft: Draft) -> list[Problem]:
        kinds = sorted(set(draft.table("jobs")["kind"].astype(str)))
        if self.jobs_kind is not None or len(kinds) == 1:
            return []
        return [
            Problem(
                "jobs_kind_needed",
                Text("须指明岗位类别 jobs_kind", "say which kind of jobs: `jobs_kind`"),
                listed(kinds),
                column="jobs_kind",
            )
        ]


def _shares(zones: pd.DataFrame, outline: shapely.Geometry) -> dict[str, float]:
    """Return, by zone, the share of the parcel's area inside zones that lies in it.

    Areas in square degrees: on the ground of one parcel they are all to one scale.
    """
    if outline.is_empty or not len(zones):
        return {}
    shapes = np.asarray(zones["geometry"].array, dtype=object)
    met = shapely.area(shapely.intersection(shapes, outline))
    ids = zones["id"].astype(str).tolist()
    whole = float(met.sum())
    return {z: float(a) / whole for z, a in zip(ids, met, strict=True) if a > 0}


def _taken(parcel: str) -> Problem:
    return Problem(
        "parcels_id_taken",
        Text(f"地块编号 {parcel} 已存在", f"parcel id {parcel} exists already"),
        Text("换一个编号；调整已有地块时不写 polygon", "choose another id, or leave out `polygon`"),
        column=parcel,
    )


def _in_no_zone(parcel: str) -> Problem:
    return Problem(
        "parcel_in_no_zone",
        Text(
            f"地块 {parcel} 不在任何分区边界内", f"parcel {parcel} lies in the outline of no zone"
        ),
        Text("核对坐标；分区须为面", "check the coordinates; zones must be polygons, not points"),
        column=parcel,
    )


def _below_zero(parcel: str, use: str, now: float) -> Problem:
    return Problem(
        "floor_area_below_zero",
        Text(
            f"地块 {parcel} 的 {use} 建筑面积只有 {now:g} m²",
            f"parcel {parcel} has {now:g} m² of {use}",
        ),
        Text("减少的面积不能超过现有面积", "take away no more than there is"),
        column=parcel,
    )
