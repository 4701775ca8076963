"""Logs know how far they are backed up, erased events are known by their ids, and a basket knows its id in the store
and which event of which log it stands for."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("log", sa.Column("backed_up", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "erased",
        sa.Column("event", sa.String(length=32), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.add_column("basket", sa.Column("shop_id", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("basket", sa.Column("log_id", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("basket", sa.Column("n", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("basket", sa.Column("told", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("ix_basket_shop_id", "basket", ["shop_id"])
    for column, value in (("log_id", "log_id"), ("n", "n"), ("told", "at"), ("shop_id", _basket_of_the_body())):
        event = f"SELECT {value} FROM event WHERE event.id = basket.event"  # noqa: S608 (this file's own words)
        op.execute(f"UPDATE basket SET {column} = COALESCE(({event}), basket.{column})")  # noqa: S608


def _basket_of_the_body() -> str:
    if op.get_bind().dialect.name == "postgresql":
        return "CAST(body AS json) ->> 'basket'"
    return "json_extract(body, '$.basket')"
