"""`chengce interact` on a file: JSON, words in both languages, replay, what goes wrong."""

import csv
from pathlib import Path

import numpy as np
import pytest
from tests.interfaces.conftest import Run

COLUMNS = ("--origin", "起点", "--destination", "终点", "--flow", "人次", "--cost", "分钟")
ZONES = "东南西北中前后左右"


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """Return a table of flows of nine zones, in GBK, from a model with β = 0.2 and two modes."""
    rng = np.random.default_rng(6)
    xy = rng.random((9, 2)) * 20
    path = tmp_path / "通勤 流.csv"
    with path.open("w", encoding="gbk", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["起点", "终点", "人次", "分钟", "方式", "人口", "岗位"])
        for i, a in enumerate(ZONES):
            for j, b in enumerate(ZONES):
                cost = float(np.hypot(*(xy[i] - xy[j]))) + 2
                for mode, beta in (("公交", 0.2), ("小汽车", 0.1)):
                    count = rng.poisson(80 * (1 + i) ** 0.8 * (1 + j) ** 0.5 * np.exp(-beta * cost))
                    writer.writerow([a, b, count, f"{cost:.6f}", mode, 100 * (1 + i), 10 * (1 + j)])
    return path


def test_json(run: Run, flows: Path, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    found = run(
        "interact", flows, *COLUMNS, "--mode", "方式", "--bootstrap", 40, "--out", out, "--json"
    )
    assert found.code == 0, found.out + found.err
    data = found.json
    assert data["constraint"] == "doubly"
    assert data["decay"] == "exponential"
    assert data["converged"] is True
    assert data["pairs"] == 162
    assert data["origins"] == data["destinations"] == 9
    assert data["intervals"]["draws"] == 40
    for name, true in (("beta:公交", 0.2), ("beta:小汽车", 0.1)):
        (beta,) = [c for c in data["coefficients"] if c["name"] == name]
        assert beta["low"] < beta["value"] < beta["high"]
        assert beta["value"] == pytest.approx(true, abs=5 * beta["se"])
    assert set(data["modes"]) == {"公交", "小汽车"}
    for key in ("srmse", "cpc", "r2", "log_likelihood", "deviance", "mean_cost_observed"):
        assert isinstance(data["report"][key], float)
    assert data["report"]["mean_cost_modelled"] == pytest.approx(
        data["report"]["mean_cost_observed"]
    )
    with Path(data["predicted"]).open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 162
    assert sum(float(r["modelled"]) for r in rows) == pytest.approx(
        sum(float(r["flow"]) for r in rows)
    )
    assert {p.name for p in out.iterdir()} == {"flows.csv", "zones.csv", "summary.json"}
    again = run("replay", data["run"], "--json")
    assert again.code == 0, again.out + again.err
    assert again.json["same"] == "identical"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words(run: Run, flows: Path, lang: str) -> None:
    masses = (
        "--origin-mass",
        "人口",
        "--destination-mass",
        "岗位",
        "--constraint",
        "unconstrained",
    )
    found = run("--lang", lang, "interact", flows, *COLUMNS, *masses, "--holdout", 0.34)
    assert found.code == 0, found.err
    words = ("系数", "留出检验", "按费用分段", "复算") if lang == "zh" else (
        "coefficient", "held out", "band of cost", "replay")  # fmt: skip
    assert all(word in found.out for word in words), found.out
    assert "nan" not in found.out.lower()


def test_everything_wrong_is_said_at_once(run: Run, flows: Path) -> None:
    words = ("--origin", "起点", "--destination", "终点", "--flow", "人数", "--cost", "分钟")
    found = run("interact", flows, *words, "--decay", "expo", "--holdout", 1.5, "--json")
    assert found.code == 2
    assert {p["code"] for p in found.json["problems"]} == {
        "decay_unknown",
        "holdout_range",
        "missing_column",
    }
    assert "人次" in found.problem("missing_column")["remedy"]["zh"]


def test_a_calibration_without_an_end_is_labelled(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    rows = [f"{a},{b},{50 if a == b else 0},{1 if a == b else 9}" for a in "abcd" for b in "abcd"]
    path.write_text("\n".join(["o,d,n,c", *rows]), "utf-8")
    words = ("--origin", "o", "--destination", "d", "--flow", "n", "--cost", "c")
    found = run("interact", path, *words, "--bootstrap", 20, "--json")
    assert found.code == 0, found.out
    assert found.json["converged"] is False
    assert found.json["reason"]["zh"]
    codes = {w["code"] for w in found.json["warnings"]}
    assert codes == {"calibration_not_converged", "bootstrap_skipped"}
    [beta] = found.json["coefficients"]
    assert beta["value"] > 1
    assert beta["low"] is beta["high"] is beta["se"] is None  # no interval of what does not exist
    shown = run("--lang", "en", "interact", path, *words)
    assert "NOT CONVERGED" in shown.out
