"""Hand blocks of rows to a Dask cluster: other processes here, or other machines.

A job is written once as a folder of arrays that every worker maps into memory; a task carries the
folder's name and its rows, nothing else. What a worker that dies was doing is done by another.
Everything that is no job (`map`: assignment, interaction, draws …) shares the memory of this
process and runs on its threads.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
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
from chengce.engine.running.dask_problems import (
    no_workers,
    not_reached,
    scheduler_lost,
    workers_killed,
)
from chengce.engine.running.jobs import job_key, run_block, save_job
from chengce.engine.running.threads import ThreadRunner

T = TypeVar("T")
R = TypeVar("R")

RETRIES = 3  # of a block whose worker broke, not died
CONNECT_S = 15
PATIENCE_S = 30  # with nobody to compute: a worker that is started again is there before
QUIET = logging.CRITICAL  # what is wrong is raised; Dask's own account of it would come in between
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

        Raises `ChengceError` where no scheduler answers (`scheduler_not_reached`) or it goes away
        (`scheduler_lost`), no worker is there or comes back (`no_workers`), worker after worker
        dies of one block (`workers_killed`), or they do not see the job or run another version.
        """
        if not blocks:
            return
        folder = (self._shared / f"job-{job_key(job)[:32]}").absolute()
        save_job(job, folder)
        try:
            yield from _ordered(self._connected(), str(folder), blocks)
        except _SchedulerLost:  # the next job connects anew
            self.close()
            raise
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
        from distributed.utils import silence_logging_cmgr

        self._open.enter_context(dask.config.set(SETTINGS))
        self._open.enter_context(silence_logging_cmgr(QUIET))
        address: Any = self._scheduler
        if address is None:
            address = self._open.enter_context(
                LocalCluster(
                    n_workers=self.workers,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    silence_logs=QUIET,
                )
            )
        try:
            client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            self._open.close()
            raise ChengceError(not_reached(str(self._scheduler), error)) from error
        return self._open.enter_context(client)


class _SchedulerLost(ChengceError):
    def __init__(self) -> None:
        super().__init__(scheduler_lost())


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
    try:
        threads = sum(client.nthreads().values())
    except OSError as error:
        raise _SchedulerLost from error
    if not threads:
        raise ChengceError(no_workers())
    waiting = iter(blocks)

    def begin(count: int) -> list[Any]:
        return [
            client.submit(run_block, folder, rows, pure=False, retries=RETRIES)
            for rows in islice(waiting, count)
        ]

    flying = deque(begin(2 * threads))
    while flying:
        answer = _answer(client, flying.popleft())
        flying.extend(begin(1))
        yield answer


def _answer(client: Any, block: Any) -> NDArray[Any]:
    """Return the rows of a block, however long they take, while anybody is there to compute."""
    from distributed import KilledWorker

    try:
        while True:
            try:
                rows: NDArray[Any] = block.result(timeout=PATIENCE_S)
            except TimeoutError:
                if block.status == "error":  # what the block itself raised
                    raise block.exception() from None
                _await_worker(client)
            else:
                return rows
    except KilledWorker as error:
        raise ChengceError(workers_killed(error.allowed_failures + 1)) from error
    except CancelledError as error:
        raise _SchedulerLost from error


def _await_worker(client: Any) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError as error:
        raise ChengceError(no_workers()) from error
    except OSError as error:
        raise _SchedulerLost from error
