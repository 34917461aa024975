"""Ctrl-C, a killed process and a failing disk leave nothing broken, and the work can be done again."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.interfaces.conftest import Run, environment

from chengce.city.store import open_city
from chengce.core import files
from chengce.engine.running.tiles import Tiles
from chengce.interfaces.cli import main

COMMAND = [sys.executable, "-m", "chengce"]


def wait_for(folder: Path, pattern: str, process: "subprocess.Popen[str]") -> None:
    """Wait until something in the folder matches, while the process is alive."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"ended early: {process.communicate()}")
        if any(folder.glob(pattern)):
            return
        time.sleep(0.005)
    raise AssertionError(f"{pattern} never came")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_in_a_comparison(run: Run, town: Path, scenarios: Path, tmp_path: Path) -> None:
    before = open_city(town / "city").hash
    files_ = ["--scenario", str(scenarios / "south_line.yaml"), "--out", str(tmp_path / "out")]
    words = [
        "compare",
        "new_line",
        "--city",
        str(town / "city"),
        *files_,
        "--draws",
        "20",
        "--lang",
        "zh",
    ]
    with subprocess.Popen(
        [*COMMAND, *words], env=environment(tmp_path / "workspace"), stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stderr is not None
        said = iter(process.stderr.readline, "")  # after what was said of compiling, if anything
        assert any("共 2 个状态" in line for line in said)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "已取消" in err
    assert "Traceback" not in err
    assert out == ""
    assert not (tmp_path / "out").exists()
    assert open_city(town / "city").hash == before
    assert run("ledger", "verify").code == 0
    assert run("runs", "--json").json == []
    narrow = [
        w for s in ("cutoffs_min=30", "window_min=10", "destinations=school") for w in ("--set", s)
    ]
    assert run(*words, *narrow).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_build_killed_while_writing(run: Run, raw: Path, tmp_path: Path) -> None:
    target = tmp_path / "city"
    assert run("city", "build", raw / "town.toml", "--out", target).code == 0
    before = open_city(target).hash
    text = (
        (raw / "people.csv")
        .read_text("utf-8")
        .replace("QH01,北山村,Beishan Village,27", "QH01,北山村,Beishan Village,28")
    )
    (raw / "people.csv").write_text(text, "utf-8")
    words = ["city", "build", str(raw / "town.toml"), "--out", str(target)]
    with subprocess.Popen(
        [*COMMAND, *words], env=environment(tmp_path / "workspace"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        wait_for(tmp_path, ".city.*.tmp", process)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert open_city(target).hash == before
    again = run("city", "build", raw / "town.toml", "--out", target, "--json")
    assert again.code == 0
    assert again.json["hash"] != before
    assert list(tmp_path.glob(".city.*")) == []


def scattered(town: Path, path: Path, count: int) -> Path:
    """Write a table of places all over the town."""
    rng = np.random.default_rng(count)
    west, south, east, north = open_city(town / "city").table("zones").total_bounds
    lon, lat = rng.uniform(west, east, count), rng.uniform(south, north, count)
    rows = [f"p{i},{x:.6f},{y:.6f}" for i, (x, y) in enumerate(zip(lon, lat, strict=True))]
    path.write_text("\n".join(["id,lon,lat", *rows]), "utf-8")
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_matrix_killed_halfway_goes_on_from_there(
    run: Run, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts, ends = (scattered(town, tmp_path / f"{n}.csv", n) for n in (1600, 40))
    workspace, out = tmp_path / "workspace", tmp_path / "times.csv"
    words = (
        "matrix", town / "city", "--origins", starts, "--destinations", ends,
        "--date", "2026-01-06", "--workers", "1",
    )  # fmt: skip
    unbroken = run(*words, "--out", tmp_path / "unbroken.csv", "--workspace", tmp_path / "other")
    assert unbroken.code == 0, unbroken.err
    with subprocess.Popen(
        [*COMMAND, *map(str, words), "--out", str(out)], env=environment(workspace),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        wait_for(workspace, "scratch/*/tiles/0000000160-*.npy", process)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert not out.exists()
    kept = sorted(workspace.glob("scratch/*/tiles/0*.npy"))
    assert 11 <= len(kept) < 100
    computed = []
    put = Tiles.put

    def counting(tiles: Tiles, rows: Any, tile: Any) -> None:
        computed.append(int(rows[0]))
        put(tiles, rows, tile)

    monkeypatch.setattr(Tiles, "put", counting)
    assert run(*words, "--out", out).code == 0
    assert computed == list(range(16 * len(kept), 1600, 16))
    assert out.read_bytes() == (tmp_path / "unbroken.csv").read_bytes()
    assert run("ledger", "verify").code == 0
    assert len(run("runs", "--json").json) == 1
    assert not any((workspace / "scratch").iterdir())


def test_a_disk_that_is_full_while_the_city_is_written(
    run: Run, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "city"
    assert run("city", "build", raw / "town.toml", "--out", target).code == 0
    before = open_city(target).hash

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "_sync_tree", full)
    result = run("city", "build", raw / "town.toml", "--out", target, "--lang", "zh")
    assert result.code == 2
    assert "磁盘空间" in result.err
    assert open_city(target).hash == before
    assert list(tmp_path.glob(".city.*")) == []


def test_a_disk_that_fails_under_the_report_keeps_the_run(
    run: Run, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(contents: dict[Path, bytes]) -> None:
        path = next(iter(contents))
        with files.disk_errors(path):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr("chengce.decisions.export.write_all_atomic", denied)
    words = (
        "run",
        "everyday_reach",
        "--city",
        town / "city",
        "--set",
        "kinds=clinic",
        "--draws",
        "20",
    )
    result = run(*words, "--out", tmp_path / "out", "--lang", "zh")
    assert result.code == 2
    assert "没有写入权限" in result.err
    assert str(tmp_path / "out") in result.err
    assert run("ledger", "verify").code == 0
    assert len(run("runs", "--json").json) == 1


def test_the_folder_asked_for_is_a_file(run: Run, town: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("here first")
    words = (
        "run",
        "everyday_reach",
        "--city",
        town / "city",
        "--set",
        "kinds=clinic",
        "--draws",
        "20",
    )
    result = run(*words, "--out", tmp_path / "out", "--json")
    assert result.code == 2
    assert result.problem("path_in_the_way")["file"].startswith(str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "here first"


def test_a_workspace_that_is_a_file(run: Run, town: Path, tmp_path: Path) -> None:
    (tmp_path / "ws").write_text("")
    result = run("runs", "--workspace", tmp_path / "ws", "--json")
    assert result.code == 2
    assert result.problem("path_in_the_way")


def test_a_reader_that_goes_away(town: Path, tmp_path: Path) -> None:
    words = [*COMMAND, "city", "describe", str(town / "city")]
    with subprocess.Popen(
        words,
        env=environment(tmp_path / "workspace"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read().decode()
    assert "Traceback" not in err


def test_keyboard_interrupt_before_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("chengce.interfaces.session.progress", stop)
    with pytest.raises(SystemExit) as end:
        main(["apps"])
    assert end.value.code == 130
