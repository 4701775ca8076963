"""Every valid number comes back the same in whatever it is written."""

from hypothesis import given
from hypothesis import strategies as st

from edge.codes import check_digit, digital_link, resolve, upca_to_upce, upce_to_upca

GTINS = (
    st.sampled_from((7, 11, 12, 13))
    .flatmap(lambda length: st.text(alphabet="0123456789", min_size=length, max_size=length))
    .map(lambda payload: payload + check_digit(payload))
    .filter(lambda code: code.strip("0") != "")
)
SYMBOLOGY = {8: "ean8", 12: "upca", 13: "ean13", 14: "itf14"}
TEXT = st.text(alphabet="!%&'*+,-./0123456789:;<=>?AZ_az", min_size=1, max_size=20)


@given(code=GTINS)
def test_a_gtin_is_the_same_in_every_carrier(code: str) -> None:
    gtin = code.zfill(14)
    carriers = (
        resolve(code),
        resolve(code, SYMBOLOGY[len(code)]),
        resolve(f"]C101{gtin}"),
        resolve(f"^01{gtin}"),
        resolve(f"(01){gtin}"),
        resolve(digital_link(code, "https://id.example.com/x")),
        resolve(f"https://id.example.com/01/{code}"),
        resolve(digital_link(code, "https://id.example.com").encode()),
    )
    assert {carrier.gtin for carrier in carriers} == {gtin}


@given(code=GTINS, lot=TEXT, serial=TEXT)
def test_lot_and_serial_number_are_the_same_in_string_and_link(code: str, lot: str, serial: str) -> None:
    from urllib.parse import quote

    gtin = code.zfill(14)
    string = resolve(f"]d201{gtin}10{lot}\x1d21{serial}")
    link = resolve(f"https://a/01/{gtin}/10/{quote(lot, safe='')}/21/{quote(serial, safe='')}")
    assert string.elements == link.elements == {"01": gtin, "10": lot, "21": serial}


@given(system=st.sampled_from("01"), six=st.text(alphabet="0123456789", min_size=6, max_size=6))
def test_a_upc_e_is_its_upc_a(system: str, six: str) -> None:
    upca = next(upca for last in "0123456789" if (upca := upce_to_upca(system + six + last)) or last == "9")
    if upca is None:
        return  # all zeros
    short = upca_to_upce(upca)
    assert short is not None
    assert resolve(short, "upce").gtin == resolve(upca, "upca").gtin == upca.zfill(14)


@given(code=GTINS, wrong=st.integers(min_value=1, max_value=9))
def test_a_wrong_check_digit_is_never_an_article(code: str, wrong: int) -> None:
    broken = code[:-1] + str((int(code[-1]) + wrong) % 10)
    carriers = (
        resolve(broken, SYMBOLOGY[len(code)]),
        resolve(f"]C101{broken.zfill(14)}"),
        resolve(f"https://a/01/{broken}"),
    )
    assert [(carrier.kind, carrier.gtin) for carrier in carriers] == [("invalid", None)] * 3
