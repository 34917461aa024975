"""Tabulate links tidily: one row per link in each state, and one per link and difference."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.core.estimate import percentiles
from chengce.core.metric import Metric
from chengce.decisions.compare import Comparison

KEYS = ("scenario", "state", "metric", "street", "direction", "determined")


def has_links(comparison: Comparison) -> bool:
    """Tell whether any state of a comparison holds values of links."""
    return any(state.finding.links for state in comparison.states)


def links_table(comparison: Comparison) -> pd.DataFrame:
    """Return the values of links in all states, then the differences.

    Columns: scenario, state (value or difference), metric, unit, street, direction (1 along the
    street's geometry, 2 against), value, low, high, basis, determined, verdict (differences).
    """
    frames = [
        _frame(
            (state.scenario.name, "value"), part.metric, part.keys, percentiles(part.values)
        ).assign(determined=part.determined, verdict="")
        for state in comparison.states
        for part in state.finding.links
    ]
    frames += [
        _frame(
            (state.scenario.name, "difference"),
            change.metric,
            list(zip(change.streets, change.directions, strict=True)),
            change.spans[2],
        ).assign(determined=change.determined, verdict=change.verdicts.astype(object))
        for state, changes in zip(comparison.alternatives, comparison.link_changes, strict=True)
        for change in changes.values()
    ]
    return pd.concat(frames, ignore_index=True)


def _frame(
    state: tuple[str, str], metric: Metric, keys: list[tuple[str, int]], span: NDArray[np.float64]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "scenario": state[0],
            "state": state[1],
            "metric": metric.id,
            "unit": metric.unit,
            "street": np.array([street for street, _ in keys], dtype=object),
            "direction": np.array([direction for _, direction in keys], dtype=np.int64),
            "value": span[1],
            "low": span[0],
            "high": span[2],
            "basis": "interval",
        }
    )
