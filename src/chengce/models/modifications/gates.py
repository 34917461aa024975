"""Add or close a gate of a compound."""

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

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
    point,
    taken_id,
)
from chengce.models.modifications.gate_checks import (
    append_gates,
    away_from_wall,
    gate_key,
    gate_rows,
    gate_taken,
    no_known_gates,
    unknown_compound,
    unknown_gate,
)
from chengce.models.modifications.gate_paths import Wall
from chengce.models.modifications.periods import clock, seconds
from chengce.models.modifications.street_choice import LonLat
from chengce.models.modifications.street_new import AddStreet

Who = Literal["everyone", "residents", "vehicles_only", "closed"]
WHO_TITLES = {
    "everyone": Text("所有人", "everyone"),
    "residents": Text("业主", "residents"),
    "vehicles_only": Text("仅车辆", "vehicles only"),
    "closed": Text("不开放", "nobody"),
}
DAY_S = 86_400


class AddGate(BaseModification):
    """Add a gate 新开大门.

    Where no street passes the wall there, a path is built through it, from the nearest street
    inside to the nearest outside, if both are within `snap_m`; where there is none inside, the
    gate is reached straight from every door of the compound.
    """

    type: Literal["add_gate"] = "add_gate"
    compound: str = Field(min_length=1, description="Id of the compound / 小区编号")
    id: str = Field(min_length=1, description="Id of the gate in its compound / 大门编号")
    lon: float = Field(ge=-180, le=180, description="Longitude, WGS-84, degrees / 经度")
    lat: float = Field(ge=-90, le=90, description="Latitude, WGS-84, degrees / 纬度")
    who: Who = Field("everyone", description="Who may pass / 通行对象")
    opens: str | None = Field(
        None, alias="from", description="Opens, HH:MM; none: all day / 开门时刻；不填为全天"
    )
    closes: str | None = Field(None, alias="to", description="Closes, HH:MM / 关门时刻")
    wheelchair: bool = Field(True, description="Wheelchairs pass / 轮椅可通行")
    bike: bool = Field(True, description="Bicycles pass / 自行车可通行")
    snap_m: float = Field(
        60.0, ge=0, le=500, description="Longest path to a street on either side, m / 接到两侧道路的最大距离（米）"
    )  # fmt: skip

    _clock = field_validator("opens", "closes", mode="before")(
        lambda value: None if value is None else clock(value)
    )

    @model_validator(mode="after")
    def _hours(self) -> "AddGate":
        if (self.opens is None) != (self.closes is None):
            raise Wrong(Text("from 与 to 须同时给出", "give both `from` and `to`, or neither"))
        start, end = self.hours
        if not 0 <= start < end <= DAY_S:
            raise Wrong(
                Text(
                    "to 须晚于 from，且不晚于 24:00",
                    "`to` must be later than `from`, at most 24:00",
                )
            )
        return self

    @property
    def hours(self) -> tuple[int, int]:
        """Seconds after midnight at which the gate opens and closes."""
        if self.opens is None or self.closes is None:
            return 0, DAY_S
        return seconds(self.opens), seconds(self.closes)

    @property
    def path_id(self) -> str:
        """Id of the path through the gate, if one is built."""
        return f"{self.compound}/{self.id}"

    @property
    def summary(self) -> Text:
        """Say what is opened."""
        who = WHO_TITLES[self.who]
        return Text(
            f"{self.compound} 新开大门 {self.id}（{who.zh}）",
            f"open gate {self.id} of {self.compound} ({who.en})",
        )

    def touches(self, city: City) -> Touches:
        """Return the gate and path added, and the streets cut."""
        added = objects("gates", [self.path_id])
        path = self._path(Draft(city))
        if path is None:
            return Touches(adds=added)
        street = path.touches(city)
        return Touches(adds=added | street.adds, removes=street.removes)

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check the compound, the id, and that the gate stands in the wall."""
        found = unknown_compound(self.compound, draft) or no_known_gates(self.compound, draft)
        found += gate_taken(self.compound, self.id, draft)
        found += outside(self.lon, self.lat, self.id, draft)
        if found:
            return found
        found = away_from_wall(self.compound, self.id, (self.lon, self.lat), draft)
        path = self._path(draft)
        if path is not None and not found:
            what = Text("道路编号 {key} 已存在", "street id {key} exists already")
            found = taken_id(what, "streets", path.id, draft) or path.resolve(draft)
        return found

    def apply(self, draft: Draft) -> None:
        """Add the gate, and the path through it where none is."""
        path = self._path(draft)
        start, end = self.hours
        row: dict[str, Any] = {
            "id": self.id,
            "compound": self.compound,
            "from_s": start,
            "to_s": end,
            "who": self.who,
            "walk": True,
            "wheelchair": self.wheelchair,
            "bike": self.bike,
            "verified": True,
            "geometry": point(self.lon, self.lat),
        }
        append_gates(draft, [row])
        if path is not None:
            path.apply(draft)

    def _path(self, draft: Draft) -> AddStreet | None:
        """Return the path to be built; None where a street passes, or none is near on a side."""
        if unknown_compound(self.compound, draft):
            return None
        wall = Wall.of(draft.table("compounds"), self.compound, draft.table("streets"))
        at: LonLat = (self.lon, self.lat)
        if wall.passed(at, draft.city.assumptions["gate_tolerance"].value):
            return None
        ends = [wall.beside(at, self.snap_m, inside=side) for side in (False, True)]
        line = [p for p in (ends[0], at, ends[1]) if p is not None]
        if len(line) < 3 or len(set(line)) < 2:
            return None
        return AddStreet(
            id=self.path_id, line=tuple(line), highway="footway", walk="both",
            bike="none", drive="none", snap_m=5.0,
            from_node=None, to_node=None, name=None, speed_kmh=None, lanes=None, surface=None,
            width_m=None, wheelchair_state="unknown" if self.wheelchair else "no",
        )  # fmt: skip


class CloseGate(BaseModification):
    """Close a gate 关闭大门.

    The gate stays known: nobody walks or rides through it. A compound that loses its last gate is
    not reached.
    """

    type: Literal["close_gate"] = "close_gate"
    compound: str = Field(min_length=1, description="Id of the compound / 小区编号")
    gate: str = Field(min_length=1, description="Id of the gate in its compound / 大门编号")

    @property
    def summary(self) -> Text:
        """Say what is closed."""
        return Text(
            f"关闭 {self.compound} 的大门 {self.gate}", f"close gate {self.gate} of {self.compound}"
        )

    def touches(self, city: City) -> Touches:
        """Return the gate removed from use."""
        return Touches(removes=objects("gates", [gate_key(self.compound, self.gate)]))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that compound and gate exist."""
        found = unknown_compound(self.compound, draft)
        return found or unknown_gate(self.compound, self.gate, draft)

    def apply(self, draft: Draft) -> None:
        """Let nobody through."""
        here = gate_rows(draft, self.compound, self.gate)
        draft.put_where("gates", "who", here, "closed")
