"""Open a file of numbers written by another program, or say what is there instead."""

import gzip
import zlib
from difflib import get_close_matches
from pathlib import Path

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text


def read_raw(path: Path, what: Text) -> bytes:
    """Return the bytes of a file, unpacked if it is gzip.

    Raises `ChengceError` (`file_not_found` with the nearest names, `file_is_folder`,
    `file_unreadable`, `empty_file`).
    """
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except FileNotFoundError:
        raise ChengceError(no_file(path, what)) from None
    except IsADirectoryError:
        message = Text("{what}应为文件，这是一个目录", "the {what} is a folder, not a file")
        remedy = Text("请指明目录中的文件", "name the file in it")
        raise ChengceError(
            Problem("file_is_folder", message.format(what=what), remedy, str(path))
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        message = Text("{what}无法读取：{why}", "the {what} cannot be read: {why}")
        raise ChengceError(
            Problem(
                "file_unreadable",
                message.format(what=what, why=getattr(error, "strerror", None) or error),
                Text("请核对路径和读取权限", "check the path and the permission to read it"),
                str(path),
            )
        ) from None
    if not data.strip():
        raise ChengceError(
            Problem(
                "empty_file",
                Text("{what}是空文件", "the {what} is empty").format(what=what),
                Text("核对文件是否下载或导出完整", "check that the download or export is complete"),
                str(path),
            )
        )
    return data


def no_file(path: Path, what: Text) -> Problem:
    """Return the problem of a file that is not there, with the names nearest to it."""
    beside = sorted(p.name for p in path.parent.iterdir()) if path.parent.is_dir() else []
    near = get_close_matches(path.name, beside, n=3, cutoff=0.5)
    blank = " " if what.zh[:1].isascii() else ""
    message = Text(f"找不到{blank}{{what}}", "the {what} does not exist").format(what=what)
    if near:
        remedy = Text(
            f"核对路径；相近的有：{'、'.join(near)}",
            f"check the path; close to it: {', '.join(near)}",
        )
    else:
        remedy = Text("核对路径", "check the path")
    return Problem("file_not_found", message, remedy, str(path))


def decode(data: bytes) -> str:
    """Return text: UTF-8, else GB 18030 (GBK), else Latin-1, which anything is."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
