"""Say how commuting falls with time: fitted on the flows observed, else an assumption, and say so."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.text import Text
from chengce.models.commute_draws import CENTRAL, Times
from chengce.models.noise import scalar

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CommuteDecay:
    """Exponential decay by the minute: `rate` (draws,), `central`; how it came about in `said`."""

    rate: Floats
    central: float
    said: tuple[Text, ...]

    def weigh(self, minutes: Floats, draw: int) -> Floats:
        """Return the weight of trips of some minutes in a draw; 0 where not reached."""
        rate = self.central if draw == CENTRAL else float(self.rate[draw])
        return np.asarray(np.exp(-rate * minutes))

    def notes(self, used: str) -> tuple[Text, ...]:
        """Return how the decay came about; `used`: the mode of the flows observed."""
        return tuple(t.format(mode=Text(used, used)) for t in self.said)


def decay_of(
    city: City, observed: Floats | None, times: Times, longest_min: float, context: Context
) -> CommuteDecay:
    """Return the decay of commuting in the base city, the same in every scenario."""
    return _assumed(city, context)


def _assumed(city: City, context: Context) -> CommuteDecay:
    assumption = city.assumptions["commute_decay"]
    return CommuteDecay(
        scalar(assumption, context),
        assumption.value,
        (
            Text(
                f"未校准：城市没有观测的通勤流，衰减取假设值（每分钟 {assumption.value:g}，区间 "
                f"{assumption.low:g}–{assumption.high:g}），流向只供比较方案",
                "not calibrated: the city has no observed commuting flows, so the decay is an "
                f"assumption ({assumption.value:g} per minute, {assumption.low:g} to "
                f"{assumption.high:g}); use the flows to compare proposals only",
            ),
        ),
    )
