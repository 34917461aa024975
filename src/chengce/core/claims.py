"""Claim a hidden sibling for work in progress, so that others can tell it from a dead one's.

A claim is an advisory lock on the file or directory itself; the system drops it when its owner
dies, however it dies. Where the file system has no such locks (Windows, some network disks), work
untouched for a day counts as abandoned.
"""

import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

DAY_S = 86_400.0
_UNSUPPORTED = -1


@contextmanager
def claimed(target: Path, make: Callable[[Path], object]) -> Iterator[Path]:
    """Make `.<name>.<token>.tmp` beside `target`, claim it for the block, remove what is left."""
    sweep(target)
    while True:
        temp = sibling(target, "tmp")
        make(temp)
        lock = _lock(temp, wait=True)
        if temp.exists():  # else a sweep came between making and locking
            break
        _unlock(lock)
    try:
        yield temp
    finally:
        remove(temp)
        _unlock(lock)


@contextmanager
def held(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold what is at `path` for the block; False if it is taken, or gone once it is free.

    True without holding anything where there are no advisory locks.
    """
    lock = _lock(path, wait=wait)
    try:
        yield lock is not None and (lock == _UNSUPPORTED or _is(path, lock))
    finally:
        _unlock(lock)


@contextmanager
def exclusive(lock_file: Path) -> Iterator[None]:
    """Hold `lock_file` so that one process or thread at a time is in the block; others wait.

    Where there are no advisory locks the block runs unguarded.
    """
    lock_file.touch(exist_ok=True)
    with held(lock_file, wait=True):
        yield


def sibling(target: Path, suffix: str) -> Path:
    """Return a fresh hidden name beside `target`."""
    return target.with_name(f".{target.name}.{secrets.token_hex(6)}.{suffix}")


def siblings(target: Path, suffix: str) -> list[Path]:
    """Return the hidden siblings of `target` with that suffix, oldest first."""
    name = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{12}}\.{suffix}")
    try:
        found = [p for p in target.parent.iterdir() if name.fullmatch(p.name)]
    except OSError:
        return []
    return sorted(found, key=lambda p: (_modified(p), p.name))


def sweep(target: Path) -> None:
    """Remove what dead processes left beside `target`."""
    left = siblings(target, "tmp")
    if target.exists():
        left += siblings(target, "old")
    for path in left:
        lock = _lock(path, wait=False)
        stale = _modified(path) < time.time() - DAY_S
        if lock is not None and (stale or lock != _UNSUPPORTED):
            remove(path)
        _unlock(lock)


def remove(path: Path) -> None:
    """Remove a file or a directory tree, or as much of it as goes."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        try:
            path.unlink(missing_ok=True)
        except OSError:  # still open elsewhere (Windows); a later sweep removes it
            return


def _lock(path: Path, *, wait: bool) -> int | None:
    """Return the descriptor that holds the lock, `_UNSUPPORTED`, or None if taken or gone."""
    if sys.platform == "win32":
        return _UNSUPPORTED
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        os.close(descriptor)
        return None if isinstance(error, BlockingIOError) else _UNSUPPORTED
    return descriptor


def _unlock(descriptor: int | None) -> None:
    if descriptor is not None and descriptor != _UNSUPPORTED:
        os.close(descriptor)


def _is(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
