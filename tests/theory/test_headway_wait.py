"""A line known only by headway: the wait averages half a headway, whatever its phase."""

import numpy as np
import pandas as pd
import pytest
from tests.unit.engine.worlds import TUESDAY, city, degrees, stops, transit

from chengce.city.city import City
from chengce.core.context import Context
from chengce.engine.matrix import Points, TripOptions, travel_times
from chengce.models.headway_waits import headway_waits
from chengce.models.trips import TripParams

RUN = 700
AT = {"a": (0.0, 0.0), "b": (6000.0, 0.0)}


def line(trip: str, headway_s: int) -> City:
    tables = transit([(trip, "day", [("a", 0, 0), ("b", RUN, RUN)])])
    often = {"trip": [trip], "start_s": [5 * 3600], "end_s": [23 * 3600], "headway_s": [headway_s],
             "exact": [False]}  # fmt: skip
    return city(stops=stops(AT), frequencies=pd.DataFrame(often), **tables)


def waits(made: City, window_s: int, step_s: int) -> np.ndarray:
    """Seconds of waiting for each of 100 departures, ascending."""
    points = [Points([s], *(np.array([x]) for x in degrees(AT[s]))) for s in AT]
    options = TripOptions(TUESDAY, 8 * 3600, window_s, step_s=step_s, max_direct_s=0,
                          percentiles=tuple(range(1, 101)))  # fmt: skip
    found = travel_times(made, *points, options, context=Context()).seconds[:, 0, 0]
    return found - RUN


@pytest.mark.parametrize("name", [f"line{i}" for i in range(12)])
@pytest.mark.parametrize(
    ("headway_s", "window_s"), [(300, 300), (300, 1500), (600, 600), (150, 3000)]
)
def test_the_wait_averages_half_a_headway(name: str, headway_s: int, window_s: int) -> None:
    step = window_s // 100
    found = waits(line(name, headway_s), window_s, step)
    assert abs(found.mean() - headway_s / 2) <= step / 2
    assert abs(np.median(found) - headway_s / 2) <= step
    assert found.min() >= 0
    assert found.max() < headway_s


def test_a_window_shorter_than_the_headway_does_not_average() -> None:
    worst = max(abs(waits(line(f"line{i}", 1200), 100, 1).mean() - 600) for i in range(12))
    assert worst > 200
    params = TripParams(date=TUESDAY, start="08:00", window_min=10)
    warnings, notes = headway_waits(line("x", 1200), params)
    assert [w.code for w in warnings] == ["window_shorter_than_headway"]
    assert "half a headway" in notes[0].en
    assert "半个间隔" in notes[0].zh
    assert headway_waits(line("x", 600), params)[0] == []
    assert headway_waits(line("x", 600), params.model_copy(update={"date": "2024-03-04"})) == (
        [],
        (),
    )
