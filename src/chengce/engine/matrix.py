"""Answer door-to-door travel times over a departure window, on foot and by public transport."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.errors import Cancelled, ChengceError
from chengce.core.text import Text
from chengce.engine.csr import Sparse
from chengce.engine.doors import Doors, Transfers, doors, stated_transfers
from chengce.engine.footways import Footways, footways, full_rows
from chengce.engine.kernels import raptor
from chengce.engine.kernels.limits import INF
from chengce.engine.options import Points, TravelTimes, TripOptions
from chengce.engine.timetable import Timetable, accessible, between, compile_timetable

__all__ = ["INF", "Points", "TravelTimes", "TripOptions", "estimate_matrix", "travel_times"]

BLOCK = 16
PROBE = 16
MATRIX = Text("计算出行时间矩阵", "computing travel times")


def travel_times(
    city: City, origins: Points, destinations: Points, options: TripOptions, *, context: Context
) -> TravelTimes:
    """Return percentiles of travel time over the window's departures for all pairs.

    A journey is the direct walk, or access walk, rides (at most `max_boardings`, changing at a
    stop or by one walk between two stops) and egress walk. One enters and leaves stations by their
    entrances, and changes as the city's `transfers` state, elsewhere on foot. Without a transit
    layer only walking remains; without streets one walks straight, great-circle distance × 1.3. Progress and cancel
    go through the context, origins in parallel through its runner; memory per worker is one
    origin's departures × destinations.

    Raises `ChengceError` for options out of range or a date without service, `Cancelled`.
    """
    options.check()
    context.step(MATRIX, 0, len(origins))
    job = _prepare(city, origins, destinations, options, context)
    blocks = [np.arange(i, min(i + BLOCK, len(origins))) for i in range(0, len(origins), BLOCK)]

    def work(rows: NDArray[np.int64]) -> NDArray[np.int32]:
        if context.cancelled():
            raise Cancelled()
        return job.times(rows)

    shape = (len(options.percentiles), len(origins), len(destinations))
    seconds = np.empty(shape, np.int32)
    for rows, block in zip(blocks, context.runner.map(work, blocks), strict=True):
        seconds[:, rows] = block
        context.step(MATRIX, int(rows[-1]) + 1, len(origins))
    return TravelTimes(
        seconds=seconds,
        percentiles=options.percentiles,
        origins=tuple(origins.ids),
        destinations=tuple(destinations.ids),
        unsnapped_origins=job.foot.off(origins),
        unsnapped_destinations=job.foot.off(destinations),
        unsnapped_stops=job.doors.off(job.foot),
    )


def estimate_matrix(
    city: City, origins: Points, destinations: Points, options: TripOptions, *, context: Context
) -> tuple[float, int]:
    """Return about how many seconds and bytes `travel_times` will take, from a probe of 16 origins.

    The preparation (timetable, snapping, walks) is done and measured; compilation is not counted.
    Expect it to be right within a factor of two.
    """
    options.check()
    few = np.unique(((np.arange(PROBE) + 0.5) * len(origins) / PROBE).astype(np.int64))
    few = few[few < len(origins)]
    begin = perf_counter()
    job = _prepare(city, origins, destinations, options, context)
    prepared = perf_counter() - begin
    job.times(few[:1])
    begin = perf_counter()
    job.times(few)
    each = (perf_counter() - begin) / max(len(few), 1)
    workers = max(context.runner.workers, 1)
    pairs = len(origins) * len(destinations)
    result = 4 * pairs * len(options.percentiles)
    per_worker = 4 * len(destinations) * (options.departures + 2 * BLOCK * len(options.percentiles))
    return prepared + each * len(origins) / workers, result + workers * per_worker + job.bytes


@dataclass(frozen=True)
class _Job:
    """Everything the kernel needs, once for all origins."""

    options: TripOptions
    foot: Footways
    doors: Doors
    destinations: int
    timetable: Timetable | None
    boardings: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]] | None
    direct: Sparse
    access: Sparse
    transfer: Transfers
    egress: Sparse

    @property
    def bytes(self) -> int:
        walks = (self.direct, self.access, self.transfer, self.egress)
        table = 0 if self.timetable is None else 3 * self.timetable.arrival.nbytes
        return table + sum(a.nbytes for walk in walks for a in walk)

    def times(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return times of some origins, int32[percentiles, rows, destinations]."""
        longest = self.options.max_trip_s
        walk = full_rows(self.direct, rows, self.destinations, INF)
        walk[walk > longest] = INF
        if self.timetable is None or self.boardings is None:
            return np.repeat(walk[None], len(self.options.percentiles), axis=0)
        t, o, w = self.timetable, self.options, self.transfer
        ridden: NDArray[np.int32] = raptor.journeys(
            *self.boardings,
            t.pattern_ptr, t.pattern_stop, t.dropoff, t.trip_ptr, t.time_ptr, t.arrival, t.departure,
            w.indptr, w.column, w.value, w.start, w.end, *self.access, *self.egress, self.destinations, rows,
            (o.start_s, o.step_s, o.departures), o.max_boardings, o.transfer_slack_s, longest,
            o.ranks(),
        )  # fmt: skip
        return np.minimum(ridden, walk[None])


def _prepare(
    city: City, origins: Points, destinations: Points, options: TripOptions, context: Context
) -> _Job:
    foot = footways(city, options, context.runner)
    table = city.table("stops")
    rides = options.max_boardings > 0 and len(city.table("trips")) > 0
    point = table["geometry"].array
    stops = Points(
        [str(i) for i in table["id"]] if rides else [],
        np.asarray(point.x if rides else [], np.float64),
        np.asarray(point.y if rides else [], np.float64),
    )
    gates = doors(city, stops, wheelchair=options.profile == "wheelchair")
    timetable = _timetable(city, options) if rides else None
    direct_s = min(options.max_direct_s, options.max_trip_s)
    return _Job(
        options=options,
        foot=foot,
        doors=gates,
        destinations=len(destinations),
        timetable=timetable,
        boardings=None if timetable is None else timetable.boardings(),
        direct=foot.walks(origins, destinations, direct_s),
        access=gates.access(foot, origins, options.max_access_s),
        transfer=stated_transfers(
            city, stops, gates.between(foot, options.max_transfer_s), options.max_transfer_s
        ),
        egress=gates.egress(foot, destinations, options.max_egress_s),
    )


def _timetable(city: City, options: TripOptions) -> Timetable | None:
    """Return the timetable of the window; None where a scenario has ended every trip of the date."""
    try:
        timetable = compile_timetable(city, options.date, horizon_s=options.last_s)
    except ChengceError:
        if city.base is None or not city.delta:
            raise
        compile_timetable(city.base, options.date, horizon_s=options.last_s)  # the date is served
        return None
    timetable = between(timetable, options.start_s, options.last_s)
    return accessible(timetable) if options.profile == "wheelchair" else timetable
