"""Tie the counts of a city to the links, zones and classes of a model in one period."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.engine.roads.links import RoadLinks
from chengce.models.calibration.counted import ALL, Counted, Counts, counts_of, default_sd
from chengce.models.calibration.stop_zones import stop_zones

SHOWN = 10
HOUR_S = 3600.0
STATIONS = ("entries", "exits")


@dataclass(frozen=True)
class CityCounts:
    """Counts of a city that the model can be held to, and warnings about all others."""

    counts: Counts
    problems: tuple[Problem, ...]


@dataclass
class _Left:
    """Why counts are not used, by cause: ids in the order of the table."""

    causes: dict[str, list[str]] = field(default_factory=dict)

    def put(self, cause: str, count: str) -> None:
        self.causes.setdefault(cause, []).append(count)


@dataclass(frozen=True)
class _Row:
    """One row of the table, tied: seconds it covers, and what it counts there."""

    start_s: int
    end_s: int
    counted: Counted


def city_counts(
    city: City, links: RoadLinks, classes: Sequence[str], *, start_s: int, end_s: int
) -> CityCounts:
    """Return the counts of a city in the period from `start_s` to `end_s`, by link of the model.

    `classes`: names of the classes modelled, as the counts' `mode` has them. A count of part of
    the period is scaled to all of it; counts of one place that follow each other are added; of a
    count that reaches beyond the period, the share of its time inside counts (evenly spread), with
    a warning each time. A station's entries and exits stand for all trips from and to the zone of
    the stop, if its mode is modelled. All that cannot be used is named in a warning.
    """
    left = _Left()
    rows: dict[tuple[object, ...], list[_Row]] = {}
    table = city.table("counts").sort_values("id")
    tie = _Tie(links, _members(city, links), stop_zones(city, links.zones), tuple(classes), left)
    error = city.assumptions["count_error"].value
    for row in table.to_dict("records"):
        tied = tie.row(row)
        if tied is None:
            continue
        begin, end = int(row["start_s"]), int(row["end_s"])
        inside = min(end, end_s) - max(begin, start_s)
        if inside <= 0:
            left.put("outside", tied.id)
            continue
        if begin < start_s or end > end_s:
            left.put("cut", tied.id)
        share = inside / (end - begin)
        sd = row.get("sd")
        sd = default_sd(tied.value, error) if sd is None or pd.isna(sd) else float(sd)
        counted = replace(tied, value=tied.value * share, sd=sd * share)
        begin = max(begin, start_s)
        key = (tied.links, tied.cls, tied.origin, tied.destination)
        rows.setdefault(key, []).append(_Row(begin, begin + inside, counted))
    found = [c for same in rows.values() for c in _joined(same, end_s - start_s, left)]
    counts = counts_of(sorted(found, key=lambda c: c.id), hours=(end_s - start_s) / HOUR_S)
    return CityCounts(counts, tuple(_said(left)))


def _members(city: City, links: RoadLinks) -> dict[str, list[int]]:
    """Return, by count, its links; −1 for a direction of a street that the model does not have."""
    edge = {str(s): i for i, s in enumerate(links.streets)}
    link = {
        (int(links.edge[a]), int(links.direction[a])): int(a)
        for a in np.flatnonzero(links.direction > 0)
    }
    found: dict[str, list[int]] = {}
    table = city.table("count_links").sort_values(["count", "street", "direction"])
    for row in table.to_dict("records"):
        at = (edge.get(str(row["street"]), -1), int(row["direction"]))
        found.setdefault(str(row["count"]), []).append(link.get(at, -1))
    return found


@dataclass(frozen=True)
class _Tie:
    """What a row of the table is tied to: links by count, zones by stop, classes by name."""

    links: RoadLinks
    members: dict[str, list[int]]
    zones: dict[str, int]
    classes: tuple[str, ...]
    left: _Left

    def row(self, row: dict[str, Any]) -> Counted | None:
        """Return the count tied to the model, or None: then `left` says why."""
        name, mode, kind = str(row["id"]), str(row["mode"]), str(row["kind"])
        if mode != "all" and mode not in self.classes:
            self.left.put("station" if kind in STATIONS else "mode", name)
            return None
        cls = ALL if mode == "all" else self.classes.index(mode)
        counted = Counted(name, float(row["count"]), 0.0, cls=cls)
        if kind in STATIONS:
            zone = self.zones.get(str(row.get("stop")), -1)
            if zone < 0:
                self.left.put("station_zone", name)
                return None
            if kind == "entries":
                return replace(counted, origin=zone)
            return replace(counted, destination=zone)
        links = self.members.get(name, [])
        cause = "no_links" if not links else "street" if min(links) < 0 else ""
        if not cause and self.links.closed[links].all():
            cause = "closed"
        if cause:
            self.left.put(cause, name)
            return None
        return replace(counted, links=tuple(sorted(links)))


def _joined(same: list[_Row], period_s: int, left: _Left) -> list[Counted]:
    """Return counts of one place for the whole period: those that follow each other added up."""
    ordered = sorted(same, key=lambda r: (r.start_s, r.counted.id))
    if any(b.start_s < a.end_s for a, b in pairwise(ordered)):
        groups = [[r] for r in ordered]  # counts of the same hours are repeats
    else:
        groups = [ordered]
    out = []
    for group in groups:
        covered = sum(r.end_s - r.start_s for r in group)
        name = "+".join(r.counted.id for r in group)
        if covered < period_s:
            left.put("scaled", name)
        value = sum(r.counted.value for r in group) * period_s / covered
        variance = sum(r.counted.sd**2 for r in group)
        sd = float(np.sqrt(variance)) * period_s / covered
        out.append(replace(group[0].counted, id=name, value=value, sd=sd))
    return out


_CAUSES: dict[str, tuple[str, Text, Text]] = {
    "mode": (
        "count_mode_untied",
        Text(
            "模型没有这些计数的方式（mode），未使用", "are of a mode that is not modelled; not used"
        ),
        Text("只有模型中的车种可以用其计数校准", "only classes of the model can be held to counts"),
    ),
    "station": (
        "count_station_untied",
        Text(
            "是车站进出客流，道路模型没有公交出行矩阵可校准，未使用",
            "are station entries or exits; a road model has no matrix of transit trips to hold to "
            "them; not used",
        ),
        Text(
            "进出站量用于校准以车站所在分区为起讫点的公交矩阵",
            "they can hold a transit matrix between the zones of the stations",
        ),
    ),
    "station_zone": (
        "count_station_untied",
        Text(
            "的车站不存在，或不在任何分区内，未使用",
            "name a stop that does not exist or lies in no zone; not used",
        ),
        Text("核对 stop 与站点表，或补充分区", "check `stop` against the stops, or add the zone"),
    ),
    "no_links": (
        "count_without_links",
        Text("没有给出所在路段，未使用", "name no link; not used"),
        Text("在 count_links 中列出路段与方向", "list street and direction in count_links"),
    ),
    "street": (
        "count_street_absent",
        Text(
            "所在的道路或方向不在机动车路网中，未使用",
            "are of a street, or a direction of it, that cars may not drive; not used",
        ),
        Text(
            "核对道路编号与方向（1 顺数字化方向，2 逆向）",
            "check street and direction (1 along, 2 against)",
        ),
    ),
    "closed": (
        "count_street_closed",
        Text(
            "所在路段在本时段对机动车封闭，未使用",
            "are of links closed to cars in this period; not used",
        ),
        Text(
            "核对 street_periods，或该计数的时段", "check street_periods, or the hours of the count"
        ),
    ),
    "outside": (
        "count_outside_period",
        Text("不在所算时段内，未使用", "lie outside the period; not used"),
        Text("改算有计数的时段", "ask for a period that was counted"),
    ),
    "cut": (
        "count_beyond_period",
        Text(
            "超出所算时段，按时间均摊取其中一部分",
            "reach beyond the period; an even share of them is used",
        ),
        Text("尽量用与时段一致的计数", "use counts of this period if there are any"),
    ),
    "scaled": (
        "count_part_of_period",
        Text("只覆盖时段的一部分，按时长放大", "cover part of the period and are scaled up to it"),
        Text("尽量用覆盖全时段的计数", "use counts of the whole period if there are any"),
    ),
}


def _said(left: _Left) -> list[Problem]:
    """Return one warning by cause, with the counts it is about."""
    problems = []
    for cause, (code, message, remedy) in _CAUSES.items():
        ids = left.causes.get(cause, [])
        if ids:
            named = ", ".join(ids[:SHOWN]) + (f" … +{len(ids) - SHOWN}" if len(ids) > SHOWN else "")
            problems.append(
                Problem(
                    code,
                    Text(
                        f"{len(ids)} 个计数{message.zh}：{named}",
                        f"{len(ids)} counts {message.en}: {named}",
                    ),
                    remedy,
                    column="counts",
                    severity="warning",
                )
            )
    return problems
