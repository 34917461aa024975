"""Check what the tables of traffic say of each other: hours, directions, lanes, counts."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.checks_rows import at, backwards
from chengce.city.layers import column_of
from chengce.core.errors import Problem
from chengce.core.text import Text

Tables = Mapping[str, pd.DataFrame]
Mask = NDArray[np.bool_]
TWO_ROWS = Text(
    "改正起止时刻（零点起的秒数）；跨零点的时段分成两行",
    "correct the seconds after midnight; write a period over midnight as two rows",
)


def traffic_problems(name: str, frame: pd.DataFrame, tables: Tables) -> list[Problem]:
    """Return the problems of streets, their turns and periods, of flows and of counts.

    Called once a table meets its contract; other tables have none.
    """
    if name in ("street_periods", "flows", "counts"):
        found = backwards(name, frame, TWO_ROWS)
        if name == "street_periods" and not found:
            found = [*_factors(frame), *_apart(frame), *_shut(name, frame, _closed(frame, tables))]
        return found + (_measured(frame, tables) if name == "counts" else [])
    if name == "streets":
        return _carriageways(frame)
    if name == "turns":
        return _delays(frame)
    return _counted_links(frame, tables) if name == "count_links" else []


def _factors(frame: pd.DataFrame) -> list[Problem]:
    wrong = ((frame["capacity_factor"] == 0) & (frame["speed_factor"] > 0)).to_numpy(dtype=bool)
    column = column_of("street_periods", "capacity_factor")
    return at("street_periods", column, wrong, "no_capacity_but_open",
              Text("通行能力系数为 0，而道路并未封闭", "the capacity is 0 but the street is open"),
              Text("封闭请将 speed_factor 设为 0", "to close the street, set speed_factor to 0"))  # fmt: skip


def _apart(frame: pd.DataFrame) -> list[Problem]:
    """Periods of one street and direction may not overlap."""
    ordered = frame.reset_index(drop=True).sort_values(["street", "direction", "start_s"])
    before = ordered.groupby(["street", "direction"])["end_s"].shift()
    wrong = np.zeros(len(frame), dtype=bool)
    wrong[ordered.index[(ordered["start_s"] < before).to_numpy()]] = True
    return at("street_periods", column_of("street_periods", "start_s"), wrong, "periods_overlap",
              Text("同一路段同一方向的时段重叠", "periods of a street in one direction overlap"),
              Text("时段首尾相接，互不重叠", "let one period end where the next begins"),
              frame["street"])  # fmt: skip


def _look_up(table: pd.DataFrame, column: str, keys: "pd.Series[str]") -> "pd.Series[Any] | None":
    """Return the value of a column by id, null where there is none; None without such a column."""
    if not {"id", column} <= set(table.columns):
        return None
    return table.drop_duplicates("id").set_index("id")[column].reindex(keys)


def _closed(frame: pd.DataFrame, tables: Tables) -> Mask:
    """Tell the rows whose street cars may not drive in the row's direction."""
    drive = _look_up(tables["streets"], "drive", frame["street"]) if "streets" in tables else None
    if drive is None:
        return np.zeros(len(frame), dtype=bool)
    bits = pd.to_numeric(drive, errors="coerce").fillna(3).to_numpy(dtype=np.int64)
    return np.asarray((bits & frame["direction"].to_numpy(dtype=np.int64)) == 0)


def _shut(name: str, frame: pd.DataFrame, wrong: Mask) -> list[Problem]:
    return at(name, column_of(name, "direction"), wrong, "direction_closed",
              Text("该方向不通行机动车", "cars may not drive in this direction"),
              Text("核对方向：1 顺路段几何方向，2 逆向",
                   "check the direction: 1 along the geometry of the street, 2 against it"),
              frame["street"])  # fmt: skip


def _delays(frame: pd.DataFrame) -> list[Problem]:
    """A turn that takes time says how long; a banned one takes none."""
    given = (
        frame["delay_s"].notna() if "delay_s" in frame.columns else pd.Series(False, frame.index)
    )
    wrong = ((frame["kind"] == "delay") != given).to_numpy(dtype=bool)
    return at("turns", column_of("turns", "delay_s"), wrong, "turn_delay_misplaced",
              Text("kind 为 delay 的转向须给出 delay_s，其余不得给出",
                   "delay_s goes with turns of kind delay, and only with them"),
              Text("补上延误秒数，或改 kind", "give the seconds of delay, or change kind"),
              frame["id"])  # fmt: skip


def _carriageways(frame: pd.DataFrame) -> list[Problem]:
    """A direction open to cars has room for them; a delay that grows needs a power."""
    found = []
    drive = frame["drive"].to_numpy(dtype=np.int64)
    for what, zh in (("lanes", "车道数"), ("capacity", "通行能力")):
        for bit, way in ((1, "along"), (2, "against")):
            name = f"{what}_{way}"
            if name in frame.columns:
                wrong = (drive & bit > 0) & (frame[name] == 0).to_numpy(dtype=bool, na_value=False)
                found += at("streets", column_of("streets", name), wrong, "open_without_room",
                            Text(f"机动车可通行的方向{zh}为 0", f"{what} is 0 where cars may drive"),
                            Text("不明则留空；不通行则改 drive",
                                 "leave it blank if unknown; close the direction in `drive` if shut"),
                            frame["id"])  # fmt: skip
    if "vdf_b" in frame.columns:
        power = frame["vdf_power"] if "vdf_power" in frame.columns else pd.Series(0, frame.index)
        wrong = ((frame["vdf_b"] > 0) & ~(power > 0)).to_numpy(dtype=bool, na_value=False)
        found += at("streets", column_of("streets", "vdf_power"), wrong, "delay_without_power",
                    Text("给出了 vdf_b，却没有大于 0 的 vdf_power",
                         "vdf_b is given without a vdf_power above 0"),
                    Text("成对给出，或都留空", "give both, or leave both blank"), frame["id"])  # fmt: skip
    return found


def _measured(frame: pd.DataFrame, tables: Tables) -> list[Problem]:
    """A count on links has links; a count at a stop names one that exists."""
    links = (frame["kind"] == "links").to_numpy(dtype=bool)
    members = tables["count_links"].get("count", []) if "count_links" in tables else []
    alone = links & ~frame["id"].isin(members).to_numpy(dtype=bool)
    found = at("counts", column_of("counts", "id"), alone, "count_without_links",
               Text("路段计数没有对应的路段", "a count on links has no links"),
               Text("在 count_links 表中列出其路段与方向",
                    "list its streets and directions in count_links"), frame["id"])  # fmt: skip
    stop = frame["stop"] if "stop" in frame.columns else pd.Series(None, frame.index, dtype="str")
    missing = ~links & stop.isna().to_numpy(dtype=bool)
    found += at("counts", column_of("counts", "stop"), missing, "count_without_stop",
                Text("进出站计数没有站点", "a count of entries or exits has no stop"),
                Text("填写站点编号", "give the id of the stop"), frame["id"])  # fmt: skip
    if "id" in tables.get("stops", ()):
        unknown = ~missing & ~links & ~stop.isin(tables["stops"]["id"]).to_numpy(dtype=bool)
        found += at("counts", column_of("counts", "stop"), unknown, "foreign_key_violation",
                    Text("在 stops 表中找不到", "not found in table stops"),
                    Text("核对编号，或补上被引用的行", "check the id, or add the row it refers to"),
                    stop)  # fmt: skip
    return found


def _counted_links(frame: pd.DataFrame, tables: Tables) -> list[Problem]:
    """Links belong to counts on links, and cars are counted where they may drive."""
    counts = tables.get("counts", pd.DataFrame())
    kind, mode = (_look_up(counts, column, frame["count"]) for column in ("kind", "mode"))
    if kind is None or mode is None:
        return []
    wrong = (kind.notna() & (kind != "links")).to_numpy(dtype=bool)
    found = at("count_links", column_of("count_links", "count"), wrong, "links_of_a_station_count",
               Text("进出站计数不应有路段", "a count of entries or exits has no links"),
               Text("删去，或把计数的 kind 改为 links", "remove them, or let the count be of kind links"),
               frame["count"])  # fmt: skip
    motor = mode.isin(["car", "truck"]).to_numpy(dtype=bool)
    return found + _shut("count_links", frame, motor & _closed(frame, tables))
