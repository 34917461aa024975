"""Read headways and printed departures of the lines, and say what is wrong with them."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.readers.lines_clock import clocks
from chengce.city.readers.lines_tables import YES, Sheet, known, marks
from chengce.city.readers.lines_track import Key, Track
from chengce.core.text import Text

Mask = NDArray[np.bool_]
_NO_LINE = Text(
    "线路与方向 {value} 没有（可用的）区间", "line and direction {value} have no (usable) segments"
)


def of_line(sheet: Sheet, tracks: Mapping[Key, Track]) -> Mask:
    """Report rows whose line and direction have no track."""
    keys = pd.MultiIndex.from_frame(sheet.frame[["line", "direction"]])
    fine = np.asarray(keys.isin(list(tracks)), dtype=bool) if tracks else np.zeros(len(keys), bool)
    named = sheet.frame.assign(line=sheet.frame["line"] + " " + sheet.frame["direction"])
    remedy = Text("在 segments 中补上区间，或核对名称", "add its segments, or check the names")
    Sheet(named, sheet.rows, sheet.report).wrong(
        ~fine, ("line_without_segments", _NO_LINE, remedy), column="line"
    )
    return fine


def of_days(sheet: Sheet, groups: Collection[str]) -> Mask:
    """Report rows of a group of days the calendar does not declare."""
    shown = "、".join(groups)
    what = Text(
        f"日历没有声明日期组 {{value}}（有：{shown}）",
        f"the calendar does not declare the days {{value}} (it has: {', '.join(groups)})",
    )
    return known(sheet, "days", list(groups), lambda _: what)


def seconds_of(sheet: Sheet, column: str, day_starts_s: int) -> tuple[NDArray[np.int64], Mask]:
    """Return seconds of a column of clock times (−1 blank), and which rows are fine."""
    found = clocks(sheet.frame[column].tolist(), day_starts_s=day_starts_s)
    said = (
        "not_a_time",
        Text("“{value}”不是时刻", "“{value}” is not a time"),
        Text("写作 6:05、06:05:30 或 24:10", "write 6:05, 06:05:30 or 24:10"),
    )
    bad = sheet.wrong(found == -2, said, column=column)
    return found, ~bad


def read_departures(
    sheet: Sheet, tracks: Mapping[Key, Track], groups: Collection[str], day_starts_s: int
) -> pd.DataFrame:
    """Return line, direction, days, pattern, position, time (s) and row of all usable departures."""
    fine = of_line(sheet, tracks) & of_days(sheet, groups)
    time, timed = seconds_of(sheet, "time", day_starts_s)
    said = ("missing_value", Text("没有时刻", "there is no time"), Text("补填", "fill it in"))
    fine &= timed & ~sheet.wrong(time == -1, said, column="stop")
    frame = sheet.frame.assign(
        s=time,
        row=sheet.rows,
        pattern=sheet.frame["pattern"].fillna(""),
        ends=marks(sheet, "ends") == YES,
    )
    frame = frame[fine].reset_index(drop=True)
    places = [
        {stop: i for i, stop in enumerate(tracks[line, direction].stops)}
        for line, direction in frame[["line", "direction"]]
        .drop_duplicates()
        .itertuples(index=False)
    ]
    which = frame.groupby(["line", "direction"], sort=False).ngroup().to_numpy()
    stops = frame["stop"].tolist()
    position = np.array(
        [places[w].get(s, -1) for w, s in zip(which, stops, strict=True)], dtype=np.int64
    )
    sheet = Sheet(frame, frame["row"].to_numpy(np.int64), sheet.report)
    said = ("stop_not_on_line",
            Text("该线路该方向不经过站点 {value}",
                 "the line does not pass stop {value} in this direction"),
            Text("核对站名与方向", "check the stop and the direction"))  # fmt: skip
    off = sheet.wrong(position < 0, said, column="stop")
    frame = frame.assign(position=position)[~off]
    again = frame.duplicated(["line", "direction", "days", "pattern", "position", "s"])
    said = ("departure_twice", Text("时刻 {value} 重复，只算一次", "the time {value} occurs again and counts once"),
            Text("删去重复的行", "remove the repeated rows"))  # fmt: skip
    mask = np.zeros(len(off), dtype=bool)
    mask[frame.index[again]] = True
    sheet.wrong(mask, said, column="time", warn=True)
    return frame[~again].reset_index(drop=True)


def read_services(
    sheet: Sheet, tracks: Mapping[Key, Track], groups: Collection[str], day_starts_s: int
) -> pd.DataFrame:
    """Return line, direction, days, start, end, headway (s) and row of all usable periods.

    A row without start or end runs from its first to its last departure; where both are given the
    period is cut to them, the last departure included.
    """
    fine = of_line(sheet, tracks) & of_days(sheet, groups)
    times = {}
    for column in ("start", "end", "first", "last"):
        times[column], timed = seconds_of(sheet, column, day_starts_s if column != "start" else 0)
        fine &= timed
    start = np.where(times["start"] < 0, times["first"], times["start"])
    start = np.where(times["first"] < 0, start, np.maximum(start, times["first"]))
    last = np.where(times["last"] < 0, -1, times["last"] + 1)
    end = np.where(times["end"] < 0, last, times["end"])
    end = np.where(last < 0, end, np.minimum(end, last))
    said = ("period_missing", Text("没有时段，也没有首末班", "neither a period nor first and last departure"),
            Text("填写 start、end，或 first、last", "give start and end, or first and last"))  # fmt: skip
    fine &= ~sheet.wrong((start < 0) | (end < 0), said, column="line")
    said = ("period_ends_before_it_starts",
            Text("时段的结束不晚于开始", "the period does not end after it starts"),
            Text("核对时段与首末班；零点以后写作 24:30",
                 "check the period; write 24:30 for half past midnight"))  # fmt: skip
    fine &= ~sheet.wrong((end <= start) & (start >= 0) & (end >= 0), said, column="line")
    headway, given = _headways(sheet)
    fine &= given
    frame = sheet.frame[["line", "direction", "days"]].assign(
        start=start, end=end, headway=headway, row=sheet.rows
    )
    frame = frame[fine].sort_values(["line", "direction", "days", "start"], kind="stable")
    before = frame.groupby(["line", "direction", "days"])["end"].shift()
    late = frame.index[(frame["start"] < before).to_numpy(dtype=bool)]
    mask = np.zeros(len(sheet.frame), dtype=bool)
    mask[late] = True
    said = ("service_periods_overlap",
            Text("同一线路、方向、日期组的时段重叠",
                 "periods of one line, direction and days overlap"),
            Text("把时段切开", "cut the periods"))  # fmt: skip
    sheet.wrong(mask, said, column="line")
    return frame.reset_index(drop=True)


def _headways(sheet: Sheet) -> tuple[NDArray[np.int64], Mask]:
    """Return headways in s from headway_s or headway_min; exactly one is given and positive."""
    by_s = sheet.frame["headway_s"].to_numpy(np.float64)
    by_min = sheet.frame["headway_min"].to_numpy(np.float64)
    said = ("headway_missing", Text("没有间隔，或秒与分钟都写了", "no headway, or both seconds and minutes"),
            Text("headway_s 与 headway_min 填且只填一个", "fill in one of headway_s and headway_min"))  # fmt: skip
    fine = ~sheet.wrong(np.isnan(by_s) == np.isnan(by_min), said, column="line")
    seconds = np.where(np.isnan(by_s), by_min * 60.0, by_s)
    said = ("headway_not_positive", Text("间隔须大于 0", "a headway is more than 0"),
            Text("核对原始数据", "check the source"))  # fmt: skip
    fine &= ~sheet.wrong(seconds <= 0, said, column="line")
    return np.nan_to_num(np.rint(seconds)).astype(np.int64), fine
