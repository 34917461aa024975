"""Compare two states link by link, and call a change clear only where the equilibrium fixes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chengce.core.estimate import Estimate, percentiles
from chengce.core.finding import Finding
from chengce.core.link_values import LinkValues
from chengce.core.metric import Metric
from chengce.core.text import Text
from chengce.decisions.changes import CLEAR

Floats = NDArray[np.float64]
LinkVerdict = Literal["more", "less", "none", "open"]

LINK_VERDICTS: dict[LinkVerdict, Text] = {
    "more": Text("明显增加", "clear increase"),
    "less": Text("明显减少", "clear decrease"),
    "none": Text("无明显变化", "no clear change"),
    "open": Text("无法判定（平衡解不唯一）", "open (equilibrium not unique)"),
}


@dataclass(frozen=True)
class LinkChange:
    """The change of one quantity of links from the reference to a scenario, draw by draw.

    Links are (street, direction) of either state: those of the reference in its order, then those
    only the scenario has. `before`, `after` (draws, links): where a state lacks the link its value
    is 0, and certain. `determined` (links,): in both states.
    """

    metric: Metric
    streets: tuple[str, ...]
    directions: tuple[int, ...]
    before: Floats
    after: Floats
    determined: NDArray[np.bool_]

    @cached_property
    def cells(self) -> Floats:
        """Return scenario − reference, (draws, links)."""
        return self.after - self.before

    @cached_property
    def spans(self) -> tuple[Floats, Floats, Floats]:
        """Return low, value and high, (3, links), of before, after and the difference."""
        return percentiles(self.before), percentiles(self.after), percentiles(self.cells)

    @cached_property
    def verdicts(self) -> NDArray[np.str_]:
        """Return `more`, `less`, `none` or `open` per link.

        A clear change is at least the metric's threshold and its share of the larger value, and of
        one sign in 95 % of draws. Where the equilibrium leaves the value open in either state, the
        computed difference may be an accident of the solution: `open`, whatever its size.
        """
        old, new, change = (s[1] for s in self.spans)
        size = np.abs(change)
        least = np.maximum(
            self.metric.threshold, self.metric.threshold_share * np.maximum(abs(old), abs(new))
        )
        beyond = (size >= least) & (size > 0)
        out = np.full(size.shape, "none", dtype="<U4")
        out[beyond & ((self.cells > 0).mean(axis=0) >= CLEAR)] = "more"
        out[beyond & ((self.cells < 0).mean(axis=0) >= CLEAR)] = "less"
        out[~self.determined] = "open"
        return out

    def counts(self) -> dict[LinkVerdict, int]:
        """Return how many links have each verdict."""
        return {v: int((self.verdicts == v).sum()) for v in LINK_VERDICTS}

    def largest(self) -> list[int]:
        """Return the links with a clear change, the largest first."""
        clear = np.flatnonzero(np.isin(self.verdicts, ("more", "less")))
        return [int(i) for i in clear[np.lexsort((clear, -np.abs(self.spans[2][1][clear])))]]


def largest_values(part: LinkValues, value: Floats) -> list[int]:
    """Return the links of a state whose value is not 0 and not open, the largest first."""
    order = np.lexsort((np.arange(len(value)), -value))
    return [int(i) for i in order if value[i] > 0 and part.determined[i]]


def link_changes(before: Finding, after: Finding) -> dict[str, LinkChange]:
    """Return the change of every quantity of links, by metric id; both findings share draws."""
    ids = dict.fromkeys(part.metric.id for part in (*before.links, *after.links))
    return {name: _change(name, before, after) for name in ids}


def link_estimate(span: Floats, index: int, unit: str, finding: Finding) -> Estimate:
    """Return the estimate of one link from low, value and high, (3, links)."""
    low, value, high = (float(row[index]) for row in span)
    return Estimate(value, unit, "interval", low, high, finding.sources, finding.draws)


def _change(name: str, before: Finding, after: Finding) -> LinkChange:
    parts = [_part(f, name) for f in (before, after)]
    known = [p for p in parts if p is not None]
    keys = list(dict.fromkeys(k for p in known for k in p.keys))
    at = {key: i for i, key in enumerate(keys)}
    (old, sure), (new, certain) = (_spread(p, at, before.draws) for p in parts)
    return LinkChange(
        metric=known[0].metric,
        streets=tuple(street for street, _ in keys),
        directions=tuple(direction for _, direction in keys),
        before=old,
        after=new,
        determined=sure & certain,
    )


def _part(finding: Finding, name: str) -> LinkValues | None:
    return next((p for p in finding.links if p.metric.id == name), None)


def _spread(
    part: LinkValues | None, at: Mapping[tuple[str, int], int], draws: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return values and `determined` on the links of both states."""
    values, determined = np.zeros((draws, len(at))), np.ones(len(at), dtype=bool)
    if part is not None:
        columns = np.array([at[key] for key in part.keys], dtype=np.int64)
        values[:, columns] = part.values
        determined[columns] = part.determined
    return values, determined
