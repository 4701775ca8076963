"""The structure of NDEF messages, pinned by their octets."""

import ndef
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.errors import TagError
from hardware.tags.ndef_message import LONGEST, check


@pytest.mark.parametrize(
    "message",
    [
        bytes.fromhex("D101055504612E6262"),
        bytes.fromhex("D9010501555804612E6262"),
        bytes.fromhex("C10100000005550461") + b".bb",
        bytes.fromhex("9101055504612E6262") + bytes.fromhex("5101055504612E6363"),
    ],
    ids=["short record", "with an id", "long record", "two records"],
)
def test_whole_messages_pass_as_they_are(message: bytes) -> None:
    assert check(message) == message


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        ("5101055504612E6262", "first record"),
        ("9101055504612E6262", "within a record"),
        ("D101055504612E62", "longer than the message"),
        ("D101055504612E626200", "after the last record"),
        ("D101055504612E6262D101055504612E6262", "after the last record"),
        ("9101055504612E6262D101055504612E6262", "first record"),
        ("F101055504612E6262", "chunked"),
        ("D6000161", "chunked or reserved"),
        ("D7000161", "chunked or reserved"),
        ("D0000161", "empty record with content"),
        ("D101", "within a record"),
        ("D1000161", "type is missing"),
        ("D501016161", "out of place"),
        ("D10101FF5504", "after the last record"),
        ("D1FFFF" + "00" * 300, "longer than the message"),
        ("D901FFFF5504612E6262", "longer than the message"),
        ("C101FFFFFFFF55", "longer than the message"),
        ("C10100", "within a record"),
        ("D001", "within a record"),
        ("D00000D00000", "after the last record"),
        ("C1017FFFFFFF55", "longer than the message"),
    ],
)
def test_broken_messages_are_damaged(octets: str, why: str) -> None:
    with pytest.raises(TagError, match=why) as caught:
        check(bytes.fromhex(octets))
    assert caught.value.reason == "tag-damaged"


@pytest.mark.parametrize("message", ["", "D00000", "D8000000", "C00000000000", "900000500000"])
def test_messages_without_content_are_empty(message: str) -> None:
    with pytest.raises(TagError, match="have the staff write") as caught:
        check(bytes.fromhex(message))
    assert caught.value.reason == "tag-empty"


def test_a_message_may_not_be_larger_than_any_tag() -> None:
    payload = b"\x00" * LONGEST
    with pytest.raises(TagError, match="more than"):
        check(b"\xc1\x01" + len(payload).to_bytes(4, "big") + b"U" + payload)


def test_a_message_of_nothing_but_heads_is_soon_refused() -> None:
    records = b"\x10\x00\x00" * (LONGEST // 3 - 1)
    with pytest.raises(TagError, match="within a record"):
        check(b"\x90\x00\x00" + records)


FLAGS = st.sampled_from([0x91, 0xD1, 0x51, 0x11, 0xC1, 0xD9, 0xD5, 0xD0, 0xF1, 0xD6])
RECORD = st.tuples(FLAGS, st.binary(max_size=12)).map(lambda record: bytes([record[0]]) + record[1])


@given(st.one_of(st.binary(max_size=64), st.lists(RECORD, max_size=4).map(b"".join)))
def test_what_passes_is_what_the_library_reads_strictly(octets: bytes) -> None:
    try:
        check(octets)
    except TagError:
        return
    assert list(ndef.message_decoder(octets, errors="strict", known_types={}))
