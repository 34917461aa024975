"""Say what is wrong with a Dask cluster: the scheduler, the workers, or what a block does to them."""

from chengce.core.errors import Problem
from chengce.core.text import Text


def not_reached(scheduler: str, error: Exception) -> Problem:
    """No scheduler answers at the address."""
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


def scheduler_lost() -> Problem:
    """The scheduler went away while blocks were computed."""
    return Problem(
        "scheduler_lost",
        Text(
            "计算途中与调度进程失去联系",
            "the scheduler went away while blocks were computed",
        ),
        Text(
            "重新启动调度进程和计算进程，再执行同一命令；已写入工作区的部分不会重算",
            "start the scheduler and the workers again, then give the same command: "
            "what is in the workspace already is not computed again",
        ),
    )


def no_workers() -> Problem:
    """Nobody is there to compute."""
    return Problem(
        "no_workers",
        Text("调度进程下没有计算进程", "the scheduler has no workers"),
        Text(
            "在每台计算机上运行：dask worker 调度地址",
            "on each machine run: dask worker ADDRESS",
        ),
    )


def workers_killed(count: int) -> Problem:
    """Worker after worker died of the same block."""
    return Problem(
        "workers_killed",
        Text(
            f"计算同一批起点时，先后有 {count} 个计算进程意外退出",
            f"{count} workers died, one after another, at the same rows",
        ),
        Text(
            "查看计算进程的日志；若内存不足，减少每个进程的线程数（--nthreads）或增加内存",
            "look at the workers' logs; if memory ran out, "
            "give each worker fewer threads (--nthreads) or more memory",
        ),
    )
