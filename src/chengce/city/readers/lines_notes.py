"""Say what was worked out from the tables of the lines: trains cut short, waits by headway, gaps."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from chengce.city.readers.lines_tables import Sheet
from chengce.city.readers.lines_thread import Train
from chengce.city.readers.lines_track import Key, Track
from chengce.core.errors import Problem
from chengce.core.text import Text

OFF_S = 60  # a printed running time this far from the stated one is worth a look


def note_threading(
    sheet: Sheet,
    trains: Mapping[tuple[Key, str], Sequence[Train]],
    printed: pd.DataFrame,
    tracks: Mapping[Key, Track],
) -> None:
    """List departures that begin or end a train between the ends of its pattern, or stand alone."""
    begins: list[int] = []
    ends: list[int] = []
    alone: list[int] = []
    for train in (t for made in trains.values() for t in made):
        begin, end = train.cut
        if len(train.position) == 1:
            alone += [int(train.row[0])] if begin or end else []
            continue
        begins += [int(train.row[0])] if begin else []
        ends += [int(train.row[-1])] if end else []
    _list(sheet, printed, alone, "departure_alone", "warning",
          Text("{value} 的发车在前后站都找不到同一列车，按只运行一个区间计",
               "no train before or after fits the departure of {value}: taken as a train of one segment"))  # fmt: skip
    _list(sheet, printed, begins, "train_begins_on_the_way", "info",
          Text("{value} 的发车在上一站找不到同一列车，按本站始发计",
               "no train from the stop before fits the departure of {value}: taken to begin there"))  # fmt: skip
    _list(sheet, printed, ends, "train_ends_on_the_way", "info",
          Text("{value} 的发车在下一站找不到同一列车，按终到下一站计",
               "no train at the next stop fits the departure of {value}: taken to end at that stop"))  # fmt: skip
    _running_times(sheet, trains, tracks)


def _list(
    sheet: Sheet, printed: pd.DataFrame, places: list[int], code: str, severity: Any, said: Text
) -> None:
    at = printed.loc[sorted(places)]
    shown = [
        f"{line} {direction} {days} {stop} {s // 3600:02d}:{s // 60 % 60:02d}"
        for line, direction, days, stop, s in at[
            ["line", "direction", "days", "stop", "s"]
        ].itertuples(index=False)
    ]
    remedy = Text("核对该时刻；区间车、出库车可用 pattern 列标明",
                  "check the time; name short turns in the column pattern")  # fmt: skip
    sheet.report.rows(
        (code, said, remedy), at["row"].to_numpy(np.int64), np.array(shown, dtype=object),
        column="time", severity=severity,
    )  # fmt: skip


def _running_times(
    sheet: Sheet,
    trains: Mapping[tuple[Key, str], Sequence[Train]],
    tracks: Mapping[Key, Track],
) -> None:
    """Warn where printed departures are a minute or more from the running time stated."""
    seen: dict[tuple[Key, int], list[int]] = {}
    for (key, _), made in trains.items():
        count = tracks[key].positions
        for train in made:
            for i in np.flatnonzero(np.diff(train.position) == 1).tolist():
                lag = int(train.time[i + 1] - train.time[i])
                seen.setdefault((key, int(train.position[i]) % count), []).append(lag)
    for (key, position), lags in seen.items():
        track = tracks[key]
        stated, middle = track.lag(position, position + 1), float(np.median(lags))
        if abs(middle - stated) <= OFF_S:
            continue
        one, two = track.stops[position], track.stops[(position + 1) % track.positions]
        sheet.report.add(
            "run_time_differs",
            Text(
                f"{track.line} {track.direction} {one}—{two}：运行时间写作 {stated} 秒，时刻表中位数为 {middle:g} 秒",
                f"{track.line} {track.direction} {one}–{two}: stated as {stated} s, "
                f"the median of the departures is {middle:g} s",
            ),
            Text("以时刻表为准运行；核对 segments", "trains run as printed; check the segments"),
            severity="warning",
        )


def note_unserved(
    tracks: Mapping[Key, Track], trips: Sequence[Mapping[str, Any]], prefix: str
) -> list[Problem]:
    """Warn of lines and directions that have segments but no trip."""
    run = {str(t["shape"]) for t in trips}
    idle = [key for key in tracks if f"{prefix}{key[0]}:{key[1]}" not in run]
    return [
        Problem(
            "line_without_service",
            Text(f"线路 {line} {direction} 没有间隔也没有发车时刻，不运行",
                 f"line {line} {direction} has neither headways nor departures and does not run"),
            Text("补上 services 或 departures", "add services or departures"),
            column="line", severity="warning",
        )
        for line, direction in idle
    ]  # fmt: skip


def note_headways(often: pd.DataFrame, file: str) -> list[Problem]:
    """Say which lines are known by headway only, and what that means for waiting."""
    if not len(often):
        return []
    lines = list(dict.fromkeys(often["line"]))
    longest = float(often["headway"].max()) / 60.0
    return [
        Problem(
            "waits_by_headway",
            Text(
                f"{len(lines)} 条线路只有间隔、没有时刻：等候时间在出发时段内平均为半个间隔"
                f"（最长间隔 {longest:g} 分钟）",
                f"lines known by headway only: {len(lines)}; the wait for them averages half a headway over "
                f"the departure window (longest headway {longest:g} min)",
            ),
            Text("有时刻表的线路请用 departures 给出", "give departures where there is a timetable"),
            file=file, severity="info",
        )
    ]  # fmt: skip
