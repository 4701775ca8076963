"""What a reader tells, read from LLRP's bytes."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.llrp.frames import BrokenFrame, Kind, Splitter, tlv, tv
from hardware.llrp.portal import Sighting
from hardware.llrp.reports import Event, Powers, Transmitter, event, feed, powers, refusal, sightings
from tests.hardware.llrp_recordings import SGTIN_96, TAGS, frames, spoken

FROM_READER = spoken("driver", "<")


@pytest.mark.parametrize("name", ["driver", "sllurp"])
def test_the_recorded_tags_are_read(name: str) -> None:
    reports = [frame for frame in frames(spoken(name, "<")) if frame.kind == Kind.RO_ACCESS_REPORT]
    told = [sighting for frame in reports for sighting in sightings(frame.body)]
    assert set(told) == set(TAGS)
    assert told[: len(TAGS)] == TAGS


def test_a_report_may_hold_many_tags_and_what_vendors_add() -> None:
    """As readers of one make send them: EPC, antenna, loudness, and a parameter of their own."""
    report = tlv(240, tlv(241, b"\x00\x80" + bytes(16)) + tv(1, b"\0\3") + tv(6, b"\xb7") + tlv(1023, bytes(10)))
    assert sightings(report * 3 + tlv(1023, bytes(8))) == [Sighting(bytes(16), 3, -73)] * 3


@pytest.mark.parametrize("bits", [1, 16, 96, 128, 198, 208, 256, 496])
def test_epcs_of_any_length_are_read(bits: int) -> None:
    epc = bytes([0x55]) * ((bits + 7) // 8)
    assert sightings(tlv(240, tlv(241, bits.to_bytes(2) + epc))) == [Sighting(epc)]


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(tlv(241, b"\x00\x60" + bytes(11)), id="fewer octets than bits"),
        pytest.param(tlv(241, b"\x00\x60" + bytes(13)), id="more octets than bits"),
        pytest.param(tlv(241, b"\x00"), id="no number of bits"),
        pytest.param(tv(13, SGTIN_96) + tv(13, SGTIN_96), id="two EPCs"),
        pytest.param(tv(1, b"\0\1"), id="no EPC"),
        pytest.param(tlv(241, (8 * 63).to_bytes(2) + bytes(63)), id="longer than any tag's"),
    ],
)
def test_a_doubtful_epc_is_no_epc(report: bytes) -> None:
    with pytest.raises(BrokenFrame):
        sightings(tlv(240, report))


@pytest.mark.parametrize("lost", range(1, 10))
def test_no_octets_that_get_lost_change_an_epc(lost: int) -> None:
    """Each of the recording's, and up to nine in a row: the tags that are told before that is noticed are right."""
    octets = FROM_READER[:1500]
    for at in range(len(octets) - lost):
        assert set(_told(octets[:at] + octets[at + lost :])) <= set(TAGS), at


def _told(octets: bytes) -> Iterator[Sighting]:
    with suppress(BrokenFrame):
        for frame in Splitter().feed(octets):
            if frame.kind == Kind.RO_ACCESS_REPORT:
                yield from sightings(frame.body)


def test_a_refusal_says_why() -> None:
    assert refusal(tlv(287, bytes.fromhex("0000 0000"))) == ""
    assert refusal(tlv(287, bytes.fromhex("012C 0003") + b"No." + tlv(288, bytes(4)))) == "No. (status 300)"
    assert refusal(tlv(287, bytes.fromhex("0191 0000"))) == "no reason given (status 401)"


@pytest.mark.parametrize("body", [b"", tlv(287, b"\0"), tlv(287, b"\0\0\0\x09abc")])
def test_an_answer_without_a_whole_status_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenFrame):
        refusal(body)


def test_events_are_told_apart() -> None:
    time = tlv(128, bytes(8))
    assert event(tlv(246, time + tlv(256, b"\0\2"))) == Event(attempt=2)
    assert event(tlv(246, time + tlv(257, b""))) == Event(closing=True)
    assert event(tlv(246, time + tlv(252, b"\0\4warm"))) == Event(trouble="warm")
    assert event(tlv(246, time + tlv(255, b"\0\0\3"))) == Event(trouble="antenna 3 is not connected")
    assert event(tlv(246, time + tlv(255, b"\1\0\3"))) == Event()


def test_the_recorded_powers_are_read() -> None:
    (told,) = [frame for frame in frames(FROM_READER) if frame.kind == Kind.GET_READER_CAPABILITIES_RESPONSE]
    known = powers(told.body)
    assert (known.levels[1], known.levels[86], len(known.levels), known.hop_table) == (10.25, 31.5, 86, 0)
    assert known.at_most(24.6) == Transmitter(power=57 + 1, hop_table=0, channel=1)
    assert known.at_most(10) is None
    assert Powers({1: 30.0, 2: 15.0}, hop_table=2).at_most(40) == Transmitter(power=1, hop_table=2, channel=0)


@given(st.data())
def test_no_changed_octets_raise_anything_but_broken_frame(data: st.DataObject) -> None:
    octets = bytearray(FROM_READER)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(octets) - 1))
        octets[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    with suppress(BrokenFrame):
        feed(bytes(octets))


@given(st.sampled_from([61, 63, 100, 11, 30]), st.binary(max_size=100))
def test_no_body_raises_anything_but_broken_frame(kind: int, body: bytes) -> None:
    with suppress(BrokenFrame):
        feed((1 << 10 | kind).to_bytes(2) + (10 + len(body)).to_bytes(4) + bytes(4) + body)
