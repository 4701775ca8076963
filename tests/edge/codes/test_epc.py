"""Tags: every scheme round-trips through the library that encodes it, the newer ones by the standard's examples."""

import pytest
from epcpy.epc_schemes.giai import GIAI, GIAIFilterValue
from epcpy.epc_schemes.grai import GRAI, GRAIFilterValue
from epcpy.epc_schemes.sgln import SGLN, SGLNFilterValue
from epcpy.epc_schemes.sgtin import SGTIN, SGTINFilterValue
from epcpy.epc_schemes.sscc import SSCC, SSCCFilterValue
from hypothesis import given
from hypothesis import strategies as st

from edge.codes import check_digit, resolve

COMPANIES = st.integers(min_value=6, max_value=12).flatmap(
    lambda length: st.text(alphabet="0123456789", min_size=length, max_size=length)
)
"""Company prefixes of every length, so of every partition."""
DIGITS = st.text(alphabet="0123456789", min_size=17, max_size=17)


@given(company=COMPANIES, digits=DIGITS, serial=st.integers(min_value=0, max_value=2**38 - 1))
def test_every_article_round_trips(company: str, digits: str, serial: int) -> None:
    item = digits[: 13 - len(company)]
    tag = SGTIN(f"urn:epc:id:sgtin:{company}.{item}.{serial}")
    octets = tag.hex(binary_coding_scheme=SGTIN.BinaryCodingScheme.SGTIN_96, filter_value=SGTINFilterValue.POS_ITEM)
    payload = item[0] + company + item[1:]
    for code in (octets, octets.lower(), str(tag.epc_uri), str(tag.epc_uri).upper()):
        meaning = resolve(code)
        expected = payload + check_digit(payload)
        assert meaning.gtin == (expected if expected.strip("0") else None)
        assert meaning.elements == {"01": expected, "21": str(serial)}


@given(company=COMPANIES, digits=DIGITS)
def test_every_parcel_round_trips(company: str, digits: str) -> None:
    reference = digits[: 17 - len(company)]
    tag = SSCC(f"urn:epc:id:sscc:{company}.{reference}")
    octets = tag.hex(binary_coding_scheme=SSCC.BinaryCodingScheme.SSCC_96, filter_value=SSCCFilterValue.ALL_OTHERS)
    payload = reference[0] + company + reference[1:]
    assert resolve(octets).elements == {"00": payload + check_digit(payload)}


@given(company=COMPANIES, digits=DIGITS, extension=st.integers(min_value=0, max_value=2**41 - 1))
def test_every_place_round_trips(company: str, digits: str, extension: int) -> None:
    place = company + digits[: 12 - len(company)]
    tag = SGLN(f"urn:epc:id:sgln:{company}.{place[len(company) :]}.{extension}")
    octets = tag.hex(binary_coding_scheme=SGLN.BinaryCodingScheme.SGLN_96, filter_value=SGLNFilterValue.ALL_OTHERS)
    more = {"254": str(extension)} if extension else {}
    assert resolve(octets).elements == {"414": place + check_digit(place), **more}


@given(company=COMPANIES, digits=DIGITS, serial=st.integers(min_value=0, max_value=2**38 - 1))
def test_every_returnable_asset_round_trips(company: str, digits: str, serial: int) -> None:
    asset = company + digits[: 12 - len(company)]
    tag = GRAI(f"urn:epc:id:grai:{company}.{asset[len(company) :]}.{serial}")
    octets = tag.hex(binary_coding_scheme=GRAI.BinaryCodingScheme.GRAI_96, filter_value=GRAIFilterValue.ALL_OTHERS)
    assert resolve(octets).elements == {"8003": f"0{asset}{check_digit(asset)}{serial}"}


@given(company=COMPANIES, asset=st.integers(min_value=1, max_value=2**42 - 1))
def test_every_other_asset_round_trips(company: str, asset: int) -> None:
    tag = GIAI(f"urn:epc:id:giai:{company}.{asset}")
    octets = tag.hex(binary_coding_scheme=GIAI.BinaryCodingScheme.GIAI_96, filter_value=GIAIFilterValue.ALL_OTHERS)
    assert resolve(octets).elements == {"8004": f"{company}{asset}"}


@pytest.mark.parametrize(
    ("octets", "date"),
    [  # TDS 2.3, annex E.3
        ("F73795211411234538566CB0AFC4", {}),
        ("FD3795211411234538566CB0AFC525065F1876F0D996D800", {}),
        ("FB342CDE795211411234538566CB0AFC4", {"17": "220630"}),
        ("FC342CDE795211411234538566CB0AFC525065F1876F0D996D80", {"17": "220630"}),
    ],
)
def test_articles_on_tags_of_the_second_standard_are_read(octets: str, date: dict[str, str]) -> None:
    meaning = resolve(octets, "epc")
    assert (meaning.kind, meaning.gtin) == ("epc", "79521141123453")
    assert meaning.elements == {"01": "79521141123453", "21": "32a/b", **date}


@pytest.mark.parametrize(
    ("serial", "bits"),
    [
        ("007", "000" + "00011" + "0000000111"),
        ("BEEF", "001" + "00100" + "1011111011101111"),
        ("beef", "010" + "00100" + "1011111011101111"),
        ("aZ-_", "011" + "00100" + "011010" + "011001" + "111110" + "111111"),
        ("A1.", "101" + "00011" + f"{1 * 1600 + 31 * 40 + 28 + 1:016b}"),
    ],
)
def test_serial_numbers_are_written_in_six_ways(serial: str, bits: str) -> None:
    written = "11110111" + "0001" + "".join(f"{int(digit):04b}" for digit in "79521141123453") + bits
    octets = int(written.ljust(-(-len(written) // 8) * 8, "0"), 2).to_bytes(-(-len(written) // 8), "big")
    assert resolve(octets.hex(), "epc").elements["21"] == serial


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        ("F90095201234567891235", "SSCC+"),
        ("E60000", "CPI++"),
        ("F700", "ends too early"),
        ("F73795211411234638566CB0AFC4", "check digit"),
        ("F737A5211411234538566CB0AFC4", "article number"),
        ("zz", "no valid EPC"),
    ],
)
def test_a_tag_that_names_no_article_says_what_it_is(octets: str, reason: str) -> None:
    error = resolve(octets, "epc").error
    assert error is not None
    assert reason in error.reason


def test_a_serial_number_may_hold_brackets() -> None:
    assert resolve("urn:epc:id:sgtin:0614141.812345.a(21)b").elements == {"01": "80614141123458", "21": "a(21)b"}


@pytest.mark.parametrize(
    ("octets", "elements"),
    [
        ("3774257BF40C0E59B2C2BF1000000000000000000000", {"8003": "0061414112345232a/b"}),
        ("3674257BF6B7A659B2C2BF1000000000000000000000000000", {"01": "70614141123451", "21": "32a/b"}),
        ("3E14257BF46073061438997367D0C18B266D1AB66EE0", {"253": "0614141123452ABCDefgh012345678"}),
        ("3D14257BF75411DEF6B4CC00000003039000", {"8010": "06141415PQ7/Z43", "8011": "12345"}),
        ("4014F4E4E40C0E40820000000F6C", {"8006": "040123451234560102", "21": "987"}),
        ("4114F4E4E40C0E408272E1B800000000000000000000000000000000", {"8006": "040123451234560102", "21": "987"}),
        ("F73795211411234538566CB0AFC4", {"01": "79521141123453", "21": "32a/b"}),
    ],
)
def test_a_tag_of_any_length_is_one_though_nobody_said_so(octets: str, elements: dict[str, str]) -> None:
    assert (resolve(octets).kind, resolve(octets.lower()).elements) == ("epc", elements)


@pytest.mark.parametrize("number", ["4012345678901234567890123456", "F7ABCDEF01ABCDEF01ABCDEF01", "40FF", "3DAFFE" * 6])
def test_a_long_number_is_no_tag_only_because_it_begins_like_one(number: str) -> None:
    assert resolve(number).kind == "sku"


def test_the_class_of_a_batch_is_read() -> None:
    meaning = resolve("urn:epc:class:lgtin:4012345.012345.998877")
    assert (meaning.gtin, meaning.elements["10"]) == ("04012345123456", "998877")
    assert resolve("urn:epc:class:lgtin:4012345.012345.").kind == "invalid"
