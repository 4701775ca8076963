"""Nothing a device, a tag or a printer can send makes a parser raise what it does not promise.

    pytest tests/fuzz                      a few seconds' worth, always the same inputs
    TOTE_FUZZ=1000000 pytest tests/fuzz    a million in all; a test of its own share runs as long as it takes

A failure prints the input; put it into `test_found_once` with what it should mean.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from itertools import chain
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.cli.resolve import as_json
from edge.codes import CodeRange, CodeRules, Kind, LinkRule, Meaning, RcnRule, is_gtin, resolve
from hardware.errors import TagError
from hardware.framing import LONGEST, Framer
from hardware.keyboards.layouts import LAYOUTS
from hardware.keyboards.wedge import Wedge
from hardware.llrp import reports as llrp_reports
from hardware.llrp.frames import LONGEST as LONGEST_MESSAGE
from hardware.llrp.frames import BrokenFrame, Frame, Splitter
from hardware.simulated.pn532_frames import CommandParser
from hardware.tags import ndef_message
from hardware.tags.chip_frames import next_frame
from tests.fuzz.corpus import CHIP, CODES, LLRP, SERIAL, TAGS
from tests.fuzz.mutations import broken

TOTAL = int(os.environ.get("TOTE_FUZZ", "20000"))
SHARES = {"codes": 50, "tags": 15, "serial": 8, "chip": 9, "wedge": 8, "llrp": 10}
"""Percent of all inputs."""
SYMBOLOGIES = (
    "",
    "",
    "",
    "ean13",
    "ean8",
    "upca",
    "upce",
    "itf14",
    "qr",
    "gs1-128",
    "datamatrix",
    "epc",
    "code128",
    "ean13addon",
)
RULES = CodeRules(
    ranges=(CodeRange("loyalty", r"29\d{11}"), CodeRange("badge", r"STAFF-\d+"), CodeRange("basket", r"B:.*")),
    rcn=(RcnRule("21IIIIIVVVVV", "price"), RcnRule("28IIIICVVVVV", "weight", 3), RcnRule("24IIIIIIVVVV", "count", 0)),
    links=(LinkRule(r"https://id[.]example[.]com/p/(?P<sku>[^/?#]+).*"), LinkRule(r"https://a/(?P<gtin>.+)")),
    hosts=("id.example.com", "a"),
)
pytestmark = pytest.mark.timeout(TOTAL // 200 + 60)


def share(name: str) -> int:
    return TOTAL * SHARES[name] // 100


def assert_sound(code: bytes, meaning: Meaning) -> None:
    """What every answer keeps, whatever was asked."""
    assert meaning.kind in get_args(Kind)
    assert (meaning.error is not None) == (meaning.kind == "invalid")
    assert meaning.error is None or (meaning.error.reason and meaning.error.hint)
    for gtin in (meaning.gtin, *meaning.also):
        assert gtin is None or (len(gtin) == 14 and is_gtin(gtin)), gtin
    assert all(type(part) is str for pair in meaning.elements.items() for part in pair)
    assert meaning.measure is None or isinstance(meaning.measure.value, Decimal)
    assert meaning.price is None or meaning.price.amount >= 0
    json.dumps(as_json(code, meaning), ensure_ascii=False).encode()


def test_no_code_makes_resolve_raise() -> None:
    for at, code in enumerate(broken(CODES, share("codes"))):
        symbology = SYMBOLOGIES[at % len(SYMBOLOGIES)]
        try:
            assert_sound(code, resolve(code, symbology, RULES if at % 3 else CodeRules()))
        except Exception as error:
            raise AssertionError(f"{code!r} as {symbology!r}") from error


def test_no_tag_makes_resolve_or_the_check_of_messages_raise() -> None:
    for octets in broken(TAGS, share("tags")):
        try:
            assert ndef_message.check(octets) == octets
        except TagError as error:
            assert error.reason in {"tag-empty", "tag-damaged"}
        assert_sound(octets, resolve(octets, "ndef", RULES))


def test_no_bytes_on_the_line_break_the_framing_of_barcodes() -> None:
    framers = [
        Framer(),
        Framer(None, patience=0.1),
        Framer(b"\t", prefix=b"]", longest=20),
    ]
    for at, octets in enumerate(broken(SERIAL, share("serial"))):
        for framer in framers:
            frames = chain(framer.feed(octets, at), framer.overdue(at + 1.0) if at % 5 == 0 else ())
            for frame in frames:
                assert bool(frame.reason) == bool(frame.error)
                assert len(frame.data) <= LONGEST + 4096


def test_a_whole_barcode_is_read_after_any_garbage() -> None:
    framer = Framer()
    for octets in broken(SERIAL, share("serial") // 4):
        list(framer.feed(octets + b"\r", 0.0))
        assert [frame.data for frame in framer.feed(b"4006381333931\r\n", 0.0)] == [b"4006381333931"]


def test_no_bytes_break_the_frames_of_nfc_chips() -> None:
    parser = CommandParser()
    for octets in broken(CHIP, share("chip")):
        for command, data in parser.feed(octets):
            assert 0 <= command <= 255
            assert isinstance(data, bytes)
        buffer = bytearray(octets)
        try:
            while next_frame(buffer) is not None:
                pass
        except OSError:
            pass  # its documented error
        assert len(buffer) <= len(octets)


def test_no_keys_break_the_reading_of_keyboards() -> None:
    wedges = [Wedge(layout) for layout in LAYOUTS.values()]
    keystrokes = [
        bytes(pair) for pair in ((30, 1), (42, 1), (42, 0), (100, 1), (29, 1), (56, 1), (58, 1), (13, 1), (28, 1))
    ]
    corpus = [b"".join(keystrokes), bytes(range(256)), *keystrokes]
    for at, octets in enumerate(broken(corpus, share("wedge"))):
        wedge = wedges[at % len(wedges)]
        for code, value in zip(octets[::2], octets[1::2], strict=False):
            wedge.key(code, value % 3).decode()
        if at % 50 == 0:
            wedge.resync(())


def test_no_frames_of_uhf_readers_raise_but_the_documented_error() -> None:
    for octets in broken(LLRP, share("llrp")):
        splitter = Splitter()
        for half in (octets[: len(octets) // 2], octets[len(octets) // 2 :]):
            try:
                for frame in splitter.feed(half):
                    understood(frame)
            except BrokenFrame:
                splitter = Splitter()  # the driver opens a new connection


def understood(frame: Frame) -> None:
    assert len(frame.body) <= LONGEST_MESSAGE
    for read in (llrp_reports.sightings, llrp_reports.event):
        try:
            seen = read(frame.body)
        except BrokenFrame:
            continue
        if isinstance(seen, Iterable):
            json.dumps([asdict(sighting) for sighting in seen], default=repr)


@settings(max_examples=max(100, TOTAL // 100), deadline=None)
@given(
    data=st.one_of(st.binary(max_size=200), st.text(max_size=200)), symbology=st.sampled_from(("ndef", *SYMBOLOGIES))
)
def test_nothing_at_all_makes_resolve_raise(data: bytes | str, symbology: str) -> None:
    code = data if isinstance(data, bytes) else data.encode(errors="replace")
    assert_sound(code, resolve(data, symbology, RULES))


@pytest.mark.parametrize(
    ("code", "symbology", "kind"),
    [
        (b"]", "", "invalid"),
        (b"]C1\x1d\x1d", "", "invalid"),
        (b"30", "gs1-128", "invalid"),  # biip takes a count without digits
        (b"000000", "upce", "invalid"),  # widened to an article of fourteen zeros
        (b"\xd1\x01\x04U\x04a/bX", "ndef", "invalid"),  # something stands behind the last record
    ],
)
def test_found_once(code: bytes, symbology: str, kind: str) -> None:
    assert resolve(code, symbology).kind == kind


def test_the_same_inputs_come_every_time() -> None:
    assert list(broken(CODES, 200)) == list(broken(CODES, 200))
