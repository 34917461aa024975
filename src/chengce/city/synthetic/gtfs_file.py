"""Write the town's lines as two GTFS feeds, bus and light rail."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chengce.city.synthetic.frame import TOWN
from chengce.city.synthetic.line_plan import BUS_LINES, RAIL_WEEKDAY, RAIL_WEEKEND, Headways
from chengce.city.synthetic.lines import Pattern, Stop, bus_line, light_rail
from chengce.city.synthetic.sketch import Streets

Row = Sequence[object]
Hours = tuple[tuple[str, Headways], ...]
FIRST_DAY, LAST_DAY = "20260101", "20261231"
_HOLIDAYS = ("20260101", "20260501", "20261001", "20261002")  # on weekdays, served as weekends
_PUBLISHER = "清河镇（虚构）"
_SITE = "https://example.org"

_HEADERS = {
    "agency": "agency_id agency_name agency_url agency_timezone agency_lang",
    "stops": "stop_id stop_name stop_lat stop_lon location_type parent_station wheelchair_boarding",
    "routes": "route_id agency_id route_short_name route_long_name route_type route_color",
    "trips": "route_id service_id trip_id trip_headsign direction_id shape_id wheelchair_accessible",
    "stop_times": "trip_id arrival_time departure_time stop_id stop_sequence",
    "calendar": "service_id monday tuesday wednesday thursday friday saturday sunday"
    " start_date end_date",
    "calendar_dates": "service_id date exception_type",
    "frequencies": "trip_id start_time end_time headway_secs exact_times",
    "shapes": "shape_id shape_pt_lat shape_pt_lon shape_pt_sequence",
    "feed_info": "feed_publisher_name feed_publisher_url feed_lang feed_start_date feed_end_date",
    "translations": "table_name field_name language field_value translation",
}


def write_bus(path: Path, streets: Streets) -> list[Stop]:
    """Write the bus feed and return its stops."""
    feed = _Feed("qhbus", "清河镇公交（虚构）")
    stops: list[Stop] = []
    for line, color in zip(BUS_LINES, ("1B9E77", "D95F02", "7570B3"), strict=True):
        here, patterns = bus_line(line, streets)
        stops += here
        ends = f"{line.ends[0][0]}—{line.ends[1][0]}"
        feed.add("routes", line.id, "qhbus", f"{line.id}路", ends, 3, color)
        for pattern in patterns:
            shape = feed.shape(pattern) if line.shaped else ""
            hours = (("weekday", line.weekday), ("weekend", line.weekend))
            if line.by_frequency:
                feed.frequencies(pattern, hours, shape)
            else:
                feed.trips(pattern, hours, shape)
    feed.write(path, stops)
    return stops


def write_rail(path: Path) -> list[Stop]:
    """Write the light rail feed and return its platforms and stations."""
    feed = _Feed("qhrail", "清河轻轨（虚构）")
    stops, patterns = light_rail()
    feed.add("routes", "L1", "qhrail", "轻轨1号线", "工业园站—清河东站", 0, "E7298A")
    for pattern in patterns:
        hours = (("weekday", RAIL_WEEKDAY), ("weekend", RAIL_WEEKEND))
        feed.trips(pattern, hours, feed.shape(pattern))
    feed.write(path, stops)
    return stops


def departures(headways: Headways) -> list[int]:
    """Return departures in seconds after midnight; each period begins anew."""
    return [
        second
        for start, end, minutes in headways
        for second in range(_seconds(start), _seconds(end), 60 * minutes)
    ]


@dataclass
class _Feed:
    """A feed in the making: rows by table."""

    agency: str
    agency_name: str
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in _HEADERS})

    def add(self, table: str, *row: object) -> None:
        self.rows[table].append(row)

    def shape(self, pattern: Pattern) -> str:
        name = f"{pattern.route}-{pattern.direction}"
        for number, (lon, lat) in enumerate(TOWN.degrees(pattern.course).tolist(), 1):
            self.add("shapes", name, f"{lat:.6f}", f"{lon:.6f}", number)
        return name

    def trips(self, pattern: Pattern, hours: Hours, shape: str) -> None:
        for service, headways in hours:
            for number, start in enumerate(departures(headways), 1):
                trip = f"{pattern.route}-{pattern.direction}-{service}-{number:03d}"
                self._trip(pattern, service, trip, shape, start)

    def frequencies(self, pattern: Pattern, hours: Hours, shape: str) -> None:
        for service, headways in hours:
            trip = f"{pattern.route}-{pattern.direction}-{service}"
            self._trip(pattern, service, trip, shape, _seconds(headways[0][0]))
            for start, end, minutes in headways:
                self.add("frequencies", trip, f"{start}:00", f"{end}:00", 60 * minutes, 0)

    def _trip(self, pattern: Pattern, service: str, trip: str, shape: str, start: int) -> None:
        low_floor = 1 if pattern.route in {"L1", "1"} else 2
        where = (pattern.headsign, pattern.direction, shape, low_floor)
        self.add("trips", pattern.route, service, trip, *where)
        calls = zip(pattern.stops, pattern.arrive_s, pattern.depart_s, strict=True)
        for number, (stop, arrive, depart) in enumerate(calls, 1):
            times = _clock(start + arrive), _clock(start + depart)
            self.add("stop_times", trip, *times, stop, number)

    def write(self, path: Path, stops: Sequence[Stop]) -> None:
        self.add("agency", self.agency, self.agency_name, _SITE, "Asia/Shanghai", "zh")
        self.add("calendar", "weekday", 1, 1, 1, 1, 1, 0, 0, FIRST_DAY, LAST_DAY)
        self.add("calendar", "weekend", 0, 0, 0, 0, 0, 1, 1, FIRST_DAY, LAST_DAY)
        for day in _HOLIDAYS:
            self.add("calendar_dates", "weekday", day, 2)
            self.add("calendar_dates", "weekend", day, 1)
        self.add("feed_info", _PUBLISHER, _SITE, "zh", FIRST_DAY, LAST_DAY)
        for s in stops:
            lon, lat = TOWN.degrees([s.xy])[0].tolist()
            at = (f"{lat:.6f}", f"{lon:.6f}")
            self.add("stops", s.id, s.name[0], *at, s.kind, s.parent, s.wheelchair)
        for zh, en in dict.fromkeys(s.name for s in stops):
            self.add("translations", "stops", "stop_name", "en", zh, en)
        _write_zip(path, self.rows)


def _write_zip(path: Path, tables: dict[str, list[Row]]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in tables.items():
            if not rows:
                continue
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(_HEADERS[name].split())
            writer.writerows(rows)
            info = zipfile.ZipInfo(f"{name}.txt")  # dated 1980: the bytes depend on the rows only
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.getvalue())


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes)


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
