"""The snippet in a real browser, on a tiny page that stands for a web shop, over the network to HQ."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from hq import decisions
from hq.links import Links
from hq.server import Server
from hq.service import Hq
from hq.store import tables
from hq.web import create_app
from hq.webapi.views import SNIPPET
from tests.hq import showroom as shop
from tests.hq.webapi.conftest import KEY, config

PAGE = """<!doctype html><html lang="de"><title>Shop</title>
<script>window.tote = window.tote || function () {{ (tote.q = tote.q || []).push(arguments) }}; dataLayer = []</script>
<script async src="{hq}/web/tote.js" data-key="{key}" data-layer="dataLayer"></script>
<h1>The shop</h1>
<button onclick="tote('consent', true)">agree</button>
<button onclick="tote('consent', false)">refuse</button>
<button onclick="tote('track', 'add_to_cart', coats); tote('flush')">add</button>
<button onclick="dataLayer.push({{event: 'view_item', ecommerce: scarf}}); tote('flush')">view</button>
<button onclick="tote('basket', show('basket'))">basket</button>
<button onclick="tote('retarget', show('shown'))">ask</button>
<ul id="basket"></ul><ul id="shown"></ul>
<script>
const coats = {{items: [{{item_id: 'COAT-M', quantity: 2}}]}}, scarf = {{items: [{{item_id: 'SCARF-1'}}]}}
const show = (id) => (list) => document.getElementById(id).replaceChildren(...list.map((one) => {{
  const item = document.createElement('li')
  item.textContent = one.article.name + (one.quantity ? ' × ' + one.quantity : '')
  return item
}}), Object.assign(document.createElement('li'), {{textContent: 'that is all'}}))
</script>"""


@pytest.fixture
def street(tmp_path: Path) -> Iterator[tuple[Hq, str]]:
    """HQ, and the web shop's address: both are served, each at an origin of its own."""
    web, page = Flask("shop"), {"text": ""}
    web.add_url_rule("/", "page", lambda: Response(page["text"], mimetype="text/html"))
    web_server = make_server("127.0.0.1", 0, web, threaded=True)
    address = f"http://127.0.0.1:{web_server.server_port}"
    server = Server("127.0.0.1", 0)
    hq_address = f"http://localhost:{server.port}"
    settings = config(tmp_path)
    webshop = replace(settings.webshop[0], origins=(address,))
    settings = replace(settings, webshop=(webshop,), web=replace(settings.web, cart_url=f"{address}/?cart={{skus}}"))
    hq = shop.showroom(tmp_path / "hq", config=settings, clock=shop.SetClock())
    page["text"] = PAGE.format(hq=hq_address, key=KEY)
    server.start(create_app(hq))
    thread = Thread(target=web_server.serve_forever, daemon=True)
    thread.start()
    yield hq, hq_address
    web_server.shutdown()
    thread.join()
    web_server.server_close()
    server.stop()
    hq.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def kept(page: Page) -> str | None:
    value: str | None = page.evaluate("localStorage.getItem('tote')")
    return value


def told(hq: Hq, table: str) -> list[str]:
    with hq.reading() as reading:
        return sorted(row.sku for row in reading.execute(select(tables.metadata.tables[table])))


def test_it_is_smaller_than_a_picture_of_a_button() -> None:
    assert len(gzip.compress(SNIPPET.read_bytes())) < 5000


def test_store_and_web_share_one_basket_when_the_person_allows_it(street: tuple[Hq, str], page: Page) -> None:
    hq, address = street
    shop.send_basket(hq, skus={"BOOT-42": 1}, consents=("marketing", "profiling"))
    page.goto(f"{address}{Links(base='', key=hq.keys.link).basket(shop.BASKET)}/buy")
    expect(page.get_by_role("heading", name="The shop")).to_be_visible()
    page.wait_for_function("!location.search.includes('tote_pass')")
    assert "cart=BOOT-42:1" in page.url
    assert kept(page) is None, "nothing before the shop says that they agreed"
    with page.expect_response("**/web/visitor"):
        press(page, "agree")
    page.wait_for_function("localStorage.getItem('tote')")
    with page.expect_response("**/web/events"):
        press(page, "add")
    press(page, "basket")
    lines = page.locator("#basket li")
    expect(lines).to_have_text(["Regenmantel Udu × 2", "Wanderstiefel Fjell × 1", "that is all"])
    press(page, "ask")
    expect(page.locator("#shown li")).to_have_text(["Regenmantel Udu", "Wanderstiefel Fjell", "that is all"])
    with page.expect_response("**/web/events"):
        press(page, "view")
    assert told(hq, "web_event") == ["COAT-M", "SCARF-1"]
    decisions.withdraw(hq, shop.PROFILE, how="staff")
    with page.expect_response("**/web/events"):
        press(page, "add")
    page.wait_for_function("!localStorage.getItem('tote')")
    assert told(hq, "web_report") == ["COAT-M"]
    assert page.context.cookies() == []


def test_without_consent_it_keeps_nothing_and_is_nobody(street: tuple[Hq, str], page: Page) -> None:
    hq, address = street
    shop.send_basket(hq, skus={"BOOT-42": 1}, consents=("marketing", "profiling"))
    page.goto(f"{address}{Links(base='', key=hq.keys.link).basket(shop.BASKET)}/buy")
    page.wait_for_function("!location.search.includes('tote_pass')")
    press(page, "refuse")
    with page.expect_response("**/web/events"):
        press(page, "add")
    press(page, "ask")
    expect(page.locator("#shown li")).to_have_text(["that is all"])
    assert kept(page) is None
    assert told(hq, "web_event") == []
    assert told(hq, "web_report") == ["COAT-M"]


def test_what_hq_could_not_take_is_told_again_and_counts_once(street: tuple[Hq, str], page: Page) -> None:
    hq, _ = street
    refusals = [503]

    def refuse_once(route: Route) -> None:
        if refusals:
            route.fulfill(status=refusals.pop())
        else:
            route.continue_()

    page.goto(hq.config.webshop[0].origins[0])
    page.wait_for_function("!tote.q")
    page.route("**/web/events", refuse_once)
    with page.expect_response(lambda answer: answer.url.endswith("/web/events") and answer.ok, timeout=15_000):
        press(page, "add")
    assert refusals == []
    assert told(hq, "web_report") == ["COAT-M"]
