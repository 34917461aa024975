"""Change how many people work in a role at a place or service."""

from typing import Literal

import pandas as pd
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
    unknown_id,
)


class Workforce(BaseModification):
    """Change staff 人员配备调整."""

    type: Literal["workforce"] = "workforce"
    place: str = Field(description="Id of the place / 设施编号")
    role: str = Field(min_length=1, description="Role, as doctor, carer / 岗位，如医师、护理员")
    count: float | None = Field(None, ge=0, description="New number of staff / 新的人数")
    add: float | None = Field(None, description="Added; negative: fewer / 增加人数，负数为减少")
    factor: float | None = Field(None, ge=0, le=100, description="Times today's / 相对现状的倍数")

    @model_validator(mode="after")
    def _one_amount(self) -> "Workforce":
        if sum(v is not None for v in (self.count, self.add, self.factor)) != 1:
            raise Wrong(
                Text(
                    "count、add、factor 须给出且只给其一",
                    "give exactly one of `count`, `add`, `factor`",
                )
            )
        return self

    @property
    def amount(self) -> Amount:
        """Return the change of the number."""
        return Amount(self.count, self.add, self.factor)

    @property
    def summary(self) -> Text:
        """Say what changes."""
        how = self.amount.said()
        return Text(
            f"设施 {self.place} 的{self.role}人数{how.zh}",
            f"staff of {self.place} as {self.role} {how.en}",
        )

    def touches(self, city: City) -> Touches:
        """Return the staff changed and the place needed."""
        changes = objects("place_staff", [f"{self.place} {self.role}"])
        return Touches(changes=changes, needs=objects("places", [self.place]))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the place exists, the role too where its number is taken from, and the sum."""
        what = Text("没有设施 {key}", "there is no place {key}")
        found = unknown_id(what, "places", self.place, draft)
        staff = draft.table("place_staff")
        if not found and self.count is None and not self._rows(staff).any():
            roles = sorted(set(staff.loc[staff["place"] == self.place, "role"].astype(str)))
            found.append(
                Problem(
                    "staff_role_unknown",
                    Text(
                        f"设施 {self.place} 没有岗位 {self.role} 的人数",
                        f"the number of staff as {self.role} at {self.place} is not known",
                    ),
                    listed(roles) if roles else Text("用 count 给出人数", "give it by `count`"),
                    column=self.role,
                )
            )
        if not found and self.amount.of(self._now(staff)) < 0:
            found.append(
                Problem(
                    "staff_below_zero",
                    Text(
                        f"设施 {self.place} 的{self.role}只有 {self._now(staff):g} 人",
                        f"{self.place} has {self._now(staff):g} staff as {self.role}",
                    ),
                    Text("减少的人数不能超过现有人数", "take away no more than there are"),
                    column=self.role,
                )
            )
        return found

    def apply(self, draft: Draft) -> None:
        """Set the number, or add the role."""
        staff = draft.table("place_staff")
        rows = self._rows(staff)
        then = self.amount.of(self._now(staff))
        if rows.any():
            draft.put_where("place_staff", "count", rows.to_numpy(dtype=bool), then)
        else:
            draft.append("place_staff", [{"place": self.place, "role": self.role, "count": then}])

    def _rows(self, staff: pd.DataFrame) -> "pd.Series[bool]":
        return (staff["place"] == self.place) & (staff["role"] == self.role)

    def _now(self, staff: pd.DataFrame) -> float:
        return float(staff.loc[self._rows(staff), "count"].sum())
