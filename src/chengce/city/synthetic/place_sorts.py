"""List the sorts of everyday places: how many on which bank, how named, when open."""

from dataclasses import dataclass

from chengce.city.synthetic.sketch import Tags


@dataclass(frozen=True)
class Sort:
    """A sort of place: its tags, how many lie north and south of the river, how they are named.

    `pull` says what draws it: "homes" or "centre". `size` (metres) draws it as an outline.
    """

    tags: Tags
    north: int
    south: int
    zh: str
    en: str
    pull: str = "homes"
    size: float = 0.0
    hours: str = ""
    capacity: tuple[int, int] = (0, 0)


_DAY = "Mo-Su 07:00-22:00"
_OFFICE = "Mo-Fr 08:30-17:30"
SORTS = (
    Sort(
        {"shop": "supermarket"}, 5, 1, "惠民超市", "Huimin Supermarket", hours="Mo-Su 08:00-21:30"
    ),
    Sort({"shop": "convenience"}, 26, 6, "便利店", "Corner Shop", hours=_DAY),
    Sort({"shop": "greengrocer"}, 7, 1, "鲜菜店", "Greengrocer", hours="Mo-Su 06:30-19:30"),
    Sort(
        {"amenity": "marketplace"},
        3,
        1,
        "农贸市场",
        "Farmers' Market",
        "centre",
        0,
        "Mo-Su 05:30-18:00",
    ),
    Sort({"amenity": "pharmacy"}, 8, 1, "大药房", "Pharmacy", hours="Mo-Su 08:00-21:00"),
    Sort(
        {"amenity": "clinic"}, 6, 1, "社区卫生服务站", "Community Clinic", hours="Mo-Sa 08:00-18:00"
    ),
    Sort(
        {"amenity": "hospital"},
        1,
        0,
        "清河镇中心医院",
        "Qinghe Central Hospital",
        "centre",
        95,
        "24/7",
        (260, 261),
    ),
    Sort({"amenity": "kindergarten"}, 7, 2, "幼儿园", "Kindergarten", size=38, capacity=(150, 330)),
    Sort(
        {"amenity": "school", "isced:level": "1"},
        4,
        1,
        "小学",
        "Primary School",
        size=70,
        capacity=(480, 1100),
    ),
    Sort(
        {"amenity": "school", "isced:level": "2"},
        2,
        0,
        "中学",
        "Middle School",
        size=95,
        capacity=(900, 1500),
    ),
    Sort({"amenity": "community_centre"}, 6, 1, "社区服务中心", "Community Centre", hours=_OFFICE),
    Sort(
        {"amenity": "townhall"}, 1, 0, "清河镇人民政府", "Qinghe Town Hall", "centre", 60, _OFFICE
    ),
    Sort(
        {"amenity": "bank"},
        6,
        1,
        "农村信用社",
        "Rural Credit Bank",
        "centre",
        hours="Mo-Sa 09:00-17:00",
    ),
    Sort(
        {"amenity": "post_office"},
        2,
        0,
        "邮政所",
        "Post Office",
        "centre",
        hours="Mo-Sa 08:30-17:30",
    ),
    Sort(
        {"amenity": "library"},
        1,
        0,
        "清河镇图书馆",
        "Qinghe Library",
        "centre",
        30,
        "Tu-Su 09:00-20:00",
    ),
    Sort(
        {"leisure": "sports_centre"},
        2,
        0,
        "体育馆",
        "Sports Hall",
        size=60,
        hours="Mo-Su 08:00-21:00",
    ),
    Sort({"leisure": "pitch", "sport": "basketball"}, 5, 2, "球场", "Ball Court", size=15),
    Sort({"leisure": "fitness_station"}, 8, 2, "健身点", "Outdoor Gym"),
    Sort({"amenity": "restaurant"}, 18, 4, "家常菜馆", "Eatery", hours="Mo-Su 06:30-21:00"),
    Sort({"amenity": "toilets"}, 9, 1, "公共厕所", "Public Toilet", "centre", hours="24/7"),
    Sort({"amenity": "police"}, 2, 1, "派出所", "Police Station", "centre", hours="24/7"),
    Sort(
        {"amenity": "childcare"},
        3,
        0,
        "托育园",
        "Nursery",
        hours="Mo-Fr 07:30-18:00",
        capacity=(40, 90),
    ),
    Sort({"leisure": "playground"}, 8, 1, "儿童乐园", "Playground"),
    Sort(
        {"amenity": "arts_centre"},
        1,
        0,
        "清河镇文化馆",
        "Qinghe Culture House",
        "centre",
        35,
        "Tu-Su 09:00-17:00",
    ),
    Sort({"shop": "hairdresser"}, 9, 2, "理发店", "Hairdresser", hours="Mo-Su 09:00-20:00"),
    Sort({"amenity": "recycling"}, 14, 3, "垃圾分类点", "Recycling Point"),
    Sort({"amenity": "parcel_locker"}, 11, 2, "快递柜", "Parcel Lockers", hours="24/7"),
)
CARE = Sort({}, 4, 1, "养老服务站", "Elderly Care Station", capacity=(18, 70))
