"""Run blocks of work on threads: ordered results, few blocks waiting, prompt stop on an error.

Kernels hold no interpreter lock and are serial inside; all threads of the engine start here.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from os import cpu_count
from typing import TypeVar

from chengce.core.context import Runner, SerialRunner
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

T = TypeVar("T")
R = TypeVar("R")

RUNNERS = ("serial", "threads")


class ThreadRunner:
    """Map over blocks with `workers` threads; at most two blocks a worker are in flight."""

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise ValueError(f"workers must be at least 1, not {workers}")
        self.workers = workers

    def map(self, work: Callable[[T], R], blocks: Sequence[T]) -> Iterator[R]:
        """Yield `work(block)` in the order of `blocks`.

        The first error of any block is raised as soon as it happens; blocks not yet started are
        dropped, also when the caller stops iterating, and threads end before this returns.
        """
        waiting = iter(blocks)
        flying: deque[Future[R]] = deque()
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="chengce")
        try:
            flying.extend(pool.submit(work, b) for b in islice(waiting, 2 * self.workers))
            while flying:
                done, _ = wait(flying, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                while flying and flying[0].done():
                    result = flying.popleft().result()
                    flying.extend(pool.submit(work, b) for b in islice(waiting, 1))
                    yield result
                if flying and not flying[0].done():
                    wait([f for f in flying if not f.done()], return_when=FIRST_COMPLETED)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def make_runner(name: str, workers: int | None = None) -> Runner:
    """Return the runner called `name` ("serial" or "threads"); workers default to the CPU count.

    Raises `ChengceError` for an unknown name or fewer than one worker.
    """
    count = (cpu_count() or 1) if workers is None else workers
    problems = []
    if name not in RUNNERS:
        problems.append(
            Problem(
                "runner_unknown",
                Text(f"没有名为“{name}”的运行方式", f"there is no runner called “{name}”"),
                Text(f"可选：{'、'.join(RUNNERS)}", f"choose one of: {', '.join(RUNNERS)}"),
            )
        )
    if count < 1:
        problems.append(
            Problem(
                "workers_invalid",
                Text(f"并行数须至少为 1，现为 {count}", f"workers must be at least 1, not {count}"),
                Text("改为正整数，或留空", "give a positive whole number, or leave it out"),
            )
        )
    if problems:
        raise ChengceError(problems)
    return SerialRunner() if name == "serial" else ThreadRunner(count)
