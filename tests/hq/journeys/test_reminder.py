"""The reminder of a basket, from its sending to the mail that went, or did not, by a real mail server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from edge.domain import coupon
from hq import decisions
from hq.config import Config, Journey, Journeys, Web
from hq.config_coupons import Coupon
from hq.coupons.whose import theirs_open
from hq.journeys.rules import HOUR
from hq.journeys.simulating import simulate
from hq.journeys.starting import start_all
from hq.links import Links
from hq.mail.sender import Sender
from hq.service import Hq
from hq.store import tables
from hq.theme import load
from hq.web import create_app
from tests.hq import showroom as shop
from tests.hq.mail.postbox import Postbox, postbox

REMINDER = Journey(name="basket-reminder", on=True, wait_hours=20, until_hours=168)
CONFIG = Config(web=Web(public_url="https://bag.aurora.example"), journey=(REMINDER,), journeys=Journeys(quiet=""))


@pytest.fixture
def clock() -> shop.SetClock:
    return shop.SetClock()


@pytest.fixture
def box() -> Iterator[tuple[Postbox, str]]:
    with postbox() as opened:
        yield opened


@pytest.fixture
def open_it(tmp_path: Path, box: tuple[Postbox, str], clock: shop.SetClock) -> Iterator[Callable[..., Hq]]:
    """A showroom in which somebody sent a basket, and agreed to `consents`."""
    opened: list[Hq] = []

    def start(config: Config = CONFIG, consents: tuple[str, ...] = ("marketing",)) -> Hq:
        opened.append(hq := shop.showroom(tmp_path / "hq", smtp=box[1], clock=clock, config=config))
        shop.send_basket(hq, consents=consents)
        rounds(hq)
        box[0].raw.clear()  # the basket itself
        return hq

    yield start
    for hq in opened:
        hq.close()


def rounds(hq: Hq) -> None:
    start_all(hq)
    assert Sender(hq, load(None)).round()


def row(hq: Hq) -> dict[str, object]:
    with hq.reading() as connection:
        found = connection.execute(select(tables.mail).where(tables.mail.c.kind == REMINDER.name)).one()
    return dict(found._mapping)


def buy(hq: Hq, *skus: str) -> None:
    with hq.engine.begin() as connection:
        for sku in skus:
            order = {"order_id": "7", "sku": sku, "quantity": 1, "price": 1, "currency": "EUR", "store": "web"}
            connection.execute(tables.order_line.insert().values(**order, profile=shop.PROFILE, at=shop.NOON + 2))


def test_a_reminder_goes_once_when_its_time_has_come(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = open_it()
    clock.now = shop.NOON + 20 * HOUR - 1
    rounds(hq)
    assert box[0].mails == []
    clock.now += 1
    for _ in range(3):
        rounds(hq)
    (mail,) = box[0].mails
    assert (mail["To"], mail["Subject"]) == (shop.MAIL, "Still in your basket at Tote")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert row(hq)["state"] == "sent"


def test_it_is_about_what_is_not_bought_and_can_be_had(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = open_it()
    buy(hq, "BOOT-42")
    clock.now = shop.NOON + 24 * HOUR
    rounds(hq)
    text = box[0].mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Rain coat Udu" in text and "Teapot Aur" in text and "Fjell" not in text.partition("Goes with")[0]


def test_who_bought_everything_is_left_alone_and_it_is_said_why(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = open_it()
    buy(hq, "BOOT-42", "COAT-M", "POT-1")
    for hours in range(20, 180, 6):
        clock.now = shop.NOON + hours * HOUR
        rounds(hq)
    assert box[0].mails == []
    assert row(hq)["state"] == "dropped"


def test_without_consent_nothing_goes_and_a_yes_within_the_time_lets_it_go(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = open_it(consents=())
    clock.now = shop.NOON + 24 * HOUR
    rounds(hq)
    assert box[0].mails == []
    assert "left empty" in str(row(hq)["error"])
    with hq.engine.begin() as connection:
        connection.execute(update(tables.consent).values(granted=True, at=clock.now))
    clock.now += 6 * HOUR
    rounds(hq)
    assert len(box[0].mails) == 1


def test_who_unsubscribes_in_the_last_moment_gets_none(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = open_it()
    clock.now = shop.NOON + 24 * HOUR
    start_all(hq)
    decisions.unsubscribe(hq, shop.PROFILE, how="mail-link")
    rounds(hq)
    assert box[0].mails == []


def test_the_control_group_gets_none_and_is_remembered_as_such(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = open_it(replace(CONFIG, journey=(replace(REMINDER, control=100),)))
    clock.now = shop.NOON + 24 * HOUR
    rounds(hq)
    assert box[0].mails == [] and row(hq)["state"] == "control"


def test_the_cap_counts_over_all_journeys(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    three = tuple(replace(REMINDER, name=f"reminder-{number}") for number in range(3))
    hq = open_it(replace(CONFIG, journey=three, journeys=Journeys(quiet="", most=2, days=1)))
    clock.now = shop.NOON + 24 * HOUR
    rounds(hq)
    assert len(box[0].mails) == 2
    clock.now += 24 * HOUR
    rounds(hq)
    assert len(box[0].mails) == 3


def test_a_basket_that_was_sent_again_is_followed_instead_of_the_first(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = open_it()
    with hq.engine.begin() as connection:
        connection.execute(update(tables.basket).values(event="f" * 32, sent=shop.NOON + 10 * HOUR))
    for hours in (20, 29, 30, 40):
        clock.now = shop.NOON + hours * HOUR
        rounds(hq)
    assert len(box[0].mails) == 1


def test_an_hq_from_a_backup_sends_no_second_one(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = open_it()
    clock.now = shop.NOON + 24 * HOUR
    rounds(hq)
    with hq.engine.begin() as connection:  # what the backup did not have; the journal does
        connection.execute(tables.mail.delete().where(tables.mail.c.kind == REMINDER.name))
    rounds(hq)
    assert len(box[0].mails) == 1 and row(hq)["state"] == "sent"


def test_a_journey_that_is_switched_off_sends_nothing_that_it_began(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = open_it()
    off = replace(hq, config=replace(hq.config, journey=(replace(REMINDER, on=False),)))
    clock.now = shop.NOON + 24 * HOUR
    rounds(off)
    assert box[0].mails == [] and row(hq)["state"] == "dropped"


def test_what_was_asked_for_does_not_wait_behind_what_was_not(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = open_it()
    clock.now = shop.NOON + 24 * HOUR
    start_all(hq)
    with hq.engine.begin() as connection:
        connection.execute(update(tables.mail).where(tables.mail.c.kind == "basket").values(state="queued"))
    rounds(hq)
    assert [mail["Subject"] for mail in box[0].mails] == ["Your basket from Tote", "Still in your basket at Tote"]


def test_a_simulation_tells_who_would_get_what_and_changes_nothing(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = open_it(replace(CONFIG, journey=(replace(REMINDER, on=False),)))
    at = shop.NOON + 24 * HOUR
    assert list(simulate(hq, at)) == []
    (one,) = simulate(hq, at, frozenset({REMINDER.name}))
    assert one.verdict.outcome == "send"
    assert one.names == ("Fjell trail boot", "Rain coat Udu", "Teapot Aur")
    with hq.reading() as connection:
        assert connection.scalars(select(tables.mail.c.kind)).all() == ["basket"]


def test_a_reminder_carries_a_code_of_its_own_that_the_baskets_page_shows_for_the_till(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    campaign = Coupon(name="come-back", percent=10, days=3)
    hq = open_it(replace(CONFIG, journey=(replace(REMINDER, coupon="come-back"),), coupon=(campaign,)))
    clock.now = shop.NOON + 20 * HOUR
    rounds(hq)
    (mail,) = box[0].mails
    with hq.reading() as connection:
        (one,) = theirs_open(connection, hq.keys, hq.config, shop.PROFILE, clock.now)
    assert one.until == clock.now + 72 * HOUR and one.basket == row(hq)["basket"]
    letters = coupon.spelled(one.code)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert letters in text and letters in html and "10 % off" in text
    web = create_app(hq).test_client()
    page = web.get(urlsplit(Links(base="", key=hq.keys.link).basket(str(one.basket))).path).text
    assert letters in page and 'data-test="offer"' in page and "<path" in page
    clock.now = one.until
    assert (
        'data-test="offer"' not in web.get(urlsplit(Links(base="", key=hq.keys.link).basket(str(one.basket))).path).text
    )


def test_a_reminder_whose_campaign_is_over_goes_without_a_code(
    open_it: Callable[..., Hq], box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    over = Coupon(name="come-back", percent=10, until="2020-01-01")
    hq = open_it(replace(CONFIG, journey=(replace(REMINDER, coupon="come-back"),), coupon=(over,)))
    clock.now = shop.NOON + 20 * HOUR
    rounds(hq)
    (mail,) = box[0].mails
    assert "Your code" not in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
