"""Lay out a timetable and the walks around it as the kernel of travel times reads them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chengce.engine.csr import Sparse, by_column
from chengce.engine.kernels import raptor
from chengce.engine.kernels.limits import INF
from chengce.engine.kernels.narrow import Clock
from chengce.engine.options import TripOptions
from chengce.engine.transit.doors import Transfers
from chengce.engine.transit.timetable import Timetable

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]


class Rides(NamedTuple):
    """What `raptor.journeys` takes besides origins, in its order; times in s from `clock`.

    `arrival`, `departure`: position by position, 0 before the window, `never` after it: uint16
    where the whole journey fits into 11 hours, int32 otherwise. `into_…`: walks by the stop they
    lead to; `egress_…`: by destination.
    """

    stop_ptr: I64
    board_pattern: I32
    board_position: I32
    pattern_ptr: I64
    pattern_stop: I32
    pickup: U8
    dropoff: U8
    trip_ptr: I64
    time_ptr: I64
    arrival: Clock
    departure: Clock
    into_ptr: I64
    into_stop: I32
    into_s: I32
    into_from: I32
    into_until: I32
    egress_ptr: I64
    egress_stop: I32
    egress_s: I32

    def times(self, access: Sparse, rows: I64, options: TripOptions) -> I32:
        """Return times by public transport of some origins, int32[percentiles, rows, ends]."""
        first = options.start_s - _clock(options)
        found: I32 = raptor.journeys(
            *self, *access, rows, (first, options.step_s, options.departures),
            options.max_boardings, options.transfer_slack_s, options.max_trip_s, options.ranks(),
        )  # fmt: skip
        return found

    def working(self, options: TripOptions) -> int:
        """Return the bytes a search works in: four numbers a stop and departure."""
        return 4 * self.arrival.itemsize * (len(self.stop_ptr) - 1) * options.departures


def lay_out(
    timetable: Timetable,
    transfers: Transfers,
    egress: Sparse,
    destinations: int,
    options: TripOptions,
) -> Rides:
    """Return the rides of a window; `egress` by stop, walks as `options` limit them."""
    walks = (options.max_access_s, options.max_egress_s, options.max_transfer_s)
    narrow = (
        options.last_s - _clock(options) < raptor.NEVER
        and max(walks) + options.transfer_slack_s <= raptor.FURTHEST
    )
    stops = len(timetable.stop_ids)
    row = np.repeat(np.arange(stops, dtype=np.int32), np.diff(transfers.indptr))
    into = np.argsort(transfers.column, kind="stable")
    into_ptr = np.searchsorted(transfers.column[into], np.arange(stops + 1)).astype(np.int64)
    timed = len(transfers.start) > 0
    return Rides(
        *timetable.boardings(),
        timetable.pattern_ptr,
        timetable.pattern_stop,
        timetable.pickup,
        timetable.dropoff,
        timetable.trip_ptr,
        timetable.time_ptr,
        _on_clock(_by_position(timetable), options, narrow=narrow),
        _on_clock(timetable.departure, options, narrow=narrow),
        into_ptr,
        row[into],
        transfers.value[into],
        _shifted(transfers.start[into], options) if timed else transfers.start,
        _shifted(transfers.end[into], options) if timed else transfers.end,
        *by_column(egress, destinations),
    )


def _clock(options: TripOptions) -> int:
    """Return the second that counts as 0: before any departure, so that 0 is always too early."""
    return options.start_s - 1


def _shifted(hours: I32, options: TripOptions) -> I32:
    return np.minimum(hours.astype(np.int64) - _clock(options), INF).astype(np.int32)


def _on_clock(times: I32, options: TripOptions, *, narrow: bool) -> Clock:
    never = raptor.NEVER if narrow else INF
    since = np.clip(times.astype(np.int64) - _clock(options), 0, never)
    return since.astype(np.uint16) if narrow else since.astype(np.int32)


def _by_position(timetable: Timetable) -> I32:
    """Return the arrivals position by position, as the departures are."""
    length, trips = np.diff(timetable.pattern_ptr), np.diff(timetable.trip_ptr)
    events = length * trips
    start = np.repeat(timetable.time_ptr[:-1], events)
    within = np.arange(len(timetable.arrival)) - start
    many, long = np.repeat(trips, events), np.repeat(length, events)
    arrival: I32 = timetable.arrival[start + within % many * long + within // many]
    return arrival
