"""What a killed comparison has computed for a scenario is read, not computed again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chengce.city.build import build_city
from chengce.city.store import open_city
from chengce.city.synthetic.town import write_town
from chengce.core.context import Context
from chengce.engine.matrix import Points, TravelTimes
from chengce.models import travel
from chengce.models.travel import door_times
from chengce.models.trips import TripParams

PARAMS = TripParams(date="2026-03-03", window_min=10)


def scenario(folder: Path) -> Any:
    base = open_city(folder)
    return base.with_changes({"streets": base.table("streets").iloc[50:]})


def times(city: Any, scratch: Path | None) -> Any:
    zones = city.table("zones").head(20)
    at = zones["geometry"].to_crs(zones.crs).representative_point()
    where = Points([str(i) for i in zones["id"]], at.x.to_numpy(), at.y.to_numpy())
    context = Context(draws=20, scratch=scratch)
    return door_times(city, "adult", where, where, params=PARAMS, context=context)


def test_a_scenario_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_city(write_town(tmp_path / "input"), tmp_path / "city", Context())
    before = sorted(tmp_path.joinpath("city").rglob("*door-times*"))
    truth = times(scenario(tmp_path / "city"), None)
    scratch, real, calls = tmp_path / "scratch", travel.travel_times, 0

    def counted(*args: Any, **more: Any) -> TravelTimes:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return real(*args, **more)

    monkeypatch.setattr(travel, "travel_times", counted)
    with pytest.raises(KeyboardInterrupt):
        times(scenario(tmp_path / "city"), scratch)
    assert len(list(scratch.iterdir())) == 3  # blocks are gone, arrays are kept
    found = times(scenario(tmp_path / "city"), scratch)
    assert calls == 4 + 2
    np.testing.assert_array_equal(found.times, truth.times)
    np.testing.assert_array_equal(found.spread, truth.spread)
    assert sorted(tmp_path.joinpath("city").rglob("*door-times*")) == before
