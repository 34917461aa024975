"""Write hours in one notation, that of OpenStreetMap's `opening_hours`, the same for the same hours.

Days not named are closed; spans past midnight go on beyond 24:00; `PH` is there if it is known.
"""

from collections.abc import Sequence

from chengce.city.opening.week import DAY_MIN, Hours, Spans, Week

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ZH_DAYS = tuple(f"周{day}" for day in "一二三四五六日")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHOLE: Spans = ((0, DAY_MIN),)


def write_hours(hours: Hours) -> str:
    """Return the text; `read_hours` gives the same hours back."""
    if all(week == Week((_WHOLE,) * 7, _WHOLE) for week in hours.months):
        return "24/7"
    weeks = list(dict.fromkeys(hours.months))
    if len(weeks) == 1:
        return _week(weeks[0], "")
    parts = []
    for week in weeks:
        where = [i for i, w in enumerate(hours.months) if w == week]
        parts.append(_week(week, _runs(where, MONTHS) + " "))
    return "; ".join(parts)


def clock(minute: int) -> str:
    """Return HH:MM, hours beyond 24 after midnight."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _week(week: Week, before: str) -> str:
    rules = []
    for spans in dict.fromkeys(s for s in week.days if s):
        named = _runs([i for i, s in enumerate(week.days) if s == spans], DAYS)
        if spans == week.holiday:
            named += ",PH"
        rules.append(f"{before}{named} {_spans(spans)}")
    if week.holiday is not None and week.holiday not in [s for s in week.days if s]:
        rules.append(f"{before}PH {_spans(week.holiday)}")
    if not any(week.days) and not week.holiday:
        rules.insert(0, f"{before}Mo-Su off")
    return "; ".join(rules)


def _spans(spans: Spans) -> str:
    return ",".join(f"{clock(a)}-{clock(b)}" for a, b in spans) or "off"


def _runs(at: Sequence[int], names: Sequence[str]) -> str:
    """Return names of numbers, three or more in a row as a range, two as a list."""
    parts: list[str] = []
    run: list[int] = []
    for i in [*at, -9]:
        if run and i != run[-1] + 1:
            whole = [names[k] for k in run]
            parts += [f"{whole[0]}-{whole[-1]}"] if len(run) > 2 else whole
            run = []
        run.append(i)
    return ",".join(parts)
