"""Open a path through a compound to everyone."""

from typing import Any, Literal

from pydantic import Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text, text_of
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
    gate_key,
    gate_rows,
    gate_taken,
    no_known_gates,
    unknown_compound,
    unknown_gate,
)
from chengce.models.modifications.gate_paths import Wall
from chengce.models.modifications.street_attributes import State
from chengce.models.modifications.street_choice import Alignment, LonLat
from chengce.models.modifications.street_new import AddStreet


class OpenThroughPath(BaseModification):
    """Open a path through a compound 打通小区通道.

    Give the two gates it joins, straight from one to the other, or its whole line from a street on
    one side to a street on another. Gates of today on its way open to everyone all day; where it
    passes the wall at no gate, a gate is added, `ID.1`, `ID.2` and so on.
    """

    type: Literal["open_through_path"] = "open_through_path"
    id: str = Field(min_length=1, description="Id of the path / 通道编号")
    compound: str = Field(min_length=1, description="Id of the compound / 小区编号")
    gates: tuple[str, ...] = Field(
        (), max_length=2, description="The two gates it joins / 所连的两个大门"
    )
    line: Alignment = Field(
        (), description="Alignment instead of gates, [lon, lat] in WGS-84 / 不给大门时的线位 [经度, 纬度]"
    )  # fmt: skip
    name: str | None = Field(None, description="Name / 名称")
    wheelchair_state: State = Field(
        "unknown", description="Whether a wheelchair passes / 轮椅能否通行"
    )
    snap_m: float = Field(
        60.0, ge=0, le=500, description="Largest gap to the streets outside, m / 与外侧道路的最大距离（米）"
    )  # fmt: skip

    @model_validator(mode="after")
    def _one_way(self) -> "OpenThroughPath":
        two = len(set(self.gates)) == 2 and not self.line
        drawn = len(set(self.line)) >= 2 and not self.gates
        if not (two or drawn):
            raise Wrong(
                Text(
                    "给出两个不同的大门 gates，或至少两点的线位 line，二者取一",
                    "give two different `gates`, or a `line` of two points or more, not both",
                )
            )
        return self

    @property
    def summary(self) -> Text:
        """Say what is opened."""
        title = text_of(self.name or self.id)
        return Text(
            f"打通小区 {self.compound} 的通道{title.zh}",
            f"open path {title.en} through compound {self.compound}",
        )

    def touches(self, city: City) -> Touches:
        """Return the path and gates added, the gates opened and the streets cut."""
        draft = Draft(city)
        if self._named(draft):
            return Touches(adds=objects("streets", [self.id]))
        street = self._street(draft).touches(city)
        opened, added = self._gates(draft)
        return Touches(
            adds=street.adds | objects("gates", [gate_key(self.compound, g) for g in added]),
            changes=objects("gates", [gate_key(self.compound, g) for g in opened]),
            removes=street.removes,
            needs=objects("gates", [gate_key(self.compound, g) for g in self.gates]),
        )

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check the compound and gates, and that the path leads across."""
        found = self._named(draft)
        what = Text("道路编号 {key} 已存在", "street id {key} exists already")
        found += taken_id(what, "streets", self.id, draft)
        for lon, lat in self.line:
            found += outside(lon, lat, self.id, draft)
        if found:
            return found
        wall = self._wall(draft)
        path = self._street(draft)
        if wall.inside(path.line[0]) or wall.inside(path.line[-1]) or not wall.crossings(path.line):
            return [_not_across(self.id, self.compound)]
        added = self._gates(draft)[1]
        found = [p for gate in added for p in gate_taken(self.compound, gate, draft)]
        return found or path.resolve(draft)

    def apply(self, draft: Draft) -> None:
        """Open the gates on its way, add those missing, and build it."""
        path, (opened, added) = self._street(draft), self._gates(draft)
        for gate in opened:
            here = gate_rows(draft, self.compound, gate)
            draft.put_where("gates", "who", here, "everyone")
            for column, value in (("from_s", 0), ("to_s", 86_400), ("walk", True)):
                if column in draft.table("gates").columns:
                    draft.put_where("gates", column, here, value)
        rows: list[dict[str, Any]] = [
            {
                "id": gate,
                "compound": self.compound,
                "from_s": 0,
                "to_s": 86_400,
                "who": "everyone",
                "walk": True,
                "wheelchair": self.wheelchair_state != "no",
                "bike": False,
                "verified": True,
                "geometry": point(*at),
            }
            for gate, at in added.items()
        ]
        if rows:
            append_gates(draft, list(rows))
        path.apply(draft)

    def _named(self, draft: Draft) -> list[Problem]:
        found = unknown_compound(self.compound, draft)
        if found:
            return found
        found = no_known_gates(self.compound, draft)
        return found or [p for g in self.gates for p in unknown_gate(self.compound, g, draft)]

    def _wall(self, draft: Draft) -> Wall:
        return Wall.of(draft.table("compounds"), self.compound, draft.table("streets"))

    def _street(self, draft: Draft) -> AddStreet:
        return AddStreet(
            id=self.id, line=self._line(draft), highway="footway", walk="both", bike="none",
            drive="none", snap_m=self.snap_m, from_node=None, to_node=None, name=self.name,
            speed_kmh=None, lanes=None, surface=None, width_m=None,
            wheelchair_state=self.wheelchair_state,
        )  # fmt: skip

    def _line(self, draft: Draft) -> tuple[LonLat, ...]:
        """Return the alignment: from gate to gate, and on to the streets outside."""
        if self.line:
            return self.line
        wall = self._wall(draft)
        one, two = (self._place(draft, gate) for gate in self.gates)
        ends = [wall.beside(at, self.snap_m, inside=False) for at in (one, two)]
        line = [p for p in (ends[0], one, two, ends[1]) if p is not None]
        return tuple(p for i, p in enumerate(line) if i == 0 or p != line[i - 1])

    def _place(self, draft: Draft, gate: str) -> LonLat:
        at = draft.table("gates").loc[gate_rows(draft, self.compound, gate), "geometry"].iloc[0]
        return float(at.x), float(at.y)

    def _gates(self, draft: Draft) -> tuple[list[str], dict[str, LonLat]]:
        """Return the gates of today on the way, and where gates are missing, by new id."""
        limit = draft.city.assumptions["gate_tolerance"].value
        table = draft.table("gates")
        names = table.loc[gate_rows(draft, self.compound), "id"].astype(str).tolist()
        wall = self._wall(draft)
        places = {name: wall.point(self._place(draft, name)) for name in names}
        opened, added = [], {}
        for number, at in enumerate(wall.crossings(self._line(draft)), start=1):
            here = wall.point(at)
            near = sorted((place.distance(here), name) for name, place in places.items())
            if near and near[0][0] <= limit:
                opened.append(near[0][1])
            else:
                added[f"{self.id}.{number}"] = at
        return list(dict.fromkeys(opened)), added


def _not_across(key: str, compound: str) -> Problem:
    return Problem(
        "path_not_across",
        Text(
            f"通道 {key} 没有从小区 {compound} 的一侧穿到另一侧",
            f"path {key} does not lead from one side of compound {compound} to another",
        ),
        Text(
            "两端都应在围墙以外的道路上；只通到小区内部的，用 add_gate",
            "both ends lie on streets outside the wall; into the compound only, use add_gate",
        ),
        column=key,
    )
