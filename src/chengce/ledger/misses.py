"""Answer a question the ledger cannot answer: what is not there, and what is near."""

import difflib
from collections.abc import Sequence

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.ledger.entry import ID_LENGTH, Head, Row

SHOWN = 8


def no_row(n: int, head: Head, file: str) -> Problem:
    """Return the problem of a row number that does not exist."""
    there_is = (
        Text(f"现有第 1 至 {head.n} 行", f"rows run from 1 to {head.n}")
        if head.n
        else Text("台账为空", "the ledger is empty")
    )
    message = Text(f"台账没有第 {n} 行", f"the ledger has no row {n}")
    return Problem("ledger_row", message, there_is, file, n)


def already_redacted(n: int, file: str) -> Problem:
    """Return the problem of a body that is gone already."""
    message = Text("该记录的内容此前已隐去", "the body was redacted before")
    return Problem("ledger_redacted", message, file=file, row=n)


def ambiguous(prefix: str, found: Sequence[Row], file: str) -> Problem:
    """Return the problem of a prefix that several entries share."""
    names = [f"{r.hash[:ID_LENGTH]} ({r.kind}, {r.at})" for r in found[:SHOWN]]
    names += ["…"] if len(found) > SHOWN else []
    return Problem(
        "ledger_ambiguous_id",
        Text(f"不止一条记录的编号以 {prefix} 开头", f"several entries' ids begin with {prefix}"),
        Text(f"请多写几位：{'、'.join(names)}", f"give more digits: {', '.join(names)}"),
        file,
    )


def unknown(prefix: str, newest: Sequence[Row], file: str) -> Problem:
    """Return the problem of a prefix no entry has, with the nearest ids among `newest`."""
    wanted = prefix.strip().lower()[:64]
    ids = {r.hash[: max(1, len(wanted))]: r.hash[:ID_LENGTH] for r in reversed(newest)}
    near = [ids[match] for match in difflib.get_close_matches(wanted, ids, n=3, cutoff=0.5)]
    latest = [r.hash[:ID_LENGTH] for r in newest[:3]]
    if near:
        remedy = Text(f"相近的编号：{'、'.join(near)}", f"did you mean {', '.join(near)}?")
    elif latest:
        remedy = Text(f"最近的编号：{'、'.join(latest)}", f"the latest are {', '.join(latest)}")
    else:
        remedy = Text("台账中尚无此类记录", "there is no such entry yet")
    message = Text(f"台账中没有编号以“{prefix}”开头的记录", f"no entry's id begins with '{prefix}'")
    return Problem("ledger_unknown_id", message, remedy, file)
