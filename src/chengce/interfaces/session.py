"""Hold what every command shares: language, output, workspace, runner; turn errors into exits."""

import signal
import sys
import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import typer

from chengce.core.context import Progress, Runner, no_progress
from chengce.core.errors import Cancelled, ChengceError, Problem
from chengce.core.text import Lang, Text
from chengce.interfaces.output import put_json, say_problems
from chengce.interfaces.progress import progress
from chengce.interfaces.wiring import (
    ledger_url,
    runner_name,
    scheduler_address,
    workspace_path,
)
from chengce.ledger.workspace import Workspace

BAD_INPUT, NOT_AS_RECORDED, CANCELLED = 2, 3, 130


@dataclass
class Session:
    """One command being run; used as a context manager that answers errors in words."""

    lang: Lang
    json: bool
    workspace_option: Path | None
    workers: int | None
    runner_option: str | None = None
    scheduler_option: str | None = None
    show: Progress = no_progress
    _bars: AbstractContextManager[Progress] | None = field(default=None, repr=False)
    _stopped: bool = field(default=False, repr=False)
    _former: Any = field(default=None, repr=False)

    @cached_property
    def workspace(self) -> Workspace:
        """Return the workspace, made when first written to."""
        return Workspace.open(workspace_path(self.workspace_option), ledger_url=ledger_url())

    @cached_property
    def runner(self) -> Runner:
        """Return the runner for heavy work."""
        from chengce.engine.running.runner import make_runner

        name = runner_name(self.runner_option, self.workers)
        scheduler = scheduler_address(self.scheduler_option, name)
        shared = self.workspace.scratch
        return make_runner(name, self.workers, scheduler=scheduler, shared=shared)

    def __enter__(self) -> "Session":
        self._bars = progress(self.lang)
        shown = self._bars.__enter__()
        if threading.current_thread() is threading.main_thread():
            self._former = signal.signal(signal.SIGINT, self._stop)

        def show(what: Text, done: int, total: int) -> None:
            if self._stopped:  # a library's callback may have swallowed the interrupt
                raise Cancelled
            shown(what, done, total)

        self.show = show
        return self

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopped = True
        raise KeyboardInterrupt

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.quiet()
        close = getattr(self.__dict__.get("runner"), "close", None)
        if close is not None:  # a cluster
            close()
        if self._former is not None:
            signal.signal(signal.SIGINT, self._former)
            self._former = None
        if isinstance(error, KeyboardInterrupt | Cancelled):
            self.problems([_CANCELLED])
            raise typer.Exit(CANCELLED)
        if isinstance(error, ChengceError):
            self.problems(error.problems)
            raise typer.Exit(BAD_INPUT)

    def quiet(self) -> None:
        """Take the progress bars away, so that the answer stands alone."""
        if self._bars is not None:
            self._bars.__exit__(None, None, None)
            self._bars = None

    def say(self, text: Text) -> None:
        """Print a line for a person on stderr."""
        print(text.get(self.lang), file=sys.stderr, flush=True)

    def print(self, text: str | Text) -> None:
        """Print to stdout what was asked for."""
        print(text.get(self.lang) if isinstance(text, Text) else text, flush=True)

    def put(self, data: Any) -> None:
        """Print JSON to stdout."""
        put_json(data)

    def problems(self, problems: Iterable[Problem]) -> None:
        """Print problems: JSON to stdout if asked for, else lines to stderr."""
        say_problems(problems, self.lang, as_json=self.json)


_CANCELLED = Problem(
    "cancelled",
    Text(
        "已取消；城市、台账和原有结果均未受影响",
        "cancelled; the city, the ledger and earlier results are intact",
    ),
    Text("再次运行同一命令即可重新测算", "run the same command to start again"),
)
