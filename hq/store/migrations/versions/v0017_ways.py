"""How an article of a basket comes home, as it was chosen on the page of the basket."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    chosen = sa.Column("fulfilment", sa.String(length=8), nullable=False, server_default="")
    op.add_column("shared_choice", chosen)
