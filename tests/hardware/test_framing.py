"""Barcodes cut out of a scanner's bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.framing import LONGEST, Frame, Framer


def whole(framer: Framer, octets: bytes, at: float = 0.0) -> list[bytes]:
    return [frame.data for frame in framer.feed(octets, at) if not frame.reason]


def test_cr_lf_and_both_end_a_barcode() -> None:
    assert whole(Framer(), b"1\r2\n3\r\n4") == [b"1", b"2", b"3"]


def test_a_barcode_may_come_in_pieces() -> None:
    framer = Framer()
    assert whole(framer, b"40063", 0.0) == []
    assert whole(framer, b"81333931\r", 0.1) == [b"4006381333931"]


def test_an_ending_cut_in_two_makes_no_second_barcode() -> None:
    framer = Framer()
    assert whole(framer, b"1\r") + whole(framer, b"\n2\r\n") == [b"1", b"2"]


def test_every_other_byte_is_kept() -> None:
    data = bytes(octet for octet in range(256) if octet not in b"\r\n")
    assert whole(Framer(), b"]d2" + data + b"\r") == [b"]d2" + data]


def test_another_suffix_can_be_set() -> None:
    framer = Framer(b"\t")
    assert whole(framer, b"1\r2\t3") == [b"1\r2"]


def test_a_torn_barcode_is_told_after_a_silence_and_not_before() -> None:
    framer = Framer(patience=0.3)
    assert whole(framer, b"400638", 1.0) == []
    assert list(framer.overdue(1.2)) == []
    (torn,) = framer.overdue(1.31)
    assert (torn.data, torn.reason) == (b"400638", "barcode-torn")
    assert "6 characters" in torn.error
    assert list(framer.overdue(9.0)) == []
    assert whole(framer, b"1\r", 9.1) == [b"1"]


def test_an_oversized_barcode_is_told_once_and_the_next_is_read() -> None:
    framer = Framer()
    frames = [frame for _ in range(3) for frame in framer.feed(b"X" * LONGEST, 0.0)]
    frames += framer.feed(b"XX\r4006381333931\r", 0.0)
    assert [frame.reason for frame in frames] == ["barcode-long", ""]
    assert frames[-1] == Frame(b"4006381333931")


def test_an_oversized_barcode_in_one_piece_is_told_too() -> None:
    assert [frame.reason for frame in Framer().feed(b"X" * (LONGEST + 1) + b"\r", 0.0)] == ["barcode-long"]


@given(st.lists(st.binary(max_size=40)))
def test_no_bytes_break_it_and_pieces_make_no_difference(pieces: list[bytes]) -> None:
    framer = Framer()
    assert [data for piece in pieces for data in whole(framer, piece)] == whole(Framer(), b"".join(pieces))


def test_what_was_lost_spoils_all_up_to_the_ending() -> None:
    framer = Framer()
    assert whole(framer, b"4006") == []
    framer.spoil(0.1)
    frames = list(framer.feed(b"333931\r4006381333931\r", 0.1))
    assert [(frame.data, frame.reason) for frame in frames] == [
        (b"4006333931", "barcode-dropped"),
        (b"4006381333931", ""),
    ]


def test_what_was_lost_spoils_up_to_a_silence_where_the_ending_was_lost_too() -> None:
    framer = Framer(patience=0.3)
    framer.spoil(1.0)
    assert list(framer.overdue(1.2)) == []
    assert [frame.reason for frame in framer.overdue(1.4)] == ["barcode-dropped"]
    assert whole(framer, b"1\r", 1.5) == [b"1"]


def test_a_silence_ends_the_barcode_of_a_scanner_without_a_suffix() -> None:
    framer = Framer(None, patience=0.3)
    assert whole(framer, b"12\r", 1.0) == []
    assert list(framer.overdue(1.4)) == [Frame(b"12\r")]
    assert list(framer.overdue(9.0)) == []


def test_a_prefix_is_taken_off_and_a_barcode_without_it_is_torn() -> None:
    frames = list(Framer(prefix=b"~").feed(b"~123\r23\r", 0.0))
    assert [(frame.data, frame.reason) for frame in frames] == [(b"123", ""), (b"23", "barcode-torn")]
    assert "lacks the prefix '~'" in frames[1].error


@pytest.mark.parametrize(("late", "codes"), [(0.1, [b"12"]), (0.5, [b"931", b"12"])])
def test_the_late_rest_of_a_torn_barcode_is_none(late: float, codes: list[bytes]) -> None:
    framer = Framer()
    assert list(framer.feed(b"400638", 1.0)) == []
    assert [frame.reason for frame in framer.overdue(1.4)] == ["barcode-torn"]
    frames = [*framer.feed(b"93", 1.4 + late), *framer.feed(b"1\r12\r", 1.5 + late)]
    assert [frame.data for frame in frames] == codes
