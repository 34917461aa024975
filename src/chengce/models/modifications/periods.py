"""State a headway for a period of the service day; read clock times."""

import datetime as dt
import itertools
import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from chengce.core.text import Text
from chengce.core.validation import Wrong

_CLOCK = re.compile(r"^(\d{1,2}):([0-5]\d)(?::([0-5]\d))?$")


class Headway(BaseModel):
    """One vehicle every `minutes` from `from` until `to` (exclusive); hours may exceed 24."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )

    start: str = Field(alias="from", description="Start, HH:MM / 开始时刻")
    end: str = Field(alias="to", description="End, HH:MM, exclusive / 结束时刻")
    minutes: float = Field(gt=0, le=24 * 60, description="Headway, minutes / 发车间隔（分钟）")

    _clock = field_validator("start", "end", mode="before")(lambda value: clock(value))

    @model_validator(mode="after")
    def _ordered(self) -> "Headway":
        if self.end_s <= self.start_s:
            raise Wrong(
                Text(
                    f"结束时刻 to（{self.end}）须晚于起始时刻 from（{self.start}）；跨零点请写 24 时以后，如 25:30",
                    f"`to` ({self.end}) must be later than `from` ({self.start}); "
                    "after midnight write hours beyond 24, such as 25:30",
                )
            )
        return self

    @property
    def start_s(self) -> int:
        """Start in seconds after midnight."""
        return seconds(self.start)

    @property
    def end_s(self) -> int:
        """End in seconds after midnight."""
        return seconds(self.end)

    @property
    def headway_s(self) -> int:
        """Headway in whole seconds, at least one."""
        return max(1, round(self.minutes * 60))

    def row(self, headway_s: int) -> dict[str, Any]:
        """Return the period as a row of frequencies, without its trip, at a headway in seconds."""
        return {"start_s": self.start_s, "end_s": self.end_s, "headway_s": headway_s,
                "exact": False}  # fmt: skip


def clock(value: Any) -> str:
    """Return a clock time as text; YAML 1.1 reads an unquoted 06:30 as 390, minutes in base 60."""
    text = f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) else str(value)
    if not _CLOCK.match(text):
        raise Wrong(_not_a_clock(value))
    return text


def seconds(clock: str) -> int:
    """Return seconds after midnight of HH:MM or HH:MM:SS."""
    match = _CLOCK.match(clock)
    if match is None:
        raise Wrong(_not_a_clock(clock))
    hours, minutes, rest = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + rest


def _not_a_clock(value: object) -> Text:
    return Text(f"时刻应写作 HH:MM，现为“{value}”", f'a clock time is written HH:MM, not "{value}"')


def days(value: Any) -> Any:
    """Return dates as sorted text; YAML reads an unquoted 2026-05-12 as a date."""
    if not isinstance(value, list | tuple):
        return value
    try:
        found = [v if isinstance(v, dt.date) else dt.date.fromisoformat(str(v)) for v in value]
    except ValueError:
        shown = ", ".join(map(str, value))
        raise Wrong(
            Text(
                f"日期应写作 YYYY-MM-DD，现为“{shown}”",
                f'dates are written YYYY-MM-DD, not "{shown}"',
            )
        ) from None
    return tuple(sorted({day.isoformat() for day in found}))


def check_periods(periods: tuple[Headway, ...]) -> tuple[Headway, ...]:
    """Return the periods in order; overlapping ones are refused."""
    ordered = tuple(sorted(periods, key=lambda p: p.start_s))
    for before, after in itertools.pairwise(ordered):
        if after.start_s < before.end_s:
            both = f"{before.start}–{before.end}, {after.start}–{after.end}"
            raise Wrong(Text(f"时段重叠：{both}", f"periods overlap: {both}"))
    return ordered


def describe(periods: tuple[Headway, ...]) -> Text:
    """Say the headways of all periods in one phrase."""
    zh = "、".join(f"{p.start}–{p.end} 每 {p.minutes:g} 分钟一班" for p in periods)
    en = ", ".join(f"{p.start}–{p.end} every {p.minutes:g} min" for p in periods)
    return Text(zh, en)
