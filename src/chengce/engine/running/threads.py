"""Run blocks of work on threads: ordered results, few blocks waiting, prompt stop on an error.

Kernels hold no interpreter lock and are serial inside; all threads of the engine start here.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Job

T = TypeVar("T")
R = TypeVar("R")


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

    def run(self, job: Job, blocks: Sequence[NDArray[np.int64]]) -> Iterator[NDArray[Any]]:
        """Yield `job.block(rows)` for each block of rows, as `map` does."""
        return self.map(job.block, blocks)
