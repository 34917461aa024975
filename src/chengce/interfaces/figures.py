"""Print figures that belong together alike: as many decimals for all of a column."""

import math
from collections.abc import Sequence

DIGITS = 5  # of the largest value of a column, at least


def column(values: Sequence[float | None]) -> list[str]:
    """Return values with the same decimals, thousands grouped; None and NaN are a dash."""
    sizes = [abs(v) for v in values if v is not None and math.isfinite(v) and v != 0]
    if all(v is None or v == round(v) for v in values):
        decimals = 0
    elif max(sizes, default=0.0) >= 1e-4:
        decimals = max(0, DIGITS - 1 - math.floor(math.log10(max(sizes))))
    else:
        return ["—" if v is None or v != v else f"{v:.3g}" for v in values]
    return ["—" if v is None or v != v else f"{v:,.{decimals}f}" for v in values]


def figure(value: float | None) -> str:
    """Return one figure."""
    return column([value])[0]
