"""Orders are known by their store too: tills count for themselves, and two of them may write the same number."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COLUMNS = "store, order_id, sku, quantity, price, currency, profile, basket, at, buyer, card"
INDEXED = ("profile", "basket", "buyer", "card")


def upgrade() -> None:
    """By way of a copy, in both dialects alike: SQLite can't change the key of a table that is there."""
    for column in INDEXED:
        op.drop_index(f"ix_order_line_{column}", "order_line")
    op.rename_table("order_line", "order_line_0002")
    op.create_table(
        "order_line",
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("order_id", sa.String(length=64), primary_key=True),
        sa.Column("sku", sa.String(length=64), primary_key=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("profile", sa.String(length=32)),
        sa.Column("basket", sa.String(length=32)),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("buyer", sa.String(length=64)),
        sa.Column("card", sa.String(length=64)),
    )
    op.execute(f"INSERT INTO order_line ({COLUMNS}) SELECT {COLUMNS} FROM order_line_0002")  # noqa: S608 (both are this file's own words)
    op.drop_table("order_line_0002")
    for column in INDEXED:
        op.create_index(f"ix_order_line_{column}", "order_line", [column])
