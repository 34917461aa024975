"""Bring the traffic of one state of a city to equilibrium, at every point of the design.

A scenario continues from its base city's equilibrium at the centre, which is computed first if need
be; other points continue from the centre's. A state whose roads, trips and assumptions are those of
the base *is* the base, to the last bit.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.provenance import sha256
from chengce.core.text import Text
from chengce.engine.assign.assignment import assign
from chengce.engine.roads.links import HOUR_S, TABLES, RoadLinks
from chengce.engine.roads.network import (
    AssignOptions,
    Bushes,
    Equilibrium,
    RoadNetwork,
    TravelClass,
)
from chengce.models.traffic.connected import unconnected
from chengce.models.traffic.demand import RoadDemand, road_demand
from chengce.models.traffic.design import Design, design
from chengce.models.traffic.fit_city import CityFit, FitQuestion, Fitting, fit_city_od
from chengce.models.traffic.period import Period
from chengce.models.traffic.road_network import city_roads, road_classes

Floats = NDArray[np.float64]

VERSION = 1
FIT_GAP = 1e-7  # of an equilibrium while trips are fitted: finer than counts need
ADVERSE = {  # 1: a high value makes driving worse
    "car_demand_level": 1,
    "car_hour_share": 1,
    "road_capacity_factor": -1,
    "road_speed_factor": -1,
    "value_of_time_car": -1,
    "value_of_time_truck": -1,
    "truck_pce": 1,
}


@dataclass(frozen=True)
class RoadState:
    """Traffic of one state at the points of the design (axis 0; centre first), seconds, vehicles.

    `class_flow` [points, classes, links] vehicles per period; `time` [points, links] s. By origin,
    [points, zones]: `spent` and `delayed`, vehicle-seconds of cars; `paid`, tolls of all vehicles.
    `unserved` bool[zones, zones]: pairs with demand and no way. Of the centre: `flow_error`
    float64[links] pcu, `determined` bool[links]; `gap` by point. `corner_flow` and `corner_time`
    are those of the point left out, of a base city only. `fit`: how trips were fitted to counts.
    """

    links: RoadLinks
    demand: RoadDemand
    design: Design
    unserved: NDArray[np.bool_]
    class_flow: Floats
    time: Floats
    spent: Floats
    delayed: Floats
    paid: Floats
    flow_error: Floats
    determined: NDArray[np.bool_]
    gap: Floats
    corner_flow: Floats | None = None
    corner_time: Floats | None = None
    fit: CityFit | None = None

    def level(self, setting: Mapping[str, float]) -> float:
        """Return vehicles of a setting against those of `demand`."""
        return level_of(self.demand, self.design, setting)

    def pce(self, setting: Mapping[str, float]) -> Floats:
        """Return passenger-car units of each class."""
        return np.array([pce_of(name, setting) for name in self.demand.classes])

    def free_flow(self, setting: Mapping[str, float]) -> Floats:
        """Return free-flow times of the links at a setting, s."""
        return self.links.scaled(speed=setting["road_speed_factor"]).free_flow


def level_of(demand: RoadDemand, plan: Design, setting: Mapping[str, float]) -> float:
    """Return vehicles of a setting against those of the demand, which is that of the centre."""
    level = setting["car_demand_level"]
    if demand.daily:
        level *= setting["car_hour_share"] / plan.centre["car_hour_share"]
    return level


def pce_of(name: str, setting: Mapping[str, float]) -> float:
    """Return passenger-car units of a vehicle of a class."""
    return setting["truck_pce"] if name == "truck" else 1.0


def road_state(
    city: City, period: Period, *, gap: float, context: Context, fitting: Fitting | None = None
) -> RoadState:
    """Return the traffic of a city in a period, each equilibrium to the relative gap asked for.

    With `fitting`, trips are fitted to the base city's counts first. Kept results are reused. Raises
    `ChengceError` where the trips do not tell of the period or an
    input cannot be assigned, `Cancelled` if the user asked to stop.
    """
    task = road_task(_reference(city), period, gap, context, fitting)
    found = task.arrays()
    corner = "corner_flow" in found
    return RoadState(
        links=task.links,
        demand=task.demand,
        design=task.design,
        **{name: np.asarray(found[name]) for name in _BY_STATE},
        corner_flow=np.asarray(found["corner_flow"]) if corner else None,
        corner_time=np.asarray(found["corner_time"]) if corner else None,
        fit=task.fit,
    )


_BY_STATE = (
    "unserved", "class_flow", "time", "spent", "delayed", "paid", "flow_error", "determined", "gap",
)  # fmt: skip
_TABLES = (*TABLES, "flows")


def _reference(city: City) -> City:
    """Return the base city where a scenario leaves all that traffic depends on as it was."""
    if city.base is None or city.delta is None or any(city.delta.of(t) for t in _TABLES):
        return city
    names = (*ADVERSE, "snap_limit")
    same = all(city.assumptions[n] == city.base.assumptions[n] for n in names)
    return city.base if same else city


def road_task(
    city: City, period: Period, gap: float, context: Context, fitting: Fitting | None = None
) -> "RoadTask":
    """Return what is to be computed for a state: its links, its trips, its design."""
    links = city_roads(city, period)
    demand = road_demand(city, links.zones, period)
    active = {"car_demand_level", "road_capacity_factor"}
    if demand.daily:
        active.add("car_hour_share")
    if (links.by_speed & (links.edge >= 0)).any():
        active.add("road_speed_factor")
    trucks = "truck" in demand.classes
    if trucks:
        active.add("truck_pce")
    if links.toll.any():
        active |= {"value_of_time_car"} | ({"value_of_time_truck"} if trucks else set())
    plan = design(city.assumptions, ADVERSE, active, context)
    task = RoadTask(city, period, gap, context, links, demand, plan)
    return task if fitting is None else task.fitted(fitting)


@dataclass(frozen=True)
class RoadTask:
    """Everything the equilibria of one state depend on."""

    city: City
    period: Period
    gap: float
    context: Context
    links: RoadLinks
    demand: RoadDemand
    design: Design
    fitting: Fitting | None = None
    fit: CityFit | None = None

    def fitted(self, fitting: Fitting) -> "RoadTask":
        """Return the task with trips changed as the base city's counts ask for."""
        base = self
        if self.city.base is not None:
            base = road_task(self.city.base, self.period, self.gap, self.context)
        wanted = np.asarray((base.demand.vehicles > 0).any(axis=0))
        unserved = unconnected(base.links.network, base.links.closed, wanted)
        question = FitQuestion(
            self.period, fitting, max(self.gap, FIT_GAP),
            {"centre": dict(base.design.centre), "snap": base.city.assumptions["snap_limit"].value},
        )  # fmt: skip
        problem = base._problem(base.design.centre, unserved)
        fit = fit_city_od(base.city, base.links, *problem, question, self.context)
        vehicles = self.demand.vehicles.copy()
        for k, name in enumerate(self.demand.classes):
            if name in base.demand.classes and base.links.zones == self.links.zones:
                vehicles[k] *= fit.factor[base.demand.classes.index(name)]
        demand = replace(self.demand, vehicles=vehicles)
        return replace(self, demand=demand, fitting=fitting, fit=fit)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the equilibria as arrays, from the store if they are there."""
        key = {
            "period": str(self.period),
            "gap": self.gap,
            "points": self.design.settings,
            "corner": dict(self.design.corner),
            "snap": self.city.assumptions["snap_limit"].value,
            "classes": {k: asdict(c) for k, c in road_classes().items()},
        }
        if self.fit is not None:
            key["fit"] = sha256(self.fit.factor.tobytes())
        return self.city.derived(
            "road-state", VERSION, tables=_TABLES, params=key, build=self._build
        )

    def _build(self) -> dict[str, NDArray[Any]]:
        wanted = np.asarray((self.demand.vehicles > 0).any(axis=0))
        unserved = unconnected(self.links.network, self.links.closed, wanted)
        settings = self.design.settings
        first = self.city.base is None
        total = len(settings) + (first and len(settings) > 1)
        what = Text("道路交通平衡", "equilibrium on the roads")
        centre: Equilibrium | None = None
        points: list[dict[str, Any]] = []
        for number, setting in enumerate([*settings, dict(self.design.corner)][:total]):
            self.context.step(what, number, total)
            warm = self._from_base(unserved) if centre is None else centre
            found = self._assign(setting, unserved, warm)
            centre = centre or found
            points.append(
                {"class_flow": found.class_flow, "time": found.time, "gap": np.array(found.gap)}
                | self._by_origin(found)
            )
        self.context.step(what, total, total)
        assert centre is not None
        out: dict[str, NDArray[Any]] = {
            "unserved": unserved,
            "flow_error": centre.flow_error,
            "determined": centre.determined,
            **{n: np.stack([p[n] for p in points[: len(settings)]]) for n in points[0]},
        }
        if total > len(settings):
            out |= {"corner_flow": points[-1]["class_flow"], "corner_time": points[-1]["time"]}
        if first and centre.bushes is not None:
            bushes = centre.bushes
            out |= {"indptr": bushes.indptr, "link": bushes.link, "flow": bushes.flow}
        return out

    def _assign(
        self, setting: Mapping[str, float], unserved: NDArray[np.bool_], warm: Equilibrium | None
    ) -> Equilibrium:
        network, classes = self._problem(setting, unserved)
        options = AssignOptions(gap=self.gap)
        return assign(network, classes, options, warm=warm, context=self.context)

    def _problem(
        self, setting: Mapping[str, float], unserved: NDArray[np.bool_]
    ) -> tuple[RoadNetwork, tuple[TravelClass, ...]]:
        network = self.links.scaled(
            speed=setting["road_speed_factor"], capacity=setting["road_capacity_factor"]
        )
        level = level_of(self.demand, self.design, setting)
        classes = tuple(
            TravelClass(
                name,
                np.where(unserved, 0.0, vehicles) * level,
                pce=pce_of(name, setting),
                fixed=self.links.toll / setting[f"value_of_time_{name}"] * HOUR_S,
            )
            for name, vehicles in zip(self.demand.classes, self.demand.vehicles, strict=True)
        )
        return network, classes

    def _by_origin(self, found: Equilibrium) -> dict[str, Floats]:
        """Return vehicle-seconds of cars, delay of cars and tolls of all, by origin."""
        assert found.bushes is not None
        bushes, zones = found.bushes, found.network.zones
        block = np.repeat(np.arange(len(bushes.indptr) - 1), np.diff(bushes.indptr))

        def summed(value: Floats) -> Floats:
            sums = np.bincount(block, bushes.flow * value[bushes.link], len(bushes.indptr) - 1)
            return np.asarray(sums.reshape(-1, zones))

        return {
            "spent": summed(found.time)[0],
            "delayed": summed(found.time - found.network.free_flow)[0],
            "paid": summed(self.links.toll).sum(axis=0),
        }

    def _from_base(self, unserved: NDArray[np.bool_]) -> Equilibrium | None:
        """Return the base city's equilibrium in this state's links, where that makes sense.

        Where zones or turn restrictions differ, links do not correspond, and one starts afresh.
        """
        if self.city.base is None:
            return None
        base = road_task(self.city.base, self.period, self.gap, self.context, self.fitting)
        if not base.links.alike(self.links):
            return None
        found = base.arrays()
        street = base.links.network.links - base.links.arcs
        shift = self.links.network.links - self.links.arcs - street
        link = np.asarray(found["link"])
        where = np.where(link >= street, link + shift, link).astype(np.int32)
        class_flow = np.zeros((len(base.demand.classes), self.links.network.links))
        street_part = np.r_[0:street, street + shift : self.links.network.links]
        class_flow[:, street_part] = found["class_flow"][0]
        network, _ = self._problem(self.design.centre, unserved)
        _, carried = base._problem(base.design.centre, np.asarray(found["unserved"]))
        classes = tuple(replace(c, fixed=None) for c in carried)
        pce = np.array([c.pce for c in classes])
        flow = pce @ class_flow
        return Equilibrium(
            network=network,
            classes=classes,
            options=AssignOptions(gap=self.gap),
            flow=flow,
            class_flow=class_flow,
            time=network.time(flow),
            objective=0.0,
            total=0.0,
            gap=1.0,
            iterations=0,
            seconds=0.0,
            converged=False,
            flow_error=np.zeros(network.links),
            determined=np.ones(network.links, bool),
            trace=(),
            bushes=Bushes(np.asarray(found["indptr"]), where, np.asarray(found["flow"])),
        )
