"""Read the hours of a timetable: 6:05, 06:05:30, 24:10, 次日 0:10; small hours belong to yesterday."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

DAY_S = 86_400
LATEST_S = 2 * DAY_S
_CLOCK = re.compile(r"(次日)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?")


def clock(text: str, *, day_starts_s: int = 0) -> int | None:
    """Return seconds after midnight of the service day, or None if `text` is no clock time.

    Hours run to 47. A time before `day_starts_s` belongs to the service day before: 00:10 is
    24:10. 次日 before a time says the same.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    found = _CLOCK.fullmatch(plain)
    if found is None:
        return None
    later, hours, minutes, seconds = found.groups()
    if int(minutes) > 59 or int(seconds or 0) > 59:
        return None
    at = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    if later or at < day_starts_s:
        at += DAY_S
    return at if at <= LATEST_S else None


def clocks(texts: Sequence[object], *, day_starts_s: int = 0) -> NDArray[np.int64]:
    """Return the seconds of many cells: −1 where blank, −2 where it is no clock time."""
    seen: dict[object, int] = {}
    out = np.empty(len(texts), np.int64)
    for i, text in enumerate(texts):
        if text not in seen:
            if not isinstance(text, str) or not text.strip():
                seen[text] = -1
            else:
                at = clock(text, day_starts_s=day_starts_s)
                seen[text] = -2 if at is None else at
        out[i] = seen[text]
    return out
