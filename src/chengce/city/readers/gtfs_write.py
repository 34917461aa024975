"""Write transit tables as a standard GTFS feed that reads back equal."""

import csv
import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from chengce.city.readers.gtfs_services import feed_names
from chengce.core.errors import Problem
from chengce.core.text import Text

_STAMP = (1980, 1, 1, 0, 0, 0)  # the same tables give the same bytes
_IDS = {
    "stops": ("id", "parent"),
    "routes": ("id",),
    "trips": ("id", "route", "service", "shape"),
    "stop_times": ("trip", "stop"),
    "services": ("service",),
    "frequencies": ("trip",),
    "shapes": ("id",),
    "transfers": ("from_stop", "to_stop"),
    "entrances": ("id", "stop"),
}
_ALL_DAY_S = 86_400


def write_gtfs(
    tables: Mapping[str, pd.DataFrame],
    path: Path,
    *,
    timezone: str = "UTC",
    agency_url: str = "https://example.org",
) -> None:
    """Write a zip at `path`, through a temporary file beside it.

    If every id starts with the same ``feed:``, the prefix is taken off, so that reading under
    that feed name gives the same tables; otherwise ids stay as they are. Services are written as
    explicit dates (calendar_dates.txt). `timezone` (IANA) and `agency_url` are required by GTFS
    and not part of a city's transit tables. Stations named as `parent` are written at the mean
    location of their stops, for GTFS requires them. Transfers that hold all day and entrances of
    stations are written too; `left_out` says what is not.
    """
    plain = _without_prefix(tables)
    files = {
        "agency.txt": _agencies(plain["routes"], timezone, agency_url),
        "stops.txt": _stops(plain["stops"], plain.get("entrances")),
        "routes.txt": _routes(plain["routes"]),
        "trips.txt": _trips(plain["trips"]),
        "stop_times.txt": _stop_times(plain["stop_times"]),
        "calendar_dates.txt": _dates(plain["services"]),
    }
    if len(plain.get("frequencies", ())):
        files["frequencies.txt"] = _frequencies(plain["frequencies"])
    if len(plain.get("transfers", ())):
        files["transfers.txt"] = _transfers(plain["transfers"])
    if len(plain.get("shapes", ())):
        files["shapes.txt"] = _shapes(gpd.GeoDataFrame(plain["shapes"]))
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, frame in files.items():
                text = io.StringIO()
                frame.to_csv(text, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
                info = zipfile.ZipInfo(name, _STAMP)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, text.getvalue().encode())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _without_prefix(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    have = {
        name: [c for c in columns if c in tables[name].columns]
        for name, columns in _IDS.items()
        if name in tables
    }
    feeds: set[str] = set()
    whole = True
    for name, columns in have.items():
        for column in columns:
            ids = tables[name][column].dropna()
            whole &= bool(ids.str.contains(":", regex=False).all())
            feeds |= set(feed_names(ids).unique())
    if not whole or len(feeds) != 1:
        return dict(tables)
    cut = len(next(iter(feeds))) + 1
    return {
        name: tables[name].assign(**{c: tables[name][c].str.slice(cut) for c in columns})
        for name, columns in have.items()
    }


def _column(frame: pd.DataFrame, name: str) -> "pd.Series[Any]":
    return frame[name] if name in frame.columns else pd.Series(None, frame.index, dtype="str")


def _agencies(routes: pd.DataFrame, timezone: str, url: str) -> pd.DataFrame:
    names = list(dict.fromkeys(_column(routes, "agency").fillna("-")))
    return pd.DataFrame(
        {
            "agency_id": names,
            "agency_name": names,
            "agency_url": url,
            "agency_timezone": timezone,
        }
    )


def left_out(tables: Mapping[str, pd.DataFrame]) -> tuple[Problem, ...]:
    """Say what a GTFS feed has no place for: transfers by hour, entrances of no station, walks."""
    found = []
    if len(tables.get("transfers", ())):
        count = int((~_all_day(tables["transfers"])).sum())
        found.append((count, Text(f"{count} 条分时段的换乘没有写入：GTFS 的换乘不分时段",
                                  f"{count} transfers by hour are not written: GTFS has none")))  # fmt: skip
    entrances = tables.get("entrances", pd.DataFrame({"stop": [], "seconds": []}))
    count = int((~entrances["stop"].isin(_stations(tables["stops"]))).sum())
    found.append((count, Text(f"{count} 个出入口没有写入：它们属于站台而非车站",
                              f"{count} entrances are not written: they belong to no station")))  # fmt: skip
    count = int((entrances["seconds"] > 0).sum())
    found.append((count, Text(f"{count} 个出入口到站台的步行时间没有写入",
                              f"the walk from entrance to platform of {count} entrances is not written")))  # fmt: skip
    return tuple(
        Problem("not_in_gtfs", said, file="entrances" if i else "transfers", severity="info")
        for i, (count, said) in enumerate(found)
        if count
    )


def _all_day(transfers: pd.DataFrame) -> "pd.Series[bool]":
    return (transfers["start_s"] == 0) & (transfers["end_s"] >= _ALL_DAY_S)


def _stations(stops: pd.DataFrame) -> "pd.Series[Any]":
    """Return the parents that are no stops: these become stations."""
    parents = _column(stops, "parent").dropna()
    return parents[~parents.isin(stops["id"])]


def _transfers(transfers: pd.DataFrame) -> pd.DataFrame:
    rows = transfers[_all_day(transfers)]
    return pd.DataFrame(
        {
            "from_stop_id": rows["from_stop"],
            "to_stop_id": rows["to_stop"],
            "transfer_type": 2,
            "min_transfer_time": rows["seconds"],
        }
    )


def _stops(stops: pd.DataFrame, entrances: pd.DataFrame | None) -> pd.DataFrame:
    points = gpd.GeoSeries(stops["geometry"])
    platforms = pd.DataFrame(
        {
            "stop_id": stops["id"],
            "stop_name": _column(stops, "name"),
            "stop_lat": points.y,
            "stop_lon": points.x,
            "location_type": 0,
            "parent_station": _column(stops, "parent"),
            "wheelchair_boarding": stops["wheelchair"],
        }
    )
    placed = platforms[platforms["parent_station"].isin(_stations(stops))]
    stations = placed.groupby("parent_station", sort=True).agg(
        stop_name=("stop_name", "first"),
        stop_lat=("stop_lat", "mean"),
        stop_lon=("stop_lon", "mean"),
    )
    stations = stations.rename_axis("stop_id").reset_index()
    stations = stations.assign(location_type=1, wheelchair_boarding=0)
    if stations.empty:
        return platforms
    inner = platforms["parent_station"].isin(stops["id"])
    platforms["location_type"] = np.where(inner, 4, 0)
    parts = [platforms, stations]
    if entrances is not None and len(entrances):
        led = entrances[entrances["stop"].isin(stations["stop_id"])]
        places = gpd.GeoSeries(led["geometry"])
        parts.append(
            pd.DataFrame(
                {
                    "stop_id": led["id"],
                    "stop_name": _column(led, "name"),
                    "stop_lat": places.y,
                    "stop_lon": places.x,
                    "location_type": 2,
                    "parent_station": led["stop"],
                    "wheelchair_boarding": led["wheelchair"],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _routes(routes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "route_id": routes["id"],
            "agency_id": _column(routes, "agency").fillna("-"),
            "route_short_name": _column(routes, "short_name"),
            "route_long_name": _column(routes, "long_name"),
            "route_type": routes["mode"],
            "route_color": _column(routes, "color"),
        }
    )


def _trips(trips: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "route_id": trips["route"],
            "service_id": trips["service"],
            "trip_id": trips["id"],
            "trip_headsign": _column(trips, "headsign"),
            "direction_id": _column(trips, "direction"),
            "shape_id": _column(trips, "shape"),
            "wheelchair_accessible": trips["wheelchair"],
        }
    )


def _stop_times(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "trip_id": rows["trip"],
            "arrival_time": _clock(rows["arrival_s"]),
            "departure_time": _clock(rows["departure_s"]),
            "stop_id": rows["stop"],
            "stop_sequence": rows["sequence"],
            "pickup_type": np.where(rows["pickup"], 0, 1),
            "drop_off_type": np.where(rows["dropoff"], 0, 1),
        }
    )


def _dates(services: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "service_id": services["service"],
            "date": services["date"].str.replace("-", "", regex=False),
            "exception_type": 1,
        }
    )


def _frequencies(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "trip_id": rows["trip"],
            "start_time": _clock(rows["start_s"]),
            "end_time": _clock(rows["end_s"]),
            "headway_secs": rows["headway_s"],
            "exact_times": np.where(rows["exact"], 1, 0),
        }
    )


def _shapes(shapes: gpd.GeoDataFrame) -> pd.DataFrame:
    points, of = shapely.get_coordinates(shapes.geometry.to_numpy(), return_index=True)
    starts = np.searchsorted(of, of)
    return pd.DataFrame(
        {
            "shape_id": shapes["id"].to_numpy()[of],
            "shape_pt_lat": points[:, 1],
            "shape_pt_lon": points[:, 0],
            "shape_pt_sequence": np.arange(len(of)) - starts,
        }
    )


def _clock(seconds: "pd.Series[int]") -> list[str]:
    values, which = np.unique(seconds.to_numpy(), return_inverse=True)
    texts = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in values.tolist()]
    return [texts[i] for i in which]
