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
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text, text_of

Kind = Literal["fixed", "uniform", "triangular", "normal"]


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
        if self.distribution == "fixed":
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
                self._items[name] and _override(self._items[name], data)
            except (TypeError, ValueError, KeyError) as error:
                found.append(
                    Problem(
                        "assumption_invalid",
                        Text(f"假设 {name} 无法读取：{error}", f"assumption {name}: {error}"),
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
        raise TypeError(f"expected a number or a table, got {data!r}")
    unknown = set(data) - {"id", "title", "value", "unit", "distribution", "low", "high",
                           "source", "verification", "affects"}  # fmt: skip
    if unknown:
        raise ValueError(f"unknown fields {sorted(unknown)}")
    if data.get("unit", old.unit) != old.unit:
        raise ValueError(f"unit must be {old.unit}")
    value = float(data.get("value", old.value))
    kind = data.get("distribution", "fixed" if "value" in data else old.distribution)
    if kind not in ("fixed", "uniform", "triangular", "normal"):
        raise ValueError(f"unknown distribution {kind!r}")
    low = value if kind == "fixed" else float(data.get("low", old.low))
    high = value if kind == "fixed" else float(data.get("high", old.high))
    if not low <= value <= high or not np.isfinite([low, value, high]).all():
        raise ValueError(f"need low ≤ value ≤ high, got {low}, {value}, {high}")
    if value < 0 or (value == 0 and old.unit == "m/s"):
        raise ValueError("the value must be positive")
    return replace(
        old,
        value=value,
        distribution=kind,
        low=low,
        high=high,
        source=str(data.get("source", "")) or old.source,
        verification=data.get("verification", "unverified"),
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
