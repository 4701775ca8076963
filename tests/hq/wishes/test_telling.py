"""Somebody waits for a sold-out size: from their asking at a screen to the one message, by a real mail server."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from edge.domain.article import Stock
from edge.domain.consent import consent
from edge.domain.events import BackInStockAsked
from hq import decisions, stores
from hq.config import Config, Journeys, Web
from hq.ledger import ledger_of
from hq.mail.sender import Sender
from hq.service import Hq
from hq.store import tables
from hq.store.state import derived_hash
from hq.theme import load
from hq.wishes.starting import start_all
from sync.ingest import ingest_all
from tests.hq import showroom as shop
from tests.hq.boxes import STORE, Box, boots, box_of, new_id
from tests.hq.mail.postbox import Postbox, postbox

CONFIG = Config(web=Web(public_url="https://bag.aurora.example"), journeys=Journeys(quiet=""))
SKU, MAIL = "BOOT-43", "sarah@example.com"


@pytest.fixture
def clock() -> shop.SetClock:
    return shop.SetClock()


@pytest.fixture
def letters() -> Iterator[tuple[Postbox, str]]:
    with postbox() as opened:
        yield opened


@pytest.fixture
def hq(tmp_path: Path, letters: tuple[Postbox, str], clock: shop.SetClock) -> Iterator[Hq]:
    hq = shop.showroom(tmp_path / "hq", smtp=letters[1], clock=clock, config=CONFIG)
    with hq.engine.begin() as connection:
        stores.register(connection, STORE)
    yield hq
    hq.close()


@pytest.fixture
def box(hq: Hq) -> Box:
    return box_of(hq)


def ask(hq: Hq, box: Box, sku: str = SKU, **more: Any) -> None:
    """Somebody asks at a screen of the store."""
    asked = BackInStockAsked(
        visit=new_id(),
        station="wall",
        channel="sms" if "phone" in more else "mail",
        language="et",
        item=boots(sku),
        consent=consent("back-in-stock", True, words="Once.", version="1", language="et"),
    )
    box.append(asked, **(more or {"mail": MAIL}))
    ingest_all(ledger_of(hq), [(STORE, box.payload())])


def comes(hq: Hq, store: str, quantity: int = 3, n: int = 2) -> None:
    """A delivery of the size to `store`, and a version of the catalogue that tells of it."""
    shop.publish(hq, list(shop.VARIANTS), [Stock(sku=SKU, store=store, quantity=quantity, as_of=shop.NOON)], n)


def rounds(hq: Hq) -> None:
    for _ in range(3):
        start_all(hq)
        assert Sender(hq, load(None)).round()


def rows(hq: Hq) -> list[Any]:
    with hq.reading() as connection:
        return list(connection.execute(select(tables.mail)))


@pytest.mark.parametrize("store", [STORE, "web"])
def test_they_are_told_once_when_it_is_back(
    hq: Hq, box: Box, letters: tuple[Postbox, str], clock: shop.SetClock, store: str
) -> None:
    ask(hq, box)
    clock.now += 60_000
    rounds(hq)
    assert letters[0].mails == [] and rows(hq) == [], "it is still sold out"
    comes(hq, store)
    rounds(hq)
    (mail,) = letters[0].mails
    assert (mail["To"], mail["Subject"]) == (MAIL, "Jälle olemas: Matkasaabas Fjell, Tote")
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "43" in text and "Matkasaabas" in text and "teada anda" in text
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Kokku" not in html, "one article has no sum"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_store_far_away_does_not_count(hq: Hq, box: Box) -> None:
    ask(hq, box)
    comes(hq, "aurora-tartu")
    rounds(hq)
    assert rows(hq) == []


def test_who_asked_twice_is_told_once(hq: Hq, box: Box, letters: tuple[Postbox, str], clock: shop.SetClock) -> None:
    ask(hq, box)
    ask(hq, box)
    clock.now += 60_000
    comes(hq, STORE)
    rounds(hq)
    assert len(letters[0].mails) == 1
    assert sorted(row.state for row in rows(hq)) == ["dropped", "sent"]


def test_who_took_it_back_in_the_last_moment_is_left_alone(
    hq: Hq, box: Box, letters: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    ask(hq, box)
    clock.now += 60_000
    comes(hq, STORE)
    start_all(hq)
    decisions.unsubscribe(hq, rows(hq)[0].profile, how="mail-link")
    rounds(hq)
    assert letters[0].mails == []
    assert rows(hq)[0].state == "dropped"


def test_who_took_it_back_and_asks_for_another_article_is_told_of_that_one_alone(
    hq: Hq, box: Box, letters: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    ask(hq, box)
    with hq.reading() as connection:
        profile = connection.scalar(select(tables.wish.c.profile))
    clock.now += 60_000
    assert profile
    decisions.withdraw(hq, profile, how="basket-page", purposes=("back-in-stock",))
    clock.now += 60_000
    box.clock += 120_000
    ask(hq, box, sku="BOOT-41")
    comes(hq, STORE)
    rounds(hq)
    assert letters[0].mails == []
    assert [row.error for row in rows(hq)] == ["they do not want to be told any more"]


def test_who_bought_it_in_another_size_meanwhile_is_not_told(
    hq: Hq, box: Box, letters: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    ask(hq, box)
    clock.now += 60_000
    comes(hq, STORE)
    start_all(hq)
    order = {"order_id": "7", "sku": "BOOT-42", "quantity": 1, "price": 1, "currency": "EUR", "store": "web"}
    with hq.engine.begin() as connection:
        whose = rows(hq)[0].profile
        connection.execute(tables.order_line.insert().values(**order, profile=whose, at=clock.now))
    rounds(hq)
    assert letters[0].mails == []
    assert rows(hq)[0].error == "they bought it since they asked"


def test_sold_out_again_before_the_mail_went_waits_for_the_next_delivery(
    hq: Hq, box: Box, letters: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    ask(hq, box)
    clock.now += 60_000
    comes(hq, STORE)
    start_all(hq)
    comes(hq, STORE, quantity=0, n=3)
    rounds(hq)
    assert letters[0].mails == [] and rows(hq)[0].state == "queued"
    comes(hq, STORE, n=4)
    clock.now += 7 * 3_600_000
    rounds(hq)
    assert len(letters[0].mails) == 1


def test_at_night_it_waits_for_the_morning(
    hq: Hq, box: Box, letters: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    night = replace(hq, config=replace(hq.config, journeys=Journeys(quiet="21:00-08:00")))
    ask(night, box)
    comes(night, STORE)
    clock.now = shop.NOON + 11 * 3_600_000
    rounds(night)
    assert letters[0].mails == []
    clock.now = shop.NOON + 20 * 3_600_000
    rounds(night)
    assert len(letters[0].mails) == 1


def test_what_stands_in_the_queue_by_stock_is_no_part_of_the_state(hq: Hq, box: Box) -> None:
    """Two HQs that heard the same events agree, whenever each of them looked."""
    ask(hq, box)
    with hq.reading() as connection:
        before = derived_hash(connection)
    comes(hq, STORE)
    start_all(hq)
    assert len(rows(hq)) == 1
    with hq.reading() as connection:
        assert derived_hash(connection) == before
