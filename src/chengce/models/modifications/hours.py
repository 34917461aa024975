"""Hold hours of the day, and lay measures over the periods streets already have.

Periods of a street in one direction never overlap. Where a measure meets a period, the period is
cut at the measure's ends; in the common part speed and capacity factors multiply and tolls add.
Measures may therefore be laid over each other in any order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import pandas as pd
from pydantic import BeforeValidator

from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import Draft
from chengce.models.modifications.periods import clock, seconds

DAY_S = 24 * 3600
HOURS = (
    "From and to, HH:MM, may run over midnight; all day if left out"
    " / 起止时刻 HH:MM，可跨零点；省略即全天"
)
Span = tuple[int, int]
Arc = tuple[str, int]  # street, direction: 1 along its geometry, 2 against
_Piece = tuple[int, int, "Effect"]


@dataclass(frozen=True)
class Effect:
    """What holds for cars on a street for some hours; `speed` 0 closes it to them."""

    speed: float = 1.0
    capacity: float = 1.0
    toll: float = 0.0

    def over(self, other: "Effect") -> "Effect":
        """Return both together."""
        return Effect(
            self.speed * other.speed, self.capacity * other.capacity, self.toll + other.toll
        )


CLOSED = Effect(speed=0.0, capacity=0.0)


def _check(value: Any) -> Any:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise Wrong(
            Text(
                '时段应写作 ["07:00", "09:00"]，即起止两个时刻',
                'hours are written ["07:00", "09:00"]: from and to',
            )
        )
    start, end = (clock(v) for v in value)
    if max(seconds(start), seconds(end)) > DAY_S:
        raise Wrong(
            Text(
                "时刻在 00:00 至 24:00 之间；跨零点的时段如 22:00 至 06:00 直接写",
                "hours lie between 00:00 and 24:00; write one over midnight as 22:00 to 06:00",
            )
        )
    if seconds(start) % DAY_S == seconds(end) % DAY_S:
        raise Wrong(
            Text(
                f"时段的起止相同（{start}）；全天请省去 hours",
                f"the hours begin and end at {start}; leave `hours` out to mean all day",
            )
        )
    return start, end


Hours = Annotated[tuple[str, str], BeforeValidator(_check)]


def spans(hours: tuple[str, str] | None) -> tuple[Span, ...]:
    """Return the parts of the day meant, seconds; two of them for hours that run over midnight."""
    if hours is None:
        return ((0, DAY_S),)
    start, end = (seconds(c) for c in hours)
    if start < end:
        return ((start, end),)
    return tuple(part for part in ((0, end), (start, DAY_S)) if part[0] < part[1])


def when(hours: tuple[str, str] | None) -> Text:
    """Say the hours at the end of a summary; nothing for all day."""
    if hours is None:
        return Text("", "")
    return Text(f"（{hours[0]}–{hours[1]}）", f" ({hours[0]}–{hours[1]})")


def lay(draft: Draft, effects: Mapping[Arc, Effect], over: Iterable[Span]) -> None:
    """Lay effects over hours of the day; an effect that changes nothing leaves the table as it is."""
    real = {arc: effect for arc, effect in effects.items() if effect != Effect()}
    if not real:
        return
    table = draft.table("street_periods")
    rows: dict[Arc, list[_Piece]] = {arc: [] for arc in real}
    arcs = list(zip(table["street"], table["direction"].tolist(), strict=True))
    for arc, row in zip(arcs, table.to_dict("records"), strict=True):
        if arc in real:
            effect = Effect(row["speed_factor"], row["capacity_factor"], row["toll"])
            rows[arc].append((int(row["start_s"]), int(row["end_s"]), effect))
    others = pd.Series([arc not in real for arc in arcs], index=table.index, dtype=bool)
    draft.keep("street_periods", others)
    for arc, effect in real.items():
        for span in over:
            rows[arc] = _laid(sorted(rows[arc], key=lambda p: p[:2]), span, effect)
    draft.append(
        "street_periods",
        [
            {"street": street, "direction": direction, "start_s": start, "end_s": end,
             "speed_factor": effect.speed, "capacity_factor": effect.capacity, "toll": effect.toll}
            for (street, direction), pieces in sorted(rows.items())
            for start, end, effect in pieces
        ],
    )  # fmt: skip


def _laid(pieces: list[_Piece], span: Span, effect: Effect) -> list[_Piece]:
    start, end = span
    out: list[_Piece] = []
    covered = start
    for first, last, old in pieces:
        if last <= start or first >= end:
            out.append((first, last, old))
            continue
        low, high = max(first, start), min(last, end)
        both = old.over(effect)
        parts = ((first, low, old), (covered, low, effect), (low, high, both), (high, last, old))
        out += [part for part in parts if part[0] < part[1]]
        covered = high
    if covered < end:
        out.append((covered, end, effect))
    return sorted(out, key=lambda p: p[:2])
