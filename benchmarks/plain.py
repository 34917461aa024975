"""Search a timetable plainly: trips straight from the tables, every trip of every stop tried.

Walks come from the engine (checked against scipy elsewhere); trips, rides, changes and limits are
computed here again, by the plain search of the engine's own tests.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tests.unit.engine.ride_worlds import ALWAYS, search

from chengce.city.city import City
from chengce.core.context import Runner
from chengce.core.draws import uniforms
from chengce.engine.csr import Sparse
from chengce.engine.kernels.limits import INF
from chengce.engine.options import Points, TripOptions
from chengce.engine.transit.doors import Transfers, doors, stated_transfers
from chengce.engine.transit.footways import footways

Call = tuple[int, int, int, bool, bool]  # stop, arrival, departure, pick-up, drop-off


def plain_times(
    city: City, origins: Points, ends: Points, options: TripOptions, runner: Runner
) -> NDArray[np.int64]:
    """Return seconds int64[departures, origins, ends], each departure on its own, INF = none."""
    table = city.table("stops")
    stops = Points(list(table["id"]), table.geometry.x.to_numpy(), table.geometry.y.to_numpy())
    foot = footways(city, options, runner)
    gates = doors(city, stops, wheelchair=options.profile == "wheelchair")
    access = gates.access(foot, origins, options.max_access_s)
    egress = gates.egress(foot, ends, options.max_egress_s)
    direct = foot.walks(origins, ends, min(options.max_direct_s, options.max_trip_s))
    change = stated_transfers(
        city, stops, gates.between(foot, options.max_transfer_s), options.max_transfer_s
    )
    trips = plain_trips(city, options)
    ptr = np.cumsum([0] + [len(t) for t in trips])
    calls = np.array([call for trip in trips for call in trip], np.int64).reshape(-1, 5)
    between, limits = _changes(change), (options.max_boardings, options.transfer_slack_s, options.max_trip_s)  # fmt: skip
    out = np.full((options.departures, len(origins), len(ends)), INF, np.int64)

    def work(o: int) -> None:
        here = access.indptr[o], access.indptr[o + 1]
        walks = _walks(access)[slice(*here)], _walks(egress)
        on_foot = np.full(len(ends), INF, np.int64)
        first, last = direct.indptr[o], direct.indptr[o + 1]
        on_foot[direct.column[first:last]] = direct.value[first:last]
        for i in range(options.departures):
            leave = options.start_s + i * options.step_s
            found = search(ptr, calls, between, *walks, (len(stops), len(ends)), leave, limits)
            out[i, o] = np.minimum(found, np.where(on_foot <= options.max_trip_s, on_foot, INF))

    for _ in runner.map(work, range(len(origins))):
        pass
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


def _changes(walks: Transfers) -> NDArray[np.int64]:
    """Return walks between stops as the search takes them, with the hours they hold."""
    table = _walks(Sparse(walks.indptr, walks.column, walks.value))
    if len(walks.start):
        table[:, 3], table[:, 4] = walks.start, walks.end
    return table


def _walks(walks: Sparse) -> NDArray[np.int64]:
    """Return walks as the search takes them: from, to, seconds, hours they hold (always)."""
    table = np.stack([walks.row, walks.column, walks.value], axis=1)
    return np.pad(table, ((0, 0), (0, 2)), constant_values=((0, 0), (0, ALWAYS))) * [1, 1, 1, 0, 1]
