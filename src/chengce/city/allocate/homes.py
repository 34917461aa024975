"""Find the area, the zone and the weight of every home."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.city.allocate.problems import error, listed, notice
from chengce.city.allocate.spec import WEIGHTS, TotalsSpec, Weight
from chengce.city.layers import WGS84
from chengce.city.place_names import match_names
from chengce.core.errors import Problem
from chengce.core.text import Text

Floats = NDArray[np.float64]
_COLUMNS: Mapping[Weight, tuple[str, ...]] = {
    "dwellings": ("dwellings",),
    "floor_area": ("floor_area_m2",),
    "footprint_storeys": ("storeys",),
    "weight": ("weight",),
}


@dataclass(frozen=True)
class Areas:
    """The areas totals can be of: ids, names (may equal ids), polygons where there are any."""

    ids: tuple[str, ...]
    names: Mapping[str, str]
    shapes: gpd.GeoDataFrame | None


def homes_of(buildings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the residential buildings by id, with a point inside each as geometry `point`."""
    homes = buildings[buildings["use"] == "residential"].sort_values("id", ignore_index=True)
    return homes.assign(point=homes.geometry.representative_point())


def areas_of(areas: gpd.GeoDataFrame | None, homes: gpd.GeoDataFrame) -> Areas:
    """Return the areas of the table `areas`, else those the buildings name in column `area`."""
    if areas is None:
        named = homes["area"].dropna().astype(str) if "area" in homes else pd.Series([], dtype=str)
        ids = tuple(sorted(set(named)))
        return Areas(ids, {i: i for i in ids}, None)
    rows = areas.sort_values("id", ignore_index=True)
    ids = tuple(rows["id"].astype(str))
    names = rows["name"] if "name" in rows else pd.Series([None] * len(rows), dtype=object)
    called = {i: i if pd.isna(n) else str(n) for i, n in zip(ids, names, strict=True)}
    return Areas(ids, called, rows)


def area_ids(
    given: Sequence[str], areas: Areas, aliases: Mapping[str, str], file: str
) -> tuple[dict[str, str], list[Problem]]:
    """Return id by name as given, and what is wrong: unknown, ambiguous or only nearly right names."""
    by_name: dict[str, list[str]] = {}
    for i, name in areas.names.items():
        by_name.setdefault(name, []).append(i)
    meant = {name: aliases.get(name, name) for name in dict.fromkeys(given)}
    found = {name: m for name, m in meant.items() if m in areas.names}
    known = [*areas.names.values()]
    said = match_names([m for name, m in meant.items() if name not in found], known)
    problems, spelt = [], []
    for name, asked in meant.items():
        if name in found:
            continue
        if asked in said.exact:
            ids = by_name[said.exact[asked]]
            found[name] = ids[0]
            if said.exact[asked] != name and name not in aliases:
                spelt.append(f"{name}→{said.exact[asked]}")
            continue
        problems.append(_unknown(name, asked, said.near, said.ambiguous, (areas, file)))
    if spelt:
        problems.append(
            notice(
                "area_names_matched",
                Text(
                    f"按写法差异对应的区域名称：{listed(spelt).zh}",
                    f"names of areas matched but for spelling: {listed(spelt).en}",
                ),
                Text("", ""),
                file,
                severity="info",
            )
        )
    return found, problems


def _unknown(
    name: str,
    asked: str,
    near: Mapping[str, tuple[tuple[str, float], ...]],
    ambiguous: Mapping[str, tuple[str, ...]],
    where: tuple[Areas, str],
) -> Problem:
    areas, file = where
    if asked in ambiguous:
        return error(
            "area_ambiguous",
            Text(f"“{name}”对应不止一个区域", f"“{name}” could mean more than one area"),
            Text(
                "改用区域编号，或在 aliases 中指明",
                "use the id of the area, or say which in aliases",
            ),
            file,
        )
    close = [n for n, _ in near.get(asked, ())]
    if close:
        remedy = Text(
            f'相近：{"、".join(close)}；改正原表，或确认后写 aliases = {{ "{name}" = "{close[0]}" }}',
            f'near: {", ".join(close)}; correct the table, or confirm by aliases = {{ "{name}" = "{close[0]}" }}',
        )
    else:
        known = listed(sorted(set(areas.names.values())))
        remedy = Text(f"已有区域：{known.zh or '无'}", f"areas there are: {known.en or 'none'}")
    return error(
        "area_unknown", Text(f"没有名为“{name}”的区域", f"there is no area “{name}”"), remedy, file
    )


def area_of_each(
    homes: gpd.GeoDataFrame, areas: Areas
) -> tuple[NDArray[np.object_], list[Problem]]:
    """Return the id of the area of every home ("" for none), and what is wrong."""
    out = np.full(len(homes), "", dtype=object)
    problems: list[Problem] = []
    if "area" in homes:
        named = homes["area"].notna().to_numpy()
        given = homes["area"].astype(str).to_numpy(dtype=object)
        found, problems = area_ids(list(dict.fromkeys(given[named])), areas, {}, "buildings")
        out[named] = [found.get(name, "") for name in given[named]]
        open_ = ~named
    else:
        open_ = np.ones(len(homes), dtype=bool)
    if areas.shapes is not None and open_.any():
        out[open_], twice = _within(homes["point"][open_], areas.shapes)
        if twice:
            problems.append(
                error(
                    "areas_overlap",
                    Text(f"区域互相重叠：{listed(twice).zh}", f"areas overlap: {listed(twice).en}"),
                    Text(
                        "同一层级的区域不应重叠，请修正边界",
                        "areas of one level share no ground: correct them",
                    ),
                    "areas",
                )
            )
    return out, problems


def zone_of_each(
    homes: gpd.GeoDataFrame, zones: gpd.GeoDataFrame
) -> tuple[NDArray[np.object_], list[Problem]]:
    """Return the id of the zone of every home ("" for none), and what is wrong."""
    flat = zones.geom_type == "Point"
    if flat.any():
        return np.full(len(homes), "", dtype=object), [
            error(
                "zones_are_points",
                Text(
                    f"{int(flat.sum())} 个分区只有点，无法判断住宅属于哪个分区",
                    f"{int(flat.sum())} zones are points, so the zone of a home is not known",
                ),
                Text(
                    "给出分区的面（或 H3 编号）；或不给 zones，以住宅楼为分区",
                    "give polygons (or H3 ids), or no zones at all: then every home is a zone",
                ),
                "zones",
            )
        ]
    found, twice = _within(homes["point"], zones)
    if not twice:
        return found, []
    return found, [
        notice(
            "zones_overlap",
            Text(f"分区互相重叠，住宅归编号在前者：{listed(twice).zh}",
                 f"zones overlap; a home counts in the first by id: {listed(twice).en}"),
            Text("修正分区边界", "correct the zones"), "zones",
        )
    ]  # fmt: skip


def _within(
    points: gpd.GeoSeries, shapes: gpd.GeoDataFrame
) -> tuple[NDArray[np.object_], list[str]]:
    """Return the first shape by id that each point is in or on, and pairs that share a point inside."""
    left = gpd.GeoDataFrame(geometry=gpd.GeoSeries(points.to_numpy(), crs=WGS84))
    right = gpd.GeoDataFrame(
        {"id": shapes["id"].astype(str)}, geometry=shapes.geometry.to_crs(WGS84)
    )
    touched = gpd.sjoin(left, right, predicate="intersects")
    first = touched.groupby(level=0)["id"].min().reindex(range(len(left)))
    inside = gpd.sjoin(left, right, predicate="within")
    many = inside.groupby(level=0)["id"].agg(lambda ids: " / ".join(sorted(ids)))
    twice = sorted(set(many[many.str.contains(" / ", regex=False)]))
    return first.fillna("").to_numpy(dtype=object), twice


def weights_of(
    homes: gpd.GeoDataFrame, spec: TotalsSpec, area: str
) -> tuple[Floats, Weight | None, list[Problem]]:
    """Return the weights of the homes of one area (0: left out), which weight it is, and what is wrong."""
    tried = {kind: _weight(homes, kind) for kind in spec.weight}
    for kind, values in tried.items():
        if not np.isnan(values).any():
            if values.sum() > 0:
                return values, kind, []
            return values, None, [_all_zero(area, kind)]
    usable = [k for k, values in tried.items() if np.nansum(values) > 0]
    if spec.missing_weight == "error" or not usable:
        return np.zeros(len(homes)), None, [_missing(homes, tried, area, bool(usable))]
    kind = usable[0]
    gone = np.isnan(tried[kind])
    names = listed(list(homes["id"][gone].astype(str)))
    said = notice(
        "homes_without_weight",
        Text(
            f"区域 {area}：{int(gone.sum())} 栋住宅缺{WEIGHTS[kind].zh}，未参与分摊：{names.zh}",
            f"area {area}: {int(gone.sum())} homes have no {WEIGHTS[kind].en} and get nobody: {names.en}",
        ),
        Text("补齐后重新建立", "fill it in and build again"),
        "buildings",
    )
    return np.where(gone, 0.0, tried[kind]), kind, [said]


def _weight(homes: gpd.GeoDataFrame, kind: Weight) -> Floats:
    column = _COLUMNS[kind][0]
    if column not in homes:
        return np.full(len(homes), np.nan)
    values = homes[column].to_numpy(dtype=np.float64, na_value=np.nan)
    if kind != "footprint_storeys":
        return np.asarray(values)
    footprint = homes.geometry.to_crs(homes.geometry.estimate_utm_crs()).area.to_numpy()
    return np.asarray(np.where(footprint > 0, values * footprint, np.nan))


def _missing(
    homes: gpd.GeoDataFrame, tried: Mapping[Weight, Floats], area: str, usable: bool
) -> Problem:
    counts = {k: int(np.isnan(v).sum()) for k, v in tried.items()}
    zh = "；".join(f"{WEIGHTS[k].zh}缺 {n} 栋" for k, n in counts.items())
    en = "; ".join(f"{n} without {WEIGHTS[k].en}" for k, n in counts.items())
    best = min(counts, key=lambda k: counts[k])
    names = listed(list(homes["id"][np.isnan(tried[best])].astype(str)))
    exclude = Text('；或写 missing_weight = "exclude" 略去并列出缺项的住宅',
                   '; or write missing_weight = "exclude" to leave those homes out')  # fmt: skip
    return error(
        "weight_missing",
        Text(
            f"区域 {area} 的 {len(homes)} 栋住宅没有一项齐全的分摊依据（{zh}），如 {names.zh}",
            f"no weight is complete for the {len(homes)} homes of area {area} ({en}), such as {names.en}",
        ),
        Text(
            "补齐其中一项" + (exclude.zh if usable else ""),
            "fill one of them in" + (exclude.en if usable else ""),
        ),
        "buildings",
    )


def _all_zero(area: str, kind: Weight) -> Problem:
    return error(
        "weight_zero",
        Text(
            f"区域 {area} 各栋住宅的{WEIGHTS[kind].zh}全为 0，无法分摊",
            f"the {WEIGHTS[kind].en} of all homes of area {area} is 0: nobody can be shared out",
        ),
        Text("核对原始数据，或换一项分摊依据", "check the source, or share out by another weight"),
        "buildings",
    )
