"""Count only places open at an hour; those whose hours are not known stay, and are counted."""

import re
from dataclasses import dataclass, replace

import numpy as np

from chengce.city.city import City
from chengce.city.opening.read import Unread, read_hours
from chengce.city.opening.week import HOLIDAY
from chengce.city.opening.write import DAYS, MONTHS, ZH_DAYS
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.opportunities import Opportunities

_ZH_DAYS = {day: i for i, day in enumerate(ZH_DAYS)} | {"节假日": HOLIDAY}
_DAYS = {d.lower(): i for i, d in enumerate(DAYS)} | {"ph": HOLIDAY} | _ZH_DAYS
_MONTHS = {m.lower(): i + 1 for i, m in enumerate(MONTHS)}
_MONTHS |= {f"{i}月": i for i in range(1, 13)}
_WHEN = re.compile(
    r"(?:(?P<month>\S+)\s+)?(?P<day>\S+)\s+(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
)


@dataclass(frozen=True)
class When:
    """A minute of a kind of day (0: Monday … 6: Sunday, 7: public holiday), perhaps of a month."""

    day: int
    minute: int
    month: int | None = None

    @property
    def text(self) -> Text:
        """Say when."""
        clock = f"{self.minute // 60:02d}:{self.minute % 60:02d}"
        zh = next(name for name, i in _ZH_DAYS.items() if i == self.day)
        en = (*DAYS, "PH")[self.day]
        if self.month is None:
            return Text(f"{zh} {clock}", f"{en} {clock}")
        return Text(f"{self.month}月{zh} {clock}", f"{MONTHS[self.month - 1]} {en} {clock}")


def read_when(text: str) -> When:
    """Return what `Sa 18:00`, `PH 9:00`, `Jul Su 20:00`, `周六 18:00` mean. Raises `Wrong`."""
    found = _WHEN.fullmatch(text.strip().casefold())
    day = _DAYS.get(found["day"]) if found else None
    month = _MONTHS.get(found["month"]) if found and found["month"] else None
    if not found or day is None or (found["month"] and month is None):
        raise Wrong(
            Text(
                f"“{text}”应写作 周六 18:00、节假日 9:00 或 7月 周日 20:00",
                f"“{text}” is written Sa 18:00, PH 9:00 or Jul Su 20:00",
            )
        )
    return When(day, int(found["hour"]) * 60 + int(found["minute"]), month)


def open_places(
    city: City, places: Opportunities, when: When
) -> tuple[Opportunities, list[Problem], Text]:
    """Return the places without those closed then, a warning of unknown hours, and a note.

    A place whose hours are not known, or do not speak of that day (a holiday, a month), is kept.
    """
    table = city.table("places")
    texts = dict(zip(table["id"], table["hours"], strict=True)) if "hours" in table else {}
    states = np.array([_state(texts.get(i), when) for i in places.ids], dtype=np.int64)
    counts = places.counts * (states != 0)
    unknown, shut = int((states < 0).sum()), int((states == 0).sum())
    said = when.text
    note = Text(
        f"{said.zh} 开放 {int((states > 0).sum())} 处、关闭 {shut} 处（不计）、时间不详 {unknown} 处（照计）",
        f"{said.en}: {int((states > 0).sum())} places open, {shut} closed (not counted), "
        f"{unknown} of unknown hours (counted)",
    )
    warnings = []
    if unknown:
        kinds = np.array(places.kinds)[states < 0]
        listed = ", ".join(f"{k} {int((kinds == k).sum())}" for k in sorted(set(kinds.tolist())))
        warnings.append(
            Problem(
                "hours_unknown",
                Text(
                    f"{unknown}/{len(states)} 处设施不知 {said.zh} 是否开放，照常计入：{listed}",
                    f"whether open at {said.en} is unknown for {unknown} of {len(states)} places; "
                    f"they are counted: {listed}",
                ),
                Text("补上 places 的 hours", "give the hours of the places"),
                column="hours",
                severity="warning",
            )
        )
    return replace(places, counts=counts), warnings, note


def _state(text: object, when: When) -> int:
    """Return 1 for open, 0 for closed, −1 for unknown."""
    if not isinstance(text, str):
        return -1
    hours = read_hours(text, osm=True)
    state = None if isinstance(hours, Unread) else hours.state(when.day, when.minute, when.month)
    return -1 if state is None else int(state)
