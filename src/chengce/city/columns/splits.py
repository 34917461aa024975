"""Find columns that part people by age or sex, so that they can be proposed as one column of groups."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.readers.sheets.numbers import read_number
from chengce.city.readers.sheets.outcomes import Understood
from chengce.city.readers.sheets.words import fold
from chengce.core.text import Text

_SEXES = {
    "male": frozenset({"男", "男性", "男性人口", "male", "males", "men"}),
    "female": frozenset({"女", "女性", "女性人口", "female", "females", "women"}),
}
_YEARS = r"(?:周?岁|years?|yrs?)?"
_BETWEEN = re.compile(rf"(?:aged?)?(\d{{1,3}}){_YEARS}(?:-|–|—|~|～|至|到|to)(\d{{1,3}}){_YEARS}")
_FROM = re.compile(rf"(?:aged?)?(\d{{1,3}}){_YEARS}(?:\+|及?以上|andover|orover|andabove|plus)")
_UNDER = re.compile(rf"(?:(?:under|below)(\d{{1,3}})|(\d{{1,3}}){_YEARS}以下){_YEARS}")
_UP_TO = re.compile(rf"(\d{{1,3}}){_YEARS}及以下")
_OLDEST = 1000


@dataclass(frozen=True)
class Split:
    """Groups of one dimension and the file's column of each, in order; how sure that is, and why."""

    dimension: str
    columns: Mapping[str, str]
    confidence: float
    why: Text


def partitions(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return, by dimension, the groups of a full partition and the column of each.

    Ages must follow one another without gap or overlap and be open at the end; where a dimension
    comes twice (men by age and women by age), nothing is returned for it.
    """
    found = {"age": _ages(names), "sex": _sexes(names)}
    return {dimension: columns for dimension, columns in found.items() if columns}


def check_split(
    frame: pd.DataFrame, dimension: str, columns: Mapping[str, str], total: str
) -> Split:
    """Return a split with its confidence: how often its groups add up to the column `total`."""
    return Split(dimension, columns, *_agreement(frame, list(columns.values()), total))


def _last(name: str) -> list[str]:
    """Return what may be the group's name: the column's whole name, and the end of a deep header."""
    ends = [name[m.end() :] for m in re.finditer("-", name)]
    return [fold(part) for part in (name, *ends)]


def _sexes(names: Sequence[str]) -> dict[str, str]:
    columns: dict[str, list[str]] = {"male": [], "female": []}
    for name in names:
        for sex, words in _SEXES.items():
            if any(part in words for part in _last(name)):
                columns[sex].append(name)
    if any(len(found) != 1 for found in columns.values()):
        return {}
    return {sex: found[0] for sex, found in columns.items()}


def _ages(names: Sequence[str]) -> dict[str, str]:
    ranges = sorted((*span, name) for name in names if (span := _span(name)) is not None)
    ends = [(high, low) for (_, high, _), (low, _, _) in pairwise(ranges)]
    if len(ranges) < 2 or ranges[0][0] != 0 or ranges[-1][1] != _OLDEST:
        return {}
    if any(low != high + 1 for high, low in ends):
        return {}
    return {f"{low}+" if high == _OLDEST else f"{low}-{high}": name for low, high, name in ranges}


def _span(name: str) -> tuple[int, int] | None:
    for part in _last(name):
        if found := _BETWEEN.fullmatch(part):
            return int(found[1]), int(found[2])
        if found := _UP_TO.fullmatch(part):
            return 0, int(found[1])
        if found := _UNDER.fullmatch(part):
            return 0, int(found[1] or found[2]) - 1
        if found := _FROM.fullmatch(part):
            return int(found[1]), _OLDEST
    return None


def _agreement(frame: pd.DataFrame, parts: Sequence[str], total: str) -> tuple[float, Text]:
    if total not in frame.columns or total in parts:
        return 0.7, Text("列名像完整的分组，没有总数列可核对",
                         "the names look like all groups; no total to check against")  # fmt: skip
    added = np.sum([_numbers(frame[p]) for p in parts], axis=0)
    whole = _numbers(frame[total])
    known = np.isfinite(added) & np.isfinite(whole)
    # parts rounded to whole units may miss the total by half a unit each
    same = np.abs(added - whole)[known] <= np.maximum(0.5 * len(parts), 1e-3 * whole[known])
    share = float(same.mean()) if known.any() else 0.0
    why = Text(
        f"{share:.0%} 的行各组之和与“{total}”相符",
        f"the groups add up to “{total}” in {share:.0%} of the rows",
    )
    return (0.9 if share >= 0.95 else 0.4), why


def _numbers(column: "pd.Series[object]") -> NDArray[np.float64]:
    read = (read_number(cell) for cell in column)
    return np.array(
        [f.value if isinstance(f, Understood) and f.value is not None else np.nan for f in read],
        np.float64,
    )
