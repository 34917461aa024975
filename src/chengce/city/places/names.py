"""Compare names of facilities: what the name says, and which branch of it."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

_FIRM = re.compile(r"(?:股份|集团|责任)?有限(?:责任)?公司|\b(?:co|ltd|inc|llc|s\.?a|ltda)\b\.?")
_BRACKET = re.compile(r"[(\[〔【]([^)\]〕】]*)[)\]〕】]")
_BRANCH = re.compile(
    r"(?P<house>.{2,}(?:院|店|校|学|馆|所|中心|银行|药房|超市))"
    r"(?P<branch>.{0,6}?(?:分院|院区|分部|分店|分校|校区|分馆|分局|分行|支行|门诊部|急救站|[东西南北新老]院|店))"
)
_BRANCH_WORD = re.compile(r"[院部店校馆局站行]$|[院校]区$")
_NOISE = re.compile(r"[\s·•・\-—_.,，。、'\"“”]+")


@dataclass(frozen=True)
class Name:
    """A name without width, case, spaces and legal form, and the branch it names, if any."""

    core: str
    branch: str


@lru_cache(maxsize=65_536)
def facility_name(text: str) -> Name:
    """Return a name taken apart: 北京朝阳医院（西院） is 北京朝阳医院, branch 西院.

    What stands in brackets is a branch if it ends like one, else it is left out.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    inside = [_NOISE.sub("", b) for b in _BRACKET.findall(plain)]
    plain = _NOISE.sub("", _FIRM.sub("", _BRACKET.sub("", plain)))
    branch = "".join(b for b in inside if _BRANCH_WORD.search(b))
    found = _BRANCH.fullmatch(plain)
    if found and not branch:
        plain, branch = found["house"], found["branch"]
    return Name(plain, branch)


def alike(a: Name, b: Name) -> float:
    """Return how alike two names are, 0 to 1; 0 for two different branches, and without names.

    Where only one names a branch, it is at most 0.5: the other may be the main house.
    """
    if not a.core or not b.core or (a.branch and b.branch and a.branch != b.branch):
        return 0.0
    same = 1.0 if a.core == b.core else _ratio(a.core, b.core)
    return same if a.branch == b.branch else min(same, 0.5)


def _ratio(a: str, b: str) -> float:
    """Return the share of signs in common order, at most 0.99: only equal names are 1."""
    return min(0.99, SequenceMatcher(None, min(a, b), max(a, b), autojunk=False).ratio())
