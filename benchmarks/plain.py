"""Search a timetable in plain Python: trips straight from the tables, every state tried.

Walks come from the engine (checked against scipy elsewhere); trips, rides, changes and limits are
computed here again, by the brute force of the engine's own tests.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from tests.unit.engine.worlds import brute_force

from chengce.city.city import City
from chengce.core.context import Runner
from chengce.core.draws import uniforms
from chengce.engine.csr import Sparse
from chengce.engine.footways import footways
from chengce.engine.kernels.limits import INF
from chengce.engine.options import Points, TripOptions

Call = tuple[int, int, int, bool, bool]  # stop, arrival, departure, pick-up, drop-off


def plain_times(
    city: City, origins: Points, ends: Points, options: TripOptions, runner: Runner
) -> NDArray[np.int64]:
    """Return seconds int64[departures, origins, ends], each departure on its own, INF = none."""
    table = city.table("stops")
    stops = Points(list(table["id"]), table.geometry.x.to_numpy(), table.geometry.y.to_numpy())
    foot = footways(city, options, runner)
    access = foot.walks(origins, stops, options.max_access_s)
    egress = foot.walks(stops, ends, options.max_egress_s)
    direct = foot.walks(origins, ends, min(options.max_direct_s, options.max_trip_s))
    change = foot.walks(stops, stops, options.max_transfer_s)
    near = {s: _row(change, s) for s in range(len(stops))}
    trips = plain_trips(city, options)
    out = np.full((options.departures, len(origins), len(ends)), INF, np.int64)
    for o in range(len(origins)):
        for i in range(options.departures):
            leave = options.start_s + i * options.step_s
            best = _row(direct, o)
            found = brute_force(
                trips, near, _row(access, o), leave, options.max_boardings, options.transfer_slack_s
            )
            for stop, time in found.items():
                for end, seconds in _row(egress, stop).items():
                    best[end] = min(best.get(end, INF), time + seconds - leave)
            for end, seconds in best.items():
                out[i, o, end] = seconds if seconds <= options.max_trip_s else INF
    return out


def plain_trips(city: City, options: TripOptions) -> list[list[Call]]:
    """Return the trips of the date that run within the window, frequencies written out."""
    services, trips = city.table("services"), city.table("trips")
    today = set(services.loc[services["date"].astype(str).str[:10] == options.date, "service"])
    running = set(trips.loc[trips["service"].isin(today), "id"])
    number = {str(s): i for i, s in enumerate(city.table("stops")["id"])}
    calls: dict[str, list[tuple[int, Call]]] = {}
    for row in city.table("stop_times").itertuples():
        if row.trip in running:
            call = (
                number[row.stop],
                row.arrival_s,
                row.departure_s,
                bool(row.pickup),
                bool(row.dropoff),
            )
            calls.setdefault(row.trip, []).append((row.sequence, call))
    plain = {trip: [c for _, c in sorted(listed)] for trip, listed in calls.items()}
    repeated: list[list[Call]] = []
    often = city.table("frequencies")
    for row in often[often["trip"].isin(running)].itertuples():
        phase = 0 if row.exact else int(uniforms(0, "phase", [row.trip], 1)[0, 0] * row.headway_s)
        first = plain[row.trip][0][2]
        for leave in range(row.start_s + phase, row.end_s, row.headway_s):
            shift = leave - first
            repeated.append([(s, a + shift, d + shift, p, q) for s, a, d, p, q in plain[row.trip]])
    single = [listed for trip, listed in plain.items() if trip not in set(often["trip"])]
    return [
        t for t in single + repeated if t[-1][1] >= options.start_s and t[0][2] <= options.last_s
    ]


def sorted_departures(times: NDArray[np.int64], percentiles: Sequence[int]) -> NDArray[np.int64]:
    """Return nearest-rank percentiles over departures: the ceil(p/100 · n)-th smallest."""
    ordered = np.sort(times, axis=0)
    ranks = [max(-(-p * len(times) // 100), 1) - 1 for p in percentiles]
    return ordered[ranks]


def _row(walks: Sparse, i: int) -> dict[int, int]:
    here = slice(walks.indptr[i], walks.indptr[i + 1])
    found: Mapping[int, int] = dict(
        zip(walks.column[here].tolist(), walks.value[here].tolist(), strict=True)
    )
    return dict(found)
