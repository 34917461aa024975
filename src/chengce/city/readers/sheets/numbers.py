"""Read a number as people write it, or say why it cannot be read."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Any

from chengce.city.readers.sheets.cells import CellError, MergedNumber, NotComputed, Padded
from chengce.city.readers.sheets.outcomes import Asked, Understood
from chengce.city.readers.sheets.units import factor_to, unit_named
from chengce.city.readers.sheets.words import fold, words

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060\ufeff]")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:([,' ])\d{3})(?:\1\d{3})*(\.\d+)?")
_WITH_TAIL = re.compile(r"([+-]?[\d,' ]*\.?\d+)\s*([^\d\s.,'+-].*)")
_SCALES = (("万亿", 12), ("亿", 8), ("千万", 7), ("百万", 6), ("万", 4), ("千", 3), ("百", 2))
_RANGE = re.compile(r"[\d.,]+\D{0,4}(-|~|～|—|–|至|到|to)\D{0,4}[\d.,]+.*")
_ABOUT = re.compile(
    r"^(约|大约|大概|近|将近|接近|约为|±|approx|ca\.?|c\.|about|~).*|.*\d.{0,4}(左右|上下|余|多|几|来).{0,2}$"
)
_BOUND = re.compile(
    r"^(<|>|≤|≥|<=|>=|不足|不到|超过|超|至少|至多|最多|最少|大于|小于|高于|低于).*|.*\d.{0,4}(以上|以下|以内|及以上|及以下|\+)$"
)
_BRACKETS = re.compile(r"\(\s*[\d,]+(\.\d+)?\s*\)")
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万亿]+")
_DEGREES = re.compile(
    r"([+-]?)(\d{1,3})[°度º](\d{1,2})[′'分](?:(\d{1,2}(?:\.\d+)?)(?:″|''|\"|秒))?([NSEWnsew东西南北]?)"
)  # fmt: skip
_GROUPED = re.compile(r"[+-]?\d+(,\d+)+(\.\d+)?|\d{1,3}(\.\d{3})+,\d+")
_SEVERAL = re.compile(r"\d+(\.\d+)?\s*[、;；/+＋]\s*\d.*|\d+(\.\d+)?\s*\(\s*\d.*\)")


def read_number(cell: Any, unit: str = "") -> Understood | Asked:
    """Return the number in a cell, in a contract's `unit`, with the repairs it took.

    Ranges, approximate values, bounds, 有/无 and numerals in words are asked back, never guessed.
    """
    if isinstance(cell, str):
        return _text(cell, unit)
    if cell is None:
        return Understood(None)
    if isinstance(cell, bool):
        return Asked("number_is_bool")
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return Asked("number_is_date")
    if isinstance(cell, CellError):
        return Understood(None, ("null_token",)) if cell.text == "#N/A" else Asked("cell_error")
    if isinstance(cell, NotComputed):
        return Asked("formula_not_computed")
    if isinstance(cell, MergedNumber):
        return Asked(cell.question)
    return Understood(float(cell.value if isinstance(cell, Padded) else cell))


def _text(cell: str, unit: str) -> Understood | Asked:
    if cell.isascii() and _PLAIN.fullmatch(cell):
        return Understood(float(cell))
    text, done = tidy(cell)
    if not text:
        return Understood(None, done)
    if text[0] in "'’" and len(text) > 1:
        text, done = text[1:], (*done, "apostrophe")
    folded = unicodedata.normalize("NFKC", text).replace("−", "-").replace("﹣", "-")
    if folded != text and any(c.isdigit() for c in folded) and _changed(text, folded):
        done = (*done, "full_width")
    text = folded.strip()
    key = fold(text)
    if key in words().null_any or key in words().null_number:
        return Understood(None, (*done, "null_token"))
    if _PLAIN.fullmatch(text):
        return Understood(float(text), done)
    if _THOUSANDS.fullmatch(text):
        return Understood(float(re.sub("[,' ]", "", text)), (*done, "thousands"))
    found = _DEGREES.fullmatch(text.replace(" ", ""))
    if found:
        return _angle(found, done)
    why = _why(text, key)
    return _tail(text, unit, done, why) if why == "not_a_number" else Asked(why)


def _changed(text: str, folded: str) -> bool:
    """Tell whether folding changed a character of the number itself, not only its unit."""
    pairs = zip(text, folded, strict=False)
    return len(text) == len(folded) and any(a != b and b in "0123456789.,-+%" for a, b in pairs)


def _why(text: str, key: str) -> str:
    """Return the code of the question that a text raises; `not_a_number` if none fits better."""
    if key in words().yes or key in words().no:
        return "number_is_word"
    for pattern, code in (
        (_BRACKETS, "number_negative_sign"),
        (_ABOUT, "number_is_about"),
        (_BOUND, "number_is_bound"),
        (_RANGE, "number_is_range"),
        (_CHINESE, "number_in_chinese"),
        (_GROUPED, "number_grouping"),
        (_SEVERAL, "number_is_several"),
    ):
        if pattern.fullmatch(text):
            return code
    return "not_a_number"


def _tail(text: str, unit: str, done: tuple[str, ...], why: str) -> Understood | Asked:
    """Read a number followed by 万, 亿, a percent sign or a unit."""
    found = _WITH_TAIL.fullmatch(text)
    if not found:
        return Asked(why)
    number, tail = found.group(1).strip(), fold(found.group(2))
    if _THOUSANDS.fullmatch(number):
        done = (*done, "thousands")
    elif not _PLAIN.fullmatch(number):
        return Asked("number_grouping" if "," in number else why)
    value = Decimal(re.sub("[,' ]", "", number))
    if tail in ("%", "‰"):
        if unit != "%":
            value = value / (100 if tail == "%" else 1000)
        return Understood(float(value), (*done, "percent"))
    whole = unit_named(tail)
    if whole is None:
        for word, power in _SCALES:
            if tail.startswith(word):
                value, tail, done = value.scaleb(power), tail[len(word) :], (*done, "scale_word")
                break
        if not tail:
            return Understood(float(value), done)
        whole = unit_named(tail)
    if whole is None:
        return Asked(why)
    factor = factor_to(whole, unit)
    if factor is None:
        return Asked("unit_differs")
    return Understood(float(value * factor), (*done, "unit_in_cell"))


def _angle(found: "re.Match[str]", done: tuple[str, ...]) -> Understood:
    sign, degrees, minutes, seconds, side = found.groups()
    value = int(degrees) + int(minutes) / 60 + float(seconds or 0) / 3600
    negative = sign == "-" or side.upper() in ("S", "W", "南", "西")
    return Understood(-value if negative and side else value, (*done, "degrees"))


def tidy(text: str) -> tuple[str, tuple[str, ...]]:
    """Return text without invisible characters and spaces around it, with the repairs' codes."""
    done: tuple[str, ...] = ()
    seen = _INVISIBLE.sub("", text)
    if seen != text:
        done = ("invisible",)
    trimmed = seen.strip()
    if trimmed != seen and trimmed:
        done = (*done, "space_trimmed")
    return trimmed, done
