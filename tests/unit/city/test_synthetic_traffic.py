"""The generated town has lanes, trips and counts that go together, and are the same every time."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chengce.city.build import read_city
from chengce.city.city import City
from chengce.city.synthetic.town import write_town
from chengce.core.context import Context


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    city, problems = read_city(write_town(tmp_path_factory.mktemp("town")), Context())
    assert [p.code for p in problems if p.severity != "info"] == []
    return city


def open_to_cars(town: City) -> pd.DataFrame:
    streets = town.table("streets")
    return streets[streets["drive"] > 0].set_index("id")


def test_main_streets_have_lanes_and_the_others_stay_unknown(town: City):
    streets = open_to_cars(town)
    along = streets["lanes_along"].groupby(streets["highway"])
    assert along.count()[["residential", "living_street", "service"]].tolist() == [0, 0, 0]
    main = streets[streets["highway"].isin(["primary", "secondary", "tertiary"])]
    one_way = main["drive"] != 3
    assert main.loc[~one_way, ["lanes_along", "lanes_against"]].notna().all(axis=None)
    assert (
        main.loc[one_way, "lanes_along"].fillna(main["lanes_against"]).tolist()
        == [2.0] * one_way.sum()
    )
    bridges = streets[streets["name"].isin(["文化桥", "解放桥", "朝阳大桥"])]
    assert bridges[["lanes_along", "lanes_against"]].to_numpy().tolist() == [[1.0, 1.0]] * 3


def test_commuters_come_from_homes_and_go_to_jobs(town: City):
    flows = town.table("flows")
    work = flows[flows["purpose"] == "commute"]
    assert set(work["mode"]) == {"car", "transit", "walk"}
    assert (work["end_s"] - work["start_s"]).unique().tolist() == [86_400]
    people = town.table("people").query("dimension == 'age' and group == '15-59'")
    workers = work.groupby("origin")["count"].sum().reindex(people["zone"]).to_numpy()
    expected = 0.6 * people["count"].to_numpy()
    np.testing.assert_allclose(workers, expected, rtol=0.25, atol=12)
    jobs = town.table("jobs").groupby("zone")["count"].sum()
    filled = work.groupby("destination")["count"].sum().reindex(jobs.index).fillna(0)
    assert np.corrcoef(filled, jobs)[0, 1] > 0.99
    zones = town.table("zones").set_index("id")
    near = work[work["origin"] == work["destination"]]
    assert near.groupby("mode")["count"].sum().idxmax() == "walk"
    assert set(work["origin"]) <= set(zones.index)


def test_cars_of_the_peak_fill_a_bridge(town: City):
    flows = town.table("flows")
    cars = flows[(flows["mode"] == "car") & (flows["purpose"] == "all")]
    assert {tuple(t) for t in cars[["start_s", "end_s"]].to_numpy()} == {(28_800, 32_400)}
    assert (cars["origin"] != cars["destination"]).all()
    assert 4000 < cars["count"].sum() < 6000
    assert (cars["count"] == cars["count"].round()).all()
    counts = town.table("counts").set_index("id")
    # three bridges of one lane each way: more than half of what they can take, one way
    assert 900 < counts.at["river_north", "count"] < 2300
    assert counts.at["river_south", "count"] < 0.7 * counts.at["river_north", "count"]


def test_counts_stand_on_streets_and_screen_lines(town: City):
    streets = open_to_cars(town)
    links = town.table("count_links")
    assert set(links["street"]) <= set(streets.index)
    lines = links[links["count"].str.startswith("river")]
    assert set(streets.loc[lines["street"], "name"]) == {"文化桥", "解放桥", "朝阳大桥"}
    single = links[~links["count"].str.startswith("river")]
    assert single["count"].is_unique
    assert len(single) > 20
    counts = town.table("counts")
    assert (counts["sd"] >= np.sqrt(counts["count"]).clip(lower=1) * 0.8).all()


@pytest.mark.parametrize("seed", [2, 7])
def test_other_seeds_have_traffic_too(tmp_path: Path, seed: int):
    city, problems = read_city(write_town(tmp_path, seed=seed), Context())
    assert [p.code for p in problems if p.severity != "info"] == []
    assert city.table("counts").set_index("id").at["river_north", "count"] > 500
