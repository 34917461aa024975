"""Hold what people write in tables for missing, yes, no, totals and notes."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

_SPACE = re.compile(r"[\s\u00a0\u200b-\u200f\u2060\ufeff\u3000]+")


@dataclass(frozen=True)
class Words:
    """The word lists of `words.yaml`, folded."""

    null_any: frozenset[str]
    null_number: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    whole: frozenset[str]
    totals: "re.Pattern[str]"
    subtotals: "re.Pattern[str]"
    notes: "re.Pattern[str]"
    titles: "re.Pattern[str]"
    values: Mapping[str, Mapping[str, str]]

    def is_total(self, cell: Any) -> bool:
        """Tell whether a cell names a row of totals."""
        return isinstance(cell, str) and self.totals.match(fold(cell)) is not None

    def is_subtotal(self, cell: Any) -> bool:
        """Tell whether a cell names a total of the rows around it, not of all rows."""
        return isinstance(cell, str) and self.subtotals.search(fold(cell)) is not None

    def is_note(self, cell: Any) -> bool:
        """Tell whether a cell begins a note."""
        return isinstance(cell, str) and self.notes.match(cell.strip().lower()) is not None

    def is_title(self, cell: Any) -> bool:
        """Tell whether a cell is a line of the form 单位：万人 above a table."""
        return isinstance(cell, str) and self.titles.match(cell.strip().lower()) is not None


@cache
def words() -> Words:
    """Return the word lists that ship with the package."""
    data = yaml.safe_load(files(__package__).joinpath("words.yaml").read_text("utf-8"))
    lists = {
        k: frozenset(map(fold, data[k])) for k in ("null_any", "null_number", "yes", "no", "whole")
    }
    patterns = {
        k: re.compile(data[k], re.IGNORECASE) for k in ("totals", "subtotals", "notes", "titles")
    }
    values = {
        column: {fold(word): value for value, said in by.items() for word in (value, *said)}
        for column, by in data["values"].items()
    }
    return Words(
        lists["null_any"], lists["null_number"], lists["yes"], lists["no"], lists["whole"],
        patterns["totals"], patterns["subtotals"], patterns["notes"], patterns["titles"], values,
    )  # fmt: skip


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return text for comparing: NFKC, no spaces, lower case."""
    return narrow(text).lower()


def narrow(text: str) -> str:
    """Return text without spaces and differences of width; case counts."""
    if text.isascii():
        return "".join(text.split())
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))
