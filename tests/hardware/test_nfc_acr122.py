"""nfcpy's driver of the ACR122U, over a transport that answers as the reader does."""

import time
from collections.abc import Callable, Iterator

import pytest

from hardware.nfc_usb import UsbReader
from hardware.scan import ReaderEvent
from hardware.simulated import MifareClassic, Ntag213, Pn532, Tag, Type4
from hardware.simulated.acr122 import Acr122
from hardware.tags.usb_port import Usb, UsbPlace
from tests.hardware.rigs import link

MESSAGE, UID = link("04006381333931"), bytes.fromhex("04112233445566")


class Plugged(UsbReader):
    """Opens a simulated reader in place of what libusb finds."""

    def __init__(self, wire: Acr122) -> None:
        super().__init__("reader", path="usb:072f:2200", debounce=0.0)
        self._plugged = wire

    def _open_usb(self):  # type: ignore[no-untyped-def]
        return self._opened(UsbPlace(module="acr122", vendor=0x072F, product=0x2200, bus=1, address=4))

    def wire(self, place: UsbPlace) -> Usb:
        return self._plugged


@pytest.fixture
def chip() -> Iterator[Pn532]:
    with Pn532() as chip:
        yield chip


def _polled(driver: UsbReader, times: int = 6) -> list[ReaderEvent]:
    return [event for _ in range(times) for event in driver.poll(0.2)]


@pytest.mark.parametrize("tag", [Ntag213(MESSAGE, UID), Type4(MESSAGE, UID)], ids=lambda tag: type(tag).__name__)
def test_a_tag_comes_is_read_and_goes(chip: Pn532, tag: Tag) -> None:
    with Plugged(Acr122(chip)) as driver:
        chip.put(tag)
        events = _polled(driver)
        chip.take()
        events += _polled(driver)
    assert [event.kind for event in events] == ["present", "scan", "removed"]
    assert [event.scan.data for event in events if event.scan] == [MESSAGE]


def test_two_tags_and_foreign_ones_are_told(chip: Pn532) -> None:
    with Plugged(Acr122(chip)) as driver:
        chip.put(MifareClassic())
        events = _polled(driver)
        chip.put(Ntag213(MESSAGE, UID))
        events += _polled(driver)
    assert [event.reason for event in events if event.kind == "partial"] == ["tag-foreign", "tags-many"]


def wrong_kind(frame: bytes) -> bytes:
    return b"\x81" + frame[1:]


def cut_off(frame: bytes) -> bytes:
    return frame[:-3]


def empty(frame: bytes) -> bytes:
    return frame[:5]


@pytest.mark.parametrize("garble", [wrong_kind, cut_off, empty])
@pytest.mark.parametrize("after", range(0, 30, 3))
def test_a_broken_answer_is_no_wrong_code_and_reading_goes_on(
    chip: Pn532, garble: Callable[[bytes], bytes], after: int
) -> None:
    wire = Acr122(chip)
    with Plugged(wire) as driver:
        chip.put(Ntag213(MESSAGE, UID))
        wire.garble(garble, after=after)
        events = _polled(driver)
    assert [event.scan.data for event in events if event.scan] == [MESSAGE]


def test_one_that_hangs_fails_within_a_second(chip: Pn532) -> None:
    wire = Acr122(chip)
    with Plugged(wire) as driver:
        wire.mute = True
        began = time.monotonic()
        with pytest.raises(OSError, match="no answer"):
            _polled(driver)
        assert time.monotonic() - began < 1.0


def test_one_that_is_unplugged_or_aborted_fails_and_is_closed(chip: Pn532) -> None:
    for how in ("gone", "aborted"):
        wire = Acr122(chip)
        with pytest.raises(OSError, match="Errno 19"), Plugged(wire) as driver:
            _polled(driver)
            if how == "gone":
                wire.gone = True
            else:
                driver.abort()
            _polled(driver)
        assert wire.usb_dev is None
