"""Refused batches are counted, applied decisions are kept, orders know their buyer before HQ knows the person, and
quarantine keeps what a replay needs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "refusal",
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_decision_subject", "decision", ["subject"])
    op.add_column("order_line", sa.Column("buyer", sa.String(length=64)))
    op.add_column("order_line", sa.Column("card", sa.String(length=64)))
    op.create_index("ix_order_line_buyer", "order_line", ["buyer"])
    op.create_index("ix_order_line_card", "order_line", ["card"])
    op.create_index("ix_order_line_basket", "order_line", ["basket"])
    op.add_column("quarantine", sa.Column("seal", sa.String(length=64)))
    op.add_column("quarantine", sa.Column("origin", sa.String(length=64)))
    op.add_column("quarantine", sa.Column("prev", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("quarantine", sa.Column("hash", sa.String(length=64), nullable=False, server_default=""))
    op.create_index("ix_quarantine_event_id", "quarantine", ["event_id"])
