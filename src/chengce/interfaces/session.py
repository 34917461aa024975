"""Hold what every command shares: language, output, workspace, runner; turn errors into exits."""

import json
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import typer

from chengce.core.context import Progress, Runner, no_progress
from chengce.core.errors import Cancelled, ChengceError, Problem
from chengce.core.text import Lang, Text
from chengce.interfaces.progress import progress
from chengce.interfaces.wiring import ledger_url, workspace_path
from chengce.ledger.workspace import Workspace

BAD_INPUT, NOT_AS_RECORDED, CANCELLED = 2, 3, 130


@dataclass
class Session:
    """One command being run; used as a context manager that answers errors in words."""

    lang: Lang
    json: bool
    workspace_option: Path | None
    workers: int | None
    show: Progress = no_progress
    _bars: Any = field(default=None, repr=False)

    @cached_property
    def workspace(self) -> Workspace:
        """Return the workspace, made when first written to."""
        return Workspace.open(workspace_path(self.workspace_option), ledger_url=ledger_url())

    @cached_property
    def runner(self) -> Runner:
        """Return the runner for heavy work."""
        from chengce.engine.runner import make_runner

        return make_runner("serial" if self.workers == 1 else "threads", self.workers)

    def __enter__(self) -> "Session":
        self._bars = progress(self.lang)
        self.show = self._bars.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.__exit__(None, None, None)
        if isinstance(error, KeyboardInterrupt):
            error = Cancelled()
        if isinstance(error, ChengceError):
            self.problems(error.problems)
            raise typer.Exit(CANCELLED if isinstance(error, Cancelled) else BAD_INPUT)

    def say(self, text: Text) -> None:
        """Print a line for a person on stderr."""
        print(text.get(self.lang), file=sys.stderr, flush=True)

    def print(self, text: str) -> None:
        """Print to stdout what was asked for."""
        print(text, flush=True)

    def put(self, data: Any) -> None:
        """Print JSON to stdout."""
        print(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False), flush=True)

    def problems(self, problems: tuple[Problem, ...]) -> None:
        """Print problems: JSON to stdout if asked for, else lines to stderr."""
        if self.json:
            self.put({"problems": [p.as_dict() for p in problems]})
            return
        marks = {"error": Text("错误", "error"), "warning": Text("警告", "warning"), "info": Text("提示", "note")}
        for problem in problems:
            print(f"{marks[problem.severity].get(self.lang)}: {problem.line(self.lang)}", file=sys.stderr)
