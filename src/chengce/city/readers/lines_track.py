"""Order the segments of every line and direction into a track, and say where they do not join."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Geod

from chengce.city.readers.lines_tables import Sheet, known
from chengce.core.text import Text

Key = tuple[str, str]  # line, direction
FASTEST_MPS, SLOWEST_MPS, SHORT_M = 120.0, 0.5, 100.0


@dataclass(frozen=True)
class Track:
    """The stops of a line in one direction, in order.

    `run[i]` and `dwell[i]` (s): running time from stop i to the next one, and the time a vehicle
    stands at that next one. A `ring` comes back to its first stop, which is listed once; its last
    segment leads there. `number` counts the directions of the line from 0.
    """

    line: str
    direction: str
    number: int
    stops: tuple[str, ...]
    run: NDArray[np.int64]
    dwell: NDArray[np.int64]
    ring: bool

    def lag(self, first: int, last: int) -> int:
        """Return s from departure at position `first` to departure at `last`, stops on the way in."""
        at = np.arange(first, last) % len(self.run)
        return int(self.run[at].sum() + self.dwell[at].sum())

    @property
    def positions(self) -> int:
        """Number of different stops."""
        return len(self.stops)


def read_tracks(segments: Sheet, stops: "pd.Series[str]") -> dict[Key, Track]:
    """Return the tracks whose segments join and refer to stops; the others are reported."""
    what = Text("没有站点 {value}", "there is no stop {value}")
    fine = known(segments, "from", stops, lambda _: what)
    fine &= known(segments, "to", stops, lambda _: what)
    frame = segments.frame
    remedy = Text("单位为秒，须大于 0", "seconds, more than 0")
    said = (
        "run_time_not_positive",
        Text("运行时间为 {value}", "the running time is {value}"),
        remedy,
    )
    fine &= ~segments.wrong(frame["run_s"] <= 0, said, column="run_s")
    key = ["line", "direction", "sequence"]
    said = ("duplicate_key", Text("区间序号 {value} 重复", "segment {value} occurs again"),
            Text("同一线路、方向内序号不可重复", "number the segments of a direction once"))  # fmt: skip
    fine &= ~segments.wrong(frame.duplicated(key), said, column="sequence")
    tracks: dict[Key, Track] = {}
    numbers: dict[str, int] = {}
    for (line, direction), part in frame.groupby(["line", "direction"], sort=False):
        number = numbers.setdefault(line, 0)
        numbers[line] += 1
        ordered = part.sort_values("sequence")
        at = ordered.index.to_numpy()
        if _joined(segments, at) and fine[at].all():
            tracks[line, direction] = _track(line, direction, number, ordered)
    return tracks


def _joined(segments: Sheet, at: NDArray[np.int64]) -> bool:
    """Each segment must begin where the one before it ends, and no stop be passed twice."""
    ordered = segments.frame.loc[at]
    broken = (ordered["from"] != ordered["to"].shift()).to_numpy(dtype=bool, copy=True)
    broken[0] = False
    mask = np.zeros(len(segments.frame), dtype=bool)
    mask[at[broken]] = True
    said = ("segments_do_not_join",
            Text("区间起点 {value} 不是上一区间的终点",
                 "the segment begins at {value}, not where the one before ends"),
            Text("核对序号与站名；支线另作一个方向",
                 "check order and names; write a branch as a direction of its own"))  # fmt: skip
    segments.wrong(mask, said, column="from")
    again = ordered["to"].duplicated().to_numpy(dtype=bool, copy=True)
    again |= (ordered["to"].isin(ordered["from"].iloc[:1]).to_numpy(dtype=bool)
              & (np.arange(len(at)) < len(at) - 1))  # fmt: skip
    mask = np.zeros(len(segments.frame), dtype=bool)
    mask[at[again]] = True
    said = ("line_passes_stop_twice",
            Text("同一方向两次经过站点 {value}", "the direction passes stop {value} twice"),
            Text("环线只在末尾回到起点；其他情形另设站台编号",
                 "a ring comes back to its first stop at its end; else give the platform its own id"))  # fmt: skip
    segments.wrong(mask, said, column="to")
    return not broken.any() and not again.any()


def _track(line: str, direction: str, number: int, ordered: pd.DataFrame) -> Track:
    ring = ordered["to"].iloc[-1] == ordered["from"].iloc[0]
    stops = ordered["from"].tolist() + ([] if ring else [ordered["to"].iloc[-1]])
    dwell = ordered["dwell_s"].fillna(0.0)
    return Track(
        line=line,
        direction=direction,
        number=number,
        stops=tuple(stops),
        run=np.ceil(ordered["run_s"].to_numpy(np.float64)).astype(np.int64),
        dwell=np.ceil(dwell.to_numpy(np.float64)).astype(np.int64),
        ring=bool(ring),
    )


def check_speeds(segments: Sheet, stops: gpd.GeoDataFrame, tracks: Mapping[Key, Track]) -> None:
    """Warn of segments that would be run faster than any train or slower than a walk."""
    frame = segments.frame
    usable = pd.MultiIndex.from_frame(frame[["line", "direction"]]).isin(list(tracks))
    where = stops.drop_duplicates("id").set_index("id")["geometry"]
    metres = np.full(len(frame), np.nan)
    if usable.any():
        one = gpd.GeoSeries(where.reindex(frame.loc[usable, "from"]))
        two = gpd.GeoSeries(where.reindex(frame.loc[usable, "to"]))
        metres[usable] = Geod(ellps="WGS84").inv(
            one.x.to_numpy(), one.y.to_numpy(), two.x.to_numpy(), two.y.to_numpy()
        )[2]
    speed = metres / frame["run_s"].to_numpy(np.float64)
    odd = (speed > FASTEST_MPS) | ((speed < SLOWEST_MPS) & (metres > SHORT_M))
    said = (
        "speed_implausible",
        Text("按站点直线距离，{value} 秒的运行时间不合常理",
             "a running time of {value} s does not fit the distance between the stops"),
        Text("核对单位（应为秒）与站点坐标", "check the unit (seconds) and the places of the stops"),
    )  # fmt: skip
    segments.wrong(odd, said, column="run_s", warn=True)
