"""Build the table stop_times: clean rows, trips that can be ridden, blank times interpolated."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from chengce.city.readers.gtfs_checks import (
    BLANK,
    WRONG,
    Floats,
    Ints,
    choice,
    floats,
    ints,
    note,
    positions,
    referred,
    repeated,
    required,
    times,
)
from chengce.city.readers.gtfs_csv import Coded, Mask, Sheet
from chengce.city.readers.gtfs_interpolate import interpolated, straight_distance
from chengce.city.readers.gtfs_notices import Notices
from chengce.city.readers.gtfs_tables import Stops, text


@dataclass(frozen=True)
class Rows:
    """Stop times of equal length, sorted by trip and sequence; `trip` and `stop` are positions."""

    sheet: Sheet
    trip: Ints
    stop: Ints
    sequence: Ints
    arrival: Ints
    departure: Ints
    along: Floats

    def keep(self, wanted: "Mask | Ints") -> "Rows":
        """Return some rows."""
        return Rows(
            self.sheet.keep(wanted), self.trip[wanted], self.stop[wanted], self.sequence[wanted],
            self.arrival[wanted], self.departure[wanted], self.along[wanted],
        )  # fmt: skip

    @property
    def first(self) -> Mask:
        """Which rows open a trip."""
        return np.append(True, self.trip[1:] != self.trip[:-1])[: len(self.trip)]


def read_stop_times(
    sheet: Sheet, trips: Sheet, mentioned: Coded, stops: Stops, notes: Notices
) -> tuple[Rows, Mask]:
    """Return the usable stop times, timed at every stop, and which rows of `trips` are kept.

    `mentioned`: all ids in trips.txt. Left out, each with a notice: rows with a blank or wrong
    field, rows that refer to nothing, rows before the first or after the last timed stop, trips
    whose times go backwards, trips with fewer than two stops left.
    """
    listed = positions(trips["trip_id"], sheet["trip_id"]) >= 0
    rows = _clean(sheet, trips, mentioned, stops, notes)
    rows = _backwards(_edges(_one_time(rows, notes), notes), notes)
    blank = rows.arrival == BLANK
    if blank.any():
        notes.add("stop_times_interpolated", sheet.file, value=f"{int(blank.sum()):,}")
        lon, lat = stops.lon[rows.stop], stops.lat[rows.stop]
        distance = (rows.along, straight_distance(lon, lat, rows.first))
        arrival, departure = interpolated(rows.trip, rows.arrival, rows.departure, distance)
        rows = replace(rows, arrival=arrival, departure=departure)
    count = np.bincount(rows.trip, minlength=len(trips))
    usable = count >= 2
    note(trips, "unused_trip", ~listed, "trip_id", notes)
    note(trips, "unusable_trip", listed & ~usable, "trip_id", notes)
    lost = ~usable[rows.trip]
    if lost.any():
        notes.add("stop_times_left_out", sheet.file, value=int(lost.sum()))
        rows = rows.keep(~lost)
    place = np.cumsum(usable) - 1
    return replace(rows, trip=place[rows.trip]), usable


def _clean(sheet: Sheet, trips: Sheet, mentioned: Coded, stops: Stops, notes: Notices) -> Rows:
    sheet = required(sheet, ("trip_id", "stop_id", "stop_sequence"), notes)
    sheet = referred(sheet, "trip_id", trips["trip_id"], mentioned, notes)
    station = positions(sheet["stop_id"], stops.unboardable) >= 0
    note(sheet, "location_with_unexpected_stop_time", station, "stop_id", notes)
    sheet = sheet.keep(~station) if station.any() else sheet
    sheet = referred(sheet, "stop_id", stops.sheet["stop_id"], stops.mentioned, notes)
    sequence = ints(sheet, "stop_sequence", notes)
    arrival = times(sheet, "arrival_time", notes).astype(np.int64)
    departure = times(sheet, "departure_time", notes).astype(np.int64)
    along = floats(sheet, "shape_dist_traveled", notes, low=0)
    trip = positions(sheet["trip_id"], trips["trip_id"])
    stop = positions(sheet["stop_id"], stops.sheet["stop_id"])
    reversed_ = (arrival >= 0) & (departure >= 0) & (departure < arrival)
    note(sheet, "start_and_end_range_out_of_order", reversed_, "departure_time", notes)
    good = (sequence >= 0) & (arrival != WRONG) & (departure != WRONG) & ~reversed_
    rows = Rows(sheet, trip, stop, sequence, arrival, departure, along)
    if not good.all():
        rows = rows.keep(good)
    again = repeated((rows.trip, rows.sequence))
    note(rows.sheet, "duplicate_key", again, "trip_id", notes)
    rows = rows.keep(~again) if again.any() else rows
    order = np.lexsort((rows.sequence, rows.trip))
    return rows if (np.diff(order) == 1).all() else rows.keep(order)


def _one_time(rows: Rows, notes: Notices) -> Rows:
    only = (rows.arrival == BLANK) != (rows.departure == BLANK)
    note(rows.sheet, "stop_time_with_only_arrival_or_departure_time", only, "trip_id", notes)
    none = (rows.arrival == BLANK) & (rows.departure == BLANK)
    fixed = none & (choice(rows.sheet, "timepoint", (0, 1), notes) == 1)
    note(rows.sheet, "stop_time_timepoint_without_times", fixed, "trip_id", notes)
    both = np.maximum(rows.arrival, rows.departure)
    return replace(
        rows,
        arrival=np.where(only, both, rows.arrival),
        departure=np.where(only, both, rows.departure),
    )


def _edges(rows: Rows, notes: Notices) -> Rows:
    """Leave out untimed rows before the first or after the last timed row of a trip."""
    timed = rows.arrival != BLANK
    before = np.cumsum(timed)
    first = rows.first
    start = np.flatnonzero(first)
    base = np.repeat(before[start] - timed[start], np.diff(np.append(start, len(timed))))
    total = np.bincount(rows.trip[timed], minlength=int(rows.trip.max(initial=-1)) + 1)
    inside = before - base
    loose = ~timed & ((inside == 0) | (inside == total[rows.trip]))
    note(rows.sheet, "missing_trip_edge", loose, "trip_id", notes)
    return rows.keep(~loose) if loose.any() else rows


def _backwards(rows: Rows, notes: Notices) -> Rows:
    """Leave out trips whose times go backwards; note distances that do."""
    if not len(rows.trip):
        return rows
    at = np.flatnonzero(rows.arrival != BLANK)
    trip, arrival, departure = rows.trip[at], rows.arrival[at], rows.departure[at]
    early = np.append(False, (trip[1:] == trip[:-1]) & (arrival[1:] < departure[:-1]))[: len(at)]
    wrong = np.zeros(len(rows.trip), dtype=bool)
    wrong[at[early]] = True
    note(
        rows.sheet, "stop_time_with_arrival_before_previous_departure_time", wrong, "trip_id", notes
    )
    with np.errstate(invalid="ignore"):
        shrinks = np.append(False, np.diff(rows.along) <= 0) & ~rows.first
    note(
        rows.sheet, "decreasing_or_equal_stop_time_distance", shrinks, "shape_dist_traveled", notes
    )
    bad = np.isin(rows.trip, rows.trip[wrong]) if wrong.any() else wrong
    return rows.keep(~bad) if bad.any() else rows


def stop_times_table(
    rows: Rows, trips: Sheet, stops: Stops, prefix: str, notes: Notices
) -> pd.DataFrame:
    """Return the table `stop_times`.

    `pickup` and `dropoff` are false only for type 1 (none): by phone or with the driver counts.
    """
    trip, stop = trips["trip_id"].take(rows.trip), stops.sheet["stop_id"].take(rows.stop)
    return pd.DataFrame(
        {
            "trip": text(trip, prefix),
            "sequence": rows.sequence,
            "stop": text(stop, prefix),
            "arrival_s": rows.arrival.astype(np.int32),
            "departure_s": rows.departure.astype(np.int32),
            "pickup": choice(rows.sheet, "pickup_type", (0, 1, 2, 3), notes) != 1,
            "dropoff": choice(rows.sheet, "drop_off_type", (0, 1, 2, 3), notes) != 1,
        }
    )
