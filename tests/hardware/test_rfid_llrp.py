"""The driver of UHF readers over a simulated one; what holds for every driver is in test_every_driver."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from edge.codes import resolve
from hardware.errors import BadOption, DeviceAbsent, DeviceLost
from hardware.llrp.frames import BrokenFrame, Frame, Kind, encode, tlv, tv
from hardware.rfid_llrp import LlrpReader
from hardware.scan import ReaderEvent
from hardware.simulated.llrp import UhfReader
from hardware.simulated.llrp_session import greeting
from tests.hardware.llrp_recordings import OF_128_BITS, SGTIN_96, SGTIN_198, frames, spoken
from tests.hardware.rigs import supervised


@pytest.fixture
def reader() -> Iterator[UhfReader]:
    with UhfReader() as device:
        yield device


def driver_of(reader: UhfReader, **options: Any) -> LlrpReader:
    return LlrpReader("door", host=reader.host, port=reader.port, **options)


def events(driver: LlrpReader, seconds: float) -> list[ReaderEvent]:
    until, said = time.monotonic() + seconds, list[ReaderEvent]()
    while time.monotonic() < until:
        said += driver.poll(0.1)
    return said


def codes(said: list[ReaderEvent]) -> list[bytes]:
    return [event.scan.data for event in said if event.scan]


def asked(reader: UhfReader) -> list[Kind]:
    return [frame.kind for frame in frames(b"".join(octets for who, octets in reader.spoken if who == ">"))]


def test_a_tag_at_the_door_is_the_article_it_names(reader: UhfReader) -> None:
    with supervised("rfid_llrp", host=reader.host, port=reader.port) as (_, recorder):
        reader.put(SGTIN_96)
        scan = recorder.wait_for("scan").scan
    assert scan is not None
    assert (scan.data, scan.symbology) == (b"3074257BF7194E4000001A85", "epc")
    meaning = resolve(scan.data, scan.symbology)
    assert (meaning.kind, meaning.gtin, meaning.elements["21"]) == ("epc", "80614141123458", "6789")


def test_a_tag_comes_once_goes_and_comes_again(reader: UhfReader) -> None:
    with driver_of(reader, gone=0.5) as driver:
        reader.put(SGTIN_96)
        said = events(driver, 0.5)
        reader.take()
        said += events(driver, 1.8)
        reader.put(SGTIN_96)
        said += events(driver, 0.3)
    assert [event.kind for event in said] == ["present", "scan", "removed", "present", "scan"]
    assert [event.tag for event in said if event.kind != "scan"] == [SGTIN_96] * 3
    assert {event.reader for event in said} == {"door"}


def test_a_hundred_tags_at_once_are_read_each_once(reader: UhfReader) -> None:
    tags = [b"\x30" + number.to_bytes(11) for number in range(100)]
    with supervised("rfid_llrp", host=reader.host, port=reader.port) as (_, recorder):
        for tag in tags:
            reader.put(tag)
        recorder.wait_for("scan", 100)
        time.sleep(0.5)
    assert sorted(recorder.codes()) == [tag.hex().upper().encode() for tag in tags]


@pytest.mark.parametrize("epc", [SGTIN_96, OF_128_BITS, SGTIN_198, b"\xe2" * 32, b"\x01\x02"])
def test_an_epc_may_have_any_length(reader: UhfReader, epc: bytes) -> None:
    reader.put(epc)
    with driver_of(reader) as driver:
        assert codes(events(driver, 0.3)) == [epc.hex().upper().encode()]


def test_an_epc_may_end_within_an_octet(reader: UhfReader) -> None:
    reader.put(SGTIN_198[:25], bits=198)
    with driver_of(reader) as driver:
        (code,) = codes(events(driver, 0.3))
    assert resolve(code, "epc").gtin == "80614141123458"


def test_a_tag_in_the_neighbours_room_is_not_read(reader: UhfReader) -> None:
    reader.put(SGTIN_96, rssi=-55)
    reader.put(OF_128_BITS, rssi=-70)
    with driver_of(reader, rssi=-60) as driver:
        assert codes(events(driver, 0.3)) == [SGTIN_96.hex().upper().encode()]


def test_only_the_antennas_that_are_named_are_used(reader: UhfReader) -> None:
    reader.put(SGTIN_96, antenna=1)
    reader.put(OF_128_BITS, antenna=3)
    with driver_of(reader, antennas=[3, 4]) as driver:
        assert codes(events(driver, 0.3)) == [OF_128_BITS.hex().upper().encode()]
    with driver_of(reader) as driver:
        assert len(codes(events(driver, 0.3))) == 2


def test_it_says_what_was_recorded(reader: UhfReader) -> None:
    with driver_of(reader, transmit=24.6, antennas=[1, 2]):
        pass
    said = frames(b"".join(octets for who, octets in reader.spoken if who == ">"))
    told = [frame for frame in frames(spoken("driver", ">")) if frame.kind != Kind.KEEPALIVE_ACK]
    assert said == told


def test_it_takes_its_leave(reader: UhfReader) -> None:
    with driver_of(reader) as driver:
        events(driver, 0.1)
        assert reader.session is not None
        orders = reader.session.orders
        assert orders.are_active
    assert asked(reader)[-3:] == [Kind.STOP_ROSPEC, Kind.DELETE_ROSPEC, Kind.CLOSE_CONNECTION]
    assert orders.known == {}
    assert any(frame.kind == Kind.CLOSE_CONNECTION_RESPONSE for frame in heard(reader))


def heard(reader: UhfReader) -> list[Frame]:
    return frames(b"".join(octets for who, octets in reader.spoken if who == "<"))


def test_a_reader_that_hangs_is_left_soon(reader: UhfReader) -> None:
    with driver_of(reader) as driver:
        events(driver, 0.1)
        reader.mute = True
        time.sleep(0.1)
        began = time.monotonic()
    assert time.monotonic() - began < 0.5


def test_signs_of_life_are_answered(reader: UhfReader) -> None:
    with driver_of(reader) as driver:
        events(driver, 2.3)
        assert reader.session is not None
        assert reader.session.acknowledged == 2


def test_a_reader_without_a_sign_of_life_for_three_seconds_is_down(reader: UhfReader) -> None:
    reader.keeps_alive = False
    with pytest.raises(DeviceLost, match="says nothing: check its network cable"), driver_of(reader) as driver:
        began = time.monotonic()
        events(driver, 6)
    assert 2.8 < time.monotonic() - began < 4


def test_a_reader_that_hangs_empties_no_fitting_room(reader: UhfReader) -> None:
    reader.put(SGTIN_96)
    said = list[ReaderEvent]()
    with driver_of(reader, gone=1.0) as driver:
        said += events(driver, 0.3)
        reader.mute = True
        said += events(driver, 2.2)
        reader.mute = False
        said += events(driver, 1.5)
    assert [event.kind for event in said] == ["present", "scan"]


def test_a_reader_in_use_says_so_and_is_taken_when_it_is_free(reader: UhfReader) -> None:
    with driver_of(reader) as first:
        events(first, 0.1)
        with pytest.raises(DeviceAbsent, match="is in use by another program: end that"), driver_of(reader):
            pass
    with driver_of(reader):
        assert reader.session is not None


@pytest.mark.parametrize(
    ("status", "why"), [(1, "opens its connection itself"), (3, "takes no connection"), (4, "LLRP: 4")]
)
def test_a_reader_that_takes_no_connection_says_why(status: int, why: str) -> None:
    with saying(greeting(status)) as (host, port), pytest.raises(DeviceAbsent, match=why):
        LlrpReader("door", host=host, port=port).__enter__()


def test_a_reader_lets_go_of_who_died(reader: UhfReader) -> None:
    """The box lost its power: the reader still holds the connection, until its signs of life stay unanswered."""
    with socket.create_connection((reader.host, reader.port), timeout=2) as dead:
        dead.sendall(encode(Frame(Kind.SET_READER_CONFIG, 1, b"\0" + tlv(220, b"\1" + (100).to_bytes(4)))))
        time.sleep(0.1)
        with supervised("rfid_llrp", host=reader.host, port=reader.port) as (_, recorder):
            assert "in use" in recorder.of("down")[0].error


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("043D 00000009 00000001", id="shorter than its header"),
        pytest.param("043D FFFFFFFF 00000001", id="of four gigabytes"),
        pytest.param("04FE 0000000A 00000001", id="of unknown type"),
        pytest.param("00 FF 00 FF", id="no header"),
        pytest.param("043D 0000001B 00000001 00F00011 8D30FFFFFFFFFFFFFFFFFF", id="cut short"),
        pytest.param("043D 0000000E 00000001 00F0 0000", id="a parameter without length"),
        pytest.param("043D 00000012 00000001 00F0 0008 00F1 FFFF", id="a parameter too long"),
        pytest.param("043D 0000001E 00000001 00F0 0014 00F1 0010 0060 30FFFFFFFFFFFFFFFFFF", id="an EPC cut short"),
    ],
)
def test_broken_bytes_are_never_a_tag_and_reading_goes_on(reader: UhfReader, broken: str) -> None:
    with supervised("rfid_llrp", host=reader.host, port=reader.port) as (_, recorder):
        reader.put(SGTIN_96)
        recorder.wait_for("scan")
        reader.send(bytes.fromhex(broken))
        assert "broken bytes" in recorder.wait_for("down").error
        recorder.wait_for("up", 2)
        recorder.wait_for("scan", 2)
    assert set(recorder.codes()) == {SGTIN_96.hex().upper().encode()}


def test_a_message_that_never_ends_is_a_reader_that_hangs(reader: UhfReader) -> None:
    with pytest.raises(DeviceLost, match="says nothing"), driver_of(reader) as driver:
        events(driver, 0.1)
        reader.send(bytes.fromhex("043D 00010000 00000001"))
        reader.keeps_alive = False
        events(driver, 6)


def test_one_that_speaks_something_else_is_no_reader() -> None:
    page, why = b"HTTP/1.1 400 Bad Request\r\n\r\n", "that it is LLRP which answers at this port"
    with saying(page) as (host, port), pytest.raises(BrokenFrame, match=why):
        LlrpReader("door", host=host, port=port).__enter__()


def test_one_that_does_not_greet_is_down_and_can_be_stopped_at_once() -> None:
    with saying(b"") as (host, port):
        driver = LlrpReader("door", host=host, port=port)
        failed = aborted_after(0.3, driver, driver.__enter__)
        assert failed < 0.3
        with pytest.raises(DeviceLost, match="says nothing"):
            LlrpReader("door", host=host, port=port).__enter__()


def test_a_poll_that_hangs_is_ended_from_another_thread(reader: UhfReader) -> None:
    with pytest.raises(DeviceLost), driver_of(reader) as driver:
        events(driver, 0.1)
        reader.mute = True
        assert aborted_after(0.3, driver, lambda: list(driver.poll(10))) < 0.3
        list(driver.poll(0.1))


def aborted_after(seconds: float, driver: LlrpReader, call: Any) -> float:
    """How long `call` still takes once the driver is aborted; it must fail."""
    failed = threading.Event()

    def hang() -> None:
        with pytest.raises((DeviceLost, DeviceAbsent)):
            call()
        failed.set()

    thread = threading.Thread(target=hang, daemon=True)
    thread.start()
    time.sleep(seconds)
    assert not failed.is_set()
    began = time.monotonic()
    driver.abort()
    assert failed.wait(2)
    thread.join()
    return time.monotonic() - began


def test_no_reader_at_the_address_is_said_so(reader: UhfReader) -> None:
    reader.unplug()
    with pytest.raises(DeviceAbsent, match=r"no reader answers at 127\.0\.0\.1:\d+ .*refused.*correct `host` and"):
        driver_of(reader).__enter__()
    with pytest.raises(DeviceAbsent, match=r"no reader answers at no-such-reader\.invalid"):
        LlrpReader("door", host="no-such-reader.invalid").__enter__()


def test_what_the_reader_refuses_is_said_with_its_reason(reader: UhfReader) -> None:
    with pytest.raises(DeviceLost, match="refused ADD_ROSPEC: there is no antenna 9"), driver_of(reader, antennas=[9]):
        pass
    with pytest.raises(BadOption, match=r"transmit = 5: the reader at .* sends at least 10.25 dBm"):
        driver_of(reader, transmit=5).__enter__()


def test_a_reader_that_does_not_tell_loudness_cannot_tell_rooms_apart(reader: UhfReader) -> None:
    why = "does not tell how loud a tag is: remove `rssi`"
    with pytest.raises(BadOption, match=why), driver_of(reader, rssi=-60) as driver:
        reader.send(encode(Frame(Kind.RO_ACCESS_REPORT, 1, tlv(240, tv(13, SGTIN_96)))))
        events(driver, 0.3)


def test_trouble_that_the_reader_tells_is_logged(reader: UhfReader, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), driver_of(reader) as driver:
        told = tlv(246, tlv(128, bytes(8)) + tlv(255, b"\0\0\2"))
        reader.send(encode(Frame(Kind.READER_EVENT_NOTIFICATION, 1, told)))
        reader.send(encode(Frame(Kind.ERROR_MESSAGE, 2, tlv(287, b"\0\x6d\0\3No."))))
        events(driver, 0.2)
    assert f"the reader at {reader.host}:{reader.port} says: antenna 2 is not connected" in caplog.text
    assert "complains: No. (status 109)" in caplog.text


def test_a_reader_that_closes_the_connection_is_down(reader: UhfReader) -> None:
    with pytest.raises(DeviceLost, match="closes the connection"), driver_of(reader) as driver:
        reader.send(encode(Frame(Kind.READER_EVENT_NOTIFICATION, 1, tlv(246, tlv(128, bytes(8)) + tlv(257, b"")))))
        events(driver, 0.3)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"host": ""}, "host = '': give"),
        ({"port": 0}, "port = 0: give"),
        ({"port": "5084"}, "port = '5084': give"),
        ({"antennas": [0]}, r"antennas = \[0\]: give a list"),
        ({"antennas": "1"}, "antennas = '1': give a list"),
        ({"transmit": "high"}, "transmit = 'high': give dBm"),
        ({"rssi": 60}, "rssi = 60: give whole dBm"),
        ({"gone": 0}, "gone = 0: give seconds"),
        ({"gone": True}, "gone = True: give seconds"),
    ],
)
def test_an_option_that_cannot_work_is_named_with_its_fix(options: dict[str, Any], why: str) -> None:
    with pytest.raises(BadOption, match=why):
        LlrpReader("door", **{"host": "192.0.2.1", **options})


class saying:  # noqa: N801 (reads as a phrase)
    """A port at which `octets` are said to whoever comes, and nothing else."""

    def __init__(self, octets: bytes) -> None:
        self._octets, self._kept = octets, list[socket.socket]()

    def __enter__(self) -> tuple[str, int]:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        host, port = self._listening.getsockname()
        return host, port

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for end in (self._listening, *self._kept):
            end.close()

    def _run(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            client.sendall(self._octets)
            self._kept.append(client)
