"""LLRP's bytes cut into messages and parameters; recorded ones are in tests/data/llrp."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.llrp.frames import LONGEST, BrokenFrame, Frame, Kind, Splitter, encode, parameters, tlv, tv
from tests.hardware.llrp_recordings import frames, spoken

ALIVE = encode(Frame(Kind.KEEPALIVE, 7))


def until_broken(octets: bytes) -> Iterator[Frame]:
    with suppress(BrokenFrame):
        yield from Splitter().feed(octets)


@pytest.mark.parametrize(("name", "way"), [("driver", "<"), ("driver", ">"), ("sllurp", "<"), ("sllurp", ">")])
def test_what_was_recorded_is_cut_into_messages_and_put_together_again(name: str, way: str) -> None:
    octets = spoken(name, way)
    assert b"".join(encode(frame) for frame in frames(octets)) == octets


def test_a_message_may_come_octet_by_octet() -> None:
    splitter, octets = Splitter(), spoken("driver", "<")
    one_by_one = [frame for at in range(len(octets)) for frame in splitter.feed(octets[at : at + 1])]
    assert one_by_one == frames(octets)


def test_a_message_of_llrp_1_1_is_one_too() -> None:
    assert frames(b"\x08" + ALIVE[1:]) == [Frame(Kind.KEEPALIVE, 7)]


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        ("043E 00000009 00000007", "a message of 9 octets"),
        ("043E 00000000 00000007", "a message of 0 octets"),
        ("043D FFFFFFFF 00000007", "a message of 4294967295 octets"),
        ("043D 00040001", "a message of 262145 octets"),
        ("04C8", "unknown type 200"),
        ("003E 0000000A 00000007", "no LLRP header"),
        ("243E 0000000A 00000007", "no LLRP header"),
        ("48545450", "no LLRP header"),
        ("FF", "no LLRP header"),
    ],
)
def test_what_cannot_be_a_message_is_said_so_at_once(octets: str, why: str) -> None:
    with pytest.raises(BrokenFrame, match=f"the reader sent broken bytes .*{why}"):
        frames(bytes.fromhex(octets))


def test_what_came_before_broken_bytes_counts() -> None:
    assert next(until_broken(ALIVE + ALIVE + b"\xff" * 20)) == Frame(Kind.KEEPALIVE, 7)


def test_a_message_that_takes_in_the_beginning_of_the_next_one_does_not_count() -> None:
    assert list(until_broken(ALIVE[:2] + b"\0\0\0\x0c" + ALIVE[6:] + ALIVE + ALIVE)) == []


def test_no_more_is_kept_than_the_longest_message() -> None:
    splitter = Splitter()
    with pytest.raises(BrokenFrame):
        list(splitter.feed(bytes.fromhex("043D7FFFFFFF00000001")))
    splitter = Splitter()
    for _ in range(3):  # always one octet short of the end
        list(splitter.feed(b"\x04\x3d" + LONGEST.to_bytes(4) + bytes(LONGEST - 7)))
        assert len(splitter._kept) <= LONGEST
        list(splitter.feed(b"\0"))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("00F0", id="a header cut short"),
        pytest.param("00F0 0003", id="shorter than its header"),
        pytest.param("00F0 0000", id="of no length, which would never end"),
        pytest.param("00F0 0009 8D30", id="longer than what is there"),
        pytest.param("8D 3074257BF7194E4000001A", id="a short one cut short"),
        pytest.param("95 00", id="a short one of unknown type, so of unknown length"),
        pytest.param("04F0 0004", id="reserved bits"),
        pytest.param("0001 0006 0001", id="a short one's type in a long one"),
    ],
)
def test_parameters_must_fit_exactly(body: str) -> None:
    with pytest.raises(BrokenFrame):
        list(parameters(bytes.fromhex(body)))


def test_parameters_of_vendors_are_passed_over_by_their_length() -> None:
    vendor = tlv(1023, bytes.fromhex("00005E95 00000038 0016"))
    assert list(parameters(vendor + tv(1, b"\0\1"))) == [(1023, vendor[4:]), (1, b"\0\1")]


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_broken_frame(octets: bytes) -> None:
    list(until_broken(octets))
    with suppress(BrokenFrame):
        list(parameters(octets))
