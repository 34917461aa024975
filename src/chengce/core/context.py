"""Carry what a computation needs besides its question: draws, runner, progress, cancel."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import Cancelled
from chengce.core.text import Text

T = TypeVar("T")
R = TypeVar("R")


class Job(Protocol):
    """Work on rows of a problem held as plain arrays and numbers: any process can do it.

    A frozen dataclass of a module of this package; see `engine.jobs` for what it may hold.
    """

    def block(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Return the answer for some consecutive rows."""
        ...


class Runner(Protocol):
    """Map a function over blocks of work; results come back in order, whatever the engine."""

    @property
    def workers(self) -> int:
        """How many blocks run at the same time."""
        ...

    def map(self, work: Callable[[T], R], blocks: Sequence[T]) -> Iterator[R]:
        """Yield `work(block)` for each block, in the order of `blocks`, all in this process."""
        ...

    def run(self, job: Job, blocks: Sequence[NDArray[np.int64]]) -> Iterator[NDArray[Any]]:
        """Yield `job.block(rows)` for each block of rows, in order, maybe in other processes."""
        ...


class SerialRunner:
    """Do the work here, one block after another."""

    workers = 1

    def map(self, work: Callable[[T], R], blocks: Sequence[T]) -> Iterator[R]:
        """Yield `work(block)` for each block."""
        return map(work, blocks)

    def run(self, job: Job, blocks: Sequence[NDArray[np.int64]]) -> Iterator[NDArray[Any]]:
        """Yield `job.block(rows)` for each block of rows."""
        return map(job.block, blocks)


Progress = Callable[[Text, int, int], None]


def no_progress(what: Text, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Context:
    """Draws, runner, progress and cancel of one run; the question itself is in `Params`.

    `scratch` is a folder for what long work leaves on the way, so that it can be taken up again;
    without it everything is computed afresh and kept in memory while that has room.
    """

    seed: int = 1
    draws: int = 200
    runner: Runner = field(default_factory=SerialRunner)
    progress: Progress = no_progress
    cancelled: Callable[[], bool] = lambda: False
    scratch: Path | None = None

    def step(self, what: Text, done: int, total: int) -> None:
        """Report progress, or raise `Cancelled` if the user asked to stop."""
        if self.cancelled():
            raise Cancelled()
        self.progress(what, done, total)
