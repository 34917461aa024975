"""Match names of districts and sub-districts to known ones; list misspellings, change nothing."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_SUFFIX = re.compile(
    r"(?<=..)(街道|民族乡|地区|镇|乡|苏木|自治县|自治旗|新区|矿区|林区|区|县|旗|市|社区|村)$"
)
_OFFICES = (  # the office stands for its area
    (re.compile(r"(?<=..)(?:街道)?办(?:事处)?$"), "街道"),
    (re.compile(r"地区街道$"), "地区"),
    (re.compile(r"(?:社区)?(?:居民委员会|居委会)$"), "社区"),
    (re.compile(r"村?(?:村民委员会|村委会)$"), "村"),
)
_ABOVE = re.compile(r"^(?:.{2,8}?(?:省|自治区|特别行政区))?(?:.{1,7}?(?:市|自治州|地区|盟))?")
_NEAR, _MOST = 0.5, 3


@dataclass(frozen=True)
class Matches:
    """What became of given names.

    `exact`: given → known, where they differ at most in width, spaces, case, a leading province or
    city, or a suffix (区, 县, 街道, 镇 …) that one of the two leaves out. `near`: given → known names
    that look alike, best first, with a score from 0 to 1. `ambiguous`: given → known names it could
    all mean. `unknown`: nothing is near.
    """

    exact: Mapping[str, str]
    near: Mapping[str, tuple[tuple[str, float], ...]]
    ambiguous: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...]


def match_names(given: Iterable[str], known: Sequence[str]) -> Matches:
    """Match each given name to the known ones; a name known twice is ambiguous."""
    exact: dict[str, str] = {}
    near: dict[str, tuple[tuple[str, float], ...]] = {}
    ambiguous: dict[str, tuple[str, ...]] = {}
    unknown = []
    for name in dict.fromkeys(given):
        same = _same(name, known)
        if len(same) == 1:
            exact[name] = same[0]
        elif same:
            ambiguous[name] = tuple(same)
        else:
            alike = _alike(name, known)
            if alike:
                near[name] = alike
            else:
                unknown.append(name)
    return Matches(exact, near, ambiguous, tuple(unknown))


def _same(name: str, known: Sequence[str]) -> list[str]:
    """Return the known names a name means: equal as written, else but for width and the like."""
    if name in known:
        return [k for k in known if k == name]
    plain = _plain(name)
    for form in dict.fromkeys((plain, _below(plain))):
        for test in (_equal, _but_suffix):
            found = [k for k in known if test(form, _plain(k))]
            if found:
                return found
    return []


def _equal(a: str, b: str) -> bool:
    return a == b


def _but_suffix(a: str, b: str) -> bool:
    """Tell whether one is the other without its suffix; 朝阳区 and 朝阳县 are not the same."""
    return _bare(a) == b or a == _bare(b)


def _alike(name: str, known: Sequence[str]) -> tuple[tuple[str, float], ...]:
    form = _below(_plain(name))
    scored = []
    for k in dict.fromkeys(known):
        other = _plain(k)
        score = max(_likeness(form, other), _likeness(_bare(form), _bare(other)))
        if score >= _NEAR:
            scored.append((k, round(score, 2)))
    return tuple(sorted(scored, key=lambda s: -s[1])[:_MOST])


def _likeness(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def _plain(name: str) -> str:
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).casefold()
    for office, place in _OFFICES:
        text = office.sub(place, text)
    return text


def _bare(plain: str) -> str:
    return _SUFFIX.sub("", plain)


def _below(plain: str) -> str:
    """Return a name without the province and city before it, if anything stays."""
    rest = _ABOVE.sub("", plain, count=1)
    return rest if len(rest) >= 2 else plain
