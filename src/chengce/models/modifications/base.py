"""Give modifications their common shape: what they touch, what is wrong with them, what they do."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from shapely.geometry import Point

from chengce.city.city import City
from chengce.city.layers import BY_NAME, WGS84
from chengce.core.errors import Problem
from chengce.core.text import Text

Object = tuple[str, str]  # (table, key)
NAMED = 12  # names that are listed in a remedy
MARGIN_DEGREES = 0.05  # a new object may lie about 5 km outside the streets of the city


@dataclass(frozen=True)
class Touches:
    """The objects a modification adds, changes, removes or needs; conflicts are read off these."""

    adds: frozenset[Object] = frozenset()
    changes: frozenset[Object] = frozenset()
    removes: frozenset[Object] = frozenset()
    needs: frozenset[Object] = frozenset()


@dataclass
class Draft:
    """A city being edited: tables are replaced, never changed in place."""

    city: City
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """Return the current version of a table."""
        return self.tables[name] if name in self.tables else self.city.table(name)

    def append(self, name: str, rows: list[Mapping[str, Any]]) -> None:
        """Add rows; columns the rows leave out are null."""
        old = self.table(name)
        given = {column for row in rows for column, value in row.items() if value is not None}
        columns = [
            c.name
            for c in BY_NAME[name].columns
            if c.name in old.columns or c.required or c.name in given
        ]
        if BY_NAME[name].geometry:
            columns.append("geometry")
        fresh: pd.DataFrame = pd.DataFrame(list(rows)).reindex(columns=columns)
        if BY_NAME[name].geometry:
            fresh = gpd.GeoDataFrame(fresh, geometry="geometry", crs=WGS84)
        fresh = fresh.astype({c: t for c, t in old.dtypes.items() if c != "geometry"})
        self.tables[name] = pd.concat([old, fresh], ignore_index=True) if len(old) else fresh

    def put(self, name: str, column: str, values: Any) -> None:
        """Set a column of a table, one value a row, in the order of its rows."""
        table = self.table(name)
        self.tables[name] = table.assign(**{column: values})

    def put_where(
        self, name: str, column: str, rows: NDArray[np.bool_], value: float | str
    ) -> None:
        """Set a column to one value in the rows marked; a column not there yet is null elsewhere."""
        table = self.table(name)
        if column in table.columns:
            values = table[column].copy()
        else:
            values = pd.Series(None if isinstance(value, str) else np.nan, table.index,
                               "str" if isinstance(value, str) else "float64")  # fmt: skip
        values[rows] = value
        self.put(name, column, values)

    def keep(self, name: str, wanted: "pd.Series[bool]") -> None:
        """Keep the rows of a table for which `wanted` is true."""
        self.tables[name] = self.table(name)[wanted].reset_index(drop=True)


class BaseModification(BaseModel, ABC):
    """One typed change to a city; `resolve` collects what is wrong, `apply` edits a draft."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @property
    @abstractmethod
    def summary(self) -> Text:
        """Say in one line what is proposed."""

    @abstractmethod
    def touches(self, city: City) -> Touches:
        """Return the objects touched, as they are in the city the scenario starts from."""

    @abstractmethod
    def resolve(self, draft: Draft) -> list[Problem]:
        """Return everything wrong with this change, given the changes before it."""

    @abstractmethod
    def apply(self, draft: Draft) -> None:
        """Edit the draft; only called when `resolve` found nothing."""


def unknown_id(what: Text, table: str, key: str, draft: Draft) -> list[Problem]:
    """Return a problem with the nearest ids and names if `key` is not in `table`."""
    frame = draft.table(table)
    if (frame["id"] == key).any():
        return []
    return [
        Problem(
            f"{table}_unknown",
            what.format(key=key),
            _suggestion(key, frame),
            column=key,
        )
    ]


def taken_id(what: Text, table: str, key: str, draft: Draft) -> list[Problem]:
    """Return a problem if `key` is already used in `table`."""
    if not (draft.table(table)["id"] == key).any():
        return []
    return [
        Problem(
            f"{table}_id_taken",
            what.format(key=key),
            Text("换一个编号", "choose another id"),
            column=key,
        )
    ]


def outside(lon: float, lat: float, label: str, draft: Draft) -> list[Problem]:
    """Return a problem if a point lies outside the city, with a hint if lon/lat look swapped."""
    layer = "streets" if draft.city.has("streets") else "stops"
    frame = draft.city.table(layer)
    if not len(frame):
        return []
    west, south, east, north = (float(v) for v in gpd.GeoSeries(frame["geometry"]).total_bounds)

    def inside(x: float, y: float) -> bool:
        m = MARGIN_DEGREES
        return west - m <= x <= east + m and south - m <= y <= north + m

    if inside(lon, lat):
        return []
    extent = f"{west:.3f}–{east:.3f}, {south:.3f}–{north:.3f}"
    swapped = inside(lat, lon)
    return [
        Problem(
            "swapped_lon_lat" if swapped else "point_outside_city",
            Text(
                f"{label} 的位置（{lon}, {lat}）不在城市范围内",
                f"{label} at ({lon}, {lat}) lies outside the city",
            ),
            Text("经纬度似乎颠倒，请对调", "longitude and latitude look swapped: exchange them")
            if swapped
            else Text(f"经纬度应在 {extent} 内", f"expected lon, lat within {extent}"),
            column=label,
        )
    ]


def point(lon: float, lat: float) -> Point:
    """Return a point in longitude/latitude."""
    return Point(lon, lat)


def listed(there: Sequence[str]) -> Text:
    """Return the names there are as a remedy; the first of them if there are many."""
    shown = list(there[:NAMED]) + (["…"] if len(there) > NAMED else [])
    if not shown:
        return Text("城市没有这类数据", "the city has no such data")
    return Text(f"现有：{'、'.join(shown)}", f"there are: {', '.join(shown)}")


def objects(table: str, keys: Iterable[str]) -> frozenset[Object]:
    """Return the objects of a table with the given keys."""
    return frozenset((table, key) for key in keys)


def _suggestion(key: str, frame: pd.DataFrame) -> Text:
    ids = frame["id"].astype(str).tolist()
    near = get_close_matches(key, ids, n=3, cutoff=0.5)
    for column in ("name", "short_name", "long_name"):
        if column in frame.columns:
            named = frame[frame[column].notna()]
            names = named[column].astype(str)
            for match in get_close_matches(key, names.unique().tolist(), n=2, cutoff=0.6):
                first = str(named.loc[names == match, "id"].iloc[0])
                near.append(f"{first} ({match})")
    if not near:
        near = ids[:3]
        return Text(f"现有编号如：{'、'.join(near)}", f"ids look like: {', '.join(near)}")
    return Text(f"相近的有：{'、'.join(near)}", f"near: {', '.join(near)}")
