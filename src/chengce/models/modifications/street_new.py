"""Build a street: along a polyline, joined to the network at both ends."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator
from pyproj import Geod
from shapely.geometry import LineString, Point

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
    taken_id,
)
from chengce.models.modifications.street_attributes import WAY, WAYS, State, Way
from chengce.models.modifications.street_choice import Alignment, LonLat
from chengce.models.modifications.street_join import (
    CONNECTOR,
    Junction,
    at_node,
    nearest,
    not_joined,
)

NEW_WAY = 0  # the OSM way of a street that is in none
_ENDS = (Text("起点", "start"), Text("终点", "end"))


class AddStreet(BaseModification):
    """Add a street 新建道路.

    Each end joins the nearest street that all who use the new one may use, within `snap_m`: at its
    end if that is within 5 m, else the street is cut there. The gap is part of the new street.
    Where the line crosses other streets between its ends it passes over or under them: to meet
    them, build it in pieces.
    """

    type: Literal["add_street"] = "add_street"
    id: str = Field(min_length=1, description="Id of the street / 道路编号")
    line: Alignment = Field(
        min_length=2, description="Alignment, [lon, lat] in WGS-84 / 线位 [经度, 纬度]"
    )
    from_node: int | None = Field(
        None, description="Node to begin at, instead of the nearest street / 起点节点编号"
    )
    to_node: int | None = Field(
        None, description="Node to end at, instead of the nearest street / 终点节点编号"
    )
    snap_m: float = Field(
        30.0, ge=0, le=500, description="Largest gap to the network, m / 与路网衔接的最大距离（米）"
    )
    name: str | None = Field(None, description="Name / 路名")
    highway: str = Field(
        "residential", min_length=1, description="Class, as OpenStreetMap calls it / 道路等级"
    )
    walk: Way = Field("both", description=f"Walking: {WAY}")
    bike: Way = Field("both", description=f"Bicycles: {WAY}")
    drive: Way = Field("both", description=f"Cars: {WAY}")
    wheelchair_state: State = Field(
        "unknown", description="Whether a wheelchair passes / 轮椅能否通行"
    )
    speed_kmh: float | None = Field(
        None, gt=0, le=200, description="Speed of cars on the empty street, km/h / 车速（km/h）"
    )
    lanes: float | None = Field(
        None, gt=0, le=20, description="Lanes in each direction open to cars / 每个方向的车道数"
    )
    surface: str | None = Field(None, description="Surface / 路面类型")
    width_m: float | None = Field(None, gt=0, le=200, description="Width, m / 宽度（米）")

    @field_validator("line")
    @classmethod
    def _has_length(cls, line: tuple[LonLat, ...]) -> tuple[LonLat, ...]:
        if len(set(line)) < 2:
            raise Wrong(Text("线位长度为 0", "the alignment has no length"))
        return line

    @model_validator(mode="after")
    def _used(self) -> "AddStreet":
        if {self.walk, self.bike, self.drive} == {"none"}:
            raise Wrong(
                Text("walk、bike、drive 不能全为 none", "`walk`, `bike` and `drive` are all none")
            )
        return self

    @property
    def summary(self) -> Text:
        """Say what is built."""
        title = text_of(self.name or self.id)
        return Text(f"新建道路 {title.zh}", f"build street {title.en}")

    def touches(self, city: City) -> Touches:
        """Return the street added, and the streets cut."""
        table = city.table("streets")
        found = [self._junction(table, end) for end in (0, 1)]
        cuts = [j.street for j in found if j is not None and j.street]
        return Touches(adds=objects("streets", [self.id]), removes=objects("streets", cuts))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that the id is free and both ends meet the network."""
        found = taken_id(
            Text("道路编号 {key} 已存在", "street id {key} exists already"),
            "streets",
            self.id,
            draft,
        )
        for which, (lon, lat) in zip(_ENDS, (self.line[0], self.line[-1]), strict=True):
            found += outside(lon, lat, f"{self.id} {which.en}", draft)
        if found:
            return found
        table = draft.table("streets")
        ends = []
        for end, (which, node) in enumerate(zip(_ENDS, self._nodes(), strict=True)):
            at = self._junction(table, end)
            ends.append(at)
            if node is not None and at is None:
                found.append(_no_node(node, self.id))
            elif at is None or (node is None and at.distance_m > self.snap_m):
                found.append(not_joined(self.id, which, at, self.snap_m))
        met = {None if at is None else at.node for at in ends}
        if not found and len(met) == 1 and None not in met:
            found.append(_nowhere(self.id))
        return found

    def apply(self, draft: Draft) -> None:
        """Cut the streets it joins, and add it."""
        ends: list[tuple[int, Point]] = []
        for end in (0, 1):
            at = self._junction(draft.table("streets"), end)
            assert at is not None
            ends.append(at.made(draft, f"{self.id}.{end}"))
        (tail, first), (head, last) = ends
        points = [first.coords[0], *self.line, last.coords[0]]
        line = LineString([p for i, p in enumerate(points) if i == 0 or p != points[i - 1]])
        walk, bike, drive = WAYS[self.walk], WAYS[self.bike], WAYS[self.drive]
        row: dict[str, Any] = {
            "id": self.id,
            "way": NEW_WAY,
            "from_node": tail,
            "to_node": head,
            "length_m": float(Geod(ellps="WGS84").geometry_length(line)),
            "highway": self.highway,
            "name": self.name,
            "walk": walk,
            "wheelchair": 0 if self.wheelchair_state == "no" else walk,
            "bike": bike,
            "drive": drive,
            "wheelchair_state": self.wheelchair_state,
            "speed_kmh": self.speed_kmh,
            "surface": self.surface,
            "width_m": self.width_m,
            "lanes_along": self.lanes if drive & 1 else None,
            "lanes_against": self.lanes if drive & 2 else None,
            "geometry": line,
        }
        draft.append("streets", [row])

    def _nodes(self) -> tuple[int | None, int | None]:
        return self.from_node, self.to_node

    def _junction(self, table: Any, end: int) -> Junction | None:
        node = self._nodes()[end]
        if node is not None:
            return at_node(table, node)
        return nearest(table, self._usable(table), Point(self.line[-end]))

    def _usable(self, table: Any) -> NDArray[np.bool_]:
        """Tell which streets all who use the new one may use."""
        usable = table["highway"].to_numpy(dtype=object) != CONNECTOR
        for profile, way in (("walk", self.walk), ("bike", self.bike), ("drive", self.drive)):
            if way != "none":
                usable = usable & (table[profile].to_numpy() > 0)
        return np.asarray(usable, dtype=bool)


def _no_node(node: int, key: str) -> Problem:
    return Problem(
        "node_unknown",
        Text(f"路网中没有节点 {node}", f"the network has no node {node}"),
        Text(
            "节点编号见道路表 from_node、to_node；也可省略，自动与最近道路衔接",
            "see from_node and to_node of the streets; or leave it out to join the nearest street",
        ),
        column=key,
    )


def _nowhere(key: str) -> Problem:
    return Problem(
        "street_ends_meet",
        Text(f"新建道路 {key} 两端接在同一节点", f"both ends of new street {key} join one node"),
        Text("移动一端，或给出两个不同的节点", "move an end, or name two different nodes"),
        column=key,
    )
