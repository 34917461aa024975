"""Ask for travel times between zones by the mode commuters use, and say what they will cost."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.cost import Cost
from chengce.engine.options import Points
from chengce.models.commuting.draws import Times
from chengce.models.commuting.driving import drive_times
from chengce.models.travel import design_speeds, door_cost, door_times
from chengce.models.trips import TripParams

Mode = Literal["transit", "walk", "car"]
PROFILE = "adult"  # how workers walk
DRIVE_S = 6e-8  # seconds per zone and street of a search by car, measured


@dataclass(frozen=True)
class CommuteTimes:
    """Times between zones; `unsnapped` zones with metres to a street; `reach_m` of a walk."""

    times: Times
    unsnapped: tuple[tuple[str, float], ...]
    reach_m: float


def commute_times(
    city: City, zones: Points, mode: Mode, params: TripParams, context: Context
) -> CommuteTimes:
    """Return times between all zones: door to door, on foot alone, or by car without queues."""
    ids = np.array(zones.ids, dtype=object)
    fastest = city.assumptions[f"walk_speed_{PROFILE}"].high
    if mode == "car":
        drive = drive_times(city, zones, longest_min=params.max_trip_min, context=context)
        still = np.zeros(context.draws)
        off = np.isin(ids, [name for name, _ in drive.unsnapped])
        times = Times(drive.seconds[None], still.astype(np.int64), still, 0, off)
        return CommuteTimes(times, drive.unsnapped, 0.0)
    params = _on_foot(params) if mode == "walk" else params
    door = door_times(city, PROFILE, zones, zones, params=params, context=context)
    speed = city.assumptions[f"walk_speed_{PROFILE}"]
    central = int(np.argmin(np.abs(design_speeds(speed) - speed.value)))
    off = np.isin(ids, [name for name, _ in door.unsnapped])
    times = Times(door.times, door.below, door.share, central, off)
    longest = params.max_trip_min if mode == "walk" else params.max_walk_min
    return CommuteTimes(times, door.unsnapped, longest * 60.0 * fastest)


def commute_cost(
    city: City, zones: Points, mode: Mode, params: TripParams, context: Context
) -> Cost:
    """Estimate `commute_times`."""
    if mode == "car":
        n, streets = len(zones), len(city.table("streets"))
        return Cost(DRIVE_S * n * streets / context.runner.workers, 4.0 * n * n)
    params = _on_foot(params) if mode == "walk" else params
    return door_cost(city, (PROFILE,), zones, zones, params=params, context=context)


def _on_foot(params: TripParams) -> TripParams:
    return params.model_copy(update={"max_boardings": 0, "window_min": 1})
