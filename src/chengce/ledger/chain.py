"""Keep one append-only, hash-chained log of runs, predictions, decisions and accesses."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from chengce.core.errors import ChengceError
from chengce.ledger.entry import (
    EMPTY,
    Entry,
    Head,
    Row,
    body_text,
    damaged,
    read_entry,
    seal,
    unknown_kind,
)
from chengce.ledger.misses import SHOWN, already_redacted, ambiguous, no_row, unknown
from chengce.ledger.schema import KINDS
from chengce.ledger.schema import ledger as table
from chengce.ledger.store import Store, open_store
from chengce.ledger.verify import Verification, verify_rows

PAGE = 500
NEAR = 5000
WAIT_S = 30.0


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class Ledger:
    """The log of one workspace or institution; safe for several threads and processes.

    What it does not do: rows cannot be stopped from being changed by someone who may write the
    database, only found out. The last row can be rewritten, and the tail cut, unnoticed by
    anyone who keeps no anchor (`head`).
    """

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._clock = clock

    @classmethod
    def open(
        cls,
        url_or_path: str | Path,
        *,
        wait_s: float = WAIT_S,
        clock: Callable[[], datetime] = utc_now,
    ) -> "Ledger":
        """Open the ledger at a SQLite path or a `sqlite://` or `postgresql://` URL.

        Nothing is created before the first `append`. `wait_s`: how long to wait for another
        writer. Raises `ChengceError` if it cannot be reached, is something else, or was laid out
        by another version.
        """
        return cls(open_store(url_or_path, wait_s=wait_s), clock=clock)

    @property
    def name(self) -> str:
        """Where the ledger is, without password."""
        return self._store.name

    def append(self, kind: str, body: Mapping[str, Any]) -> Entry:
        """Write one row after the last and return it, once it is safely on disk.

        Raises `ChengceError`; then nothing was written.
        """
        text = body_text(kind, body)
        with self._store.writing() as connection:
            row = self._add(connection, kind, text)
        return read_entry(row, self.name)

    def redact(self, n: int, *, reason: str) -> Entry:
        """Erase the body of row `n` for good and record that as an access; the chain still holds.

        Returns the recording entry. Raises `ChengceError` (`ledger_row`, `ledger_redacted`).
        """
        text = body_text("access", {"action": "redact", "n": n, "reason": reason})
        with self._store.writing() as connection:
            row = _row(connection, n)
            if row is None:
                raise ChengceError(no_row(n, _head(connection), self.name))
            if row.body is None:
                raise ChengceError(already_redacted(n, self.name))
            connection.execute(sa.update(table).where(table.c.n == n).values(body=None))
            added = self._add(connection, "access", text)
        return read_entry(added, self.name)

    def head(self) -> Head:
        """Return number and hash of the last row: the anchor to print and keep elsewhere."""
        with self._store.reading() as connection:
            return EMPTY if connection is None else _head(connection)

    def get(self, n: int) -> Entry:
        """Return row `n`; raises `ChengceError` if there is none or it is not what was written."""
        with self._store.reading() as connection:
            row = None if connection is None else _row(connection, n)
            if row is None:
                head = EMPTY if connection is None else _head(connection)
                raise ChengceError(no_row(n, head, self.name))
        return self._trusted(row)

    def find(self, prefix: str, *, kind: str | None = None) -> Entry:
        """Return the entry whose id (or full hash) begins with `prefix`, among one kind or all.

        Raises `ChengceError` (`ledger_unknown_id` with the nearest ids, `ledger_ambiguous_id` with
        the candidates, `ledger_damaged`).
        """
        wanted = prefix.strip().lower()
        found: list[Row] = []
        if re.fullmatch("[0-9a-f]{1,64}", wanted):
            where = sa.and_(table.c.hash >= wanted, table.c.hash < wanted + "g")
            found = list(self._rows(kind=kind, where=where, limit=SHOWN + 1))
        if len(found) == 1:
            return self._trusted(found[0])
        if not found:
            newest = list(self._rows(kind=kind, newest_first=True, limit=NEAR))
            raise ChengceError(unknown(prefix, newest, self.name))
        raise ChengceError(ambiguous(prefix, found, self.name))

    def entries(
        self,
        kind: str | None = None,
        *,
        after: int = 0,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        """Yield entries with n > `after`, of one kind or all; holds no lock between pages."""
        where = table.c.n > after
        for row in self._rows(kind=kind, where=where, newest_first=newest_first, limit=limit):
            yield read_entry(row, self.name)

    def verify(self, anchor: tuple[int, str] | None = None) -> Verification:
        """Check every row against the chain, and the chain against an anchor kept elsewhere."""
        return verify_rows(self._rows(), anchor, file=self.name)

    def _add(self, connection: Connection, kind: str, text: str) -> Row:
        at = self._clock().astimezone(UTC).isoformat(timespec="microseconds")
        row = seal(_head(connection), at=at.replace("+00:00", "Z"), kind=kind, body=text)
        connection.execute(sa.insert(table).values(row._asdict()))
        return row

    def _rows(
        self,
        *,
        kind: str | None = None,
        where: "sa.ColumnElement[bool] | None" = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """Yield stored rows in order, page by page, each page in its own transaction."""
        query = sa.select(table)
        if kind is not None:
            if kind not in KINDS:
                raise ChengceError(unknown_kind(kind))
            query = query.where(table.c.kind == kind)
        if where is not None:
            query = query.where(where)
        query = query.order_by(table.c.n.desc() if newest_first else table.c.n)
        left, last = limit, None
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            page = query.limit(size)
            if last is not None:
                page = page.where(table.c.n < last if newest_first else table.c.n > last)
            with self._store.reading() as connection:
                rows = [] if connection is None else connection.execute(page).all()
            yield from (Row(*row) for row in rows)
            if len(rows) < size:
                return
            last = rows[-1].n
            left = None if left is None else left - size

    def _trusted(self, row: Row) -> Entry:
        if not (row.body_matches() and row.sealed_as(row.n)):
            raise ChengceError(damaged(row.n, self.name))
        return read_entry(row, self.name)


def _head(connection: Connection) -> Head:
    query = sa.select(table.c.n, table.c.hash).order_by(table.c.n.desc()).limit(1)
    row = connection.execute(query).first()
    return EMPTY if row is None else Head(row.n, row.hash)


def _row(connection: Connection, n: int) -> Row | None:
    row = connection.execute(sa.select(table).where(table.c.n == n)).first()
    return None if row is None else Row(*row)
