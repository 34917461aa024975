"""Hand blocks of rows to a Dask cluster: other processes here, or other machines.

A job is written once as a folder of arrays that every worker maps into memory; a task carries the
folder's name and its rows, nothing else. What a worker that dies was doing is done by another.
Everything that is no job (`map`: assignment, interaction, draws …) shares the memory of this
process and runs on its threads.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from chengce.core.claims import remove
from chengce.core.context import Job
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.engine.running.jobs import job_key, run_block, save_job
from chengce.engine.running.threads import ThreadRunner

T = TypeVar("T")
R = TypeVar("R")

RETRIES = 3  # of a block whose worker broke, not died
CONNECT_S = 15
# Workers start as fresh interpreters: a fork would copy locks that threads of this process hold.
SETTINGS = {"distributed.worker.multiprocessing-method": "spawn"}


class DaskRunner:
    """Run jobs on the cluster at `scheduler`, or on `workers` processes of this machine.

    `shared` is a folder that all workers see under the same path. The first job connects, or
    starts the processes; they stay until `close`, or the end of this process.
    """

    def __init__(self, workers: int, *, scheduler: str | None, shared: Path) -> None:
        require_dask()
        self.workers = workers
        self._scheduler = scheduler
        self._shared = shared
        self._threads = ThreadRunner(workers)
        self._lock = Lock()
        self._open = ExitStack()
        self._client: Any = None

    def map(self, work: Callable[[T], R], blocks: Sequence[T]) -> Iterator[R]:
        """Yield `work(block)` for each block, on threads of this process."""
        return self._threads.map(work, blocks)

    def run(self, job: Job, blocks: Sequence[NDArray[np.int64]]) -> Iterator[NDArray[Any]]:
        """Yield `job.block(rows)` for each block of rows, in order; two a worker are in flight.

        Raises `ChengceError` where no scheduler answers (`scheduler_not_reached`), no worker is
        there (`no_workers`), or workers do not see the job or run another version.
        """
        if not blocks:
            return
        folder = (self._shared / f"job-{job_key(job)[:32]}").absolute()
        save_job(job, folder)
        try:
            yield from _ordered(self._connected(), str(folder), blocks)
        finally:
            remove(folder)

    def close(self) -> None:
        """Let go of the cluster; processes of this machine end."""
        with self._lock:
            self._open.close()
            self._client = None

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> Any:
        import dask
        from distributed import Client, LocalCluster

        self._open.enter_context(dask.config.set(SETTINGS))
        address: Any = self._scheduler
        if address is None:
            address = self._open.enter_context(
                LocalCluster(
                    n_workers=self.workers,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
            )
        try:
            client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            self._open.close()
            raise ChengceError(_not_reached(str(self._scheduler), error)) from error
        return self._open.enter_context(client)


def require_dask() -> None:
    """Raise `ChengceError` naming the extra where Dask is not installed."""
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise ChengceError(
            Problem(
                "cluster_extra_missing",
                Text("运行方式 dask 需要另外安装", "the runner dask is not installed"),
                Text("pip install 'chengce[cluster]'", "pip install 'chengce[cluster]'"),
            )
        ) from error


def _ordered(
    client: Any, folder: str, blocks: Sequence[NDArray[np.int64]]
) -> Iterator[NDArray[Any]]:
    threads = sum(client.nthreads().values())
    if not threads:
        raise ChengceError(_no_workers())
    waiting = iter(blocks)

    def begin(count: int) -> list[Any]:
        return [
            client.submit(run_block, folder, rows, pure=False, retries=RETRIES)
            for rows in islice(waiting, count)
        ]

    flying = deque(begin(2 * threads))
    while flying:
        answer = flying.popleft().result()
        flying.extend(begin(1))
        yield answer


def _not_reached(scheduler: str, error: Exception) -> Problem:
    reason = str(error) or type(error).__name__
    return Problem(
        "scheduler_not_reached",
        Text(
            f"连不上调度进程 {scheduler}：{reason}",
            f"no scheduler answers at {scheduler}: {reason}",
        ),
        Text(
            "在调度机上运行 dask scheduler，检查地址和端口；不给 --scheduler 则在本机起进程",
            "run `dask scheduler` there and check address and port; "
            "without --scheduler the processes are on this machine",
        ),
    )


def _no_workers() -> Problem:
    return Problem(
        "no_workers",
        Text("调度进程下没有计算进程", "the scheduler has no workers"),
        Text(
            "在每台计算机上运行：dask worker 调度地址",
            "on each machine run: dask worker ADDRESS",
        ),
    )
