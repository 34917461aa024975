"""Hold when a place is open: by month, day of the week and public holiday, in minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

DAY_MIN = 1440
HOLIDAY = 7  # the day after Sunday (6) in what `Hours.state` is asked
Span = tuple[int, int]  # minutes after midnight, from and to; beyond 1440 on the next day
Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Week:
    """Open spans of the seven days, Monday first, and of public holidays (None: not stated)."""

    days: tuple[Spans, ...]
    holiday: Spans | None = None


@dataclass(frozen=True)
class Hours:
    """The weeks of the twelve months, January first; equal hours are equal values."""

    months: tuple[Week, ...]

    def state(self, day: int, minute: int, month: int | None = None) -> bool | None:
        """Return whether the place is open; None where the hours don't say.

        `day` is 0 (Monday) to 6, or `HOLIDAY`; `minute` 0 to 1439; `month` 1 to 12, or None: then
        the answer is one only if all months give the same. The night before a holiday counts as
        that of a holiday.
        """
        weeks = self.months if month is None else (self.months[month - 1],)
        found = {_open(week, day, minute) for week in weeks}
        return found.pop() if len(found) == 1 else None


def _open(week: Week, day: int, minute: int) -> bool | None:
    if day == HOLIDAY:
        if week.holiday is None:
            return None
        today = before = week.holiday
    else:
        today, before = week.days[day], week.days[day - 1]
    late = minute + DAY_MIN
    return any(a <= minute < b for a, b in today) or any(a <= late < b for a, b in before)


def joined(spans: Iterable[Span]) -> Spans:
    """Return spans in order, those that touch made one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)


def overlapping(spans: Iterable[Span]) -> bool:
    """Tell whether two spans of a day have minutes in common."""
    ordered = sorted(spans)
    return any(b[0] < a[1] for a, b in pairwise(ordered))


def always(week: Week) -> Hours:
    """Return hours that are the same in every month."""
    return Hours((week,) * 12)
