"""Forks and gaps are written down, a log knows which one it follows and how far its box may forget it, and enrolled
stores open new logs only when somebody allowed it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("log", sa.Column("trim_to", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("log", sa.Column("follows", sa.String(length=32)))
    op.add_column("log", sa.Column("follows_from", sa.BigInteger()))
    op.add_column("log", sa.Column("followed_from", sa.BigInteger()))
    op.add_column("log", sa.Column("rivalled", sa.BigInteger()))
    op.create_table(
        "fork",
        sa.Column("log_id", sa.String(length=32), primary_key=True),
        sa.Column("n", sa.BigInteger(), primary_key=True),
        sa.Column("theirs", sa.String(length=64), primary_key=True),
        sa.Column("ours", sa.String(length=64), nullable=False),
        sa.Column("store", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("healed_by", sa.String(length=32)),
    )
    op.create_table(
        "gap",
        sa.Column("log_id", sa.String(length=32), primary_key=True),
        sa.Column("after", sa.BigInteger(), primary_key=True),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("store", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "admission",
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("granted", sa.Integer(), nullable=False),
    )
