"""Describe groups of people and compare what they get: ratio and gap."""

from collections.abc import Mapping
from dataclasses import dataclass

from chengce.core.text import Text

PROFILES = ("adult", "elder", "child", "wheelchair")
PROFILE_TITLES: Mapping[str, Text] = {
    "adult": Text("成人", "adults"),
    "elder": Text("老年人", "older people"),
    "child": Text("儿童", "children"),
    "wheelchair": Text("轮椅使用者", "wheelchair users"),
}
TOTAL = "total"


@dataclass(frozen=True)
class Group:
    """One group of a dimension; `mix` gives the shares of walking profiles among its people.

    `rank` orders groups from worst to best placed (1 = worst) and is None for dimensions that have
    no order; inequality indices over a ranking need it.
    """

    dimension: str
    id: str
    title: Text
    mix: Mapping[str, float]
    rank: int | None = None


TOTAL_GROUP = Group(TOTAL, TOTAL, Text("全体", "Everyone"), {"adult": 1.0})
