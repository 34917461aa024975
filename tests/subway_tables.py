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

_TOKENS = re.compile(
    r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|[A-Za-z_]\w*(?=\s*:)|,(?=\s*[}\]])', re.S
)
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
    ring: float  # minutes from the last station to the first, 0 if it is no ring
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
        ring = float(data["loop_last_segment"]) if data.get("loop") else 0.0
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
        if way.ring:
            found[way.line, way.direction, way.stations[-1], way.stations[0]] = way.ring
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
                back = [
                    v for (ln, _, a, b), v in found.items() if (ln, a, b) == (way.line, two, one)
                ]
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


def place_stations(
    ways: Sequence[Way], known: dict[str, tuple[float, float]]
) -> tuple[dict[str, tuple[float, float]], list[str]]:
    """Return a point for every station and the names of those set between their neighbours.

    木樨地(1号线) is known as 木樨地, 北宫门 as 北宫门站; newer stations are in no list of points.
    """
    found = {}
    for name in dict.fromkeys(s for way in ways for s in way.stations):
        plain = re.sub(r"\(.*\)", "", name)
        for key in (name, plain, f"{name}站"):
            if key in known:
                found.setdefault(name, known[key])
    missing = [s for way in ways for s in way.stations if s not in found]
    for way in ways:
        at = [sum(way.metres[:i]) for i in range(len(way.stations))]
        have = [i for i, s in enumerate(way.stations) if s in found]
        for i, station in enumerate(way.stations):
            if station in found:
                continue
            low = max((k for k in have if k < i), default=have[0])
            high = min((k for k in have if k > i), default=have[-1])
            span = at[high] - at[low]
            share = (at[i] - at[low]) / span if span else 0.0
            one, two = found[way.stations[low]], found[way.stations[high]]
            step = (i - low) * 1e-2 if low == high or span <= 0 else 0.0
            found[station] = (
                one[0] + share * (two[0] - one[0]) + step,
                one[1] + share * (two[1] - one[1]),
            )
    return found, list(dict.fromkeys(missing))


def transfers(folder: Path, ways: Sequence[Way]) -> list[dict[str, str]]:
    """Return the transfer times between platforms; special hours cut the general one."""
    data = read_json5(folder / "metadata.json5")
    by_line: dict[str, list[Way]] = {}
    for way in ways:
        by_line.setdefault(way.line, []).append(way)
    specs = [(name, name, entry) for name, listed in data["transfers"].items() for entry in listed]
    specs += [
        (v["from_station"], v["to_station"], entry)
        for v in data["virtual_transfers"]
        for entry in v["times"]
    ]
    general: dict[tuple[str, str], float] = {}
    special: dict[tuple[str, str], list[tuple[int, int, float]]] = {}
    sure = {(a, b, e["from"], e["to"]) for a, b, e in specs if "apply_time" not in e}
    for one, two, entry in specs:
        turned = {
            "from": entry["to"], "to": entry["from"], "minutes": entry["minutes"],
            **({"from_direction": entry["to_direction"]} if "to_direction" in entry else {}),
            **({"to_direction": entry["from_direction"]} if "from_direction" in entry else {}),
        }  # fmt: skip
        both = [(one, two, entry)]
        if "apply_time" not in entry and (two, one, entry["to"], entry["from"]) not in sure:
            both.append((two, one, turned))
        for a, b, e in both:
            for start in by_line[e["from"]]:
                for end in by_line[e["to"]]:
                    if e.get("from_direction", start.direction) != start.direction:
                        continue
                    if e.get("to_direction", end.direction) != end.direction:
                        continue
                    pair = (start.platform(a), end.platform(b))
                    if "apply_time" not in e:
                        general[pair] = e["minutes"] * 60
                        continue
                    for hours in e["apply_time"]:
                        if hours.get("date_group", "工作日") == "工作日":
                            period = (
                                minutes(hours["start"]) if "start" in hours else 0,
                                minutes(hours["end"]) if "end" in hours else 2880,
                            )
                            special.setdefault(pair, []).append((*period, e["minutes"] * 60))
    rows = []
    for (a, b), seconds in general.items():
        at = 0
        for start, end, other in sorted(special.get((a, b), [])):
            rows += [(a, b, seconds, at, start)] if start > at else []
            rows.append((a, b, other, start, end))
            at = end
        rows += [(a, b, seconds, at, 2880)] if at < 2880 else []
    return [
        {"from": a, "to": b, "seconds": f"{s:g}", "start": clock(x), "end": clock(y)}
        for a, b, s, x, y in rows
    ]


def entrances(
    gtfs: Path, osm: Path, stations: dict[str, tuple[float, float]]
) -> list[dict[str, str]]:
    """Return the entrances (WGS-84) of stations whose name is known, with OSM's wheelchair tag."""
    tags = {k: v["tags"] for k, v in json.loads((osm / "entrance.json").read_text("utf-8")).items()}
    with (gtfs / "stops.txt").open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    names = {r["stop_id"]: r["stop_name"] for r in rows if r["location_type"] == "1"}
    return [
        {
            "id": r["stop_id"], "stop": names[r["parent_station"]], "name": r["stop_name"],
            "lon": r["stop_lon"], "lat": r["stop_lat"],
            "wheelchair": {"yes": "是", "no": "否"}.get(tags[r["stop_id"]].get("wheelchair", ""), ""),
        }
        for r in rows
        if r["location_type"] == "2" and names.get(r["parent_station"]) in stations
    ]  # fmt: skip


def write_tables(
    data: Path, out: Path, *, patterns: bool = True, days: Sequence[str] = ()
) -> list[str]:
    """Write stops, segments, departures, transfers and entrances as CSV; return stations set by eye."""
    folder, gtfs = data / "timetables_mick235711", data / "gtfs_boyinthesun" / "gtfs"
    ways = read_ways(folder)
    runs = run_minutes(ways)
    points, placed = place_stations(ways, station_points(gtfs))
    stops, segments, departures = [], [], []
    for way in ways:
        for station in way.stations:
            lon, lat = points[station]
            stops.append({"id": way.platform(station), "name": station, "station": station,
                          "lon": f"{lon:.7f}", "lat": f"{lat:.7f}"})  # fmt: skip
        pairs = list(zip(way.stations, way.stations[1:], strict=False))
        pairs += [(way.stations[-1], way.stations[0])] if way.ring else []
        for i, (one, two) in enumerate(pairs):
            segments.append({"line": way.line, "direction": way.direction, "sequence": i + 1,
                             "from": way.platform(one), "to": way.platform(two), "metres": way.metres[i],
                             "run_s": f"{runs[way.line, way.direction, one, two] * 60:g}"})  # fmt: skip
        printed = _printed(way, patterns=patterns)
        departures += [row for row in printed if not days or row["days"] in days]
    for name, rows in {
        "stops": stops, "segments": segments, "departures": departures,
        "transfers": transfers(folder, ways),
        "entrances": entrances(gtfs, data / "gtfs_boyinthesun" / "osm", points),
    }.items():  # fmt: skip
        with (out / f"{name}.csv").open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return placed


def _printed(way: Way, *, patterns: bool) -> Iterator[dict[str, str]]:
    """Yield the printed times; a plan's last station prints its arrivals."""
    order = {s: i for i, s in enumerate(way.stations)}
    last: dict[tuple[str, frozenset[str]], int] = {}
    for (station, days), table in way.printed.items():
        for plan in set(table.values()):
            key = (days, plan)
            last[key] = max(last.get(key, 0), order[station])
    for (station, days), table in way.printed.items():
        for minute, plan in table.items():
            at_end = order[station] == last[days, plan]
            ring_goes_on = (
                way.ring > 0
                and order[station] == len(order) - 1
                and not any("回库" in p for p in plan)
            )
            yield {
                "line": way.line, "direction": way.direction, "days": days,
                "stop": way.platform(station), "time": clock(minute),
                "pattern": "＋".join(sorted(plan)) if patterns else "",
                "ends": "是" if at_end and not ring_goes_on else "",
            }  # fmt: skip


CALENDAR = {
    "first": "2026-09-01", "last": "2026-10-31",
    "holidays": [f"2026-10-{d:02d}" for d in range(1, 8)], "workdays": ["2026-09-20", "2026-10-10"],
    "days": {
        "工作日": ["weekday"], "双休日": ["weekend", "holiday"], "全日": ["every"],
        "平常日": ["monday", "tuesday", "wednesday", "thursday", "saturday", "sunday", "holiday"],
        "星期五": ["friday"],
        "平日": ["monday", "tuesday", "wednesday", "thursday", "saturday"], "重点保障": ["friday"],
        "周日": ["sunday", "holiday"],
    },
}  # fmt: skip


def subway_spec(**more: Any) -> dict[str, Any]:
    """Return the entry [lines] of the configuration."""
    tables = {t: f"{t}.csv" for t in ("stops", "segments", "departures", "transfers", "entrances")}
    return {
        "name": "subway",
        "mode": "metro",
        "crs": "EPSG:4326",
        "calendar": CALENDAR,
        **tables,
        **more,
    }
