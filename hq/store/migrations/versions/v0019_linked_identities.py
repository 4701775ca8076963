"""Which identities belong to one person: what named them together, what people decided, and who is whose."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

PAIRS = (("buyer", "mail", "card", "card"), ("card", "card", "buyer", "mail"))


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("one", sa.String(length=64), primary_key=True),
        sa.Column("other", sa.String(length=64), primary_key=True),
        sa.Column("one_kind", sa.String(length=16), nullable=False),
        sa.Column("other_kind", sa.String(length=16), nullable=False),
    )
    op.create_table(
        "ruling",
        sa.Column("one", sa.String(length=64), primary_key=True),
        sa.Column("other", sa.String(length=64), primary_key=True),
        sa.Column("entry", sa.String(length=32), primary_key=True),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "member",
        sa.Column("digest", sa.String(length=64), primary_key=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.String(length=32)),
        sa.Column("person", sa.String(length=32), nullable=False),
    )
    op.create_index("ix_member_profile", "member", ["profile"])
    op.create_index("ix_member_person", "member", ["person"])
    op.create_table(
        "customer",
        sa.Column("profile", sa.String(length=32), sa.ForeignKey("profile.id"), primary_key=True),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
    )
    for name in ("phone", "customer"):
        op.add_column("order_line", sa.Column(name, sa.String(length=64)))
        op.create_index(f"ix_order_line_{name}", "order_line", [name])
    _link_what_orders_named()


def _link_what_orders_named() -> None:
    """HQ groups them at its next start (`hq.linking.catch_up`)."""
    for one, one_kind, other, other_kind in PAIRS:
        op.execute(
            f"INSERT INTO link (one, other, one_kind, other_kind) SELECT DISTINCT {one}, {other}, '{one_kind}', "  # noqa: S608
            f"'{other_kind}' FROM order_line WHERE buyer IS NOT NULL AND card IS NOT NULL"
        )
