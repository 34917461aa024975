"""Compare the engine with scipy's Dijkstra and with plain search on real cities."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from tests.street_costs import many_to_many
from tests.unit.engine.worlds import brute_force, city

from chengce.city.city import City
from chengce.city.readers.elevation import read_elevation
from chengce.city.readers.gtfs import combine_feeds, read_gtfs
from chengce.city.readers.osm import read_osm
from chengce.core.context import Context, SerialRunner
from chengce.engine.csr import Sparse
from chengce.engine.matrix import INF, Points, TripOptions, estimate_matrix, travel_times
from chengce.engine.streets.distances import ends_of, same_edge, seeds_of
from chengce.engine.streets.network import Weights, snap, street_network, weigh
from chengce.engine.transit.footways import footways
from chengce.engine.transit.timetable import compile_timetable

TUESDAY = "2019-05-14"
Find = Callable[[str], Path]


@pytest.fixture(scope="module")
def porto_alegre(shared_data: Find) -> City:
    folder = shared_data("porto_alegre")
    streets = read_osm(folder / "poa_osm.pbf", places=False, ground=False).streets
    feeds = [read_gtfs(folder / f"poa_{n}.zip", feed=n) for n in ("eptc", "trensurb")]
    return city(streets=streets, **combine_feeds(feeds))


@pytest.fixture(scope="module")
def hexagons(shared_data: Find) -> Points:
    table = pd.read_csv(shared_data("porto_alegre") / "poa_hexgrid.csv")
    return Points(list(table.id), table.lon.to_numpy(), table.lat.to_numpy())


def by_scipy(weights: Weights, rows: Sparse, ends: Sparse, same: Sparse) -> np.ndarray:
    """Costs from scipy's node-to-node distances plus the parts at both doors."""
    nodes = len(weights.indptr) - 1
    tail = np.repeat(np.arange(nodes), np.diff(weights.indptr))
    order = np.lexsort((weights.cost, weights.head, tail))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(tail[order]) != 0) | (np.diff(weights.head[order]) != 0)
    keep = order[first]  # of parallel arcs the cheapest
    indptr = np.searchsorted(tail[keep], np.arange(nodes + 1))
    graph = csr_matrix((weights.cost[keep].astype(float), weights.head[keep], indptr), (nodes,) * 2)
    sources = np.unique(rows.column)
    distance = dijkstra(graph, indices=sources)
    out = np.full((len(rows.indptr) - 1, len(ends.indptr) - 1), float(INF))
    for o, (a, b) in enumerate(pairwise(rows.indptr)):
        for i in range(a, b):
            at = np.searchsorted(sources, rows.column[i])
            there = distance[at, ends.column] + ends.value + rows.value[i]
            np.minimum.at(out[o], ends.row, there)
        for i in range(same.indptr[o], same.indptr[o + 1]):
            out[o, same.column[i]] = min(out[o, same.column[i]], same.value[i])
    return np.minimum(out, INF).astype(np.int64)


@pytest.mark.parametrize("profile", ["walk", "wheelchair", "bike", "drive"])
@pytest.mark.parametrize(
    "extract",
    ["porto_alegre/poa_osm.pbf", "helsinki"],
)
def test_street_costs_equal_dijkstra(shared_data: Find, extract: str, profile: str) -> None:
    path = shared_data(extract)
    path = path if path.is_file() else next(iter(path.glob("*.pbf")))
    place = city(streets=read_osm(path, places=False, ground=False).streets)
    network = street_network(place)
    weights = weigh(network, profile, speed_mps=1.3)
    west, south, east, north = place.table("streets").total_bounds
    rng = np.random.default_rng(0)
    lon, lat = rng.uniform(west, east, 90), rng.uniform(south, north, 90)
    origins = snap(place, [f"o{i}" for i in range(20)], lon[:20], lat[:20], profile)
    ends = snap(place, [f"d{i}" for i in range(70)], lon[20:], lat[20:], profile)
    got = many_to_many(weights, origins, ends, limit_ms=INF - 1, runner=SerialRunner())
    want = by_scipy(
        weights,
        seeds_of(weights, origins),
        ends_of(weights, ends),
        same_edge(weights, origins, ends),
    )
    np.testing.assert_array_equal(got, want)
    assert (got < INF).mean() > 0.3


def test_porto_alegre_equals_plain_search(porto_alegre: City, hexagons: Points) -> None:
    options = TripOptions(
        TUESDAY, 13 * 3600, 900, step_s=180, percentiles=(1, 40, 60, 100), speed_mps=1.0,
        slope_effect=0.0,
    )  # fmt: skip
    some = np.array([150, 640])
    origins = Points([hexagons.ids[i] for i in some], hexagons.lon[some], hexagons.lat[some])
    got = travel_times(porto_alegre, origins, hexagons, options, context=Context()).seconds
    table = porto_alegre.table("stops")
    stops = Points(list(table.id), table.geometry.x.to_numpy(), table.geometry.y.to_numpy())
    foot = footways(porto_alegre, options, SerialRunner())
    access = foot.walks(origins, stops, 1200)
    walk, egress = foot.walks(stops, stops, 1200), foot.walks(stops, hexagons, 1200)
    direct = foot.walks(origins, hexagons, 3600)
    near = {s: row(walk, s) for s in range(len(stops))}
    trips = plain_trips(porto_alegre, options)
    for o in range(2):
        times = []
        for leave in range(options.start_s, options.start_s + 900, 180):
            best = np.full(len(hexagons), INF)
            for d, seconds in row(direct, o).items():
                best[d] = seconds
            for stop, time in brute_force(trips, near, row(access, o), leave, 3).items():
                for d, seconds in row(egress, stop).items():
                    best[d] = min(best[d], time + seconds - leave)
            times.append(np.where(best <= options.max_trip_s, best, INF))
        ordered = np.sort(times, axis=0)
        for p, rank in enumerate((1, 2, 3, 5)):
            np.testing.assert_array_equal(got[p, o], ordered[rank - 1])
        assert (got[1, o] < INF).mean() > 0.5


def row(sparse: Sparse, i: int) -> dict[int, int]:
    here = slice(sparse.indptr[i], sparse.indptr[i + 1])
    return dict(zip(sparse.column[here].tolist(), sparse.value[here].tolist(), strict=True))


def plain_trips(place: City, options: TripOptions) -> list[list[tuple[int, int, int, bool, bool]]]:
    """Trips of the day straight from the tables, those outside the window left out."""
    services = place.table("services")
    today = set(services.service[services.date.astype(str).str[:10] == options.date])
    trips = place.table("trips")
    running = set(trips.id[trips.service.isin(today)])
    calls = place.table("stop_times")
    calls = calls[calls.trip.isin(running)].sort_values(["trip", "sequence"])
    at = pd.Index(place.table("stops").id).get_indexer(calls.stop)
    out: dict[str, list[tuple[int, int, int, bool, bool]]] = {}
    columns = (calls.trip, at, calls.arrival_s, calls.departure_s, calls.pickup, calls.dropoff)
    for trip, *call in zip(*(list(c) for c in columns), strict=True):
        out.setdefault(trip, []).append(tuple(call))
    last = options.start_s + options.window_s + options.max_trip_s
    return [t for t in out.values() if t[-1][1] >= options.start_s and t[0][2] <= last]


def test_the_compiled_timetable_holds_every_call_of_the_day(porto_alegre: City) -> None:
    t = compile_timetable(porto_alegre, TUESDAY)
    options = TripOptions(TUESDAY, 0, 1, max_trip_s=10**6)
    plain = plain_trips(porto_alegre, options)
    assert len(t.trip) == len(plain)
    assert int(t.arrival.astype(np.int64).sum()) == sum(c[1] for trip in plain for c in trip)
    assert int(t.departure.astype(np.int64).sum()) == sum(c[2] for trip in plain for c in trip)


def test_the_estimate_before_a_run_is_of_the_right_size(
    porto_alegre: City, hexagons: Points
) -> None:
    options = TripOptions(TUESDAY, 13 * 3600, 1800, speed_mps=1.0, slope_effect=0.0)
    some = np.arange(0, len(hexagons), 6)
    origins = Points([hexagons.ids[i] for i in some], hexagons.lon[some], hexagons.lat[some])
    seconds, working, answer = estimate_matrix(
        porto_alegre, origins, hexagons, options, context=Context()
    )
    size = working + answer
    assert 0.1 < seconds < 120
    assert 4 * len(origins) * len(hexagons) < size < 500_000_000


def test_slopes_of_porto_alegre_are_those_of_a_hilly_town(
    porto_alegre: City, shared_data: Find
) -> None:
    raster = read_elevation(shared_data("porto_alegre") / "poa_elevation.tif")
    place = City(
        porto_alegre.name, porto_alegre.title, porto_alegre.tables, rasters={"elevation": raster}
    )
    factor = street_network(place).factor
    assert np.isfinite(factor).all()
    assert factor.min() > np.exp(-3.5 * 0.05) - 1e-9  # Tobler's best slope
    assert 1.0 < np.average(factor.mean(axis=1), weights=place.table("streets").length_m) < 1.5
