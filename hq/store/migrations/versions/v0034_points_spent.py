"""Points that an order was paid with."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("order_line", sa.Column("points", sa.Integer(), nullable=False, server_default="0"))
