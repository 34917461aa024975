"""Check what gates and compounds say of each other: places, hours, walls that overlap."""

from collections.abc import Collection, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from chengce.city.assumptions import default_assumptions
from chengce.city.checks_rows import SHOWN, at
from chengce.city.layers import column_of
from chengce.core.errors import Problem
from chengce.core.text import Text

Tables = Mapping[str, pd.DataFrame]
OVERLAP = 0.01  # share of the smaller compound from which two are said to overlap


def gate_problems(
    name: str, frame: pd.DataFrame, tables: Tables, *, unread: Collection[str] = ()
) -> list[Problem]:
    """Return the problems of `gates` or `compounds`; other tables have none.

    Called once a table meets its contract; `unread` names tables that could not be read. A compound
    without a gate is only a warning.
    """
    if name == "gates" and len(frame):
        return [*_hours(frame), *_places(frame, tables)]
    if name == "compounds" and len(frame):
        return [*_apart(frame), *([] if "gates" in unread else _without_gate(frame, tables))]
    return []


def _hours(frame: pd.DataFrame) -> list[Problem]:
    if not {"from_s", "to_s"} & set(frame.columns):
        return []
    start, end = (
        frame[c] if c in frame.columns else pd.Series(pd.NA, frame.index, "Int64")
        for c in ("from_s", "to_s")
    )
    half = (start.isna() != end.isna()).to_numpy(dtype=bool)
    backwards = (end <= start).fillna(False).to_numpy(dtype=bool)
    return [
        *at("gates", column_of("gates", "to_s"), half, "gate_hours_incomplete",
            Text("开放时间只有起点或终点", "only one end of the opening hours is given"),
            Text("补齐两个时刻；不清楚就都留空（开放时间不详）",
                 "give both, or leave both blank: hours unknown")),
        *at("gates", column_of("gates", "to_s"), backwards, "gate_hours_backwards",
            Text("关门不晚于开门", "the gate does not close after it opens"),
            Text("改正时刻；跨零点的大门写成两行，一行到 24:00，一行从 0:00 起",
                 "correct the hours; write a gate open over midnight as two rows, one to 24:00 and one from 0:00"),
            end),
    ]  # fmt: skip


def _places(frame: pd.DataFrame, tables: Tables) -> list[Problem]:
    """A gate stands in the wall of its compound, as near as the default `gate_tolerance`."""
    compounds = tables.get("compounds")
    if compounds is None or not len(compounds) or not isinstance(compounds, gpd.GeoDataFrame):
        return []
    row = pd.Index(compounds["id"].astype(str)).get_indexer(frame["compound"].astype(str))
    if (row < 0).any() or compounds["id"].duplicated().any():
        return []  # said already
    plane = compounds.geometry.estimate_utm_crs()
    walls = compounds.geometry.to_crs(plane).boundary.to_numpy()
    metres = np.asarray(
        shapely.distance(gpd.GeoSeries(frame["geometry"]).to_crs(plane).to_numpy(), walls[row])
    )
    limit = default_assumptions()["gate_tolerance"].value
    return at("gates", column_of("gates", "compound"), metres > limit, "gate_off_its_wall",
              Text(f"大门距所属小区边界超过 {limit:g} 米",
                   f"the gate lies more than {limit:g} m from the boundary of its compound"),
              Text("核对大门位置、所属小区或小区边界", "check the gate's place, its compound or the boundary"),
              frame["compound"].astype(str) + pd.Series(metres, frame.index).map("：{:.0f} m".format))  # fmt: skip


def _apart(frame: pd.DataFrame) -> list[Problem]:
    """Compounds may share a wall, not ground: a point is in one of them."""
    shapes = frame.geometry.to_crs(frame.geometry.estimate_utm_crs()).to_numpy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = one < two
    one, two = one[pair], two[pair]
    shared = shapely.area(shapely.intersection(shapes[one], shapes[two]))
    smaller = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[two]))
    over = shared > OVERLAP * smaller
    wrong: NDArray[np.bool_] = np.zeros(len(frame), dtype=bool)
    wrong[two[over]] = True
    other = pd.Series("", frame.index, dtype=object)
    for i, j in zip(one[over].tolist(), two[over].tolist(), strict=True):
        other.iloc[j] = f"{frame['id'].iloc[i]} / {frame['id'].iloc[j]}"
    return at("compounds", column_of("compounds", "id"), wrong, "compounds_overlap",
              Text("小区范围重叠", "the compound overlaps another"),
              Text("改正边界，或合并为一个小区", "correct the boundaries, or make them one compound"),
              other)  # fmt: skip


def _without_gate(frame: pd.DataFrame, tables: Tables) -> list[Problem]:
    gates = tables.get("gates")
    known = set() if gates is None else set(gates["compound"].astype(str))
    keys = [str(k) for k in frame["id"] if str(k) not in known]
    if not keys:
        return []
    shown = keys[:SHOWN]
    more = len(keys) - len(shown)
    return [
        Problem(
            "compound_without_gate",
            Text(
                f"{len(keys)} 个小区没有已知大门，步行按最近道路点计："
                + "、".join(shown) + (f" 等，另有 {more} 个" if more else ""),
                f"{len(keys)} compounds have no known gate; people walk to the nearest street: "
                + ", ".join(shown) + (f" and {more} more" if more else ""),
            ),
            Text("在 gates 表中补上大门", "add their gates to the table `gates`"),
            file="compounds",
            column="id",
            severity="warning",
        )
    ]  # fmt: skip
