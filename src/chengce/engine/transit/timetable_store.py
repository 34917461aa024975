"""Keep the timetable of a base city as a derived product; read a scenario's off it by a patch."""

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.errors import ChengceError
from chengce.engine.transit.services import FEED
from chengce.engine.transit.timetable import Timetable, compile_timetable, stop_wheelchair
from chengce.engine.transit.timetable_patch import patch_timetable

VERSION = 1
_KEPT = ("pattern_ptr", "pattern_stop", "pickup", "dropoff", "trip_ptr", "trip", "time_ptr",
         "arrival", "departure")  # fmt: skip


def timetable_of(city: City, date: str, *, horizon_s: int) -> Timetable:
    """Return the timetable of a date: the base city's compiled once and kept, a scenario's patched.

    What is asked again of one city is kept in memory. Raises what `compile_timetable` does.
    """

    def build() -> Timetable:
        if city.base is None or city.delta is None:
            return _stored(city, date, horizon_s)
        try:
            base = timetable_of(city.base, date, horizon_s=horizon_s)
        except ChengceError:  # the base city runs nothing on the date: there is nothing to patch
            return compile_timetable(city, date, horizon_s=horizon_s)
        if not any(city.delta.of(table) for table in FEED):
            return base
        return patch_timetable(base, city, date, horizon_s=horizon_s)

    return city.remembered(f"timetable {date} {horizon_s}", build)


def _stored(city: City, date: str, horizon_s: int) -> Timetable:
    def build() -> dict[str, NDArray[np.generic]]:
        timetable = compile_timetable(city, date, horizon_s=horizon_s)
        return {name: getattr(timetable, name) for name in _KEPT}

    key = {"date": date, "horizon_s": horizon_s}
    kept = city.derived("timetable", VERSION, tables=FEED, params=key, build=build)
    stops, trips = city.table("stops"), city.table("trips")
    arrays = {name: np.asarray(kept[name]) for name in _KEPT}
    return Timetable(
        stop_ids=stops["id"].to_numpy(dtype=object),
        stop_wheelchair=stop_wheelchair(stops),
        trip_wheelchair=trips["wheelchair"].to_numpy(np.int64)[arrays["trip"]],
        **arrays,
    )
