"""A chip's frames and lists of tags, pinned by their octets."""

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.simulated.pn532_frames import answer
from hardware.tags.chip_frames import ACK, next_frame
from hardware.tags.field import listed

VERSION = bytes.fromhex("0000FF06FAD50332010607E800")
ONE = bytes.fromhex("01014400000704112233445566")
TWO = bytes.fromhex("020144000004AABBCCDD02440000 0704112233445566")


def test_frames_are_cut_off_one_by_one() -> None:
    line = bytearray(ACK + VERSION + answer(0x00, bytes(300)) + ACK[:3])
    assert [bytes(next_frame(line) or b"") for _ in range(4)] == [ACK, VERSION, answer(0x00, bytes(300)), b""]
    assert line == ACK[:3]


@pytest.mark.parametrize("size", range(len(VERSION)))
def test_a_frame_that_is_not_whole_is_waited_for(size: int) -> None:
    line = bytearray(VERSION[:size])
    assert next_frame(line) is None
    line += VERSION[size:]
    assert bytes(next_frame(line) or b"") == VERSION


@pytest.mark.parametrize(
    "octets", ["01", "0001", "0000FE", "55AA", "0000FF0607D503", "0000FF000001", "0000FFFFFF012E00"]
)
def test_octets_that_can_be_no_frame_are_broken_at_once(octets: str) -> None:
    with pytest.raises(OSError, match="broken frame") as caught:
        next_frame(bytearray.fromhex(octets))
    assert caught.value.errno == errno.EIO


@given(st.binary(max_size=40), st.booleans())
def test_no_octets_are_waited_for_or_cut_beyond_their_length(octets: bytes, started: bool) -> None:
    line = bytearray((b"\x00\x00\xff" if started else b"") + octets)
    before = bytes(line)
    try:
        frame = next_frame(line)
    except OSError:
        return
    assert (frame or b"") + line == before


def test_a_list_names_each_tag() -> None:
    assert listed(b"\x00") == []
    assert listed(ONE) == [bytes.fromhex("04112233445566")]
    assert listed(TWO) == [bytes.fromhex("AABBCCDD"), bytes.fromhex("04112233445566")]


@pytest.mark.parametrize("answer", [None, b"", ONE[:-1], TWO[:12], b"\x01\x01\x44\x00\x00\x05" + bytes(5), b"\xff"])
def test_a_list_that_is_cut_off_is_a_broken_frame(answer: bytes | None) -> None:
    with pytest.raises(OSError, match="list of tags"):
        listed(answer)


@given(st.binary(max_size=40))
def test_no_list_breaks_the_reader(answer: bytes) -> None:
    try:
        uids = listed(answer)
    except OSError:
        return
    assert all(len(uid) in (4, 7, 10) for uid in uids)
