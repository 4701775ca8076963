"""nfcpy's tags over the APDUs of a simulated reader, without pcscd."""

from collections.abc import Callable

import nfc.clf
import pytest

from hardware.errors import TagError
from hardware.pcsc.tag import ApplicationsTag, PagesTag, octets
from hardware.simulated import Ntag213, Tag, Type4
from hardware.simulated.pcsc_cards import Card, Spoil
from hardware.tags import ndef_message
from tests.hardware.rigs import link

MESSAGE = link("04006381333931")
UID = bytes.fromhex("04112233445566")
LOCK_AND_MEMORY = bytes.fromhex("0103A00C34 0203F10244")
"""As NTAG213s come: lock bytes beyond the memory; and one octet kept for others within it, at 15 * 16 + 1."""


class Files(Type4):
    """A type 4 tag with the container and the file given."""

    def __init__(self, container: bytes, file: bytes) -> None:
        super().__init__(uid=UID)
        self._files = {b"\xe1\x03": container, b"\xe1\x04": file}


def container(mle: int = 0x3A, mlc: int = 0x34, size: int = 0x2000) -> bytes:
    return (
        b"\x00\x0f\x20"
        + mle.to_bytes(2, "big")
        + mlc.to_bytes(2, "big")
        + b"\x04\x06\xe1\x04"
        + size.to_bytes(2, "big")
        + b"\x00\x00"
    )


def long_message(size: int) -> bytes:
    return b"\xc2\x01" + (size - 7).to_bytes(4, "big") + b"T" + bytes(i % 251 for i in range(size - 7))


def through(card: Card) -> Callable[[bytes], bytes]:
    def transmit(apdu: bytes) -> bytes:
        answer = card.answer(apdu)
        if answer is None:
            raise nfc.clf.TimeoutError("gone")
        return answer

    return transmit


def read(tag: Tag, *, leave_after: int | None = None, spoil: Spoil = lambda apdu, answer: answer) -> bytes:
    transmit = through(Card(tag, leave_after=leave_after, spoil=spoil))
    found = ApplicationsTag(transmit, UID) if isinstance(tag, Type4) else PagesTag(transmit, UID)
    return ndef_message.check(octets(found))


def reason(tag: Tag, **options: int) -> str:
    with pytest.raises(TagError) as caught:
        read(tag, **options)  # type: ignore[arg-type]
    return caught.value.reason


@pytest.mark.parametrize(
    "tag",
    [
        pytest.param(Ntag213(MESSAGE), id="type 2"),
        pytest.param(Ntag213(memory=b"\x00\x00\x03" + bytes([len(MESSAGE)]) + MESSAGE + b"\xfe"), id="after padding"),
        pytest.param(Ntag213(memory=b"\xfd\x02ab\x03" + bytes([len(MESSAGE)]) + MESSAGE), id="after others' data"),
        pytest.param(Ntag213(memory=b"\x03\xff\x00" + bytes([len(MESSAGE)]) + MESSAGE), id="a long length"),
        pytest.param(Ntag213(memory=LOCK_AND_MEMORY + b"\x03" + bytes([len(MESSAGE)]) + MESSAGE), id="lock control"),
        pytest.param(Type4(MESSAGE), id="type 4"),
        pytest.param(Files(container(mle=15), len(MESSAGE).to_bytes(2, "big") + MESSAGE), id="in small bits"),
    ],
)
def test_what_is_written_is_read(tag: Tag) -> None:
    assert read(tag) == MESSAGE


@pytest.mark.parametrize("mle", [0x0F, 0xFF, 0x100, 0x101, 0xFFFF])
def test_a_long_message_is_read_in_what_the_tag_sends_at_once(mle: int) -> None:
    message = long_message(3000)
    assert read(Files(container(mle=mle), len(message).to_bytes(2, "big") + message)) == message


def test_octets_that_belong_to_others_are_left_out() -> None:
    kept = bytes.fromhex("0203220224")  # memory control: 2 octets at 2 * 16 + 2
    message = long_message(60)
    plain = kept + b"\x03" + bytes([len(message)]) + message
    at = 2 * 16 + 2 - 16
    assert read(Ntag213(memory=plain[:at] + b"\xee\xee" + plain[at:] + b"\xfe")) == message


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        pytest.param(Ntag213(), "tag-empty", id="as from the factory"),
        pytest.param(Ntag213(b"\xd0\x00\x00"), "tag-empty", id="an empty record"),
        pytest.param(Type4(), "tag-empty", id="a card without content"),
        pytest.param(Ntag213(formatted=False), "tag-foreign", id="not formatted"),
        pytest.param(Files(b"", b""), "tag-damaged", id="an empty container"),
        pytest.param(Ntag213(MESSAGE[:-3]), "tag-damaged", id="cut off"),
        pytest.param(Ntag213(MESSAGE + b"\x00"), "tag-damaged", id="something behind it"),
        pytest.param(Ntag213(memory=b"\x03\xff\x02\x00" + MESSAGE), "tag-damaged", id="longer than its memory"),
        pytest.param(Ntag213(memory=b"\x03\x90" + long_message(0x90)), "tag-damaged", id="into the lock bytes"),
        pytest.param(Ntag213(memory=b"\x01\x03" + b"\xff" * 142), "tag-damaged", id="no message within"),
        pytest.param(Files(container(), b"\xff\xff" + MESSAGE), "tag-damaged", id="a length beyond all tags"),
        pytest.param(Files(container(), b"\x10\x00" + MESSAGE), "tag-damaged", id="longer than its file"),
        pytest.param(Files(container(mle=0), b"\x00\x20" + MESSAGE), "tag-damaged", id="it sends nothing at once"),
        pytest.param(Files(container(size=8), b"\x00\x20" + MESSAGE), "tag-damaged", id="beyond its size"),
        pytest.param(Files(container()[:9], b"\x00\x20" + MESSAGE), "tag-foreign", id="half a container"),
    ],
)
def test_a_tag_without_a_message_says_why(tag: Tag, expected: str) -> None:
    assert reason(tag) == expected


def fresh(kind: str) -> Tag:
    return Ntag213(MESSAGE) if kind == "pages" else Type4(MESSAGE)


@pytest.mark.parametrize("kind", ["pages", "applications"])
def test_a_tag_that_leaves_at_any_command_is_torn_or_read(kind: str) -> None:
    outcomes = []
    for commands in range(12):
        try:
            outcomes.append(read(fresh(kind), leave_after=commands))
        except TagError as error:
            outcomes.append(error.reason.encode())
    torn = outcomes.index(MESSAGE)
    assert torn > 3
    assert outcomes == [b"tag-torn"] * torn + [MESSAGE] * (12 - torn)


SPOILS: dict[str, Callable[[bytes], bytes]] = {
    "wrong status": lambda answer: answer[:-2] + b"\x6f\x00",
    "nothing but a status": lambda answer: b"\x90\x00",
    "half of it": lambda answer: answer[: len(answer) // 2],
    "one short": lambda answer: answer[1:],
    "one too many": lambda answer: b"\x00" + answer,
    "nothing": lambda answer: b"",
    "much too much": lambda answer: bytes(300) + b"\x90\x00",
}


@pytest.mark.parametrize("spoiling", list(SPOILS.values()), ids=list(SPOILS))
@pytest.mark.parametrize("kind", ["pages", "applications"])
def test_broken_answers_to_any_command_never_make_a_message(kind: str, spoiling: Callable[[bytes], bytes]) -> None:
    for at in range(10):
        count = iter(range(100))

        def spoil(apdu: bytes, answer: bytes, at: int = at, count: "iter[int]" = count) -> bytes:  # type: ignore[valid-type]
            return spoiling(answer) if next(count) == at else answer

        try:
            assert read(fresh(kind), spoil=spoil) == MESSAGE
        except TagError as error:
            assert error.reason in ("tag-torn", "tag-damaged", "tag-foreign")


def test_a_message_is_written_through_the_reader() -> None:
    written: list[bytes] = []

    def transmit(apdu: bytes) -> bytes:
        written.append(apdu)
        return b"\x90\x00"

    assert PagesTag(transmit, UID).write(5, b"abcd")
    assert written == [bytes.fromhex("FFD6000504") + b"abcd"]


def test_commands_the_reader_has_no_name_for_are_refused_without_asking_it() -> None:
    def transmit(apdu: bytes) -> bytes:
        raise AssertionError(apdu)

    assert PagesTag(transmit, UID).transceive(b"\x60") == b"\x00"
