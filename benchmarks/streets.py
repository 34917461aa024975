"""Measure street costs from door to door against scipy's Dijkstra on the same doors and graph."""

from time import perf_counter
from typing import Any

import numpy as np
from benchmarks.dijkstra import door_graph, scipy_matrix
from benchmarks.machine import best_of
from benchmarks.networks import random_points

from chengce.city.city import City
from chengce.core.context import Runner
from chengce.engine.hierarchy.street_matrix import street_matrix
from chengce.engine.options import Points
from chengce.engine.streets.network import INF, snap, street_network, weigh


def doors_matrix(
    city: City, origins: Points, ends: Points, *, runner: Runner, profile: str = "walk"
) -> dict[str, Any]:
    """Return one row: sizes, whether every cost is the same integer, and both times in seconds."""
    weights = weigh(street_network(city), profile, speed_mps=1.3)
    start = snap(city, origins.ids, origins.lon, origins.lat, profile)
    stop = snap(city, ends.ids, ends.lon, ends.lat, profile)
    few = snap(city, origins.ids[:1], origins.lon[:1], origins.lat[:1], profile)
    begin = perf_counter()
    street_matrix(city, weights, (few, few), limit_ms=INF - 1, runner=runner)
    warm = perf_counter() - begin
    ours, took = best_of(
        lambda: street_matrix(city, weights, (start, stop), limit_ms=INF - 1, runner=runner)
    )
    graph = door_graph(weights, start, stop)
    theirs, peer = best_of(lambda: scipy_matrix(graph, len(origins), len(ends)))
    return {
        "case": f"{city.name}, {profile}",
        "nodes": len(weights.indptr) - 1,
        "arcs": len(weights.head),
        "origins": len(origins),
        "destinations": len(ends),
        "reached": round(float((ours < INF).mean()), 4),
        "max_difference_ms": int(np.abs(ours - theirs).max(initial=0)),
        "peer": "scipy.sparse.csgraph.dijkstra, 1 thread",
        "threads": runner.workers,
        "first_call_s": round(warm, 4),
        "ours_s": round(took, 4),
        "peer_s": round(peer, 4),
        "ratio": round(peer / took, 1),
    }


def random_matrix(
    city: City, origins: int, ends: int, *, runner: Runner, profile: str = "walk"
) -> dict[str, Any]:
    """Return the row for doors spread at random over a city."""
    return doors_matrix(
        city,
        random_points(city, origins, 11, "o"),
        random_points(city, ends, 12, "d"),
        runner=runner,
        profile=profile,
    )
