"""Names of versions of the words of a consent may be longer: PostgreSQL refused those of the page of preferences."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    with op.batch_alter_table("consent") as consent:
        consent.alter_column("version", existing_type=sa.String(16), existing_nullable=False, type_=sa.String(40))
