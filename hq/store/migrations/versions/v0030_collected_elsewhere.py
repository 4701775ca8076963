"""At which other store a line is collected, and which reservation is of a shopper's own basket."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("basket_line", sa.Column("store", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("reservation", sa.Column("basket", sa.String(length=32), nullable=False, server_default=""))
    op.create_index("ix_reservation_basket", "reservation", ["basket"])
