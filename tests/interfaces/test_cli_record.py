"""Replay and ledger: what was recorded can be computed again, and edits are noticed."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.interfaces.conftest import Run

QUICK = ("--draws", "20", "--workers", "1", "--set", "kinds=clinic", "--json")


@pytest.fixture
def made(run: Run, town: Path) -> Any:
    """Return the JSON of one recorded run."""
    return run("run", "everyday_reach", "--city", town / "city", *QUICK).json


@pytest.mark.parametrize(("lang", "word"), [("zh", "完全一致"), ("en", "identical")])
def test_replay_is_identical(run: Run, made: Any, lang: str, word: str) -> None:
    people = run("replay", made["run"], "--lang", lang)
    assert people.code == 0
    assert word in people.out
    programs = run("replay", made["run"][:6], "--json", "--workers", "2")
    assert programs.json == {
        "run": made["run"],
        "same": "identical",
        "largest_difference": 0.0,
        "reasons": [],
    }


def test_unknown_run_is_answered_with_near_ids(run: Run, made: Any) -> None:
    wrong = made["run"][:-1] + ("0" if made["run"][-1] != "0" else "1")
    result = run("replay", wrong, "--lang", "zh")
    assert result.code == 2
    assert made["run"] in result.err
    assert "台账中没有" in result.err


def test_a_city_moved_away_is_named_by_hash_and_last_path(
    run: Run, town: Path, tmp_path: Path
) -> None:
    city = Path(shutil.copytree(town / "city", tmp_path / "城 市"))
    made = run("run", "everyday_reach", "--city", city, *QUICK).json
    city.rename(tmp_path / "moved")
    result = run("replay", made["run"], "--lang", "zh")
    assert result.code == 2
    assert made["city"]["hash"][:12] in result.err
    assert str(city) in result.err
    assert run("city", "check", tmp_path / "moved").code == 0  # seen at its new place
    assert run("replay", made["run"]).code == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ledger_head_and_verify(run: Run, made: Any, lang: str) -> None:
    head = run("ledger", "head").out.strip()
    assert head == made["ledger_head"]
    bare, anchored = (
        run("ledger", "verify", "--lang", lang),
        run("ledger", "verify", "--anchor", head, "--lang", lang),
    )
    assert bare.code == anchored.code == 0
    assert ("未与锚点核对" if lang == "zh" else "not anchored") in bare.out
    assert ("与第 1 行的锚点相符" if lang == "zh" else "anchored at row 1") in anchored.out
    assert run("ledger", "verify", "--json").json["state"] == "consistent"


def test_an_edited_ledger_is_noticed_with_its_row(
    run: Run, town: Path, made: Any, tmp_path: Path
) -> None:
    run("run", "everyday_reach", "--city", town / "city", *QUICK, "--seed", "2")
    edit(
        tmp_path, "UPDATE {t} SET body = replace(body, '\"draws\":20', '\"draws\":99') WHERE n = 1"
    )
    people, programs = run("ledger", "verify", "--lang", "zh"), run("ledger", "verify", "--json")
    assert people.code == programs.code == 3
    assert "第 1 行" in people.err
    assert programs.json["ok"] is False
    assert [(p["code"], p["row"]) for p in programs.json["problems"]] == [("body_edited", 1)]


def test_a_cut_ledger_is_noticed_with_an_anchor_only(
    run: Run, town: Path, made: Any, tmp_path: Path
) -> None:
    run("run", "everyday_reach", "--city", town / "city", *QUICK, "--seed", "2")
    anchor = run("ledger", "head").out.strip()
    edit(tmp_path, "DELETE FROM {t} WHERE n = 2")
    assert run("ledger", "verify").code == 0
    result = run("ledger", "verify", "--anchor", anchor, "--json")
    assert result.code == 3
    assert result.problem("truncated")["row"] == 2


def test_a_bad_anchor(run: Run, made: Any) -> None:
    result = run("ledger", "verify", "--anchor", "1:abc", "--json")
    assert result.code == 2
    assert "ledger head" in result.problem("ledger_anchor")["remedy"]["en"]


def test_an_empty_workspace_has_a_head(run: Run) -> None:
    assert run("ledger", "head", "--json").json == {"n": 0, "hash": "0" * 64}
    assert run("ledger", "verify").code == 0


def edit(tmp_path: Path, statement: str) -> None:
    """Change the ledger behind its back, past its triggers."""
    with sqlite3.connect(tmp_path / "workspace" / "ledger.sqlite") as db:
        names = db.execute("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        for kind, name in names:
            if kind == "trigger":
                db.execute(f"DROP TRIGGER {name}")
        table = next(
            name for kind, name in names
            if kind == "table" and "body_hash" in [c[1] for c in db.execute(f"PRAGMA table_info({name})")]
        )  # fmt: skip
        db.execute(statement.format(t=table))
    db.close()
