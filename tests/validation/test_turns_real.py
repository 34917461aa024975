"""Drive real cities with their restricted turns, against a search over pairs of streets."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from tests.unit.engine.worlds import city

from chengce.city.readers.osm import read_osm
from chengce.core.context import SerialRunner
from chengce.engine.hierarchy.street_matrix import street_matrix
from chengce.engine.streets.network import INF, Connectors, street_network, weigh

FILES = {
    "helsinki": "helsinki/Helsinki.osm.pbf",
    "heidelberg": "wheelchair/heidelberg.test.pbf",
}
SERIAL = SerialRunner()
STEP = 1e6  # of a millisecond; far more than a path has arcs


def doors(edge: np.ndarray, share: float, lat: float) -> Connectors:
    count = len(edge)
    return Connectors(
        ids=np.arange(count).astype(object),
        lon=np.arange(count, dtype=float),
        lat=np.full(count, lat),
        indptr=np.arange(count + 1),
        edge=edge.astype(np.int32),
        fraction=np.full(count, share),
        offroad_m=np.zeros(count),
        nearest_m=np.zeros(count),
    )


def turned(streets: pd.DataFrame, turns: pd.DataFrame, cost: np.ndarray) -> csr_matrix:
    """Return the graph whose nodes are streets in a direction, 2e along and 2e + 1 against."""
    ends = streets[["from_node", "to_node"]].to_numpy()
    arcs = pd.DataFrame({
        "arc": np.arange(2 * len(streets)),
        "street": np.repeat(streets["id"].to_numpy(), 2),
        "tail": ends.ravel(), "head": ends[:, ::-1].ravel(), "cost": cost.ravel(),
    })  # fmt: skip
    arcs = arcs[arcs["cost"] < INF]
    pairs = arcs.merge(arcs, left_on="head", right_on="tail", suffixes=("", "_on"))
    rules = turns.rename(columns={"from_street": "street", "via_node": "head"})
    key = ["street", "head"]
    no = rules[rules["kind"] == "no"].assign(no=True)[[*key, "to_street", "no"]].drop_duplicates()
    pairs = pairs.merge(
        no, how="left", left_on=[*key, "street_on"], right_on=[*key, "to_street"]
    ).drop(columns="to_street")
    banned = pairs["no"].notna()
    leaving = set(zip(arcs["street"], arcs["tail"], strict=True))
    only = rules[(rules["kind"] == "only")].drop_duplicates([*key, "to_street"])
    for rule in only.itertuples():
        if (rule.to_street, rule.head) in leaving:
            here = (pairs["street"] == rule.street) & (pairs["head"] == rule.head)
            banned |= here & (pairs["street_on"] != rule.to_street)
    pairs = pairs[~banned]
    # scipy takes a cost of 0 for no arc: each arc costs a little more
    values = pairs["cost_on"].to_numpy() * STEP + 1.0
    size = 2 * len(streets)
    return csr_matrix((values, (pairs["arc"], pairs["arc_on"])), shape=(size, size))


@pytest.mark.parametrize("name", FILES)
def test_driving_obeys_every_turn(name, shared_data):
    """From the middle of 40 streets to the middle of 300 others, to the millisecond."""
    layers = read_osm(shared_data(FILES[name]))
    tables = {k: layers.tables()[k] for k in ("streets", "turns")}
    assert len(tables["turns"]) > 20
    town = city(**tables)
    network = street_network(town)
    assert network.ids.tolist() == tables["streets"]["id"].tolist()
    w = weigh(network, "drive", speed_mps=1.0)
    assert len(w.turns.arrives) > 20
    cost = np.stack([w.along, w.against], axis=1).astype(np.int64)
    rng = np.random.default_rng(5)
    # from streets with a restricted turn, too: there the two searches could differ
    named = pd.Index(network.ids).get_indexer
    near = np.unique(named(tables["turns"]["from_street"]))
    drivable = np.flatnonzero(cost.min(axis=1) < INF)
    start = np.concatenate([rng.choice(near, 20), rng.choice(drivable, 20)])
    onto = np.unique(named(tables["turns"]["to_street"]))
    end = np.concatenate([rng.choice(onto, 150), rng.choice(drivable, 150)])
    end = np.setdiff1d(end, start)
    found = street_matrix(
        town, w, (doors(start, 0.5, 0.0), doors(end, 0.5, 1.0)), limit_ms=INF, runner=SERIAL
    )
    graph = turned(tables["streets"], tables["turns"], cost)
    half = np.rint(cost * 0.5).astype(np.int64)  # from the door to the end of the geometry
    rest, done = np.where(cost < INF, half, INF), np.where(cost < INF, cost - half, INF)
    best = np.full((len(start), len(end)), float(INF))
    for leave, set_out in ((0, rest[start, 0]), (1, done[start, 1])):
        to = np.floor(dijkstra(graph, indices=2 * start + leave) / STEP)
        for come, arrive in ((0, rest[end, 0]), (1, done[end, 1])):
            # the last street's cost is only driven up to the door
            total = set_out[:, None] + to[:, 2 * end + come] - arrive[None]
            shut = (set_out >= INF)[:, None] | (arrive >= INF)[None]
            best = np.minimum(best, np.where(shut, INF, total))
    np.testing.assert_array_equal(found, np.minimum(best, INF).astype(np.int64))
    free = weigh(street_network(city(streets=tables["streets"])), "drive", speed_mps=1.0)
    without = street_matrix(
        city(streets=tables["streets"]), free,
        (doors(start, 0.5, 0.0), doors(end, 0.5, 1.0)), limit_ms=INF, runner=SERIAL,
    )  # fmt: skip
    assert (without <= found).all()
    assert (without < found).mean() > 0.01
