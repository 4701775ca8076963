"""Where events lie that were not applied there, because they were before: their hashes tell a fork exactly."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "repeated",
        sa.Column("log_id", sa.String(length=32), primary_key=True),
        sa.Column("n", sa.BigInteger(), primary_key=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
    )
