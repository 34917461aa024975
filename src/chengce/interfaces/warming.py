"""Have the kernels of a question compiled by a second process while this one reads the data.

A thread would have to share the interpreter with the reading, and could not be stopped. The
second process leaves the kernels on disk, where this one finds them; if it fails, this one
compiles them itself when they are first called.
"""

import subprocess
import sys
from dataclasses import dataclass
from time import perf_counter

from chengce.core.context import Progress
from chengce.core.text import Text

COMPILING = Text("编译计算程序（每台机器只需一次）", "compiling kernels (once per machine)")
LOOK_S = 0.5  # how often the progress line is told that one is still waiting
WORTH_SAYING_S = 0.05


@dataclass
class Warming:
    """Kernels being compiled in the background: seconds it took, seconds waited for it."""

    seconds: float = 0.0
    waited: float = 0.0
    _process: "subprocess.Popen[str] | None" = None

    def start(self, name: str) -> None:
        """Start compiling for an application, unless that is under way or was done before."""
        from chengce.interfaces.rehearse import rehearsed

        if self._process is not None or rehearsed(name):
            return
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "chengce.interfaces.rehearse", name],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True,
            )  # fmt: skip
        except OSError:  # no second process to be had: compile at the first call
            return

    def wait(self, show: Progress) -> None:
        """Wait until all is compiled, saying so."""
        if self._process is None:
            return
        begin = perf_counter()
        while True:
            try:
                out, _ = self._process.communicate(timeout=LOOK_S)
                break
            except subprocess.TimeoutExpired:
                show(COMPILING, 0, 1)
        show(COMPILING, 1, 1)
        self.waited += perf_counter() - begin
        if self._process.returncode == 0:
            self.seconds += float(out)
        self._process = None

    def stop(self) -> None:
        """Leave off compiling what is not yet compiled."""
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()
        self._process = None


def time_said(seconds: float, compiled: float, waited: float) -> Text:
    """Return the time a run took, and apart from it the time spent compiling."""
    run = Text(f"测算用时 {seconds:.1f} 秒", f"computed in {seconds:.1f} s")
    if compiled < WORTH_SAYING_S:
        return run
    return Text(
        f"{run.zh}；另编译 {compiled:.1f} 秒（每台机器只需一次），其中等待 {waited:.1f} 秒",
        f"{run.en}; besides, {compiled:.1f} s of compiling (once per machine), "
        f"{waited:.1f} s of it waited for",
    )
