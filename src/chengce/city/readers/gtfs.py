"""Read GTFS feeds into the transit tables of a city.

A broken row is listed and left out; a feed that cannot be used stops the reading, with every
problem found. Problems carry the canonical validator's codes; in a feed that could be read, what
that validator calls an error is a `warning`: the row is out, or the value taken as blank.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from chengce.city.layers import tables_of
from chengce.city.readers.gtfs_checks import distinct, note, positions
from chengce.city.readers.gtfs_csv import Coded, Sheet, read_sheet
from chengce.city.readers.gtfs_files import unpacked
from chengce.city.readers.gtfs_notices import Notices
from chengce.city.readers.gtfs_services import (
    date_span,
    note_expired,
    read_services,
    services_table,
    trips_per_date,
)
from chengce.city.readers.gtfs_spec import NEEDED, READ
from chengce.city.readers.gtfs_tables import (
    frequencies_table,
    read_routes,
    read_stops,
    read_trips,
    routes_table,
    shapes_table,
    stops_table,
    trips_table,
)
from chengce.city.readers.gtfs_times import read_stop_times, stop_times_table
from chengce.core.errors import Problem
from chengce.core.text import Text

_KEPT = {
    "stops": Text("站点", "no stop"),
    "routes": Text("线路", "no route"),
    "trips": Text("班次", "no trip"),
    "services": Text("服务日", "no day of service"),
}


@dataclass(frozen=True)
class GtfsFeed:
    """One feed as tables that meet the contracts, and every problem found on the way."""

    feed: str
    tables: Mapping[str, pd.DataFrame]
    problems: tuple[Problem, ...]

    @property
    def trips_per_date(self) -> "pd.Series[int]":
        """Number of trips by date."""
        return trips_per_date(self.tables)

    @property
    def dates(self) -> tuple[str, str] | None:
        """First and last date on which a trip runs."""
        return date_span(self.tables)

    def summary(self) -> dict[str, Any]:
        """Return rows per table, first and last date, the most trips on one date, problems."""
        counts = self.trips_per_date
        severities = [p.severity for p in self.problems]
        return {
            "feed": self.feed,
            "rows": {name: len(frame) for name, frame in self.tables.items()},
            "first_date": self.dates[0] if self.dates else None,
            "last_date": self.dates[1] if self.dates else None,
            "days": len(counts),
            "most_trips": int(counts.max()) if len(counts) else 0,
            "problems": {s: severities.count(s) for s in ("error", "warning", "info")},
        }


def read_gtfs(path: Path, *, feed: str, today: dt.date | None = None) -> GtfsFeed:
    """Read a feed (zip or folder); ids become ``feed:id``.

    `today` only serves the notice `expired_calendar`; without it none is given. Raises
    `ChengceError` listing everything found if the feed cannot be used: not a zip, no
    stop_times.txt, no stops, no calendar, nothing left after the broken rows are out.
    """
    notes = Notices(path.name)
    if not feed or any(c.isspace() or c == ":" for c in feed):
        notes.add("feed_name", path.name, value=repr(feed))
        notes.stop()
    with unpacked(path, notes) as files:
        sheets = _sheets(files, notes)
    tables = _tables(sheets, f"{feed}:", notes, today)
    empty = [n for n in _KEPT if not len(tables[n])]
    for name in empty:
        notes.add("unusable_feed", path.name, value=_KEPT[name])
    if empty:
        notes.stop()
    return GtfsFeed(feed, tables, notes.survived())


def combine_feeds(feeds: Sequence[GtfsFeed]) -> dict[str, pd.DataFrame]:
    """Return the tables of several feeds as one set; raises if two feeds share a name."""
    notes = Notices("")
    names = [f.feed for f in feeds]
    for name in sorted({n for n in names if names.count(n) > 1}):
        notes.add("feed_name_twice", name, value=name)
    if notes.found:
        notes.stop()
    combined = {}
    for name in tables_of("transit"):
        parts = [f.tables[name] for f in feeds if name in f.tables]
        if parts:
            filled = [p for p in parts if len(p)] or parts[:1]
            combined[name] = pd.concat(filled, ignore_index=True)
    return combined


def _sheets(files: Mapping[str, Path], notes: Notices) -> dict[str, Sheet]:
    sheets = {}
    with duckdb.connect() as connection:
        for name in READ:
            sheet = read_sheet(files[name], notes, connection) if name in files else None
            if sheet is not None:
                sheets[name] = sheet
    for name in (*NEEDED, "agency.txt"):
        if name not in files:
            notes.add("missing_required_file", name)
    if not {"calendar.txt", "calendar_dates.txt"} & set(files):
        notes.add("missing_calendar_and_calendar_date_files", "calendar.txt")
    dated = {"calendar.txt", "calendar_dates.txt"} & set(sheets)
    if not dated or any(name not in sheets for name in NEEDED):
        notes.stop()
    return sheets


def _tables(
    sheets: Mapping[str, Sheet], prefix: str, notes: Notices, today: dt.date | None
) -> dict[str, pd.DataFrame]:
    stops = read_stops(sheets["stops.txt"], notes)
    routes, mode = read_routes(sheets["routes.txt"], notes)
    dated = (sheets.get("calendar.txt"), sheets.get("calendar_dates.txt"))
    services, at, day = read_services(*dated, notes)
    if today is not None:
        note_expired(services, at, day, today, notes)
    every = sheets["trips.txt"]["trip_id"]
    trips = read_trips(
        sheets["trips.txt"],
        (routes["route_id"], sheets["routes.txt"]["route_id"]),
        (services, _union([s["service_id"] for s in dated if s is not None])),
        notes,
    )
    rows, usable = read_stop_times(sheets["stop_times.txt"], trips, every, stops, notes)
    trips = trips.keep(usable)
    idle = ~np.isin(np.arange(len(stops.sheet)), rows.stop)
    note(stops.sheet, "stop_without_stop_time", idle, "stop_id", notes)
    tables: dict[str, pd.DataFrame] = {
        "stops": stops_table(stops, prefix),
        "routes": routes_table(routes, mode, sheets.get("agency.txt"), prefix, notes),
    }
    shapes: gpd.GeoDataFrame | None = None
    shape_ids = None
    if "shapes.txt" in sheets:
        shapes, shape_ids = shapes_table(sheets["shapes.txt"], prefix, notes)
        unused = positions(shape_ids, distinct(trips["shape_id"])) < 0
        notes.names("unused_shape", "shapes.txt", shape_ids.texts(unused))
    tables["trips"] = trips_table(trips, shape_ids, prefix, notes)
    tables["stop_times"] = stop_times_table(rows, trips, stops, prefix, notes)
    tables["services"] = services_table(services, at, day, prefix)
    if "frequencies.txt" in sheets:
        known = (trips["trip_id"], every)
        tables["frequencies"] = frequencies_table(sheets["frequencies.txt"], known, prefix, notes)
    if shapes is not None and len(shapes):
        tables["shapes"] = shapes
    return tables


def _union(cells: Sequence[Coded]) -> Coded:
    texts = dict.fromkeys(t for c in cells for t in distinct(c).arrow().to_pylist())
    return Coded(np.arange(len(texts), dtype=np.int32), pa.array(list(texts), pa.string()))
