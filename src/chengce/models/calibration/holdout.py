"""Set counts aside that a fit never sees: keyed-random, and never one side of a shared link."""

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.core.draws import uniforms
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.calibration.counted import Counts


def held_out(counts: Counts, share: float, context: Context) -> NDArray[np.bool_]:
    """Return which counts are set aside: about `share` of them, by seed and id.

    Counts with a link in common (repeats, a screen line and its links) are set aside together,
    else the fit would know what it is tested on. At least one is left to fit to; none is set
    aside where all hang together.
    """
    n = len(counts)
    out = np.zeros(n, dtype=bool)
    if share <= 0:
        return out
    group = _linked(counts)
    luck = uniforms(context.seed, "count_holdout", counts.ids, 1)[0]
    order = sorted(set(group.tolist()), key=lambda g: float(luck[group == g].min()))
    for g in order[:-1]:
        if out.sum() >= round(share * n) and out.any():
            break
        out |= group == g
    return out


def share_wrong(share: float) -> list[Problem]:
    """Return what is wrong with a share to hold out."""
    if 0 <= share < 1:
        return []
    return [
        Problem(
            "holdout_share",
            Text(
                f"留出比例应在 0 与 1 之间，现为 {share:g}",
                f"the share of counts held out lies between 0 and 1, not {share:g}",
            ),
            Text("常用 0.2；0 为不留出", "0.2 is usual; 0 holds out none"),
            column="holdout",
        )
    ]


def _linked(counts: Counts) -> NDArray[np.int64]:
    """Return a number for every count, the same for counts joined by links they share."""
    group = np.arange(len(counts), dtype=np.int64)
    owner: dict[tuple[object, ...], int] = {}
    for c in range(len(counts)):
        zone = (int(counts.origin[c]), int(counts.destination[c]))
        parts: list[tuple[object, ...]] = [(int(a),) for a in counts.links(c)] or [zone]
        for part in parts:
            first = owner.setdefault(part, c)
            group[group == group[c]] = group[first]
    return group
