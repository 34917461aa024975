"""Offer the systems of Chinese map services: GCJ-02, BD-09 and Baidu's plane BD-09MC."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from chengce.city.datums import baidu_mercator, offsets
from chengce.city.datums.base import Accuracy, Floats
from chengce.core.errors import Problem
from chengce.core.text import Text

ABOUT_M = 10.0  # what users of the public formula report against the services' own answers: 5–10 m
_TITLES = {
    "GCJ-02": Text("GCJ-02（火星坐标）", "GCJ-02"),
    "BD-09": Text("BD-09（百度坐标）", "BD-09 (Baidu)"),
    "BD-09MC": Text("BD-09MC（百度墨卡托）", "BD-09MC (Baidu's Mercator)"),
}
_FORMULA = Text(
    "官方算法未公开，按公开公式反算；使用者报告与地图服务相差 5–10 米以内",
    "the official algorithm is not published; a public formula is inverted, which users report to "
    "differ from the map services by up to 5–10 m",
)
_OUTSIDE = Text("在中国以外不加偏", "no shift outside China")


@dataclass(frozen=True)
class Shifted:
    """Coordinates shifted on purpose; see `offsets` for the formulas."""

    name: Literal["GCJ-02", "BD-09", "BD-09MC"]

    @property
    def title(self) -> Text:
        return _TITLES[self.name]

    @property
    def degrees(self) -> bool:
        return self.name != "BD-09MC"

    @property
    def notices(self) -> tuple[Problem, ...]:
        return ()

    def to_wgs84(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        if self.name == "BD-09MC":
            x, y = baidu_mercator.unproject(x, y)
        back = offsets.from_gcj02 if self.name == "GCJ-02" else offsets.from_bd09
        return back(np.asarray(x, np.float64), np.asarray(y, np.float64))

    def from_wgs84(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        shift = offsets.gcj02 if self.name == "GCJ-02" else offsets.bd09
        x, y = shift(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        return baidu_mercator.project(x, y) if self.name == "BD-09MC" else (x, y)

    def accuracy(self, lon: float, lat: float) -> Accuracy:
        if not offsets.in_china(lon, lat):
            return Accuracy(0.0, _OUTSIDE)
        return Accuracy(ABOUT_M, _FORMULA, approximate=True)
