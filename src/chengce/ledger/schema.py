"""Declare the two tables of the ledger; changing them needs a new version and a decision note."""

from typing import Literal, get_args

import sqlalchemy as sa

VERSION = 1
Kind = Literal["run", "prediction", "decision", "access"]
KINDS: tuple[str, ...] = get_args(Kind)

metadata = sa.MetaData()

ledger = sa.Table(
    "chengce_ledger",
    metadata,
    sa.Column(
        "n",
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=True),
    sa.Column("body_hash", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, index=True),
)

version = sa.Table(
    "chengce_ledger_version",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
)
