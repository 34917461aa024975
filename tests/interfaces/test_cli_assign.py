"""`chengce assign`: files in, a recorded answer and files out, without a city."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.interfaces.conftest import Run

from chengce.city.readers.omx import read_omx
from chengce.city.readers.tntp import read_tntp_flow

ROADS = ((1, 3, 1e-8, 1e9), (1, 4, 50, 0.02), (3, 2, 50, 0.02), (3, 4, 10, 0.1), (4, 2, 1e-8, 1e9))
TRIPS = "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 6\n<END OF METADATA>\nOrigin 1\n2 : 6;\n"
KEYS = {
    "objective", "gap", "iterations", "seconds", "flows", "converged", "total_cost", "links", "zones",
    "method", "worst_flow_error", "run", "replay", "warnings",
}  # fmt: skip
QUICK = ("--workers", "1")


@pytest.fixture
def braess(tmp_path: Path) -> tuple[Path, Path]:
    """Return network and trips of Braess (1968): 10·x, 50 + x, 10 + x; six vehicles."""
    head = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 4\n<FIRST THRU NODE> 1\n<NUMBER OF LINKS> 5\n"
    rows = "".join(f"\t{a}\t{b}\t1\t2\t{t!r}\t{k!r}\t1\t0\t1\t1\t;\n" for a, b, t, k in ROADS)
    net, trips = tmp_path / "路 网_net.tntp", tmp_path / "出 行_trips.tntp"
    net.write_text(f"{head}<END OF METADATA>\n{rows}", "utf-8")
    trips.write_text(TRIPS, "utf-8")
    return net, trips


def table(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(rows: list[dict[str, str]], name: str) -> list[float]:
    return [float(row[name]) for row in rows]


@pytest.mark.parametrize("method", ["b", "bfw"])
def test_the_answer_for_programs(run: Run, braess: tuple[Path, Path], method: str) -> None:
    """In equilibrium two vehicles take each of the three paths, each for 92."""
    done = run("assign", *braess, "--gap", "1e-6", "--method", method, "--json", *QUICK)
    assert done.code == 0
    found = done.json
    assert set(found) >= KEYS
    assert found["objective"] == pytest.approx(386, rel=1e-6)
    assert found["total_cost"] == pytest.approx(6 * 92, rel=1e-5)
    assert (found["links"], found["zones"], found["method"], found["converged"]) == (5, 2, method, True)  # fmt: skip
    assert found["gap"] <= 1e-6
    assert found["warnings"] == []
    rows = table(found["flows"])
    assert list(rows[0]) == ["from", "to", "flow", "time", "cost", "flow_error", "determined"]
    assert [(row["from"], row["to"]) for row in rows] == [(str(a), str(b)) for a, b, *_ in ROADS]
    assert column(rows, "flow") == pytest.approx([4, 2, 2, 2, 4], abs=1e-3)
    assert column(rows, "time") == pytest.approx([40, 52, 52, 12, 40], rel=1e-3)
    assert "workspace/findings/" in found["flows"]


def test_the_system_optimum_leaves_the_bridge_empty(run: Run, braess: tuple[Path, Path]) -> None:
    found = run("assign", *braess, "--principle", "system", "--json", *QUICK).json
    assert found["total_cost"] == pytest.approx(6 * 83, rel=1e-5)
    assert column(table(found["flows"]), "flow") == pytest.approx([3, 3, 3, 0, 3], abs=1e-3)


def test_tolls_and_distances_count_as_time(run: Run, braess: tuple[Path, Path]) -> None:
    plain = run("assign", *braess, "--json", *QUICK).json
    words = ("--toll-factor", "2", "--distance-factor", "0.5")
    found = run("assign", *braess, *words, "--json", *QUICK).json
    rows = table(found["flows"])
    assert np.subtract(column(rows, "cost"), column(rows, "time")) == pytest.approx([3] * 5)
    assert found["total_cost"] > plain["total_cost"]  # every link costs 2·1 + 0.5·2 more
    assert (found["toll_factor"], found["distance_factor"]) == (2, 0.5)


def test_files_out(run: Run, braess: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "结 果"
    found = run("assign", *braess, "--out", out, "--skims", "--json", *QUICK).json
    assert {p.name for p in out.iterdir()} == {
        "flows.csv",
        "flow.tntp",
        "skims.omx",
        "summary.json",
    }
    assert found["flows"] == str(out / "flows.csv")
    assert json.loads((out / "summary.json").read_text("utf-8")) == found
    flow = read_tntp_flow(out / "flow.tntp")
    assert flow.volume.tolist() == column(table(found["flows"]), "flow")
    time = read_omx(out / "skims.omx", "time")
    assert time.zones == ("1", "2")
    assert time.values[0, 1] == pytest.approx(92, rel=1e-4)
    assert read_omx(out / "skims.omx", "length").values[0, 1] in (4, 6)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("用户均衡", "算法 B", "已达到", "文件自己的单位", "流量最大的路段", "复算")),
        (
            "en",
            ("user equilibrium", "Algorithm B", "reached", "own units", "busiest links", "replay"),
        ),
    ],
)
def test_the_answer_for_people(
    run: Run, braess: tuple[Path, Path], lang: str, words: tuple[str, ...]
) -> None:
    done = run("assign", *braess, "--lang", lang, *QUICK)
    assert done.code == 0
    assert all(word in done.out for word in words), done.out
    assert "flows.csv" in done.out
    assert "4.00" in done.out or " 4 " in done.out


def test_what_did_not_converge_is_labelled(run: Run, braess: tuple[Path, Path]) -> None:
    words = ("--gap", "1e-12", "--method", "bfw", "--max-iterations", "1", *QUICK)
    done = run("assign", *braess, *words, "--json")
    assert done.code == 0
    assert done.json["converged"] is False
    assert [w["code"] for w in done.json["warnings"]] == ["not_converged"]
    people = run("assign", *braess, *words, "--lang", "zh")
    assert people.code == 0
    assert "未达到" in people.out
    assert "警告" in people.err


def test_no_trips_at_all(run: Run, braess: tuple[Path, Path]) -> None:
    braess[1].write_text(TRIPS.replace("2 : 6;", "2 : 0; 1 : 6;"), "utf-8")
    found = run("assign", *braess, "--json", *QUICK).json
    assert found["objective"] == found["total_cost"] == 0
    assert [w["code"] for w in found["warnings"]] == ["trips_within_zones", "no_trips"]


def test_all_mistakes_are_said_together(
    run: Run, braess: tuple[Path, Path], tmp_path: Path
) -> None:
    net, trips = braess
    net.write_text(net.read_text("utf-8").replace("50\t0.02", "-50\t0.02", 1), "utf-8")
    words = ("--gap", "1", "--toll-factor", "-1", "--json")
    done = run("assign", net, trips, *words)
    assert done.code == 2
    assert [p["code"] for p in done.json["problems"]] == [
        "gap_range",
        "factor_range",
        "tntp_negative_time",
    ]
    assert done.problem("tntp_negative_time")["row"] == 7
    done = run("assign", tmp_path / "路网_net.tntp", trips, "--gap", "0", "--json")
    assert [p["code"] for p in done.json["problems"]] == ["gap_range", "file_not_found"]
    assert net.name in done.problem("file_not_found")["remedy"]["zh"]
    done = run("assign", trips, net, "--json")
    assert [p["code"] for p in done.json["problems"]] == ["tntp_swapped", "tntp_swapped"]
    assert run("runs", "--json").json == []


def test_words_that_are_not_understood(run: Run, braess: tuple[Path, Path]) -> None:
    for words in (("--method", "fw"), ("--gap", "small"), ("--max-iterations", "0")):
        done = run("assign", *braess, *words, "--lang", "zh")
        assert done.code == 2
        assert words[0] in done.err
    done = run("assign", "--lang", "zh")
    assert done.code == 2
    assert "NET" in done.err


def test_a_recorded_run_is_computed_again(run: Run, braess: tuple[Path, Path]) -> None:
    net, trips = braess
    made = run("assign", net, trips, "--json", *QUICK).json
    [entry] = run("runs", "--json").json
    assert entry["id"] == made["run"]
    assert entry["body"]["inputs"]["net"]["name"] == net.name
    assert str(net.parent) not in json.dumps(entry["body"], ensure_ascii=False)  # names, no paths
    people = run("runs", "--lang", "en")
    assert "assign" in people.out
    assert net.name[:2] in people.out
    again = run("replay", made["run"][:6], "--json", "--workers", "2")
    assert again.json["same"] == "identical"
    trips.write_text(TRIPS.replace("6;", "7;"), "utf-8")
    net.rename(net.with_name("elsewhere.tntp"))
    gone = run("replay", made["run"], "--json")
    assert gone.code == 2
    assert {p["code"] for p in gone.json["problems"]} == {"run_file_missing", "run_file_changed"}
    assert net.name in gone.problem("run_file_missing")["message"]["zh"]
    assert trips.name in gone.problem("run_file_changed")["message"]["en"]


def test_the_same_files_give_the_same_result(run: Run, braess: tuple[Path, Path]) -> None:
    results = {run("assign", *braess, "--json", "--workers", n).json["result"] for n in (1, 2)}
    assert len(results) == 1


def test_a_folder_of_gmns_with_classes(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "gmns"
    folder.mkdir()
    link = "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,vdf_alpha,vdf_beta\n"
    files: dict[str, str] = {
        "node.csv": "node_id,zone_id\na,west\nb,\nc,east\n",
        "link.csv": link + "x,a,b,1,1,60,500,2,0.15,4\ny,b,c,1,2,60,1000,1,0.15,4\n",
        "config.csv": "long_length,speed\nkm,kph\n",
        "demand.csv": "origin,destination,count,class,pce\nwest,east,800,car,1\nwest,east,100,truck,2\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    out = tmp_path / "out"
    found: Any = run("assign", folder, folder / "demand.csv", "--out", out, "--json", *QUICK).json
    rows = table(found["flows"])
    assert column(rows, "flow") == [1000, 1000]  # 800 + 2·100 pcu
    assert column(rows, "vehicles_truck") == [100, 100]
    performance = table(str(out / "link_performance.csv"))
    assert [row["link_id"] for row in performance] == ["x", "y"]
    assert column(performance, "travel_time") == pytest.approx([1.15, 2.3])
    assert column(performance, "speed") == pytest.approx([60 / 1.15] * 2)
    assert column(performance, "voc") == [1, 1]
    assert found["time_unit"] == "min"
    assert not (out / "flow.tntp").exists()
