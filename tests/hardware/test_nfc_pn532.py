"""nfcpy's own driver against the simulated chip."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hardware.scan import ReaderEvent
from hardware.simulated import MifareClassic, Ntag213, Pn532, Tag, Type4
from tests.hardware.rigs import Recorder, link, supervised

MESSAGE = link("04006381333931")
UID = bytes.fromhex("04112233445566")


@contextmanager
def reader(**options: object) -> Iterator[tuple[Pn532, Recorder]]:
    with Pn532() as chip, supervised("nfc_pn532", path=chip.path, **options) as (_, recorder):
        yield chip, recorder


@pytest.mark.parametrize("tag", [Ntag213(MESSAGE, UID), Type4(MESSAGE, UID)], ids=lambda tag: type(tag).__name__)
def test_a_tag_comes_is_read_and_goes(tag: Tag) -> None:
    with reader() as (chip, recorder):
        chip.put(tag)
        scan = recorder.wait_for("scan").scan
        chip.take()
        recorder.wait_for("removed")
    assert scan is not None
    assert (scan.data, scan.symbology, scan.uid) == (MESSAGE, "ndef", UID)
    assert [event.kind for event in recorder.events] == ["up", "present", "scan", "removed"]


def _only_partial(tag: Tag) -> ReaderEvent:
    with reader() as (chip, recorder):
        chip.put(tag)
        partial = recorder.wait_for("partial")
        time.sleep(0.3)
        chip.take()
        recorder.wait_for("removed")
    assert [event.kind for event in recorder.events] == ["up", "present", "partial", "removed"]
    return partial


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        pytest.param(Ntag213(), "tag-empty", id="as from the factory"),
        pytest.param(Ntag213(b"\xd0\x00\x00"), "tag-empty", id="an empty record"),
        pytest.param(Type4(), "tag-empty", id="a card without content"),
        pytest.param(Ntag213(formatted=False), "tag-foreign", id="not formatted"),
        pytest.param(MifareClassic(), "tag-foreign", id="MIFARE Classic"),
        pytest.param(Ntag213(MESSAGE[:-3]), "tag-damaged", id="cut off"),
        pytest.param(Ntag213(MESSAGE + b"\x00"), "tag-damaged", id="something behind it"),
    ],
)
def test_a_tag_without_a_message_says_why_once(tag: Tag, reason: str) -> None:
    partial = _only_partial(tag)
    assert (partial.reason, partial.scan) == (reason, None)
    assert "have the staff" in partial.error or "scan the barcode instead" in partial.error


def test_a_tag_pulled_away_while_read_asks_to_be_held_longer() -> None:
    with reader() as (chip, recorder):
        chip.put(Ntag213(link("04006381333931"), UID, leave_after=2))
        time.sleep(0.25)
        chip.take()
        partial = recorder.wait_for("partial")
        chip.put(Ntag213(MESSAGE, UID))
        recorder.wait_for("scan")
    assert partial.reason == "tag-torn"
    assert "a moment longer" in partial.error


def test_two_tags_at_once_are_told_apart_by_taking_one_away() -> None:
    with reader() as (chip, recorder):
        chip.put(Ntag213(MESSAGE, UID))
        chip.put(Ntag213(link("04006381333948"), UID[::-1]))
        partial = recorder.wait_for("partial")
        time.sleep(0.3)
        chip.take()
        chip.put(Ntag213(MESSAGE, UID))
        recorder.wait_for("scan")
    assert partial.reason == "tags-many"
    assert "at a time" in partial.error
    assert (len(recorder.of("partial")), recorder.codes()) == (1, [MESSAGE])


def test_a_foreign_card_left_there_does_not_hide_the_tag_beside_it() -> None:
    with reader() as (chip, recorder):
        chip.put(MifareClassic())
        recorder.wait_for("partial")
        chip.put(Ntag213(MESSAGE, UID))
        assert recorder.wait_for("partial", 2).reason == "tags-many"


def test_a_tag_left_on_the_reader_is_read_once() -> None:
    with reader() as (chip, recorder):
        chip.put(Ntag213(MESSAGE, UID))
        recorder.wait_for("scan")
        time.sleep(1.5)
    assert len(recorder.of("scan")) == 1


def test_a_shaken_tag_is_one_tap() -> None:
    with reader(debounce=5.0) as (chip, recorder):
        for taps in (1, 2):
            chip.put(Ntag213(MESSAGE, UID))
            recorder.wait_for("present", taps)
            time.sleep(0.1)
            chip.take()
            recorder.wait_for("removed", taps)
    assert recorder.codes() == [MESSAGE]


def test_the_same_tag_is_read_again_after_it_was_away() -> None:
    with reader(debounce=0.3) as (chip, recorder):
        for taps in (1, 2):
            chip.put(Ntag213(MESSAGE, UID))
            recorder.wait_for("scan", taps)
            chip.take()
            recorder.wait_for("removed", taps)
            time.sleep(0.4)
    assert recorder.codes() == [MESSAGE, MESSAGE]


def test_other_content_under_the_same_uid_is_another_tap() -> None:
    with reader(debounce=5.0) as (chip, recorder):
        for taps, message in enumerate((MESSAGE, link("04006381333948")), 1):
            chip.put(Ntag213(message, UID))
            recorder.wait_for("scan", taps)
            chip.take()
            recorder.wait_for("removed", taps)
    assert recorder.codes() == [MESSAGE, link("04006381333948")]


def test_a_chip_that_answers_late_on_a_busy_machine_stays_up() -> None:
    with reader() as (chip, recorder):
        chip.lag = 0.6
        chip.put(Ntag213(MESSAGE, UID))
        recorder.wait_for("scan")
    assert recorder.of("down") == []


@pytest.mark.parametrize("held", [False, True])
def test_a_chip_that_hangs_counts_as_down_and_comes_back(held: bool) -> None:
    with reader() as (chip, recorder):
        if held:
            chip.put(Ntag213(MESSAGE, UID))
            recorder.wait_for("scan")
        chip.mute = True
        assert "too slow to answer" in recorder.wait_for("down", timeout=3.0).error
        chip.mute = False
        chip.take()
        recorder.wait_for("up", 2)
        chip.put(Ntag213(link("04006381333948"), UID))
        recorder.wait_for("scan", 1 + held)


def test_a_tag_taken_at_every_command_is_never_misread() -> None:
    with reader(debounce=0.0) as (chip, recorder):
        for commands in range(1, 8):
            told = len(recorder.events)
            chip.put(Ntag213(MESSAGE, UID, leave_after=commands))
            recorder.wait(lambda recorder, told=told: "removed" in {e.kind for e in recorder.events[told:]})
            chip.take()
            time.sleep(0.25)
    assert set(recorder.codes()) <= {MESSAGE}
    assert {event.reason for event in recorder.of("partial")} == {"tag-torn"}
    assert len(recorder.of("up")) == 1
