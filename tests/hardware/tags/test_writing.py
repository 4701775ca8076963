"""Writing tags through nfcpy and the simulated chip: verified, locked on request, and never a wrong link if torn."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import nfc.clf
import nfc.tag
import pytest

from hardware.errors import TagError
from hardware.nfc_pn532 import Pn532Reader
from hardware.pcsc.tag import ApplicationsTag, PagesTag
from hardware.simulated import MifareClassic, Ntag213, Pn532, Tag
from hardware.simulated.writable_tags import Ntag, Torn, WritableType4
from hardware.tags import ndef_message
from hardware.tags.memory import File
from hardware.tags.tap import PULLED
from hardware.tags.writing import Field as TagField
from hardware.tags.writing import Written, write, write_another, write_next
from tests.hardware.rigs import link, supervised

OLD, NEW = link("04006381333931"), link("09506000134352")
"""Of one length: half of one and half of the other looks like a link too."""
LONG = b"\xc1\x01\x00\x00\x02\x80U\x04" + b"a.example/" + b"x" * (0x280 - 11)
UID = bytes.fromhex("04112233445566")


@contextmanager
def driver() -> Iterator[tuple[Pn532, Pn532Reader]]:
    with Pn532() as chip, Pn532Reader("writer", path=chip.path) as reader:
        yield chip, reader


@pytest.fixture(scope="module")
def bench() -> Iterator[tuple[Pn532, Pn532Reader]]:
    with driver() as both:
        yield both


def put(bench: tuple[Pn532, Pn532Reader], *tags: Tag) -> Pn532Reader:
    chip, reader = bench
    chip.take()
    for tag in tags:
        chip.put(tag)
    return reader


def on_it(bench: tuple[Pn532, Pn532Reader], tag: Tag) -> bytes | str:
    return told(put(bench, tag))


def told(field: TagField) -> bytes | str:
    """What the shop would read: a message, or the reason why none."""
    found = field.tag()
    try:
        ndef = found.ndef if found else None
        return ndef_message.check(bytes(ndef.octets)) if ndef and ndef.length <= ndef.capacity else "tag-damaged"
    except TagError as error:
        return error.reason


TAGS: list[Callable[..., Torn]] = [
    lambda ndef=b"": Ntag(213, ndef, UID),
    lambda ndef=b"": Ntag(215, ndef, UID),
    lambda ndef=b"": Ntag(216, ndef, UID),
    lambda ndef=b"": WritableType4(ndef, UID),
    lambda ndef=b"": WritableType4(ndef, UID, most=16),
]
NAMES = ["213", "215", "216", "type 4", "type 4, short commands"]


@pytest.mark.parametrize("make", TAGS, ids=NAMES)
@pytest.mark.parametrize("before", [b"", OLD, NEW], ids=["empty", "another", "the same"])
def test_a_tag_holds_what_was_written(
    bench: tuple[Pn532, Pn532Reader], make: Callable[..., Torn], before: bytes
) -> None:
    tag = make(before)
    assert write(put(bench, tag).tag, NEW) == Written(uid=UID, bytes_used=len(NEW), locked=False)
    assert on_it(bench, tag) == NEW


@pytest.mark.parametrize("make", TAGS[1:4], ids=NAMES[1:4])
def test_a_long_message_is_written_and_shortened_again(
    bench: tuple[Pn532, Pn532Reader], make: Callable[..., Torn]
) -> None:
    tag = make() if make is not TAGS[1] else TAGS[2]()
    for message in (LONG, NEW, LONG):
        write(put(bench, tag).tag, message)
        assert on_it(bench, tag) == message


@pytest.mark.parametrize("kind", [213, 215, 216])
def test_a_locked_tag_is_locked_in_words_and_bits_and_refuses_the_next_write(
    bench: tuple[Pn532, Pn532Reader], kind: int
) -> None:
    tag = Ntag(kind, OLD, UID)
    assert write(put(bench, tag).tag, NEW, lock=True).locked
    before = bytes(tag.memory)
    with pytest.raises(TagError) as caught:
        write(put(bench, tag).tag, OLD)
    assert caught.value.reason == "tag-locked"
    for page in range(3, len(NEW) // 4 + 6):
        assert tag.command(bytes([0xA2, page, 1, 2, 3, 4])) == b"\x00"
    assert (bytes(tag.memory), on_it(bench, tag)) == (before, NEW)
    assert write(put(bench, tag).tag, NEW, lock=True).locked


def test_pages_beyond_the_first_sixteen_are_locked_too(bench: tuple[Pn532, Pn532Reader]) -> None:
    for kind, last in ((213, 39), (215, 129), (216, 225)):
        tag = Ntag(kind, b"", UID)
        write(put(bench, tag).tag, NEW, lock=True)
        assert [tag.command(bytes([0xA2, page, 0, 0, 0, 0])) for page in (16, last)] == [b"\x00"] * 2


def _half_locked() -> Ntag:
    tag = Ntag(213, OLD, UID)
    tag.memory[40 * 4 + 1] = 0x0F
    return tag


def _with_password() -> Ntag:
    tag = Ntag(213, OLD, UID)
    tag.memory[41 * 4 + 3] = 6
    return tag


class WornOut(Ntag):
    def store(self, frame: bytes, octets: int) -> None:
        """It says ACK and keeps nothing."""


@pytest.mark.parametrize(
    ("tag", "lock", "reason"),
    [
        pytest.param(_half_locked(), False, "tag-locked", id="locked in part"),
        pytest.param(_with_password(), False, "tag-locked", id="a password from page 6 on"),
        pytest.param(WritableType4(OLD, UID, locked=True), False, "tag-locked", id="type 4, read-only"),
        pytest.param(WritableType4(OLD, UID), True, "tag-unlockable", id="type 4, to be locked"),
        pytest.param(WritableType4(OLD, UID, size=len(NEW) + 1), False, "tag-small", id="type 4, too small"),
        pytest.param(MifareClassic(), False, "tag-foreign", id="MIFARE Classic"),
        pytest.param(Ntag213(formatted=False), False, "tag-foreign", id="never formatted"),
        pytest.param(WornOut(213, OLD, UID), False, "tag-refused", id="takes no writes at all"),
    ],
)
def test_what_cannot_be_written_says_why_and_stays_as_it_was(
    bench: tuple[Pn532, Pn532Reader], tag: Tag, lock: bool, reason: str
) -> None:
    before = on_it(bench, tag)
    with pytest.raises(TagError) as caught:
        write(put(bench, tag).tag, NEW, lock=lock)
    assert (caught.value.reason, on_it(bench, tag)) == (reason, before)
    assert "take" in str(caught.value)


def test_a_message_too_long_for_the_tag_names_both_sizes_before_anything_is_written(
    bench: tuple[Pn532, Pn532Reader],
) -> None:
    tag = Ntag(213, OLD, UID)
    with pytest.raises(TagError, match=r"holds 137 octets, not 6\d\d") as caught:
        write(put(bench, tag).tag, LONG)
    assert (caught.value.reason, on_it(bench, tag)) == ("tag-small", OLD)
    exact = link("0" * (137 - len(link(""))))
    assert write(put(bench, tag).tag, exact).bytes_used == 137
    assert on_it(bench, tag) == exact


@pytest.mark.parametrize("message", [b"", b"\xd0\x00\x00", NEW[:-1], NEW + b"\x00"])
def test_what_is_no_message_is_not_written(bench: tuple[Pn532, Pn532Reader], message: bytes) -> None:
    tag = Ntag(213, OLD, UID)
    with pytest.raises(TagError) as caught:
        write(put(bench, tag).tag, message)
    assert (caught.value.reason, on_it(bench, tag)) == ("message-broken", OLD)


class Air:
    """As much of nfcpy's frontend as its tags use, with the simulated tag right behind it: for the many taps of a
    sweep over all commands."""

    max_send_data_size = max_recv_data_size = 256

    def __init__(self, tag: Tag) -> None:
        self._held = tag

    def sense(self, _: object) -> nfc.clf.RemoteTarget | None:
        self._held.reset()
        if not self._held.is_here:
            return None
        self._held.selected()
        answers = {"sens_res": self._held.sens_res, "sel_res": self._held.sel_res, "sdd_res": self._held.uid}
        return nfc.clf.RemoteTarget("106A", **{name: bytearray(octets) for name, octets in answers.items()})

    def exchange(self, frame: bytes, timeout: float) -> bytearray:
        answer = self._held.exchange(bytes(frame))
        if answer is None:
            raise nfc.clf.TimeoutError
        return bytearray(answer)

    def tag(self) -> nfc.tag.Tag | None:
        try:
            target = self.sense(None)
            return nfc.tag.activate(self, target) if target else None
        except PULLED:
            return None


class Slot:
    """A tag at a PC/SC reader, which has selected it and speaks its protocol."""

    def __init__(self, tag: Tag) -> None:
        self._held = tag

    def tag(self) -> nfc.tag.Tag | None:
        self._held.reset()
        if not self._held.is_here:
            return None
        self._held.selected()
        kind = PagesTag if isinstance(self._held, Ntag) else ApplicationsTag
        return kind(self._transmit, self._held.uid)

    def _transmit(self, apdu: bytes) -> bytes:
        if apdu[:2] == b"\xff\xb0":
            return self._answer(bytes([0x30, apdu[3]]))
        if apdu[:2] == b"\xff\xd6":
            return self._answer(bytes([0xA2, apdu[3]]) + apdu[5:])
        answer = self._held.exchange(b"\x02" + apdu)
        if answer is None:
            raise nfc.clf.TimeoutError
        return answer[1:]

    def _answer(self, frame: bytes) -> bytes:
        answer = self._held.exchange(frame)
        refused = answer is None or answer == b"\x00"
        return b"\x63\x00" if refused else bytes(answer or b"") + b"\x90\x00"


Lay = Callable[[Tag], TagField]
"""Holds a tag to a reader."""


def pull_at_each_command(make: Callable[..., Torn], torn: int, lay: Lay, step: int = 1) -> set[bytes | str]:
    """Writes NEW over OLD with the tag pulled after 1, 1 + `step` … commands, up to the first that succeeds. What the
    tags told then."""
    seen: set[bytes | str] = set()
    for exchanges in range(1, 200, step):
        tag = make(OLD)
        reader = lay(tag)
        tag.leave_after, tag.torn = exchanges, torn
        try:
            done = write(reader.tag, NEW).uid == UID
        except TagError as error:
            done = False
            assert error.reason == "tag-torn"
        tag.leave_after, tag.torn = None, 0
        seen.add(told(lay(tag)))
        if done:
            assert exchanges > 10
            return seen
        write(lay(tag).tag, NEW)
        assert told(lay(tag)) == NEW
    raise AssertionError("it was never written")


@pytest.mark.parametrize("torn", [0, 1, 2, 3, -1, -2, -3, 9, -9], ids=lambda torn: f"stored {torn}")
@pytest.mark.parametrize("make", [TAGS[0], TAGS[3], TAGS[4]], ids=["213", "type 4", "type 4, short"])
def test_a_tag_pulled_at_any_command_tells_no_wrong_link_and_the_next_attempt_mends_it(
    make: Callable[..., Torn], torn: int
) -> None:
    seen = pull_at_each_command(make, torn, Air)
    assert {OLD, NEW} < seen <= {OLD, NEW, "tag-empty", "tag-damaged"}


@pytest.mark.parametrize("torn", [0, 2, -2, 9], ids=lambda torn: f"stored {torn}")
@pytest.mark.parametrize("make", [TAGS[0], TAGS[3], TAGS[4]], ids=["213", "type 4", "type 4, short"])
def test_so_it_is_behind_pcsc(make: Callable[..., Torn], torn: int) -> None:
    seen = pull_at_each_command(make, torn, Slot)
    assert {OLD, NEW} < seen <= {OLD, NEW, "tag-empty", "tag-damaged"}


@pytest.mark.parametrize("kind", [213, 215, 216])
def test_behind_pcsc_tags_are_locked_by_their_size(kind: int) -> None:
    tag = Ntag(kind, OLD, UID)
    assert write_next(Slot(tag), NEW, lock=True, timeout=1) == Written(uid=UID, bytes_used=len(NEW), locked=True)
    pages = (5, 15, 16, tag.PAGES - 6)
    assert [tag.command(bytes([0xA2, page, 0, 0, 0, 0])) for page in pages] == [b"\x00"] * 4
    with pytest.raises(TagError) as caught:
        write_next(Slot(tag), OLD, timeout=1)
    assert caught.value.reason == "tag-locked"


@pytest.mark.parametrize("make", [TAGS[0], TAGS[3]], ids=["213", "type 4"])
def test_so_it_is_over_the_chip(bench: tuple[Pn532, Pn532Reader], make: Callable[..., Torn]) -> None:
    seen = pull_at_each_command(make, 2, lambda tag: put(bench, tag), step=4)
    assert {OLD, NEW} < seen <= {OLD, NEW, "tag-empty", "tag-damaged"}


def test_writing_length_and_message_in_one_command_would_tell_a_wrong_link() -> None:
    """Negative control: so nfcpy itself writes on a type 4 tag."""

    def as_nfcpy_does(file: File, message: bytes) -> None:
        file._tag.ndef.octets = message

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(File, "put", as_nfcpy_does)
        assert not pull_at_each_command(TAGS[3], 30, Air) <= {OLD, NEW, "tag-empty", "tag-damaged"}


def test_a_tag_pulled_while_it_is_locked_keeps_the_link_and_is_locked_by_the_next_attempt() -> None:
    for exchanges in range(1, 200):
        tag = Ntag(213, NEW, UID)
        tag.leave_after = exchanges
        try:
            done = write(Air(tag).tag, NEW, lock=True).locked
        except TagError as error:
            done = False
            assert error.reason == "tag-torn"
        tag.leave_after = None
        assert told(Air(tag)) == NEW
        if done:
            break
        assert write(Air(tag).tag, NEW, lock=True).locked
    assert exchanges > 20


def test_a_tag_whose_first_page_was_lost_is_mended(bench: tuple[Pn532, Pn532Reader]) -> None:
    tag = Ntag(213, OLD, UID)
    tag.memory[16:24] = bytes(8)
    assert on_it(bench, tag) != OLD
    write(put(bench, tag).tag, NEW)
    assert on_it(bench, tag) == NEW


def test_a_tag_that_misses_one_frame_is_written_all_the_same(bench: tuple[Pn532, Pn532Reader]) -> None:
    class Shaky(Ntag):
        missing = 12

        def exchange(self, frame: bytes) -> bytes | None:
            self.missing -= 1
            return None if 0 <= self.missing < 3 else super().exchange(frame)

    tag = Shaky(213, OLD, UID)
    write(put(bench, tag).tag, NEW)
    assert on_it(bench, tag) == NEW


def test_another_tag_that_takes_its_place_is_not_written(bench: tuple[Pn532, Pn532Reader]) -> None:
    _, reader = bench
    first, second = Ntag(213, OLD, UID), Ntag(213, OLD, UID[::-1])
    put(bench, first)
    looks = 0

    def activate() -> object:
        nonlocal looks
        looks += 1
        if looks == 2:
            put(bench, second)
        return reader.tag()

    with pytest.raises(TagError) as caught:
        write(activate, NEW)
    assert (caught.value.reason, on_it(bench, second)) == ("tag-torn", OLD)


def test_the_next_tag_held_up_is_written_and_two_at_once_are_refused(bench: tuple[Pn532, Pn532Reader]) -> None:
    reader, tag = put(bench), Ntag(213, OLD, UID)
    with pytest.raises(TagError) as caught:
        write_next(reader, NEW, timeout=0.2)
    assert caught.value.reason == "tag-absent"
    put(bench, tag, Ntag(213, OLD, UID[::-1]))
    with pytest.raises(TagError) as caught:
        write_next(reader, NEW, timeout=2)
    assert (caught.value.reason, on_it(bench, tag)) == ("tags-many", OLD)
    put(bench, tag)
    assert write_next(reader, NEW, timeout=2).uid == UID


def test_a_running_reader_writes_between_its_looks_and_then_reads_what_it_wrote() -> None:
    with Pn532() as chip, supervised("nfc_pn532", path=chip.path) as (supervisor, recorder):
        recorder.wait_for("up")
        waiting = supervisor.submit(lambda reader: write_next(reader, NEW, lock=True, timeout=5), timeout=8)
        time.sleep(0.2)
        chip.put(Ntag(213, OLD, UID))
        assert waiting.result(5) == Written(uid=UID, bytes_used=len(NEW), locked=True)
        recorder.wait_for("scan")
    assert (recorder.codes(), recorder.of("down")) == ([NEW], [])


def test_a_reader_that_dies_meanwhile_is_down_and_comes_back() -> None:
    with Pn532() as chip, supervised("nfc_pn532", path=chip.path) as (supervisor, recorder):
        recorder.wait_for("up")
        waiting = supervisor.submit(lambda reader: write_next(reader, NEW, timeout=5), timeout=8)
        time.sleep(0.2)
        chip.mute = True
        assert waiting.exception(8) is not None
        chip.mute = False
        recorder.wait_for("up", 2, timeout=8)


def another(reader: Pn532Reader, *, before: bytes = b"", spared: bool = False, wanted: bool = True) -> Written | None:
    return write_another(reader, NEW, before=before, spared=lambda uid: spared, wanted=lambda: wanted, timeout=0.2)


def test_in_a_run_a_tag_that_still_lies_there_is_done_and_nothing_is_no_fault(bench: tuple[Pn532, Pn532Reader]) -> None:
    assert another(put(bench)) is None
    tag = Ntag(213, OLD, UID)
    assert another(put(bench, tag), before=UID) is None
    assert on_it(bench, tag) == OLD
    assert another(put(bench, tag), before=UID[::-1]) == Written(uid=UID, bytes_used=len(NEW), locked=False)


def test_somebodys_card_and_what_is_not_wanted_any_more_stay_as_they_are(bench: tuple[Pn532, Pn532Reader]) -> None:
    tag = Ntag(213, OLD, UID)
    with pytest.raises(TagError) as error:
        another(put(bench, tag), spared=True)
    assert error.value.reason == "tag-given-out"
    assert another(put(bench, tag), wanted=False) is None
    assert on_it(bench, tag) == OLD
