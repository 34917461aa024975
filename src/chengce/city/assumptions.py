"""Keep what a computation assumes apart from what is asked and what is proposed.

Each assumption has a value, a distribution, a unit, a source and what it affects. Defaults are
shipped in `assumptions.toml`; a city's own file and a scenario override them by id.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text, text_of
from chengce.core.validation import Wrong

Kind = Literal["fixed", "uniform", "triangular", "normal"]
EXACT_PEOPLE: Mapping[str, float] = {  # set so, people are in every draw as the city has them
    "people_count_error": 0.0,
    "allocation_dispersion": 0.0,
    "allocation_clump": 0.0,
    "allocation_mix": 0.0,
    "control_total_error": 0.0,
}
NORMAL_TAIL = 3.0  # this many times from the value to `low` must stay positive: five sd
_FIELDS = frozenset(
    (
        "id",
        "title",
        "value",
        "unit",
        "distribution",
        "low",
        "high",
        "source",
        "verification",
        "affects",
    )
)


@dataclass(frozen=True)
class Assumption:
    """One assumption; `low` and `high` bound the distribution (normal: 5th and 95th percentile)."""

    id: str
    title: Text
    value: float
    unit: str
    distribution: Kind
    low: float
    high: float
    source: str
    verification: Literal["checked", "unverified"]
    affects: tuple[str, ...]

    def quantile(self, share: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return the value below which `share` of the distribution lies, elementwise."""
        u = np.asarray(share, dtype=np.float64)
        if self.distribution == "fixed" or self.low == self.high:
            return np.full_like(u, self.value)
        if self.distribution == "uniform":
            return np.asarray(self.low + u * (self.high - self.low))
        if self.distribution == "triangular":
            return self._triangular(u)
        sd = (self.high - self.low) / (2 * NormalDist().inv_cdf(0.95))
        inverse = np.frompyfunc(NormalDist(self.value, sd).inv_cdf, 1, 1)
        return np.asarray(inverse(u), dtype=np.float64)

    def _triangular(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        width, left = self.high - self.low, self.value - self.low
        rising = self.low + np.sqrt(u * width * left)
        falling = self.high - np.sqrt((1 - u) * width * (self.high - self.value))
        return np.asarray(np.where(u * width < left, rising, falling))

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for TOML, JSON and hashing."""
        return {
            "id": self.id,
            "title": self.title.as_dict(),
            "value": self.value,
            "unit": self.unit,
            "distribution": self.distribution,
            "low": self.low,
            "high": self.high,
            "source": self.source,
            "verification": self.verification,
            "affects": list(self.affects),
        }


class Assumptions:
    """The assumptions of a city, by id; frozen."""

    def __init__(self, items: Mapping[str, Assumption]) -> None:
        self._items = dict(items)

    def __getitem__(self, name: str) -> Assumption:
        return self._items[name]

    def __contains__(self, name: object) -> bool:
        return name in self._items

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids in order."""
        return tuple(sorted(self._items))

    def as_list(self) -> list[dict[str, Any]]:
        """Return plain data, ordered by id."""
        return [self._items[name].as_dict() for name in self.ids]

    def problems(self, overrides: Mapping[str, Any], file: str = "") -> list[Problem]:
        """Return what is wrong with overrides: unknown names, values out of order."""
        found = []
        for name, data in overrides.items():
            if name not in self._items:
                found.append(self._unknown(name, file))
                continue
            try:
                _override(self._items[name], data)
            except Wrong as error:
                found.append(
                    Problem(
                        "assumption_invalid",
                        Text(
                            f"假设 {name}：{error.text.zh}", f"assumption {name}: {error.text.en}"
                        ),
                        Text(
                            "写成数值，或 {value, distribution, low, high, source}",
                            "give a number, or {value, distribution, low, high, source}",
                        ),
                        file=file,
                        column=name,
                    )
                )
        return found

    def override(self, overrides: Mapping[str, Any], file: str = "") -> "Assumptions":
        """Return assumptions with some replaced; a bare number is taken as known (fixed)."""
        found = self.problems(overrides, file)
        if found:
            raise ChengceError(found)
        changed = {n: _override(self._items[n], d) for n, d in overrides.items()}
        return Assumptions({**self._items, **changed})

    def _unknown(self, name: str, file: str) -> Problem:
        near = get_close_matches(name, self._items, n=3, cutoff=0.4)
        return Problem(
            "assumption_unknown",
            Text(f"没有名为 {name} 的假设", f"there is no assumption {name}"),
            Text(
                f"相近名称：{'、'.join(near) or '（无）'}",
                f"near names: {', '.join(near) or '(none)'}",
            ),
            file=file,
            column=name,
        )


def _override(old: Assumption, data: Any) -> Assumption:
    if isinstance(data, int | float) and not isinstance(data, bool):
        data = {"value": data}
    if not isinstance(data, Mapping):
        raise Wrong(
            Text(f"应为数值或键值表，现为“{data}”", f'must be a number or a mapping, not "{data}"')
        )
    unknown = ", ".join(sorted(str(key) for key in set(data) - _FIELDS))
    if unknown:
        raise Wrong(Text(f"没有字段 {unknown}", f"there is no field {unknown}"))
    if data.get("unit", old.unit) != old.unit:
        raise Wrong(Text(f"单位须为 {old.unit}", f"the unit must be {old.unit}"))
    value = _number(data, "value", old.value)
    bounded = "low" in data or "high" in data
    fixed = "value" in data and not (bounded and old.distribution != "fixed")
    kind = data.get("distribution", "fixed" if fixed else old.distribution)
    if kind not in get_args(Kind):
        raise Wrong(
            Text(
                f"没有名为 {kind} 的分布；可用：{'、'.join(get_args(Kind))}",
                f"there is no distribution {kind}; use one of {', '.join(get_args(Kind))}",
            )
        )
    alone = value if kind == "fixed" else None
    low = _number(data, "low", old.low if alone is None else alone)
    high = _number(data, "high", old.high if alone is None else alone)
    _check_bounds(old, kind, (low, value, high))
    checked = data.get("verification", "unverified")
    if checked not in ("checked", "unverified"):
        raise Wrong(
            Text("verification 应为 checked 或 unverified", "verification is checked or unverified")
        )
    return replace(
        old,
        value=value,
        distribution=kind,
        low=low,
        high=high,
        source=str(data.get("source", "")) or old.source,
        verification=checked,
    )


def _number(data: Mapping[str, Any], name: str, default: float) -> float:
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise Wrong(
            Text(
                f"{name} 应为有限的数值，现为“{value}”",
                f'{name} must be a finite number, not "{value}"',
            )
        )
    return float(value)


def _check_bounds(old: Assumption, kind: str, span: tuple[float, float, float]) -> None:
    low, value, high = span
    if kind == "fixed" and not low == value == high:
        raise Wrong(
            Text(
                "给了 low 或 high 却没有写明分布（distribution）",
                "low or high is given without a distribution",
            )
        )
    if not low <= value <= high:
        raise Wrong(
            Text(
                f"须满足 low ≤ value ≤ high，现为 {low:g}、{value:g}、{high:g}",
                f"low ≤ value ≤ high must hold, not {low:g}, {value:g}, {high:g}",
            )
        )
    speed = old.unit == "m/s"
    reach = NORMAL_TAIL if kind == "normal" else 1.0
    lowest = value - reach * (value - low)
    if lowest < 0 or (speed and lowest <= 0):
        raise Wrong(
            Text("取值须大于 0", "the value must be more than 0")
            if speed
            else Text("取值不能为负", "the value cannot be negative")
        )
    if old.id.endswith("_share") and high > 1:
        raise Wrong(Text("比例不能大于 1", "a share is at most 1"))
    if kind == "normal" and abs((high - value) - (value - low)) > 1e-6 * max(1.0, value):
        raise Wrong(
            Text(
                "正态分布的 low 与 high 须以 value 为中点（第 5 与第 95 百分位）",
                "low and high of a normal distribution lie evenly around the value (5th and 95th percentile)",
            )
        )


@cache
def default_assumptions() -> Assumptions:
    """Return the assumptions shipped with the package."""
    data = tomllib.loads((Path(__file__).parent / "assumptions.toml").read_text("utf-8"))
    return Assumptions({name: _read(name, entry) for name, entry in data.items()})


def _read(name: str, entry: Mapping[str, Any]) -> Assumption:
    value = float(entry["value"])
    return Assumption(
        id=name,
        title=text_of(entry["title"]),
        value=value,
        unit=str(entry["unit"]),
        distribution=entry["distribution"],
        low=float(entry.get("low", value)),
        high=float(entry.get("high", value)),
        source=str(entry["source"]),
        verification=entry["verification"],
        affects=tuple(entry["affects"]),
    )
