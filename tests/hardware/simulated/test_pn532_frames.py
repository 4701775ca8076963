"""The chip's frames, pinned by octets that nfcpy sends and takes."""

from hypothesis import given
from hypothesis import strategies as st

from hardware.simulated.pn532_frames import ACK, CommandParser, answer

GET_VERSION = bytes.fromhex("0000FF02FED4022A00")
LINE_TEST = b"\x00\x00\xff\xff\xff\x01\x09\xf6\xd4\x00" + bytes(range(256)) + bytes(7) + b"\x2c\x00"


def test_commands_are_found_among_wake_up_octets_and_acks() -> None:
    commands = list(CommandParser().feed(bytes(10) + GET_VERSION + ACK + GET_VERSION))
    assert commands == [(0x02, b""), (0x02, b"")]


def test_a_command_may_come_octet_by_octet() -> None:
    parser = CommandParser()
    stream = bytes(10) + GET_VERSION + LINE_TEST
    commands = [command for octet in stream for command in parser.feed(bytes([octet]))]
    assert commands == [(0x02, b""), (0x00, bytes(range(256)) + bytes(7))]


def test_answers_have_their_checksums() -> None:
    assert answer(0x02, bytes.fromhex("32010607")) == bytes.fromhex("0000FF06FAD50332010607E800")
    assert answer(0x00, bytes(300)).startswith(bytes.fromhex("0000FFFFFF012ED1D501"))


@given(st.binary(max_size=80))
def test_no_octets_break_the_parser(octets: bytes) -> None:
    list(CommandParser().feed(octets))
