"""Walk from zones to the nearest place of each kind that operates, draw by draw."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context
from chengce.engine.kernels import opportunity
from chengce.engine.streets.snap import Connectors
from chengce.models.opportunities import Opportunities, zone_points
from chengce.models.walking import Walkers, Walks, walks

Floats = NDArray[np.float64]
BLOCK = 64  # zones per block of work


class Nearest(NamedTuple):
    """Seconds to the nearest place, (draws, zones, kinds), and where both ends meet the streets.

    +inf = not reached, NaN = the zone is off the walkers' streets.
    """

    seconds: Floats
    origins: Connectors
    destinations: Connectors


@dataclass(frozen=True)
class NearestPlaces:
    """What is asked of walks: the `kinds` of place, in order, and how far to look, s."""

    city: City
    places: Opportunities
    kinds: tuple[str, ...]
    limit_s: float
    context: Context

    def by(self, who: Walkers) -> Nearest:
        """Return how far places are for some walkers."""
        ends = (self.places.ids, self.places.lon, self.places.lat)
        found = walks(
            self.city,
            who,
            zone_points(self.city),
            ends,
            limit_s=self.limit_s,
            context=self.context,
        )
        seconds = self._seconds(found)
        seconds[:, ~found.origins.snapped] = np.nan
        return Nearest(seconds, found.origins, found.destinations)

    def _seconds(self, found: Walks) -> Floats:
        indptr, index, value = found.costs
        kind = np.array([self.kinds.index(k) for k in self.places.kinds], dtype=np.int64)

        def work(rows: tuple[int, int]) -> Floats:
            start, stop = rows
            part = slice(indptr[start], indptr[stop])
            return np.asarray(
                opportunity.nearest_by_kind(
                    indptr[start : stop + 1] - indptr[start],
                    index[part],
                    value[part],
                    found.scale,
                    kind,
                    self.places.counts,
                    len(self.kinds),
                )
            )

        rows = len(indptr) - 1
        blocks = [(i, min(i + BLOCK, rows)) for i in range(0, rows, BLOCK)]
        return np.concatenate(list(self.context.runner.map(work, blocks)), axis=1)
