"""Who works at HQ, and who of them is signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.String(length=32), primary_key=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger()),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.String(length=64), primary_key=True),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_session_account", "session", ["account"], unique=False)
