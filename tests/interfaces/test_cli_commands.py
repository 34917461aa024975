"""Every command does what it says, in both languages, for people and for programs."""

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.interfaces.conftest import Run

LANGS = ("zh", "en")
QUICK = ("--draws", "20", "--workers", "1")
KINDS = ("--set", "kinds=clinic,pharmacy")
ESTIMATE = {"value", "low", "high", "unit", "basis", "sources", "n", "coverage"}


def is_estimate(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and set(found) == ESTIMATE
        and found["basis"] in ("exact", "conditional", "interval")
        and isinstance(found["unit"], str)
        and all(found[k] is None or math.isfinite(found[k]) for k in ("value", "low", "high"))
    )


@pytest.fixture(scope="module")
def reach(town: Path) -> tuple[object, ...]:
    return ("everyday_reach", "--city", town / "city", *QUICK, *KINDS)


@pytest.mark.parametrize("lang", LANGS)
def test_apps(run: Run, lang: str) -> None:
    people, programs = run("apps", "--lang", lang), run("apps", "--lang", lang, "--json")
    assert people.code == programs.code == 0
    assert {"new_line", "everyday_reach"} <= {a["name"] for a in programs.json}
    for app in programs.json:
        assert app["question"][lang] in people.out
        assert all(name in people.out for name in app["params"]["properties"])
    assert ("范围" if lang == "zh" else "range") in people.out


@pytest.mark.parametrize("lang", LANGS)
def test_city_check_and_describe(run: Run, town: Path, lang: str) -> None:
    check, describe = (run("city", c, town / "city", "--lang", lang) for c in ("check", "describe"))
    assert check.code == describe.code == 0
    assert ("检查通过，0 条警告" if lang == "zh" else "nothing is wrong; 0 warnings") in check.out
    assert "CC0-1.0" in describe.out
    assert ("清河镇（虚构）" if lang == "zh" else "Qinghe (fictional)") in describe.out
    about = run("city", "describe", town / "city", "--json").json
    assert about["tables"]["zones"] == 60
    assert about["hash"] in describe.out
    assert set(about["layers"]) >= {"zones", "people", "streets", "transit"}


@pytest.mark.parametrize("lang", LANGS)
def test_run_answers_for_one_state(run: Run, reach: Any, lang: str) -> None:
    result = run("run", *reach, "--lang", lang)
    assert result.code == 0
    assert ("社区卫生服务" if lang == "zh" else "community clinic") in result.out
    assert "N = 15" in result.out
    assert ("共 1 个状态" if lang == "zh" else "1 state:") in result.err
    assert ("复算：chengce replay" if lang == "zh" else "replay: chengce replay") in result.out


@pytest.mark.parametrize("lang", LANGS)
def test_compare_prints_who_gains_and_who_loses(
    run: Run, reach: Any, scenarios: Path, tmp_path: Path, lang: str
) -> None:
    out = tmp_path / "结果 目录"
    result = run(
        "compare",
        *reach,
        "--scenario",
        *sorted(scenarios.glob("*.yaml")),
        "--out",
        out,
        "--lang",
        lang,
    )
    assert result.code == 0, result.err
    words = (
        ("受益人口", "受损人口", "变化") if lang == "zh" else ("gaining", "losing", "difference")
    )
    assert all(word in result.out for word in words)
    assert ("南岸快线" if lang == "zh" else "South bank express") in result.out
    assert str(out / f"report.{lang}.html") in result.out
    assert {f"report.{lang}.html", "table.csv", "run.json"} <= {p.name for p in out.iterdir()}
    assert max(map(len, result.out.splitlines()[:12])) <= 100
    assert "\x1b" not in result.out + result.err


def test_json_of_compare(run: Run, reach: Any, scenarios: Path) -> None:
    """Every number is an estimate; differences stand under `difference`; stdout is JSON alone."""
    result = run(
        "compare",
        *reach,
        "--set",
        "dimension=age",
        "--scenario",
        scenarios / "new_clinic.yaml",
        "--json",
    )
    assert result.code == 0
    found = result.json
    stems = ["kinds", "clinic", "pharmacy"]
    wheelchair = [f"wheelchair_{name}" for name in ("kinds_use", "kinds_avoid", "unsure")]
    metrics = {f"{stem}_{n}" for stem in (*stems, *wheelchair) for n in (5, 10, 15)}
    assert set(found["reference"]["value"]) == metrics
    among = {name: about["among"] for name, about in found["metrics"].items()}
    assert {name for name, profile in among.items() if profile == "wheelchair"} == {
        name for name in metrics if name.startswith("wheelchair_")
    }
    assert found["reference"]["groups"]["wheelchair_unsure_5"]["0-14"]["value"] is None  # nobody
    (scenario,) = found["scenarios"]
    assert scenario["name"] == "new_clinic"
    assert set(scenario["difference"]) == metrics
    groups = {"0-14", "15-59", "60-79", "80+", "total"}
    for metric in metrics:
        assert is_estimate(found["reference"]["value"][metric])
        assert is_estimate(scenario["value"][metric])
        assert is_estimate(scenario["difference"][metric])
        assert set(scenario["people"][metric]) == {"gain", "loss", "none", "unreached", "empty"}
        assert all(
            is_estimate(e) and e["unit"] == "people" for e in scenario["people"][metric].values()
        )
        for by_group in (
            scenario["groups"],
            scenario["difference_groups"],
            found["reference"]["groups"],
        ):
            assert set(by_group[metric]) == groups
            assert all(map(is_estimate, by_group[metric].values()))
    assert scenario["difference"]["clinic_15"]["value"] > 0
    assert (
        scenario["difference"]["clinic_15"] == scenario["difference_groups"]["clinic_15"]["total"]
    )
    assert found["replay"] == f"chengce replay {found['run']}"
    assert found["seed"] == 1
    assert found["draws"] == 20


def test_a_named_reference_is_what_differences_are_against(
    run: Run, reach: Any, scenarios: Path, tmp_path: Path
) -> None:
    clinic = yaml.safe_load((scenarios / "new_clinic.yaml").read_text("utf-8"))
    again = tmp_path / "again.yaml"
    again.write_text(yaml.safe_dump({**clinic, "name": "again"}, allow_unicode=True), "utf-8")
    words = ("--reference", scenarios / "new_clinic.yaml", "--scenario", again, "--json")
    found = run("compare", *reach, *words).json
    assert found["reference"]["name"] == "new_clinic"
    for metric, difference in found["scenarios"][0]["difference"].items():
        assert (difference["low"], difference["value"], difference["high"]) == (0, 0, 0), metric
    assert all(
        found["scenarios"][0]["people"][m]["gain"]["value"] == 0
        for m in found["reference"]["value"]
    )


def test_seeds(run: Run, reach: Any) -> None:
    one, two, other = (run("run", *reach, "--json", "--seed", s).json for s in (7, 7, 8))
    assert one["result"] == two["result"] != other["result"]
    assert one["seed"] == 7


def test_set_takes_lists_and_single_values(run: Run, reach: Any) -> None:
    one = run("run", *reach, "--set", "cutoffs_min=15", "--json").json
    many = run("run", *reach, "--set", "cutoffs_min=[15]", "--json").json
    assert one["params"]["cutoffs_min"] == many["params"]["cutoffs_min"] == [15]
    assert one["result"] == many["result"]
    assert one["params"]["kinds"] == ["clinic", "pharmacy"]


def test_new_line_with_two_scenarios_after_one_flag(run: Run, town: Path, scenarios: Path) -> None:
    narrow = [
        w for s in ("cutoffs_min=30", "window_min=10", "destinations=school") for w in ("--set", s)
    ]
    words = ("--city", town / "city", *QUICK, *narrow, "--json")
    files = [scenarios / "south_line.yaml", scenarios / "new_clinic.yaml"]
    result = run("compare", "--scenario", *files, "new_line", *words)
    assert result.code == 0, result.err
    names = [s["name"] for s in result.json["scenarios"]]
    assert names == ["south_line", "new_clinic"]
    gain, loss = (s["difference"]["jobs_30"] for s in result.json["scenarios"])
    assert gain["low"] > 0 > loss["high"]


@pytest.mark.parametrize("lang", LANGS)
def test_runs_are_listed(run: Run, reach: Any, lang: str) -> None:
    assert run("runs", "--lang", lang).out == ""
    made = run("run", *reach, "--json").json
    people, programs = run("runs", "--lang", lang), run("runs", "--json")
    assert made["run"] in people.out
    assert "qinghe" in people.out
    assert [r["id"] for r in programs.json] == [made["run"]]


def test_version(run: Run) -> None:
    result = run("--version")
    assert result.code == 0
    assert result.out.startswith("chengce ")
    assert result.err == ""


def test_everything_is_in_the_workspace_and_out_only(run: Run, reach: Any, tmp_path: Path) -> None:
    run("run", *reach, "--workspace", tmp_path / "ws")
    assert [p.name for p in tmp_path.iterdir()] == ["ws"]
    assert {"ledger.sqlite", "cities.json", "findings"} <= {
        p.name for p in (tmp_path / "ws").iterdir()
    }
