"""Where a basket may be sent: what is taken for an address, and what never leaves the blob."""

import msgspec
import pytest

from edge.domain.article import Store
from edge.shop import BadAddressError
from edge.shop.sending import phone, region_of
from sync.codec import unseal
from tests.edge.shop.conftest import Bench


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("5123 4567", "EE", "+37251234567"),
        ("+372 5123 4567", "", "+37251234567"),
        ("0151 23456789", "DE", "+4915123456789"),
        ("00 49 151 23456789", "EE", "+4915123456789"),
        ("612 34 56 78", "ES", "+34612345678"),
    ],
)
def test_a_number_is_read_as_the_country_of_the_store_writes_it(typed: str, region: str, number: str) -> None:
    assert phone(typed, region) == number


@pytest.mark.parametrize(
    ("typed", "region", "key"),
    [
        ("", "EE", "bad-address-no-phone"),
        ("12", "EE", "bad-address-phone"),
        ("+372 1", "", "bad-address-phone"),
        ("anna@example.com", "EE", "bad-address-phone"),
        ("5123 4567", "", "bad-address-country"),
    ],
)
def test_what_is_no_number_is_refused_by_name(typed: str, region: str, key: str) -> None:
    with pytest.raises(BadAddressError) as refused:
        phone(typed, region)
    assert refused.value.key == key


def test_the_country_is_that_of_the_settings_else_of_the_time_zone() -> None:
    tallinn = Store(id="t", name="Tallinn", time_zone="Europe/Tallinn")
    assert region_of(tallinn, "") == "EE"
    assert region_of(tallinn, "FI") == "FI"
    assert region_of(Store(id="t", name="Tallinn"), "") == ""


def test_a_number_is_sealed_before_it_is_written(bench: Bench) -> None:
    bench.shop.add_line("wall", "BOOT-42")
    bench.shop.send_basket("wall", "+372 5123 4567", (), "sms")
    events, blobs = bench.log.read(0, 1000, 1 << 30)
    sent = next(event for event in events if event.kind == "BasketSent")
    assert '"channel":"sms"' in sent.body
    assert "5123" not in sent.body
    assert sent.seal
    told = msgspec.json.decode(unseal(bench.seal_key, blobs[sent.seal]))
    assert told == {"v": 1, "store": "shop", "event": sent.id, "phone": "+37251234567"}
