"""Take Anaheim through the city, not the file: the published flows, and what measures do to them.

Data: Transportation Networks for Research, github.com/bstabler/TransportationNetworks.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from chengce.applications.road_measures import road_measures
from chengce.city.checks import check_tables
from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.city.readers.tntp import (
    TntpNetwork,
    read_tntp_flow,
    read_tntp_network,
    read_tntp_trips,
)
from chengce.city.synthetic.certain import certain
from chengce.core.context import Context
from chengce.core.finding import Finding
from chengce.core.text import Text
from chengce.decisions.compare import Comparison, compare
from chengce.decisions.link_changes import link_changes
from chengce.models.scenario import TODAY, parse_scenario

FOOT_M = 0.3048
Find = Callable[[str], Path]


def streets(net: TntpNetwork, at: dict[int, tuple[float, float]]) -> gpd.GeoDataFrame:
    """One one-way street per link; links that touch a centroid are connectors."""
    ends = list(zip(net.tail.tolist(), net.head.tolist(), strict=True))
    serves = [min(pair) < net.first_through for pair in ends]
    return gpd.GeoDataFrame(
        {
            "id": [f"{a}-{b}" for a, b in ends],
            "way": np.arange(1, len(ends) + 1),
            "from_node": net.tail.astype(np.int64),
            "to_node": net.head.astype(np.int64),
            "length_m": net.length * FOOT_M,
            "highway": ["connector" if s else "primary" for s in serves],
            "walk": 0, "wheelchair": 0, "bike": 0, "drive": 1, "wheelchair_state": "unknown",
            "speed_kmh": np.nan, "capacity_along": net.capacity,
            "free_flow_s": net.free_flow * 60.0, "vdf_b": net.b, "vdf_power": net.power,
        },
        geometry=[LineString([at[a], at[b]]) for a, b in ends],
        crs=WGS84,
    )  # fmt: skip


@pytest.fixture(scope="module")
def anaheim(shared_data: Find) -> City:
    folder = shared_data("traffic_assignment") / "Anaheim"
    net = read_tntp_network(folder / "Anaheim_net.tntp")
    trips = read_tntp_trips(folder / "Anaheim_trips.tntp", net.zones).demand
    nodes = json.loads((folder / "anaheim_nodes.geojson").read_text())["features"]
    at = {n["properties"]["id"]: tuple(n["geometry"]["coordinates"]) for n in nodes}
    o, d = np.nonzero(trips)
    ids = [str(i + 1) for i in range(net.zones)]
    tables: dict[str, pd.DataFrame] = {
        "streets": streets(net, at),
        "zones": gpd.GeoDataFrame(
            {"id": ids}, geometry=[Point(at[i + 1]) for i in range(net.zones)], crs=WGS84
        ),
        "people": pd.DataFrame(  # fictional: as many as trips begin
            {"zone": ids, "dimension": "total", "group": "total", "count": trips.sum(axis=1),
             "base": "resident"}
        ),
        "flows": pd.DataFrame(
            {"origin": [ids[i] for i in o], "destination": [ids[i] for i in d], "mode": "car",
             "purpose": "all", "start_s": 8 * 3600, "end_s": 9 * 3600, "count": trips[o, d]}
        ),
    }  # fmt: skip
    assert not [p for p in check_tables(tables) if p.severity == "error"]
    return City("anaheim", Text("阿纳海姆", "Anaheim"), tables)


def ask(city: City, **params: Any) -> Finding:
    return road_measures.run(city, road_measures.parse(params), Context(draws=20))


def test_the_city_has_the_published_flows(anaheim: City, shared_data: Find) -> None:
    known = read_tntp_flow(shared_data("traffic_assignment") / "Anaheim" / "Anaheim_flow.tntp")
    found = ask(certain(anaheim), gap=1e-10).link_values("flow")
    flow = dict(zip(found.streets, found.values[0].tolist(), strict=True))
    pairs = zip(known.tail.tolist(), known.head.tolist(), strict=True)
    ours = np.array([flow[f"{a}-{b}"] for a, b in pairs])
    assert np.abs(ours - known.volume).max() < 0.1  # vehicles, of up to 14,000


def test_vehicle_km_of_the_zones_add_up_to_those_of_the_streets(anaheim: City) -> None:
    found = ask(certain(anaheim))
    flow = found.link_values("flow")
    length = anaheim.table("streets").set_index("id")["length_m"].loc[list(flow.streets)]
    km = float(flow.values[0] @ length.to_numpy()) / 1000.0
    assert found.by_group("vehicle_km")[0, 0] == pytest.approx(km, rel=1e-9)


def changed(city: City, *modifications: dict[str, Any]) -> Comparison:
    scenario = parse_scenario({"name": "it", "modifications": list(modifications)})
    return compare(
        road_measures, city, road_measures.parse({}), reference=TODAY, scenarios=[scenario],
        context=Context(draws=20),
    )  # fmt: skip


def test_a_closed_road_diverts_traffic_and_says_where(anaheim: City) -> None:
    found = changed(anaheim, {"type": "close_street", "streets": ["401-400"]})
    before, after = found.reference.finding, found.alternatives[0].finding
    flow = link_changes(before, after)["flow"]
    at = flow.streets.index("401-400")
    assert flow.verdicts[at] == "less"
    assert not flow.after[:, at].any()
    counts = flow.counts()
    assert counts["more"] > 50
    assert counts["none"] > 500
    difference = found.differences()[0]
    assert all(difference[m].low > 0 for m in ("car_minutes", "vehicle_h", "delay_h"))
    assert difference["unserved"].value == 0
    assert any("interpolating" in n.en for n in before.notes)


def test_a_bridge_closed_leaves_trips_without_a_way_and_names_them(anaheim: City) -> None:
    found = changed(anaheim, {"type": "close_street", "streets": ["63-62"]})
    difference = found.differences()[0]
    assert difference["unserved"].value == pytest.approx(13_363, rel=0.05)
    assert difference["car_minutes"].low > 0  # though fewer are on the road
    assert difference["vehicle_km"].high < 0
    warnings = found.alternatives[0].finding.warnings
    assert any(w.code == "road_trips_without_way" and "→" in w.message.en for w in warnings)


def test_a_toll_and_a_work_zone_move_traffic_away(anaheim: City) -> None:
    toll = changed(anaheim, {"type": "charge_road", "streets": ["94-93"], "price": 1.0})
    works = changed(anaheim, {"type": "work_zone", "streets": ["94-93"], "capacity_factor": 0.5})
    for found in (toll, works):
        flow = link_changes(found.reference.finding, found.alternatives[0].finding)["flow"]
        assert flow.verdicts[flow.streets.index("94-93")] == "less"
        assert found.differences()[0]["car_minutes"].low > 0
    assert toll.differences()[0]["tolls"].low > 0
    assert any(w.code == "value_of_time_default" for w in toll.alternatives[0].finding.warnings)
    assert works.differences()[0]["tolls"].high == 0


def test_a_scenario_without_changes_differs_by_exactly_nothing(anaheim: City) -> None:
    found = compare(
        road_measures, anaheim, road_measures.parse({}), reference=TODAY,
        scenarios=[replace(TODAY, name="same")], context=Context(draws=20),
    )  # fmt: skip
    for estimate in found.differences()[0].values():
        assert (estimate.low, estimate.value, estimate.high) == (0.0, 0.0, 0.0)
    change = link_changes(found.reference.finding, found.alternatives[0].finding)["flow"]
    assert not change.cells.any()
