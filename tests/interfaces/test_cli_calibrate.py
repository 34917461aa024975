"""`chengce calibrate`: trips adjusted to counts, recorded, replayed and written out."""

import csv
from pathlib import Path

import numpy as np
import pytest
from tests.interfaces.conftest import Run

from chengce.city.readers.omx import read_omx
from chengce.city.readers.tntp import read_tntp_trips

NET = """<NUMBER OF ZONES> 3
<NUMBER OF NODES> 5
<FIRST THRU NODE> 4
<NUMBER OF LINKS> 6
<END OF METADATA>
~ init_node term_node capacity length free_flow_time b power speed toll link_type ;
"""
LINKS = ((1, 4, 2000, 2), (2, 4, 2000, 2), (4, 3, 1000, 6), (4, 5, 1000, 4), (5, 3, 1000, 4),
         (3, 4, 2000, 6))  # fmt: skip
TRIPS = """<NUMBER OF ZONES> 3
<TOTAL OD FLOW> 1500
<END OF METADATA>
Origin 1
3 : 900;
Origin 2
3 : 600;
"""
COUNTS = """from,to,count,sd,screenline
1,4,1210,40,
2,4,560,30,
4,3,1750,,east
5,3,,,east
4,5,480,60,
"""
QUICK = ("--workers", "1")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    net, trips, counts = (tmp_path / n for n in ("路_net.tntp", "出_trips.tntp", "计数.csv"))
    rows = "".join(f"{a} {b} {c} 1 {t} 0.15 4 0 0 1 ;\n" for a, b, c, t in LINKS)
    net.write_text(NET + rows, "utf-8")
    trips.write_text(TRIPS, "utf-8")
    counts.write_text(COUNTS, "utf-8")
    return net, trips, counts


def test_the_answer_for_programs_and_its_files(
    run: Run, files: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = run("calibrate", *files, "--prior-weight", "1e-4", "--out", out, "--json", *QUICK)
    assert done.code == 0
    found = done.json
    assert found["converged"]
    assert (found["counts"], found["held_out"]) == (4, 1)
    fit, held = found["fit"], found["holdout"]
    assert fit["posterior"]["rmse"] < 0.1 * fit["prior"]["rmse"]
    assert held["posterior"]["n"] == 1
    assert found["warnings"] == []
    trips = read_tntp_trips(out / "trips.tntp", 3).demand
    assert trips.sum() == pytest.approx(found["trips"]["posterior"])
    np.testing.assert_array_equal(read_omx(out / "trips.omx").values, trips)
    with (out / "counts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["id"] for r in rows] == ["1→4", "2→4", "screenline east", "4→5"]
    assert sum(r["used"] == "held out" for r in rows) == 1
    assert {p.name for p in out.iterdir()} >= {
        "trips.csv",
        "flows.csv",
        "trace.csv",
        "summary.json",
    }


def test_it_replays_and_its_output_is_a_prior_again(
    run: Run, files: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    done = run("calibrate", *files, "--out", tmp_path / "out", "--json", *QUICK)
    again = run("replay", done.json["run"], "--json", *QUICK)
    assert (again.code, again.json["same"]) == (0, "identical")
    once_more = run(
        "calibrate", files[0], tmp_path / "out" / "trips.csv", files[2], "--json", *QUICK
    )
    assert once_more.json["trips"]["prior"] == pytest.approx(done.json["trips"]["posterior"])


def test_the_answer_for_people_in_both_languages(run: Run, files: tuple[Path, Path, Path]) -> None:
    zh = run("calibrate", *files, "--lang", "zh", *QUICK)
    en = run("calibrate", *files, "--lang", "en", *QUICK)
    assert "留出 · 调整后" in zh.out
    assert "held out · adjusted" in en.out
    assert "chengce replay" in en.out


def test_an_infinite_weight_keeps_the_trips(run: Run, files: tuple[Path, Path, Path]) -> None:
    done = run("calibrate", *files, "--prior-weight", "inf", "--json", *QUICK)
    assert done.json["trips"]["posterior"] == done.json["trips"]["prior"]
    assert done.json["prior_weight"] is None


@pytest.mark.parametrize(
    ("option", "code"),
    [
        (("--prior-weight", "0"), "prior_weight"),
        (("--prior-weight", "nan"), "prior_weight"),
        (("--holdout", "1"), "holdout_share"),
        (("--gap", "2"), "option_range"),
        (("--hours", "0"), "option_range"),
        (("--open-cells", "-1"), "option_range"),
    ],
)
def test_options_out_of_range(
    run: Run, files: tuple[Path, Path, Path], option: tuple[str, str], code: str
) -> None:
    done = run("calibrate", *files, *option, "--json", *QUICK)
    assert done.code == 2
    done.problem(code)


def test_counts_that_contradict_each_other_leave_no_run(
    run: Run, files: tuple[Path, Path, Path]
) -> None:
    files[2].write_text("from,to,count\n1,4,100\n1,4,900\n9,4,3\n", "utf-8")
    done = run("calibrate", *files, "--json", *QUICK)
    assert done.code == 2
    assert done.problem("count_node_unknown")["row"] == 4
    files[2].write_text("from,to,count\n1,4,100\n1,4,900\n", "utf-8")
    done = run("calibrate", *files, "--json", *QUICK)
    done.problem("counts_contradict")
    assert run("runs", "--json").json == []
