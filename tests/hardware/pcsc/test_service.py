"""The context: which reader, and how it is freed when pcscd does not answer."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from hardware.errors import DeviceAbsent, DeviceLost, HardwareError
from hardware.pcsc.service import Service, choose
from hardware.simulated.pcsc import SLOTS, Pcscd, place
from tests.hardware.rigs.nfc_pcsc import running

NAMES = ["ACS ACR122U PICC Interface 00 00", "ACS ACR1252 [PICC] (1234) 01 00", "ACS ACR1252 [PICC] (5678) 02 00"]


@pytest.fixture
def pcscd() -> Iterator[Pcscd]:
    with running() as pcscd:
        yield pcscd


@pytest.mark.parametrize(
    ("part", "found"), [("acr122", 0), ("(5678)", 2), ("ACR1252 [PICC] (1234)", 1), ("PICC Interface 00 00", 0)]
)
def test_a_reader_is_found_by_a_part_of_its_name(part: str, found: int) -> None:
    assert choose(NAMES, part) == NAMES[found]


def test_a_whole_name_is_found_beside_longer_ones() -> None:
    assert choose(["Reader 00 00", "Other Reader 00 00"], "Reader 00 00") == "Reader 00 00"


def test_the_only_reader_needs_no_name() -> None:
    assert choose(NAMES[:1], "") == NAMES[0]


@pytest.mark.parametrize(("part", "named"), [("SCL3711", NAMES), ("ACR1252", NAMES[1:]), ("", NAMES)])
def test_what_is_not_found_or_not_clear_names_the_readers_that_are_there(part: str, named: list[str]) -> None:
    with pytest.raises(DeviceAbsent) as caught:
        choose(NAMES, part)
    assert ", ".join(named) in str(caught.value)


def test_no_reader_at_all_is_said_so() -> None:
    with pytest.raises(DeviceAbsent, match=r"check its plug and cable; there are: none"):
        choose([], "")


def test_without_pcscd_the_fix_is_told() -> None:
    place()
    service = Service()
    with pytest.raises(DeviceAbsent, match=r"systemctl start pcscd\.socket"):
        service.open()
    service.close()


def test_a_reader_that_is_pulled_while_pcscd_runs_is_lost(pcscd: Pcscd) -> None:
    service = Service()
    service.open()
    with pytest.raises(DeviceLost, match="check its plug"):
        service.wait("ACS ACR122U 00 00", 0, 0.1)
    service.close()


@pytest.fixture
def service(pcscd: Pcscd) -> Iterator[Service]:
    service = Service()
    service.open()
    yield service
    pcscd.resume()  # or what a test left hanging would hang here, for ever
    service.close()


CALLS: dict[str, Callable[[Service], object]] = {
    "wait": lambda service: service.wait(SLOTS[0], 0, 0.1),
    "find": lambda service: service.find(SLOTS[0]),
    "connect": lambda service: service.connect(SLOTS[0]),
    "close": lambda service: service.close(),
}


@pytest.mark.parametrize("call", list(CALLS.values()), ids=list(CALLS))
def test_a_call_that_hangs_is_freed_by_force(pcscd: Pcscd, service: Service, call: Callable[[Service], object]) -> None:
    pcscd.pause()
    thread = _start(lambda: call(service))
    assert thread.is_alive()
    service.abort()
    thread.join(1.0)
    assert not thread.is_alive()


def test_a_connecting_that_hangs_is_freed_by_force_and_no_other(pcscd: Pcscd, service: Service) -> None:
    pcscd.pause()
    hanging = Service()
    thread = _start(hanging.open)
    assert thread.is_alive()
    hanging.abort()
    thread.join(1.0)
    assert not thread.is_alive()
    hanging.close()
    pcscd.resume()
    assert service.find(SLOTS[1]) == SLOTS[1]


def test_what_is_freed_by_force_frees_no_other_reader(pcscd: Pcscd, service: Service) -> None:
    other = Service()
    other.open()
    other.abort()
    with pytest.raises(HardwareError):
        other.find(SLOTS[0])
    other.close()
    assert service.find(SLOTS[1]) == SLOTS[1]


def _start(call: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        with suppress(HardwareError):
            call()

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    return thread
