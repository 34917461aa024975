"""Hold hours of the service day of a timetable: they go on beyond 24:00 after midnight."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.periods import clock, seconds

SERVICE_HOURS = (
    "Departures from the first stop from (inclusive) to (exclusive), HH:MM, after midnight beyond"
    " 24:00; all if left out / 首站发车时刻的起止 HH:MM（含起不含止），零点后写到 24 时以后；省略即全天"
)


def _check(value: Any) -> Any:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise Wrong(
            Text(
                '时段应写作 ["07:00", "09:00"]，即起止两个时刻',
                'hours are written ["07:00", "09:00"]: from and to',
            )
        )
    start, end = (clock(v) for v in value)
    if seconds(end) <= seconds(start):
        raise Wrong(
            Text(
                f"时段的结束（{end}）须晚于开始（{start}）；跨零点请写 24 时以后，如 25:30",
                f"hours end ({end}) after they begin ({start}); "
                "after midnight write hours beyond 24, such as 25:30",
            )
        )
    return start, end


ServiceHours = Annotated[tuple[str, str], BeforeValidator(_check)]


def span(hours: tuple[str, str]) -> tuple[int, int]:
    """Return start and end, seconds after midnight of the service day."""
    return seconds(hours[0]), seconds(hours[1])
