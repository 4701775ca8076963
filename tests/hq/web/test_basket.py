import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from hq import browsers, decisions
from hq.answers import profile
from hq.audience import facts
from hq.links import Links
from hq.service import Hq
from hq.store import tables
from tests.hq import showroom as shop
from tests.hq.answers.known import SARAH, consent, meet


def rows(hq: Hq, table: Any) -> list[Any]:
    with hq.reading() as reading:
        return list(reading.execute(select(table)))


def cookies(hq: Hq) -> int:
    with hq.reading() as reading:
        query = select(func.count()).select_from(tables.identity).where(tables.identity.c.kind == "cookie")
        return int(reading.scalar(query) or 0)


def test_the_link_of_the_mail_opens_the_basket_with_todays_prices(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom)
    page = client.get(links.basket(shop.BASKET))
    assert page.status_code == 200
    for said in ("Fjell trail boot", "€189.00", "Only 2 left in Aurora", "Sold out in Aurora Tallinn", "€467.00"):
        assert said in page.text


def test_a_basket_page_is_kept_by_nobody(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom)
    headers = client.get(links.basket(shop.BASKET)).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    assert "'unsafe" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_basket_page_holds_no_personal_data_and_nothing_inline(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom)
    text = client.get(links.basket(shop.BASKET)).text
    assert "sarah" not in text
    assert shop.PROFILE not in text
    assert " style=" not in text
    assert "<style" not in text
    assert "<script" not in text


def test_a_link_that_was_touched_opens_nothing(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom)
    link = links.basket(shop.BASKET)
    for wrong in (link[:-1], link[:-3] + "AAA", link.replace("/b/", "/b/x"), "/b/" + shop.BASKET):
        page = client.get(wrong)
        assert page.status_code == 404
        assert "Fjell" not in page.text


def test_a_well_signed_link_to_a_basket_that_is_gone_says_so(client: FlaskClient, links: Links) -> None:
    page = client.get(links.basket("0" * 32))
    assert page.status_code == 404
    assert "This link leads nowhere" in page.text


def test_hostile_names_are_shown_as_text(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, skus={"CHAIR-1": 1})
    text = client.get(links.basket(shop.BASKET)).text
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;{{ 7*7 }}" in text


def test_the_buy_button_hands_over_what_is_still_open(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom)
    with showroom.engine.begin() as connection:
        row = {"order_id": "1", "sku": "COAT-M", "quantity": 1, "price": 1, "currency": "EUR", "store": "web"}
        more = {"basket": shop.BASKET, "at": shop.NOON}
        connection.execute(tables.order_line.insert().values(row | more))
    text = client.get(links.basket(shop.BASKET)).text
    assert f'href="{links.basket(shop.BASKET)}/buy"' in text
    gone = client.get(f"{links.basket(shop.BASKET)}/buy").headers["Location"]
    assert gone == f"https://shop.aurora.example/cart/BOOT-42:1,POT-1:2?basket={shop.BASKET}"
    assert "Bought already" in text
    assert "€318.00" in text


def test_the_page_speaks_the_baskets_language_and_any_that_is_chosen(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom, language="et")
    link = links.basket(shop.BASKET)
    assert "Sinu ostukorv" in client.get(link).text
    assert "Dein Warenkorb" in client.get(f"{link}?lang=de").text
    assert '<html lang="es">' in client.get(f"{link}?lang=es").text
    assert "Your basket" in client.get(f"{link}?lang=xx").text


# ---- without consent: nothing; with it: one cookie ----


def test_without_consent_there_is_no_cookie_and_no_visit(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, consents=("marketing",))
    page = client.get(links.basket(shop.BASKET))
    assert "Set-Cookie" not in page.headers
    assert rows(showroom, tables.web_visit) == []
    assert cookies(showroom) == 0


def test_with_consent_given_in_the_store_the_first_visit_ties_the_browser(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom, consents=("profiling",))
    cookie = client.get(links.basket(shop.BASKET)).headers["Set-Cookie"]
    for mark in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/"):
        assert mark in cookie
    assert "Domain" not in cookie
    client.get(links.basket(shop.BASKET), base_url="https://localhost")
    assert [(v.profile, v.basket, v.page) for v in rows(showroom, tables.web_visit)] == [
        (shop.PROFILE, shop.BASKET, "basket")
    ] * 2


def test_a_browser_that_is_known_gets_no_second_cookie(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, consents=("profiling",))
    for _ in range(3):
        client.get(links.basket(shop.BASKET), base_url="https://localhost")
    assert cookies(showroom) == 1


def test_a_program_that_looks_ahead_is_nobodys_visit(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, consents=("profiling",))
    client.head(links.basket(shop.BASKET))
    client.get(links.basket(shop.BASKET), headers={"Sec-Purpose": "prefetch;prerender"})
    assert rows(showroom, tables.web_visit) == []
    assert cookies(showroom) == 0


def test_the_page_asks_unticked(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom)
    text = client.get(links.basket(shop.BASKET)).text
    boxes = re.findall(r"<input type=\"checkbox\"[^>]*>", text)
    assert len(boxes) == 2
    assert not any("checked" in box for box in boxes)


def test_a_yes_on_the_page_is_kept_with_the_words_that_were_shown(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom)
    link = links.basket(shop.BASKET)
    answer = client.post(f"{link}/consents?lang=de", data={"profiling": "yes"})
    assert answer.status_code == 303
    kept = [row for row in rows(showroom, tables.consent) if row.how == "basket-page"]
    assert [(row.purpose, row.granted, row.language) for row in kept] == [("profiling", True, "de")]
    assert kept[0].words in client.get(f"{link}?lang=de").text
    assert "Cookie" in kept[0].words


def test_the_visit_after_a_yes_ties_the_browser(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom)
    link = links.basket(shop.BASKET)
    page = client.post(f"{link}/consents", data={"profiling": "yes"}, follow_redirects=True)
    assert "Set-Cookie" in page.headers
    assert "Your choice is saved." in page.text
    assert cookies(showroom) == 1


def test_saving_what_holds_already_records_nothing(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, consents=("marketing",))
    before = len(rows(showroom, tables.consent))
    client.post(f"{links.basket(shop.BASKET)}/consents", data={"marketing": "yes"})
    assert len(rows(showroom, tables.consent)) == before


def test_taking_profiling_back_is_journalled_and_forgets_the_browser(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom, consents=("profiling",))
    link = links.basket(shop.BASKET)
    client.get(link, base_url="https://localhost")
    assert cookies(showroom) == 1
    page = client.post(f"{link}/consents", data={}, base_url="https://localhost", follow_redirects=True)
    assert cookies(showroom) == 0
    assert "Max-Age=0" in page.headers["Set-Cookie"]
    entry = list(showroom.journal.entries())[-1]
    assert (entry.kind, entry.body["purposes"], entry.body["how"]) == ("withdrawn", ["profiling"], "basket-page")


def test_whoever_unsubscribed_is_not_asked_for_marketing_again(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom)
    decisions.unsubscribe(showroom, shop.PROFILE, how="mail-link")
    text = client.get(links.basket(shop.BASKET)).text
    assert 'name="marketing"' not in text
    assert 'name="profiling"' in text
    client.post(f"{links.basket(shop.BASKET)}/consents", data={"marketing": "yes"})
    assert not any(row.purpose == "marketing" and row.granted for row in rows(showroom, tables.consent))


def test_somebody_elses_cookie_ties_nothing(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom)
    client.set_cookie("tote", "made-up", domain="localhost")
    page = client.get(links.basket(shop.BASKET))
    assert rows(showroom, tables.web_visit) == []
    assert "Max-Age=0" in page.headers["Set-Cookie"]


def test_colours_and_opening_hours_are_in_the_readers_language(themed: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom)
    text = themed.get(f"{links.basket(shop.BASKET)}?lang=et").text
    assert "42 · Sammal" in text and "E–L 10:00–20:00" in text
    assert "42 · Moos" in themed.get(f"{links.basket(shop.BASKET)}?lang=de").text


# ---- changing it ----


def change(client: FlaskClient, link: str, **form: object) -> None:
    answer = client.post(f"{link}/lines", data={name: str(value) for name, value in form.items()})
    assert answer.status_code == 303


def test_whoever_has_the_mail_changes_the_basket_and_the_totals_follow(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom)
    link = links.basket(shop.BASKET)
    assert "€467.00" in client.get(link).text
    change(client, link, sku="BOOT-42", quantity=2)
    change(client, link, sku="COAT-M", fulfilment="ship")
    text = client.get(link).text
    assert "€656.00" in text
    by_way = text.split('data-test="by-way"')[1].split("</ul>")[0]
    told = re.findall(r"<span>([^<]+)</span><span class=\"part\">([^<]+)</span>", by_way)
    assert told == [("2 taken along", "€378.00"), ("3 sent to you", "€278.00")]
    gone = client.get(f"{link}/buy").headers["Location"]
    assert gone.endswith(f"cart/BOOT-42:2,COAT-M:1,POT-1:2?basket={shop.BASKET}")


def test_what_is_taken_out_stays_in_its_place_and_can_be_put_back_as_it_was(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom)
    link = links.basket(shop.BASKET)
    change(client, link, sku="BOOT-42", fulfilment="collect")
    change(client, link, sku="BOOT-42", quantity=0)
    text = client.get(link).text
    shown = re.findall(r'id="line-(\d)" data-(sku|removed)="([^"]+)"', text)
    assert shown[0] == ("1", "removed", "BOOT-42") and {kind for _, kind, _ in shown[1:]} == {"sku"}
    change(client, link, sku="BOOT-42", quantity=1)
    assert client.get(link).text.count("To collect in Aurora Tallinn.") == 2


def test_an_article_of_the_web_shop_alone_can_only_be_sent(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, skus={"POT-1": 1})
    link = links.basket(shop.BASKET)
    assert 'data-test="collect"' not in client.get(link).text
    before = client.get(link).text
    change(client, link, sku="POT-1", fulfilment="collect")
    assert client.get(link).text == before


def test_what_was_taken_out_is_advertised_no_more(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, consents=("marketing",))
    change(client, links.basket(shop.BASKET), sku="BOOT-42", quantity=0)
    with showroom.reading() as reading:
        wanted = facts.articles(reading, showroom.catalogue(), shop.PROFILE)
        waiting = profile.open_basket(reading, shop.PROFILE, since=0)
    assert sorted(one.sku for one in wanted) == ["COAT-M", "POT-1"]
    assert sorted(line["sku"] for line in waiting) == ["COAT-M", "POT-1"]


def test_only_a_form_changes_a_basket(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom)
    link = links.basket(shop.BASKET)
    assert client.get(f"{link}/lines?sku=BOOT-42&quantity=0").status_code == 405
    assert client.post("/b/made-up/lines", data={"sku": "BOOT-42", "quantity": "0"}).status_code == 404
    assert rows(showroom, tables.shared_choice) == []


def test_the_choices_of_who_is_erased_are_gone(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom)
    change(client, links.basket(shop.BASKET), sku="BOOT-42", quantity=3)
    assert len(rows(showroom, tables.shared_choice)) == 1
    decisions.erase(showroom, shop.PROFILE)
    assert rows(showroom, tables.shared_choice) == []


def test_a_browser_that_is_known_stays_whose_it_is_when_it_opens_the_link_of_another(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom, consents=("profiling",))
    with showroom.engine.begin() as connection:
        meet(connection, showroom, mail="mari@example.org")
    value = browsers.draw(showroom, SARAH)
    with showroom.engine.begin() as connection:
        consent(connection, "profiling", True)
    client.set_cookie("tote", value, domain="localhost")
    assert "Set-Cookie" not in client.get(links.basket(shop.BASKET)).headers
