"""Build the tables stops, routes, trips, frequencies and shapes from the sheets of a feed."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from chengce.city.layers import WGS84
from chengce.city.readers.gtfs_checks import (
    BLANK,
    Floats,
    Ints,
    choice,
    floats,
    ints,
    note,
    positions,
    referred,
    required,
    times,
    unique,
)
from chengce.city.readers.gtfs_csv import Coded, Sheet
from chengce.city.readers.gtfs_notices import Notices

BOARDED = (BLANK, 0, 4)
MODES = (*range(8), 11, 12, *range(100, 1800))


@dataclass(frozen=True)
class Stops:
    """Boardable stops: their sheet, location in degrees, and all ids the file mentions."""

    sheet: Sheet
    lon: Floats
    lat: Floats
    parent: Coded
    wheelchair: Ints
    unboardable: Coded
    mentioned: Coded


def read_stops(sheet: Sheet, notes: Notices) -> Stops:
    """Keep platforms and boarding areas (location_type 0, blank, 4) that have a location.

    A stop without a location takes that of its station; wheelchair 0 or blank takes the station's.
    Stations, entrances and nodes are not boarded and not kept; `parent` still names the station.
    """
    mentioned = sheet["stop_id"]
    sheet = required(sheet, ("stop_id",), notes)
    sheet = unique(sheet, (sheet["stop_id"],), notes)
    kind = choice(sheet, "location_type", (0, 1, 2, 3, 4), notes)
    lat = floats(sheet, "stop_lat", notes, low=-90, high=90)
    lon = floats(sheet, "stop_lon", notes, low=-180, high=180)
    origin = (np.abs(lat) < 1) & (np.abs(lon) < 1)
    note(sheet, "point_near_origin", origin, "stop_id", notes)
    lat, lon = np.where(origin, np.nan, lat), np.where(origin, np.nan, lon)
    wheelchair = np.maximum(choice(sheet, "wheelchair_boarding", (0, 1, 2), notes), 0)
    parent = positions(sheet["parent_station"], sheet["stop_id"])
    orphan = (parent < 0) & ~sheet["parent_station"].blank
    note(sheet, "foreign_key_violation", orphan, "parent_station", notes)
    for _ in range(2):  # a boarding area's parent is a platform, whose parent is a station
        lost = (np.isnan(lat) | np.isnan(lon)) & (parent >= 0)
        lat, lon = np.where(lost, lat[parent], lat), np.where(lost, lon[parent], lon)
        wheelchair = np.where((wheelchair == 0) & (parent >= 0), wheelchair[parent], wheelchair)
    boarded = np.isin(kind, BOARDED)
    nowhere = boarded & (np.isnan(lat) | np.isnan(lon))
    note(sheet, "stop_without_location", nowhere, "stop_id", notes)
    kept = boarded & ~nowhere
    parents = Coded(np.where(parent >= 0, sheet["parent_station"].codes, -1).astype(np.int32),
                    sheet["parent_station"].values)  # fmt: skip
    return Stops(
        sheet.keep(kept), lon[kept], lat[kept], parents.take(kept), wheelchair[kept],
        sheet["stop_id"].take(~boarded), mentioned,
    )  # fmt: skip


def stops_table(stops: Stops, prefix: str) -> gpd.GeoDataFrame:
    """Return the table `stops`."""
    columns = {
        "id": text(stops.sheet["stop_id"], prefix),
        "name": text(stops.sheet["stop_name"]),
        "parent": text(stops.parent, prefix),
        "wheelchair": stops.wheelchair,
    }
    return gpd.GeoDataFrame(columns, geometry=shapely.points(stops.lon, stops.lat), crs=WGS84)


def read_routes(sheet: Sheet, notes: Notices) -> tuple[Sheet, Ints]:
    """Keep the routes with an id and a mode; return them with their modes."""
    sheet = required(sheet, ("route_id", "route_type"), notes)
    sheet = unique(sheet, (sheet["route_id"],), notes)
    mode = ints(sheet, "route_type", notes, high=1799)
    strange = (mode >= 0) & ~np.isin(mode, MODES)
    note(sheet, "unexpected_enum_value", strange, "route_type", notes)
    unnamed = sheet["route_short_name"].blank & sheet["route_long_name"].blank
    note(sheet, "route_both_short_and_long_name_missing", unnamed, "route_id", notes)
    return sheet.keep(mode >= 0), mode[mode >= 0]


def routes_table(
    sheet: Sheet, mode: Ints, agencies: Sheet | None, prefix: str, notes: Notices
) -> pd.DataFrame:
    """Return the table `routes`; `agency` is the agency's name, its id where no name is given."""
    color = text(sheet["route_color"]).str.upper()
    good = color.fillna("FFFFFF").str.fullmatch("[0-9A-F]{6}").to_numpy(dtype=bool)
    note(sheet, "invalid_color", ~good, "route_color", notes)
    return pd.DataFrame(
        {
            "id": text(sheet["route_id"], prefix),
            "short_name": text(sheet["route_short_name"]),
            "long_name": text(sheet["route_long_name"]),
            "mode": mode,
            "agency": _agency(sheet, agencies, notes),
            "color": color.where(good),
        }
    )


def _agency(sheet: Sheet, agencies: Sheet | None, notes: Notices) -> "pd.Series[str]":
    own = text(sheet["agency_id"])
    if agencies is None or not len(agencies):
        return own
    names = text(agencies["agency_name"])
    if len(agencies) == 1:
        at = np.where(
            sheet["agency_id"].blank, 0, positions(sheet["agency_id"], agencies["agency_id"])
        )
    else:
        at = positions(
            sheet["agency_id"], unique(agencies, (agencies["agency_id"],), notes)["agency_id"]
        )
    lost = (at < 0) & ~sheet["agency_id"].blank
    note(sheet, "foreign_key_violation", lost, "agency_id", notes)
    named = names.take(np.maximum(at, 0)).reset_index(drop=True)
    return named.where((at >= 0) & named.notna().to_numpy(), own)


def read_trips(
    sheet: Sheet,
    routes: tuple[Coded, Coded],
    services: tuple[Coded, Coded],
    notes: Notices,
) -> Sheet:
    """Keep the trips whose route and service exist; each pair: ids kept, ids the files mention."""
    sheet = required(sheet, ("trip_id", "route_id", "service_id"), notes)
    sheet = unique(sheet, (sheet["trip_id"],), notes)
    sheet = referred(sheet, "route_id", *routes, notes)
    return referred(sheet, "service_id", *services, notes)


def trips_table(sheet: Sheet, shapes: Coded | None, prefix: str, notes: Notices) -> pd.DataFrame:
    """Return the table `trips`; a shape that does not exist is noted and left blank."""
    direction = choice(sheet, "direction_id", (0, 1), notes)
    wheelchair = np.maximum(choice(sheet, "wheelchair_accessible", (0, 1, 2), notes), 0)
    shape = sheet["shape_id"]
    lost = ~shape.blank
    if shapes is not None:
        lost &= positions(shape, shapes) < 0
        note(sheet, "foreign_key_violation", lost, "shape_id", notes)
    shape = Coded(np.where(lost, -1, shape.codes).astype(np.int32), shape.values)
    return pd.DataFrame(
        {
            "id": text(sheet["trip_id"], prefix),
            "route": text(sheet["route_id"], prefix),
            "service": text(sheet["service_id"], prefix),
            "headsign": text(sheet["trip_headsign"]),
            "direction": pd.array(direction, dtype="Int64"),
            "shape": text(shape, prefix),
            "wheelchair": wheelchair,
        }
    ).assign(direction=lambda t: t["direction"].mask(t["direction"] < 0))


def frequencies_table(
    sheet: Sheet, trips: tuple[Coded, Coded], prefix: str, notes: Notices
) -> pd.DataFrame:
    """Return the table `frequencies`. `trips`: ids kept, ids the file mentions."""
    sheet = required(sheet, ("trip_id", "start_time", "end_time", "headway_secs"), notes)
    start, end = times(sheet, "start_time", notes), times(sheet, "end_time", notes)
    headway = ints(sheet, "headway_secs", notes, low=1)
    exact = choice(sheet, "exact_times", (0, 1), notes)
    parsed = (start >= 0) & (end >= 0)
    note(sheet, "start_and_end_range_equal", parsed & (end == start), "start_time", notes)
    note(sheet, "start_and_end_range_out_of_order", parsed & (end < start), "start_time", notes)
    referred(sheet, "trip_id", *trips, notes)
    known = positions(sheet["trip_id"], trips[0]) >= 0
    good = known & parsed & (end > start) & (headway > 0)
    order = np.flatnonzero(good)
    order = order[np.lexsort((start[order], sheet["trip_id"].codes[order]))]
    overlap = _overlaps(sheet["trip_id"].codes[order], start[order], end[order])
    note(sheet.keep(order), "overlapping_frequency", overlap, "trip_id", notes)
    order = order[~overlap]
    return pd.DataFrame(
        {
            "trip": text(sheet["trip_id"].take(order), prefix),
            "start_s": start[order],
            "end_s": end[order],
            "headway_s": headway[order].astype(np.int32),
            "exact": exact[order] == 1,
        }
    )


def _overlaps(
    trip: NDArray[np.int32], start: NDArray[np.int32], end: NDArray[np.int32]
) -> NDArray[np.bool_]:
    bad = np.zeros(len(trip), dtype=bool)
    last, until = -1, 0
    for i, (this, begin, finish) in enumerate(zip(trip, start, end, strict=True)):
        if this == last and begin < until:
            bad[i] = True
        else:
            last, until = this, finish
    return bad


def shapes_table(sheet: Sheet, prefix: str, notes: Notices) -> tuple[gpd.GeoDataFrame, Coded]:
    """Return the table `shapes` and the ids kept, in the same order."""
    sheet = required(
        sheet, ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"), notes
    )
    lat = floats(sheet, "shape_pt_lat", notes, low=-90, high=90)
    lon = floats(sheet, "shape_pt_lon", notes, low=-180, high=180)
    sequence = ints(sheet, "shape_pt_sequence", notes)
    good = ~np.isnan(lat) & ~np.isnan(lon) & (sequence >= 0)
    sheet, lat, lon, sequence = sheet.keep(good), lat[good], lon[good], sequence[good]
    ids = sheet["shape_id"]
    order = np.lexsort((sequence, ids.codes))
    code = ids.codes[order]
    again = np.append(False, (code[1:] == code[:-1]) & (np.diff(sequence[order]) == 0))[: len(code)]
    note(sheet.keep(order), "duplicate_key", again, "shape_id", notes)
    order, code = order[~again], code[~again]
    kept, counts = np.unique(code, return_counts=True)
    single = kept[counts < 2]
    note(sheet, "single_shape_point", np.isin(ids.codes, single), "shape_id", notes)
    order = order[~np.isin(code, single)]
    kept = kept[counts >= 2]
    line = np.searchsorted(kept, ids.codes[order])
    lines = shapely.linestrings(np.column_stack([lon[order], lat[order]]), indices=line)
    cells = Coded(kept.astype(np.int32), ids.values)
    return gpd.GeoDataFrame({"id": text(cells, prefix)}, geometry=lines, crs=WGS84), cells


def text(cells: Coded, prefix: str = "") -> "pd.Series[str]":
    """Return cells as a text column, blank = null."""
    return pd.Series(cells.arrow(prefix).cast(pa.large_string()).to_pandas(), dtype="str")
