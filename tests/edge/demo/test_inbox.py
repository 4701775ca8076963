"""The mail sink takes mails over SMTP and shows them as they came."""

import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
from cheroot.wsgi import Server
from flask import Flask
from playwright.sync_api import Browser

from edge.demo.inbox.mails import Mailbox
from edge.demo.inbox.pages import create_app
from edge.demo.inbox.sink import sink
from edge.demo.ports import draw


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path)


@pytest.fixture
def smtp(mailbox: Mailbox) -> Iterator[smtplib.SMTP]:
    port = draw()["smtp"]
    server = sink(mailbox, port)
    server.start()
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        yield client
    server.stop()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), app, numthreads=4, shutdown_timeout=1)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield f"http://127.0.0.1:{server.bind_addr[1]}"
    server.stop()
    thread.join()


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Aurora <hello@aurora.example>", "mari@example.ee", "Sinu korv õhtuks"
    mail["List-Unsubscribe"] = "<https://aurora.example/u/abc>"
    mail.set_content("Tere, Mari")
    picture = make_msgid("boot")[1:-1]
    mail.add_alternative(f'<p>Tere, <img src="cid:{picture}"></p>', subtype="html")
    html = mail.get_body(("html",))
    assert html is not None
    html.add_related(b"<svg/>", "image", "svg+xml", cid=f"<{picture}>")
    return mail


def test_a_mail_that_went_over_smtp_is_shown_with_both_parts_and_its_headers(
    mailbox: Mailbox, smtp: smtplib.SMTP
) -> None:
    smtp.send_message(letter())
    (told,) = create_app(mailbox).test_client().get("/messages.json").get_json()
    assert (told["subject"], told["to"], told["text"]) == ("Sinu korv õhtuks", ["mari@example.ee"], "Tere, Mari\n")
    assert ["List-Unsubscribe", "<https://aurora.example/u/abc>"] in told["headers"]
    assert "<p>Tere" in told["html"]


def test_pictures_inside_a_mail_are_shown(mailbox: Mailbox, smtp: smtplib.SMTP) -> None:
    smtp.send_message(letter())
    client = create_app(mailbox).test_client()
    source = client.get("/mails/1/html").text.partition('src="')[2].partition('"')[0]
    assert client.get(source).data.strip() == b"<svg/>"


def test_a_mail_runs_no_script(mailbox: Mailbox, smtp: smtplib.SMTP) -> None:
    smtp.send_message(letter())
    policy = create_app(mailbox).test_client().get("/mails/1/html").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy


def test_a_new_mail_is_listed_without_loading_the_open_one_again(
    mailbox: Mailbox, smtp: smtplib.SMTP, browser: Browser
) -> None:
    smtp.send_message(letter())
    with served(create_app(mailbox)) as url:
        page = browser.new_page()
        page.goto(f"{url}/mails/1")
        page.wait_for_selector("iframe.whole")
        page.evaluate("document.querySelector('.mail').dataset.same = 'yes'")
        smtp.send_message(letter())
        page.wait_for_selector(".mails a:nth-child(2)")
        assert page.get_attribute(".mail", "data-same") == "yes"
        page.close()


def test_a_page_without_mails_says_what_to_do(mailbox: Mailbox) -> None:
    assert "Send a basket" in create_app(mailbox).test_client().get("/").text


def test_mails_are_there_again_after_a_restart(mailbox: Mailbox, smtp: smtplib.SMTP, tmp_path: Path) -> None:
    smtp.send_message(letter())
    (kept,) = mailbox
    assert list(Mailbox(tmp_path)) == [kept]


def test_a_mail_that_is_not_there_is_not_found(mailbox: Mailbox) -> None:
    assert create_app(mailbox).test_client().get("/mails/7").status_code == 404
