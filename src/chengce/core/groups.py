"""Describe groups of people and compare what they get: ratio and gap."""

from collections.abc import Mapping
from dataclasses import dataclass

from chengce.core.text import Text

PROFILES = ("adult", "elder", "child", "wheelchair")
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
