"""From one scan to one fairly retargeted profile, in a real browser, on real broker, SMTP, readers and databases."""

import csv
import re
import time
from datetime import UTC, datetime

import requests
from playwright.sync_api import Page, expect

from edge.demo.articles import Article
from edge.demo.walk.at_home import basket_link, header, known
from edge.demo.walk.in_the_shop import cheaper, reprice
from edge.demo.walk.journey import Journey
from edge.demo.walk.marketing import ORDER, explained
from edge.demo.walk.station import until
from tests.system.running import Running

MAIL = "liisa.lepp@mail.example"


def test_one_scan_leads_to_one_fairly_retargeted_profile(
    demo: Running, journey: Journey, wall: Page, tablet: Page, staff: Page, phone: Page
) -> None:
    collect(journey, wall, tablet, staff)
    journey.line.pull(up=False)
    until(lambda: not journey.status()["line_up"], "the box notices that the line is down", 20)
    words = send(wall)
    assert mails(demo) == []
    assert journey.line.pull(up=True)
    journey.mail = until(lambda: mails(demo), "the mail", 30)[0]
    at_hq(journey, words)
    at_home(journey, phone)
    afterwards(journey)


def collect(journey: Journey, wall: Page, tablet: Page, staff: Page) -> None:
    """A scan, a tap, a search and a photo, each on the screen it belongs to."""
    journey.hands.scan("wall", journey.scanned)
    shows(wall, journey.scanned)
    for other in (tablet, staff):
        expect(other.locator("[data-sku]")).to_have_count(0)
    wall.locator('[data-size="42"]').click()
    shows(wall, journey.boot)
    wall.get_by_test_id("add").click()
    count(wall, 1)

    journey.hands.tap("wall", journey.backpack)
    shows(wall, journey.backpack)
    wall.get_by_test_id("add").click()
    count(wall, 2)

    wall.get_by_test_id("search").click()
    type_on_screen(wall, "emajogi")
    wall.locator(f'[data-card="{journey.canoe.sku}"]').click()
    shows(wall, journey.canoe)
    wall.get_by_test_id("add").click()
    count(wall, 3)

    journey.hands.show("tablet", journey.teapot)
    shows(tablet, journey.teapot)
    tablet.get_by_test_id("add").click()
    count(tablet, 1)
    shows(wall, journey.canoe)


def send(wall: Page) -> dict[str, str]:
    """The address on the on-screen keyboard, both boxes ticked by hand; the words beside them."""
    wall.get_by_test_id("basket").click()
    wall.get_by_test_id("send").click()
    type_on_screen(wall, MAIL)
    assert wall.get_by_test_id("mail-input").input_value() == MAIL
    words = {}
    for purpose in ("marketing", "profiling"):
        box = wall.get_by_test_id(f"consent-{purpose}")
        assert not box.is_checked()
        words[purpose] = box.locator("xpath=..").inner_text().strip()
        box.check()
    wall.get_by_test_id("send-now").click()
    expect(wall.get_by_test_id("sent-later")).to_be_visible()
    expect(wall.get_by_test_id("sent-later")).to_contain_text("as soon as the line is back")
    return words


def at_hq(journey: Journey, words: dict[str, str]) -> None:
    """Profile, basket and consents, once, with the words that were shown."""
    until(lambda: journey.status()["waiting"] == 0, "HQ confirms every event", 30)
    profile = journey.hq("profile", "show", "--mail", MAIL)[-1]
    assert [line["sku"] for basket in profile["baskets"] for line in basket["lines"]] == skus(journey)
    assert {consent["purpose"]: consent["words"] for consent in profile["consents"]} == words
    assert all(consent["granted"] for consent in profile["consents"])
    time.sleep(1)  # a second mail would be here by now
    assert journey.mails(MAIL) == [journey.mail]


def at_home(journey: Journey, page: Page) -> None:
    """The mail, its link, the basket page, the cookie."""
    assert header(journey.mail, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    for article in journey.basket:
        assert article.title in journey.mail["text"]
        assert article.title in journey.mail["html"]
    page.goto(basket_link(journey))
    for article in journey.basket:
        expect(page.get_by_text(article.title).first).to_be_visible()
    assert [cookie["name"] for cookie in page.context.cookies(page.url) if cookie["httpOnly"]]
    assert "cookie" in {identity["kind"] for identity in known(journey, MAIL)["identities"]}


def afterwards(journey: Journey) -> None:
    """Each article is included with its reason; a till's order excludes what was bought; one click excludes all."""
    assert {sku: decision["reason"] for sku, decision in explained(journey, MAIL).items()} == dict.fromkeys(
        skus(journey), "in-basket"
    )
    journey.hq("import", order(journey, journey.boot))
    decisions = explained(journey, MAIL)
    assert [sku for sku, decision in decisions.items() if not decision["included"]] == [journey.boot.sku]
    assert "T-0815" in decisions[journey.boot.sku]["words"]
    link = header(journey.mail, "List-Unsubscribe").strip("<>")
    assert requests.post(link, data={"List-Unsubscribe": "One-Click"}, timeout=10).ok
    assert {decision["reason"] for decision in explained(journey, MAIL).values()} == {"unsubscribed"}


def test_a_price_that_hq_pushes_appears_on_the_open_wall_without_a_reload(journey: Journey, wall: Page) -> None:
    journey.hands.scan("wall", journey.boot)
    shows(wall, journey.boot)
    wall.evaluate("window.untouched = true")
    before = wall.locator("[data-price]").inner_text()
    source, file = journey.plan.dir / "feed" / "articles.csv", journey.plan.dir / "feed" / "cheaper.csv"
    reprice(source, file, journey.boot.product, cheaper("100.00"))
    journey.hq("import", file)
    expect(wall.locator("[data-price]")).to_contain_text(re.compile(r"80[.,]37"))
    assert wall.evaluate("window.untouched")
    journey.hq("import", source)
    expect(wall.locator("[data-price]")).to_have_text(before)


def test_the_next_shopper_sees_nothing_of_the_last(journey: Journey, wall: Page) -> None:
    journey.hands.scan("wall", journey.boot)
    shows(wall, journey.boot)
    wall.get_by_test_id("add").click()
    count(wall, 1)
    wall.get_by_test_id("done").first.click()
    expect(wall.locator('[data-screen="attract"]')).to_be_visible()
    journey.hands.scan("wall", journey.teapot)
    shows(wall, journey.teapot)
    count(wall, 0)


def shows(page: Page, article: Article) -> None:
    expect(page.locator(f'[data-sku="{article.sku}"]')).to_be_visible()


def count(page: Page, articles: int) -> None:
    expect(page.get_by_test_id("basket").locator("[data-count]")).to_have_attribute("data-count", str(articles))


def type_on_screen(page: Page, text: str) -> None:
    for letter in text:
        page.locator(f'#keyboard [data-skbtn="{letter}"]').click()


def skus(journey: Journey) -> list[str]:
    return [article.sku for article in journey.basket]


def mails(demo: Running) -> list[dict[str, object]]:
    told = requests.get(f"{demo.addresses['inbox']}/messages.json", timeout=5).json()
    return [mail for mail in told if mail["to"] == [MAIL]]


def order(journey: Journey, article: Article) -> str:
    """A till's file with one order of the shopper."""
    file = journey.plan.dir / "feed" / "till.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(ORDER)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows.writerow(("T-0815", now, "aurora-tallinn", article.sku, 1, article.price, "EUR", MAIL, "", ""))
    return str(file)
