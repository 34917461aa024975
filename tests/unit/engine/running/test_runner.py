import threading
import time
from collections.abc import Iterator

import pytest

from chengce.core.context import SerialRunner
from chengce.core.errors import ChengceError
from chengce.engine.running.runner import ThreadRunner, make_runner


def test_results_come_in_order() -> None:
    def work(i: int) -> int:
        time.sleep(0.02 if i % 3 == 0 else 0.0)
        return i * i

    assert list(ThreadRunner(4).map(work, list(range(40)))) == [i * i for i in range(40)]
    assert list(ThreadRunner(2).map(work, [])) == []


def test_few_blocks_are_in_flight() -> None:
    started: list[int] = []
    results: Iterator[None] = ThreadRunner(2).map(started.append, list(range(100)))
    next(results)
    time.sleep(0.05)
    assert len(started) <= 5  # four in flight, one done and replaced
    results.close()  # type: ignore[attr-defined]
    assert len(started) <= 5


def test_an_error_stops_at_once_even_while_an_earlier_block_runs() -> None:
    release, started = threading.Event(), []

    def work(i: int) -> int:
        started.append(i)
        if i == 0:
            release.wait(5)
        if i == 1:
            release.set()
            raise KeyError("broken block")
        return i

    with pytest.raises(KeyError, match="broken block"):
        list(ThreadRunner(2).map(work, list(range(100))))
    assert len(started) <= 5


def test_make_runner() -> None:
    assert isinstance(make_runner("serial", 3), SerialRunner)
    assert make_runner("threads", 3).workers == 3
    assert make_runner("threads").workers >= 1
    with pytest.raises(ChengceError) as error:
        make_runner("abacus", 0)
    assert [p.code for p in error.value.problems] == ["runner_unknown", "workers_invalid"]
    with pytest.raises(ValueError, match="at least 1"):
        ThreadRunner(0)
