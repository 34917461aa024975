"""The same numbers from a cluster; a worker that is killed loses nothing."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.engine.matrix_worlds import OPTIONS, job, lines, points

from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.engine.matrix import travel_times
from chengce.engine.running.jobs import load_job, save_job
from chengce.engine.running.runner import make_runner
from chengce.engine.running.threads import ThreadRunner
from chengce.engine.running.tiles import Tiles


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    runner = make_runner("dask", 2, shared=tmp_path_factory.mktemp("shared"))
    yield runner
    runner.close()  # type: ignore[attr-defined]


def test_serial_threads_and_cluster_give_the_same_bits(cluster: Any, tmp_path: Path) -> None:
    where, city = points(100), lines()
    one = travel_times(city, where, where, OPTIONS, context=Context()).seconds
    for runner in (ThreadRunner(3), cluster):
        for scratch in (None, tmp_path / type(runner).__name__):
            context = Context(runner=runner, scratch=scratch)
            found = travel_times(city, where, where, OPTIONS, context=context).seconds
            np.testing.assert_array_equal(found, one)
    assert list(cluster.map(lambda i: (os.getpid(), i), [1, 2])) == [
        (os.getpid(), 1),
        (os.getpid(), 2),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_killed_worker_loses_nothing(cluster: Any) -> None:
    whole, count = job(1500), 1500
    blocks = Tiles(Path(), (3, count, count), 16).blocks()
    pids = list(cluster._connected().run(os.getpid).values())
    assert len(pids) == 2
    assert os.getpid() not in pids
    answers = cluster.run(whole, blocks)
    found = [next(answers)]
    os.kill(pids[0], signal.SIGKILL)
    found += answers
    expected = [whole.block(rows) for rows in blocks]
    np.testing.assert_array_equal(np.concatenate(found, axis=1), np.concatenate(expected, axis=1))


def test_a_job_in_a_folder_is_mapped_not_read(tmp_path: Path) -> None:
    whole = job(40)
    save_job(whole, tmp_path / "job")
    again = load_job(tmp_path / "job")
    assert isinstance(again.access.column, np.memmap)  # type: ignore[attr-defined]
    rows = np.arange(40)
    np.testing.assert_array_equal(again.block(rows), whole.block(rows))
    with pytest.raises(ChengceError) as error:
        load_job(tmp_path / "elsewhere")
    assert [p.code for p in error.value.problems] == ["job_not_seen"]
    about = (tmp_path / "job" / "job.json").read_text("utf-8")
    (tmp_path / "job" / "job.json").write_text(about.replace('"code": "', '"code": "x'), "utf-8")
    with pytest.raises(ChengceError) as error:
        load_job(tmp_path / "job")
    assert [p.code for p in error.value.problems] == ["job_of_other_version"]


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ChengceError) as error:
        make_runner("threads", 1, scheduler="tcp://127.0.0.1:8786")
    assert [p.code for p in error.value.problems] == ["scheduler_without_dask"]
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ChengceError) as error:
        make_runner("dask", 1, shared=tmp_path)
    (problem,) = error.value.problems
    assert problem.code == "cluster_extra_missing"
    assert "chengce[cluster]" in problem.remedy.en
