"""Give each test a fresh place for a ledger, on SQLite and (where a server answers) PostgreSQL."""

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from chengce.ledger.store import open_store

SERVER = os.environ.get("CHENGCE_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/test")


@pytest.fixture
def postgresql() -> Iterator[str]:
    """Return the URL of a fresh schema, dropped after the test; skips when no server answers."""
    pytest.importorskip("psycopg")
    url = make_url(SERVER).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 3})
    name = f"chengce_test_{secrets.token_hex(6)}"
    try:
        with engine.begin() as connection:
            connection.execute(sa.schema.CreateSchema(name))
    except sa.exc.OperationalError:
        pytest.skip("no PostgreSQL server answers (CHENGCE_TEST_POSTGRESQL)")
    shown = url.set(drivername="postgresql", query={"options": f"-csearch_path={name}"})
    yield shown.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(name, cascade=True))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return a path or URL where no ledger is yet."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql"))
    return str(tmp_path / "ledger.sqlite")


@pytest.fixture
def sql(place: str) -> Callable[..., Any]:
    """Return a function that does to the database what an intruder would."""

    def run(*statements: str, **values: object) -> None:
        engine = open_store(place, wait_s=5).engine
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(sa.text(statement), values)
            connection.commit()

    return run
