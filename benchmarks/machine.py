"""Say in words what a figure was measured on: date, machine, versions; no names of hosts or people."""

import datetime as dt
import os
import platform
from collections.abc import Callable
from importlib import metadata
from time import perf_counter
from typing import TypeVar

from chengce.core.provenance import code_version

T = TypeVar("T")
REPEATS = 3
PACKAGES = ("numpy", "numba", "scipy", "pandas", "geopandas", "shapely", "pyproj", "gtfs-kit")


def about() -> dict[str, object]:
    """Return the date, the machine in words and the versions of what was run."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    kind = platform.machine().replace("x86_64", "x86-64").replace("AMD64", "x86-64")
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": f"{cores}-core {kind}, {platform.system()}",
        "python": platform.python_version(),
        "chengce": code_version(),
        **{name: metadata.version(name) for name in PACKAGES},
    }


def best_of(work: Callable[[], T]) -> tuple[T, float]:
    """Return what `work` returns and the shortest of three times, s: others use the machine too."""
    times = []
    for _ in range(REPEATS):
        begin = perf_counter()
        found = work()
        times.append(perf_counter() - begin)
    return found, min(times)
