"""Say on which dates each group of days runs: weekdays, weekends, moving holidays, worked weekends."""

import datetime as dt
from collections.abc import Iterator

from chengce.city.readers.lines_spec import DAYS, Calendar


def dates_of(calendar: Calendar) -> dict[str, tuple[str, ...]]:
    """Return the dates (ISO, sorted) of each group of days.

    A holiday is nothing but `holiday`: neither weekday nor weekend nor Monday. A worked weekend
    day is a `weekday`, no `weekend` and no Saturday or Sunday. Dates named outright count as
    written, even outside first and last.
    """
    found: dict[str, set[str]] = {group: set() for group in calendar.days}
    for day in _span(calendar):
        kinds = _kinds(day, calendar)
        for group, wanted in calendar.days.items():
            if kinds & set(wanted):
                found[group].add(day.isoformat())
    for group, wanted in calendar.days.items():
        found[group] |= {k for k in wanted if k[:1].isdigit()}
    return {group: tuple(sorted(dates)) for group, dates in found.items()}


def _span(calendar: Calendar) -> Iterator[dt.date]:
    day = calendar.first
    while day <= calendar.last:
        yield day
        day += dt.timedelta(days=1)


def _kinds(day: dt.date, calendar: Calendar) -> set[str]:
    if day in calendar.holidays:
        return {"holiday", "every"}
    if day in calendar.workdays:
        return {"weekday", "every"}
    week = "weekend" if day.weekday() >= 5 else "weekday"
    return {week, DAYS[day.weekday()], "every"}
