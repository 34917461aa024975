"""Hold what was counted: on a link, on a screen line, or as all trips from or to a zone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chengce.engine.roads.network import RoadNetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

ALL = -1


@dataclass(frozen=True)
class Counts:
    """Counts in vehicles (or trips) of the network's period, with their standard deviation.

    `ids` name them; `value`, `sd` float64[n]. `cls` int32[n]: the number of the class counted, or
    −1: all classes together. Count c sums the links `link[indptr[c]:indptr[c + 1]]`; without a
    link it is all trips that start in zone `origin[c]` or end in zone `destination[c]` (the other
    is −1). `hours`: length of the period, which the GEH statistic needs.
    """

    ids: tuple[str, ...]
    value: Floats
    sd: Floats
    cls: Ints
    indptr: NDArray[np.int64]
    link: Ints
    origin: Ints
    destination: Ints
    hours: float = 1.0

    def __len__(self) -> int:
        return len(self.ids)

    def links(self, c: int) -> Ints:
        """Return the links of a count."""
        return self.link[self.indptr[c] : self.indptr[c + 1]]

    def key(self, c: int) -> tuple[object, ...]:
        """Return what a count is of; two counts of one key are repeats."""
        zones = (int(self.origin[c]), int(self.destination[c]))
        return (tuple(sorted(self.links(c).tolist())), int(self.cls[c]), zones)

    def chosen(self, keep: NDArray[np.bool_]) -> "Counts":
        """Return some of the counts."""
        at = np.flatnonzero(keep)
        parts = [self.links(int(c)) for c in at]
        return replace(
            self,
            ids=tuple(self.ids[c] for c in at),
            value=self.value[at],
            sd=self.sd[at],
            cls=self.cls[at],
            indptr=np.concatenate([[0], np.cumsum([len(p) for p in parts])]).astype(np.int64),
            link=np.concatenate([np.empty(0, np.int32), *parts]).astype(np.int32),
            origin=self.origin[at],
            destination=self.destination[at],
        )

    def modelled(self, class_flow: Floats, demand: Sequence[Floats]) -> Floats:
        """Return what a model shows at each count: `class_flow` [k, m], `demand` by class."""
        out = np.zeros(len(self))
        whole = class_flow.sum(axis=0)
        trips = [_off_diagonal(d) for d in demand]
        for c in range(len(self)):
            k = int(self.cls[c])
            if len(self.links(c)):
                out[c] = (whole if k == ALL else class_flow[k])[self.links(c)].sum()
                continue
            for table in trips if k == ALL else [trips[k]]:
                if self.origin[c] >= 0:
                    out[c] += table[self.origin[c]].sum()
                else:
                    out[c] += table[:, self.destination[c]].sum()
        return out


@dataclass(frozen=True)
class Counted:
    """One count before it is put into arrays: see `Counts`."""

    id: str
    value: float
    sd: float
    links: tuple[int, ...] = ()
    origin: int = -1
    destination: int = -1
    cls: int = ALL


def counts_of(rows: Sequence[Counted], *, hours: float = 1.0) -> Counts:
    """Return counts as arrays."""
    return Counts(
        ids=tuple(r.id for r in rows),
        value=np.array([r.value for r in rows], dtype=np.float64),
        sd=np.array([r.sd for r in rows], dtype=np.float64),
        cls=np.array([r.cls for r in rows], dtype=np.int32),
        indptr=np.concatenate([[0], np.cumsum([len(r.links) for r in rows])]).astype(np.int64),
        link=np.array([a for r in rows for a in r.links], dtype=np.int32),
        origin=np.array([r.origin for r in rows], dtype=np.int32),
        destination=np.array([r.destination for r in rows], dtype=np.int32),
        hours=hours,
    )


def default_sd(value: float, error: float) -> float:
    """Return the standard deviation of a count that states none.

    Chance of a Poisson count (its variance is its mean, at least 1) and a relative error
    `error` of counter and day together.
    """
    return float(np.sqrt(max(value, 1.0) + (error * value) ** 2))


def link_name(network: RoadNetwork, a: int, *, first: int = 1) -> str:
    """Return a link as its two nodes, numbered from `first`."""
    return f"{int(network.tail[a]) + first}→{int(network.head[a]) + first}"


def _off_diagonal(demand: Floats) -> Floats:
    out = np.array(demand, dtype=np.float64)
    np.fill_diagonal(out, 0.0)
    return out
