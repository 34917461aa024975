"""Plan the town's three bus lines and its light rail: where they pass, how often they run."""

from dataclasses import dataclass

Corner = tuple[int, int]
Name = tuple[str, str]
Headways = tuple[tuple[str, str, int], ...]
"""Periods of the day: from, to, minutes between departures."""


@dataclass(frozen=True)
class BusLine:
    """A bus line by the street corners it passes, its ends' names and its headways in minutes."""

    id: str
    corners: tuple[Corner, ...]
    ends: tuple[Name, Name]
    weekday: Headways
    weekend: Headways = ()
    by_frequency: bool = False
    shaped: bool = False


BUS_LINES = (
    BusLine(
        "1",
        ((1, 10), (2, 9), (2, 6), (8, 6), (9, 7), (9, 8)),
        (("工业园", "Industrial Park"), ("东湖湾", "East Lake Bay")),
        (
            ("06:00", "07:00", 15), ("07:00", "09:00", 8), ("09:00", "17:00", 12),
            ("17:00", "19:00", 8), ("19:00", "22:30", 20),
        ),
        (("06:30", "22:00", 18),),
        shaped=True,
    ),
    BusLine(
        "2",
        ((5, 10), (5, 3), (6, 3), (6, 2), (8, 2)),
        (("北关", "Beiguan"), ("柳林东", "Liulin East")),
        (("06:00", "09:00", 20), ("09:00", "16:30", 35), ("16:30", "19:30", 20)),
        (("06:30", "19:00", 40),),
        by_frequency=True,
    ),
    BusLine(
        "3",
        ((3, 10), (3, 9), (8, 9), (8, 4), (8, 3), (3, 3)),
        (("机械厂", "Machinery Works"), ("南关西", "Nanguan West")),
        (("06:20", "08:40", 25), ("08:40", "16:40", 50), ("16:40", "19:00", 25)),
    ),
)  # fmt: skip
RAIL_WEEKDAY: Headways = (
    ("06:00", "07:00", 12),
    ("07:00", "09:30", 6),
    ("09:30", "17:00", 10),
    ("17:00", "20:00", 6),
    ("20:00", "24:20", 15),
)
RAIL_WEEKEND: Headways = (("06:30", "22:00", 10), ("22:00", "24:20", 20))
STATIONS = (
    (-1490.0, 1265.0, "工业园站", "Industrial Park"),
    (-1040.0, 735.0, "迎宾花园站", "Yingbin Garden"),
    (-440.0, 395.0, "文苑站", "Wenyuan"),
    (-25.0, 190.0, "十字街站", "Cross Street"),
    (615.0, 300.0, "人民公园站", "People's Park"),
    (1110.0, 660.0, "锦绣城站", "Jinxiu Town"),
    (1690.0, 600.0, "清河东站", "Qinghe East"),
)
