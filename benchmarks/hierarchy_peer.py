"""Answer one graph's questions with other routing libraries: run by their own Python, arrays in and out.

`python hierarchy_peer.py IN.npz OUT.npz NAME`; it imports nothing of this project. NAME is one of
PEERS; times are of the named calls alone, graph and order ready, the shortest of three or of as many as
fit in two seconds.
"""

import sys
from collections.abc import Callable
from importlib.metadata import version
from time import perf_counter
from typing import Any

import numpy as np

REPEATS, SECONDS, INF = 3, 2.0, 2**30
Answer = dict[str, Any]


def main(source: str, target: str, name: str) -> None:
    with np.load(source) as file:
        data = {key: file[key] for key in file.files}
    found = PEERS[name](data)
    np.savez(target, name=f"{name} {version(name)}", **found)


def routingkit(data: Answer) -> Answer:
    """CCHMetric.reset, CCHOneToMany over targets or all nodes, CCHMetricPartialUpdater.apply."""
    from routingkit_cch import CCH, CCHMetric, CCHMetricPartialUpdater, CCHOneToMany

    graph = CCH(data["node"].tolist(), data["tail"].tolist(), data["head"].tolist(), False)
    cost = data["cost"].tolist()
    metric = CCHMetric(graph, cost)
    reweight = _best(lambda: metric.reset(cost))[1]
    targets, sources = data["targets"].tolist(), data["sources"].tolist()

    def matrix() -> list[list[int | None]]:
        pinned = CCHOneToMany(metric, targets)
        return [pinned.distances_from(s) for s in sources]

    rows, matrix_s = _best(matrix)
    one = _one_to_all(CCHOneToMany(metric, list(range(len(data["node"])))), sources)
    updater = CCHMetricPartialUpdater(graph)
    changed = {int(a): int(c) for a, c in zip(data["changed"], data["changed_cost"], strict=True)}
    change = _timed(lambda: updater.apply(metric, changed))[1]
    return {
        "matrix": np.array([[INF if c is None else c for c in row] for row in rows], np.int64),
        "changed_matrix": np.array([[INF if c is None else c for c in row] for row in matrix()]),
        "reweight_s": reweight, "matrix_s": matrix_s, "one_to_all_s": one, "change_s": change,
    }  # fmt: skip


def _one_to_all(everywhere: Any, sources: list[int]) -> float:
    """Return the shortest time; on return nothing uses the metric, so that it can be changed."""
    return min(_timed(lambda s=s: everywhere.distances_from(s))[1] for s in sources[:5])


def pandana(data: Answer) -> Answer:
    """Network (contraction included), shortest_path_lengths over all pairs.

    It keeps thousandths of a unit in 32 bits and cuts off the rest: costs are handed over in
    seconds, half a millisecond above.
    """
    import pandana
    import pandas as pd

    ends = [pd.Series(data[key].astype(np.int64)) for key in ("tail", "head")]
    cost = pd.DataFrame({"s": (data["cost"] + 0.5) / 1000.0})
    x, y = (pd.Series(data["xy"][:, i]) for i in (0, 1))
    network, build = _timed(lambda: pandana.Network(x, y, *ends, cost, twoway=False))
    pairs = (
        np.repeat(data["sources"], len(data["targets"])),
        np.tile(data["targets"], len(data["sources"])),
    )
    found, matrix_s = _timed(lambda: network.shortest_path_lengths(*pairs, imp_name="s"))
    lengths = np.rint(1000.0 * np.array(found, dtype=float)).clip(0, INF).astype(np.int64)
    return {
        "matrix": lengths.reshape(len(data["sources"]), -1),
        "matrix_s": matrix_s,
        "reweight_s": build,
    }


def igraph(data: Answer) -> Answer:
    """Graph.distances from one node to all."""
    import igraph

    ends = np.stack([data["tail"], data["head"]], 1)
    graph = igraph.Graph(n=len(data["node"]), edges=ends, directed=True)
    cost = data["cost"].tolist()
    times = [
        _timed(lambda s=s: graph.distances([int(s)], weights=cost))[1] for s in data["sources"][:3]
    ]
    return {"one_to_all_s": min(times)}


def rustworkx(data: Answer) -> Answer:
    """dijkstra_shortest_path_lengths from one node to all."""
    import rustworkx

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(len(data["node"])))
    arcs = zip(data["tail"].tolist(), data["head"].tolist(), data["cost"].tolist(), strict=True)
    graph.add_edges_from(list(arcs))
    times = [
        _timed(lambda s=s: rustworkx.dijkstra_shortest_path_lengths(graph, int(s), float))[1]
        for s in data["sources"][:2]
    ]
    return {"one_to_all_s": min(times)}


def scipy(data: Answer) -> Answer:
    """csgraph.dijkstra from one node to all."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    size = len(data["node"])
    ptr = np.searchsorted(data["tail"], np.arange(size + 1))
    graph = csr_matrix((data["cost"].astype(float), data["head"], ptr), (size, size))
    few = data["sources"][: int(data["checked"])]
    found, seconds = _timed(lambda: dijkstra(graph, indices=few))
    lengths = found[:, data["targets"]]
    return {
        "matrix": np.where(np.isfinite(lengths), lengths, INF).astype(np.int64),
        "one_to_all_s": seconds / len(few),
    }


PEERS: dict[str, Callable[[Answer], Answer]] = {
    "routingkit-cch": routingkit,
    "pandana": pandana,
    "scipy": scipy,
    "igraph": igraph,
    "rustworkx": rustworkx,
}


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begin = perf_counter()
    found = work()
    return found, perf_counter() - begin


def _best(work: Callable[[], Any]) -> tuple[Any, float]:
    found, shortest = _timed(work)
    spent, runs = shortest, 1
    while runs < REPEATS or spent < SECONDS:
        found, seconds = _timed(work)
        shortest, spent, runs = min(shortest, seconds), spent + seconds, runs + 1
    return found, shortest


if __name__ == "__main__":
    main(*sys.argv[1:4])
