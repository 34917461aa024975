"""Turn what is asked of trips into the engine's options, at one walking speed."""

from collections.abc import Sequence

from chengce.city.city import City
from chengce.engine.options import TripOptions
from chengce.models.modifications.periods import seconds
from chengce.models.trips import TripParams
from chengce.models.walking import STREET_PROFILE

MINUTE_S = 60


def trip_options(
    city: City, params: TripParams, profile: str, *,
    speed_mps: float, percentiles: Sequence[int], step_s: int = MINUTE_S,
) -> TripOptions:  # fmt: skip
    """Return the options of trips of a walking profile; `params.date` is a date with service.

    Departures leave every `step_s`; slopes, snapping and gates are as the city assumes.
    """
    walk_s, trip_s = params.max_walk_min * 60, params.max_trip_min * 60
    return TripOptions(
        date=params.date,
        start_s=seconds(params.start),
        window_s=params.window_min * 60,
        step_s=step_s,
        percentiles=tuple(percentiles),
        max_access_s=walk_s,
        max_egress_s=walk_s,
        max_transfer_s=walk_s,
        max_direct_s=trip_s,
        max_boardings=params.max_boardings,
        max_trip_s=trip_s,
        speed_mps=speed_mps,
        slope_effect=city.assumptions["walk_slope_effect"].value,
        profile=STREET_PROFILE[profile],
        unknown=params.wheelchair_unknown,
        snap_limit_m=city.assumptions["snap_limit"].value,
        gate_tolerance_m=city.assumptions["gate_tolerance"].value,
        max_fare=params.budget,
    )
