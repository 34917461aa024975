"""Compare the models with their peers on one city and write docs/validation/results.json.

Usage: python -m benchmarks.validate --city DIR [--gtfs FEED=ZIP ...] [--start HH:MM]
"""

import argparse
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.machine import about
from benchmarks.streets import doors_matrix, random_matrix
from benchmarks.transit import transit_exact

from chengce.city.city import City
from chengce.city.store import open_city
from chengce.core.context import Context, Runner
from chengce.engine.options import Points
from chengce.engine.running.runner import make_runner
from chengce.engine.streets.network import snap
from chengce.models.modifications.periods import seconds
from chengce.models.opportunities import zone_points
from chengce.models.travel import door_times
from chengce.models.trips import TripParams, service_date

OUT = Path(__file__).resolve().parents[1] / "docs" / "validation" / "results.json"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m benchmarks.validate", description=__doc__)
    parser.add_argument("--city", type=Path, required=True)
    parser.add_argument("--gtfs", action="append", default=[], metavar="FEED=ZIP")
    parser.add_argument("--start", default="13:00", help="start of the departure window")
    options = parser.parse_args(arguments)
    runner, city = make_runner("threads"), open_city(options.city)
    start_s = seconds(options.start)
    feeds = dict(item.split("=", 1) for item in options.gtfs)
    results = {
        "about": about(),
        "city": _city(city),
        "walking": _walking(city, runner),
        "transit": transit_exact(city, 200, start_s=start_s, runner=runner),
        "interpolation": _interpolation(city, options.start, runner),
        "service": _service(city, options.start),
        "gtfs": [_gtfs(city, feed, Path(path)) for feed, path in feeds.items()],
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True)
    OUT.write_text(text + "\n", encoding="utf-8", newline="\n")
    print(text)
    return 0


def _city(city: City) -> dict[str, Any]:
    zones = snap(city, *zone_points(city), "walk")
    return {
        "name": city.name,
        "title": city.title.as_dict(),
        "hash": city.hash,
        "rows": {name: len(frame) for name, frame in city.tables.items()},
        "zones_off_network": len(zones.unsnapped),
        "sources": {k: [d.title.as_dict(), d.date, d.licence] for k, d in city.descriptors.items()},
    }


def _walking(city: City, runner: Runner) -> list[dict[str, Any]]:
    """Zones × zones on foot, and random doors for each other profile; timings are left to the benchmarks."""
    points, rng = Points(*zone_points(city)), np.random.default_rng(3)
    rows = rng.permutation(len(points))[:100]
    some = Points([points.ids[i] for i in rows], points.lon[rows], points.lat[rows])
    found = [{**doors_matrix(city, some, points, runner=runner), "doors": "zones"}]
    for profile in ("wheelchair", "bike", "drive"):
        found.append(
            {**random_matrix(city, 40, 500, runner=runner, profile=profile), "doors": "random"}
        )
    keys = (
        "case",
        "doors",
        "nodes",
        "arcs",
        "origins",
        "destinations",
        "reached",
        "max_difference_ms",
        "peer",
    )
    return [{k: row[k] for k in keys} for row in found]


def _interpolation(city: City, start: str, runner: Runner) -> list[dict[str, Any]]:
    """Error between two walking speeds, at a speed left out, for every fourth zone."""
    points = Points(*zone_points(city))
    rows = np.arange(0, len(points), 4)
    some = Points([points.ids[i] for i in rows], points.lon[rows], points.lat[rows])
    base = TripParams(start=start)
    params = base.model_copy(update={"date": service_date(city, base)})
    out = []
    for profile in ("adult", "elder"):
        found = door_times(
            city, profile, some, points, params=params, context=Context(runner=runner)
        )
        out.append(
            {
                "profile": profile,
                "pairs": len(some) * len(points),
                "speeds": int(found.times.shape[0]),
                "mean_absolute_error_min": round(found.error_min, 3),
                "spread_p25_to_p75_min": _spread(found.spread),
            }
        )
    return out


def _spread(spread: "np.ndarray[Any, np.dtype[np.int32]]") -> float:
    reached = (spread < 2**30).all(axis=0)
    return round(float((spread[2] - spread[0])[reached].mean() / 60), 2)


def _service(city: City, start: str) -> dict[str, Any]:
    """Trips of the date by the hour of their first departure: where the feed is thin, so is the answer."""
    date = service_date(city, TripParams())
    services, trips = city.table("services"), city.table("trips")
    today = set(services.loc[services["date"] == date, "service"])
    running = trips.loc[trips["service"].isin(today), "id"]
    first = city.table("stop_times").groupby("trip")["departure_s"].min().reindex(running)
    hours = (first // 3600).value_counts().sort_index()
    return {
        "date": date,
        "start": start,
        "trips": len(running),
        "trips_by_hour": {f"{int(h):02d}": int(n) for h, n in hours.items()},
    }


def _gtfs(city: City, feed: str, path: Path) -> dict[str, Any]:
    """Count what gtfs-kit reads in the same file."""
    with warnings.catch_warnings():  # its dependencies warn on import and in use
        warnings.simplefilter("ignore")
        import gtfs_kit

        peer = gtfs_kit.read_feed(path, dist_units="km")
        dates = peer.get_dates()
        daily = peer.compute_trip_activity(dates).set_index("trip_id")[dates].sum()
    theirs = {f"{d[:4]}-{d[4:6]}-{d[6:]}": int(n) for d, n in daily.items() if n}
    services = city.table("services")
    trips = city.table("trips")
    trips = trips[trips["id"].str.startswith(f"{feed}:")]
    per_service = trips.groupby("service").size().rename("trips")
    ours = (
        services.merge(per_service, left_on="service", right_index=True)
        .groupby("date")["trips"]
        .sum()
    )
    calls = city.table("stop_times")["trip"].str.startswith(f"{feed}:").sum()
    stops = city.table("stops")["id"].str.startswith(f"{feed}:").sum()
    return {
        "feed": feed,
        "stops": [int(stops), len(peer.stops)],
        "trips": [len(trips), len(peer.trips)],
        "stop_times": [int(calls), len(peer.stop_times)],
        "dates": [len(ours), len(theirs)],
        "dates_with_equal_trips": sum(int(ours.get(d, 0)) == n for d, n in theirs.items()),
        "peer": "gtfs-kit",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
