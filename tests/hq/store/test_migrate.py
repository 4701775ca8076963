"""The database brings itself to the program's schema, and refuses what it can't understand."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text

from hq.config import Config, Database
from hq.errors import SchemaError
from hq.outcomes import following
from hq.service import open_hq
from hq.store import tables
from hq.store.engine import create, url_of
from hq.store.migrate import STEPS, migrate, revisions

OLD = Path(__file__).parents[2] / "data" / "hq"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database that the first version of the schema wrote."""
    database = sqlite3.connect(tmp_path / "hq.db")
    database.executescript((OLD / "schema-0001.sql").read_text())
    database.close()
    return tmp_path


def differences(engine: Engine) -> list[object]:
    """Beyond comments, which the steps of the past don't repeat."""
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), tables.metadata)
    return [change for change in found if not (isinstance(change, list) and change[0][0] == "modify_comment")]


def test_a_fresh_database_gets_exactly_the_tables_of_the_program(tmp_path: Path) -> None:
    engine = create(url_of(tmp_path))
    migrate(engine)
    assert differences(engine) == []
    engine.dispose()


def test_so_does_a_fresh_schema_on_postgresql(empty_postgresql_url: str) -> None:
    engine = create(empty_postgresql_url)
    migrate(engine)
    assert differences(engine) == []
    engine.dispose()


def test_an_old_database_is_migrated_and_keeps_its_rows(old: Path) -> None:
    engine = create(url_of(old))
    migrate(engine)
    migrate(engine)
    assert differences(engine) == []
    with engine.connect() as connection:
        order = connection.execute(select(tables.order_line)).one()
        kept = connection.execute(select(tables.quarantine)).one()
    assert (order.order_id, order.quantity, order.buyer) == ("R-1", 1, None)
    assert (kept.kind, kept.hash) == ("TeleportedToMars", "")
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return request.getfixturevalue("empty_postgresql_url") if request.param == "postgresql" else url_of(tmp_path)


def test_orders_get_their_store_into_the_key_and_lose_nothing(url: str) -> None:
    engine = create(url)
    migrate(engine, to="0002")
    row = {"store": "tallinn", "order_id": "R-1", "sku": "A", "quantity": 2, "price": 500, "currency": "EUR", "at": 7}
    row |= {"profile": "p", "basket": "b", "buyer": "d", "card": "c"}
    with engine.begin() as connection:
        connection.execute(tables.order_line.insert().values(row))
    migrate(engine)
    with engine.begin() as connection:
        assert connection.execute(select(tables.order_line)).one()._asdict() == row | dict.fromkeys(
            ("phone", "customer", "coupon")
        ) | {"points": 0}
        connection.execute(tables.order_line.insert().values(row | {"store": "tartu"}))
    assert differences(engine) == []
    assert inspect(engine).get_pk_constraint("order_line")["constrained_columns"] == ["store", "order_id", "sku"]
    engine.dispose()


def test_baskets_learn_their_id_in_the_store_from_their_events(url: str) -> None:
    engine = create(url)
    migrate(engine, to="0004")
    event, shop_id = {"id": "e" * 32, "log_id": "f" * 32, "n": 7, "at": 5}, "b" * 32
    row = event | {
        "store": "tallinn",
        "kind": "BasketSent",
        "received": 6,
        "hash": "",
        "body": f'{{"basket":"{shop_id}"}}',
    }
    basket = {"id": "c" * 32, "store": "tallinn", "station": "wall", "event": "e" * 32, "language": "en", "sent": 5}
    with engine.begin() as connection:
        connection.execute(tables.event.insert().values(row))
        for basket_id, of in (("c" * 32, "e" * 32), ("d" * 32, "0" * 32)):
            names = ", ".join(basket)
            values = ", ".join(f":{name}" for name in basket)
            insert = text(f"INSERT INTO basket ({names}) VALUES ({values})")
            connection.execute(insert, basket | {"id": basket_id, "event": of})
    migrate(engine)
    held = tables.basket.c
    with engine.begin() as connection:
        query = select(held.shop_id, held.log_id, held.n, held.told).order_by(held.id)
        found = [tuple(row) for row in connection.execute(query)]
    assert found == [(shop_id, "f" * 32, 7, 5), ("", "", 0, 0)]
    assert differences(engine) == []
    engine.dispose()


def test_what_became_of_baskets_is_asked_after_the_upgrade(url: str) -> None:
    engine = create(url)
    migrate(engine, to="0031")
    basket = {"id": "c" * 32, "store": "tallinn", "station": "wall", "event": "", "language": "en", "sent": 5}
    with engine.begin() as connection:
        connection.execute(tables.basket.insert().values(basket))
    migrate(engine)
    for _ in range(2):
        following.catch_up(engine)
    with engine.begin() as connection:
        assert [row.sent for row in connection.execute(select(tables.day_basket))] == [1]
    engine.dispose()


def test_a_newer_database_is_refused_and_left_as_it_is(old: Path) -> None:
    database = sqlite3.connect(old / "hq.db")
    with database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    before = list(database.iterdump())
    engine = create(url_of(old))
    with pytest.raises(SchemaError, match="has schema 9999; this program knows schemas up to"):
        migrate(engine)
    engine.dispose()
    assert list(database.iterdump()) == before
    database.close()


def test_a_database_of_somebody_else_is_refused(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "theirs.db")
    with database:
        database.execute("CREATE TABLE customers (id)")
    database.close()
    config = Config(database=Database(url=f"sqlite:///{tmp_path / 'theirs.db'}"))
    with pytest.raises(SchemaError, match="not HQ's \\(customers\\)"):
        open_hq(tmp_path / "hq", config)


def test_the_steps_are_named_by_their_revisions_and_follow_one_another() -> None:
    script = ScriptDirectory(str(STEPS))
    assert [step.revision for step in reversed(list(script.walk_revisions()))] == revisions()
    assert script.get_current_head() == revisions()[-1]
