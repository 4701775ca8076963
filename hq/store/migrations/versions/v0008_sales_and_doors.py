"""Sales of tills lessen the stock, each line once, and counts may come later; doors let other systems bring files."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "sale",
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("receipt", sa.String(length=64), primary_key=True),
        sa.Column("line", sa.String(length=32), primary_key=True),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("sale_of", "sale", ["store", "sku", "at"])
    op.create_table(
        "door",
        sa.Column("id", sa.String(length=8), primary_key=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("store", sa.String(length=32), nullable=False),
        sa.Column("feeds", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger()),
        sa.Column("ended", sa.BigInteger()),
    )
