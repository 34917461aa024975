"""Add a public transport line, by stops or by a polyline with automatic stops."""

import itertools
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pyproj import Geod
from shapely.geometry import LineString

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
    unknown_id,
)
from chengce.models.modifications.periods import Headway, check_periods, days, describe
from chengce.models.modifications.street_choice import LonLat

SHORTEST_M = 1.0
MODES = {"tram": 0, "metro": 1, "rail": 2, "bus": 3, "ferry": 4}


class NewStop(BaseModel):
    """A stop that does not exist yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, description="Id within the line / 线内站点编号")
    lon: float = Field(ge=-180, le=180, description="Longitude, WGS-84, degrees / 经度")
    lat: float = Field(ge=-90, le=90, description="Latitude, WGS-84, degrees / 纬度")
    name: str | None = Field(None, description="Name / 站名")


class AddLine(BaseModification):
    """Add a line 新增线路.

    Running time between stops is distance / speed, rounded up to seconds, plus the dwell at each
    stop between the ends. Distance is along the polyline, or straight from stop to stop.
    """

    type: Literal["add_line"] = "add_line"
    id: str = Field(min_length=1, description="Id of the line / 线路编号")
    title: dict[str, str] | str = Field("", description="Title zh/en / 名称")
    mode: Literal["tram", "metro", "rail", "bus", "ferry"] = Field("bus", description="Mode / 制式")
    stops: tuple[str | NewStop, ...] = Field((), description="Ids of stops, or new stops / 站点")
    polyline: tuple[LonLat, ...] = Field((), description="Alignment, lon/lat / 线位")
    stop_spacing_m: float = Field(
        800.0, gt=0, description="Spacing of automatic stops, m / 站距（米）"
    )
    both_directions: bool = Field(True, description="Runs both ways / 双向运行")
    speed_kmh: float = Field(
        gt=0,
        le=400,
        description="Running speed between stops, km/h / 站间运行速度，公里/小时（不含停站）",
    )
    dwell_s: int = Field(20, ge=0, le=600, description="Dwell at a stop, s / 停站时间（秒）")
    headways: tuple[Headway, ...] = Field(
        min_length=1, description="Headways by period / 分时段间隔"
    )
    wheelchair: bool = Field(True, description="Accessible to wheelchairs / 轮椅可上下")
    dates: tuple[str, ...] = Field(
        (), description="Service dates; default: all of the city's / 运营日期"
    )

    _ordered = field_validator("headways")(staticmethod(check_periods))
    _days = field_validator("dates", mode="before")(staticmethod(days))

    @field_validator("polyline")
    @classmethod
    def _on_earth(cls, line: tuple[LonLat, ...]) -> tuple[LonLat, ...]:
        for number, (lon, lat) in enumerate(line, start=1):
            if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                raise Wrong(
                    Text(
                        f"第 {number} 个点（{lon:g}, {lat:g}）不是经度、纬度，是否写反了？",
                        f"point {number} ({lon:g}, {lat:g}) is not longitude, latitude; are they swapped?",
                    )
                )
        if len(line) > 1 and _cumulative(line)[-1] < SHORTEST_M:
            raise Wrong(Text("线位长度不足 1 米", "the alignment is shorter than 1 m"))
        return line

    @field_validator("title")
    @classmethod
    def _languages(cls, value: dict[str, str] | str) -> dict[str, str] | str:
        if isinstance(value, dict) and not ({"zh", "en"} >= set(value) and value):
            raise Wrong(Text("名称用 zh、en 分写", "a title has the fields zh and en"))
        return value

    @model_validator(mode="after")
    def _one_of(self) -> "AddLine":
        if bool(self.stops) == bool(self.polyline):
            raise Wrong(
                Text("stops 与 polyline 须给出且只给其一", "give either `stops` or `polyline`")
            )
        if len(self.stops or self.polyline) < 2:
            raise Wrong(Text("一条线路至少要有两个点", "a line needs at least two points"))
        return self

    @property
    def summary(self) -> Text:
        """Say what is added."""
        every = describe(self.headways)
        return Text(
            f"新增线路 {self._title().zh}（{every.zh}）",
            f"add line {self._title().en} ({every.en})",
        )

    def touches(self, city: City) -> Touches:
        """Return the route and stops added, and the stops needed."""
        fresh = [self._stop_id(s.id) for s in self.new_stops()]
        named = {s for s in self.stops if isinstance(s, str)} - set(self._own())
        return Touches(
            adds=objects("routes", [self.id]) | objects("stops", fresh),
            needs=objects("stops", named),
        )

    def new_stops(self) -> list[NewStop]:
        """Return the stops to be built, those placed along the polyline included."""
        if not self.polyline:
            return [s for s in self.stops if isinstance(s, NewStop)]
        return [
            NewStop(id=str(i + 1), lon=lon, lat=lat, name=f"{self._title().zh} {i + 1}")
            for i, (lon, lat) in enumerate(_along(self.polyline, self._distances()))
        ]

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check ids, stops, positions and service dates."""
        found = taken_id(
            Text("线路编号 {key} 已存在", "route id {key} exists already"), "routes", self.id, draft
        )
        found += self._taken(draft)
        missing = Text("没有站点 {key}", "there is no stop {key}")
        own = self._own()
        for stop in self.stops:
            if isinstance(stop, str) and stop not in own:
                found += unknown_id(missing, "stops", stop, draft)
        for stop in self.new_stops():
            found += outside(stop.lon, stop.lat, stop.id, draft)
        ids = [s if isinstance(s, str) else s.id for s in self.stops]
        if any(a == b for a, b in itertools.pairwise(ids)):
            found.append(
                Problem(
                    "line_repeats_stop",
                    Text(
                        f"线路 {self.id} 连续两次经停同一站",
                        f"line {self.id} calls twice in a row at a stop",
                    ),
                    Text("删去重复的站点", "remove the repetition"),
                    column=self.id,
                )
            )
        if not self.dates and not len(draft.table("services")):
            found.append(
                Problem(
                    "line_without_dates",
                    Text(
                        "城市没有公交时刻，需给出运营日期",
                        "the city has no timetable: service dates are needed",
                    ),
                    Text('补充 dates: ["2026-05-12"]', 'add dates: ["2026-05-12"]'),
                    column=self.id,
                )
            )
        for stop in sorted({s for s in own if own.count(s) > 1}):
            found.append(
                Problem(
                    "line_stop_twice",
                    Text(
                        f"线路 {self.id} 两次新建站点 {stop}",
                        f"line {self.id} builds stop {stop} twice",
                    ),
                    Text("再次经停时只写站点编号", "where it calls again, give the id alone"),
                    column=self.id,
                )
            )
        return found

    def _own(self) -> list[str]:
        """Return the ids, within the line, of the stops it builds."""
        return [s.id for s in self.stops if isinstance(s, NewStop)]

    def _taken(self, draft: Draft) -> list[Problem]:
        """Return a problem for every id the line would use that already means something else."""
        ways = [f"{self.id}:{d}" for d in ((0, 1) if self.both_directions else (0,))]
        wanted = {
            "services": (self.id, draft.table("services")["service"]),
            **{f"trips {w}": (w, draft.table("trips")["id"]) for w in ways},
            **{
                f"stops {i}": (i, draft.table("stops")["id"])
                for i in map(self._stop_id, self._fresh())
            },
        }
        return [
            Problem(
                f"{where.split()[0]}_id_taken",
                Text(f"编号 {key} 已被占用", f"the id {key} is in use already"),
                Text("给线路换一个编号", "choose another id for the line"),
                column=self.id,
            )
            for where, (key, ids) in wanted.items()
            if (ids == key).any()
        ]

    def _fresh(self) -> list[str]:
        return list(dict.fromkeys(s.id for s in self.new_stops()))

    def apply(self, draft: Draft) -> None:
        """Add stops, a route, one trip per direction, its calls, frequencies and service dates."""
        boards = 1 if self.wheelchair else 2
        draft.append(
            "stops",
            [
                {"id": self._stop_id(s.id), "name": s.name or s.id, "wheelchair": boards,
                 "geometry": point(s.lon, s.lat)}
                for s in self.new_stops()
            ],
        )  # fmt: skip
        title = self._title()
        draft.append(
            "routes",
            [
                {
                    "id": self.id,
                    "short_name": title.zh,
                    "long_name": title.en,
                    "mode": MODES[self.mode],
                }
            ],
        )
        dates = self.dates or tuple(sorted(draft.table("services")["date"].unique()))
        draft.append("services", [{"service": self.id, "date": d} for d in dates])
        own = self._own()
        named = [s if isinstance(s, str) else s.id for s in self.stops]
        sequence = [self._stop_id(s) if s in own else s for s in named] or [
            self._stop_id(s) for s in self._fresh()
        ]
        legs = self._legs(draft, sequence)
        self._run(draft, 0, sequence, legs, boards)
        if self.both_directions:
            self._run(draft, 1, sequence[::-1], legs[::-1], boards)

    def _run(
        self, draft: Draft, direction: int, stops: list[str], legs: list[int], boards: int
    ) -> None:
        trip = f"{self.id}:{direction}"
        locations = draft.table("stops").set_index("id")["geometry"]
        line = self.polyline[:: 1 - 2 * direction] or [locations[s].coords[0] for s in stops]
        draft.append("shapes", [{"id": trip, "geometry": LineString(line)}])
        draft.append(
            "trips",
            [{"id": trip, "route": self.id, "service": self.id, "direction": direction, "shape": trip,
              "wheelchair": boards}],
        )  # fmt: skip
        rows: list[dict[str, Any]] = []
        arrival = 0
        for i, stop in enumerate(stops):
            departure = arrival + (self.dwell_s if 0 < i < len(stops) - 1 else 0)
            rows.append({"trip": trip, "sequence": i + 1, "stop": stop, "arrival_s": arrival,
                         "departure_s": departure, "pickup": True, "dropoff": True})  # fmt: skip
            arrival = departure + (legs[i] if i < len(legs) else 0)
        draft.append("stop_times", list(rows))
        draft.append(
            "frequencies",
            [{"trip": trip, "start_s": h.start_s, "end_s": h.end_s, "headway_s": h.headway_s, "exact": False}
             for h in self.headways],
        )  # fmt: skip

    def _legs(self, draft: Draft, sequence: list[str]) -> list[int]:
        speed = self.speed_kmh / 3.6
        if self.polyline:
            metres = np.diff(self._distances())
        else:
            where = draft.table("stops").set_index("id")["geometry"]
            lon = np.array([where[s].x for s in sequence])
            lat = np.array([where[s].y for s in sequence])
            metres = Geod(ellps="WGS84").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
        return [max(1, int(np.ceil(m / speed))) for m in metres]

    def _distances(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """Return the distances of the automatic stops along the polyline, metres."""
        total = float(_cumulative(self.polyline)[-1])
        legs = max(1, round(total / self.stop_spacing_m))
        return np.linspace(0.0, total, legs + 1)

    def _title(self) -> Text:
        return text_of(self.title or self.id)

    def _stop_id(self, stop: str) -> str:
        return f"{self.id}:{stop}"


def _cumulative(line: tuple[LonLat, ...]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    lon, lat = np.array(line).T
    metres = Geod(ellps="WGS84").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    return np.concatenate([[0.0], np.cumsum(metres)])


def _along(
    line: tuple[LonLat, ...], metres: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> list[LonLat]:
    lon, lat = np.array(line).T
    at = _cumulative(line)
    return list(
        zip(
            np.round(np.interp(metres, at, lon), 7).tolist(),
            np.round(np.interp(metres, at, lat), 7).tolist(),
            strict=True,
        )
    )
