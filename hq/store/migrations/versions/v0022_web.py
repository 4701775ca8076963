"""What the retailer's web shop reports: of people who allow it, and of nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "web_event",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("n", sa.Integer(), primary_key=True),
        sa.Column("profile", sa.String(length=32), sa.ForeignKey("profile.id"), nullable=False),
        sa.Column("entry", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("shop", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("web_event_of", "web_event", ["profile", "at"])
    op.create_table(
        "web_report",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("n", sa.Integer(), primary_key=True),
        sa.Column("shop", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("web_report_at", "web_report", ["at"])
