"""Ask about a part of the day, such as 08:00-09:00."""

import re
from dataclasses import dataclass

from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.periods import seconds

DAY_S = 86_400


@dataclass(frozen=True)
class Period:
    """Part of a day: seconds after midnight, `end_s` exclusive."""

    start_s: int
    end_s: int

    @property
    def hours(self) -> float:
        """Length in hours."""
        return (self.end_s - self.start_s) / 3600.0

    def __str__(self) -> str:
        return "-".join(f"{s // 3600:02d}:{s % 3600 // 60:02d}" for s in (self.start_s, self.end_s))


def parse_period(text: str) -> Period:
    """Read "HH:MM-HH:MM"; raises `Wrong` if it is not that, or ends before it begins."""
    parts = re.split(r"\s*[-–—~至]\s*", text.strip())
    if len(parts) != 2:
        raise Wrong(
            Text(
                f"时段应写作 08:00-09:00，现为“{text}”",
                f'a period is written 08:00-09:00, not "{text}"',
            )
        )
    period = Period(seconds(parts[0]), seconds(parts[1]))
    if not period.start_s < period.end_s <= DAY_S:
        raise Wrong(
            Text(
                f"时段须先始后终，不晚于 24:00，现为“{text}”",
                f'a period ends after it begins, by 24:00; not "{text}"',
            )
        )
    return period
