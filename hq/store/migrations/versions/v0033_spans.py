"""Articles' counts over all stores by day and by longer spans; those of one store found by it; the newest people."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "span_article",
        sa.Column("span", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sku", sa.String(length=64), primary_key=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("scan", "view", "add", "send")),
    )
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "count_pending",
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
    )
    op.create_index("day_count_store", "day_count", ["store", "day"])
    op.create_index("profile_created", "profile", ["created"])
