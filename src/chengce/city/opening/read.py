"""Read opening hours as people write them; what can be read in two ways is a question.

Notations: OpenStreetMap `opening_hours` (days, months, PH, off, 24/7), schema.org
`openingHours`, Chinese sentences (周一至周五 8:00-12:00，14:00-17:30；周末休息), clocks of 12 hours
(上午, 下午, am, pm) and plain spans (0800-1730). Not read: dates, weeks of the year, sunrise, school
holidays, open ends, comments. 节假日 is read as public holidays, 工作日 as Monday to Friday without
them; days not named are closed, and spans without any day hold on all seven.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from chengce.city.opening.tokens import Token, tokens
from chengce.city.opening.week import (
    DAY_MIN,
    HOLIDAY,
    Hours,
    Span,
    Spans,
    Week,
    joined,
    overlapping,
)

_ALL = frozenset(range(7))
_SELECT = ("days", "months", "ph", "work", "every")


@dataclass(frozen=True)
class Unread:
    """A text that was not understood; `code` says why: one of the questions about cells."""

    code: str


class _Stop(Exception):
    """Reading cannot go on; the first argument is the question's code."""


@dataclass
class _Rule:
    """What holds on some days of some months: spans, or closed where there are none."""

    months: set[int] = field(default_factory=set)
    days: set[int] = field(default_factory=set)
    work: bool = False
    spans: tuple[Span, ...] | None = None
    after: str = ";"

    @property
    def named(self) -> bool:
        return bool(self.days or self.months)

    @property
    def on(self) -> frozenset[int]:
        """Days the rule speaks of; where it names none, all seven."""
        return frozenset(self.days) or _ALL


@lru_cache(maxsize=65_536)
def read_hours(text: str, *, osm: bool = False) -> Hours | Unread:
    """Return the hours a text means, or why it was not understood.

    With `osm` the text follows OpenStreetMap's rules throughout, as it does in any case where days
    are written Mo to Su: a later rule replaces an earlier one, and a span that ends before it
    begins goes on after midnight. Elsewhere a closing on the next day must be said: 次日, 25:30.
    """
    signs = tokens(text)
    if not signs:
        return Unread("hours_not_understood")
    osm = osm or any(t.half == "en" for t in signs)
    try:
        return _hours(_rules(signs, osm), osm)
    except _Stop as stop:
        return Unread(str(stop))


def _rules(signs: list[Token], osm: bool) -> list[_Rule]:
    rules: list[_Rule] = []
    at, after = 0, ";"
    while at < len(signs):
        if signs[at].kind in (",", ";"):
            after = signs[at].kind if after != ";" or not rules else after
            at += 1
            continue
        rule = _Rule(after=after)
        at = _selector(signs, at, rule)
        at = _body(signs, at, rule, osm)
        rules.append(rule)
        after = ","
    return _trailing(rules, osm)


def _trailing(rules: list[_Rule], osm: bool) -> list[_Rule]:
    """Take days after the only spans as theirs: 8:00-17:00（周一至周五）; days alone are whole."""
    if len(rules) == 2 and rules[1].spans is None and not rules[0].named and rules[0].spans:
        rules[1].spans = rules[0].spans
        return rules[1:]
    for rule in rules:
        if rule.spans is None:
            if not osm:
                raise _Stop("hours_without_times")
            rule.spans = ((0, DAY_MIN),)
    return rules


def _selector(signs: list[Token], at: int, rule: _Rule) -> int:
    last: Token | None = None
    while at < len(signs):
        sign = signs[at]
        follows = signs[at + 1].kind if at + 1 < len(signs) else ""
        if sign.kind == "to" and last is not None and follows == last.kind in ("days", "months"):
            _range(last, signs[at + 1], rule)
            last, at = None, at + 2
        elif sign.kind == "," and rule.named and follows in _SELECT:
            at += 1
        elif sign.kind in _SELECT:
            _name(sign, rule)
            last, at = sign, at + 1
        else:
            return at
    return at


def _name(sign: Token, rule: _Rule) -> None:
    values = sign.value if isinstance(sign.value, tuple) else ()
    if sign.kind == "months":
        rule.months.update(values)
    elif sign.kind == "ph":
        rule.days.add(HOLIDAY)
    elif sign.kind == "every":
        rule.days.update(_ALL)
    elif sign.kind == "work":
        rule.days.update(range(5))
        rule.work = True
    else:
        rule.days.update(values)


def _range(first: Token, last: Token, rule: _Rule) -> None:
    a, b = (t.value[0] if isinstance(t.value, tuple) else 0 for t in (first, last))
    if first.kind == "days":
        rule.days.update((a + k) % 7 for k in range((b - a) % 7 + 1))
    else:
        rule.months.update((a - 1 + k) % 12 + 1 for k in range((b - a) % 12 + 1))


def _body(signs: list[Token], at: int, rule: _Rule, osm: bool) -> int:
    kind = signs[at].kind if at < len(signs) else ""
    if kind in ("off", "all"):
        rule.spans = () if kind == "off" else ((0, DAY_MIN),)
        if kind == "all" and not rule.days:
            rule.days = {*_ALL, HOLIDAY}
        return at + 1
    spans: list[Span] = []
    while at < len(signs) and signs[at].kind == "time":
        at, span = _span(signs, at, osm)
        spans.append(span)
        more = at + 1 < len(signs) and signs[at].kind in (",", ";") and signs[at + 1].kind == "time"
        at += 1 if more else 0
    if spans:
        if overlapping(spans):
            raise _Stop("hours_overlap")
        rule.spans = tuple(spans)
    elif not rule.named:
        raise _Stop("hours_not_understood")
    return at


def _span(signs: list[Token], at: int, osm: bool) -> tuple[int, Span]:
    kinds = [t.kind for t in signs[at : at + 4]]
    said = kinds == ["time", "to", "next", "time"]
    if not said and kinds[:3] != ["time", "to", "time"]:
        raise _Stop("hours_not_understood")
    first, last = signs[at], signs[at + (3 if said else 2)]
    start, end = _minute(first), _minute(last)
    if start >= DAY_MIN:
        raise _Stop("hours_not_understood")
    if said:
        end += DAY_MIN if end < DAY_MIN else 0
    elif first.half in ("pm", "noon") and not last.half and end < DAY_MIN // 2:
        end += DAY_MIN // 2  # 下午2:00-5:30
    if end == 0:
        end = DAY_MIN
    if end <= start and end != start and (osm or last.half == "early"):
        end += DAY_MIN
    if end <= start:
        raise _Stop("hours_past_midnight")
    if end > 2 * DAY_MIN:
        raise _Stop("hours_not_understood")
    return at + (4 if said else 3), (start, end)


def _minute(token: Token) -> int:
    return token.value if isinstance(token.value, int) else 0


def _hours(rules: list[_Rule], osm: bool) -> Hours:
    """Return the weeks the rules make, read one after another."""
    weeks = []
    for month in range(1, 13):
        here = [r for r in rules if not r.months or month in r.months]
        weeks.append(_week(here, osm) if here else Week(((),) * 7, ()))
    if not any(r.spans or not r.on <= {HOLIDAY} for r in rules):
        raise _Stop("hours_without_times")
    return Hours(tuple(weeks))


def _week(rules: Iterable[_Rule], osm: bool) -> Week:
    days: list[Spans | None] = [None] * 8
    owner: list[frozenset[int]] = [frozenset()] * 8
    work = False
    for rule in rules:
        work = work or rule.work
        for day in rule.on:
            before = days[day]
            spans = rule.spans or ()
            if before and spans and _adds(rule, owner[day], osm):
                spans = (*before, *spans)
                if overlapping(spans):
                    raise _Stop("hours_overlap")
            days[day], owner[day] = joined(spans), rule.on
    holiday = days[HOLIDAY]
    if holiday is None and work:
        holiday = ()
    return Week(tuple(d or () for d in days[:7]), holiday)


def _adds(rule: _Rule, owner: frozenset[int], osm: bool) -> bool:
    """Tell whether a rule adds to what an earlier one said of a day, or replaces it."""
    if osm:
        return rule.after == ","
    if rule.on == owner:
        return True
    if rule.on < owner:
        return False
    raise _Stop("hours_overlap")
