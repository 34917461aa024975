"""Change what a street is like: who may use it and which way, its speed, surface, width, incline."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import Draft, Touches, objects
from chengce.models.modifications.lane_counts import column_of
from chengce.models.modifications.road_speed import put_speeds
from chengce.models.modifications.street_choice import StreetChoice, by_direction, spaced
from chengce.models.modifications.street_tables import forget_directions

Way = Literal["both", "along", "against", "none"]
WAYS = {"none": 0, "along": 1, "against": 2, "both": 3}
WAY = "along or against the geometry, both, none / 顺几何、逆几何、双向或禁止"
State = Literal["yes", "limited", "no", "unknown"]
_PROFILES = {"walk": "步行", "wheelchair": "轮椅", "bike": "自行车", "drive": "机动车"}
_COLUMNS = {"speed_kmh": "车速", "surface": "路面", "width_m": "宽度", "incline_pct": "坡度",
            "wheelchair_state": "轮椅通行状况"}  # fmt: skip
_UNITS = {"speed_kmh": " km/h", "width_m": " m", "incline_pct": "%"}
_STATES_ZH = {"yes": "可通行", "limited": "勉强可通行", "no": "不可通行", "unknown": "不详"}
_WAYS_ZH = {"both": "双向", "along": "顺几何", "against": "逆几何", "none": "禁行"}


class ChangeStreet(StreetChoice):
    """Change a street 改造道路.

    Who may not walk cannot pass in a wheelchair: closing to walkers closes to wheelchairs too. A
    wheelchair state of yes or limited opens the street to wheelchairs wherever one may walk, no
    closes it; `wheelchair` itself, where given, has the last word.
    """

    type: Literal["change_street"] = "change_street"
    walk: Way | None = Field(None, description=f"Walking: {WAY}")
    wheelchair: Way | None = Field(None, description=f"Wheelchairs: {WAY}")
    bike: Way | None = Field(None, description=f"Bicycles: {WAY}")
    drive: Way | None = Field(None, description=f"Cars: {WAY}")
    speed_kmh: float | None = Field(
        None, gt=0, le=200, description="Speed of cars on the empty street, km/h / 车速（km/h）"
    )
    surface: str | None = Field(
        None, min_length=1, description="Surface, as OpenStreetMap calls it / 路面类型"
    )
    width_m: float | None = Field(None, gt=0, le=200, description="Width, m / 宽度（米）")
    incline_pct: float | None = Field(
        None, ge=-100, le=100, description="Incline along the geometry, % / 顺几何方向坡度（%）"
    )
    wheelchair_state: State | None = Field(
        None, description="Whether a wheelchair passes / 轮椅能否通行"
    )

    @model_validator(mode="after")
    def _something(self) -> "ChangeStreet":
        if not self._new() and not self._ways():
            names = ", ".join([*_PROFILES, *_COLUMNS])
            raise Wrong(Text(f"至少给出一项：{names}", f"give at least one of {names}"))
        return self

    @property
    def summary(self) -> Text:
        """Say what changes."""
        zh = [f"{_PROFILES[p]}{_WAYS_ZH[way]}" for p, way in self._ways().items()]
        en = [f"{p} {way}" for p, way in self._ways().items()]
        for column, value in self._new().items():
            unit = _UNITS.get(column, "")
            said = f"{value:g}{unit}" if isinstance(value, float) else str(value)
            zh.append(f"{_COLUMNS[column]} {_STATES_ZH.get(said, said)}")
            en.append(f"{column.rsplit('_', 1)[0] if unit else column.replace('_', ' ')} {said}")
        shown = self.shown
        return Text(
            spaced("改造", shown.zh) + f"（{'、'.join(zh)}）", f"change {shown.en}: {', '.join(en)}"
        )

    def touches(self, city: City) -> Touches:
        """Return the attributes changed, and the directions closed to cars."""
        rows = self.ids(city)
        columns = [*self._ways(), *self._new()]
        changes = frozenset(o for c in columns for o in objects(f"streets.{c}", rows))
        removes = frozenset[tuple[str, str]]()
        if self.drive is not None:
            shut = [d for d in (1, 2) if not WAYS[self.drive] & d]
            removes = by_direction("streets.drive", [(key, d) for key in rows for d in shut])
            if self.drive == "none":
                removes |= objects("streets.drive", rows)
                changes -= removes
        return Touches(changes=changes, removes=removes, needs=objects("streets", self.streets))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that every street exists."""
        return self.unknown_streets(draft)

    def apply(self, draft: Draft) -> None:
        """Set the columns given."""
        here = self.chosen(draft.table("streets"))
        for column, value in self._new().items():
            if column == "speed_kmh":
                old = column_of(draft.table("streets"), column)
                put_speeds(draft, np.where(here, float(value), old))
            else:
                draft.put_where("streets", column, here, value)
        for profile in ("walk", "bike", "drive"):
            way = self._ways().get(profile)
            if way is not None:
                draft.put_where("streets", profile, here, WAYS[way])
        self._wheelchairs(draft, here)
        if self.drive is not None:
            keys = draft.table("streets").loc[here, "id"].astype(str)
            shut = [d for d in (1, 2) if not WAYS[self.drive] & d]
            forget_directions(draft, {(key, d) for key in keys for d in shut})

    def _wheelchairs(self, draft: Draft, here: NDArray[np.bool_]) -> None:
        table = draft.table("streets")
        walk, old = table["walk"].to_numpy(), table["wheelchair"].to_numpy()
        new = old & walk if self.walk is not None else old
        if self.wheelchair_state == "no":
            new = np.zeros_like(old)
        elif self.wheelchair_state in ("yes", "limited"):
            new = walk
        if self.wheelchair is not None:
            new = np.full_like(old, WAYS[self.wheelchair]) & walk
        if (new != old)[here].any():
            draft.put("streets", "wheelchair", np.where(here, new, old).astype(old.dtype))

    def _ways(self) -> dict[str, str]:
        return {p: getattr(self, p) for p in _PROFILES if getattr(self, p) is not None}

    def _new(self) -> dict[str, float | str]:
        return {c: getattr(self, c) for c in _COLUMNS if getattr(self, c) is not None}
