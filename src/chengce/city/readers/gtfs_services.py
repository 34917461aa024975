"""Expand calendar and calendar_dates to dates, and say what runs on a date."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from chengce.city.readers.gtfs_checks import (
    Ints,
    choice,
    dates,
    note,
    required,
    unique,
)
from chengce.city.readers.gtfs_csv import Coded, Sheet
from chengce.city.readers.gtfs_notices import Notices, notice
from chengce.city.readers.gtfs_spec import DAYS
from chengce.core.errors import Problem

MOST_ROWS = 20_000_000


def read_services(
    calendar: Sheet | None, exceptions: Sheet | None, notes: Notices
) -> tuple[Coded, Ints, Ints]:
    """Return the services, and for each day of service the position of its service and the day.

    Days count from 1970-01-01, sorted by service, then day. A service whose dates are all removed
    stays in the list without a day.
    """
    week = _weekly(calendar, notes) if calendar is not None else None
    changed = _exceptions(exceptions, notes) if exceptions is not None else None
    names: dict[str, int] = {}
    for cells in (part[0] for part in (week, changed) if part is not None):
        for name in cells.values.take(pa.array(np.unique(cells.codes))).to_pylist():
            names.setdefault(name, len(names))
    span = np.int64(1 << 20)
    keys = np.empty(0, dtype=np.int64)
    if week is not None:
        service, first, last, runs = week
        total = int((last - first + 1).sum())
        if total > MOST_ROWS:
            notes.add("calendar_too_long", "calendar.txt", value=f"{total:,}")
            notes.stop()
        at = _places(service, names)
        parts = [keys]
        for i in range(len(at)):
            days = np.arange(first[i], last[i] + 1)
            parts.append(at[i] * span + days[runs[i, (days + 3) % 7]])
        keys = np.unique(np.concatenate(parts))
    if changed is not None:
        service, day, added = changed
        key = _places(service, names) * span + day
        keys = np.union1d(keys[~np.isin(keys, key[~added])], key[added])
    order = pa.array(list(names), pa.string())
    return Coded(np.arange(len(names), dtype=np.int32), order), keys // span, keys % span


def _places(service: Coded, names: Mapping[str, int]) -> Ints:
    lookup = np.array([names.get(v, -1) for v in service.values.to_pylist()] + [-1], dtype=np.int64)
    return lookup[service.codes]


def _weekly(sheet: Sheet, notes: Notices) -> tuple[Coded, Ints, Ints, NDArray[np.bool_]]:
    sheet = required(sheet, ("service_id", *DAYS, "start_date", "end_date"), notes)
    sheet = unique(sheet, (sheet["service_id"],), notes)
    first, last = dates(sheet, "start_date", notes), dates(sheet, "end_date", notes)
    runs = np.column_stack([choice(sheet, day, (0, 1), notes) == 1 for day in DAYS])
    parsed = (first >= 0) & (last >= 0)
    note(sheet, "start_and_end_range_out_of_order", parsed & (last < first), "start_date", notes)
    idle = parsed & ~runs.any(axis=1)
    note(sheet, "service_has_no_active_day_of_the_week", idle, "service_id", notes)
    good = parsed & (last >= first)
    return sheet["service_id"].take(good), first[good], last[good], runs[good]


def _exceptions(sheet: Sheet, notes: Notices) -> tuple[Coded, Ints, NDArray[np.bool_]]:
    sheet = required(sheet, ("service_id", "date", "exception_type"), notes)
    day = dates(sheet, "date", notes)
    sheet, day = sheet.keep(day >= 0), day[day >= 0]
    kind = choice(sheet, "exception_type", (1, 2), notes)
    sheet, day, kind = sheet.keep(kind > 0), day[kind > 0], kind[kind > 0]
    frame = pd.DataFrame({"service": sheet["service_id"].codes, "day": day})
    first = ~frame.duplicated().to_numpy()
    unique(sheet, (sheet["service_id"], day), notes)
    return sheet["service_id"].take(first), day[first], kind[first] == 1


def services_table(services: Coded, at: Ints, day: Ints, prefix: str) -> pd.DataFrame:
    """Return the table `services`: service, date (ISO)."""
    known, which = np.unique(day, return_inverse=True)
    iso = pa.array(np.datetime_as_string(known.astype("datetime64[D]")).tolist(), pa.large_string())
    service = services.arrow(prefix).take(pa.array(at)).cast(pa.large_string())
    return pd.DataFrame(
        {
            "service": pd.Series(service.to_pandas(), dtype="str"),
            "date": pd.Series(iso.take(pa.array(which)).to_pandas(), dtype="str"),
        }
    )


def note_expired(services: Coded, at: Ints, day: Ints, today: dt.date, notes: Notices) -> None:
    """Note the services whose last day lies before `today`."""
    last = np.full(len(services.codes), -1, dtype=np.int64)
    np.maximum.at(last, at, day)
    old = (last >= 0) & (last < (today - dt.date(1970, 1, 1)).days)
    notes.names("expired_calendar", "calendar.txt", services.texts(old))


def feed_names(ids: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the feed of each id: what stands before the first colon."""
    return ids.str.partition(":")[0] if len(ids) else ids


def services_on(tables: Mapping[str, pd.DataFrame], date: dt.date | str) -> dict[str, pd.DataFrame]:
    """Return for every feed the trips that run on a date; none is an empty frame, never absent."""
    services, trips = tables["services"], tables["trips"]
    running = set(services.loc[services["date"] == _iso(date), "service"])
    today = trips["service"].isin(running)
    feed = feed_names(trips["id"])
    return {str(name): trips[(feed == name) & today] for name in feed.unique()}


def check_date(tables: Mapping[str, pd.DataFrame], date: dt.date | str) -> list[Problem]:
    """Return a problem for every feed without a trip on a date, with the dates it does run."""
    found = []
    for feed, trips in services_on(tables, date).items():
        if trips.empty:
            span = date_span(tables, feed)
            shown = f"{span[0]} – {span[1]}" if span else "—"
            found.append(notice("no_service_on_date", feed, feed=feed, date=_iso(date), span=shown))
    return found


def date_span(tables: Mapping[str, pd.DataFrame], feed: str = "") -> tuple[str, str] | None:
    """Return the first and last date on which a trip (of one feed) runs, or None."""
    trips = tables["trips"]
    if feed:
        trips = trips[feed_names(trips["id"]) == feed]
    days = tables["services"].loc[tables["services"]["service"].isin(trips["service"]), "date"]
    return (str(days.min()), str(days.max())) if len(days) else None


def trips_per_date(tables: Mapping[str, pd.DataFrame]) -> "pd.Series[int]":
    """Return the number of trips by date (ISO, sorted); a frequency-based trip counts once."""
    trips = tables["trips"].groupby("service").size()
    services = tables["services"]
    counts = services["service"].map(trips).fillna(0).astype(np.int64)
    per_date = counts.groupby(services["date"]).sum().sort_index()
    return per_date[per_date > 0].rename("trips")


def _iso(date: dt.date | str) -> str:
    return date if isinstance(date, str) else date.isoformat()
