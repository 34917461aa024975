"""Read trips between zones from a CSV table: origin, destination, count, and class if there are several."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.gmns_table import GmnsTable, Words, read_gmns_table
from chengce.core.errors import Problem
from chengce.core.text import Text

WHAT = Text("出行量表", "table of trips")
ORIGIN = ("origin", "o_zone_id", "from_zone_id", "from_zone", "o", "起点", "起点小区", "出发小区")
DESTINATION = (
    "destination",
    "d_zone_id",
    "to_zone_id",
    "to_zone",
    "d",
    "终点",
    "终点小区",
    "到达小区",
)
COUNT = ("count", "volume", "trips", "flow", "demand", "出行量", "流量", "次数")
CLASS = ("class", "mode", "agent_type", "车类", "车种", "方式")
PCE = ("pce", "当量", "折算系数")


@dataclass(frozen=True)
class CsvTrips:
    """Trips of one class of vehicles: `demand` float64[zones, zones], `pce` of one vehicle."""

    name: str
    demand: NDArray[np.float64]
    pce: float


def read_csv_trips(path: Path, zones: Sequence[str]) -> tuple[list[CsvTrips], tuple[Problem, ...]]:
    """Read trips between the zones named, by class in order of appearance; pairs are added up.

    Columns: origin, destination, count; optional class and pce. Raises `ChengceError` with every
    problem: row, column and what to do.
    """
    table = read_gmns_table(path, WHAT, (ORIGIN, DESTINATION, COUNT))
    count = table.numbers(*COUNT)
    said = (
        "trips_count",
        Text("没有出行量", "there is no count"),
        Text("填写数字", "write a number"),
    )
    table.wrong(said, table.blank(*COUNT), table.has(*COUNT) or "count")
    said = ("trips_negative", Text("出行量为负：{value}", "negative count: {value}"),
            Text("改正该值", "correct the value"))  # fmt: skip
    table.wrong(said, count < 0, table.has(*COUNT) or "count")
    origin, destination = (_places(table, names, zones) for names in (ORIGIN, DESTINATION))
    kinds = table.words(*CLASS)
    pce = table.numbers(*PCE, blank=1.0)
    said = ("trips_pce", Text("车辆换算系数须为正数：{value}", "pce must be more than 0: {value}"),
            Text("改正该值", "correct the value"))  # fmt: skip
    table.wrong(said, pce <= 0, table.has(*PCE) or "pce")
    table.report.stop_if_wrong()
    out = []
    for kind in dict.fromkeys(kinds):
        at = np.flatnonzero(kinds == kind)
        demand = np.zeros((len(zones), len(zones)))
        np.add.at(demand, (origin[at], destination[at]), count[at])
        if np.ptp(pce[at]) > 0:
            table.report.add(
                "trips_pce_differs",
                Text(f"类别“{kind}”的 pce 不止一个值", f'class "{kind}" has more than one pce'),
                Text("同一类别只用一个值", "use one value per class"),
                column="pce",
            )
        out.append(CsvTrips(str(kind) or "car", demand, float(pce[at[0]])))
    if not out:
        table.report.add("empty_file", Text("表中没有数据行", "the table has no rows"),
                         Text("核对导出是否完整", "check that the export is complete"))  # fmt: skip
    table.report.stop_if_wrong()
    _repeated(table, kinds, origin, destination)
    return out, tuple(table.report.found)


def _repeated(
    table: GmnsTable, kinds: Words, origin: NDArray[np.int64], destination: NDArray[np.int64]
) -> None:
    """Warn of pairs given more than once."""
    _, kind = np.unique(kinds.astype(np.str_), return_inverse=True)
    _, first = np.unique(np.stack([kind, origin, destination]), axis=1, return_index=True)
    again = np.setdiff1d(np.arange(len(kinds)), first)
    if len(again):
        lines = ", ".join(map(str, table.rows[again[:10]])) + (" …" if len(again) > 10 else "")
        table.report.add(
            "trips_repeated_pair",
            Text(
                f"{len(again)} 行的起讫对前面已有，已相加（行 {lines}）",
                f"{len(again)} rows repeat a pair and were added up (rows {lines})",
            ),
            Text("若并非此意，请各留一处", "keep one of each if that is not meant"),
            row=int(table.rows[again[0]]),
            severity="warning",
        )


def _places(table: GmnsTable, names: Sequence[str], zones: Sequence[str]) -> NDArray[np.int64]:
    index = {zone: i for i, zone in enumerate(zones)}
    ids: Words = table.ids(*names)
    places = np.array([index.get(i, -1) for i in ids], dtype=np.int64)
    listed = ", ".join(zones[:8]) + (" …" if len(zones) > 8 else "")
    said = (
        "trips_unknown_zone",
        Text("路网没有小区 {value}", "the network has no zone {value}"),
        Text(f"路网的小区有：{listed}", f"the network has: {listed}"),
    )
    bad = np.flatnonzero(places < 0)
    table.report.rows(said, table.rows[bad], ids[bad], column=table.has(*names) or names[0])
    return places
