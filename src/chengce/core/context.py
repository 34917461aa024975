"""Carry what a computation needs besides its question: draws, runner, progress, cancel."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from chengce.core.errors import Cancelled
from chengce.core.text import Text

T = TypeVar("T")
R = TypeVar("R")


class Runner(Protocol):
    """Map a function over blocks of work; results come back in order, whatever the engine."""

    @property
    def workers(self) -> int:
        """How many blocks run at the same time."""
        ...

    def map(self, work: Callable[[T], R], blocks: Sequence[T]) -> Iterator[R]:
        """Yield `work(block)` for each block, in the order of `blocks`."""
        ...


class SerialRunner:
    """Do the work here, one block after another."""

    workers = 1

    def map(self, work: Callable[[T], R], blocks: Sequence[T]) -> Iterator[R]:
        """Yield `work(block)` for each block."""
        return map(work, blocks)


Progress = Callable[[Text, int, int], None]


def no_progress(what: Text, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Context:
    """Draws, runner, progress and cancel of one run; the question itself is in `Params`."""

    seed: int = 1
    draws: int = 200
    runner: Runner = field(default_factory=SerialRunner)
    progress: Progress = no_progress
    cancelled: Callable[[], bool] = lambda: False

    def step(self, what: Text, done: int, total: int) -> None:
        """Report progress, or raise `Cancelled` if the user asked to stop."""
        if self.cancelled():
            raise Cancelled()
        self.progress(what, done, total)
