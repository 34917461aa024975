"""Answer door-to-door travel times over a departure window, on foot and by public transport."""

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.core.memory import free_memory
from chengce.core.text import Text
from chengce.engine.csr import Sparse
from chengce.engine.kernels.limits import INF
from chengce.engine.options import Points, TravelTimes, TripOptions
from chengce.engine.running.jobs import job_key
from chengce.engine.running.tiles import Tiles, compute, running, tidy
from chengce.engine.transit.doors import Doors, Transfers, doors, stated_transfers, stops_of
from chengce.engine.transit.footways import Footways, footways, full_rows
from chengce.engine.transit.priced_rides import PricedRides, priced_rides
from chengce.engine.transit.rides import Rides, lay_out
from chengce.engine.transit.timetable import Timetable, accessible, between
from chengce.engine.transit.timetable_store import timetable_of

__all__ = ["INF", "Points", "TravelTimes", "TripOptions", "estimate_matrix", "travel_times"]

BLOCK = 16
PROBE = 16
MEMORY_SHARE = 0.5  # of the memory that is free: what an answer may take
MATRIX = Text("计算出行时间矩阵", "computing travel times")


def travel_times(
    city: City, origins: Points, destinations: Points, options: TripOptions, *, context: Context
) -> TravelTimes:
    """Return percentiles of travel time over the window's departures for all pairs.

    A journey is the direct walk, or access walk, rides (at most `max_boardings`, changing at a
    stop or by one walk between two stops) and egress walk. One enters and leaves stations by their
    entrances, and changes as the city's `transfers` state, elsewhere on foot. Without a transit
    layer only walking remains; without streets one walks straight, great-circle distance × 1.3.
    Progress and cancel go through the context, origins in parallel through its runner.

    With a scratch folder in the context, times go to it by blocks of origins and come back mapped
    into memory; what an interrupted call has finished there is not computed again (`folder` of the
    answer is the caller's to remove). Without one they are in memory, or, where they would take
    more than half of what is free, in a temporary folder. Memory besides: per worker one origin's
    departures × destinations.

    Raises `ChengceError` for options out of range, a date without service or a disk without room,
    `Cancelled`.
    """
    options.check()
    context.step(MATRIX, 0, len(origins))
    job, foot, gates = _prepare(city, origins, destinations, options, context)
    shape = (len(options.percentiles), len(origins), len(destinations))
    seconds, folder = _cube(job, shape, context)
    return TravelTimes(
        seconds=seconds,
        percentiles=options.percentiles,
        origins=tuple(origins.ids),
        destinations=tuple(destinations.ids),
        unsnapped_origins=foot.off(origins),
        unsnapped_destinations=foot.off(destinations),
        unsnapped_stops=gates.off(foot),
        folder=folder,
    )


class MatrixCost(NamedTuple):
    """What `travel_times` takes: seconds, bytes while it runs, bytes of the answer."""

    seconds: float
    working: int
    answer: int


def estimate_matrix(
    city: City, origins: Points, destinations: Points, options: TripOptions, *, context: Context
) -> MatrixCost:
    """Estimate the cost of `travel_times` from a probe of 16 origins, right within a factor of two.

    The preparation (timetable, snapping, walks) is done and measured; compilation is not counted.
    The answer is in memory or on disk, as `travel_times` says; on disk it takes twice its size
    while its blocks are joined.
    """
    options.check()
    few = np.unique(((np.arange(PROBE) + 0.5) * len(origins) / PROBE).astype(np.int64))
    few = few[few < len(origins)]
    begin = perf_counter()
    job, _, _ = _prepare(city, origins, destinations, options, context)
    prepared = perf_counter() - begin
    job.block(few[:1])
    begin = perf_counter()
    job.block(few)
    each = (perf_counter() - begin) / max(len(few), 1)
    workers = max(context.runner.workers, 1)
    layers = len(options.percentiles)
    per_worker = 8 * len(destinations) * BLOCK * layers + job.working
    return MatrixCost(
        prepared + each * len(origins) / workers,
        workers * per_worker + job.bytes,
        4 * len(origins) * len(destinations) * layers,
    )


def _cube(
    job: "_Job", shape: tuple[int, int, int], context: Context
) -> tuple[NDArray[np.int32], Path | None]:
    """Return the times of all origins, and the folder they are kept in."""

    def step(done: int) -> None:
        context.step(MATRIX, done, shape[1])

    if context.scratch is not None:
        tidy(context.scratch)
        key = job_key(job)
        tiles = Tiles(context.scratch / key[:32], shape, BLOCK)
        return compute(tiles, key, job, context.runner, step), tiles.folder
    if 4 * np.prod(shape, dtype=np.int64) <= MEMORY_SHARE * free_memory():
        return _in_memory(job, shape, context, step), None
    with tempfile.TemporaryDirectory(prefix="chengce-", ignore_cleanup_errors=True) as folder:
        tiles = Tiles(Path(folder), shape, BLOCK)
        return compute(tiles, job_key(job), job, context.runner, step), None


def _in_memory(
    job: "_Job", shape: tuple[int, int, int], context: Context, step: Callable[[int], None]
) -> NDArray[np.int32]:
    seconds = np.empty(shape, np.int32)
    blocks = Tiles(Path(), shape, BLOCK).blocks()
    with closing(running(context.runner, job, blocks)) as answers:
        for rows, block in zip(blocks, answers, strict=True):
            seconds[:, rows] = block
            step(int(rows[-1]) + 1)
    return seconds


@dataclass(frozen=True)
class _Job:
    """Everything the kernel needs, once for all origins."""

    options: TripOptions
    destinations: int
    rides: Rides | None
    direct: Sparse
    access: Sparse
    transfer: Transfers
    egress: Sparse
    priced: PricedRides | None

    @property
    def bytes(self) -> int:
        walks = (self.direct, self.access, self.transfer, self.egress)
        table = 0 if self.rides is None else sum(a.nbytes for a in self.rides)
        table += 0 if self.priced is None else self.priced.bytes
        return table + sum(a.nbytes for walk in walks for a in walk)

    @property
    def working(self) -> int:
        """Bytes of one worker besides its answers."""
        if self.priced is not None:
            return self.priced.working
        return 0 if self.rides is None else self.rides.working(self.options)

    def block(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return times of some origins, int32[percentiles, rows, destinations]."""
        longest = self.options.max_trip_s
        walk = full_rows(self.direct, rows, self.destinations, INF)
        walk[walk > longest] = INF
        ridden: NDArray[np.int32]
        if self.priced is not None:
            ridden = self.priced.times(rows, self.access, self.transfer, self.egress)
            return np.minimum(ridden, walk[None])
        if self.rides is None:
            return np.repeat(walk[None], len(self.options.percentiles), axis=0)
        ridden = self.rides.times(self.access, rows, self.options)
        return np.minimum(ridden, walk[None])


def _prepare(
    city: City, origins: Points, destinations: Points, options: TripOptions, context: Context
) -> tuple[_Job, Footways, Doors]:
    foot = footways(city, options, context.runner)
    rides = options.max_boardings > 0 and len(city.table("trips")) > 0
    stops = stops_of(city) if rides else Points([], np.empty(0), np.empty(0))
    sure = options.unknown == "avoid"
    gates = doors(city, stops, wheelchair=options.profile == "wheelchair", known=sure)
    timetable = _timetable(city, options) if rides else None
    direct_s = min(options.max_direct_s, options.max_trip_s)
    transfer = stated_transfers(
        city, stops, gates.between(foot, options.max_transfer_s), options.max_transfer_s
    )
    egress = gates.egress(foot, destinations, options.max_egress_s)
    priced = priced_rides(
        city, origins, destinations, options,
        gates=gates, timetable=timetable, runner=context.runner,
    )  # fmt: skip
    plain = timetable if priced is None else None  # what the other kernel rides is not laid out
    job = _Job(
        options=options,
        destinations=len(destinations),
        rides=None if plain is None else lay_out(
            plain, transfer, egress, len(destinations), options
        ),
        direct=foot.walks(origins, destinations, direct_s),
        access=gates.access(foot, origins, options.max_access_s),
        transfer=transfer,
        egress=egress,
        priced=priced,
    )  # fmt: skip
    return job, foot, gates


def _timetable(city: City, options: TripOptions) -> Timetable | None:
    """Return the timetable of the window; None where a scenario has ended every trip of the date."""
    try:
        timetable = timetable_of(city, options.date, horizon_s=options.last_s)
    except ChengceError:
        if city.base is None or not city.delta:
            raise
        timetable_of(city.base, options.date, horizon_s=options.last_s)  # the date is served
        return None
    timetable = between(timetable, options.start_s, options.last_s)
    if options.profile != "wheelchair":
        return timetable
    return accessible(timetable, known=options.unknown == "avoid")
