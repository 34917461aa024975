"""A patched timetable is the one compiled afresh, whatever a scenario does to public transport."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.engine.worlds import MONDAY, TUESDAY, WEDNESDAY

from chengce.city.city import City
from chengce.city.store import open_city, save_city
from chengce.city.synthetic.ascii import ascii_city
from chengce.city.synthetic.lattice_lines import Line
from chengce.core.errors import ChengceError
from chengce.engine.transit import timetable_store
from chengce.engine.transit.services import Feed
from chengce.engine.transit.timetable import Timetable, compile_timetable
from chengce.engine.transit.timetable_patch import touched_trips
from chengce.engine.transit.timetable_store import timetable_of
from chengce.models.scenario import parse_scenario

H = 3600
HORIZON = 26 * H


@cache
def city() -> City:
    """Return a city of three lines, one by headway, with nights that run past midnight."""
    days = (MONDAY, TUESDAY, WEDNESDAY)
    return ascii_city(
        """
        A--B--C--D
        |  |  |  |
        E--F--G--H
        """,
        block_m=400.0,
        people={"A": 10},
        lines=[
            Line("L1", "ABCD", 1200, 300, first_s=5 * H, last_s=25 * H, dates=days),
            Line("L2", "EFGH", 1500, 240, first_s=6 * H, last_s=22 * H, dates=days),
            Line("L3", "AFGD", 900, 200, first_s=6 * H, last_s=20 * H, dates=(TUESDAY,),
                 frequency=True, exact=False),
        ],
    )  # fmt: skip


ROUTE = st.sampled_from(["L1", "L2", "L3"])
STOP = st.sampled_from("ABCDEFGH")
PERIOD = {"from": "07:00", "to": "09:30"}


EVERY = st.integers(5, 40).map(lambda m: [{**PERIOD, "minutes": m}])
HOURS = st.sampled_from([["05:00", "08:00"], ["07:00", "09:00"], ["00:00", "27:00"]])


def change(kind: str, **more: Any) -> Any:
    return st.fixed_dictionaries({"type": st.just(kind), "route": ROUTE, **more})


CHANGES = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("add_line"),
            "id": st.just("new"),
            "stops": st.lists(STOP, min_size=2, max_size=4, unique=True).map(
                lambda s: [*s, {"id": "x", "lon": 0.003, "lat": 0.002}]
            ),
            "speed_kmh": st.just(25),
            "headways": EVERY,
            "dates": st.sampled_from([[TUESDAY], [MONDAY], [TUESDAY, WEDNESDAY]]),
        }
    ),
    change("change_headway", headways=EVERY),
    change("convert_to_frequency", headways=EVERY),
    change("remove_trips", hours=HOURS),
    change("change_running_time", hours=HOURS, speed_factor=st.sampled_from([0.4, 0.8, 3.0])),
    change("change_dwell", add_s=st.sampled_from([10, 45])),
    st.sampled_from(["A", "B"]).map(
        lambda start: {
            "type": "reroute",
            "route": "L1",
            "from_stop": start,
            "to_stop": "D",
            "via": ["G"],
            "run_s": [200, 250],
        }
    ),
    st.fixed_dictionaries({"type": st.just("close_stop"), "stop": STOP}),
)


def canonical(t: Timetable, city: City) -> list[Any]:
    """Return patterns as plain values, in an order of their own."""
    ids = city.table("trips")["id"].astype(str).tolist()
    found = []
    for p, (low, high) in enumerate(pairwise(t.pattern_ptr.tolist())):
        trips = slice(t.trip_ptr[p], t.trip_ptr[p + 1])
        times = slice(t.time_ptr[p], t.time_ptr[p + 1])
        found.append(
            (
                t.stop_ids[t.pattern_stop[low:high]].tolist(),
                t.pickup[low:high].tolist(),
                t.dropoff[low:high].tolist(),
                t.arrival[times].tolist(),
                t.departure[times].tolist(),
                [ids[i] for i in t.trip[trips]],
                t.trip_wheelchair[trips].tolist(),
            )
        )
    return sorted(found)


def attempt(
    compiled: Callable[..., Timetable], after: City, date: str, horizon_s: int
) -> tuple[Timetable | None, Any]:
    try:
        return compiled(after, date, horizon_s=horizon_s), None
    except ChengceError as error:
        return None, error.problems


def check(after: City, date: str, horizon_s: int = HORIZON) -> None:
    fresh, problems = attempt(compile_timetable, after, date, horizon_s)
    patched, found = attempt(timetable_of, after, date, horizon_s)
    assert found == problems
    if fresh is None or patched is None:
        return
    assert canonical(patched, after) == canonical(fresh, after)
    assert patched.stop_ids.tolist() == fresh.stop_ids.tolist()
    np.testing.assert_array_equal(patched.stop_wheelchair, fresh.stop_wheelchair)
    for name in ("pattern_ptr", "trip_ptr", "time_ptr", "pattern_stop", "arrival", "departure"):
        assert getattr(patched, name).dtype == getattr(fresh, name).dtype


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CHANGES, min_size=1, max_size=3), st.sampled_from([MONDAY, TUESDAY]))
def test_every_change_of_service(changes: list[Any], date: str) -> None:
    try:
        after = parse_scenario({"modifications": changes}).apply(city())
    except ChengceError:  # changes in conflict, or of trips that are no more
        return
    check(after, date)


def flip(frame: pd.DataFrame, column: str, rows: list[int], value: Any) -> pd.DataFrame:
    values = frame[column].copy()
    values.iloc[rows] = value
    return frame.assign(**{column: values})


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from([MONDAY, TUESDAY]))
def test_every_change_of_a_table(data: st.DataObject, date: str) -> None:
    base = city()
    names = st.sets(st.sampled_from(["calls", "trips", "services", "stops", "order"]), min_size=1)
    tables: dict[str, pd.DataFrame] = {}

    def some(table: str) -> list[int]:
        size = len(base.table(table))
        return sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=4)))

    for name in sorted(data.draw(names)):
        if name == "calls":
            frame = base.table("stop_times")
            tables["stop_times"] = flip(frame, "pickup", some("stop_times"), False)
        elif name == "trips":
            tables["trips"] = flip(base.table("trips"), "wheelchair", some("trips"), 2)
        elif name == "services":
            tables["services"] = base.table("services").drop(index=some("services"))
        elif name == "stops":
            frame = base.table("stops").drop(index=some("stops"))
            tables["stops"] = flip(frame, "wheelchair", [0], 1)
        else:
            tables["trips"] = base.table("trips").iloc[::-1].drop(index=some("trips"))
    check(base.with_changes(tables), date)


def test_a_day_without_service_fails_alike() -> None:
    one = city().with_changes({"services": city().table("services").iloc[:0]})
    check(one, TUESDAY)
    check(one, "2024-07-01")
    added = pd.DataFrame({"service": [city().table("services")["service"].iloc[0]],
                          "date": ["2024-07-02"]})  # fmt: skip
    services = pd.concat([city().table("services"), added], ignore_index=True)
    check(city().with_changes({"services": services}), "2024-07-02")


def test_the_base_timetable_is_compiled_once_and_kept(tmp_path: Path) -> None:
    home = save_city(city(), tmp_path / "city")
    first = timetable_of(home, TUESDAY, horizon_s=HORIZON)
    assert timetable_of(home, TUESDAY, horizon_s=HORIZON) is first
    (kept,) = (tmp_path / "city" / "derived").glob("*-timetable-*")
    again = open_city(tmp_path / "city")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timetable_store, "compile_timetable", None)
        loaded = timetable_of(again, TUESDAY, horizon_s=HORIZON)
    assert canonical(loaded, again) == canonical(first, home)
    expected = canonical(first, home)
    (kept / "arrival.npy").unlink()  # a mapped file must not be cut short under its readers
    (kept / "arrival.npy").write_bytes(b"")
    broken = timetable_of(open_city(tmp_path / "city"), TUESDAY, horizon_s=HORIZON)
    assert canonical(broken, again) == expected


def test_only_trips_near_the_change_are_touched() -> None:
    base = city()
    closed = parse_scenario({"modifications": [{"type": "close_stop", "stop": "E"}]}).apply(base)
    found = touched_trips(closed, Feed.of(base), Feed.of(closed), TUESDAY)
    route = base.table("trips").set_index("id")["route"]
    assert set(route[found]) == {"L2"}
