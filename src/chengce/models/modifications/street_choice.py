"""Let a modification say which streets it means: by id, by OSM way, or by an area around them."""

from collections.abc import Iterable
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import BaseModification, Draft, Object, objects, unknown_id
from chengce.models.modifications.hours import Arc

Direction = Literal["along", "against", "both"]
DIRECTION = "Along or against the geometry, or both / 方向：顺几何、逆几何或双向"
BITS = {"along": 1, "against": 2, "both": 3}
NAMED = 5  # streets named in a problem; the rest are counted
LonLat = tuple[float, float]


def _check_ring(ring: tuple[LonLat, ...]) -> tuple[LonLat, ...]:
    if not ring:
        return ring
    if any(abs(lon) > 180 or abs(lat) > 90 for lon, lat in ring):
        raise Wrong(
            Text(
                "polygon 的点应为 [经度, 纬度]，纬度在 −90 至 90 之间；经纬度似乎写反",
                "points of `polygon` are [longitude, latitude] with latitude from −90 to 90; "
                "they look swapped",
            )
        )
    shape = shapely.Polygon(ring) if len(set(ring)) > 2 else shapely.Polygon()
    if not (shape.is_valid and shape.area > 0):
        raise Wrong(
            Text(
                "polygon 至少要有三个不共线的点，且边界不自相交",
                "`polygon` needs three points that are not on one line, and may not cross itself",
            )
        )
    return ring


def _check_alignment(line: tuple[LonLat, ...]) -> tuple[LonLat, ...]:
    if any(abs(lon) > 180 or abs(lat) > 90 for lon, lat in line):
        raise Wrong(
            Text(
                "line 的点应为 [经度, 纬度]；经纬度似乎写反",
                "points of `line` are [longitude, latitude]; they look swapped",
            )
        )
    return line


Alignment = Annotated[tuple[LonLat, ...], AfterValidator(_check_alignment)]
Ring = Annotated[tuple[LonLat, ...], AfterValidator(_check_ring)]
POLYGON = (
    "Ring of [lon, lat]: streets whose midpoint lies inside / 多边形 [经度, 纬度]，含中点在内的路段"
)


class StreetChoice(BaseModification):
    """A modification of streets named one by one, or of all segments of an OSM way."""

    streets: tuple[str, ...] = Field((), description="Ids of street segments / 路段编号")
    way: int | None = Field(None, description="OSM way, all its segments / 整条 OSM 道路编号")

    @model_validator(mode="after")
    def _one_choice(self) -> "StreetChoice":
        names = [n for n in ("streets", "way", "polygon") if n in type(self).model_fields]
        if sum(getattr(self, n) not in (None, ()) for n in names) != 1:
            raise Wrong(
                Text(
                    f"{'、'.join(names[:-1])} 与 {names[-1]} 须给出且只给其一",
                    f"give exactly one of `{'`, `'.join(names)}`",
                )
            )
        return self

    @property
    def shown(self) -> Text:
        """Name the streets in a summary."""
        if self.way is not None:
            return Text(f"OSM 道路 {self.way}", f"OSM way {self.way}")
        more = len(self.streets) - NAMED
        ids = ", ".join(self.streets[:NAMED])
        if more <= 0:
            return Text(f"路段 {ids}", ids)
        return Text(f"路段 {ids} 等 {len(self.streets)} 段", f"{ids} and {more} more")

    def chosen(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        """Tell which rows of a street table are meant."""
        if self.way is not None:
            return np.asarray(table["way"] == self.way, dtype=bool)
        return np.asarray(table["id"].isin(self.streets), dtype=bool)

    def ids(self, city: City) -> list[str]:
        """Return the ids of the streets meant."""
        table = city.table("streets")
        return [str(key) for key in table.loc[self.chosen(table), "id"]]

    def unknown_streets(self, draft: Draft) -> list[Problem]:
        """Return a problem for every street that does not exist."""
        what = Text("没有路段 {key}", "there is no street segment {key}")
        found = [p for s in self.streets for p in unknown_id(what, "streets", s, draft)]
        if self.way is not None and not (draft.table("streets")["way"] == self.way).any():
            found.append(
                Problem(
                    "way_unknown",
                    Text(f"没有 OSM 道路 {self.way}", f"there is no OSM way {self.way}"),
                    Text("核对编号，或改用路段编号", "check the number, or use segment ids"),
                    column=str(self.way),
                )
            )
        return found


class CarStreets(StreetChoice):
    """A modification of streets open to cars, which may also be chosen by an area around them.

    Of a way or an area, the streets that cars may use are meant; a street named by its id must be
    one of them.
    """

    polygon: Ring = Field((), description=POLYGON)

    @property
    def shown(self) -> Text:
        """Name the streets in a summary."""
        return Text("区域内道路", "streets in an area") if self.polygon else super().shown

    def chosen(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        """Tell which rows of a street table are meant."""
        here = inside(table, self.polygon) if self.polygon else super().chosen(table)
        return np.asarray(here & np.asarray(table["drive"] > 0), dtype=bool)

    def arcs(self, table: pd.DataFrame, direction: Direction = "both") -> list[Arc]:
        """Return street and direction of what is meant and open to cars."""
        rows = table[self.chosen(table)]
        keys, drive = rows["id"].astype(str).tolist(), rows["drive"].tolist()
        bits = BITS[direction]
        return [(k, b) for k, d in zip(keys, drive, strict=True) for b in (1, 2) if d & b & bits]

    def needs(self, arcs: Iterable[Arc], direction: Direction = "both") -> frozenset[Object]:
        """Return the streets named by id as open to cars; in a direction if one is meant.

        Of a way or an area nothing is needed: what another change closes is no longer meant.
        """
        if not self.streets:
            return frozenset()
        needed = objects("streets", self.streets) | objects("streets.drive", self.streets)
        return needed if direction == "both" else needed | by_direction("streets.drive", arcs)

    def closed_streets(self, draft: Draft, direction: Direction = "both") -> list[Problem]:
        """Return what is wrong with the choice: streets unknown, closed to cars, or none at all."""
        found = self.unknown_streets(draft)
        table = draft.table("streets")
        open_ = {street for street, _ in self.arcs(table, direction)}
        known = set(table["id"]) if self.streets else set()
        shut = [s for s in self.streets if s in known and s not in open_]
        if shut or (self.way is not None and not found and not open_):
            found.append(closed_to_cars(shut or [str(self.way)], direction))
        if self.polygon and not open_:
            found.append(_nothing_inside(self.nothing, self.polygon, table))
        return found

    @property
    def nothing(self) -> Text:
        """Say that the area has no streets for this measure."""
        return Text("多边形内没有机动车道路", "there is no street open to cars inside the polygon")


def spaced(*parts: str) -> str:
    """Join Chinese phrases, with a space where one of them ends or begins in Latin letters."""
    out = ""
    for part in parts:
        gap = out and part and (out[-1].isascii() != part[0].isascii())
        latin = (out[-1:] + part[:1]).replace(" ", "")
        out += (" " if gap and any(c.isascii() and c.isalnum() for c in latin) else "") + part
    return out


def inside(table: pd.DataFrame, ring: tuple[LonLat, ...]) -> NDArray[np.bool_]:
    """Tell which streets have their midpoint inside a ring of longitudes and latitudes."""
    lines = np.asarray(table["geometry"].array, dtype=object)
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    return within(middle, ring)


def within(points: NDArray[np.object_], ring: tuple[LonLat, ...]) -> NDArray[np.bool_]:
    """Tell which points lie inside a ring."""
    area = shapely.Polygon(ring)
    shapely.prepare(area)
    return np.asarray(shapely.contains(area, points), dtype=bool)


def by_direction(what: str, arcs: Iterable[Arc]) -> frozenset[Object]:
    """Return an attribute of streets in one direction as objects conflicts are read off."""
    return objects(what, (f"{street} ({'along' if d == 1 else 'against'})" for street, d in arcs))


def several(keys: list[str]) -> Text:
    """Name the first of several streets and count the others."""
    shown, more = keys[:NAMED], len(keys) - NAMED
    return Text(
        "、".join(shown) + (f" 等 {len(keys)} 段" if more > 0 else ""),
        ", ".join(shown) + (f" and {more} more" if more > 0 else ""),
    )


def closed_to_cars(keys: list[str], direction: Direction) -> Problem:
    """Return the problem of streets that cars may not drive on in a direction."""
    names = several(keys)
    way = {
        "along": Text("顺几何方向", "along its geometry"),
        "against": Text("逆几何方向", "against its geometry"),
        "both": Text("", "in either direction"),
    }[direction]
    return Problem(
        "street_closed_to_cars",
        Text(
            f"机动车不能{way.zh}通行：{names.zh}",
            f"cars may not drive {way.en} on: {names.en}",
        ),
        Text("核对路段与方向，或先放行", "check street and direction, or open it first"),
        column=keys[0],
    )


def _nothing_inside(what: Text, ring: tuple[LonLat, ...], table: pd.DataFrame) -> Problem:
    swapped = len(table) > 0 and inside(table, tuple((y, x) for x, y in ring)).any()
    box = np.asarray(shapely.total_bounds(np.asarray(table["geometry"].array, dtype=object)))
    extent = f"{box[0]:.3f}–{box[2]:.3f}, {box[1]:.3f}–{box[3]:.3f}"
    return Problem(
        "polygon_without_streets",
        what,
        Text("经纬度似乎颠倒，请对调", "longitude and latitude look swapped: exchange them")
        if swapped
        else Text(f"城市道路的经纬度范围为 {extent}", f"the streets lie within lon, lat {extent}"),
        column="polygon",
    )
