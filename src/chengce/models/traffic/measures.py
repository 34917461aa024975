"""Turn traffic at the points of the design into what is reported, by place, street and draw."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chengce.city.assumptions import Assumptions
from chengce.core.context import Context
from chengce.models.noise import scalar
from chengce.models.traffic.emissions import co2_curve
from chengce.models.traffic.road_state import RoadState

Floats = NDArray[np.float64]

KMH = 3.6  # km/h per m/s
BLOCK = 4096


@dataclass(frozen=True)
class Measures:
    """What a state of traffic means; `zone` int64[streets] tells where each street lies.

    Rates are per hour. Results are by draw, (draws, zones) or (draws, links).
    """

    state: RoadState
    zone: NDArray[np.int64]
    assumptions: Assumptions
    context: Context

    def vehicle_km(self) -> Floats:
        """Return vehicle-km per hour on the streets of each zone."""
        return self._amounts(self._on_streets(self._vehicles * self._km))

    def vehicle_h(self) -> Floats:
        """Return vehicle-hours driven per hour on the streets of each zone."""
        time = self.state.time[:, self.state.links.on_street]
        return self._amounts(self._on_streets(self._vehicles * time / 3600.0))

    def delay_h(self) -> Floats:
        """Return vehicle-hours of delay per hour on the streets of each zone."""
        return self._amounts(self._on_streets(self._vehicles * self._delay_s / 3600.0))

    def co2_kg(self) -> Floats:
        """Return kg of CO2 per hour on the streets of each zone."""
        total = np.zeros((self.context.draws, len(self.state.links.zones)))
        grams = co2_curve().grams_per_km(self._speed) * self._km
        for k, name in enumerate(self.state.demand.classes):
            by_zone = self._on_streets(self._by_class[:, k] * grams / 1000.0)
            factor = scalar(self.assumptions["car_co2_factor"], self.context)
            if name == "truck":
                factor = factor * scalar(self.assumptions["truck_co2_factor"], self.context)
            total += self._amounts(by_zone) * factor[:, None]
        return total

    def minutes(self, cap: float) -> Floats:
        """Return minutes of a car trip from each zone; +inf where none has a way, NaN: no trips.

        The mean over trips; one without a way counts `cap` minutes.
        """
        served, lost = self._trips_by_car
        with np.errstate(invalid="ignore", divide="ignore"):
            value = (self.state.spent / 60.0 + lost * cap) / (served + lost)
        drawn = self._drawn(np.where(served + lost > 0, value, 0.0))
        drawn[:, ~((served > 0).any(axis=0))] = np.inf
        drawn[:, ~(((served + lost) > 0).any(axis=0))] = np.nan
        return drawn

    def delay_min(self) -> Floats:
        """Return minutes of delay of a car trip that has a way, from each zone; NaN: none has."""
        served, _ = self._trips_by_car
        none = ~(served > 0).any(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            value = np.where(none, 0.0, self.state.delayed / 60.0 / served)
        drawn = self._drawn(value)
        drawn[:, none] = np.nan
        return drawn

    def unserved(self) -> Floats:
        """Return vehicles per hour from each zone that have no way to where they go."""
        lost = (self.state.demand.vehicles * self.state.unserved).sum(axis=(0, 2))
        return self._amounts(self._levels[:, None] * lost / self._hours)

    def tolls(self) -> Floats:
        """Return the tolls that vehicles from each zone pay, money per hour."""
        return self._amounts(self.state.paid / self._hours)

    def link_flow(self) -> Floats:
        """Return pcu per hour on `links.on_street`, (draws, links)."""
        rows = self.state.links.on_street
        pce = np.stack([self.state.pce(s) for s in self.state.design.settings])
        flow = np.einsum("pk,pkm->pm", pce, self.state.class_flow[:, :, rows]) / self._hours
        parts = [self._amounts(flow[:, i : i + BLOCK]) for i in range(0, len(rows), BLOCK)]
        return np.concatenate([np.empty((self.context.draws, 0)), *parts], axis=1)

    def sure(self, least: float, share: float) -> NDArray[np.bool_]:
        """Return which links of `on_street` have one flow, known to less than half of what counts.

        What counts is `least` pcu per hour or `share` of the flow.
        """
        rows = self.state.links.on_street
        flow = self.state.pce(self.state.design.centre) @ self.state.class_flow[0][:, rows]
        counts = np.maximum(least, share * flow / self._hours)
        close = self.state.flow_error[rows] / self._hours <= counts / 2.0
        return np.asarray(self.state.determined[rows] & close)

    def over_capacity(self) -> float:
        """Return the share of vehicle-km on streets loaded beyond capacity, at the centre."""
        setting = self.state.design.centre
        flow = self.state.pce(setting) @ self.state.class_flow[0]
        network = self.state.links.scaled(capacity=setting["road_capacity_factor"])
        full = (network.b > 0) & (flow > network.capacity)
        return _share(self.state.class_flow[0].sum(axis=0) * network.length, full)

    def beyond_curve(self) -> float:
        """Return the share of vehicle-km at speeds the emission curve does not cover."""
        km = self._vehicles[0] * self._km
        return _share(km, co2_curve().outside(self._speed[0]))

    def corner_error(self) -> tuple[float, float] | None:
        """Return the interpolation's error at the point left out, shares of what it is there.

        Of link flows (mean absolute, by flow) and of the city's vehicle-hours; None if not known.
        """
        state = self.state
        if state.corner_flow is None or state.corner_time is None:
            return None
        rows = state.links.on_street
        vehicles = state.class_flow.sum(axis=1)
        guess = state.design.at_corner(vehicles[:, rows])
        truth = state.corner_flow.sum(axis=0)
        hours = state.design.at_corner((vehicles * state.time).sum(axis=1)[:, None])
        there = float((truth * state.corner_time).sum())
        if not truth[rows].sum() or not there:
            return None
        return (
            float(np.abs(guess - truth[rows]).sum() / truth[rows].sum()),
            float(abs(hours[0] - there) / there),
        )

    def _drawn(self, values: Floats) -> Floats:
        return self.state.design.drawn(values)

    def _amounts(self, values: Floats) -> Floats:
        return self.state.design.amounts(values)

    def _on_streets(self, by_link: Floats) -> Floats:
        """Return sums over the streets of each zone, (points, zones), of (points, street links)."""
        links = self.state.links
        zone = self.zone[links.edge[links.on_street]]
        zones = len(links.zones)
        return np.stack([np.bincount(zone, row, zones) for row in by_link])

    @cached_property
    def _hours(self) -> float:
        return self.state.links.hours

    @cached_property
    def _by_class(self) -> Floats:
        """Vehicles per hour, (points, classes, street links)."""
        return np.asarray(self.state.class_flow[:, :, self.state.links.on_street] / self._hours)

    @cached_property
    def _vehicles(self) -> Floats:
        return np.asarray(self._by_class.sum(axis=1))

    @cached_property
    def _km(self) -> Floats:
        links = self.state.links
        return np.asarray(links.network.length[links.on_street] / 1000.0)

    @cached_property
    def _delay_s(self) -> Floats:
        state = self.state
        free = np.stack([state.free_flow(s) for s in state.design.settings])
        return np.asarray((state.time - free)[:, state.links.on_street])

    @cached_property
    def _speed(self) -> Floats:
        """Mean speed, km/h, (points, street links); a street that takes no time is very fast."""
        time = self.state.time[:, self.state.links.on_street]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(time > 0, self._km * 1000.0 / time * KMH, np.inf)

    @cached_property
    def _levels(self) -> Floats:
        return np.array([self.state.level(s) for s in self.state.design.settings])

    @cached_property
    def _trips_by_car(self) -> tuple[Floats, Floats]:
        """Car trips of the period by origin that have a way and that have none, (points, zones)."""
        cars, gone = self.state.demand.vehicles[0], self.state.unserved
        served, lost = np.where(gone, 0.0, cars).sum(axis=1), np.where(gone, cars, 0.0).sum(axis=1)
        return self._levels[:, None] * served, self._levels[:, None] * lost


def _share(amount: Floats, chosen: NDArray[np.bool_]) -> float:
    total = float(amount.sum())
    return float(amount[chosen].sum()) / total if total > 0 else 0.0
