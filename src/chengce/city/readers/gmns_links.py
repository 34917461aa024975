"""Read link.csv of a GMNS folder: one entry per direction cars may drive in, times in minutes."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.constant_delay import fold_constant
from chengce.city.readers.gmns_table import Floats, GmnsTable, Words, read_gmns_table
from chengce.city.readers.gmns_units import GmnsUnits
from chengce.city.readers.tables_report import Report
from chengce.core.text import Text

WHAT = Text("路段表 link.csv", "link.csv")
B, POWER = 0.15, 4.0  # Bureau of Public Roads (1964); said in a warning wherever it is used
NOT_CARS = frozenset(
    ("walk", "ped", "pedestrian", "pedestrians", "foot", "bike", "bicycle", "cycle", "transit", "bus",
     "brt", "rail", "railway", "train", "metro", "subway", "tram", "ferry", "none")
)  # fmt: skip
_CORRECT = Text("改正该值", "correct the value")
_NEEDED = (("link_id",), ("from_node_id",), ("to_node_id",))


@dataclass(frozen=True)
class GmnsLinks:
    """Directed links (m): `ids` of the file (both directions of a street share one), end nodes.

    `sign` int8: 1 as drawn in the file, −1 against. `free_flow` minutes, `capacity` pcu per hour,
    all lanes; `length` in the folder's unit, `toll` in its currency. `rows`: line in link.csv.
    """

    ids: Words
    tail: Words
    head: Words
    sign: NDArray[np.int8]
    free_flow: Floats
    capacity: Floats
    b: Floats
    power: Floats
    length: Floats
    toll: Floats
    rows: NDArray[np.int64]

    def take(self, at: NDArray[np.int64]) -> "GmnsLinks":
        """Return some links."""
        return replace(self, **{name: column[at] for name, column in vars(self).items()})


def read_gmns_links(path: Path, units: GmnsUnits, nodes: Words, report: Report) -> GmnsLinks:
    """Read the links cars may use; problems go to `report`, those of the file itself are raised."""
    table = read_gmns_table(path, WHAT, _NEEDED)
    open_ = for_cars(table)
    length = table.numbers("length")
    lanes = table.numbers("lanes", blank=1.0)
    capacity = table.numbers("capacity")
    b, power = _delay(table)
    free_flow = _free_flow(table, length, units, open_ & (lanes > 0))
    links = GmnsLinks(
        table.ids("link_id"), table.ids("from_node_id"), table.ids("to_node_id"),
        np.ones(len(table), np.int8), free_flow, capacity * lanes, b, power, np.nan_to_num(length),
        table.numbers("toll", blank=0.0), table.rows,
    )  # fmt: skip
    _check(table, links, nodes, lanes, capacity)
    both = ~table.flags("directed", blank=True)
    table.report.rows(
        ("gmns_link_twice", Text("路段编号 {value} 重复", "link_id {value} is used twice"),
         Text("编号须唯一", "ids must be unique")),
        table.rows[_repeats(links.ids)], links.ids[_repeats(links.ids)], column="link_id",
    )  # fmt: skip
    report.found += table.report.found
    free_flow, b, power = fold_constant(free_flow, b, power)
    capacity = np.where(np.isnan(links.capacity), 0.0, links.capacity)  # only where b = 0
    links = replace(links, free_flow=free_flow, b=b, power=power, capacity=capacity)
    kept = np.flatnonzero(open_ & (lanes > 0))
    back = replace(links, tail=links.head, head=links.tail, sign=-links.sign)
    return _joined(links.take(kept), back.take(kept[both[kept]]))


def for_cars(table: GmnsTable) -> NDArray[np.bool_]:
    """Tell which rows cars may use: all, but those whose allowed_uses are all something else."""
    cells = [str(w).lower().replace(";", ",").split(",") for w in table.words("allowed_uses")]
    uses = [{part.strip() for part in parts} - {""} for parts in cells]
    return np.array([not words or not words <= NOT_CARS for words in uses], dtype=bool)


def _delay(table: GmnsTable) -> tuple[Floats, Floats]:
    """Return B and power, the values of 1964 where the file has none."""
    b = table.numbers("vdf_alpha", "vdf_alpha1", "vdf_b", "bpr_alpha", "b")
    power = table.numbers("vdf_beta", "vdf_beta1", "vdf_power", "bpr_beta", "power")
    absent = np.count_nonzero(np.isnan(b) | np.isnan(power))
    if absent:
        table.report.add(
            "gmns_default_delay",
            Text(
                f"{absent} 条路段没有 vdf_alpha、vdf_beta，用 BPR（1964）的 {B} 与 {POWER:g}",
                f"{absent} links have no vdf_alpha and vdf_beta; {B} and {POWER:g} of BPR (1964) are used",
            ),
            Text("有本地标定值时请写入 link.csv", "write locally calibrated values into link.csv"),
            severity="warning",
        )
    return np.where(np.isnan(b), B, b), np.where(np.isnan(power), POWER, power)


def _free_flow(
    table: GmnsTable, length: Floats, units: GmnsUnits, used: NDArray[np.bool_]
) -> Floats:
    """Return minutes at free flow: as stated, else length over speed."""
    stated = table.numbers("vdf_fftt", "vdf_fftt1", "fftt")
    speed = table.numbers("free_speed")
    with np.errstate(divide="ignore", invalid="ignore"):
        free_flow = np.where(np.isnan(stated), units.minutes * length / speed, stated)
    said = (
        "gmns_no_time",
        Text(
            "既没有 vdf_fftt，也没有可用的 length 与 free_speed",
            "neither vdf_fftt nor a usable length and free_speed",
        ),
        Text("补上 length 与 free_speed", "add length and free_speed"),
    )
    table.wrong(said, used & ~np.isfinite(free_flow), "free_speed")
    return np.where(np.isfinite(free_flow), free_flow, 0.0)


def _check(
    table: GmnsTable, links: GmnsLinks, nodes: Words, lanes: Floats, capacity: Floats
) -> None:
    known = set(nodes)
    for column, ends in (("from_node_id", links.tail), ("to_node_id", links.head)):
        said = ("gmns_unknown_node", Text("node.csv 没有节点 {value}", "node.csv has no node {value}"),
                Text("核对节点编号", "check the id of the node"))  # fmt: skip
        table.wrong(said, np.array([e not in known for e in ends], dtype=bool), column)

    def negative(column: str, values: Floats) -> None:
        said = ("gmns_negative", Text("值为负：{value}", "negative: {value}"), _CORRECT)
        table.wrong(said, values < 0, column)

    negative("length", links.length)
    negative("lanes", lanes)
    negative("capacity", capacity)
    negative("toll", links.toll)
    negative(table.has("vdf_fftt", "vdf_fftt1", "fftt") or "free_speed", links.free_flow)
    negative(
        table.has("vdf_alpha", "vdf_alpha1", "vdf_b", "bpr_alpha", "b") or "vdf_alpha", links.b
    )
    said = ("gmns_capacity", Text("没有通行能力", "there is no capacity"),
            Text("填写每车道每小时的通行能力（pcu）", "give the capacity per lane and hour (pcu)"))  # fmt: skip
    absent = np.isnan(links.capacity) | (links.capacity == 0)
    table.wrong(said, (lanes > 0) & (links.b > 0) & absent, "capacity")


def _repeats(ids: Words) -> NDArray[np.int64]:
    _, first = np.unique(ids.astype(np.str_), return_index=True)
    return np.setdiff1d(np.arange(len(ids)), first)


def _joined(one: GmnsLinks, two: GmnsLinks) -> GmnsLinks:
    columns = {name: np.concatenate([getattr(one, name), getattr(two, name)]) for name in vars(one)}
    order = np.lexsort((-columns["sign"].astype(np.int64), columns["rows"]))
    return GmnsLinks(**columns).take(order)
