"""The send screen of a station: the code, the event that says it was shown, and how HQ comes to know the key."""

from dataclasses import replace

import msgspec
import pytest

from edge.codes.shared_basket import read
from edge.domain.events import BasketShared, SigningKeyMade
from edge.shop import Send, Shop
from edge.shop.sharing import Sharing
from sync.codec import verify_key_of
from tests.edge.shop.conftest import Bench

SHARING = Sharing(base="https://hq.shop.example", key=bytes(range(32)))


@pytest.fixture
def shop(bench: Bench) -> Shop:
    """The same shop, which may show codes."""
    vars(bench.shop.settings).update(sharing=SHARING)
    return bench.shop


def shown(shop: Shop, station: str = "wall") -> str:
    shop.show(station, Send())
    screen = shop.screen(station)
    assert isinstance(screen, Send)
    return screen.code


def test_the_send_screen_holds_the_basket_signed_and_names_the_event_that_says_so(bench: Bench, shop: Shop) -> None:
    shop.add_line("wall", "BOOT-42", 2, "collect")
    shop.add_line("wall", "TENT")
    signed = read(shown(shop).removeprefix("https://hq.shop.example/q/"))
    assert signed.is_by(verify_key_of(SHARING.key))
    told = bench.log.latest(1)[0]
    event = msgspec.json.decode(told.body, type=BasketShared)
    assert (told.kind, told.id, told.at) == ("BasketShared", signed.basket.last, signed.basket.at)
    assert (event.basket, event.via, event.lines) == (signed.basket.basket, "qr", shop.basket("wall").lines)
    lines = [(line.sku, line.quantity, line.fulfilment, line.price) for line in signed.basket.lines]
    assert lines == [("BOOT-42", 2, "collect", 12995), ("TENT", 1, "ship", 39900)]
    assert signed.basket.store == "shop"


def test_hq_is_told_the_key_once_before_the_first_code(bench: Bench, shop: Shop) -> None:
    shop.announce_key()
    shop.announce_key()
    shop.add_line("wall", "BOOT-42")
    shown(shop)
    assert bench.kinds().count("SigningKeyMade") == 1
    assert bench.kinds().index("SigningKeyMade") < bench.kinds().index("BasketShared")
    body = bench.log.read(0, 100, 1 << 20)[0][bench.kinds().index("SigningKeyMade")].body
    assert msgspec.json.decode(body, type=SigningKeyMade).public == SHARING.public


def test_a_key_that_could_not_be_told_at_the_start_is_told_with_the_first_code(bench: Bench, shop: Shop) -> None:
    shop.add_line("wall", "BOOT-42")
    shown(shop)
    assert bench.kinds()[-2:] == ["SigningKeyMade", "BasketShared"]


def test_another_key_is_told_too(bench: Bench, shop: Shop) -> None:
    shop.announce_key()
    vars(shop.settings).update(sharing=replace(SHARING, key=bytes(32)))
    shop.announce_key()
    assert bench.kinds().count("SigningKeyMade") == 2


def test_an_empty_basket_and_a_box_without_a_key_show_no_code(bench: Bench, shop: Shop) -> None:
    assert shown(shop) == ""
    vars(shop.settings).update(sharing=None)
    shop.add_line("wall", "BOOT-42")
    assert shown(shop) == ""
    assert "BasketShared" not in bench.kinds()


def test_a_basket_that_no_code_can_hold_says_so(bench: Bench, shop: Shop) -> None:
    vars(shop.settings).update(sharing=replace(SHARING, base="https://hq.example/" + "x" * 700))
    shop.add_line("wall", "BOOT-42")
    shown(shop)
    assert shop.screen("wall") == Send(too_large=True)
    assert "BasketShared" not in bench.kinds()


def test_the_code_is_gone_with_the_shopper(bench: Bench, shop: Shop) -> None:
    shop.add_line("wall", "BOOT-42")
    code = shown(shop)
    shop.end_visit("wall")
    rows = bench.database.read(lambda db: db.conn.execute("SELECT screen FROM visit").fetchall())
    assert code not in str(rows)
