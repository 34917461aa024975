"""`chengce assign` on random networks: flows of the file checked by scipy, turns, chosen links."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.equilibrium_check import shortest_by_scipy
from tests.interfaces.conftest import Run
from tests.unit.engine.road_worlds import connected_roads

from chengce.city.readers.omx import omx_names, read_omx
from chengce.city.readers.tntp_net import TntpNetwork
from chengce.city.readers.tntp_write import write_tntp_network, write_tntp_trips
from chengce.engine.roads.network import RoadNetwork

ZONES = 6
QUICK = ("--workers", "1", "--json")
Files = tuple[Path, Path]


def town(folder: Path, seed: int) -> tuple[Files, RoadNetwork, np.ndarray]:
    """Write a random network (zones are passed through) with powers of all kinds, and its trips."""
    rng = np.random.default_rng(seed)
    net = connected_roads(seed, zones=ZONES)
    m = net.links
    net = replace(net, power=rng.choice([1.0, 2.5, 4.0], m), b=rng.choice([0.0, 0.15, 1.0], m))
    none = np.zeros(m)
    write_tntp_network(
        folder / "a_net.tntp",
        TntpNetwork(
            ZONES, net.nodes, 1, net.tail.astype(np.int64) + 1, net.head.astype(np.int64) + 1,
            net.capacity, net.length, net.free_flow, net.b, net.power, none, none, none, np.arange(m),
        ),
    )  # fmt: skip
    demand = rng.gamma(1.0, 3.0, (ZONES, ZONES)) * (1 - np.eye(ZONES))
    write_tntp_trips(folder / "a_trips.tntp", demand)
    return (folder / "a_net.tntp", folder / "a_trips.tntp"), net, demand


def table(path: str | Path) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(rows: Sequence[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("method", "principle", "gap"),
    [("b", "user", 1e-11), ("b", "system", 1e-11), ("bfw", "user", 1e-6)],
)
def test_the_flows_of_the_file_are_an_equilibrium(
    run: Run, tmp_path: Path, seed: int, method: str, principle: str, gap: float
) -> None:
    files, net, demand = town(tmp_path, seed)
    words = ("--gap", gap, "--method", method, "--principle", principle)
    found = run("assign", *files, *words, *QUICK).json
    assert found["converged"]
    rows = table(found["flows"])
    flow, time = column(rows, "flow"), column(rows, "time")
    with np.errstate(divide="ignore", invalid="ignore"):
        delay = np.where(flow > 0, net.b * (flow / net.capacity) ** net.power, 0.0)
    assert time == pytest.approx(net.free_flow * (1 + delay), rel=1e-12)
    out = np.bincount(net.tail, flow, net.nodes) - np.bincount(net.head, flow, net.nodes)
    out[:ZONES] -= demand.sum(axis=1) - demand.sum(axis=0)
    assert np.abs(out).max() < 1e-9
    cost = time
    if principle == "system":  # every vehicle pays what it costs the others
        cost = time + net.free_flow * delay * net.power
    spent = float(flow @ cost)
    least = float((demand * shortest_by_scipy(net, cost)[:, :ZONES]).sum())
    assert -1e-13 < (spent - least) / spent < 1.01 * gap
    assert found["total_time"] == pytest.approx(float(flow @ time), rel=1e-12)
    assert found["vehicle_distance"] == pytest.approx(float(flow @ net.length), rel=1e-12)
    assert found["vehicle_delay"] == pytest.approx(float(flow @ (time - net.free_flow)), rel=1e-9)
    assert found["compile_seconds"] >= 0 < found["seconds"]


def test_trips_through_chosen_links(run: Run, tmp_path: Path) -> None:
    files, net, demand = town(tmp_path, 1)
    ends = [f"{net.tail[i] + 1}-{net.head[i] + 1}" for i in range(3)]
    words = ("--select-link", ends[0], "--select-link", f"{ends[1]},{ends[2]}")
    out = tmp_path / "out"
    found = run("assign", *files, *words, "--gap", "1e-9", "--out", out, *QUICK).json
    assert [s["links"] for s in found["select_link"].values()] == [["1"], ["2", "3"]]
    flow = column(table(out / "flows.csv"), "flow")
    rows = table(out / "select_link.csv")
    assert list(rows[0]) == ["from", "to", ends[0], f"{ends[1]},{ends[2]}"]
    assert column(rows, ends[0])[0] == pytest.approx(flow[0], rel=1e-9)
    assert (column(rows, ends[0]) <= flow * (1 + 1e-9)).all()
    assert omx_names(out / "select_link.omx") == [ends[0], f"{ends[1]},{ends[2]}"]
    matrix = read_omx(out / "select_link.omx", ends[0])
    assert matrix.zones == tuple(str(z + 1) for z in range(ZONES))
    assert matrix.values.sum() == pytest.approx(flow[0], rel=1e-9)
    assert (matrix.values <= demand * (1 + 1e-9)).all()
    both = found["select_link"][f"{ends[1]},{ends[2]}"]["trips"]
    assert max(flow[1:3]) * (1 - 1e-9) <= both <= flow[1:3].sum() * (1 + 1e-9)
    people = run("assign", *files, *words, "--lang", "zh", "--workers", "1")
    assert ends[0] in people.out
    assert "经过选定路段的出行" in people.out
    again = run("replay", found["run"], "--json").json
    assert again["same"] == "identical"


def test_links_that_cannot_be_chosen(run: Run, tmp_path: Path) -> None:
    files, net, _ = town(tmp_path, 1)
    gone = run("assign", *files, "--select-link", "1-99", "--select-link", "x", *QUICK)
    assert gone.code == 2
    assert [p["code"] for p in gone.json["problems"]] == ["select_link_unknown"] * 2
    assert "99" in gone.json["problems"][0]["message"]["zh"]
    ends = f"{net.tail[0] + 1}-{net.head[0] + 1}"
    done = run("assign", *files, "--select-link", ends, "--method", "bfw", *QUICK)
    assert done.code == 2
    assert [p["code"] for p in done.json["problems"]] == ["select_link_no_origins"]


def test_turns_are_obeyed_recorded_and_named_when_they_change(run: Run, tmp_path: Path) -> None:
    """Where a turn is banned nobody makes it, and the file is part of the run."""
    files, net, _ = town(tmp_path, 2)
    plain = run("assign", *files, "--gap", "1e-9", *QUICK).json
    flow = column(table(plain["flows"]), "flow")
    into = int(np.argmax(np.where(net.head >= ZONES, flow, 0.0)))
    node = int(net.head[into])
    turns = tmp_path / "转 向.csv"
    onward = [i for i in range(net.links) if net.tail[i] == node]
    onto = max(onward, key=lambda i: flow[i])
    names = f"{net.tail[into] + 1},{node + 1}"
    head = "from,via,to,penalty\n"
    turns.write_text(head + "".join(f"{names},{net.head[i] + 1},banned\n" for i in onward), "utf-8")
    words = ("--turns", turns, "--gap", "1e-9", *QUICK)
    found = run("assign", *files, *words).json
    assert flow[into] > 1
    assert column(table(found["flows"]), "flow")[into] == 0
    assert found["total_cost"] > plain["total_cost"]
    assert run("replay", found["run"], "--json").json["same"] == "identical"
    slow = f"{names},{net.head[onto] + 1},0.5\n"
    turns.write_text(head + slow, "utf-8")
    waits: Any = run("assign", *files, *words).json
    assert plain["objective"] < waits["objective"]
    changed = run("replay", found["run"], "--json")
    assert changed.code == 2
    assert turns.name in changed.problem("run_file_changed")["message"]["zh"]


def test_a_gap_beyond_rounding_says_so(run: Run, tmp_path: Path) -> None:
    files, *_ = town(tmp_path, 0)
    found = run("assign", *files, "--gap", "1e-30", *QUICK).json
    assert not found["converged"]
    assert found["iterations"] < found["max_iterations"] == 1000
    [warning] = found["warnings"]
    assert "double precision" in warning["message"]["en"]
    assert "max-iterations" not in warning["remedy"]["en"]


def test_trips_as_a_chinese_spreadsheet_saves_them(run: Run, tmp_path: Path) -> None:
    files, _, demand = town(tmp_path, 0)
    cells = [
        (o + 1, d + 1, round(1000 * demand[o, d])) for o, d in zip(*np.nonzero(demand), strict=True)
    ]
    text = "起点;终点;出行量\n" + "".join(f'{o};{d};"{count:,}"\n' for o, d, count in cells)
    trips = tmp_path / "出行.csv"
    trips.write_bytes(text.encode("gbk"))
    found = run("assign", files[0], trips, "--gap", "1e-2", *QUICK).json
    assert found["trips"] == sum(count for *_, count in cells)
