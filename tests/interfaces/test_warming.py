"""Kernels are compiled in the background once, wholly, and the time it takes is said apart."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from numba.core import event
from tests.interfaces.conftest import Run

from chengce.core.text import Text
from chengce.engine import compiling
from chengce.engine.compiling import compile_seconds
from chengce.interfaces import rehearse
from chengce.interfaces.warming import COMPILING, Warming, time_said

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


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearse, "rehearsed", lambda name: False)


def collect(into: list[tuple[Text, int, int]]) -> Callable[[Text, int, int], None]:
    return lambda what, done, total: into.append((what, done, total))


@pytest.mark.usefixtures("never")
def test_waiting_is_said_and_measured() -> None:
    said: list[tuple[Text, int, int]] = []
    warming = Warming()
    warming.wait(collect(said))
    assert said == []  # nothing was started: nothing to wait for
    warming.start("new_line")
    warming.start("new_line")  # under way already
    warming.wait(collect(said))
    assert said[0] == (COMPILING, 0, 1)
    assert said[-1] == (COMPILING, 1, 1)
    assert warming.waited > 0.0
    assert warming.seconds >= 0.0


@pytest.mark.usefixtures("never")
def test_a_second_process_that_fails_or_is_stopped_harms_nothing() -> None:
    warming = Warming()
    warming.start("no_such_application")
    warming.wait(collect([]))
    assert warming.seconds == 0.0
    warming.start("new_line")
    process: Any = warming._process
    warming.stop()
    assert process.returncode not in (None, 0)
    warming.stop()


@pytest.mark.usefixtures("never")
def test_no_second_process_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "no-such-program")
    warming = Warming()
    warming.start("new_line")
    warming.wait(collect([]))
    assert warming == Warming()


def test_time_spent_compiling_is_said_apart() -> None:
    assert time_said(12.34, 0.0, 0.0).en == "computed in 12.3 s"
    said = time_said(12.34, 20.0, 4.56)
    assert said.en == (
        "computed in 12.3 s; besides, 20.0 s of compiling (once per machine), 4.6 s of it waited for"
    )
    assert said.zh == "测算用时 12.3 秒；另编译 20.0 秒（每台机器只需一次），其中等待 4.6 秒"


def test_a_comparison_says_what_it_took(run: Run, town: Path) -> None:
    words = ("run", "new_line", "--city", town / "city", "--draws", "20")
    assert "computed in " in run(*words, "--lang", "en").err
    cost = run(*words, "--json").json["cost"]
    assert set(cost) == {"seconds", "compile_seconds", "workers"}
    assert cost["seconds"] > 0.0
    assert cost["compile_seconds"] >= 0.0
