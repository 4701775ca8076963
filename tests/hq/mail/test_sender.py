import smtplib
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from hq import decisions
from hq.mail import contents, queue
from hq.mail.sender import Sender
from hq.service import Hq, open_hq
from hq.store import engine, tables
from hq.theme import load
from tests.hq import showroom as shop
from tests.hq.mail.postbox import Postbox, postbox


@pytest.fixture
def clock() -> shop.SetClock:
    return shop.SetClock()


@pytest.fixture
def box() -> Iterator[tuple[Postbox, str]]:
    with postbox() as opened:
        yield opened


@pytest.fixture
def hq(tmp_path: Path, box: tuple[Postbox, str], clock: shop.SetClock) -> Iterator[Hq]:
    hq = shop.showroom(tmp_path / "hq", smtp=box[1], clock=clock)
    shop.send_basket(hq)
    yield hq
    hq.close()


def new_sender(hq: Hq, **options: Any) -> Sender:
    return Sender(hq, load(None), poll=0.02, **options)


def test_a_queued_mail_is_sent_once_however_often_the_sender_looks(hq: Hq, box: tuple[Postbox, str]) -> None:
    for _ in range(3):
        assert new_sender(hq).round()
    assert len(box[0].mails) == 1
    assert box[0].mails[0]["To"] == shop.MAIL
    assert shop.mail_row(hq)["state"] == "sent"


def test_two_senders_at_once_send_a_mail_once(hq: Hq, box: tuple[Postbox, str]) -> None:
    senders = [new_sender(hq) for _ in range(2)]
    for each in senders:
        each.start()
    deadline = time.monotonic() + 10
    while shop.mail_row(hq)["state"] != "sent" and time.monotonic() < deadline:
        time.sleep(0.02)
    for each in senders:
        each.stop()
    assert len(box[0].mails) == 1


def test_the_sender_stops_at_once_when_there_is_nothing_to_do(hq: Hq) -> None:
    idle = new_sender(hq)
    idle.start()
    began = time.monotonic()
    idle.stop()
    assert time.monotonic() - began < 2
    assert not any(thread.name == "mail" for thread in threading.enumerate())


def test_a_sender_killed_between_the_servers_250_and_the_commit_repeats_the_same_message_id(
    hq: Hq, box: tuple[Postbox, str], clock: shop.SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(decisions, "mail_sent", killed)
        new_sender(hq).round()
    assert new_sender(hq).round()
    assert len(box[0].mails) == 1, "the claim of the dead one still holds"
    clock.now += queue.CLAIM_MS
    assert new_sender(hq).round()
    first, second = box[0].mails
    assert first["Message-ID"] == second["Message-ID"] == f"<{shop.EVENT}@aurora.example>"
    assert shop.mail_row(hq)["state"] == "sent"


def test_a_mail_that_the_server_took_while_another_wrote_is_not_sent_again(
    hq: Hq, box: tuple[Postbox, str], clock: shop.SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MS", 50)
    hq.engine.dispose()  # the next connections have little patience
    other = sqlite3.connect(hq.dir / "hq.db", isolation_level=None)
    claim = queue.claim

    def claim_then_import(hq: Hq, id: str) -> object:  # noqa: A002
        row = claim(hq, id)
        other.execute("BEGIN IMMEDIATE")
        return row

    own = new_sender(hq)
    with monkeypatch.context() as patch:
        patch.setattr(queue, "claim", claim_then_import)
        assert own.round()
    other.close()
    assert shop.mail_row(hq)["state"] == "queued"
    clock.now += queue.CLAIM_MS
    assert own.round()
    assert len(box[0].mails) == 1
    assert shop.mail_row(hq)["state"] == "sent"
    assert decisions.settle(hq)
    assert shop.mail_row(hq)["sent"] == clock.now - queue.CLAIM_MS, "the moment that the journal tells"


def test_a_restart_sends_at_once_what_a_killed_sender_had_claimed(
    hq: Hq, box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    assert queue.claim(hq, shop.MAIL_ID)
    assert new_sender(hq).round()
    assert box[0].mails == []
    queue.release(hq)
    assert new_sender(hq).round()
    assert len(box[0].mails) == 1


def test_a_restart_does_not_hurry_a_mail_that_was_put_off(hq: Hq, box: tuple[Postbox, str]) -> None:
    box[0].answer = "451 4.7.1 try later"
    assert new_sender(hq).round()
    due = shop.mail_row(hq)["due"]
    queue.release(hq)
    assert shop.mail_row(hq)["due"] == due


def test_a_mail_that_the_journal_calls_sent_is_not_sent_after_a_crash(
    hq: Hq, box: tuple[Postbox, str], tmp_path: Path
) -> None:
    hq.journal.append("mail-sent", shop.MAIL_ID)
    hq.close()
    again = open_hq(tmp_path / "hq", hq.config, clock=hq.clock)
    assert new_sender(again).round()
    again.close()
    assert box[0].mails == []


def test_a_mail_server_that_is_away_is_tried_again_with_growing_pauses(tmp_path: Path, clock: shop.SetClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    hq = shop.showroom(tmp_path / "away", smtp=f"127.0.0.1:{port}", clock=clock)
    shop.send_basket(hq)
    pauses = []
    for _ in range(4):
        assert not new_sender(hq).round()
        row = shop.mail_row(hq)
        assert row["state"] == "queued"
        assert "ConnectionRefusedError" in str(row["error"])
        pauses.append(int(str(row["due"])) - clock.now)
        clock.now = int(str(row["due"]))
    hq.close()
    assert pauses == [30_000, 60_000, 120_000, 240_000]


def test_pauses_grow_to_four_hours_and_a_mail_is_given_up_after_days() -> None:
    pauses = [queue.pause(tries) for tries in range(1, queue.LAST_TRY)]
    assert max(pauses) == queue.LONGEST_MS
    assert 5 < sum(pauses) / 86_400_000 < 7


def test_a_mail_that_is_put_off_is_tried_again_and_arrives(
    hq: Hq, box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    box[0].answer = f"451 4.7.1 try <{shop.MAIL}> later"
    assert new_sender(hq).round()
    row = shop.mail_row(hq)
    assert (row["state"], row["error"]) == ("queued", "451 4.7.1 try <address> later")
    box[0].answer = "250 OK"
    clock.now = int(str(row["due"]))
    assert new_sender(hq).round()
    assert len(box[0].mails) == 1


def test_an_address_that_does_not_exist_fails_at_once_and_is_suppressed(hq: Hq, box: tuple[Postbox, str]) -> None:
    box[0].rcpt = "550 5.1.1 no such user"
    assert new_sender(hq).round()
    assert shop.mail_row(hq)["state"] == "failed"
    with hq.reading() as reading:
        rows = reading.execute(select(tables.suppression)).all()
    assert [(row.digest, row.reason) for row in rows] == [(hq.keys.digest_of("mail", shop.MAIL), "bounced")]


def test_a_refusal_of_policy_fails_the_mail_but_suppresses_nobody(hq: Hq, box: tuple[Postbox, str]) -> None:
    box[0].answer = "554 5.7.1 rejected as spam"
    assert new_sender(hq).round()
    assert shop.mail_row(hq)["state"] == "failed"
    with hq.reading() as reading:
        assert reading.scalar(select(func.count()).select_from(tables.suppression)) == 0


def test_a_mail_to_an_address_that_bounced_is_not_tried(hq: Hq, box: tuple[Postbox, str]) -> None:
    decisions.suppress(hq, hq.keys.digest_of("mail", shop.MAIL), "bounced")
    assert new_sender(hq).round()
    assert box[0].mails == []
    assert shop.mail_row(hq)["state"] == "failed"


def html_of(box: tuple[Postbox, str]) -> str:
    body = box[0].mails[-1].get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_whoever_unsubscribed_still_gets_the_basket_they_asked_for_and_nothing_beside_it(
    tmp_path: Path, box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = shop.showroom(tmp_path / "keen", smtp=box[1], clock=clock)
    shop.send_basket(hq, consents=("marketing",))
    decisions.suppress(hq, hq.keys.digest_of("mail", shop.MAIL), "unsubscribed")
    assert new_sender(hq).round()
    hq.close()
    assert "Fjell trail boot" in html_of(box)
    assert "Goes with it" not in html_of(box)


def test_whoever_said_yes_to_marketing_is_shown_what_goes_with_it(
    tmp_path: Path, box: tuple[Postbox, str], clock: shop.SetClock
) -> None:
    hq = shop.showroom(tmp_path / "keen", smtp=box[1], clock=clock)
    shop.send_basket(hq, consents=("marketing",))
    assert new_sender(hq).round()
    hq.close()
    assert "Goes with it" in html_of(box)


def test_a_mail_tells_the_price_and_stock_of_the_moment_it_leaves(hq: Hq, box: tuple[Postbox, str]) -> None:
    cheaper = [replace(v, price=shop.eur(15900)) if v.sku == "BOOT-42" else v for v in shop.VARIANTS]
    shop.publish(hq, cheaper, [], n=2)
    assert new_sender(hq).round()
    assert "€159.00" in html_of(box)
    assert "€189.00 when you added it" in html_of(box)
    assert "Stock not known" in html_of(box)


def test_what_is_bought_meanwhile_is_said_to_be_bought(hq: Hq, box: tuple[Postbox, str]) -> None:
    with hq.engine.begin() as connection:
        connection.execute(tables.order_line.insert().values(
            order_id="o1", sku="BOOT-42", quantity=1, price=18900, currency="EUR", store="aurora-tartu",
            profile=shop.PROFILE, basket=None, at=shop.NOON + 60_000,
        ))  # fmt: skip
    assert new_sender(hq).round()
    assert "Bought already" in html_of(box)
    assert "€278.00" in html_of(box), "the total counts what is left"


def test_a_mail_that_cannot_be_composed_holds_up_no_other(
    hq: Hq, box: tuple[Postbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(contents, "letter", lambda *_, **__: 1 / 0)
        assert new_sender(hq).round()
    row = shop.mail_row(hq)
    assert (row["state"], row["error"]) == ("queued", "ZeroDivisionError")


def test_without_a_mail_server_in_the_settings_mails_stay_queued(tmp_path: Path, clock: shop.SetClock) -> None:
    hq = shop.showroom(tmp_path / "none", clock=clock)
    shop.send_basket(hq)
    assert new_sender(hq).round()
    assert shop.mail_row(hq)["state"] == "queued"
    hq.close()


def test_a_mail_waits_for_the_first_catalogue(hq: Hq, box: tuple[Postbox, str]) -> None:
    with hq.engine.begin() as connection:
        connection.execute(tables.feed_version.delete())
    assert new_sender(hq).round()
    assert box[0].mails == []
    assert shop.mail_row(hq)["state"] == "queued"


def test_the_postbox_itself_is_real(box: tuple[Postbox, str]) -> None:
    host, port = box[1].split(":")
    with smtplib.SMTP(host, int(port)) as server:
        assert server.noop()[0] == 250
