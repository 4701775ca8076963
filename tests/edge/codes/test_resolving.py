"""What codes mean, and that nothing makes `resolve` raise."""

import time
from decimal import Decimal

import ndef
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.codes import CodeRange, CodeRules, LinkRule, RcnRule, check_digit, digital_link, gtin14, resolve
from edge.domain.money import Money

BOOT = "04006381333931"


@pytest.mark.parametrize(
    ("code", "symbology", "kind", "gtin"),
    [
        ("4006381333931", "", "gtin", BOOT),
        ("4006381333931", "ean13", "gtin", BOOT),
        ("]E04006381333931", "", "gtin", BOOT),
        (" 4006381333931\r\n", "", "gtin", BOOT),
        ("400 6381 33393 1", "", "gtin", BOOT),
        ("96385074", "ean8", "gtin", "00000096385074"),
        ("012345678905", "upca", "gtin", "00012345678905"),
        ("04006381333931", "itf", "gtin", BOOT),
        ("04252614", "upce", "gtin", "00042100005264"),
        ("01234565", "upce", "gtin", "00012345000065"),
        ("9780306406157", "", "isbn", "09780306406157"),
        ("0-306-40615-2", "", "isbn", "09780306406157"),
        ("080442957X", "", "isbn", "09780804429573"),
        ("0317-8471", "", "issn", "09770317847001"),
        ("9770317847001", "", "issn", "09770317847001"),
        ("2112345678900", "", "rcn", "02112345678900"),
        ("]C1010400638133393110ABC\x1d21S1", "", "gs1", BOOT),
        ("]d2010400638133393110ABC<GS>21S1", "", "gs1", BOOT),
        ("\x1d010400638133393110ABC", "", "gs1", BOOT),
        ("010400638133393110ABC", "code128", "gs1", BOOT),
        ("(01)04006381333931(10)ABC", "", "gs1", BOOT),
        ("https://id.example.com/01/4006381333931", "", "digital-link", BOOT),
        ("HTTPS://ID.EXAMPLE.COM/some/path/01/04006381333931/21/7?linkType=all", "", "digital-link", BOOT),
        ("]Q1https://example.com/01/04006381333931", "", "digital-link", BOOT),
        ("]d1https://example.com/gtin/4006381333931", "", "digital-link", BOOT),
        ("3074257BF7194E4000001A85", "", "epc", "80614141123458"),
        ("URN:EPC:ID:SGTIN:0614141.812345.6789", "", "epc", "80614141123458"),
        ("https://example.com/2026/01/15/news", "", "url", None),
        ("https://[", "", "url", None),
        ("TB-42-BRN", "", "sku", None),
        ("12345", "", "sku", None),
        ("winter boots", "", "text", None),
        ("]Q1WIFI:S:guest;;", "", "text", None),
    ],
)
def test_a_code_is_understood(code: str, symbology: str, kind: str, gtin: str | None) -> None:
    meaning = resolve(code, symbology)
    assert (meaning.kind, meaning.gtin, meaning.error) == (kind, gtin, None)
    assert resolve(code.encode(), symbology) == meaning


@pytest.mark.parametrize(
    ("code", "symbology", "reason"),
    [
        ("", "", "empty"),
        ("]", "", "identifier"),
        ("]X", "", "identifier"),
        ("4006381333930", "", "ends in 1, not 0"),
        ("400638133393", "ean13", "wrong length"),
        ("0000000000000", "", "all zeros"),
        ("04252615", "upce", "check digit"),
        ("(01)04006381333932", "", "check digit is wrong: (01)"),
        ("]C10104006381333931\x1d0104006381333948", "", "twice"),
        ("]d2", "", "no data"),
        ("https://example.com/01/04006381333932", "", "check digit"),
        ("F74006381333931000000000", "epc", "TDS 2"),
        ("30FFFFFFFFFFFFFFFFFFFFFF", "epc", "no valid EPC"),
        ("x" * 10_000, "", "too long"),
    ],
)
def test_a_broken_code_says_why_and_what_to_do(code: str, symbology: str, reason: str) -> None:
    meaning = resolve(code, symbology)
    assert meaning.kind == "invalid"
    assert meaning.error is not None
    assert reason in meaning.error.reason
    assert meaning.error.hint


def test_digits_that_may_be_two_things_name_both() -> None:
    meaning = resolve("01234565")
    assert (meaning.gtin, meaning.also) == ("00000001234565", ("00012345000065",))


def test_add_ons_and_composites_keep_their_data() -> None:
    assert resolve("]E3977031784700105").elements == {"add-on": "05"}
    composite = resolve("]E402345673|]e099COMPOSITE\x1d98XYZ")
    assert (composite.gtin, composite.elements) == ("00000002345673", {"99": "COMPOSITE", "98": "XYZ"})


def test_measures_and_prices_are_read_from_element_strings() -> None:
    meaning = resolve("(01)04006381333931(3103)001205(3922)1299")
    assert meaning.measure is not None
    assert (meaning.measure.value, meaning.measure.unit) == (Decimal("1.205"), "kg")
    assert meaning.price == Money(amount=1299, currency="EUR")
    assert resolve("(01)04006381333931(3103)001205(3932)8401299").price == Money(amount=1299, currency="USD")


def test_in_store_codes_carry_price_or_weight_by_the_retailers_rules() -> None:
    rules = CodeRules(rcn=(RcnRule("21IIIIIVVVVV", "price"), RcnRule("28IIIIIVVVVV", "weight", 3)), currency="EUR")
    price = resolve(_with_check_digit("211234500599"), "ean13", rules)
    weight = resolve(_with_check_digit("289876501205"), "ean13", rules)
    assert (price.kind, price.price, price.gtin) == ("rcn", Money(amount=599, currency="EUR"), "02112345000008")
    assert weight.measure is not None
    assert weight.measure.value == Decimal("1.205")


def test_an_in_store_code_whose_own_check_digit_is_wrong_is_refused() -> None:
    rules = CodeRules(rcn=(RcnRule("28IIIICVVVVV", "weight", 3),))
    kinds = [resolve(_with_check_digit(f"281234{digit}14685"), "", rules).kind for digit in range(10)]
    assert kinds.count("rcn") == 1
    assert kinds.count("invalid") == 9


def test_cards_and_badges_are_told_by_their_ranges_before_anything_else() -> None:
    rules = CodeRules(ranges=(CodeRange("loyalty", r"29\d{11}"), CodeRange("badge", r"STAFF-\d+")))
    assert resolve("2912345678901", "ean13", rules).kind == "loyalty"
    assert resolve("STAFF-7", "", rules).kind == "badge"


def test_a_bad_rule_is_refused_where_it_is_written() -> None:
    with pytest.raises(ValueError, match="RCN pattern"):
        RcnRule("99IIIII", "price")


def test_tags_lead_to_their_address() -> None:
    link = "https://id.example.com/01/04006381333931?a=1&b=2"
    octets = b"".join(ndef.message_encoder([ndef.UriRecord(link)]))
    meaning = resolve(octets, "ndef")
    assert (meaning.kind, meaning.text, meaning.gtin) == ("digital-link", link, BOOT)
    poster = ndef.SmartposterRecord(link)
    assert resolve(b"".join(ndef.message_encoder([poster])), "ndef").gtin == BOOT


@pytest.mark.parametrize(
    ("records", "reason"),
    [([], "empty tag"), ([ndef.Record()], "empty tag"), ([ndef.Record("image/png", "", b"\x89PNG")], "foreign tag")],
)
def test_a_tag_without_an_article_says_so(records: list[ndef.Record], reason: str) -> None:
    error = resolve(b"".join(ndef.message_encoder(records)), "ndef").error
    assert error is not None
    assert error.reason == reason


def test_a_torn_tag_is_broken_not_empty() -> None:
    octets = b"".join(ndef.message_encoder([ndef.UriRecord("https://example.com/")]))
    error = resolve(octets[:-3], "ndef").error
    assert error is not None
    assert error.reason == "broken tag"


def test_half_a_surrogate_pair_is_only_odd_text() -> None:
    assert resolve("\ud800").text == "?"


SYMBOLOGIES = st.sampled_from(["", "ndef", "ean13", "ean8", "upce", "upca", "itf14", "qr", "gs1-128", "epc", "code128"])
TROUBLE = st.text(alphabet="]01239ACEJQdehtps:/()^|.-+\x1d <>GS%²٣", max_size=60)


@given(data=st.one_of(st.binary(max_size=80), st.text(max_size=80), TROUBLE), symbology=SYMBOLOGIES)
def test_no_input_makes_it_raise(data: bytes | str, symbology: str) -> None:
    assert resolve(data, symbology).kind


@given(path=TROUBLE)
def test_no_link_makes_it_raise(path: str) -> None:
    assert resolve("https://example.com/01/" + path).kind


@given(
    payload=st.text(alphabet="0123456789", min_size=7, max_size=13).filter(lambda text: len(text) in (7, 11, 12, 13))
)
def test_every_gtin_round_trips(payload: str) -> None:
    code = payload + check_digit(payload)
    if code.strip("0") == "":
        return
    meaning = resolve(code)
    assert meaning.gtin == gtin14(code) == code.zfill(14)
    assert resolve(digital_link(code, "https://id.example.com/")).gtin == meaning.gtin


@given(serial=st.integers(min_value=0, max_value=2**38 - 1), item=st.integers(min_value=0, max_value=999_999))
def test_every_epc_round_trips(serial: int, item: int) -> None:
    from epcpy.epc_schemes.sgtin import SGTIN, SGTINFilterValue

    tag = SGTIN(f"urn:epc:id:sgtin:0614141.{item:06}.{serial}")
    octets = tag.hex(binary_coding_scheme=SGTIN.BinaryCodingScheme.SGTIN_96, filter_value=SGTINFilterValue.POS_ITEM)
    meaning = resolve(octets, "epc")
    assert (meaning.gtin, meaning.elements["21"]) == (tag.gtin(), str(serial))


def _with_check_digit(payload: str) -> str:
    return payload + check_digit(payload)


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("\ufeff4006381333931", "gtin", "4006381333931"),
        ("\x02]E04006381333931\x03\r\n", "gtin", "4006381333931"),
        (r"]Q2\000026https://a.example/01/04006381333931", "digital-link", "https://a.example/01/04006381333931"),
        (r"]Q1\000026", "text", r"\000026"),
        (r"]Q4\000026010400638133393110A", "gs1", "010400638133393110A"),
        (r"]d4C:\\shop\\1", "text", r"C:\shop\1"),
        ("]d510ABC", "gs1", "10ABC"),
        ("]z110ABC", "gs1", "10ABC"),
    ],
)
def test_what_readers_put_around_a_code_is_taken_off(code: str, kind: str, text: str) -> None:
    assert (resolve(code).kind, resolve(code).text) == (kind, text)


@pytest.mark.parametrize("digits", ["04252614", "0306406152", "2021200000", "12345678", "977031784700105"])
@pytest.mark.parametrize("said", ["code39", "code128", "itf", "qr", "datamatrix", "codabar"])
def test_digits_in_a_symbol_of_free_text_are_no_upce_and_no_book(digits: str, said: str) -> None:
    assert (resolve(digits, said).kind, resolve(digits, said).gtin) == ("sku", None)
    assert resolve(f"]A0{digits}").kind == "sku"


def test_a_gtin_in_a_symbol_of_free_text_is_only_that() -> None:
    assert (resolve("12345670", "itf").gtin, resolve("12345670", "itf").also) == ("00000012345670", ())
    assert resolve("12345670").also
    assert resolve("]X00306406152").kind == "isbn"
    assert resolve("4006381333930", "code128").kind == "invalid"


@pytest.mark.parametrize(
    ("code", "symbology", "kind", "gtin", "add_on"),
    [
        ("9780306406157 51299", "", "isbn", "09780306406157", "51299"),
        ("9780306406157 51299", "ean13", "isbn", "09780306406157", "51299"),
        ("978030640615751299", "", "isbn", "09780306406157", "51299"),
        ("977031784700105", "", "issn", "09770317847001", "05"),
        ("012345678905 12", "", "gtin", "00012345678905", "12"),
        ("4006381333930 12", "", "invalid", None, "12"),
        ("978030640615851299", "", "sku", None, None),
    ],
)
def test_an_add_on_is_read_without_an_identifier_too(
    code: str, symbology: str, kind: str, gtin: str | None, add_on: str | None
) -> None:
    meaning = resolve(code, symbology)
    assert (meaning.kind, meaning.gtin, meaning.elements.get("add-on")) == (kind, gtin, add_on)


@pytest.mark.parametrize(
    ("code", "kind", "gtin"),
    [
        ("ISBN 0-306-40615-2", "isbn", "09780306406157"),
        ("ISBN-13: 978-0-306-40615-7", "isbn", "09780306406157"),
        ("issn 0317-8471", "issn", "09770317847001"),
        ("ISBN 0-306-40615-3", "invalid", None),
        ("ISBN wool", "text", None),
        ("00000000", "invalid", None),
        ("0-000-00000-0", "sku", None),
    ],
)
def test_books_and_magazines_are_read_as_they_are_written(code: str, kind: str, gtin: str | None) -> None:
    assert (resolve(code).kind, resolve(code).gtin) == (kind, gtin)


@pytest.mark.parametrize(
    ("code", "symbology"),
    [
        ("^" + "91x^" * 2000, ""),
        ("]C1" + "".join(f"{ai}A\x1d" for ai in range(90, 100)) * 190, ""),
        ("(10)x" * 1600, ""),
        (b"\xc1\x01\x00\x00\x7d\x00T\x02en" + b"a" * 31_997, "ndef"),
    ],
)
def test_what_no_symbol_holds_is_refused_at_once(code: str | bytes, symbology: str) -> None:
    began = time.process_time()
    assert resolve(code, symbology).kind == "invalid"
    assert time.process_time() - began < 0.3


def test_digits_of_other_scripts_are_in_no_cards_number() -> None:
    rules = CodeRules(ranges=(CodeRange("loyalty", r"29\d{11}"),), sku=r"\d{5}")
    assert resolve("2912345678901", rules=rules).kind == "loyalty"
    assert resolve("29" + "\u0661" * 11, rules=rules).kind == "text"
    assert resolve("\u0661" * 5, rules=rules).kind == "text"


def test_an_own_address_may_be_in_capitals_and_escaped() -> None:
    rules = CodeRules(links=(LinkRule("https://shop[.]example/p/(?P<sku>[^/?#]+).*"),))
    assert resolve("HTTPS://SHOP.EXAMPLE/p/Gr%C3%B6n-42?x=1", rules=rules).text == "Grön-42"


def test_an_in_store_number_padded_to_fourteen_digits_is_the_same() -> None:
    rules = CodeRules(rcn=(RcnRule("21IIIIIVVVVV", "price"),))
    assert resolve("02112345005997", rules=rules).price == resolve("2112345005997", rules=rules).price is not None


def test_the_shops_own_hosts_may_be_written_in_any_way() -> None:
    rules = CodeRules(hosts=("ID.Example.com",))
    assert resolve("https://id.example.com./x", rules=rules).own
    assert not resolve("https://id.example.com.evil.example/x", rules=rules).own
