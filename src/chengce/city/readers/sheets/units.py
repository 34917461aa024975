"""Know the units people write in headers and cells, and convert them to a contract's unit."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from chengce.city.readers.sheets.words import fold

_BRACKET = re.compile(
    r"[（(\[【〔]\s*(?:单位[:：])?\s*([^（()）\[\]【】〔〕]{1,12}?)\s*[）)\]】〕]\s*$"
)
_SLASH = re.compile(r"[/／:：,，、_\-]\s*([^/／:：,，、_\-]{1,8})$")
_LINE = re.compile(
    r"单位[:：]\s*([^\s；;，,、）)]+)\s*[）)]?\s*$|\bunits?:\s*(\S+)\s*$", re.IGNORECASE
)


_SIZES = {"%": Decimal("0.01"), "min": Decimal(60)}  # contracts' units that are no base units


_COUNTED = ("people", "households", "items", "places_in", "posts", "trips", "share", "angle")


@dataclass(frozen=True)
class Unit:
    """A unit as written, what it measures and its size in the base unit."""

    name: str
    dimension: str
    factor: Decimal


@cache
def _known() -> tuple[dict[str, Unit], dict[str, list[str]], frozenset[str]]:
    data: dict[str, Any] = yaml.safe_load(
        files(__package__).joinpath("units.yaml").read_text("utf-8")
    )
    accepts, plain = data.pop("accepts"), frozenset(map(fold, data.pop("words")))
    units = {
        fold(name): Unit(name, dimension, Decimal(str(factor)))
        for dimension, named in data.items()
        for name, factor in named.items()
    }
    return units, accepts, plain


def unit_named(text: str) -> Unit | None:
    """Return the unit that `text` is, if it is one."""
    return _known()[0].get(fold(text))


def bare_unit(text: str) -> Unit | None:
    """Return the unit that a cell of a header is: in brackets, or no word that names columns."""
    inner = text.strip("（）()[]【】")
    return unit_named(inner) if inner != text or fold(text) not in _known()[2] else None


def unit_in_header(name: str) -> Unit | None:
    """Return the unit at the end of a column's name: 人口（万人）, 面积/公顷, area (ha)."""
    for pattern in (_BRACKET, _SLASH):
        found = pattern.search(name)
        unit = unit_named(found.group(1)) if found else None
        if unit is not None:
            return unit
    return None


def without_unit(name: str) -> str:
    """Return a column's name without the unit at its end."""
    for pattern in (_BRACKET, _SLASH):
        found = pattern.search(name)
        if found and unit_named(found.group(1)) is not None:
            return name[: found.start()].strip()
    return name


def unit_of_line(text: str) -> Unit | None:
    """Return the unit of a line above the table: 单位：万人."""
    found = _LINE.search(text)
    return unit_named(found.group(1) or found.group(2)) if found else None


def factor_to(unit: Unit, wanted: str) -> Decimal | None:
    """Return by what to multiply to reach a contract's unit; None if it measures something else.

    A contract without a unit takes what is counted (people, places, shares): 1.5万人 is 15,000; of
    an area or a time it is not known in which unit it is wanted.
    """
    if not wanted:
        return unit.factor if unit.dimension in _COUNTED else None
    if unit.dimension not in _known()[1].get(wanted, ()):
        return None
    return unit.factor / _SIZES.get(wanted, Decimal(1))
