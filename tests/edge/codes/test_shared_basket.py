"""The code that holds a basket: what stands in it, what it can't hold, and what is not believed."""

import re
import zlib
from base64 import b32decode, b32encode
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.codes.shared_basket import (
    MOST_LINES,
    MOST_SIGNS,
    SharedBasket,
    SharedBasketError,
    SharedLine,
    TooLargeError,
    address,
    read,
)
from sync.codec import sign, verify_key_of

DOCUMENT = Path(__file__).parents[3] / "docs" / "protocol.md"
GOLDEN = dict(re.findall(r"```\w+ golden:(shared-[\w-]+)\n(.*?)\n```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL))
SEED = bytes(range(64, 96))
KEY = verify_key_of(SEED)
HQ = "https://hq.shop.example"


def line(sku: str = "BOOT-42", **more: object) -> SharedLine:
    parts: dict[str, object] = {"price": 12995, "currency": "EUR", "quantity": 1, "fulfilment": "take"}
    return SharedLine(sku=sku, **{**parts, **more})  # type: ignore[arg-type]


def basket(*lines: SharedLine) -> SharedBasket:
    ids = {"basket": "019b76da7c40" + "4" * 20, "last": "019b76da7c41" + "3" * 20}
    return SharedBasket(store="aurora-tallinn", at=1767225661000, lines=lines or (line(),), **ids)


def payload(basket: SharedBasket, seed: bytes = SEED) -> str:
    return address(HQ, basket, seed).rpartition("/")[2]


def packed(text: str, *, behind: bytes = b"") -> str:
    """Signed by a box's true key, whatever it says."""
    pressing = zlib.compressobj(9, zlib.DEFLATED, -15)
    octets = sign(SEED, text.encode()) + pressing.compress(text.encode()) + pressing.flush() + behind
    return b32encode(octets).rstrip(b"=").decode()


def test_the_documented_code_says_the_documented_text_under_the_documented_signature() -> None:
    made = address(HQ, read(GOLDEN["shared-address"].rpartition("/")[2]).basket, SEED)
    signed = read(made.rpartition("/")[2])
    assert signed.basket.text == GOLDEN["shared-text"]
    assert read(GOLDEN["shared-address"].rpartition("/")[2]) == signed
    assert KEY.hex() == GOLDEN["shared-key"]
    assert signed.is_by(KEY)


skus = st.text(st.characters(exclude_characters="\t\n\0", exclude_categories=["Cs"]), min_size=1, max_size=24)


@given(st.lists(skus, min_size=1, max_size=4, unique=True), st.integers(1, 99), st.integers(0, 10**9))
def test_what_is_read_is_what_was_shown(names: list[str], quantity: int, price: int) -> None:
    shown = basket(*(line(sku, quantity=quantity, price=price, fulfilment="collect") for sku in names))
    assert read(payload(shown)).basket == shown


def test_25_lines_fit_and_26_are_too_many() -> None:
    lines = [line(f"FJELL-MOSS-{n}") for n in range(MOST_LINES + 1)]
    assert len(address(HQ, basket(*lines[:-1]), SEED)) <= MOST_SIGNS
    with pytest.raises(TooLargeError, match="26 lines"):
        address(HQ, basket(*lines), SEED)


def test_an_address_longer_than_800_signs_is_too_large_however_few_its_lines() -> None:
    noise = [f"{n:02}" + sign(SEED, bytes([n])).hex()[:60] for n in range(12)]
    with pytest.raises(TooLargeError, match="800 are the most"):
        address(HQ, basket(*map(line, noise)), SEED)
    fits = next(n for n in range(200) if len(address(HQ + "/" + "x" * n, basket(), SEED)) == MOST_SIGNS - 400)
    assert len(address(HQ + "/" + "x" * (fits + 400), basket(), SEED)) == MOST_SIGNS
    with pytest.raises(TooLargeError):
        address(HQ + "/" + "x" * (fits + 401), basket(), SEED)


def test_an_article_number_that_breaks_the_form_makes_no_code() -> None:
    for sku in ("A\tB", "A\nB", "", "x" * 65):
        with pytest.raises(SharedBasketError):
            address(HQ, basket(line(sku)), SEED)


def test_another_boxs_key_is_not_this_boxs() -> None:
    other = verify_key_of(bytes(32))
    assert not read(payload(basket())).is_by(other)
    assert not read(payload(basket())).is_by(b"short")


@pytest.mark.parametrize(
    "change", [{"store": "aurora-tartu"}, {"basket": "0" * 32}, {"last": "0" * 32}, {"at": 1}, {"lines": (line("X"),)}]
)
def test_a_signature_is_good_for_nothing_else(change: dict[str, object]) -> None:
    honest = read(payload(basket()))
    forged = replace(honest, basket=replace(honest.basket, **change))  # type: ignore[arg-type]
    assert honest.is_by(KEY)
    assert not forged.is_by(KEY)


TEXT = basket().text


@pytest.mark.parametrize(
    "text",
    [
        TEXT + "\n",
        TEXT + "\n" + TEXT.splitlines()[-1],
        TEXT.replace("\t1\t", "\t01\t"),
        TEXT.replace("\t1\t", "\t0\t"),
        TEXT.replace("\t1\t", "\t100\t"),
        TEXT.replace("12995", "-5"),
        TEXT.replace("12995", "1" * 14),
        TEXT.replace("12995", "٣"),
        TEXT.replace("take", "steal"),
        TEXT.replace("EUR", "eur"),
        TEXT.replace("1767225661000", "0767225661000"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("tote-basket/1", "tote-basket/2"),
        "\n".join(TEXT.splitlines()[:5]),
        TEXT.replace("aurora", "AURORA"),
        "",
        "\n".join([TEXT, *(line(str(n)).sku + "\t1\tEUR\t1\ttake" for n in range(25))]),
    ],
)
def test_a_text_of_another_form_is_refused_although_it_is_signed(text: str) -> None:
    with pytest.raises(SharedBasketError):
        read(packed(text))


def test_a_code_cut_short_prolonged_or_touched_is_refused() -> None:
    whole = payload(basket())
    wrong = [whole[:n] for n in (0, 1, 50, 102, 103, 110, len(whole) - 8)]
    wrong += [whole.lower(), whole + "=", whole + " ", whole + "1", "Ä" * 40, "A" * 801, packed(TEXT, behind=b"more")]
    for code in wrong:
        with pytest.raises(SharedBasketError):
            read(code)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = packed(TEXT + "\n" + "A" * 400_000)
    with pytest.raises(SharedBasketError):
        read(bomb)


@given(st.binary(max_size=400))
def test_whatever_octets_come_there_is_a_basket_or_a_clear_refusal(octets: bytes) -> None:
    with suppress(SharedBasketError):
        assert not read(b32encode(octets).rstrip(b"=").decode()).is_by(KEY)


def test_the_payload_is_the_signature_and_the_pressed_text() -> None:
    code = payload(basket())
    octets = b32decode(code + "=" * (-len(code) % 8))
    assert octets[:64] == sign(SEED, TEXT.encode())
    assert zlib.decompress(octets[64:], -15).decode() == TEXT


def test_a_line_may_name_the_store_where_it_is_collected() -> None:
    held = basket(line(fulfilment="collect", store="aurora-tartu"), line("TENT", fulfilment="collect"))
    assert held.text.endswith("\tcollect\taurora-tartu\nTENT\t12995\tEUR\t1\tcollect")
    assert read(address(HQ, held, SEED).rsplit("/", 1)[1]).basket == held
    with pytest.raises(SharedBasketError):
        address(HQ, basket(line(fulfilment="take", store="aurora-tartu")), SEED)
