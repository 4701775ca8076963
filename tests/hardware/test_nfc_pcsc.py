"""pyscard and pcscd against vpcd's virtual reader."""

import time
from collections.abc import Iterator

import pytest

from hardware.errors import BadOption, DeviceAbsent
from hardware.nfc_pcsc import PcscReader
from hardware.pcsc.service import PRESENT, Service
from hardware.scan import ReaderEvent
from hardware.simulated import MifareClassic, Ntag213, Tag, Type4
from hardware.simulated.pcsc import SLOTS, Pcscd
from hardware.simulated.pcsc_cards import Card
from hardware.simulated.writable_tags import Ntag
from hardware.tags.writing import write_next
from tests.hardware.rigs import Recorder, link, supervised
from tests.hardware.rigs.nfc_pcsc import running

MESSAGE, OTHER = link("04006381333931"), link("04006381333948")
UID = bytes.fromhex("04112233445566")
COMMANDS = 5
"""What reading MESSAGE takes: the UID, and four times sixteen octets."""


@pytest.fixture(scope="module")
def daemon() -> Iterator[Pcscd]:
    with running() as pcscd:
        yield pcscd


@pytest.fixture
def pcscd(daemon: Pcscd) -> Iterator[Pcscd]:
    yield daemon
    daemon.resume()
    daemon.start()
    for slot in range(len(SLOTS)):
        daemon.take(slot)
    _wait_until_empty()


def _wait_until_empty() -> None:
    """pcscd looks for cards every 0.4 s."""
    service = Service()
    service.open()
    for slot in SLOTS:
        state = 0
        while not state or state & PRESENT:
            state, _ = service.wait(slot, state, 1.0)
    service.close()


def kinds(recorder: Recorder) -> list[str]:
    return [event.kind for event in recorder.events]


@pytest.mark.parametrize("tag", [Ntag213(MESSAGE, UID), Type4(MESSAGE, UID)], ids=lambda tag: type(tag).__name__)
def test_a_tag_comes_is_read_and_goes(pcscd: Pcscd, tag: Tag) -> None:
    with supervised("nfc_pcsc", reader=SLOTS[0]) as (_, recorder):
        pcscd.put(Card(tag))
        scan = recorder.wait_for("scan").scan
        pcscd.take()
        gone = recorder.wait_for("removed")
    assert scan is not None
    assert (scan.data, scan.symbology, scan.uid) == (MESSAGE, "ndef", UID)
    assert (kinds(recorder), gone.tag) == (["up", "present", "scan", "removed"], UID)


def test_a_tag_that_lies_there_at_the_start_is_read(pcscd: Pcscd) -> None:
    pcscd.put(Card(Ntag213(MESSAGE, UID)))
    time.sleep(0.5)
    with supervised("nfc_pcsc", reader=SLOTS[0]) as (_, recorder):
        recorder.wait_for("scan")
    assert recorder.codes() == [MESSAGE]


def _only_partial(pcscd: Pcscd, card: Card) -> ReaderEvent:
    with supervised("nfc_pcsc", reader=SLOTS[0]) as (_, recorder):
        pcscd.put(card)
        partial = recorder.wait_for("partial")
        time.sleep(0.5)
        pcscd.take()
        recorder.wait_for("removed")
    assert kinds(recorder) == ["up", "present", "partial", "removed"]
    return partial


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        pytest.param(Ntag213(), "tag-empty", id="as from the factory"),
        pytest.param(Type4(), "tag-empty", id="a card without content"),
        pytest.param(Ntag213(formatted=False), "tag-foreign", id="not formatted"),
        pytest.param(MifareClassic(), "tag-foreign", id="MIFARE Classic"),
        pytest.param(Ntag213(MESSAGE[:-3]), "tag-damaged", id="cut off"),
        pytest.param(Ntag213(memory=b"\x03\xff\x02\x00" + MESSAGE), "tag-damaged", id="longer than its memory"),
    ],
)
def test_a_tag_without_a_message_says_why_once(pcscd: Pcscd, tag: Tag, reason: str) -> None:
    partial = _only_partial(pcscd, Card(tag))
    assert (partial.reason, partial.scan) == (reason, None)
    assert "have the staff" in partial.error or "scan the barcode instead" in partial.error


def test_a_foreign_card_is_asked_for_its_uid_and_nothing_else(pcscd: Pcscd) -> None:
    asked: list[bytes] = []

    def listen(apdu: bytes, answer: bytes) -> bytes:
        asked.append(apdu)
        return answer

    _only_partial(pcscd, Card(MifareClassic(), spoil=listen))
    assert asked == [bytes.fromhex("FFCA000000")]


def test_answers_without_their_status_are_damage_and_no_dead_reader(pcscd: Pcscd) -> None:
    card = Card(Ntag213(MESSAGE), spoil=lambda apdu, answer: answer[:1] if apdu[1] == 0xB0 else answer)
    assert _only_partial(pcscd, card).reason in ("tag-damaged", "tag-torn")


def test_a_tag_pulled_away_at_every_command_is_torn_or_read_and_the_next_is_read(pcscd: Pcscd) -> None:
    with supervised("nfc_pcsc", reader=SLOTS[0], debounce=0.0) as (_, recorder):
        for commands in range(COMMANDS + 1):
            told = len(recorder.events)
            pcscd.put(Card(Ntag213(MESSAGE, UID), leave_after=commands))
            recorder.wait_for("removed", commands + 1)
            assert _answers(recorder, told) == ["scan" if commands == COMMANDS else "tag-torn"], commands
        pcscd.put(Card(Ntag213(OTHER, UID)))
        recorder.wait(lambda recorder: recorder.codes()[-1:] == [OTHER])
    assert set(recorder.codes()) == {MESSAGE, OTHER}
    assert len(recorder.of("up")) == 1


def _answers(recorder: Recorder, since: int) -> list[str]:
    return [event.reason or event.kind for event in recorder.events[since:] if event.kind in ("scan", "partial")]


def test_another_tag_put_in_its_place_between_two_looks_is_read(pcscd: Pcscd) -> None:
    with supervised("nfc_pcsc", reader=SLOTS[0]) as (_, recorder):
        for count, message in enumerate((MESSAGE, OTHER, MESSAGE), 1):
            pcscd.put(Card(Ntag213(message, UID)))
            recorder.wait_for("scan", count)
    assert recorder.codes() == [MESSAGE, OTHER, MESSAGE]


def test_a_shaken_tag_is_one_tap(pcscd: Pcscd) -> None:
    with supervised("nfc_pcsc", reader=SLOTS[0], debounce=5.0) as (_, recorder):
        for taps in (1, 2):
            pcscd.put(Card(Ntag213(MESSAGE, UID)))
            recorder.wait_for("present", taps)
            time.sleep(0.2)
            pcscd.take()
            recorder.wait_for("removed", taps)
    assert recorder.codes() == [MESSAGE]


@pytest.mark.parametrize("how", ["kill", "end"])
def test_a_pcscd_that_ends_is_down_and_back_when_it_runs_again(pcscd: Pcscd, how: str) -> None:
    with supervised("nfc_pcsc", reader=SLOTS[0]) as (supervisor, recorder):
        pcscd.put(Card(Ntag213(MESSAGE, UID)))
        recorder.wait_for("scan")
        getattr(pcscd, how)()
        recorder.wait_for("down")
        time.sleep(0.5)
        assert "systemctl start pcscd.socket" in supervisor.health.error
        pcscd.start()
        recorder.wait_for("up", 2)
        recorder.wait_for("scan", 2)
    assert recorder.codes() == [MESSAGE, MESSAGE]


def test_a_pcscd_restarted_at_once_is_noticed(pcscd: Pcscd) -> None:
    with supervised("nfc_pcsc", reader=SLOTS[0]) as (_, recorder):
        pcscd.kill()
        pcscd.start()
        recorder.wait_for("up", 2)
        pcscd.put(Card(Ntag213(MESSAGE, UID)))
        recorder.wait_for("scan")
    assert len(recorder.of("down")) == 1


def test_a_pcscd_that_hangs_is_down_and_nothing_waits_for_it(pcscd: Pcscd) -> None:
    with supervised("nfc_pcsc", reader=SLOTS[0]) as (_, recorder):
        pcscd.pause()
        recorder.wait_for("down", timeout=8)
        pcscd.resume()
        recorder.wait_for("up", 2)
        pcscd.put(Card(Ntag213(MESSAGE, UID)))
        recorder.wait_for("scan")


def test_two_readers_of_a_kind_are_told_apart(pcscd: Pcscd) -> None:
    with supervised("nfc_pcsc", reader="00 01") as (_, one), supervised("nfc_pcsc", reader="00 00") as (_, two):
        pcscd.put(Card(Ntag213(MESSAGE, UID)), slot=1)
        pcscd.put(Card(Type4(OTHER)), slot=0)
        one.wait_for("scan")
        two.wait_for("scan")
    assert (one.codes(), two.codes()) == ([MESSAGE], [OTHER])


@pytest.mark.parametrize("part", ["SCL3711", ""])
def test_an_absent_or_unclear_reader_names_those_there_are(pcscd: Pcscd, part: str) -> None:
    with pytest.raises(DeviceAbsent) as caught, PcscReader("reader", reader=part):
        pass
    assert ", ".join(SLOTS) in str(caught.value)


def test_a_debounce_that_cannot_be_is_refused() -> None:
    with pytest.raises(BadOption, match="debounce = -1"):
        PcscReader("reader", debounce=-1)


def test_a_tag_is_written_and_locked_through_the_reader(pcscd: Pcscd) -> None:
    tag = Ntag(213, MESSAGE, UID)
    with supervised("nfc_pcsc", reader=SLOTS[0]) as (supervisor, recorder):
        pcscd.put(Card(tag))
        recorder.wait_for("scan")
        writing = supervisor.submit(lambda driver: write_next(driver, OTHER, lock=True, timeout=5), timeout=10)
        written = writing.result(10)
        pcscd.put(Card(tag))
        recorder.wait_for("scan", 2)
    assert (written.uid, written.locked) == (UID, True)
    assert recorder.codes() == [MESSAGE, OTHER]


def test_no_tag_is_there_to_be_written_on(pcscd: Pcscd) -> None:
    with PcscReader("reader", reader=SLOTS[0]) as reader:
        assert reader.tag() is None
        pcscd.put(Card(MifareClassic()))
        time.sleep(0.6)
        assert reader.tag() is None
