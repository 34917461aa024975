"""Measure the seconds this process spends compiling kernels, apart from running them.

Kernels load in a fraction of a second where they are kept on disk; that is not counted. Numba
compiles under one lock, so the seconds of all threads add up to time that has passed.
"""

import threading
from time import perf_counter

from numba.core import event

EVENT = "numba:compile"  # a kernel and the functions it calls: nested events


class CompileClock(event.Listener):
    """Add up the time between the outermost start and end of compiling, by thread."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._here = threading.local()

    def on_start(self, event: event.Event) -> None:
        """Note when the outermost compilation of a thread starts."""
        depth = getattr(self._here, "depth", 0)
        if depth == 0:
            self._here.start = perf_counter()
        self._here.depth = depth + 1

    def on_end(self, event: event.Event) -> None:
        """Count the outermost compilation of a thread when it ends."""
        self._here.depth -= 1
        if self._here.depth == 0:
            self.seconds += perf_counter() - self._here.start


_CLOCK = CompileClock()
event.register(EVENT, _CLOCK)  # type: ignore[no-untyped-call]


def compile_seconds() -> float:
    """Return the seconds spent compiling since this module was imported."""
    return _CLOCK.seconds
