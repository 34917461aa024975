"""Show progress on stderr: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from chengce.core.context import Progress
from chengce.core.text import Lang, Text

QUIET_S = 5.0  # at most one line in so many seconds where there is no terminal


@contextmanager
def progress(lang: Lang) -> Iterator[Progress]:
    """Yield a function that shows progress; the bar is taken away at the end."""
    if sys.stderr.isatty():
        with _bar(lang) as show:
            yield show
    else:
        yield _lines(lang)


@contextmanager
def _bar(lang: Lang) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"),
               TimeElapsedColumn(), TimeRemainingColumn())  # fmt: skip
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, int] = {}

        def show(what: Text, done: int, total: int) -> None:
            name = what.get(lang)
            if name not in tasks:
                tasks[name] = int(bars.add_task(name, total=total))
            bars.update(tasks[name], completed=done, total=total, visible=done < total)  # type: ignore[arg-type]

        yield show


def _lines(lang: Lang) -> Progress:
    last = time.monotonic()

    def show(what: Text, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= QUIET_S:
            last = now
            print(f"{what.get(lang)} {done}/{total}", file=sys.stderr, flush=True)

    return show
