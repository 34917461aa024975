"""Say what a failing disk means and what to do about it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_IN_THE_WAY = {errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY}


def disk_problem(error: OSError, path: Path) -> Problem:
    """Return the problem behind an error of the file system while working on `path`.

    Codes: `disk_full`, `not_writable`, `path_in_the_way`, `disk_error`.
    """
    reason = error.strerror or type(error).__name__
    if error.errno in _FULL:
        return disk_full(str(path))
    if error.errno in _DENIED:
        return not_writable(str(path))
    if error.errno in _IN_THE_WAY:
        return Problem(
            "path_in_the_way",
            Text(
                f"路径中有同名的文件或目录，无法写入：{reason}",
                f"a file or folder is in the way: {reason}",
            ),
            Text("请改用其他路径，或先移走占位的文件", "choose another path, or move it away"),
            str(path),
        )
    return Problem(
        "disk_error",
        Text(f"读写磁盘失败：{reason}", f"the disk failed: {reason}"),
        Text("请检查磁盘与路径后重试", "check the disk and the path, then try again"),
        str(path),
    )


def disk_full(file: str) -> Problem:
    """Return the problem of a disk (or quota) without room."""
    return Problem(
        "disk_full",
        Text("磁盘空间或配额不足，未写入", "no room left on the disk; nothing was written"),
        Text(
            "请腾出空间后重试，原有内容未受影响",
            "free some space and try again; what was there is intact",
        ),
        file,
    )


def not_writable(file: str) -> Problem:
    """Return the problem of a place that may not be written."""
    return Problem(
        "not_writable",
        Text(
            "没有写入权限，或所在磁盘为只读",
            "no permission to write here, or the disk is read-only",
        ),
        Text(
            "请改用可写的目录，或请管理员授权",
            "choose a folder you may write, or ask for permission",
        ),
        file,
    )


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn an `OSError` in the block into a `ChengceError` about `path`."""
    try:
        yield
    except OSError as error:
        raise ChengceError(disk_problem(error, path)) from error
