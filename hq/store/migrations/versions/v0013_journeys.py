"""Baskets by the time they were sent: which of them a journey may begin with."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index("basket_sent", "basket", ["sent"])
