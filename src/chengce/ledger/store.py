"""Open the database of a ledger and give out transactions: many readers, one writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from chengce.core.disk import disk_errors
from chengce.core.errors import ChengceError
from chengce.ledger import schema
from chengce.ledger.failures import (
    bad_address,
    database_errors,
    foreign,
    no_driver,
    other_version,
)

_LOCK_SPACE = 0x43484743  # first key of the advisory lock, "CHGC"; the second is the schema's name
_CONNECT_S = 10


@dataclass(frozen=True)
class Store:
    """A place for a ledger: a SQLite file (`path`) or a PostgreSQL database (`path` is None).

    Every transaction has its own connection, so that threads and processes do not share any.
    """

    engine: Engine
    name: str
    path: Path | None
    wait_s: float

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """Give a connection to read with, or None where no ledger has been written yet."""
        if self.path is not None:
            with disk_errors(self.path):
                there = self.path.exists()
            if not there:
                yield None
                return
        with database_errors(self.name), self._connect() as connection:
            yield connection if self._is_ledger(connection) else None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the only writing transaction, with the tables made; commits when the block ends."""
        if self.path is not None:
            with disk_errors(self.path):
                self.path.parent.mkdir(parents=True, exist_ok=True)
        with database_errors(self.name), self._connect() as connection:
            self._lock(connection)
            if not self._is_ledger(connection):
                schema.metadata.create_all(connection, checkfirst=False)
                connection.execute(schema.version.insert().values(version=schema.VERSION))
            yield connection
            connection.commit()

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            if self.path is not None:
                raw: Any = connection.connection.driver_connection
                raw.text_factory = _lenient
            yield connection

    def _lock(self, connection: Connection) -> None:
        if self.path is not None:
            connection.exec_driver_sql("PRAGMA synchronous = EXTRA")
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        connection.execute(
            sa.text("SELECT set_config('lock_timeout', :wait, true)"),
            {"wait": f"{round(self.wait_s * 1000)}ms"},
        )
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
        connection.execute(
            sa.text("SELECT pg_advisory_xact_lock(:space, hashtext(current_schema()))"),
            {"space": _LOCK_SPACE},
        )

    def _is_ledger(self, connection: Connection) -> bool:
        """Tell whether the tables are there; raises if they are another version's or not ours."""
        names = set(sa.inspect(connection).get_table_names())
        ours = names & set(schema.metadata.tables)
        if not ours:
            if self.path is not None and names:
                raise ChengceError(foreign(self.name))
            return False
        found: object = "?"
        if len(ours) == len(schema.metadata.tables):
            found = connection.execute(sa.select(sa.func.max(schema.version.c.version))).scalar()
        if found != schema.VERSION:
            raise ChengceError(other_version(found, schema.VERSION, self.name))
        return True


def open_store(url_or_path: str | Path, *, wait_s: float) -> Store:
    """Return the store at a path or URL, checked as far as it exists; makes nothing yet.

    Raises `ChengceError` (`ledger_address`, `extra_missing` and those of `database_errors`).
    """
    if isinstance(url_or_path, str) and "://" in url_or_path:
        url = _url(url_or_path)
    else:
        url = URL.create("sqlite", database=str(url_or_path))
    store = _sqlite(url, wait_s) if url.get_backend_name() == "sqlite" else _postgresql(url, wait_s)
    with store.reading():
        return store


def _url(text: str) -> URL:
    shown = text.split("://", 1)[0] + "://…"
    try:
        url = make_url(text.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError):
        raise ChengceError(bad_address(shown)) from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ChengceError(bad_address(shown))
    return url


def _sqlite(url: URL, wait_s: float) -> Store:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ChengceError(bad_address(str(url)))
    path = Path(url.database)
    engine = sa.create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"timeout": wait_s, "isolation_level": None},
    )
    return Store(engine, str(path), path, wait_s)


def _postgresql(url: URL, wait_s: float) -> Store:
    name = url.set(query={}).render_as_string(hide_password=True)
    try:
        engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            isolation_level="READ COMMITTED",  # the row read after the lock must be the last one
            connect_args={"connect_timeout": _CONNECT_S},
        )
    except ModuleNotFoundError:
        raise ChengceError(no_driver(name)) from None
    return Store(engine, name, None, wait_s)


def _lenient(data: bytes) -> str:
    """Read text that a damaged file may hold; what is not UTF-8 can then never match its hash."""
    return data.decode(errors="surrogateescape")
