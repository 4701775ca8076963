"""Rings of stores, deltas between versions, what stores refused, and the counts of stock that are still to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

SQLITE = """
CREATE TRIGGER stock_{event} AFTER {event} ON article WHEN {row}.kind = 'stock'
BEGIN
  INSERT INTO stock_pending SELECT {row}.id WHERE NOT EXISTS (SELECT 1 FROM stock_pending WHERE id = {row}.id);
END
"""
"""Not INSERT OR IGNORE: within an upsert the conflict clause of the outer statement holds (SQLite's documentation)."""
FUNCTION = """
CREATE FUNCTION note_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO stock_pending VALUES (OLD.id) ON CONFLICT DO NOTHING;
  ELSE
    INSERT INTO stock_pending VALUES (NEW.id) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$
"""
POSTGRESQL = """
CREATE TRIGGER stock_{event} AFTER {event} ON article FOR EACH ROW WHEN ({row}.kind = 'stock')
EXECUTE FUNCTION note_stock()
"""
EVENTS = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))


def upgrade() -> None:
    with op.batch_alter_table("feed_version") as version:
        version.add_column(sa.Column("delta", sa.LargeBinary()))
        version.add_column(sa.Column("changed", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "feed_ring",
        sa.Column("feed", sa.String(length=16), primary_key=True),
        sa.Column("ring", sa.String(length=16), primary_key=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "store_ring",
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("ring", sa.String(length=16), nullable=False),
    )
    op.create_table(
        "feed_refusal",
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("feed", sa.String(length=16), primary_key=True),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    _stock()


def _stock() -> None:
    op.create_table("stock_pending", sa.Column("id", sa.String(length=160), primary_key=True))
    op.create_table(
        "stock_told",
        sa.Column("id", sa.String(length=160), primary_key=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
    )
    op.create_index("ix_stock_told_n", "stock_told", ["n"])
    op.execute("INSERT INTO stock_pending SELECT id FROM article WHERE kind = 'stock'")
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute(FUNCTION)
    for event, row in EVENTS:
        op.execute((POSTGRESQL if on_postgresql else SQLITE).format(event=event, row=row))
