"""Read an id, a name or a yes-or-no as people write it, or say why it cannot be read."""

import datetime as dt
import re
from typing import Any

from chengce.city.readers.sheets.cells import CellError, MergedNumber, NotComputed, Padded
from chengce.city.readers.sheets.numbers import tidy
from chengce.city.readers.sheets.outcomes import Asked, Understood
from chengce.city.readers.sheets.words import fold, words

_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d{2}")
_GAP = re.compile(r"(?<=[\u3400-\u9fff])[\s\u00a0\u3000]+(?=[\u3400-\u9fff])")
_FULL = {
    c: c - 0xFEE0 for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_EXACT = 1e15  # a spreadsheet keeps 15 digits


def read_text(cell: Any, *, key: bool) -> Understood | Asked:
    """Return text. A `key` joins tables: width, inner spaces and lost digits matter there."""
    if cell is None:
        return Understood(None)
    if isinstance(cell, str):
        return _string(cell, key)
    if isinstance(cell, bool):
        return Understood(str(cell).lower())
    if isinstance(cell, CellError):
        return Understood(None, ("null_token",)) if cell.text == "#N/A" else Asked("cell_error")
    if isinstance(cell, NotComputed):
        return Asked("formula_not_computed")
    if isinstance(cell, MergedNumber):
        return Asked(cell.question)
    if isinstance(cell, Padded):
        return Understood(cell.text, ("displayed_zeros",))
    if isinstance(cell, dt.datetime | dt.date):
        if key:
            return Asked("id_is_date")
        return Understood(cell.isoformat().removesuffix("T00:00:00"))
    if isinstance(cell, float | int):
        return _number(float(cell), key, cell)
    return Understood(str(cell))


def _number(value: float, key: bool, cell: float | int) -> Understood | Asked:
    if value != value:  # not a number: blank
        return Understood(None)
    if key and isinstance(cell, float) and abs(value) >= _EXACT:
        return Asked("digits_lost")
    if isinstance(cell, int):
        return Understood(str(cell))
    return Understood(str(int(value)) if value.is_integer() else repr(value))


def _string(cell: str, key: bool) -> Understood | Asked:
    text, done = tidy(cell)
    if not text:
        return Understood(None, done)
    if fold(text) in words().null_any:
        return Understood(None, (*done, "null_token"))
    if not key:
        return Understood(text, done)
    if _SCIENTIFIC.fullmatch(text):
        return Asked("id_is_scientific")
    if text[0] in "'’" and text[1:].isdigit():
        text, done = text[1:], (*done, "apostrophe")
    narrow = text.translate(_FULL)
    if narrow != text:
        text, done = narrow, (*done, "full_width")
    close = _GAP.sub("", text)
    if close != text:
        text, done = close, (*done, "inner_space")
    return Understood(text, done)


def read_yes_no(cell: Any) -> Understood | Asked:
    """Return True or False: 有/无, √/×, 是/否, yes/no, 1/0."""
    if cell is None or isinstance(cell, bool):
        return Understood(cell)
    if isinstance(cell, float | int):
        return Understood(bool(cell)) if cell in (0, 1) else Asked("not_yes_or_no")
    text, done = tidy(str(cell))
    if not text:
        return Understood(None, done)
    key = fold(text)
    if key in words().null_any or key in words().null_number:
        return Understood(None, (*done, "null_token"))
    if key in words().yes or key in words().no:
        plain = () if key in ("true", "false") else ("value_word",)
        return Understood(key in words().yes, (*done, *plain))
    return Asked("not_yes_or_no")
