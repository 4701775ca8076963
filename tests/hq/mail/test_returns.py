"""Mails that come back, as mail servers write them: what each means, and what becomes of the person."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from hq import people
from hq.config import Mail
from hq.mail.returned import returned
from hq.mail.returns import Returns
from hq.service import Hq
from hq.store import tables
from tests.hq import showroom as shop

MESSAGE_ID = f"<basket.{shop.EVENT}@aurora.example>"


def report(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 User unknown",
    to: str = shop.MAIL,
    message_id: str = MESSAGE_ID,
    headers_only: bool = False,
) -> bytes:
    """As Postfix writes it."""
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: basket@aurora.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="B/mx.example"

--B/mx.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

This is the mail system at host mx.example.

--B/mx.example
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Mon,  2 Nov 2026 12:00:00 +0000 (UTC)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example
Diagnostic-Code: {diagnostic}

--B/mx.example
Content-Type: {kind}

From: Aurora <basket@aurora.example>
To: {to}
Message-ID: {message_id}
Subject: Your basket

Hello.

--B/mx.example--
""".replace("\n", "\r\n").encode()


def complaint(kind: str = "abuse", message_id: str = MESSAGE_ID) -> bytes:
    """As in RFC 5965, appendix B."""
    return f"""From: <abusedesk@example.com>
Date: Thu, 8 Mar 2026 17:40:36 EDT
Subject: FW: Your basket
To: <basket@aurora.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1"

--part1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--part1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--part1
Content-Type: message/rfc822
Content-Disposition: inline

From: <basket@aurora.example>
To: <undisclosed@example.com>
Message-ID: {message_id}
Subject: Your basket

Hello.
--part1--
""".encode()


@pytest.mark.parametrize("headers_only", [False, True])
@pytest.mark.parametrize(
    ("status", "diagnostic", "meaning"),
    [
        ("5.1.1", "smtp; 550 5.1.1 User unknown", "bounced"),
        ("5.1.10", "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound", "bounced"),
        ("5.2.1", "smtp; 550 5.2.1 The account is disabled", "bounced"),
        ("5.0.0", "smtp; 550 No such user here", "bounced"),
        ("5.0.0", "smtp; 554 Message refused by policy", None),
        ("5.2.2", "smtp; 552 5.2.2 Mailbox full", None),
        ("5.7.1", "smtp; 550 5.7.1 Message rejected as spam", None),
        ("5.10.1", "smtp; what nobody knows", None),
    ],
)
def test_only_an_address_that_does_not_exist_is_a_bounce(
    status: str, diagnostic: str, meaning: str | None, headers_only: bool
) -> None:
    told = returned(report(status=status, diagnostic=diagnostic, headers_only=headers_only))
    assert (told and told.meaning) == meaning
    if told:
        assert (told.message_id, told.address) == (MESSAGE_ID, shop.MAIL)


def test_what_passes_and_what_names_no_mail_means_nothing() -> None:
    assert returned(report(action="delayed", status="4.4.1")) is None
    assert returned(report(message_id="")) is None
    assert returned(b"Subject: I am on holiday\r\n\r\nBack in May.") is None


def test_a_complaint_is_one_and_the_contrary_of_one_is_none() -> None:
    told = returned(complaint())
    assert told and (told.meaning, told.message_id) == ("complaint", MESSAGE_ID)
    assert returned(complaint("not-spam")) is None


@given(st.binary(max_size=400), st.integers(0, 900))
def test_no_octets_make_it_raise(octets: bytes, at: int) -> None:
    whole = report()
    returned(octets)
    returned(whole[:at] + octets + whole[at:])
    returned(whole[:at])


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    folder = tmp_path / "Maildir"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    opened = shop.showroom(tmp_path / "hq")
    shop.send_basket(opened, consents=("marketing",))
    with opened.engine.begin() as connection:
        connection.execute(update(tables.mail).values(message_id=MESSAGE_ID))
    yield replace(opened, config=replace(opened.config, mail=Mail(returns=str(folder))))
    opened.close()


def arrives(hq: Hq, octets: bytes, name: str = "1793620800.M1P2.mx") -> None:
    (Path(hq.config.mail.returns) / "new" / name).write_bytes(octets)


def left(hq: Hq) -> list[str]:
    return sorted(f"{file.parent.name}/{file.name}" for file in Path(hq.config.mail.returns).glob("*/*"))


def barred(hq: Hq) -> set[str]:
    with hq.reading() as reading:
        return people.suppressions(reading, shop.PROFILE)


@pytest.mark.parametrize("to", [shop.MAIL, "Sarah@EXAMPLE.com", "forwarded@elsewhere.example", ""])
def test_an_address_that_does_not_exist_gets_no_more_and_the_report_is_gone(hq: Hq, to: str) -> None:
    arrives(hq, report(to=to))
    assert Returns(hq).look() == 1
    assert barred(hq) == {"bounced"} and left(hq) == []
    arrives(hq, report(to=to))
    assert Returns(hq).look() == 1, "told twice is done once"


def test_who_complains_is_unsubscribed(hq: Hq) -> None:
    arrives(hq, complaint())
    Returns(hq).look()
    with hq.reading() as reading:
        given_ = people.answers(reading, shop.PROFILE)
    assert barred(hq) == {"unsubscribed"} and not people.allowed(given_, "marketing")
    assert given_[0].how == "complaint"


@pytest.mark.parametrize(
    "message_id",
    ["<somebody@else.example>", f"<basket.{'f' * 32}@aurora.example>", f"<reminder.{shop.EVENT}@aurora.example>"],
)
def test_a_report_about_a_mail_that_hq_never_sent_bars_nobody_and_is_kept(hq: Hq, message_id: str) -> None:
    arrives(hq, report(message_id=message_id))
    assert Returns(hq).look() == 0
    assert barred(hq) == set()
    assert left(hq) == ["cur/1793620800.M1P2.mx:2,S"]


def test_a_person_who_answers_is_left_for_a_person_to_read_once(hq: Hq) -> None:
    arrives(hq, b"From: sarah@example.com\r\nSubject: Thank you\r\n\r\nLovely boots.")
    returns = Returns(hq)
    assert [returns.look(), returns.look()] == [0, 0]
    assert left(hq) == ["cur/1793620800.M1P2.mx:2,S"]


def test_a_folder_that_is_none_is_said_once_and_taken_up_when_it_comes(
    hq: Hq, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hq = replace(hq, config=replace(hq.config, mail=Mail(returns=str(tmp_path / "later"))))
    returns = Returns(hq)
    for _ in range(3):
        returns.look()
    assert caplog.text.count("is no Maildir") == 1
    (tmp_path / "later" / "new").mkdir(parents=True)
    arrives(hq, report())
    assert returns.look() == 1
