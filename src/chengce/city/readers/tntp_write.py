"""Write TNTP files that read back to the same numbers."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.tntp_net import TntpNetwork
from chengce.city.readers.tntp_tables import TntpFlow
from chengce.core.files import write_atomic

_HEADER = (
    "~\tinit_node\tterm_node\tcapacity\tlength\tfree_flow_time\tb\tpower\tspeed\ttoll\tlink_type\t;"
)
PER_LINE = 5  # pairs


def write_tntp_network(path: Path, network: TntpNetwork) -> None:
    """Write a network file, whole or not at all."""
    head = [
        f"<NUMBER OF ZONES> {network.zones}",
        f"<NUMBER OF NODES> {network.nodes}",
        f"<FIRST THRU NODE> {network.first_through}",
        f"<NUMBER OF LINKS> {len(network.tail)}",
    ]
    for name, factor in (("TOLL", network.toll_factor), ("DISTANCE", network.distance_factor)):
        head += [] if factor is None else [f"<{name} FACTOR> {_number(factor)}"]
    columns = (network.capacity, network.length, network.free_flow, network.b, network.power,
               network.speed, network.toll, network.kind)  # fmt: skip
    cells = [[_number(v) for v in column] for column in columns]
    lines = [
        f"\t{tail}\t{head}\t" + "\t".join(row) + "\t;"
        for tail, head, *row in zip(network.tail, network.head, *cells, strict=True)
    ]
    _write(path, [*head, "<END OF METADATA>", "", _HEADER, *lines])


def write_tntp_trips(path: Path, demand: NDArray[np.float64]) -> None:
    """Write a trips file, whole or not at all."""
    write_atomic(path, trips_text(demand).encode())


def trips_text(demand: NDArray[np.float64]) -> str:
    """Return a trips file; pairs without trips are left out."""
    lines = [f"<NUMBER OF ZONES> {len(demand)}", f"<TOTAL OD FLOW> {_number(demand.sum())}",
             "<END OF METADATA>", ""]  # fmt: skip
    for origin, row in enumerate(demand, start=1):
        lines.append(f"Origin {origin}")
        pairs = [f"{j + 1} : {_number(row[j])};" for j in np.flatnonzero(row)]
        lines += [" ".join(pairs[i : i + PER_LINE]) for i in range(0, len(pairs), PER_LINE)]
    return "\n".join(lines) + "\n"


def flow_text(flow: TntpFlow) -> str:
    """Return a flow file: from, to, volume, cost."""
    rows = zip(flow.tail, flow.head, flow.volume, flow.cost, strict=True)
    lines = ["From\tTo\tVolume\tCost"]
    lines += [f"{a}\t{b}\t{_number(v)}\t{_number(c)}" for a, b, v, c in rows]
    return "\n".join(lines) + "\n"


def write_tntp_flow(path: Path, flow: TntpFlow) -> None:
    """Write a flow file, whole or not at all."""
    write_atomic(path, flow_text(flow).encode())


def _write(path: Path, lines: list[str]) -> None:
    write_atomic(path, ("\n".join(lines) + "\n").encode())


def _number(value: float) -> str:
    """Return the shortest text that reads back to the same number."""
    text = repr(float(value))
    return text.removesuffix(".0")
