"""Change what an existing facility offers: its capacity, its hours, its kind."""

from typing import Literal

from pydantic import Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import BaseModification, Draft, Touches, objects, unknown_id
from chengce.models.modifications.facilities import unknown_kind
from chengce.models.modifications.facility_hours import FacilityHours
from chengce.models.place_titles import place_title


class ChangeFacility(BaseModification):
    """Change a facility 设施调整."""

    type: Literal["change_facility"] = "change_facility"
    place: str = Field(description="Id of the place / 设施编号")
    capacity: float | None = Field(None, ge=0, description="New capacity, people / 新容量（人）")
    hours: FacilityHours = Field(
        None, min_length=1, description="New opening hours, such as Mo-Fr 08:00-18:00; PH off"
        " / 新开放时间，如 周一至周五 8:00-18:00",
    )  # fmt: skip
    kind: str | None = Field(None, description="New kind of place / 新类别")

    @model_validator(mode="after")
    def _something(self) -> "ChangeFacility":
        if not self._new():
            raise Wrong(
                Text("capacity、hours、kind 至少给出一项", "give `capacity`, `hours` or `kind`")
            )
        return self

    @property
    def summary(self) -> Text:
        """Say what changes."""
        zh, en = [], []
        if self.capacity is not None:
            zh.append(f"容量 {self.capacity:g} 人")
            en.append(f"capacity {self.capacity:g}")
        if self.hours is not None:
            zh.append(f"开放时间 {self.hours}")
            en.append(f"hours {self.hours}")
        if self.kind is not None:
            title = place_title(self.kind)
            zh.append(f"改作{title.zh}")
            en.append(f"now {title.en}")
        return Text(
            f"调整设施 {self.place}：{'，'.join(zh)}", f"change place {self.place}: {', '.join(en)}"
        )

    def touches(self, city: City) -> Touches:
        """Return what is changed of the place, and the place needed."""
        changes = frozenset((f"places.{column}", self.place) for column in self._new())
        return Touches(changes=changes, needs=objects("places", [self.place]))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the place exists and the kind is known."""
        found = unknown_id(
            Text("没有设施 {key}", "there is no place {key}"), "places", self.place, draft
        )
        return found + (unknown_kind(self.kind, self.place, draft) if self.kind else [])

    def apply(self, draft: Draft) -> None:
        """Set the columns given."""
        for column, value in self._new().items():
            here = (draft.table("places")["id"] == self.place).to_numpy(dtype=bool)
            draft.put_where("places", column, here, value)

    def _new(self) -> dict[str, float | str]:
        given = {"capacity": self.capacity, "hours": self.hours, "kind": self.kind}
        return {column: value for column, value in given.items() if value is not None}
