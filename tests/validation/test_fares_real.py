"""Porto Alegre's own fares: a budget against a search that keeps every label."""

import csv
import io
import shutil
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.plain import Call
from tests.unit.engine.fare_worlds import Rules, priced_search

from chengce.city.build import build_city
from chengce.city.checks import check_tables
from chengce.city.city import City
from chengce.core.context import Context
from chengce.engine.matrix import INF, Points, TripOptions, travel_times
from chengce.engine.running.runner import make_runner
from chengce.engine.transit.fares import PARTS
from chengce.engine.transit.footways import footways
from chengce.models.opportunities import zone_points
from chengce.models.scenario import parse_scenario

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CONTEXT = Context(runner=make_runner("threads", 2))
DATE = "2019-05-14"


def fare_rule(path: Path) -> dict[str, Any]:
    """Return the published structure (by type, changes, settings) as a modification."""
    with zipfile.ZipFile(path) as files:

        def rows(name: str) -> list[dict[str, str]]:
            return list(csv.DictReader(io.StringIO(files.read(name).decode())))

        settings = {r["setting"]: r["value"] for r in rows("global_settings.csv")}
        modes = {"BUS": ["bus"], "RAIL": ["rail", "metro", "tram"]}
        return {
            "type": "fare_rule",
            "classes": [
                {"id": r["type"], "price": float(r["fare"]), "modes": modes[r["type"]],
                 "unlimited": r["unlimited_transfers"] == "TRUE",
                 "same_route": r["allow_same_route_transfer"] == "TRUE"}
                for r in rows("fares_per_type.csv")
            ],
            "transfers": [
                {"first": r["first_leg"], "second": r["second_leg"], "price": float(r["fare"]),
                 "within_min": float(settings["transfer_time_allowance"])}
                for r in rows("fares_per_transfer.csv")
            ],
            "discounts": int(settings["max_discounted_transfers"]),
            "cap": None if settings["fare_cap"] == "Inf" else float(settings["fare_cap"]),
        }  # fmt: skip


@pytest.fixture(scope="module")
def city(shared_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("poa")
    shutil.copytree(shared_data("porto_alegre"), folder / "porto_alegre")
    shutil.copy(EXAMPLES / "porto_alegre.toml", folder)
    built, _ = build_city(folder / "porto_alegre.toml", folder / "city", CONTEXT)
    rule = fare_rule(shared_data("porto_alegre") / "fares" / "fares_poa.zip")
    priced = parse_scenario({"name": "fares", "modifications": [rule]}).apply(built)
    assert check_tables({n: priced.table(n) for n in priced.tables}) == []
    return priced


def options(budget: float | None, **more: Any) -> TripOptions:
    given = {"date": DATE, "start_s": 14 * 3600, "window_s": 60, "max_trip_s": 2400,
             "max_access_s": 600, "max_egress_s": 600, "max_transfer_s": 180,
             "max_direct_s": 0, "speed_mps": 1.0, "max_fare": budget}  # fmt: skip
    return TripOptions(**{**given, **more})


def some(city: City, count: int, seed: int) -> Points:
    """Return zones drawn with the odds of their people."""
    ids, lon, lat = zone_points(city)
    people = city.table("people").set_index("zone")["count"].reindex(list(ids)).to_numpy(float)
    rng = np.random.default_rng(seed)
    at = np.sort(rng.choice(len(ids), count, replace=False, p=people / people.sum()))
    return Points([ids[i] for i in at], lon[at], lat[at])


def plain_trips(city: City, first_s: int, last_s: int) -> list[tuple[int, int, list[Call]]]:
    """Return the trips of the date in the hours asked, each with its class and route."""
    services, trips = city.table("services"), city.table("trips").set_index("id")
    today = set(services.loc[services["date"].astype(str).str[:10] == DATE, "service"])
    assert not len(city.table("frequencies"))
    kind = city.table("fare_routes").set_index("route")["class"]
    classes = list(city.table("fares")["class"])
    routes = {r: i for i, r in enumerate(city.table("routes")["id"])}
    number = {str(s): i for i, s in enumerate(city.table("stops")["id"])}
    out = []
    for trip, calls in city.table("stop_times").sort_values("sequence").groupby("trip"):
        row = trips.loc[trip]
        if (
            row["service"] in today
            and calls["arrival_s"].max() >= first_s
            and calls["departure_s"].min() <= last_s
        ):
            out.append((classes.index(kind[row["route"]]), routes[row["route"]], [
                (number[c.stop], c.arrival_s, c.departure_s, c.pickup, c.dropoff)
                for c in calls.itertuples()
            ]))  # fmt: skip
    return out


def test_budgets_against_every_label(city: City) -> None:
    here, there = some(city, 2, 1), some(city, 200, 2)
    stops = city.table("stops")
    at = Points(list(stops["id"]), stops.geometry.x.to_numpy(), stops.geometry.y.to_numpy())
    o = options(None)
    foot = footways(city, o, CONTEXT.runner)
    access, egress = foot.walks(here, at, 600), foot.walks(at, there, 600)
    change = foot.walks(at, at, 180)

    def near(walk: Any, row: int) -> dict[int, int]:
        part = slice(walk.indptr[row], walk.indptr[row + 1])
        return dict(zip(walk.column[part].tolist(), walk.value[part].tolist(), strict=True))

    between = {s: {v: t for v, t in near(change, s).items() if v != s} for s in range(len(at))}
    trips = plain_trips(city, o.start_s, o.start_s + o.max_trip_s)
    rules = Rules([48_000, 45_000], [False, True], [False, False],
                  {(0, 0): (72_000, 3600), (1, 0): (83_700, 3600), (0, 1): (83_700, 3600)}, 1, None)  # fmt: skip
    seen = set()
    for budget in (4.79, 4.8, 7.2):
        got = travel_times(
            city, here, there, options(budget, max_boardings=2), context=CONTEXT
        ).seconds[0]
        for n in range(len(here)):
            arrived = priced_search(
                trips, between, near(access, n), o.start_s, boardings=2,
                budget=round(budget * PARTS), rules=rules, latest=o.start_s + o.max_trip_s,
            )  # fmt: skip
            best = np.full(len(there), INF)
            for stop, time in arrived.items():
                for end, seconds in near(egress, stop).items():
                    best[end] = min(best[end], time + seconds - o.start_s)
            best[best > o.max_trip_s] = INF
            np.testing.assert_array_equal(got[n], best)
            seen.add((budget, int((best < INF).sum())))
    assert len({reached for _, reached in seen}) > 2  # money matters here


def test_more_money_never_takes_longer(city: City) -> None:
    everywhere = some(city, 80, 3)
    times = [
        travel_times(
            city,
            everywhere,
            everywhere,
            options(b, window_s=600, percentiles=(50,)),
            context=CONTEXT,
        ).seconds
        for b in (0, 4.5, 4.8, 7.2, 8.37, 9.6, 12, 1000, None)
    ]
    reached = [int((t < INF).sum()) for t in times]
    for less, more in pairwise(times):
        assert (more <= less).all()
    np.testing.assert_array_equal(times[-2], times[-1])
    assert reached[0] < reached[2] < reached[3] <= reached[-1]
