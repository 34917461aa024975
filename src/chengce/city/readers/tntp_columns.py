"""Tell from the header of a TNTP network which column is which; the standard order otherwise.

Most files follow the order of the format. Some (Gold Coast, Sydney) put critical speed and lanes
where others have toll and type, so a header that names the columns is believed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

STANDARD = ("init_node", "term_node", "capacity", "length", "free_flow_time", "b", "power",
            "speed", "toll", "link_type")  # fmt: skip
NEEDED = STANDARD[:7]
_ALSO = {
    "init": "init_node", "tail": "init_node", "from": "init_node", "from_node": "init_node",
    "start": "init_node", "start_node": "init_node", "a": "init_node",
    "term": "term_node", "head": "term_node", "to": "term_node", "to_node": "term_node",
    "end": "term_node", "end_node": "term_node",
    "total_capacity": "capacity", "cap": "capacity", "link_capacity": "capacity",
    "distance": "length", "link_length": "length",
    "fftt": "free_flow_time", "fft": "free_flow_time", "ftime": "free_flow_time",
    "free_flow": "free_flow_time", "free_flow_travel_time": "free_flow_time", "t0": "free_flow_time",
    "alpha": "b", "beta": "power", "p": "power",
    "speed_limit": "speed", "ff_speed": "speed", "free_flow_speed": "speed",
    "type": "link_type",
}  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Positions by name; `per_lane`: the header says capacity is that of one lane."""

    at: dict[str, int]
    per_lane: bool = False

    @property
    def needed(self) -> int:
        """How many cells a row must have."""
        return max(self.at[name] for name in NEEDED) + 1


def columns_of(headers: Sequence[str]) -> Columns:
    """Return the columns by the last header line that names all that are needed."""
    per_lane = any(re.search(r"capacity[^\t]*per lane", h.lower()) for h in headers)
    for header in reversed(headers):
        names = [_name(word) for word in _words(header)]
        at = {name: names.index(name) for name in STANDARD if names.count(name) == 1}
        if all(name in at for name in NEEDED):
            return Columns(at, per_lane)
    return Columns({name: i for i, name in enumerate(STANDARD)}, per_lane)


def _words(header: str) -> list[str]:
    """Split a header at tabs, at wide gaps, or at every blank: the first that gives enough."""
    text = header.strip().lstrip("~").strip(" \t;.")
    ways = (text.split("\t"), re.split(r"\s{2,}", text), text.split())
    found = [[word.strip() for word in way if word.strip(" ;.")] for way in ways]
    return next((words for words in found if len(words) >= len(NEEDED)), found[-1])


def _name(word: str) -> str:
    plain = re.sub(r"\([^)]*\)", "", word.lower())
    plain = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return _ALSO.get(plain, plain)
