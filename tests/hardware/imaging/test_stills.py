"""Deliberate pictures: linear codes are put to the vote."""

import json
from pathlib import Path

from hardware.imaging.decode import decode
from hardware.imaging.decoders import Reading
from hardware.imaging.stills import _elected, _is_agreed
from tests.hardware.imaging.test_live import code

RIGHT, WRONG, OTHER = (Reading("ean13", each) for each in (b"0023942431015", b"9074932437075", b"4006381333931"))


def test_one_reading_alone_is_none() -> None:
    assert _elected([{WRONG}, set(), set()]) == []
    assert not _is_agreed([{WRONG}, set(), set()])


def test_a_reading_that_is_outvoted_is_dropped() -> None:
    assert _elected([{WRONG}, {RIGHT}, {WRONG}, {RIGHT}, {RIGHT}]) == [RIGHT]


def test_two_codes_that_are_seen_together_both_count() -> None:
    assert set(_elected([{RIGHT}, {RIGHT, OTHER}, {RIGHT, OTHER}, {RIGHT}])) == {RIGHT, OTHER}


def test_upce_and_plain_itf_are_read_in_deliberate_pictures() -> None:
    assert [scan.data for scan in decode(code("0053611912", "ITF"))] == [b"0053611912"]
    assert [scan.data for scan in decode(code("01234565", "UPCE"))] == [b"0012345000065"]


def test_a_photo_that_misleads_a_single_look_is_read_right_or_not_at_all(shared: Path) -> None:
    place = shared / "data/barcodes"
    photos = [each for each in json.loads((place / "expected.json").read_text())["images"] if "upca" in each["file"]]
    got = [{scan.data.decode() for scan in decode(place / each["file"])} for each in photos]
    assert all(codes <= set(each["expect"]) for codes, each in zip(got, photos, strict=True))
    assert sum(map(bool, got)) >= len(photos) - 1
