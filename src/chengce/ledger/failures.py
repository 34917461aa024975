"""Say what a failing database means and what to do about it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from chengce.core.disk import disk_full, not_writable
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

_SQLITE = {
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_PROTOCOL": "locked",
    "SQLITE_FULL": "full",
    "SQLITE_READONLY": "denied",
    "SQLITE_PERM": "denied",
    "SQLITE_AUTH": "denied",
    "SQLITE_CANTOPEN": "unreachable",
    "SQLITE_NOTADB": "not_ours",
    "SQLITE_CORRUPT": "corrupt",
}
_POSTGRESQL = {  # https://www.postgresql.org/docs/current/errcodes-appendix.html
    "55P03": "locked",
    "40P01": "locked",
    "53100": "full",
    "42501": "denied",
    "25006": "denied",
    "28": "unreachable",
    "3D": "unreachable",
    "08": "unreachable",
    "57P": "unreachable",
    "53300": "unreachable",
    "XX001": "corrupt",
    "XX002": "corrupt",
}


@contextmanager
def database_errors(file: str) -> Iterator[None]:
    """Turn an error of the database in the block into a `ChengceError` about `file`.

    Codes: `ledger_locked`, `disk_full`, `not_writable`, `ledger_unreachable`, `ledger_foreign`,
    `ledger_corrupt`, `ledger_error`.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise ChengceError(_problem(_cause(error), error, file)) from error


def foreign(file: str) -> Problem:
    """Return the problem of a file that is something else than a ledger."""
    return Problem(
        "ledger_foreign",
        Text("该文件不是城策台账", "this file is not a ledger of chengce"),
        Text(
            "请核对路径；如要新建台账，请指定一个不存在的文件名",
            "check the path; for a new ledger name a file that does not exist",
        ),
        file,
    )


def other_version(found: object, ours: int, file: str) -> Problem:
    """Return the problem of a ledger laid out by another version of chengce."""
    return Problem(
        "ledger_version",
        Text(
            f"台账的格式版本为 {found}，本程序只支持版本 {ours}",
            f"the ledger has format version {found}; this program knows version {ours}",
        ),
        Text(
            "请用写入该台账的城策版本打开，或升级城策；台账未被改动",
            "open it with the version of chengce that wrote it, or upgrade; it was not touched",
        ),
        file,
    )


def no_driver(file: str) -> Problem:
    """Return the problem of a missing PostgreSQL driver."""
    return Problem(
        "extra_missing",
        Text("未安装 PostgreSQL 驱动", "the PostgreSQL driver is not installed"),
        Text("pip install 'chengce[postgresql]'", "pip install 'chengce[postgresql]'"),
        file,
    )


def bad_address(file: str) -> Problem:
    """Return the problem of an address that is no place for a ledger."""
    return Problem(
        "ledger_address",
        Text("台账只能放在 SQLite 文件或 PostgreSQL 数据库中", "not a place for a ledger"),
        Text(
            "请写文件路径，或 postgresql://用户@主机/数据库",
            "give a file path, sqlite:///PATH or postgresql://USER@HOST/DATABASE",
        ),
        file,
    )


def _cause(error: SQLAlchemyError) -> str:
    if not isinstance(error, DBAPIError):
        return "other"
    if isinstance(error.orig, sqlite3.Error):
        name = getattr(error.orig, "sqlite_errorname", "")
        return _SQLITE.get("_".join(name.split("_")[:2]), "other")
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # the server never answered
        return "unreachable" if error.connection_invalidated or _connecting(error) else "other"
    return next((_POSTGRESQL[state[:k]] for k in (5, 3, 2) if state[:k] in _POSTGRESQL), "other")


def _connecting(error: DBAPIError) -> bool:
    return error.statement is None


def _problem(cause: str, error: SQLAlchemyError, file: str) -> Problem:
    reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().split("\n")[0]
    if cause == "full":
        return disk_full(file)
    if cause == "denied":
        return not_writable(file)
    if cause == "not_ours":
        return foreign(file)
    code, message, remedy = {
        "locked": (
            "ledger_locked",
            Text("台账正被其他程序占用", "another program holds the ledger"),
            Text("请稍候重试，或先结束占用它的程序", "try again shortly, or end that program"),
        ),
        "unreachable": (
            "ledger_unreachable",
            Text(f"打不开台账：{reason}", f"the ledger cannot be opened: {reason}"),
            Text(
                "请核对路径或数据库地址、账号，并确认服务已启动",
                "check the path or the address and account, and that the server runs",
            ),
        ),
        "corrupt": (
            "ledger_corrupt",
            Text("数据库文件已损坏", "the database file is damaged"),
            Text(
                "请保留原文件并从备份恢复，再用锚点核验",
                "keep the file, restore a backup, then verify it against an anchor",
            ),
        ),
    }.get(
        cause,
        (
            "ledger_error",
            Text(f"数据库报错：{reason}", f"the database refused: {reason}"),
            Text("请检查数据库后重试；未写入任何内容", "check the database; nothing was written"),
        ),
    )
    return Problem(code, message, remedy, file)
