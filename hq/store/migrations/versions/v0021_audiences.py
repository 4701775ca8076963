"""What campaigns ask of the catalogue, in the database: whole audiences are counted there."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "good",
        sa.Column("sku", sa.String(length=64), primary_key=True),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.Column("style", sa.Text(), nullable=False),
        sa.Column("size", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_good_product_id", "good", ["product_id"])
    op.create_index("ix_good_style", "good", ["style"])
    op.create_table(
        "companion",
        sa.Column("product_id", sa.String(length=64), primary_key=True),
        sa.Column("other", sa.String(length=64), primary_key=True),
    )
    op.create_index("order_at", "order_line", ["at"])
    op.create_table(
        "told_key",
        sa.Column("destination", sa.String(length=32), primary_key=True),
        sa.Column("key", sa.String(length=64), primary_key=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("person", sa.String(length=32)),
        sa.Column("since", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_told_key_person", "told_key", ["person"])
    op.create_table(
        "told_sale",
        sa.Column("destination", sa.String(length=32), primary_key=True),
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("order_id", sa.String(length=64), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "sending",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("destination", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("sales", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
    )
    op.create_index("sending_of", "sending", ["destination", "began"])
