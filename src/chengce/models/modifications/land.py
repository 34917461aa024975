"""Add or remove jobs and people in zones."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, field_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import (
    BaseModification,
    Draft,
    Touches,
    listed,
    objects,
    unknown_id,
)

_ZONES = "Ids of zones / 分区编号"
_SMALL = 1e-9  # people; what rounding leaves of nobody


class _InZones(BaseModification):
    """A change of a number in each of several zones."""

    zones: tuple[str, ...] = Field(min_length=1, description=_ZONES)
    count: float = Field(
        description="Added in each zone; negative: removed / 每个分区增加的数量，负数为减少"
    )

    @property
    def where(self) -> Text:
        """Name the zones."""
        few = len(self.zones) <= 3
        zh = f"分区 {'、'.join(self.zones)}" if few else f"{len(self.zones)} 个分区各自"
        return Text(zh, f"zone{'s' * (len(self.zones) > 1)} {', '.join(self.zones)}" if few
                    else f"each of {len(self.zones)} zones")  # fmt: skip

    def unknown_zones(self, draft: Draft) -> list[Problem]:
        """Return a problem for every zone that does not exist, or is named twice."""
        what = Text("没有分区 {key}", "there is no zone {key}")
        return [p for z in dict.fromkeys(self.zones) for p in unknown_id(what, "zones", z, draft)]

    @field_validator("zones")
    @classmethod
    def _once(cls, zones: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({z for z in zones if zones.count(z) > 1})
        if twice:
            shown = ", ".join(twice)
            raise Wrong(Text(f"分区重复：{shown}", f"zones named twice: {shown}"))
        return zones


class ChangeJobs(_InZones):
    """Change jobs 就业岗位增减."""

    type: Literal["change_jobs"] = "change_jobs"
    kind: str = Field(description="Kind of jobs / 岗位类别")

    @property
    def summary(self) -> Text:
        """Say what is added or removed."""
        more = self.count >= 0
        n = f"{abs(self.count):g}"
        where = self.where
        return Text(
            f"{where.zh} {'增加' if more else '减少'} {n} 个岗位（{self.kind}）",
            f"{n} {'more' if more else 'fewer'} jobs ({self.kind}) in {where.en}",
        )

    def touches(self, city: City) -> Touches:
        """Return the jobs changed, by zone and kind."""
        keys = (f"{zone} {self.kind}" for zone in self.zones)
        return Touches(changes=objects("jobs", keys), needs=objects("zones", self.zones))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check zones and kind, and that no zone ends below nothing."""
        jobs = draft.table("jobs")
        there = sorted(set(jobs["kind"].astype(str)))
        found = self.unknown_zones(draft)
        if self.kind not in there:
            found.append(
                Problem(
                    "jobs_kind_unknown",
                    Text(f"没有岗位类别 {self.kind}", f"there is no kind of jobs {self.kind}"),
                    listed(there),
                    column=self.kind,
                )
            )
        if not found:
            now = jobs[jobs["kind"] == self.kind].set_index("zone")["count"]
            left = {z: float(now.get(z, 0.0)) for z in self.zones}
            found += [_too_few("jobs", zone, n) for zone, n in left.items() if n + self.count < 0]
        return found

    def apply(self, draft: Draft) -> None:
        """Add to the rows there are, and rows for zones without such jobs."""
        jobs = draft.table("jobs")
        here = ((jobs["kind"] == self.kind) & jobs["zone"].isin(self.zones)).to_numpy(dtype=bool)
        count = jobs["count"].to_numpy(dtype=np.float64)
        draft.put("jobs", "count", np.where(here, count + self.count, count))
        missing = [z for z in self.zones if z not in set(jobs.loc[here, "zone"])]
        if missing and self.count:
            new = [{"zone": z, "kind": self.kind, "count": self.count} for z in missing]
            draft.append("jobs", list(new))


class ChangePeople(_InZones):
    """Change people 人口增减.

    In every dimension the groups of a zone still add up to its people. Newcomers (or those who
    leave) are made up as the zone's people are, or the city's where nobody lives there yet, unless
    `shares` says otherwise for a dimension.
    """

    type: Literal["change_people"] = "change_people"
    shares: dict[str, dict[str, float]] = Field(
        {}, description="By dimension, share of each group / 按维度给出各群体占比，合计为 1"
    )

    @field_validator("shares")
    @classmethod
    def _whole(cls, shares: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        for dimension, parts in shares.items():
            if min(parts.values(), default=-1) < 0 or abs(sum(parts.values()) - 1) > 1e-6:
                raise Wrong(
                    Text(
                        f"维度 {dimension} 的占比应为非负数且合计为 1",
                        f"shares of dimension {dimension} must not be negative and add up to 1",
                    )
                )
        return shares

    @property
    def summary(self) -> Text:
        """Say what is added or removed."""
        more = self.count >= 0
        n, where = f"{abs(self.count):g}", self.where
        return Text(
            f"{where.zh} {'增加' if more else '减少'} {n} 人",
            f"{n} {'more' if more else 'fewer'} people in {where.en}",
        )

    def touches(self, city: City) -> Touches:
        """Return the people changed, by zone."""
        zones = self.zones
        return Touches(changes=objects("people", zones), needs=objects("zones", zones))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check zones, dimensions and groups, and that no group ends below nothing."""
        people = draft.table("people")
        found = self.unknown_zones(draft)
        known = people.groupby("dimension")["group"].agg(set).to_dict()
        for dimension, parts in self.shares.items():
            if dimension not in known:
                found.append(_unknown_group(dimension, "", sorted(map(str, known))))
                continue
            for group in parts:
                if group not in known[dimension]:
                    found.append(_unknown_group(dimension, group, sorted(known[dimension])))
        if not found and not len(people):
            found.append(
                Problem(
                    "people_missing",
                    Text("城市没有人口数据", "the city has no people"),
                    Text("先导入 people 表", "read a table `people` first"),
                    column="people",
                )
            )
        if not found:
            wide = self._changed(people)
            low = wide[wide["count"] < -_SMALL].groupby("zone")["count"].min()
            found += [_too_few("people", str(z), float(n - self.count)) for z, n in low.items()]
        return found

    def apply(self, draft: Draft) -> None:
        """Write the people of the zones anew."""
        people = draft.table("people")
        new = self._changed(people)
        new["count"] = new["count"].clip(lower=0.0)
        draft.keep("people", ~people["zone"].isin(self.zones))
        draft.append("people", new.to_dict("records"))

    def _changed(self, people: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of the zones with their people changed."""
        return pd.DataFrame([row for zone in self.zones for row in self._zone(people, zone)])

    def _zone(self, people: pd.DataFrame, zone: str) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = []
        for dimension, every in people.groupby("dimension", sort=True):
            city = every.groupby("group", sort=True)["count"].sum()
            here = every[every["zone"] == zone].set_index("group")["count"]
            now = here.reindex(city.index).fillna(0.0).to_numpy(dtype=np.float64)
            mix = self._mix(str(dimension), city, now)
            base = str(every["base"].iloc[0])
            rows += [
                {"zone": zone, "dimension": dimension, "group": group, "count": n, "base": base}
                for group, n in zip(city.index, (now + self.count * mix).tolist(), strict=True)
                if group in here.index or n != 0
            ]
        return rows

    def _mix(
        self, dimension: str, city: "pd.Series[float]", now: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        if dimension in self.shares:
            parts = self.shares[dimension]
            return np.array([parts.get(str(group), 0.0) for group in city.index])
        base = now if now.sum() > 0 else city.to_numpy(dtype=np.float64)
        return base / base.sum() if base.sum() > 0 else np.zeros(len(base))


def _too_few(table: str, zone: str, there: float) -> Problem:
    word = {"jobs": Text("岗位", "jobs"), "people": Text("人口", "people")}[table]
    return Problem(
        f"{table}_below_zero",
        Text(
            f"分区 {zone} 的{word.zh}不够减少（某类仅有 {there:g}）",
            f"zone {zone} has too few {word.en} to take away ({there:g} of a kind)",
        ),
        Text("减少的数量不能超过现有数量", "take away no more than there are"),
        column=zone,
    )


def _unknown_group(dimension: str, group: str, there: list[str]) -> Problem:
    what = (
        Text(f"维度 {dimension} 中没有群体 {group}", f"dimension {dimension} has no group {group}")
        if group
        else Text(f"没有人群维度 {dimension}", f"there is no dimension of groups {dimension}")
    )
    return Problem("people_group_unknown", what, listed(there), column=group or dimension)
