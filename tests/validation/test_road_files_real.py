"""The collection's own files: read whole, assigned to the published flows, built into a city."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from chengce.city.build import build_city
from chengce.city.readers.tntp import read_tntp_flow, read_tntp_network, read_tntp_trips
from chengce.city.store import open_city
from chengce.core.context import Context
from chengce.models.traffic.file_assign import assign_files

Find = Callable[[str], Path]
SIZES = {  # zones, nodes, links, first through node, trips
    "SiouxFalls/SiouxFalls": (24, 24, 76, 1, 360600.0),
    "Anaheim/Anaheim": (38, 416, 914, 39, 104694.4),
    "Braess-Example/Braess": (2, 4, 5, 1, 6.0),
    "Berlin-Mitte-Center/berlin-mitte-center": (36, 398, 871, 37, 11481.924),
}
OBJECTIVES = {"SiouxFalls/SiouxFalls": 4231335.287107441, "Anaheim/Anaheim": 1286032.171096033}
PARAMS = {
    "gap": 1e-10, "method": "b", "principle": "user", "max_iterations": 1000,
    "toll_factor": None, "distance_factor": None, "matrix": None, "skims": False,
}  # fmt: skip


@pytest.mark.parametrize("name", SIZES)
def test_they_are_read_without_a_warning(shared_data: Find, name: str) -> None:
    folder = shared_data("traffic_assignment")
    net = read_tntp_network(folder / f"{name}_net.tntp")
    trips = read_tntp_trips(folder / f"{name}_trips.tntp", net.zones)
    total = pytest.approx(trips.demand.sum(), rel=1e-9)
    assert (net.zones, net.nodes, len(net.tail), net.first_through, total) == SIZES[name]
    assert net.warnings == trips.warnings == ()


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_command_finds_the_published_flows(shared_data: Find, name: str) -> None:
    folder = shared_data("traffic_assignment")
    inputs = {"net": folder / f"{name}_net.tntp", "trips": folder / f"{name}_trips.tntp"}
    found = assign_files(inputs, PARAMS, Context())
    assert found.summary["objective"] == pytest.approx(OBJECTIVES[name], rel=1e-9)
    known = read_tntp_flow(folder / f"{name}_flow.tntp")
    net = read_tntp_network(inputs["net"])
    assert np.array_equal(known.tail, net.tail)
    assert np.abs(found.arrays["flow"] - known.volume).max() < 0.01
    assert np.abs(found.arrays["time"] - known.cost).max() < 1e-3 * known.cost.max()


def test_anaheim_is_a_city(shared_data: Find, tmp_path: Path) -> None:
    folder = shared_data("traffic_assignment") / "Anaheim"
    config = tmp_path / "anaheim.toml"
    config.write_text(
        'name = "anaheim"\ntitle = "Anaheim"\n[tntp]\nlength_unit = "ft"\ntime_unit = "min"\n'
        'start = "07:00"\nend = "08:00"\n'
        f"net = '{folder}/Anaheim_net.tntp'\ntrips = '{folder}/Anaheim_trips.tntp'\n"
        f"nodes = '{folder}/anaheim_nodes.geojson'\n"
    )
    _, problems = build_city(config, tmp_path / "city", Context())
    assert problems == ()
    city = open_city(tmp_path / "city")
    streets = city.table("streets")
    assert len(streets) == 914
    assert len(city.table("zones")) == 38
    assert city.table("flows")["count"].sum() == pytest.approx(104694.4)
    at_centroid = (streets[["from_node", "to_node"]] < 39).any(axis=1)
    assert ((streets["highway"] == "connector") == at_centroid).all()
    drawn = streets.to_crs("EPSG:26911").geometry.length  # UTM zone 11 north
    ratio = (streets["length_m"] / drawn)[streets["highway"] == "primary"]
    assert ratio.median() == pytest.approx(1, abs=0.1)  # its lengths are indeed feet
