import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from typing import Any

import pytest

from hq.links import Links, read
from hq.live.basket import live_basket
from hq.mail.compose import POLICY, compose
from hq.mail.letter import letter
from hq.theme import Theme, load
from hq.words import LANGUAGES
from tests.hq import showroom as shop

DEMO = Path(__file__).parents[3] / "edge" / "demo" / "shop" / "theme.toml"


@pytest.fixture
def theme() -> Theme:
    return load(None)


def composed(
    tmp_path: Path, theme: Theme, *, marketing: bool = True, about: str = "mail", store: str = shop.HOME, **sent: Any
) -> EmailMessage:
    hq = shop.showroom(tmp_path / "hq")
    shop.send_basket(hq, store=store, **sent)
    with hq.reading() as reading:
        basket = live_basket(reading, hq.catalogue(), shop.BASKET)
    assert basket
    links = Links(base=hq.public_url, key=hq.keys.link)
    when: dict[str, Any] = {"at": shop.NOON, "zone": "Europe/Tallinn"}
    page = links.basket(basket.id)
    own: dict[str, Any] = {"about": about, "mail": shop.MAIL_ID, "marketing": marketing}
    values = letter(basket, theme=theme, links=links, page=page, **own, **when)
    sender = "Aurora <basket@aurora.example>"
    message = compose(values, sender=sender, to=sent.get("mail", shop.MAIL), message_id="<1@x.example>", at=shop.NOON)
    hq.close()
    return message_from_bytes(bytes(message), policy=default)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_mail_has_a_text_part_before_its_html_part(tmp_path: Path, theme: Theme) -> None:
    message = composed(tmp_path, theme)
    assert message.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"]


def test_both_parts_name_articles_sizes_prices_stock_and_total(tmp_path: Path, theme: Theme) -> None:
    message = composed(tmp_path, theme)
    for kind in ("plain", "html"):
        text = part(message, kind)
        for said in ("Fjell trail boot", "42 · Moss", "€189.00", "Only 2 left in Aurora Tallinn", "€467.00"):
            assert said in text
        assert "Sold out in Aurora Tallinn" in text
        assert "In stock in Aurora P" in text
        assert "€64.50 each" in text


def test_the_unsubscribe_headers_are_short_and_unfolded(tmp_path: Path, theme: Theme) -> None:
    raw = composed(tmp_path, theme).as_bytes(policy=SMTP.clone(max_line_length=0))
    hq = shop.showroom(tmp_path / "again")
    link = Links(base="https://bag.aurora.example", key=hq.keys.link).unsubscribe(shop.MAIL_ID)
    hq.close()
    assert len(f"List-Unsubscribe: <{link}>") < 98
    assert re.search(rb"^List-Unsubscribe: <https://bag\.aurora\.example/u/[\w-]{38}>\r\n[A-Z]", raw, re.M)
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_headers_leave_unfolded_as_the_sender_writes_them(theme: Theme) -> None:
    values = {"unsubscribe_url": "https://" + "long." * 40 + "example/u/1", "subject": "x", "language": "en"}
    message = EmailMessage(policy=POLICY)
    message["List-Unsubscribe"] = f"<{values['unsubscribe_url']}>"
    assert bytes(message).startswith(f"List-Unsubscribe: <{values['unsubscribe_url']}>\r\n".encode())


def test_a_line_is_never_longer_than_mail_allows(tmp_path: Path, theme: Theme) -> None:
    lines = composed(tmp_path, theme).as_bytes(policy=SMTP).split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert max(len(line) for line in lines if not line.startswith(b"List-Unsubscribe")) <= 78


def test_hostile_product_names_are_escaped_in_html(tmp_path: Path, theme: Theme) -> None:
    html = part(composed(tmp_path, theme, skus={"CHAIR-1": 1}), "html")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
    assert "{{ 7*7 }}" in html  # not 49: a name is no template


def test_an_article_that_is_shown_beside_needs_consent_to_marketing(tmp_path: Path, theme: Theme) -> None:
    assert "Goes with it" in part(composed(tmp_path / "1", theme), "html")
    assert "Goes with it" not in part(composed(tmp_path / "2", theme, marketing=False), "html")


def test_a_mail_loads_nothing_that_tells_of_its_reader(tmp_path: Path, theme: Theme) -> None:
    html = part(composed(tmp_path, theme), "html")
    pictures = re.findall(r'<img[^>]*src="([^"]+)"', html)
    assert pictures
    assert all(re.fullmatch(r"https://bag\.aurora\.example/(thumbs|brand)/[\w./-]+\.png", url) for url in pictures)
    assert 'width="1"' not in html


def test_the_only_button_leads_to_the_basket(tmp_path: Path, theme: Theme) -> None:
    hq = shop.showroom(tmp_path / "keys")
    html = part(composed(tmp_path, theme), "html")
    tokens = set(re.findall(r"/b/([\w-]{38})", html))
    hq.close()
    assert len(tokens) == 1
    assert html.count('role="presentation" style="border:none;border-radius:4px') == 1


def test_a_reminder_of_a_web_cart_speaks_of_the_web_shop(tmp_path: Path, theme: Theme) -> None:
    message = composed(tmp_path, theme, about="reminder", store="web")
    for kind in ("plain", "html"):
        text = " ".join(part(message, kind).split())
        assert "in our web shop, this is still to be had" in text and "Sent home from" in text
        assert "collected" not in text and "allowed us in" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_own_mail(tmp_path: Path, theme: Theme, language: str) -> None:
    message = composed(tmp_path, theme, language=language)
    heading = {"en": "Everything you", "de": "Alles, was du", "es": "Todo lo que", "et": "Kõik, mis"}[language]
    assert heading in part(message, "plain")
    assert heading in part(message, "html")
    assert message["Content-Language"] == language
    assert f'lang="{language}"' in part(message, "html")


def test_colours_and_opening_hours_are_in_the_readers_language(tmp_path: Path) -> None:
    message = composed(tmp_path, load(DEMO), language="et")
    for kind in ("plain", "html"):
        assert "42 · Sammal" in part(message, kind)
        assert "E–L 10:00–20:00" in part(message, kind)
        assert "2. november, 14:00" in part(message, kind)


def test_a_domain_in_any_script_becomes_its_ascii_form(tmp_path: Path, theme: Theme) -> None:
    message = composed(tmp_path, theme, mail="mari@õhtu.example")
    assert str(message["To"]) == "mari@xn--htu-nna.example"


def test_a_basket_of_many_lines_stays_below_the_size_at_which_gmail_cuts(tmp_path: Path, theme: Theme) -> None:
    every = dict.fromkeys((variant.sku for variant in shop.VARIANTS), 1)
    assert len(part(composed(tmp_path, theme, skus=every), "html").encode()) < 102_000 * 8 / 12


def test_a_link_for_one_purpose_opens_nothing_else() -> None:
    key, other = b"k" * 32, b"o" * 32
    basket = Links(base="", key=key).basket(shop.BASKET).removeprefix("/b/")
    assert read(key, "basket", basket) == shop.BASKET
    assert read(key, "unsubscribe", basket) is None
    assert read(other, "basket", basket) is None
    assert read(key, "basket", basket[:-2] + "AA") is None
    assert read(key, "basket", "") is None
    assert read(key, "basket", "õ" * 38) is None
