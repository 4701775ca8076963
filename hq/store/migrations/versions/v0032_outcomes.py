"""What became of baskets, and sums by day for the pages: filled when HQ starts next, kept true by triggers."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

STEPS = ("sent", "read", "opened", "bought")
KINDS = ("scan", "view", "add", "send")
WATCHED = {
    "basket": (("id",), ("profile", "store", "station", "shop_id", "sent")),
    "basket_line": (("basket",), ()),
    "web_visit": (("profile", "basket"), ()),
    "order_line": (("profile", "basket"), ("sku", "quantity", "profile", "basket", "at")),
    "member": (("profile", "person"), ("profile", "person")),
}
"""By table: what of a row is entered, and the columns whose change counts."""
EVENTS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
SQLITE = "CREATE TRIGGER outcome_{table}_{event} AFTER {event} ON {table} {when} BEGIN {enter}; END"
POSTGRESQL = (
    "CREATE FUNCTION note_{table}_{event}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {enter}; RETURN NULL; END $$",
    "CREATE TRIGGER outcome_{table}_{event} AFTER {event} ON {table} FOR EACH ROW {when}"
    " EXECUTE FUNCTION note_{table}_{event}()",
)


def upgrade() -> None:
    op.create_table(
        "day_station",
        *_day_store_station(),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in KINDS),
    )
    op.create_table(
        "outcome",
        sa.Column("basket", sa.String(length=32), primary_key=True),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("store", sa.String(length=32), nullable=False),
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=32)),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in STEPS[1:]),
    )
    op.create_index("ix_outcome_person", "outcome", ["person"])
    op.create_table(
        "outcome_line",
        sa.Column("basket", sa.String(length=32), primary_key=True),
        sa.Column("sku", sa.String(length=64), primary_key=True),
        sa.Column("bought", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_outcome_line_sku", "outcome_line", ["sku"])
    op.create_table("day_basket", *_day_store_station(), *_steps())
    op.create_table(
        "day_article", sa.Column("sku", sa.String(length=64), primary_key=True), *_day_store_station(), *_steps()
    )
    op.create_table(
        "day_people",
        sa.Column("store", sa.String(length=32), primary_key=True),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        *_steps(),
    )
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "outcome_pending",
        sa.Column("n", number, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(length=32), nullable=False),
    )
    op.create_index("ix_web_visit_basket", "web_visit", ["basket"])
    for table in WATCHED:
        for event in EVENTS:
            _watch(table, event)


def _day_store_station() -> Iterator[sa.Column[object]]:
    yield sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False)
    yield sa.Column("store", sa.String(length=32), primary_key=True)
    yield sa.Column("station", sa.String(length=64), primary_key=True)


def _steps() -> Iterator[sa.Column[object]]:
    for name in STEPS:
        yield sa.Column(name, sa.BigInteger(), nullable=False)


def _watch(table: str, event: str) -> None:
    entered, counts = WATCHED[table]
    if event == "UPDATE" and not counts:
        return  # nobody changes such rows: they come and go
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    differs = "IS DISTINCT FROM" if on_postgresql else "IS NOT"
    when = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in counts)
    found = (f"SELECT {row}.{column} AS id" for row in EVENTS[event] for column in entered)
    enter = f"INSERT INTO outcome_pending (id) SELECT id FROM ({' UNION '.join(found)}) noted WHERE id <> ''"  # noqa: S608
    parts = {"table": table, "event": event, "enter": enter, "when": f"WHEN ({when})" if event == "UPDATE" else ""}
    for statement in POSTGRESQL if on_postgresql else (SQLITE,):
        op.execute(statement.format(**parts))
