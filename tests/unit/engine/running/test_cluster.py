"""A cluster of other processes, reached over TCP: a scheduler and workers that a person started."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.engine.matrix_worlds import OPTIONS, job, lines, points

from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.engine.matrix import travel_times
from chengce.engine.running import dask_runner
from chengce.engine.running.runner import make_runner
from chengce.engine.running.tiles import Tiles

pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

COUNT = 1500  # points: a second of work or so
BLOCKS = Tiles(Path(), (3, COUNT, COUNT), 16).blocks()


class Cluster:
    """A scheduler and workers, each the leader of a group of processes, and a runner on them."""

    def __init__(self, folder: Path, workers: int, **settings: str) -> None:
        self.folder, self.settings = folder, {**os.environ, **settings}
        about = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(about)
        )
        self.address = str(self._until(lambda: json.loads(about.read_text("utf-8"))["address"]))
        self.workers = [
            self._start(
                "worker", self.address, "--nworkers", "1", "--nthreads", "1",
                "--local-directory", str(folder),
            )
            for _ in range(workers)
        ]  # fmt: skip
        self.runner: Any = make_runner("dask", scheduler=self.address, shared=folder / "shared")
        self.runner._connected().wait_for_workers(workers, timeout=120)

    def _start(self, *words: str) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard"],
                cwd=self.folder, env=self.settings, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _until(self, look: Any) -> Any:
        end = time.monotonic() + 120
        while True:
            try:
                return look()
            except (OSError, ValueError):  # not there yet, or half of it
                log = (self.folder / "log").read_text("utf-8")
                assert self.scheduler.poll() is None, log
                assert time.monotonic() < end, log
                time.sleep(0.02)

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill a process and its children, as when a machine is switched off."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self) -> None:
        self.runner.close()
        for process in (*self.workers, self.scheduler):
            self.kill(process)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path, 2)
    yield made
    made.close()


def code_of(work: Any) -> str:
    with pytest.raises(ChengceError) as error:
        list(work)
    (problem,) = error.value.problems
    assert problem.remedy.zh
    assert problem.remedy.en
    return problem.code


def test_the_same_bits_as_here_and_a_worker_switched_off_loses_nothing(cluster: Cluster) -> None:
    where, city = points(100), lines()
    here = travel_times(city, where, where, OPTIONS, context=Context()).seconds
    there = travel_times(city, where, where, OPTIONS, context=Context(runner=cluster.runner))
    np.testing.assert_array_equal(there.seconds, here)
    whole = job(COUNT)
    answers = cluster.runner.run(whole, BLOCKS)
    found = [next(answers)]
    pids = cluster.runner._connected().run(os.getpid)
    assert len(set(pids.values())) == 2
    assert os.getpid() not in pids.values()
    cluster.kill(cluster.workers[0])
    found += answers
    expected = [whole.block(rows) for rows in BLOCKS]
    np.testing.assert_array_equal(np.concatenate(found, axis=1), np.concatenate(expected, axis=1))
    assert len(cluster.runner._connected().nthreads()) == 1
    assert list((cluster.folder / "shared").iterdir()) == []


def test_all_workers_gone_is_said_and_so_is_none_to_begin_with(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_runner, "PATIENCE_S", 1)
    answers = cluster.runner.run(job(COUNT), BLOCKS)
    next(answers)
    for worker in cluster.workers:
        cluster.kill(worker)
    assert code_of(answers) == "no_workers"
    assert code_of(cluster.runner.run(job(20), [np.arange(20)])) == "no_workers"


def test_a_worker_that_comes_later_goes_on(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_runner, "PATIENCE_S", 60)
    whole = job(COUNT)
    answers = cluster.runner.run(whole, BLOCKS)
    found = [next(answers)]
    for worker in cluster.workers:
        cluster.kill(worker)
    words = ("--nworkers", "1", "--nthreads", "1", "--local-directory", str(cluster.folder))
    cluster.workers.append(cluster._start("worker", cluster.address, *words))
    found += answers
    expected = [whole.block(rows) for rows in BLOCKS]
    np.testing.assert_array_equal(np.concatenate(found, axis=1), np.concatenate(expected, axis=1))


@pytest.mark.parametrize("when", ["between two jobs", "amid a job"])
def test_a_scheduler_that_goes_away_is_said(
    when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dask_runner, "CONNECT_S", 2)
    cluster = Cluster(tmp_path, 1)
    try:
        answers = cluster.runner.run(job(COUNT), BLOCKS)
        if when == "amid a job":
            next(answers)
        cluster.kill(cluster.scheduler)
        assert code_of(answers) == "scheduler_lost"
        assert code_of(cluster.runner.run(job(20), [np.arange(20)])) == "scheduler_not_reached"
    finally:
        cluster.close()
    assert "Traceback" not in capfd.readouterr().err


def test_a_block_that_kills_its_workers_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_runner, "run_block", lambda folder, rows: os._exit(1))
    cluster = Cluster(tmp_path, 1, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1")
    try:
        with pytest.raises(ChengceError, match="2 workers died") as error:
            list(cluster.runner.run(job(20), [np.arange(20)]))
    finally:
        cluster.close()
    assert [p.code for p in error.value.problems] == ["workers_killed"]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "no address", "foo://127.0.0.1:1"])
def test_no_scheduler_at_the_address_is_said(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_runner, "CONNECT_S", 1)
    runner: Any = make_runner("dask", scheduler=address, shared=tmp_path)
    with pytest.raises(ChengceError) as error:
        list(runner.run(job(20), [np.arange(20)]))
    (problem,) = error.value.problems
    assert problem.code == "scheduler_not_reached"
    assert address in problem.message.zh
    assert address in problem.message.en
    assert list(tmp_path.iterdir()) == []
