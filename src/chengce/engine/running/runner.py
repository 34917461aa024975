"""Choose where blocks of work run: here one by one, on threads, or on a Dask cluster."""

from os import cpu_count
from pathlib import Path

from chengce.core.context import Runner, SerialRunner
from chengce.core.errors import Problem, raise_if_any
from chengce.core.text import Text
from chengce.engine.running.threads import ThreadRunner

__all__ = ["RUNNERS", "ThreadRunner", "make_runner"]

RUNNERS = ("serial", "threads", "dask")


def make_runner(
    name: str,
    workers: int | None = None,
    *,
    scheduler: str | None = None,
    shared: Path | None = None,
) -> Runner:
    """Return the runner called `name` ("serial", "threads", "dask").

    `workers` default to the CPU count. `scheduler` is the address of a Dask cluster (without one,
    processes of this machine), `shared` a folder that its workers see too. Raises `ChengceError`
    for an unknown name, fewer than one worker, a scheduler without dask, or dask not installed.
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
    if scheduler is not None and name != "dask":
        problems.append(
            Problem(
                "scheduler_without_dask",
                Text(
                    f"给了调度地址 {scheduler}，运行方式却是 {name}",
                    f"a scheduler ({scheduler}) is given, but the runner is {name}",
                ),
                Text("加上 --runner dask，或去掉调度地址", "add --runner dask, or leave it out"),
            )
        )
    raise_if_any(problems)
    if name == "serial":
        return SerialRunner()
    if name == "threads":
        return ThreadRunner(count)
    if shared is None:
        raise ValueError("the runner dask needs a folder that its workers see")
    from chengce.engine.running.dask_runner import DaskRunner

    return DaskRunner(count, scheduler=scheduler, shared=shared)
