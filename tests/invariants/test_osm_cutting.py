"""Cutting ways into edges keeps what it should, for any small map."""

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from tests.osm_worlds import at, write_osm

from chengce.city.readers.osm import read_osm
from chengce.city.readers.osm_values import incline_pct, number, speed_kmh, width_m

GRID = 4
NODES = {1 + c + GRID * r: (float(c), float(r)) for c in range(GRID) for r in range(GRID)}
walks = st.lists(st.sampled_from(sorted(NODES)), min_size=2, max_size=7).filter(
    lambda refs: len(set(refs)) > 1
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(walks, min_size=1, max_size=5),
    st.dictionaries(
        st.sampled_from(sorted(NODES)), st.sampled_from(["bollard", "gate"]), max_size=3
    ),
)
def test_edges_follow_their_ways_and_meet_at_shared_nodes(ways, barriers):
    nodes = {n: (*xy, {"barrier": barriers[n]}) if n in barriers else xy for n, xy in NODES.items()}
    drawn = {10 + i: (refs, {"highway": "residential"}) for i, refs in enumerate(ways)}
    with tempfile.TemporaryDirectory() as folder:
        path = write_osm(Path(folder) / "a.osm.pbf", nodes=nodes, ways=drawn)
        streets = read_osm(path, places=False, ground=False).streets
    assert streets["id"].is_unique
    count: Counter = Counter()
    for way, (refs, _) in drawn.items():
        clean = [a for a, b in zip(refs, [None, *refs], strict=False) if a != b]
        count.update(clean)
        edges = streets[streets["way"] == way]
        # one edge begins where the one before it ended, and together they are the way
        assert edges["from_node"].tolist()[1:] == edges["to_node"].tolist()[:-1]
        assert (edges["from_node"].iloc[0], edges["to_node"].iloc[-1]) == (clean[0], clean[-1])
        lon, lat = np.array([at(*NODES[n]) for n in clean]).T
        whole = Geod(ellps="WGS84").line_length(lon, lat)
        np.testing.assert_allclose(edges["length_m"].sum(), whole, rtol=1e-6)
    ends = set(streets["from_node"]) | set(streets["to_node"])
    assert {n for n, k in count.items() if k > 1} <= ends
    gates = streets[(streets["from_node"] < 0) | (streets["to_node"] < 0)]
    assert {-n for n in set(gates["from_node"]) | set(gates["to_node"]) if n < 0} <= {
        n for n, kind in barriers.items() if kind == "bollard"
    }
    assert (streets["walk"] == 3).all()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789.,-+%°:;| mphkcft'\"DEupnoe", max_size=12))
def test_values_are_read_or_refused_never_wild(text):
    speed, incline, width, plain = speed_kmh(text), incline_pct(text), width_m(text), number(text)
    assert speed is None or 0 < speed <= 200
    assert incline is None or -100 <= incline <= 100
    assert width is None or 0 <= width < np.inf
    assert plain is None or 0 <= plain < np.inf
