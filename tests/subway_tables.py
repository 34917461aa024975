"""Turn the public timetables of the Beijing subway (JSON5, one file a line) into plain tables.

A platform is a stop: station, line and direction, such as 西单/1号线/东行. The data hold minutes of
departure per platform and no running times: the running time of a segment is the median
difference of the departures of the trains that stop at both its ends; the last segment of a
direction is the first of the other one.
"""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|[A-Za-z_]\w*(?=\s*:)|,(?=\s*[}\]])', re.S)
TIMETABLES = "beijing_subway/timetables_mick235711"


def read_json5(path: Path) -> Any:
    """Read the part of JSON5 these files use: comments, bare keys, trailing commas."""

    def plain(token: re.Match[str]) -> str:
        text = token.group()
        return text if text[0] == '"' else "" if text[0] in "/," else f'"{text}"'

    without = re.sub(
        r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/',
        lambda m: m.group() if m.group()[0] == '"' else " ",
        path.read_text("utf-8"),
        flags=re.S,
    )
    return json.loads(_TOKENS.sub(plain, without))


def minutes(clock: str) -> int:
    """Return minutes after midnight; the small hours belong to the day before."""
    hours, rest = clock.split(":")
    found = int(hours) * 60 + int(rest)
    return found + 1440 if found < 180 else found


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def unfold(schedule: Sequence[Any]) -> list[int]:
    """Return all departures of a schedule, minutes, ascending."""

    def steps(delta: Sequence[Any]) -> Iterator[int]:
        for part in delta:
            if isinstance(part, list):
                for _ in range(part[0]):
                    yield from steps(part[1])
            else:
                yield part

    found = []
    for part in schedule:
        if "trains" in part:
            found += [minutes(t) for t in part["trains"]]
            continue
        at = minutes(part["first_train"])
        found.append(at)
        for step in steps(part.get("delta", [])):
            at += step
            found.append(at)
    return sorted(found)


def plans(times: Sequence[int], filters: Sequence[Any]) -> dict[int, frozenset[str]]:
    """Return the named plans of each departure; none is the whole route."""
    found: dict[int, set[str]] = {t: set() for t in times}
    for entry in filters:
        if "trains" in entry:
            chosen = [minutes(t) for t in entry["trains"]]
        else:
            first = minutes(entry["first_train"]) if "first_train" in entry else times[0]
            last = minutes(entry["until"]) if "until" in entry else times[-1]
            every = entry.get("skip_trains", 0) + 1
            chosen = [t for t in times if first <= t <= last][::every]
            chosen = chosen[: entry.get("count", len(chosen))]
        for t in chosen:
            found[t].add(entry["plan"])
    return {t: frozenset(names) for t, names in found.items()}


@dataclass(frozen=True)
class Way:
    """One direction of a line: its stations in order and its departures.

    `printed`: (station, days) → {minute: plans}.
    """

    line: str
    direction: str
    stations: tuple[str, ...]
    metres: tuple[float, ...]
    ring: bool
    printed: dict[tuple[str, str], dict[int, frozenset[str]]]

    def platform(self, station: str) -> str:
        return f"{station}/{self.line}/{self.direction}"


def read_ways(folder: Path) -> list[Way]:
    """Read every line, both directions."""
    ways = []
    for path in sorted(folder.glob("*line*.json5")) + sorted(folder.glob("*express.json5")):
        data = read_json5(path)
        names = [s["name"] for s in data["stations"]]
        metres = [float(s["dist"]) for s in data["stations"][1:]]
        ring = bool(data.get("loop"))
        if ring:
            metres.append(float(data["stations"][0].get("dist", 0.0)))
        for direction, route in data["train_routes"].items():
            stations, between = list(names), list(metres)
            if route.get("reversed"):
                stations = stations[::-1]
                between = between[::-1] if not ring else [*between[-2::-1], between[-1]]
            if route.get("end_circle"):  # to Terminal 3 first, then on to Terminal 2
                at = stations.index(route["end_circle_start"])
                stations = [*stations[: at + 1], *stations[:at:-1]]
                between = [*between[:at], float(route["end_circle_split_dist"]), *between[:at:-1]]
                between = between[: len(stations) - 1]
            printed = {}
            for station, ways_here in data["timetable"].items():
                for days, table in ways_here.get(direction, {}).items():
                    times = unfold(table["schedule"])
                    printed[station, days] = plans(times, table.get("filters", []))
            ways.append(
                Way(data["name"], direction, tuple(stations), tuple(between), ring, printed)
            )
    return ways


def run_minutes(ways: Sequence[Way]) -> dict[tuple[str, str, str, str], float]:
    """Return by line, direction, from, to the median minutes between departures."""
    found: dict[tuple[str, str, str, str], float] = {}
    for way in ways:
        pairs = list(zip(way.stations, way.stations[1:], strict=False))
        pairs += [(way.stations[-1], way.stations[0])] if way.ring else []
        for one, two in pairs:
            lags = []
            for (station, days), here in way.printed.items():
                there = way.printed.get((two, days))
                if station != one or there is None:
                    continue
                for plan in set(here.values()):
                    a = [t for t, p in here.items() if p == plan]
                    b = [t for t, p in there.items() if p == plan]
                    if len(a) == len(b):
                        lags += [y - x for x, y in zip(a, b, strict=True)]
            if lags:
                found[way.line, way.direction, one, two] = max(median(lags), 1.0)
    for way in ways:  # a terminus prints no departures: take the other direction's first segment
        for one, two in zip(way.stations, way.stations[1:], strict=False):
            key = (way.line, way.direction, one, two)
            if key not in found:
                back = [v for (ln, _, a, b), v in found.items() if (ln, a, b) == (way.line, two, one)]
                metres = way.metres[way.stations.index(one)]
                found[key] = back[0] if back else max(1.0, round(metres / 600.0))
    return found


def station_points(gtfs: Path) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude (WGS-84) of stations, the mean of all of one name."""
    found: dict[str, list[tuple[float, float]]] = {}
    with (gtfs / "stops.txt").open(encoding="utf-8-sig", newline="") as text:
        for row in csv.DictReader(text):
            if row["location_type"] == "1" and row["stop_lon"]:
                where = (float(row["stop_lon"]), float(row["stop_lat"]))
                found.setdefault(row["stop_name"], []).append(where)
    return {
        name: (sum(x for x, _ in at) / len(at), sum(y for _, y in at) / len(at))
        for name, at in found.items()
    }
