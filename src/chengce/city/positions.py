"""Keep where each source says its rows are while a city is built, and check it in the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from chengce.city.config import GtfsEntry, LinesEntry, TableEntry
from chengce.city.crs import located, placement, read_system, to_wgs84
from chengce.city.datum_check import Located, check_datums
from chengce.city.datums.base import EXACT
from chengce.city.layers import WGS84
from chengce.city.match_zones import match_zones, zone_rows
from chengce.city.readers.gtfs import GtfsFeed
from chengce.city.readers.lines import read_lines
from chengce.city.readers.tables import TableRead
from chengce.core.errors import Problem
from chengce.core.text import Text


@dataclass
class Positions:
    """The positions of all sources read so far; `folder` is that of the configuration."""

    folder: Path
    found: list[Located] = field(default_factory=list)

    def spec(self, entry: TableEntry, near: tuple[float, float] | None) -> TableEntry:
        """Return a table's mapping with the file of a city's own system found, and a place near."""
        crs = located(entry.crs, self.folder)
        return entry.model_copy(update={"near": entry.near or near, "crs": crs})

    def feed(
        self, feed: GtfsFeed, entry: GtfsEntry, path: Path
    ) -> tuple[GtfsFeed, Text, tuple[Problem, ...]]:
        """Bring a feed's stops and shapes to WGS-84; return it, the system in words, and notices."""
        system = read_system(located(entry.crs, self.folder))
        tables = dict(feed.tables)
        for name in ("stops", "shapes"):
            if len(tables.get(name, ())):
                shapes = to_wgs84(tables[name].geometry.to_numpy(), system)
                tables[name] = tables[name].set_geometry(gpd.GeoSeries(shapes, crs=WGS84))
                self.found.append(Located(path.name, name, shapes, system))
        points = tables["stops"].geometry
        placed = placement(system, points.x.to_numpy(), points.y.to_numpy())
        return replace(feed, tables=tables), placed.text, system.notices

    def lines(self, entry: LinesEntry) -> tuple[LinesEntry, GtfsFeed, Text]:
        """Read the tables of lines; return them with their systems found, and the system in words."""
        located_ = {
            name: table.model_copy(update={"crs": located(table.crs, self.folder)})
            for name, table in entry.tables().items()
            if table.crs
        }
        entry = entry.model_copy(update=located_)
        feed = read_lines(self.folder, entry)
        if not entry.stops.crs:
            return entry, feed, Text("", "")
        system, stops = read_system(entry.stops.crs), feed.tables["stops"].geometry
        self.found.append(Located(Path(entry.stops.path).name, "stops", stops.to_numpy(), system))
        placed = placement(system, stops.x.to_numpy(), stops.y.to_numpy())
        return entry, feed, placed.text

    def table(
        self, read: TableRead, entry: TableEntry, path: Path, zones: Sequence[pd.DataFrame]
    ) -> Text:
        """Remember where the rows of a table are; return the system in words, empty without one."""
        if read.placed is None:
            return EXACT if entry.h3_column else Text("", "")
        inside = zone_rows(read.within, zones[0]) if read.within is not None and zones else None
        shapes = read.frame.geometry.to_numpy()
        points = _given_points(read.frame)
        here = Located(path.name, entry.table, shapes, read.placed.system, inside, points)
        self.found.append(here)
        return read.placed.text

    def check(self, streets: Sequence[gpd.GeoDataFrame], reference: str) -> list[Problem]:
        """Compare the declared systems with the reference table and with the zones rows name."""
        with_what = next((p for p in self.found if p.table == reference), None)
        if reference == "streets" and streets:
            lines = streets[0].geometry.to_numpy()
            with_what = Located("streets", "streets", lines, read_system(WGS84))
        return check_datums(self.found, with_what)


def _given_points(frame: pd.DataFrame) -> "np.ndarray[Any, np.dtype[np.object_]] | None":
    """Return the points of zones where most people live, if the table gives any."""
    if "point_lon" not in frame:
        return None
    both = frame[["point_lon", "point_lat"]].dropna().to_numpy(dtype=np.float64)
    return np.asarray(shapely.points(both), dtype=object) if len(both) else None


def matched(
    frame: pd.DataFrame, entry: TableEntry, path: Path, zones: Sequence[pd.DataFrame]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Turn names or codes of zones into ids where the mapping says so, and say what was matched.

    Zones that could not be read have been reported: then nothing is matched or said.
    """
    found: list[Problem] = []
    if not entry.match or not zones:
        return frame, found
    known = pd.concat([z[["id", "name"]] for z in zones], ignore_index=True)
    for name, by in entry.match.items():
        ids, problems = match_zones(frame[name], by, known, entry.aliases, path.name)
        found += problems
        frame = frame.assign(**{name: ids})
    return frame, found
