"""Compare groups of people: the ratio of the worst to the best off, and the gap between them."""

import numpy as np
from numpy.typing import NDArray

from chengce.core.estimate import Estimate
from chengce.core.finding import Finding

Floats = NDArray[np.float64]


def ratio_and_gap(finding: Finding, metric_id: str) -> tuple[Floats, Floats] | None:
    """Return draws of lowest/highest group mean and of highest − lowest, each (draws,).

    None where there are fewer than two groups, and for a total of places. A ratio with a zero denominator is NaN.
    """
    if len(finding.groups) < 2 or finding.metric(metric_id).of == "place":
        return None
    means = finding.by_group(metric_id)[:, : len(finding.groups)]
    low, high = means.min(axis=1), means.max(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return low / high, high - low


def summarise(finding: Finding, metric_id: str) -> dict[str, Estimate]:
    """Return `ratio` and `gap` as estimates; empty where there are no groups to compare."""
    found = ratio_and_gap(finding, metric_id)
    if found is None:
        return {}
    ratio, gap = found
    unit = finding.metric(metric_id).unit
    return {
        "ratio": Estimate.from_draws(ratio, "ratio", finding.sources),
        "gap": Estimate.from_draws(gap, unit, finding.sources),
    }
