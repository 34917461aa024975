"""Read a road network of the General Modeling Network Specification: node, link, movement, config.

GMNS 0.96 (Zephyr Foundation): a folder of CSV tables. Zones are the `zone_id` of nodes.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chengce.city.readers.gmns_links import GmnsLinks, read_gmns_links
from chengce.city.readers.gmns_movements import read_gmns_movements
from chengce.city.readers.gmns_table import Floats, Words, read_gmns_table
from chengce.city.readers.gmns_units import GmnsUnits, read_gmns_units
from chengce.city.readers.raw_file import no_file
from chengce.city.readers.tables_report import Report
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

NODES = Text("节点表 node.csv", "node.csv")
CENTROIDS = ("centroid", "zone_centroid", "taz_centroid")


@dataclass(frozen=True)
class GmnsNetwork:
    """Nodes (n), links and turns of a folder.

    `nodes`: ids; `zone_of`: zone id of each node, "" for none; `centroid`: nodes marked as one
    (node_type), which no path passes through; `x`, `y` in the folder's coordinate system, NaN
    where absent. `banned`, `penalty`: turns by positions of links, penalties in minutes.
    """

    nodes: Words
    zone_of: Words
    centroid: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    x: Floats
    y: Floats
    links: GmnsLinks
    banned: list[tuple[int, int]]
    penalty: list[tuple[int, int, float]]
    units: GmnsUnits
    warnings: tuple[Problem, ...] = ()


def read_gmns_network(folder: Path) -> GmnsNetwork:
    """Read a folder; raises `ChengceError` with every problem of every table."""
    missing = [n for n in ("node.csv", "link.csv") if not (folder / n).is_file()]
    if missing:
        what = Text("GMNS 目录中的 {n}", "{n} of the GMNS folder")
        raise ChengceError([no_file(folder / n, what.format(n=n)) for n in missing])
    report = Report(str(folder))
    table = read_gmns_table(folder / "node.csv", NODES, (("node_id",),))
    nodes = table.ids("node_id")
    _, first = np.unique(nodes.astype(np.str_), return_index=True)
    twice = np.setdiff1d(np.arange(len(nodes)), first)
    said = ("gmns_node_twice", Text("节点编号 {value} 重复", "node_id {value} is used twice"),
            Text("编号须唯一", "ids must be unique"))  # fmt: skip
    table.report.rows(said, table.rows[twice], nodes[twice], column="node_id")
    x, y = table.numbers("x_coord"), table.numbers("y_coord")
    kinds = table.words("node_type")
    centroid = np.array([k.lower().replace(" ", "_") in CENTROIDS for k in kinds], dtype=bool)
    zone_of = table.ids("zone_id")
    zone_of[zone_of == "0"] = ""  # some programs write 0 for "no zone"
    if not (zone_of != "").any():
        table.report.add(
            "gmns_no_zones",
            Text("没有节点带 zone_id，出行无从起讫", "no node has a zone_id: trips can begin nowhere"),
            Text("在 node.csv 的 zone_id 列写明小区", "give zones in the column zone_id of node.csv"),
            column="zone_id",
        )  # fmt: skip
    report.found += table.report.found
    units = read_gmns_units(folder, report)
    links = read_gmns_links(folder / "link.csv", units, nodes, report)
    report.stop_if_wrong()
    banned: list[tuple[int, int]] = []
    penalty: list[tuple[int, int, float]] = []
    if (folder / "movement.csv").is_file():
        banned, penalty = read_gmns_movements(folder / "movement.csv", links, report)
    report.stop_if_wrong()
    return GmnsNetwork(nodes, zone_of, centroid, x, y, links, banned, penalty, units,
                       tuple(report.found))  # fmt: skip
