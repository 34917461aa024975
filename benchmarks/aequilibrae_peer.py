"""Assign with AequilibraE's bi-conjugate Frank–Wolfe: run by its own Python, arrays in and out.

`python aequilibrae_peer.py IN.npz OUT.npz GAP ITERATIONS CORES`; it imports nothing of this project.
The time is that of `TrafficAssignment.execute`, graph and matrix ready.
"""

import sys
from importlib.metadata import version
from time import perf_counter

import numpy as np
import pandas as pd
from aequilibrae.matrix import AequilibraeMatrix
from aequilibrae.paths import Graph, TrafficAssignment, TrafficClass


def main(source: str, target: str, gap: float, iterations: int, cores: int) -> None:
    data = np.load(source)
    zones = np.arange(1, int(data["zones"]) + 1)
    network = pd.DataFrame({
        "link_id": np.arange(1, len(data["tail"]) + 1), "a_node": data["tail"] + 1,
        "b_node": data["head"] + 1, "direction": 1,
        **{k: data[k] for k in ("free_flow", "capacity", "b", "power")},
    })  # fmt: skip
    network["id"] = network.link_id
    graph = Graph()
    graph.network = network
    graph.prepare_graph(zones)
    graph.set_graph("free_flow")
    graph.set_blocked_centroid_flows(bool(data["first_through"]))
    matrix = AequilibraeMatrix()
    matrix.create_empty(zones=len(zones), matrix_names=["cars"], memory_only=True)
    matrix.index[:] = zones
    matrix.matrix["cars"][:, :] = data["demand"]
    matrix.computational_view(["cars"])
    job = TrafficAssignment()
    job.set_classes([TrafficClass("cars", graph, matrix)])
    job.set_vdf("BPR")
    job.set_vdf_parameters({"alpha": "b", "beta": "power"})
    job.set_capacity_field("capacity")
    job.set_time_field("free_flow")
    job.set_algorithm("bfw")
    job.max_iter, job.rgap_target = iterations, gap
    job.set_cores(cores)
    begin = perf_counter()
    job.execute(log_specification=False)
    seconds = perf_counter() - begin
    results, report = job.results(), job.report()
    flow = np.zeros(len(network))
    flow[results.index.to_numpy() - 1] = results["PCE_AB"].to_numpy()
    np.savez(
        target, flow=flow, seconds=seconds, iterations=len(report), gap=report.rgap.iloc[-1],
        version=version("aequilibrae"),
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
