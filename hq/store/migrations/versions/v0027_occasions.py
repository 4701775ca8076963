"""What a message of a journey is about where that is no basket; and what is counted from events, day by day."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"


def upgrade() -> None:
    for name in ("store", "subject"):
        op.add_column("mail", sa.Column(name, sa.String(length=64), nullable=False, server_default=""))
    op.create_index("mail_subject", "mail", ["kind", "subject"])
    op.create_table(
        "day_count",
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("station", sa.String(length=64), primary_key=True),
        sa.Column("sku", sa.String(length=64), primary_key=True),
        sa.Column("step", sa.String(length=8), primary_key=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "day_search",
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("words", sa.String(length=80), primary_key=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("empty", sa.BigInteger(), nullable=False),
        sa.Column("chosen", sa.BigInteger(), nullable=False),
    )
