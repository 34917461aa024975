"""Kernels are compiled once, wholly, before the estimate, and the time it takes is said apart."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core import event
from tests.interfaces.conftest import Run

from chengce.engine.running import compiling
from chengce.engine.running.compiling import compile_seconds
from chengce.interfaces import rehearse
from chengce.interfaces.rehearse import time_said

COUNT = """
import sys
from numba.core.registry import CPUDispatcher
from chengce.interfaces.cli import main
from chengce.interfaces.rehearse import rehearse

def kernels():
    return {
        f"{module}.{name}": [str(s) for s in kernel.signatures]
        for module, held in sorted(sys.modules.items())
        if module.startswith("chengce.engine.kernels.")
        for name, kernel in vars(held).items()
        if isinstance(kernel, CPUDispatcher) and kernel.signatures
    }

app, city, scenario = sys.argv[1:4]
rehearse(app)
before = kernels()
for seed in ("1", "2"):  # the second time what the first has kept on disk is read
    words = ["compare", app, "--city", city, "--scenario", scenario, "--draws", "20"]
    try:
        main([*words, "--seed", seed, *sys.argv[4:]])
    except SystemExit as end:
        assert not end.code, end.code
more = {k: v for k, v in kernels().items() if v != before.get(k)}
assert before, "nothing was compiled"
assert not more, more
"""


@pytest.mark.parametrize(
    ("app", "sets"),
    [
        ("new_line", ["--set", "cutoffs_min=15,45", "--set", "jobs_share=0.5"]),
        ("everyday_reach", []),
    ],
)
def test_a_comparison_compiles_nothing_that_its_example_has_not(
    app: str, sets: list[str], town: Path, scenarios: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COUNT, app, str(town / "city"), str(scenarios / "south_line.yaml"), *sets],
        env=os.environ | {"CHENGCE_HOME": str(tmp_path / "home")}, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_nested_compilation_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([1.0, 4.0, 10.0, 10.5])
    monkeypatch.setattr(compiling, "perf_counter", lambda: next(times))
    before = compile_seconds()
    with event.trigger_event(compiling.EVENT), event.trigger_event(compiling.EVENT):
        pass
    assert compile_seconds() == pytest.approx(before + 3.0)
    with event.trigger_event(compiling.EVENT):
        pass
    assert compile_seconds() == pytest.approx(before + 3.5)


def test_a_mark_stands_for_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "kernel.py"
    source.write_text("one")
    monkeypatch.setattr(rehearse, "KERNELS", tmp_path)
    mark = rehearse._mark
    monkeypatch.setattr(rehearse, "_mark", lambda name: tmp_path / mark(name).name)
    assert not rehearse.rehearsed("new_line")
    assert rehearse.rehearse("new_line") >= 0.0
    assert rehearse.rehearsed("new_line")
    assert not rehearse.rehearsed("everyday_reach")
    source.write_text("three")
    assert not rehearse.rehearsed("new_line")


def test_time_spent_compiling_is_said_apart() -> None:
    assert time_said(12.34, 0.0).en == "computed in 12.3 s"
    said = time_said(12.34, 20.0)
    assert said.en == "computed in 12.3 s; besides, 20.0 s of compiling (once per machine)"
    assert said.zh == "测算用时 12.3 秒；另编译 20.0 秒（每台机器只需一次）"


def test_a_comparison_says_what_it_took(run: Run, town: Path) -> None:
    words = ("run", "new_line", "--city", town / "city", "--draws", "20")
    assert "computed in " in run(*words, "--lang", "en").err
    cost = run(*words, "--json").json["cost"]
    assert set(cost) == {"seconds", "compile_seconds", "workers"}
    assert cost["seconds"] > 0.0
    assert cost["compile_seconds"] >= 0.0
