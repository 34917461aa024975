"""Blocks on the disk: the same numbers, finished blocks kept, broken ones done again, few bytes held."""

import os
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from collections import namedtuple
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.engine.matrix_worlds import OPTIONS, job, lines, points

from chengce.city.build import build_city
from chengce.city.store import open_city
from chengce.city.synthetic.town import write_town
from chengce.core.context import Context, SerialRunner
from chengce.core.errors import Cancelled, ChengceError
from chengce.core.text import Text
from chengce.engine import matrix
from chengce.engine.matrix import BLOCK, Points, TripOptions, estimate_matrix, travel_times
from chengce.engine.running import tiles
from chengce.engine.running.jobs import job_key, load_job, save_job
from chengce.engine.running.tiles import Tiles, compute, tidy

COUNT = 150
BLOCKS = 10


class Counting(SerialRunner):
    """Count the blocks computed, and stop before block number `stop`."""

    def __init__(self, stop: int = 1000) -> None:
        self.done, self.stop = 0, stop

    def run(self, job: Any, blocks: Sequence[Any]) -> Iterator[Any]:
        for rows in blocks:
            if self.done == self.stop:
                raise Cancelled
            self.done += 1
            yield job.block(rows)


@pytest.fixture(scope="module")
def truth() -> Any:
    where = points(COUNT)
    return travel_times(lines(), where, where, OPTIONS, context=Context()).seconds


def again(scratch: Path, stop: int = 1000) -> tuple[Any, int]:
    runner, where = Counting(stop), points(COUNT)
    context = Context(runner=runner, scratch=scratch)
    return travel_times(lines(), where, where, OPTIONS, context=context), runner.done


def folder_of(scratch: Path) -> Path:
    (folder,) = scratch.iterdir()
    return folder


def test_times_on_disk_are_those_in_memory_and_are_kept(truth: Any, tmp_path: Path) -> None:
    found, done = again(tmp_path)
    assert done == BLOCKS
    assert isinstance(found.seconds, np.memmap)
    assert not found.seconds.flags.writeable
    np.testing.assert_array_equal(found.seconds, truth)
    found, done = again(tmp_path)
    assert done == 0
    np.testing.assert_array_equal(found.seconds, truth)
    assert found.folder == folder_of(tmp_path)


def test_finished_blocks_are_not_done_again_and_broken_ones_are(truth: Any, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        again(tmp_path, stop=6)
    kept = sorted((folder_of(tmp_path) / "tiles").glob("*.npy"))
    assert len(kept) == 6
    data = bytearray(kept[0].read_bytes())
    data[-1] ^= 1
    kept[0].write_bytes(data)  # one bit
    kept[1].write_bytes(kept[1].read_bytes()[:200])  # cut short
    kept[2].write_bytes(b"")
    kept[3].rename(kept[3].with_name("0000000048-" + "0" * 64 + ".npy"))
    found, done = again(tmp_path)
    assert done == BLOCKS - 2
    np.testing.assert_array_equal(found.seconds, truth)


def test_a_broken_whole_is_computed_again(truth: Any, tmp_path: Path) -> None:
    again(tmp_path)
    (whole,) = folder_of(tmp_path).glob("cube-*.npy")
    whole.write_bytes(whole.read_bytes()[:-4])
    found, done = again(tmp_path)
    assert done == BLOCKS
    np.testing.assert_array_equal(found.seconds, truth)


def test_another_question_is_another_folder(tmp_path: Path) -> None:
    one, two = job(40), job(41)
    assert job_key(one) == job_key(job(40)) != job_key(two)
    again(tmp_path)
    where = points(40)
    travel_times(lines(), where, where, OPTIONS, context=Context(scratch=tmp_path))
    assert len(list(tmp_path.iterdir())) == 2


def test_what_does_not_fit_memory_goes_to_disk(truth: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "free_memory", lambda: 2 * truth.nbytes - 1)
    where = points(COUNT)
    found = travel_times(lines(), where, where, OPTIONS, context=Context())
    assert isinstance(found.seconds, np.memmap)
    assert found.folder is None
    np.testing.assert_array_equal(found.seconds, truth)
    monkeypatch.setattr(matrix, "free_memory", lambda: 2 * truth.nbytes)
    found = travel_times(lines(), where, where, OPTIONS, context=Context())
    assert not isinstance(found.seconds, np.memmap)


def test_a_disk_without_room_is_said_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(tiles.shutil, "disk_usage", lambda _: usage(10, 10, 1000))  # type: ignore[attr-defined]
    with pytest.raises(ChengceError) as error:
        again(tmp_path)
    assert [p.code for p in error.value.problems] == ["disk_too_small"]


def test_memory_is_bounded_and_as_estimated(tmp_path: Path) -> None:
    build_city(write_town(tmp_path / "input"), tmp_path / "city", Context())
    city = open_city(tmp_path / "city")
    west, south, east, north = city.table("stops")["geometry"].total_bounds
    rng = np.random.default_rng(0)
    where = Points(
        [f"p{i}" for i in range(600)], rng.uniform(west, east, 600), rng.uniform(south, north, 600)
    )
    options = TripOptions("2026-03-03", 7 * 3600, 3600, percentiles=(5, 50, 95))
    cost = estimate_matrix(city, where, where, options, context=Context())
    assert cost.answer == 4 * 3 * 600 * 600

    def peak(scratch: Path | None) -> int:
        tracemalloc.start()
        travel_times(city, where, where, options, context=Context(scratch=scratch))
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    in_memory, on_disk = peak(None), peak(tmp_path / "scratch")
    assert on_disk < in_memory - 0.7 * cost.answer
    assert in_memory / 2 < cost.answer + cost.working < 2 * in_memory
    assert on_disk < 2 * cost.working


def test_the_oldest_leftovers_go(tmp_path: Path) -> None:
    for i, name in enumerate(["b", "a", "c"]):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_bytes(bytes(100))
        os.utime(tmp_path / name, (i, i))
    tidy(tmp_path, keep=250)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "c"]
    tidy(tmp_path, keep=0)
    tidy(tmp_path / "absent")
    assert list(tmp_path.iterdir()) == []


CHILD = """
import sys
from pathlib import Path
from chengce.core.context import SerialRunner
from chengce.engine.running.jobs import load_job
from chengce.engine.running.tiles import Tiles, compute
folder, count, key = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
compute(Tiles(folder / "run", (3, count, count), 16), key, load_job(folder / "job"),
        SerialRunner(), lambda done: None)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_killed_ten_times_it_ends_with_the_same_numbers(tmp_path: Path) -> None:
    count, rng = 1000, np.random.default_rng()
    whole = job(count)
    truth = np.concatenate([b.block(r) for b, r in _each(whole, count)], axis=1)
    save_job(whole, tmp_path / "job")
    run = Tiles(tmp_path / "run", (3, count, count), BLOCK)
    most = 0
    for kill in range(10):
        words = [sys.executable, "-c", CHILD, str(tmp_path), str(count), job_key(whole)]
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
            _wait(run, most, process)
            time.sleep(rng.uniform(0.0, 0.08))
            process.kill()
        assert process.returncode in (-signal.SIGKILL, 0)
        before, most = most, len(_names(run))
        assert most > before or list(run.folder.glob("cube-*"))
        if list(run.folder.glob("cube-*")):  # it was faster than we: begin anew
            assert kill >= 0
            np.testing.assert_array_equal(run.cube(), truth)
            shutil.rmtree(run.folder)
            most = 0
    runner = Counting()
    cube = compute(run, job_key(whole), load_job(tmp_path / "job"), runner, lambda done: None)
    assert runner.done == len(run.blocks()) - most
    np.testing.assert_array_equal(cube, truth)


def _each(whole: Any, count: int) -> list[tuple[Any, Any]]:
    return [(whole, rows) for rows in Tiles(Path(), (3, count, count), BLOCK).blocks()]


def _names(run: Tiles) -> list[Path]:
    return list((run.folder / "tiles").glob("0*.npy"))


def _wait(run: Tiles, tiles_before: int, process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + 60
    while len(_names(run)) <= tiles_before and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.002)
    if process.poll() not in (None, 0):
        raise AssertionError(process.communicate()[1])


def test_progress_counts_what_is_there_already(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        again(tmp_path, stop=6)
    seen: list[int] = []

    def show(what: Text, done: int, total: int) -> None:
        seen.append(done)

    where = points(COUNT)
    travel_times(lines(), where, where, OPTIONS, context=Context(progress=show, scratch=tmp_path))
    assert seen == [0, 96, 112, 128, 144, 150]
