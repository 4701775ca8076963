"""HQ's page of mails: what people read, with real data, in a frame that can do nothing; sent to nobody."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from hq import accounts
from hq.mail.preview import TEMPLATES
from hq.server import Server
from hq.service import Hq
from hq.web import create_app
from hq.words import LANGUAGES, words
from tests.hq import showroom as shop


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_shown_in_every_language(client: FlaskClient, template: str, language: str) -> None:
    say = words(language)
    page = client.get(f"/mails?template={template}&language={language}").text
    assert say(f"{template}.heading") in page
    framed = client.get(f"/mails/html?template={template}&language={language}").text
    assert say(f"{template}.heading") in framed
    assert "List-Unsubscribe" in page


def test_a_real_basket_is_shown_as_it_stands_and_the_look_is_noted(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom)
    before = shop.mail_row(showroom)
    page = client.get(f"/mails?basket={shop.BASKET}").text
    for said in ("Fjell trail boot", "Only 2 left in Aurora", "€467.00"):
        assert said in page
    assert shop.MAIL not in page
    (look,) = showroom.journal.entries()
    assert (look.kind, look.subject, look.body["how"]) == ("looked", shop.PROFILE, "mail preview")
    assert shop.mail_row(showroom) == before, "nothing is sent, nothing is queued"


def test_the_mail_alone_is_a_look_too(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom)
    assert "Fjell trail boot" in client.get(f"/mails/html?basket={shop.BASKET}").text
    (look,) = showroom.journal.entries()
    assert (look.kind, look.subject, look.body["how"]) == ("looked", shop.PROFILE, "mail preview")


def test_the_frame_runs_nothing_and_the_page_allows_no_other(client: FlaskClient) -> None:
    page = client.get("/mails")
    policy = page.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in policy and "'unsafe" not in policy
    assert re.search(r"<iframe sandbox ", page.text)
    framed = client.get("/mails/html").headers["Content-Security-Policy"]
    assert "sandbox" in framed and "default-src 'none'" in framed and "script-src" not in framed
    assert "frame-ancestors 'self'" in framed
    assert "frame-src" not in client.get("/").headers["Content-Security-Policy"]


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"/mails?basket={'0' * 32}").status_code == 404
    assert client.get(f"/mails/html?basket={'0' * 32}").status_code == 404


def test_only_marketers_see_it() -> None:
    assert accounts.may(["marketer"], "/mails", change=False)
    assert not accounts.may(["merchandiser", "operator", "support"], "/mails/html", change=False)


def test_a_browser_shows_it_with_its_pictures(showroom: Hq, browser: Browser, tmp_path: Path) -> None:
    server = Server("127.0.0.1", 0)
    server.start(create_app(showroom))
    context = browser.new_context()
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    try:
        page.goto(f"http://127.0.0.1:{server.port}/mails?language=et")
        mail = page.frame_locator("iframe")
        expect(mail.get_by_role("heading", level=1)).to_have_text(words("et")("mail.heading"))
        wide = mail.locator("img").first.evaluate("picture => picture.decode().then(() => picture.naturalWidth)")
        assert wide > 0
        assert said == []
    finally:
        context.close()
        server.stop()
