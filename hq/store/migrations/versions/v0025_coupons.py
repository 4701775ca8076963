"""Single-use codes: which were issued, where they were used, and what boxes were told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "coupon",
        sa.Column("id", sa.String(length=20), primary_key=True),
        sa.Column("campaign", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("profile", sa.String(length=32)),
        sa.Column("basket", sa.String(length=32)),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_coupon_profile", "coupon", ["profile"])
    op.create_index("ix_coupon_basket", "coupon", ["basket"])
    op.create_table(
        "coupon_use",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("coupon", sa.String(length=20), nullable=False),
        sa.Column("store", sa.String(length=32), nullable=False),
        sa.Column("basket", sa.String(length=64), nullable=False),
        sa.Column("by_order", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_coupon_use_coupon", "coupon_use", ["coupon"])
    op.create_table("offer_pending", sa.Column("id", sa.String(length=20), primary_key=True))
    op.create_table(
        "offer_told",
        sa.Column("id", sa.String(length=40), primary_key=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_offer_told_n", "offer_told", ["n"])
    op.create_index("ix_offer_told_ends", "offer_told", ["ends"])
    op.add_column("order_line", sa.Column("coupon", sa.String(length=20)))
    op.create_index("ix_order_line_coupon", "order_line", ["coupon"])
