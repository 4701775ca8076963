"""Baskets that phones took from a code, what was changed there, and the keys with which boxes sign such codes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "box_key",
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("public", sa.String(length=64), primary_key=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "shared_basket",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("store", sa.String(length=32), nullable=False),
        sa.Column("shop_id", sa.String(length=32), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("log_id", sa.String(length=32), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("opened", sa.BigInteger()),
    )
    op.create_table(
        "shared_choice",
        sa.Column("basket", sa.String(length=32), primary_key=True),
        sa.Column("sku", sa.String(length=64), primary_key=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
