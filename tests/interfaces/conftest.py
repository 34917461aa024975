"""A generated town, built once, and a way to run commands in this process."""

import contextlib
import io
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chengce.city.build import build_city
from chengce.city.synthetic.town import write_town
from chengce.core.context import Context
from chengce.interfaces.cli import main


@dataclass(frozen=True)
class Result:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON on stdout; NaN is refused."""

        def refuse(name: str) -> float:
            raise AssertionError(f"{name} is not JSON")

        return json.loads(self.out, parse_constant=refuse)

    def problem(self, code: str) -> dict[str, Any]:
        """Return the problem with this code from JSON."""
        found = [p for p in self.json["problems"] if p["code"] == code]
        assert found, self.out
        return found[0]


Run = Callable[..., Result]


def run_here(*words: object) -> Result:
    """Run a command in this process; words are turned into text."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(w) for w in words])
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    assert "Traceback" not in err.getvalue()
    return Result(code, out.getvalue(), err.getvalue())


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "CHENGCE_DEBUG", "CHENGCE_LEDGER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("CHENGCE_HOME", str(tmp_path / "workspace"))


@pytest.fixture
def run() -> Run:
    """Return a function that runs a command in this process, in a fresh workspace per test."""
    return run_here


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with `input/` (raw files) and `city/`; read it, don't change it."""
    folder = tmp_path_factory.mktemp("规划 院") / "清河 镇"
    config = write_town(folder / "input")
    build_city(config, folder / "city", Context())
    return folder


@pytest.fixture
def raw(town: Path, tmp_path: Path) -> Path:
    """Return a copy of the town's raw files to spoil."""
    return Path(shutil.copytree(town / "input", tmp_path / "原始 数据"))


@pytest.fixture
def scenarios(town: Path) -> Path:
    """Return the folder of the town's scenarios."""
    return town / "input" / "scenarios"


def environment(workspace: Path, **more: str) -> dict[str, str]:
    """Return the environment of a subprocess: English, this workspace."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "CHENGCE_"))}
    return {
        **keep,
        "LANG": "C.UTF-8",
        "CHENGCE_HOME": str(workspace),
        "PYTHONUNBUFFERED": "1",
        **more,
    }
