"""Tell how well a column's name fits a column of a table, by a dictionary of what people write."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from chengce.city.readers.sheets.units import without_unit
from chengce.city.readers.sheets.words import fold, words

_OF_A_GROUP = re.compile(
    r"[男女]性?$|\b(fe)?males?\b|\b(wo)?men\b|\d+\s*[-~至—]\s*\d+\s*岁?|\d+\s*岁(及?以[上下])?",
    re.IGNORECASE,
)
SAME, SYNONYM, LAST, PART = 1.0, 0.95, 0.85, 0.6


@cache
def synonyms() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return for each table and column the folded names that people give it, best first."""
    data: dict[str, Any] = yaml.safe_load(
        files(__package__).joinpath("synonyms.yaml").read_text("utf-8")
    )
    return {
        table: {
            column: tuple(dict.fromkeys(_fold(str(s)) for s in said)) for column, said in by.items()
        }
        for table, by in data.items()
    }


def name_fit(name: str, table: str, column: str) -> float:
    """Return 0 to 1: how well a file's column `name` fits a table's column.

    The table's own word, then a synonym, then a synonym as the last part of a joined header, then
    a synonym within the name. Earlier synonyms count a little more. A total stands for the column
    it totals; a part (男, 0–14岁) is not the whole.
    """
    head, _, last = name.rpartition("-")
    if head and words().is_total(last):
        return 0.97 * name_fit(head, table, column)
    if column == "count" and words().is_total(name):
        return PART
    if _OF_A_GROUP.search(name) and column == "count":
        return 0.4 * name_fit(_OF_A_GROUP.sub("", name).strip("- "), table, column)
    said = synonyms().get(table, {}).get(column, ())
    whole = _fold(without_unit(name))
    if whole == _fold(column):
        return SAME
    if whole in said:
        return SYNONYM - 0.1 * said.index(whole) / len(said)
    parts = [_fold(without_unit(p)) for p in name.replace("：", "-").split("-")]
    if len(parts) > 1 and parts[-1] in said:
        return LAST - 0.1 * said.index(parts[-1]) / len(said)
    within = [s for s in said if len(s) > 1 and s in whole and _is_word(s, name)]
    if not within:
        return 0.0
    longest = max(within, key=len)
    return PART * (0.5 + 0.5 * len(longest) / len(whole))


def _is_word(synonym: str, name: str) -> bool:
    """Tell whether a synonym in Latin letters is a word of the name, not a part of one."""
    if not synonym.isascii():
        return True
    spaced = r"[\W_]*".join(map(re.escape, synonym))
    return re.search(rf"(?<![a-z]){spaced}(?![a-z])", name.lower()) is not None


def _fold(text: str) -> str:
    return fold(text).replace("_", "").replace(".", "")
