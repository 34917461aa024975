"""Run simple lines between named nodes: a stop at each, the same run time, a steady headway."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from chengce.city.layers import WGS84
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

DEMO_DATE = "2026-05-12"


@dataclass(frozen=True)
class Line:
    """A line over `stops` (node names: a string of letters or a sequence), all times in seconds.

    Vehicles leave the first stop at `first_s`, `first_s + headway_s`, … up to `last_s`; a run
    between neighbouring stops takes `run_s` (one number, or one per hop), with `dwell_s` at the
    stops between. `both` adds the opposite direction with the same departures. `frequency`
    writes the service as one pattern trip with a headway (`exact`) instead of single trips.
    """

    id: str
    stops: str | Sequence[str]
    headway_s: int
    run_s: int | Sequence[int]
    first_s: int = 6 * 3600
    last_s: int = 22 * 3600
    dwell_s: int = 0
    both: bool = False
    mode: int = 3
    frequency: bool = False
    exact: bool = True
    dates: Sequence[str] = (DEMO_DATE,)

    def hops(self) -> list[int]:
        """Return the run time of each hop, seconds."""
        count = len(self.stops) - 1
        return [self.run_s] * count if isinstance(self.run_s, int) else list(self.run_s)


def transit_tables(
    lines: Sequence[Line], places: Mapping[str, tuple[float, float]]
) -> dict[str, pd.DataFrame]:
    """Return the transit tables of `lines`; `places` gives longitude and latitude by node.

    Stops bear the name of their node. Raises `ChengceError` with every line that cannot run.
    """
    _check(lines)
    names = list(dict.fromkeys(stop for line in lines for stop in line.stops))
    at = np.array([places[n] for n in names])
    stops = pd.DataFrame({"id": names, "name": names, "parent": None, "wheelchair": 1})
    trips: list[tuple[str, str, str, str, int]] = []
    times: list[tuple[str, int, str, int, int]] = []
    frequencies: list[tuple[str, int, int, int, bool]] = []
    for line in lines:
        for direction in (0, 1) if line.both else (0,):
            order, hops = list(line.stops), line.hops()
            if direction:
                order, hops = order[::-1], hops[::-1]
            starts = range(line.first_s, line.last_s + 1, line.headway_s)
            for number, start in enumerate(starts[:1] if line.frequency else starts):
                trip = f"{line.id}:{direction}:{number}"
                trips.append((trip, line.id, line.id, order[-1], direction))
                times += _run(trip, start, order, hops, line.dwell_s)
            if line.frequency:
                end = starts[-1] + line.headway_s  # the last departure is before the end
                trip = f"{line.id}:{direction}:0"
                frequencies.append((trip, line.first_s, end, line.headway_s, line.exact))
    tables = {
        "stops": gpd.GeoDataFrame(
            stops.astype({"id": "str", "name": "str", "parent": "str"}),
            geometry=shapely.points(at),
            crs=WGS84,
        ),
        "routes": _routes(lines),
        "trips": pd.DataFrame(trips, columns=["id", "route", "service", "headsign", "direction"])
        .assign(shape=None, wheelchair=1)
        .astype({"id": "str", "route": "str", "service": "str", "headsign": "str", "shape": "str",
                 "direction": "Int64"}),
        "stop_times": pd.DataFrame(
            times, columns=["trip", "sequence", "stop", "arrival_s", "departure_s"]
        )
        .assign(pickup=True, dropoff=True)
        .astype({"trip": "str", "stop": "str", "arrival_s": "int32", "departure_s": "int32"}),
        "services": pd.DataFrame(
            [(line.id, day) for line in lines for day in line.dates], columns=["service", "date"]
        ).astype("str"),
    }  # fmt: skip
    if frequencies:
        columns = ["trip", "start_s", "end_s", "headway_s", "exact"]
        tables["frequencies"] = pd.DataFrame(frequencies, columns=columns).astype(
            {"trip": "str", "start_s": "int32", "end_s": "int32", "headway_s": "int32"}
        )
    return tables


def _run(
    trip: str, start: int, order: Sequence[str], hops: Sequence[int], dwell_s: int
) -> list[tuple[str, int, str, int, int]]:
    rows = []
    clock = start
    for number, stop in enumerate(order):
        arrive = clock if number == 0 else clock + hops[number - 1]
        between = 0 < number < len(order) - 1
        clock = arrive + (dwell_s if between else 0)
        rows.append((trip, number + 1, stop, arrive, clock))
    return rows


def _routes(lines: Sequence[Line]) -> pd.DataFrame:
    ids = [line.id for line in lines]
    frame = pd.DataFrame(
        {"id": ids, "short_name": ids, "long_name": ids, "mode": [line.mode for line in lines],
         "agency": None, "color": None}
    )  # fmt: skip
    text = dict.fromkeys(("id", "short_name", "long_name", "agency", "color"), "str")
    return frame.astype(text)


def _check(lines: Sequence[Line]) -> None:
    problems = []
    for line in lines:
        wrong = {
            "stops": len(line.stops) < 2,
            "headway_s": line.headway_s < 1,
            "run_s": len(line.hops()) != len(line.stops) - 1 or min(line.hops(), default=0) < 0,
            "last_s": not 0 <= line.first_s <= line.last_s,
        }
        problems += [
            Problem(
                "line_cannot_run",
                Text(f"线路 {line.id} 的 {column} 有误", f"line {line.id}: {column} cannot be run"),
                Text("至少两站、发车间隔为正、逐段运行时间、首班不晚于末班",
                     "two stops or more, a positive headway, a time per hop, first before last"),
                column=column,
            )
            for column, bad in wrong.items()
            if bad
        ]  # fmt: skip
    if problems:
        raise ChengceError(problems)
