"""Give a number its interval: value, low, high, and what kind of uncertainty it carries."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chengce.core.text import Lang, Text
from chengce.core.units import number, unit_name

Basis = Literal["exact", "conditional", "interval"]
Source = Literal["sampling", "model", "assumption"]
COVERAGE = 0.9

BASIS_TEXT: dict[str, Text] = {
    "exact": Text("精确值", "exact"),
    "conditional": Text("在所列假设条件下", "given the stated assumptions"),
    "interval": Text("90% 区间", "90% interval"),
}


@dataclass(frozen=True)
class Estimate:
    """A number a user sees.

    `exact`: a count or definition in the data. `conditional`: a deterministic model result whose
    inputs were not varied (no interval is drawn). `interval`: low and high are the 5th and 95th
    percentiles of `n` draws. `value` is the median of the draws, or the number itself.
    """

    value: float
    unit: str
    basis: Basis
    low: float
    high: float
    sources: tuple[Source, ...] = ()
    n: int = 1
    coverage: float = COVERAGE

    @classmethod
    def exact(cls, value: float, unit: str) -> "Estimate":
        """Return a number counted in the data."""
        return cls(value, unit, "exact", value, value)

    @classmethod
    def conditional(cls, value: float, unit: str) -> "Estimate":
        """Return a model result that holds given the stated assumptions."""
        return cls(value, unit, "conditional", value, value, ("model",))

    @classmethod
    def from_draws(
        cls, draws: NDArray[np.float64], unit: str, sources: tuple[Source, ...]
    ) -> "Estimate":
        """Summarise draws, shape (n,), by their 5th, 50th and 95th percentiles.

        NaN in any draw gives NaN: a number that is not defined in some draws is not a number.
        """
        low, value, high = (float(q) for q in percentiles(draws[:, None])[:, 0])
        return cls(value, unit, "interval", low, high, sources, len(draws))

    def show(self, lang: Lang, *, signed: bool = False) -> str:
        """Print value, interval and unit for a person."""
        name = unit_name(self.unit, lang)
        gap = "" if lang == "zh" or name == "%" or not name else " "
        head = f"{number(self.value, signed=signed)}{gap}{name}"
        if self.basis != "interval":
            opening, closing = ("（", "）") if lang == "zh" else (" (", ")")
            return head + opening + BASIS_TEXT[self.basis].get(lang) + closing
        between = (" 至 " if lang == "zh" else " to ").join(
            number(v, signed=signed) for v in (self.low, self.high)
        )
        return head + (f"（{between}）" if lang == "zh" else f" ({between})")

    def as_dict(self) -> dict[str, object]:
        """Return plain data for JSON; NaN becomes null."""
        return {
            "value": _plain(self.value),
            "low": _plain(self.low),
            "high": _plain(self.high),
            "unit": self.unit,
            "basis": self.basis,
            "sources": list(self.sources),
            "n": self.n,
            "coverage": self.coverage,
        }


def percentiles(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the 5th, 50th and 95th percentiles over axis 0, shape (3, …).

    Constant columns give exactly their constant, so a null difference stays exactly 0; an
    infinity next to a finite number is never interpolated with it: the infinity is taken.
    """
    ordered = np.sort(draws, axis=0)
    last = len(draws) - 1
    out = np.empty((3, *draws.shape[1:]))
    for row, q in enumerate((0.05, 0.5, 0.95)):
        at = q * last
        below, above = ordered[int(np.floor(at))], ordered[int(np.ceil(at))]
        with np.errstate(invalid="ignore"):
            still = (below == above) | np.isneginf(below)
            step = np.where(still, 0.0, (above - below) * (at - np.floor(at)))
        out[row] = below + step
    out[:, np.isnan(draws).any(axis=0)] = np.nan
    return out


def _plain(value: float) -> float | None:
    return value if np.isfinite(value) else None
