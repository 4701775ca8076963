"""What HQ tells single stores to do, and what stores put aside for each other."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "directive",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("store", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("store", "kind", "subject"),
    )
    op.create_index("directive_untaken", "directive", ["taken", "store"], unique=False)
    op.create_table(
        "directive_head",
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("store", sa.String(length=32), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("log_id", sa.String(length=32), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
    )
    op.create_index("reservation_open", "reservation", ["open", "store", "sku"], unique=False)
