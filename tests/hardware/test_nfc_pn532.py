"""nfcpy's own driver against the simulated chip."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from hardware import drivers
from hardware.errors import BadOption
from hardware.nfc_pn532 import Pn532Reader
from hardware.scan import ReaderEvent
from hardware.simulated import MifareClassic, Ntag213, Pn532, Tag, Type4
from tests.hardware.rigs import Recorder, link, supervised
from tests.hardware.rigs.nfc_pn532 import GARBLES

MESSAGE = link("04006381333931")
OTHER = link("04006381333948")
UID = bytes.fromhex("04112233445566")


class Faint(Ntag213):
    """Hears the first frames only now and then."""

    heard = 0

    def exchange(self, frame: bytes) -> bytes | None:
        self.heard += 1
        return super().exchange(frame) if self.heard > 25 else None


class Phone(Type4):
    """Has another UID whenever the field comes on."""

    def reset(self) -> None:
        super().reset()
        self.uid = b"\x08" + os.urandom(3)


class Waiting(Type4):
    """Asks for more time (S(WTX), ISO/IEC 14443-4, 7.3) whatever it is asked."""

    def command(self, frame: bytes) -> bytes | None:
        return super().command(frame) if frame[0] == 0xE0 else b"\xf2\x01"


class Lavish(Type4):
    """Gives more of its capability container than it is asked for."""

    def _apdu(self, apdu: bytes) -> bytes:
        wide = apdu[1] == 0xB0 and apdu[2:4] == b"\x00\x02" and apdu[4] == 13
        return super()._apdu(apdu) if not wide else self._file[2:] + bytes(20) + self.OK


class Babble(Ntag213):
    """Answers every READ with too much."""

    def command(self, frame: bytes) -> bytes | None:
        return bytes(40)


@contextmanager
def reader(**options: Any) -> Iterator[tuple[Pn532, Recorder]]:
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
        partial = recorder.wait_for("partial", timeout=12)
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
        pytest.param(Ntag213(memory=b"\x03\x90" + bytes(140)), "tag-damaged", id="longer than its memory"),
        pytest.param(Ntag213(memory=b"\x03\xff\xff\xff" + bytes(140)), "tag-damaged", id="as long as can be written"),
        pytest.param(Ntag213(memory=b"\x01\xff\xff\xff" + bytes(140)), "tag-damaged", id="a lock block without end"),
        pytest.param(Ntag213(memory=b"\xfd" * 144), "tag-damaged", id="blocks of no known kind"),
        pytest.param(Ntag213(memory=bytes(144)), "tag-damaged", id="no block at all"),
        pytest.param(Type4(MESSAGE, ats=b""), "tag-damaged", id="an empty ATS"),
        pytest.param(Type4(MESSAGE, ats=b"\x01"), "tag-damaged", id="a short ATS"),
        pytest.param(Type4(MESSAGE, size=b"\xff\xff"), "tag-damaged", id="a file shorter than it says"),
        pytest.param(Lavish(MESSAGE), "tag-damaged", id="more than it is asked for"),
        pytest.param(Waiting(MESSAGE), "tag-damaged", id="asks for more time for ever"),
        pytest.param(Babble(), "tag-damaged", id="answers anything but what is asked"),
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


def _has_read(message: bytes, times: int, recorder: Recorder) -> bool:
    return recorder.codes().count(message) == times


def _has_left(since: int, recorder: Recorder) -> bool:
    return "removed" in {event.kind for event in recorder.events[since:]}


@pytest.mark.parametrize("tag", [Ntag213, Type4])
def test_a_tag_taken_at_every_command_is_read_or_torn_and_the_next_tap_reads(tag: type[Ntag213 | Type4]) -> None:
    with reader(debounce=0.0) as (chip, recorder):
        for exchanges in range(1, 16):
            told = len(recorder.events)
            chip.put(tag(MESSAGE, UID, leave_after=exchanges))
            recorder.wait(partial(_has_left, told))
            kinds = [event.kind for event in recorder.events[told:]]
            chip.take()
            assert kinds in (["present", "partial", "removed"], ["present", "scan", "removed"])
            chip.put(tag(OTHER, UID))
            recorder.wait(partial(_has_read, OTHER, exchanges))
            told = len(recorder.events)
            chip.take()
            recorder.wait(partial(_has_left, told))
    assert {event.reason for event in recorder.of("partial")} == {"tag-torn"}
    assert set(recorder.codes()) == {MESSAGE, OTHER}
    assert len(recorder.of("up")) == 1


def test_a_tag_at_the_edge_of_the_field_is_read_as_long_as_it_is_held() -> None:
    with reader() as (chip, recorder):
        chip.put(Faint(MESSAGE, UID))
        recorder.wait_for("scan")
        time.sleep(0.3)
    assert recorder.codes() == [MESSAGE]


def test_short_taps_are_read() -> None:
    with reader(debounce=0.0) as (chip, recorder):
        taps = 0
        for number in range(20):
            while len(recorder.codes()) == number and taps < 40:  # a busy machine may look away for one
                taps += 1
                chip.put(Ntag213(MESSAGE, b"\x04" + number.to_bytes(6, "big")))
                time.sleep(0.12)
                chip.take()
                time.sleep(0.1 if len(recorder.codes()) > number else 0.6)
    assert recorder.codes() == [MESSAGE] * 20


def test_a_tag_that_joins_the_held_one_is_told_and_the_one_that_stays_is_read() -> None:
    with reader() as (chip, recorder):
        chip.put(Ntag213(MESSAGE, UID))
        recorder.wait_for("scan")
        chip.put(Ntag213(OTHER, UID[::-1]))
        assert recorder.wait_for("partial").reason == "tags-many"
        chip.take()
        chip.put(Ntag213(OTHER, UID[::-1]))
        recorder.wait_for("scan", 2)
    assert recorder.codes() == [MESSAGE, OTHER]
    assert [event.tag for event in recorder.events if event.tag][:3] == [UID, UID, UID[::-1]]


def test_a_tag_in_place_of_the_held_one_is_read_at_once() -> None:
    with reader() as (chip, recorder):
        chip.put(Ntag213(MESSAGE, UID))
        recorder.wait_for("scan")
        chip.swap(Ntag213(OTHER, UID[::-1]))
        recorder.wait_for("scan", 2)
    assert [event.kind for event in recorder.events][1:] == ["present", "scan", "removed", "present", "scan"]


def test_a_phone_that_makes_up_its_uid_stays_one_tap() -> None:
    with reader() as (chip, recorder):
        chip.put(Phone(MESSAGE))
        recorder.wait_for("scan")
        time.sleep(0.5)
    assert [event.kind for event in recorder.events] == ["up", "present", "scan"]


@pytest.mark.parametrize("garble", GARBLES)
@pytest.mark.parametrize("held", [False, True])
def test_a_broken_frame_is_neither_a_code_nor_a_dead_reader(garble: Callable[[bytes], bytes], held: bool) -> None:
    with reader() as (chip, recorder):
        if held:
            chip.put(Ntag213(MESSAGE, UID))
            recorder.wait_for("scan")
        chip.garble(garble)
        time.sleep(1.2)
        chip.swap(Ntag213(OTHER, UID[::-1]))
        recorder.wait_for("scan", 1 + held)
    assert recorder.codes() == [MESSAGE, OTHER][not held :]
    assert recorder.of("down") == []


@pytest.mark.parametrize("garble", GARBLES)
def test_a_broken_frame_while_a_tag_is_read_is_no_wrong_code(garble: Callable[[bytes], bytes]) -> None:
    with reader() as (chip, recorder):
        for number in range(1, 13):
            chip.put(Ntag213(MESSAGE, b"\x04" + number.to_bytes(6, "big")))
            chip.garble(garble, after=2 * number)
            recorder.wait_for("scan", number)
            chip.take()
            recorder.wait_for("removed", number)
    assert recorder.codes() == [MESSAGE] * 12
    assert recorder.of("down") == []


def test_a_chip_that_sends_nothing_but_broken_frames_is_down_and_comes_back() -> None:
    with reader() as (chip, recorder):
        chip.garble(GARBLES[0], times=1000)
        recorder.wait_for("down", timeout=4)
        chip.garble(GARBLES[0], times=0)
        recorder.wait_for("up", 2)


def test_a_chip_that_acknowledges_and_never_answers_is_down_within_three_seconds() -> None:
    with reader() as (chip, recorder):
        chip.stalled = True
        recorder.wait_for("down", timeout=3.0)
        chip.stalled = False
        recorder.wait_for("up", 2)


@pytest.mark.parametrize("answers", [1, 5, 9, 14, 20])
def test_a_chip_that_falls_silent_while_a_tag_is_read_is_down_within_three_seconds(answers: int) -> None:
    with reader() as (chip, recorder):
        chip.put(Ntag213(MESSAGE, UID))
        chip.garble(lambda _: b"", after=answers, times=1000)
        recorder.wait_for("down", timeout=3.0)
        chip.garble(lambda frame: frame)
        recorder.wait_for("up", 2)
        recorder.wait_for("scan")
    assert recorder.of("partial") == []


def test_a_tag_is_lent_for_writing_and_looking_goes_on_afterwards() -> None:
    with Pn532() as chip, Pn532Reader("reader", path=chip.path) as driver:
        assert (driver.tag(), driver.uids()) == (None, [])
        chip.put(Ntag213(MESSAGE, UID))
        tag = driver.tag()
        assert tag is not None
        assert (tag.ndef.octets, driver.uids()) == (MESSAGE, [UID])
        assert [event.kind for _ in range(3) for event in driver.poll(0.1)] == ["present", "scan"]


def test_an_abort_ends_a_poll_that_waits_for_the_chip() -> None:
    with Pn532() as chip, Pn532Reader("reader", path=chip.path) as driver:
        chip.mute = True
        threading.Timer(0.1, driver.abort).start()
        began = time.monotonic()
        with pytest.raises(OSError, match="Errno"):
            for _ in range(10):
                list(driver.poll(0.2))
        assert time.monotonic() - began < 0.5


def test_an_abort_before_and_after_is_nothing() -> None:
    with Pn532() as chip:
        driver = Pn532Reader("reader", path=chip.path)
        driver.abort()
        driver = Pn532Reader("reader", path=chip.path)
        with driver:
            list(driver.poll(0.1))
        driver.abort()


@pytest.mark.parametrize("options", [{"interval": -1.0}, {"interval": 5.0}, {"debounce": -0.1}])
def test_options_that_cannot_work_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(BadOption, match="give seconds"):
        drivers.load("nfc_pn532")("reader", path="/dev/null", **options)
