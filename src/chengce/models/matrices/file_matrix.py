"""Compute a matrix of travel times between places, and what is said and recorded of it."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.core.errors import Problem
from chengce.core.estimate import Estimate
from chengce.core.file_result import FileResult
from chengce.core.text import Text
from chengce.engine.kernels.limits import INF
from chengce.engine.matrix import TravelTimes, travel_times
from chengce.engine.streets.graph import KNOWN
from chengce.models.gate_report import Located, gate_warnings
from chengce.models.headway_waits import headway_waits
from chengce.models.matrices.question import Question, read_question
from chengce.models.network_report import off_network
from chengce.models.timetable_gaps import timetable_gaps
from chengce.models.wheelchair_report import beside_unknown

CELLS = 1_000_000  # pairs looked at together
TITLES = {"origins": Text("起点", "origins"), "destinations": Text("终点", "destinations")}


def matrix_files(
    inputs: Mapping[str, Path], params: Mapping[str, Any], context: Context
) -> FileResult:
    """Compute a recorded matrix again, from what its files hold and nothing derived earlier.

    Raises `ChengceError` as `read_question` and `travel_times`.
    """
    question = read_question(inputs, params, reuse=False)
    return result_of(question, times_of(question, context))


def times_of(question: Question, context: Context) -> TravelTimes:
    """Return the times asked for; see `travel_times`."""
    q = question
    return travel_times(q.city, q.origins, q.destinations, q.options, context=context)


def result_of(question: Question, times: TravelTimes) -> FileResult:
    """Return the places, and per percentile a hash of all times, pairs reached and seconds in all.

    The times themselves are not part of it: they may not fit into memory.
    """
    layers = len(times.percentiles)
    digests = [hashlib.sha256() for _ in range(layers)]
    reached, total = np.zeros(layers, np.int64), np.zeros(layers, np.int64)
    for _, block in row_blocks(times):
        there = block < INF
        reached += there.sum(axis=(1, 2))
        total += np.where(there, block, 0).sum(axis=(1, 2), dtype=np.int64)
        for digest, layer in zip(digests, block, strict=True):
            digest.update(np.ascontiguousarray(layer, "<i4").tobytes())
    return FileResult(
        arrays={
            "origins": np.array(times.origins, np.str_),
            "destinations": np.array(times.destinations, np.str_),
            "percentiles": np.array(times.percentiles, np.int64),
            "seconds_sha256": np.array([d.hexdigest() for d in digests], np.str_),
            "reached": reached,
            "total_s": total,
        },
        summary=_summary(question, times, reached, total),
        warnings=tuple(_warnings(question, times)),
    )


def row_blocks(times: TravelTimes) -> Iterator[tuple[slice, NDArray[np.int32]]]:
    """Yield rows and their times int32[percentiles, rows, destinations], a part in memory at once."""
    step = max(1, CELLS // max(1, len(times.destinations)))
    for first in range(0, len(times.origins), step):
        rows = slice(first, min(first + step, len(times.origins)))
        yield rows, np.asarray(times.seconds[:, rows])


def _summary(
    question: Question, times: TravelTimes, reached: NDArray[np.int64], total: NDArray[np.int64]
) -> dict[str, Any]:
    pairs = len(times.origins) * len(times.destinations)
    options = question.options
    mean = [t / n / 60.0 if n else float("nan") for t, n in zip(total, reached, strict=True)]
    return {
        "origins": len(times.origins),
        "destinations": len(times.destinations),
        "scenario": question.scenario.name,
        "date": options.date,
        "start": question.params.start,
        "window_min": question.params.window_min,
        "departures": options.departures,
        "profile": question.params.profile,
        "walk_speed_mps": options.speed_mps,
        "basis": "conditional",
        "percentiles": [
            {
                "percentile": p,
                "pairs": pairs,
                "reached": int(n),
                "mean": Estimate.conditional(m, "min").as_dict(),
            }
            for p, n, m in zip(times.percentiles, reached, mean, strict=True)
        ],
    }


def _warnings(question: Question, times: TravelTimes) -> list[Problem]:
    """Return what to know of the timetable, of places no street is near, and of gates."""
    city, params = question.city, question.params
    limit_m = question.options.snap_limit_m
    sides = {"origins": question.origins, "destinations": question.destinations}
    if question.origins is question.destinations:
        sides = {"origins": question.origins}
    off = {"origins": times.unsnapped_origins, "destinations": times.unsnapped_destinations}
    found = timetable_gaps(city, params) + headway_waits(city, params)[0]
    for side in sides:
        found += off_network(TITLES[side], off[side], limit_m)
    found += off_network(Text("站点", "stops"), times.unsnapped_stops, limit_m)
    if question.options.street_profile == KNOWN:
        for side in sides:
            found += beside_unknown(TITLES[side], off[side], limit_m)
        found += beside_unknown(Text("站点", "stops"), times.unsnapped_stops, limit_m)
    located = [Located(TITLES[side], p.ids, p.lon, p.lat) for side, p in sides.items()]
    return found + gate_warnings(city, located, window=params.window_s)
