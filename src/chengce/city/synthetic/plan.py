"""Lay out the town: its main streets, its river with three bridges, and what each block is."""

from dataclasses import dataclass

# Plan coordinates in metres: u grows eastward, v northward; `frame.bend` makes the landscape.


@dataclass(frozen=True)
class MainStreet:
    """A street that runs through the whole plan at one coordinate."""

    at: float
    zh: str
    en: str
    highway: str


NORTH_SOUTH = (
    MainStreet(-1980, "西外环路", "West Ring Road", "secondary"),
    MainStreet(-1560, "纺织路", "Fangzhi Road", "tertiary"),
    MainStreet(-1130, "工农路", "Gongnong Road", "tertiary"),
    MainStreet(-740, "文化路", "Wenhua Road", "tertiary"),
    MainStreet(-400, "中山街", "Zhongshan Street", "tertiary"),
    MainStreet(-60, "解放街", "Jiefang Street", "primary"),
    MainStreet(270, "新华街", "Xinhua Street", "tertiary"),
    MainStreet(650, "建设路", "Jianshe Road", "secondary"),
    MainStreet(1070, "朝阳路", "Chaoyang Road", "secondary"),
    MainStreet(1500, "东风路", "Dongfeng Road", "tertiary"),
    MainStreet(1960, "东外环路", "East Ring Road", "secondary"),
)
WEST_EAST = (
    MainStreet(-2060, "南外环路", "South Ring Road", "tertiary"),
    MainStreet(-1640, "南山路", "Nanshan Road", "unclassified"),
    MainStreet(-1250, "柳林路", "Liulin Road", "tertiary"),
    MainStreet(-900, "南关街", "Nanguan Street", "tertiary"),
    MainStreet(-590, "滨河南路", "South Riverside Road", "tertiary"),
    MainStreet(-420, "滨河北路", "North Riverside Road", "tertiary"),
    MainStreet(-80, "人民路", "Renmin Road", "secondary"),
    MainStreet(220, "和平路", "Heping Road", "tertiary"),
    MainStreet(530, "幸福路", "Xingfu Road", "tertiary"),
    MainStreet(850, "迎宾大道", "Yingbin Avenue", "primary"),
    MainStreet(1240, "工业大道", "Gongye Avenue", "secondary"),
    MainStreet(1700, "北外环路", "North Ring Road", "secondary"),
)
RIVER_ROW = 4  # the row of blocks between the two riverside roads
RIVER = (-555.0, -460.0)  # the water's edges
PROMENADE = -441.0
BRIDGES = {
    3: ("文化桥", "Wenhua Bridge"),
    5: ("解放桥", "Jiefang Bridge"),
    8: ("朝阳大桥", "Chaoyang Bridge"),
}


@dataclass(frozen=True)
class Kind:
    """What the streets inside a block are like and how many people live along them."""

    spacing_m: float
    missing: float
    highway: str
    dwellings: float
    gates: int = 0


KINDS = {
    "core": Kind(78, 0.08, "residential", 1.0),
    "lanes": Kind(68, 0.16, "residential", 1.25),
    "estate": Kind(76, 0.12, "service", 2.4, gates=2),
    "works": Kind(86, 0.12, "service", 0.8, gates=1),
    "campus": Kind(105, 0.10, "service", 0.4, gates=2),
    "industry": Kind(140, 0.15, "service", 0.03),
    "park": Kind(88, 0.20, "footway", 0.0),
    "hill": Kind(72, 0.22, "footway", 0.9),
    "village": Kind(80, 0.30, "residential", 0.6),
    "field": Kind(170, 0.45, "track", 0.04),
}

# One letter a block, west to east, north to south; "." is open country without streets.
_LETTERS = {
    "c": "core",
    "l": "lanes",
    "e": "estate",
    "w": "works",
    "s": "campus",
    "i": "industry",
    "p": "park",
    "h": "hill",
    "v": "village",
    "f": "field",
}
_MAP = """
.fiivfffv.
fiiiwelevf
viiwlselef
fvwelcepev
fvelwclefv
.vlpccweef
----------
fvvllllvf.
.fhhlwllvf
.fhpvlevf.
..ffvfvf..
"""


@dataclass(frozen=True)
class Block:
    """One block between four main streets; columns west to east, rows south to north."""

    column: int
    row: int
    kind: str

    @property
    def u(self) -> tuple[float, float]:
        return NORTH_SOUTH[self.column].at, NORTH_SOUTH[self.column + 1].at

    @property
    def v(self) -> tuple[float, float]:
        return WEST_EAST[self.row].at, WEST_EAST[self.row + 1].at

    @property
    def centre(self) -> tuple[float, float]:
        return sum(self.u) / 2, sum(self.v) / 2

    @property
    def south(self) -> bool:
        return self.row < RIVER_ROW


def blocks() -> list[Block]:
    """Return the blocks that have streets, south-west first."""
    rows = _MAP.split()[::-1]
    return [
        Block(column, row, _LETTERS[letter])
        for row, letters in enumerate(rows)
        for column, letter in enumerate(letters)
        if letter in _LETTERS
    ]
