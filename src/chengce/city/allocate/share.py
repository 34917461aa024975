"""Share the totals of areas out to zones: whole people, exact by area, by zone and by group.

The homes of one area in one zone are a *piece*: people are shared out to pieces by their weight, so
that rounding is by zone and not by home. What reaches no zone is a piece without a zone; nobody is
lost: the pieces of an area always sum to its total.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.allocate.homes import (
    Areas,
    area_of_each,
    areas_of,
    homes_of,
    weights_of,
    zone_of_each,
)
from chengce.city.allocate.problems import error, listed, notice, people
from chengce.city.allocate.rounding import whole_parts, whole_table
from chengce.city.allocate.spec import TotalsSpec
from chengce.city.allocate.totals import Totals, joined, mixed_bases
from chengce.city.layers import WGS84
from chengce.core.errors import Problem
from chengce.core.groups import TOTAL
from chengce.core.text import Text

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shared:
    """What comes of totals: tables `people`, `totals`, `allocation`, and `zones` if made here."""

    people: pd.DataFrame
    totals: pd.DataFrame
    allocation: pd.DataFrame
    zones: gpd.GeoDataFrame | None

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name."""
        found = {"people": self.people, "totals": self.totals, "allocation": self.allocation}
        return found if self.zones is None else {**found, "zones": self.zones}


def share_out(
    read: Sequence[Totals], tables: Mapping[str, pd.DataFrame]
) -> tuple[Shared | None, list[Problem]]:
    """Share totals out to the zones of a city, or to its homes where it has no zones.

    Returns nothing but the problems where any of them is an error.
    """
    problems = mixed_bases(read, {"people": tables["people"]} if "people" in tables else {})
    buildings = tables.get("buildings")
    if not isinstance(buildings, gpd.GeoDataFrame):
        return None, [*problems, _no_buildings()]
    homes = homes_of(buildings)
    given = tables.get("areas")
    areas = areas_of(given if isinstance(given, gpd.GeoDataFrame) else None, homes)
    if not areas.ids:
        return None, [*problems, _no_areas()]
    totals, how, said = joined(read, areas)
    problems += said
    homes["area"], said = area_of_each(homes, areas)
    problems += said
    zones = tables.get("zones")
    if isinstance(zones, gpd.GeoDataFrame):
        homes["zone"], said = zone_of_each(homes, zones)
        problems += said
    else:
        homes["zone"] = homes["id"].astype(str)
    allocation, said = _pieces(homes, totals, how, areas)
    problems += said + _unused(homes, areas, set(totals["area"]))
    if any(p.severity == "error" for p in problems):
        return None, problems
    made = None if isinstance(zones, gpd.GeoDataFrame) else _zones(homes, allocation)
    problems += _outside(allocation, areas, made)
    return Shared(_people(totals, allocation), totals, allocation, made), problems


def tables_of_areas(totals: pd.DataFrame, dimension: str) -> dict[str, "pd.Series[float]"]:
    """Return people by group of each area in one dimension, groups in order of their ids."""
    rows = totals[totals["dimension"] == dimension].sort_values(["area", "group"])
    return {str(a): part.set_index("group")["count"] for a, part in rows.groupby("area")}


def _pieces(
    homes: gpd.GeoDataFrame, totals: pd.DataFrame, how: Mapping[str, TotalsSpec], areas: Areas
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the table `allocation`: one row per area and zone that share homes, in order."""
    rows: list[dict[str, object]] = []
    problems: list[Problem] = []
    by_area = dict(list(homes.groupby("area")))
    for area, part in tables_of_areas(totals, TOTAL).items():
        total = float(np.rint(part.sum()))  # parts of people are an error found before
        here = by_area.get(area)
        if here is None:
            rows.append(_piece(area, None, "none", people=total))
            problems += _no_homes(areas.names.get(area, area), total, how[area])
            continue
        weights, kind, said = weights_of(here, how[area], areas.names.get(area, area))
        if total > 0 or kind is not None:
            problems += said
        if kind is None:
            continue
        found = pd.DataFrame(
            {"zone": here["zone"].to_numpy(), "w": weights, "s": weights**2, "n": 1}
        )
        sums = found[found["w"] > 0].groupby("zone", sort=True).sum()
        parts = whole_parts(total, sums["w"].to_numpy(dtype=np.float64))
        for zone, w, s, n, count in zip(
            sums.index, sums["w"], sums["s"], sums["n"], parts, strict=True
        ):
            rows.append(_piece(area, str(zone) or None, kind, weight=float(w), concentration=float(s / w**2),
                               buildings=int(n), people=float(count)))  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(_piece("", None, "none")))
    frame["zone"] = frame["zone"].astype("str").where(frame["zone"].notna(), None)
    return frame, problems


def _piece(area: str, zone: str | None, by: str, **found: float) -> dict[str, object]:
    """Return one row of `allocation`; what is not found says that nobody was shared out."""
    row = {"area": area, "zone": zone, "by": by, "weight": 0.0, "concentration": 1.0,
           "buildings": 0, "people": 0.0}  # fmt: skip
    return {**row, **found}


def _people(totals: pd.DataFrame, allocation: pd.DataFrame) -> pd.DataFrame:
    """Return the table `people` of the zones: in every dimension groups add up to the zone's total."""
    parts = []
    base = str(totals["base"].iloc[0])
    by_area = dict(list(allocation.groupby("area", sort=True)))
    for dimension in dict.fromkeys(totals["dimension"]):
        for area, groups in tables_of_areas(totals, str(dimension)).items():
            pieces = by_area[area]
            rows = pieces["people"].to_numpy(dtype=np.float64)
            cells = whole_table(rows[None], groups.to_numpy(dtype=np.float64))[0]
            parts.append(
                pd.DataFrame(
                    {
                        "zone": np.repeat(pieces["zone"].to_numpy(dtype=object), len(groups)),
                        "dimension": str(dimension),
                        "group": np.tile(groups.index.to_numpy(dtype=object), len(pieces)),
                        "count": cells.reshape(-1),
                    }
                )
            )
    whole = pd.concat(parts, ignore_index=True)
    whole = whole[whole["zone"].notna()]
    whole = whole.groupby(["zone", "dimension", "group"], as_index=False, sort=True)["count"].sum()
    return whole.assign(base=base).astype(
        dict.fromkeys(("zone", "dimension", "group", "base"), "str")
    )


def _zones(homes: gpd.GeoDataFrame, allocation: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the homes people were shared out to as zones, each a point."""
    used = homes[homes["zone"].isin(set(allocation["zone"].dropna()))]
    return gpd.GeoDataFrame(
        {"id": used["id"].astype("str").to_numpy()},
        geometry=gpd.GeoSeries(used["point"].to_numpy(), crs=WGS84),
        crs=WGS84,
    )


def _no_buildings() -> Problem:
    return error(
        "buildings_missing",
        Text(
            "有人口总量，但没有住宅楼，无法分摊",
            "there are totals of people but no buildings to share them out to",
        ),
        Text(
            "导入 buildings 表（用途、套数或面积）",
            "add a table `buildings` (use, dwellings or floor area)",
        ),
        "buildings",
    )


def _no_areas() -> Problem:
    return error(
        "areas_missing",
        Text("不知道总量所属区域的范围", "where the areas of the totals lie is not known"),
        Text(
            "导入 areas 表（街道或社区的面），或在 buildings 中给出 area 列",
            "add a table `areas` (polygons), or a column `area` to the buildings",
        ),
        "areas",
    )


def _no_homes(area: str, total: float, spec: TotalsSpec) -> list[Problem]:
    if total == 0:
        return []
    said = Text(
        f"区域 {area} 有 {people(total)} 人，却没有一栋住宅",
        f"area {area} has {people(total)} people but no home",
    )
    if spec.unallocated == "error":
        return [
            error(
                "area_without_homes",
                said,
                Text(
                    '补上住宅楼；确无数据时写 unallocated = "list"，这些人不落入任何分区并列出',
                    'add its buildings, or write unallocated = "list": its people then are in no zone, and listed',
                ),
                "buildings",
            )
        ]
    return [
        notice(
            "area_without_homes",
            Text(said.zh + "：未落入任何分区", said.en + ": they are in no zone"),
            Text("补上住宅楼后重新建立", "add its buildings and build again"),
            "buildings",
        )
    ]


def _unused(homes: gpd.GeoDataFrame, areas: Areas, counted: set[str]) -> list[Problem]:
    """List homes outside every area, and areas with homes but no total: nobody lives there then."""
    problems = []
    outside = homes[homes["area"] == ""]
    if len(outside):
        names = listed(list(outside["id"].astype(str)))
        problems.append(
            notice(
                "homes_outside_areas",
                Text(f"{len(outside)} 栋住宅不在任何区域内，未分得人口：{names.zh}",
                     f"{len(outside)} homes lie in no area and get nobody: {names.en}"),
                Text("核对区域边界或 area 列", "check the areas, or the column `area`"), "buildings",
            )
        )  # fmt: skip
    without = [i for i in areas.ids if i not in counted and (homes["area"] == i).any()]
    if without:
        names = listed([areas.names[i] for i in without])
        problems.append(
            notice(
                "areas_without_total",
                Text(f"{len(without)} 个区域有住宅而没有总量，其住宅未分得人口：{names.zh}",
                     f"{len(without)} areas have homes but no total, so nobody lives there: {names.en}"),
                Text("补上这些区域的总量", "add their totals"), "totals",
            )
        )  # fmt: skip
    return problems


def _outside(
    allocation: pd.DataFrame, areas: Areas, made: gpd.GeoDataFrame | None
) -> list[Problem]:
    """Say how many people reached zones, and how many did not."""
    total = float(allocation["people"].sum())
    lost = allocation[allocation["zone"].isna()]
    placed = total - float(lost["people"].sum())
    found = []
    for row in lost[(lost["buildings"] > 0) & (lost["people"] > 0)].itertuples():
        found.append(
            notice(
                "homes_outside_zones",
                Text(
                    f"区域 {areas.names[row.area]}：{row.buildings} 栋住宅在所有分区之外，"
                    f"其 {people(row.people)} 人不计入城市",
                    f"area {areas.names[row.area]}: {row.buildings} homes lie outside every zone; their "
                    f"{people(row.people)} people are not in the city",
                ),
                Text(
                    "分区只覆盖研究范围时属正常；否则补上分区",
                    "fine if the zones cover the study area only",
                ),
                "zones",
            )
        )
    said = Text(
        f"总量 {people(total)} 人：落入分区 {people(placed)} 人，未落入 {people(total - placed)} 人",
        f"{people(total)} people in all: {people(placed)} in zones, {people(total - placed)} in none",
    )
    if made is not None:
        said = Text(
            said.zh + f"；以 {len(made)} 栋住宅为分区",
            said.en + f"; {len(made)} homes became zones",
        )
    return [*found, notice("totals_shared", said, Text("", ""), "totals", severity="info")]
