"""Show progress on stderr: bars on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from chengce.core.context import Progress
from chengce.core.text import Lang, Text

QUIET_S = 10.0  # at most one line in so many seconds where there is no terminal


@dataclass
class Level:
    """One job under way: what it is, how much of it is done."""

    name: str
    done: int
    total: int


@dataclass
class Nest:
    """The jobs under way, each within the one before, read off the order in which steps come.

    Steps do not say what they are part of. A new name with nothing done is a part of the last
    job; a new name that goes on counting where a job of the same size stands takes its place
    (the next of several states); a job that is done ends with its parts.
    """

    levels: list[Level] = field(default_factory=list)

    def step(self, name: str, done: int, total: int) -> None:
        """Take one step into account."""
        at = next((i for i, level in enumerate(self.levels) if level.name == name), None)
        if at is None and done > 0:
            same = [i for i, v in enumerate(self.levels) if v.total == total and v.done < done]
            at = same[-1] if same else None
        if at is None:
            self.levels.append(Level(name, done, total))
        else:
            self.levels[at:] = [Level(name, done, total)]
        if done >= total:
            self.levels.pop()

    def line(self) -> str:
        """Return where the work stands, outermost first."""
        return " › ".join(f"{v.name} {_count(v)}" for v in self.levels)


@contextmanager
def progress(lang: Lang) -> Iterator[Progress]:
    """Yield a function that shows progress; the bars are taken away at the end."""
    if sys.stderr.isatty():
        with _bars(lang) as show:
            yield show
    else:
        yield lines(lang, lambda line: print(line, file=sys.stderr, flush=True))


def lines(
    lang: Lang, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic
) -> Progress:
    """Return progress that writes the whole nest in one line, at most every ten seconds."""
    nest = Nest()
    start = last = clock()

    def show(what: Text, done: int, total: int) -> None:
        nonlocal last
        nest.step(what.get(lang), done, total)
        now = clock()
        if now - last >= QUIET_S and nest.levels:
            last = now
            write(f"[{_clock(now - start)}] {nest.line()}")

    return show


@contextmanager
def _bars(lang: Lang) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.fields[count]}"),
               TimeElapsedColumn())  # fmt: skip
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        nest = Nest()

        def show(what: Text, done: int, total: int) -> None:
            nest.step(what.get(lang), done, total)
            ids = list(bars.task_ids)
            for task in ids[len(nest.levels) :]:
                bars.remove_task(task)
            for i, level in enumerate(nest.levels):
                about = {"description": level.name, "total": level.total, "count": _count(level)}
                if i < len(ids):
                    bars.update(ids[i], completed=level.done, **about)  # type: ignore[arg-type]
                else:
                    bars.add_task(completed=level.done, **about)  # type: ignore[arg-type]

        yield show


def _count(level: Level) -> str:
    if level.total > 20:
        return f"{100 * level.done // level.total}%"
    return f"{min(level.done + 1, level.total)}/{level.total}"


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 60:02d}:{whole % 60:02d}"
