"""Read an OpenStreetMap extract into the tables of a city: streets, turns, places, ground."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from chengce.city.readers.osm_ground import ground as ground_table
from chengce.city.readers.osm_places import places as place_table
from chengce.city.readers.osm_scan import Scan, scan
from chengce.city.readers.osm_turns import turns
from chengce.city.readers.osm_ways import Streets, streets
from chengce.core.errors import ChengceError, Problem, Severity
from chengce.core.text import Text

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
_SHOWN = 10

_LEFT_OUT_TURNS: dict[str, tuple[Severity, Text]] = {
    "via_way": ("warning", Text("经由路段（而非节点）", "it runs over a via way, not a node")),
    "members": ("warning", Text("成员不全", "its from, via or to is missing or not unique")),
    "members_not_streets": (
        "warning",
        Text(
            "成员不在路网中，或不与经由点相接", "a member is no street here or misses the via node"
        ),
    ),
    "not_drivable": (
        "info",
        Text("成员本就不允许机动车按该方向行驶", "cars may not drive its members that way anyway"),
    ),
    "other_vehicles": (
        "info",
        Text("只限其他车辆或时段", "it is for other vehicles or hours only"),
    ),
    "unknown_kind": ("warning", Text("限制类型不认识", "its kind is unknown")),
    "ambiguous": ("warning", Text("指向不明确", "it fits more than one pair of streets")),
}


@dataclass(frozen=True)
class OsmLayers:
    """The tables of one extract, each to its contract in `city.layers`.

    `places` and `ground` are None when not asked for; `problems` are warnings and notes.
    """

    streets: gpd.GeoDataFrame
    turns: pd.DataFrame
    places: gpd.GeoDataFrame | None
    ground: gpd.GeoDataFrame | None
    problems: tuple[Problem, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name, without those not asked for and an empty `turns`."""
        named = {"streets": self.streets, "places": self.places, "ground": self.ground}
        found = {name: frame for name, frame in named.items() if frame is not None}
        return found | ({"turns": self.turns} if len(self.turns) else {})


def read_osm(
    path: Path, *, places: bool = True, ground: bool = True, index: str = "flex_mem"
) -> OsmLayers:
    """Read an OSM file (PBF, or XML by its suffix) and return its layers.

    Streets are cut at junctions and at barriers (`osm_ways`); who may use them follows
    `osm_access` and `osm_wheelchair`. Squares are streets along their outline only: nothing
    crosses their middle. Ferries are left out.

    `index` names osmium's node index: `flex_mem` keeps 16 bytes a node in memory (0.2 GB for an
    extract of 100 MB); for a country give a file, as `sparse_file_array,/path/to/nodes.idx`.

    Raises `ChengceError` with code `osm_missing`, `osm_empty`, `osm_truncated`, `osm_not_pbf`,
    `osm_unreadable` or `osm_without_streets`.
    """
    found = _scan(path, places=places, ground=ground, index=index)
    made = streets(found)
    if made.frame.empty:
        raise ChengceError(_without_streets(found, made, path))
    turned = turns(found.restrictions, made.frame)
    placed = place_table(found.places) if places else None
    problems = _notes(found, made)
    for reason, ids in turned.left_out.items():
        severity, why = _LEFT_OUT_TURNS[reason]
        problems.append(
            _listed(
                f"osm_turn_{reason}",
                Text(f"转向限制未采用（{why.zh}）", f"turn restrictions not used: {why.en}"),
                (f"r{i}" for i in ids),
                severity=severity,
            )
        )
    if placed is not None and placed.merged:
        problems.append(
            _listed(
                "osm_places_merged",
                Text(
                    "同一设施重复绘制，已并入其面要素", "places drawn twice, merged into their area"
                ),
                (f"{a}→{b}" for a, b in placed.merged.items()),
                severity="info",
            )
        )
    if placed is not None and placed.unread:
        problems.append(
            _listed(
                "osm_hours_not_understood",
                Text(
                    "opening_hours 读不懂，开放时间按不详处理",
                    "opening_hours not understood; the hours count as unknown",
                ),
                (f"{i} {text}" for i, text in placed.unread.items()),
                severity="warning",
            )
        )
    return OsmLayers(
        made.frame,
        turned.frame,
        placed.frame if placed else None,
        ground_table(found.ground, made.frame, found.box) if ground else None,
        tuple(
            Problem(p.code, p.message, p.remedy, path.name, severity=p.severity) for p in problems
        ),
    )


def _scan(path: Path, *, places: bool, ground: bool, index: str) -> Scan:
    if not path.is_file():
        raise ChengceError(
            Problem(
                "osm_missing",
                Text("找不到地图文件", "the map file is not there"),
                Text("检查路径", "check the path"),
                file=path.name,
            )
        )
    if path.stat().st_size == 0:
        raise ChengceError(
            Problem(
                "osm_empty",
                Text("地图文件是空的（0 字节）", "the map file is empty (0 bytes)"),
                Text("重新下载", "download it again"),
                file=path.name,
            )
        )
    try:
        return scan(path, places=places, ground=ground, index=index)
    except RuntimeError as error:
        raise ChengceError(_unreadable(str(error), path)) from error


def _unreadable(reason: str, path: Path) -> Problem:
    """Say in the user's words what osmium's message means."""
    lower = reason.lower()
    if any(word in lower for word in ("unexpected eof", "truncated", "uncompress", "decompress")):
        return Problem(
            "osm_truncated",
            Text(
                f"地图文件不完整或已损坏：读到一半就断了（{reason}）",
                f"the map file is cut short or damaged: reading stopped midway ({reason})",
            ),
            Text(
                "多半是下载中断：重新下载，并核对文件大小或校验码",
                "most likely the download broke off: fetch it again and compare size or checksum",
            ),
            file=path.name,
        )
    if any(
        w in lower for w in ("could not detect", "blobheader", "blob contains", "xml", "top-level")
    ):
        return Problem(
            "osm_not_pbf",
            Text(f"这不是 OSM 地图文件（{reason}）", f"this is not an OSM map file ({reason})"),
            Text(
                "请给出 .osm.pbf 文件；网页、压缩包或 Shapefile 需先转换",
                "give an .osm.pbf file; a web page, archive or Shapefile must be converted first",
            ),
            file=path.name,
        )
    return Problem(
        "osm_unreadable",
        Text(f"无法读取地图文件：{reason}", f"the map file cannot be read: {reason}"),
        Text("用 osmium fileinfo 检查该文件", "check the file with osmium fileinfo"),
        file=path.name,
    )


def _without_streets(found: Scan, made: Streets, path: Path) -> Problem:
    if made.missing_nodes and len(found.ways.ids):
        message = Text(
            f"{len(found.ways.ids)} 条道路的节点都没有坐标，无法成图",
            f"the nodes of all {len(found.ways.ids)} street ways have no location",
        )
        remedy = Text(
            "文件可能缺节点或未按节点、路、关系排序：用 osmium sort 排序，或重新裁剪（complete_ways）",
            "nodes are absent or come after the ways: run osmium sort, or cut the extract anew "
            "with complete ways",
        )
    else:
        message = Text(
            f"没有任何可通行的道路（带 highway 标签的路共 {found.highways} 条）",
            f"there is no street that anyone may use ({found.highways} ways with a highway tag)",
        )
        remedy = Text("换一个包含道路的数据范围", "use an extract that contains streets")
    return Problem("osm_without_streets", message, remedy, file=path.name)


def _notes(found: Scan, made: Streets) -> list[Problem]:
    problems = []
    if made.broken_ways:
        problems.append(
            _listed(
                "osm_missing_nodes",
                Text(
                    f"数据裁剪处缺 {made.missing_nodes} 个节点，道路在缺口处断开",
                    f"{made.missing_nodes} nodes are missing where the extract was cut; "
                    "the ways are broken there",
                ),
                (f"w{i}" for i in made.broken_ways),
                remedy=Text("重新裁剪时保留完整道路", "cut the extract with complete ways"),
            )
        )
    if made.doubtful_barriers:
        problems.append(
            _listed(
                "osm_barrier_at_junction",
                Text(
                    "路障标在三岔以上的路口，无法判断拦的是哪条路，未采用",
                    "barriers on a junction of three or more streets: whose is unclear, not applied",
                ),
                (f"n{i}" for i in made.doubtful_barriers),
                remedy=Text("在地图中把路障移到所拦的路上", "move them onto the street they close"),
            )
        )
    if found.street_areas:
        problems.append(
            _listed(
                "osm_street_areas",
                Text(
                    "以多边形关系绘制的广场未作为道路读入",
                    "squares drawn as multipolygons are not read as streets",
                ),
                (f"r{i}" for i in found.street_areas),
                severity="info",
            )
        )
    if found.unbuilt:
        problems.append(
            _listed(
                "osm_open_areas",
                Text(
                    "面要素的边界不闭合或超出数据范围，未读入",
                    "areas whose outline is not closed in this extract, not read",
                ),
                (f"r{i}" for i in found.unbuilt),
                severity="info",
            )
        )
    if found.unknown_roads:
        problems.append(
            _listed(
                "osm_unknown_highway",
                Text("道路类别不认识，未读入", "ways of an unknown class, not read"),
                (f"{road} ({n})" for road, n in sorted(found.unknown_roads.items())),
                severity="info",
            )
        )
    return problems


def _listed(
    code: str,
    what: Text,
    items: Iterable[str],
    *,
    severity: Severity = "warning",
    remedy: Text = Text("", ""),
) -> Problem:
    """Return one problem that counts its items and names the first ten."""
    named = list(items)
    shown = ", ".join(named[:_SHOWN]) + (" …" if len(named) > _SHOWN else "")
    return Problem(
        code,
        Text(f"{what.zh}：{len(named)} 处，{shown}", f"{what.en}: {len(named)}, {shown}"),
        remedy,
        severity=severity,
    )
