"""Choose the few metrics a report leads with."""

import numpy as np

from chengce.core.finding import Metric
from chengce.decisions.compare import Comparison

MOST = 4


def headline_metrics(comparison: Comparison, most: int = MOST) -> tuple[Metric, ...]:
    """Return the first metric of each unit, in the application's order, at most `most`.

    The choice depends on the order the application gives, never on the result. A metric without
    a number in any state is passed over while its unit has another one.
    """
    metrics = comparison.reference.finding.metrics
    measured = [m for m in metrics if _measured(comparison, m.id)]
    chosen: dict[str, Metric] = {}
    for metric in (*measured, *metrics):
        chosen.setdefault(metric.unit, metric)
    order = {m.id: i for i, m in enumerate(metrics)}
    return tuple(sorted(chosen.values(), key=lambda m: order[m.id])[:most])


def _measured(comparison: Comparison, metric_id: str) -> bool:
    return any(bool((~np.isnan(s.finding.values[metric_id])).any()) for s in comparison.states)
