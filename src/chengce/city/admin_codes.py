"""Read administrative division codes (GB/T 2260): one form, their level, the province they belong to.

Only the provinces are listed; prefectures and counties change every year, so a code below is
checked by its form and its province, and otherwise against the city's own zones.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import yaml

from chengce.core.text import Text, text_of

Level = Literal["province", "prefecture", "county", "township", "community"]


@dataclass(frozen=True)
class AdminCode:
    """A code in its one form: 6 digits, or 9 (townships, GB/T 10114) or 12 (communities)."""

    code: str
    level: Level

    @property
    def province(self) -> Text:
        """The province's name."""
        return provinces()[self.code[:2]]

    @property
    def parents(self) -> tuple[str, ...]:
        """Codes of the levels above, province first."""
        above = [f"{self.code[:2]}0000", f"{self.code[:4]}00", self.code[:6], self.code[:9]]
        return tuple(dict.fromkeys(c for c in above if c != self.code and len(c) <= len(self.code)))


@lru_cache(maxsize=1)
def provinces() -> dict[str, Text]:
    """Return the names of the provinces by the first two digits of their codes."""
    raw = yaml.safe_load(files("chengce.city").joinpath("admin_codes.yaml").read_text("utf-8"))
    return {code: text_of(name) for code, name in raw.items()}


def admin_code(value: object) -> AdminCode | None:
    """Return a code in its one form, None if it is none.

    Numbers as spreadsheets leave them (`110105.0`), full-width digits and spaces are read; `11` and
    `1101` are filled with zeros; of nine and twelve digits, zeros that name no lower level are
    dropped, so `110105000000` is `110105`.
    """
    text = re.sub(r"\s", "", str(value).translate(_DIGITS))
    text = re.sub(r"\.0+$", "", text)
    if not text.isascii() or not text.isdigit() or text[:2] not in provinces():
        return None
    if len(text) in (2, 4):
        text = text.ljust(6, "0")
    if len(text) == 12 and text.endswith("000"):
        text = text[:9]
    if len(text) == 9 and text.endswith("000"):
        text = text[:6]
    if len(text) not in (6, 9, 12):
        return None
    if len(text) > 6:
        return AdminCode(text, "township" if len(text) == 9 else "community")
    if text[2:4] == "00" and text[4:] != "00":
        return None  # a county without a prefecture
    level: Level = (
        "province" if text[2:] == "0000" else "prefecture" if text[4:] == "00" else "county"
    )
    return AdminCode(text, level)


_DIGITS = str.maketrans("０１２３４５６７８９．", "0123456789.")
