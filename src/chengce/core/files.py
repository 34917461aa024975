"""Write files and directories whole or not at all.

A crash at any moment, SIGKILL and power loss included, leaves the old content or the new one.
"""

import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from chengce.core.claims import claimed, held, remove, sibling, siblings
from chengce.core.disk import disk_errors, disk_problem
from chengce.core.errors import ChengceError
from chengce.core.exchange import exchange

_TRIES = 20


def write_atomic(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that readers see the old file or the new one, never a part.

    Makes missing parent folders, keeps the mode of a file it replaces, follows a symbolic link.
    Raises `ChengceError` (`disk_full`, `not_writable`, `path_in_the_way`, `disk_error`).
    """
    write_all_atomic({path: data})


def write_all_atomic(files: Mapping[Path, bytes]) -> None:
    """Write several files as `write_atomic` does, every one on the disk before the first is put in place.

    A disk that fills up, a folder in the way or a crash while they are written leaves all the old
    files. Raises `ChengceError` as `write_atomic`.
    """
    with ExitStack() as stack:
        moves: list[tuple[Path, Path, Path]] = []
        for path, data in files.items():
            with disk_errors(path):
                target = path.resolve()
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.is_dir():
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
                temp = stack.enter_context(claimed(target, lambda t: t.touch(exist_ok=False)))
                with temp.open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                if target.exists():
                    shutil.copymode(target, temp)
                moves.append((path, temp, target))
        for path, temp, target in moves:
            with disk_errors(path):
                temp.replace(target)
        for folder in dict.fromkeys(target.parent for _, _, target in moves):
            _sync(folder)


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield an empty hidden sibling of `path` that takes its place when the block ends well.

    For a file too large to hold in memory; if the block raises, or the process dies, the old file
    is still there. Raises `ChengceError` as `write_atomic`, also for a full disk within the block.
    """
    try:
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        with claimed(target, lambda t: t.touch(exist_ok=False)) as temp:
            yield temp
            _sync(temp)
            if target.exists():
                shutil.copymode(target, temp)
            temp.replace(target)
        _sync(target.parent)
    except OSError as error:
        if not _ours(error, path):
            raise
        raise ChengceError(disk_problem(error, path)) from error


@contextmanager
def replacing(directory: Path, *, swap: Callable[[Path, Path], bool] = exchange) -> Iterator[Path]:
    """Yield an empty hidden sibling of `directory` that takes its place when the block ends well.

    If the block raises, or the process dies, the old directory is still there, and what was left
    half-done beside it is removed by the next call. Where the system cannot swap two directories
    in one step, a process that dies between two renames leaves the name empty: `recover` (called
    here too) puts the old one back. Concurrent writers do not wait: the last to finish stays.
    Raises `ChengceError` as `write_atomic`, also for a full or read-only disk within the block.
    """
    try:
        target = directory.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_file():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
        recover(target)
        with claimed(target, Path.mkdir) as temp:
            yield temp
            _sync_tree(temp)
            _install(temp, target, swap)
        _sync(target.parent)
    except OSError as error:
        if not _ours(error, directory):
            raise
        raise ChengceError(disk_problem(error, directory)) from error


def recover(directory: Path) -> bool:
    """Put back a directory whose replacement died between two renames; True if that was needed."""
    if directory.exists():
        return False
    with disk_errors(directory):
        for old in reversed(siblings(directory, "old")):
            with held(old, wait=False) as free:  # else its owner is alive, between two renames
                if free and not directory.exists():
                    old.rename(directory)
                    return True
    return False


def _install(temp: Path, target: Path, swap: Callable[[Path, Path], bool]) -> None:
    """Give `temp` the name `target`, again if another writer moves at the same moment."""
    for left in reversed(range(_TRIES)):
        try:
            if not target.exists():
                temp.rename(target)
                return
            if swap(temp, target):
                return
            with held(target, wait=True) as free:
                if free:
                    _swap_by_renames(temp, target)
                    return
        except OSError:
            if not left or not temp.exists():
                raise


def _swap_by_renames(temp: Path, target: Path) -> None:
    old = sibling(target, "old")
    target.rename(old)
    try:
        temp.rename(target)
    except OSError:
        if not target.exists():
            old.rename(target)
        raise
    finally:
        if target.exists():
            remove(old)


def _ours(error: OSError, directory: Path) -> bool:
    """Tell whether the error is about writing here, not about something the block reads."""
    if not isinstance(error.filename, str):
        return True
    target, name = directory.resolve(), Path(error.filename)
    hidden = str(target.with_name(f".{target.name}."))
    return name == target or name in target.parents or error.filename.startswith(hidden)


def _sync_tree(directory: Path) -> None:
    for folder, _, names in os.walk(directory):
        for name in names:
            _sync(Path(folder, name))
        _sync(Path(folder))


def _sync(path: Path) -> None:
    """Ask the disk to keep the file or the names in the folder, before going on."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
