"""Estimate what the equilibria of a state take, from the size of its roads and trips."""

from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.cost import Cost
from chengce.models.traffic.period import Period


def state_cost(city: City, period: Period, *, gap: float, context: Context) -> Cost:
    """Return the cost of `road_state`; kept results are free."""
    raise NotImplementedError
