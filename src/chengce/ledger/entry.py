"""Describe one row of the ledger and how it is sealed to the row before."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from chengce.core.errors import ChengceError, Problem
from chengce.core.provenance import canonical, content_hash, sha256
from chengce.core.text import Text
from chengce.ledger.schema import KINDS

ZEROS = "0" * 64
ID_LENGTH = 12
_ANCHOR = re.compile(r"\s*(\d{1,18}):([0-9a-fA-F]{64})\s*")


class Row(NamedTuple):
    """One row as stored; a damaged database may hold anything, so only `n` is trusted."""

    n: int
    at: str
    kind: str
    body: str | None
    body_hash: str
    previous: str
    hash: str

    def sealed_as(self, n: int) -> bool:
        """Tell whether the row's hash is right for row number `n`."""
        try:
            return self.hash == row_hash(n, self)
        except (TypeError, ValueError):
            return False

    def body_matches(self) -> bool:
        """Tell whether the body is the one that was written; a redacted body is not contradicted."""
        try:
            return self.body is None or self.body_hash == sha256(self.body)
        except (TypeError, ValueError, AttributeError):
            return False


class Head(NamedTuple):
    """The last row's number and hash; printed as `N:HASH` it is an anchor. Empty: 0 and zeros."""

    n: int
    hash: str

    def __str__(self) -> str:
        return f"{self.n}:{self.hash}"


EMPTY = Head(0, ZEROS)


@dataclass(frozen=True)
class Entry:
    """One row for a reader. `body` is None once redacted; its hash stays in the chain."""

    n: int
    at: str
    kind: str
    body: Mapping[str, Any] | None
    body_hash: str
    previous: str
    hash: str

    @property
    def id(self) -> str:
        """The first 12 hexadecimal digits of the row's hash."""
        return self.hash[:ID_LENGTH]

    @property
    def state(self) -> Literal["present", "redacted"]:
        """Whether the body is still there."""
        return "redacted" if self.body is None else "present"

    def as_dict(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return {
            "id": self.id,
            "n": self.n,
            "at": self.at,
            "kind": self.kind,
            "state": self.state,
            "body": self.body,
            "body_hash": self.body_hash,
            "previous": self.previous,
            "hash": self.hash,
        }


def row_hash(n: int, row: Row) -> str:
    """Return the hash that seals `row` as number `n`: over n, at, kind, body_hash, previous."""
    return content_hash(
        {
            "n": n,
            "at": row.at,
            "kind": row.kind,
            "body_hash": row.body_hash,
            "previous": row.previous,
        }
    )


def seal(head: Head, *, at: str, kind: str, body: str) -> Row:
    """Return the row that continues the chain after `head`; `body` is canonical JSON text."""
    row = Row(head.n + 1, at, kind, body, sha256(body), head.hash, "")
    return row._replace(hash=row_hash(row.n, row))


def body_text(kind: str, body: Mapping[str, Any]) -> str:
    """Return the canonical text of a body.

    Raises `ChengceError` (`ledger_kind`, `ledger_body`) with every problem.
    """
    problems = [] if kind in KINDS else [unknown_kind(kind)]
    text = ""
    try:
        text = canonical(dict(body))
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        problems.append(
            Problem(
                "ledger_body",
                Text(f"记录内容无法写成规范 JSON：{error}", f"the body is not plain data: {error}"),
                Text(
                    "只能使用文本、有限数值、真假值、空值、列表和以文本为键的字典",
                    "use text, finite numbers, true/false, null, lists and objects with text keys",
                ),
                column="body",
            )
        )
    if problems:
        raise ChengceError(problems)
    return text


def unknown_kind(kind: str) -> Problem:
    """Return the problem of a kind of entry that does not exist."""
    return Problem(
        "ledger_kind",
        Text(f"台账没有“{kind}”这一类记录", f"the ledger has no kind '{kind}'"),
        Text(f"可用类别：{'、'.join(KINDS)}", f"kinds: {', '.join(KINDS)}"),
        column="kind",
    )


def read_entry(row: Row, file: str) -> Entry:
    """Return the entry of a stored row; raises `ChengceError` (`ledger_damaged`)."""
    try:
        body = None if row.body is None else json.loads(row.body)
        if body is not None and not isinstance(body, dict):
            raise ValueError
    except (TypeError, ValueError):
        raise ChengceError(damaged(row.n, file)) from None
    return Entry(row.n, row.at, row.kind, body, row.body_hash, row.previous, row.hash)


def damaged(n: int, file: str) -> Problem:
    """Return the problem of a row that is not what was written."""
    return Problem(
        "ledger_damaged",
        Text("该记录与写入时不一致", "this row is not what was written"),
        Text(
            "请核验整个台账（verify），不要使用该记录",
            "verify the whole ledger; do not rely on this row",
        ),
        file,
        n,
    )


def parse_anchor(text: str) -> tuple[int, str]:
    """Read an anchor `N:HASH` as printed in reports; raises `ChengceError` (`ledger_anchor`)."""
    found = _ANCHOR.fullmatch(text)
    if found is None:
        raise ChengceError(
            Problem(
                "ledger_anchor",
                Text(f"锚点写法有误：{text}", f"not an anchor: {text}"),
                Text(
                    "写法为“行号:64 位十六进制哈希值”，可从报告末页或 ledger head 抄录",
                    "write N:HASH with all 64 digits, as printed in a report or by `ledger head`",
                ),
            )
        )
    return int(found[1]), found[2].lower()
