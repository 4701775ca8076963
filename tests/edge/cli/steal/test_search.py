"""What a thief finds: people in every wrapping, and nobody among hashes, seals and times."""

import base64
import bz2
import gzip
import lzma
import secrets
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

import pytest
import zstandard

from edge.cli.steal import search, wrappings

MAIL, PHONE = "liisa.tamm+tote@kauplus.example.ee", "+37255512345"
WRAPPINGS = {
    "as it is": lambda text: text.encode(),
    "upper case": lambda text: text.upper().encode(),
    "UTF-16": lambda text: text.encode("utf-16-le"),
    "UTF-16 the other way round": lambda text: text.encode("utf-16-be"),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 behind one octet": lambda text: base64.b64encode(b"\x00" + text.encode()),
    "base64 behind two": lambda text: base64.b64encode(b"\x00\x01" + text.encode()),
    "base64 behind other letters": lambda text: b"kind" + base64.urlsafe_b64encode(text.encode()),
    "URL-encoded": lambda text: quote(text, safe="").encode(),
    "escaped as in JSON": lambda text: text.replace("@", "\\u0040").replace("+", "\\u002b").encode(),
    "zlib": lambda text: zlib.compress(text.encode()),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zstd": lambda text: zstandard.ZstdCompressor().compress(text.encode()),
    "base64 in zstd": lambda text: zstandard.ZstdCompressor().compress(base64.b64encode(text.encode())),
}


WINDOW, OVERLAP, MEMBER = 256 * 1024, 4 * 1024, 512 * 1024
"""Of files that are large beside them."""
LATE = b"a line of a log\n" * (640 * 1024 // 16)
AS_A_WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 1),
    "zstd": zstandard.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read and unpacked at once, in a thirtieth of its size."""
    searching = import_module("edge.cli.steal.search")  # whose function the package names alike
    monkeypatch.setattr(searching, "WINDOW", WINDOW)
    monkeypatch.setattr(searching, "OVERLAP", OVERLAP)
    monkeypatch.setattr(wrappings, "LARGEST", MEMBER)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("how", AS_A_WHOLE)
def test_somebody_late_in_a_large_file_that_is_compressed_as_a_whole_is_found(tmp_path: Path, how: str) -> None:
    packed = AS_A_WHOLE[how](LATE + MAIL.encode())
    assert found_in(tmp_path, packed) == {MAIL: len(LATE)}


def test_a_torn_file_yields_what_is_whole(tmp_path: Path) -> None:
    torn = gzip.compress(MAIL.encode() + b" " + secrets.token_hex(5000).encode())[:-3000]
    assert MAIL in found_in(tmp_path, torn) and MAIL in found_in(tmp_path, b"BZh91 " + MAIL.encode())


def found_in(folder: Path, octets: bytes, *public: str) -> dict[str, int]:
    """Offset by text, in lower case."""
    file = folder / "file"
    file.write_bytes(octets)
    return {trace.text.lower(): trace.offset for trace in search(file, public)}


@pytest.mark.parametrize("person", [MAIL, PHONE])
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_person_is_found_in_every_wrapping(tmp_path: Path, wrapping: str, person: str) -> None:
    noise = secrets.token_bytes(500)
    found = found_in(tmp_path, noise + b"\0" + WRAPPINGS[wrapping](person) + b"\0" + noise)
    assert 490 <= found.get(person, -1) <= 510, found


def test_an_address_is_found_between_other_columns_of_a_row(tmp_path: Path) -> None:
    (found,) = found_in(tmp_path, f"9f3a{MAIL}12995{secrets.token_hex(16)}".encode())
    assert MAIL in found


def test_a_number_is_found_as_people_write_it(tmp_path: Path) -> None:
    assert found_in(tmp_path, b'{"call": "+372 555-12 (345)"}') == {PHONE: 10}


def test_letters_beyond_ascii_are_part_of_an_address(tmp_path: Path) -> None:
    assert found_in(tmp_path, "von jürgen@bücher.example,".encode()) == {"jürgen@bücher.example": 4}


def test_nobody_is_found_among_hashes_seals_and_times(tmp_path: Path) -> None:
    row = secrets.token_hex(16) + "BasketSent1790000000000" + secrets.token_hex(32) + '{"price":12995,"at":"+02:00"}'
    seals = b"".join(row.encode() + secrets.token_bytes(150) for _ in range(500))
    assert (
        found_in(tmp_path, seals + b"1e+12345678 a@b user@localhost @media icon@2x.png getty@tty1.service!" * 9) == {}
    )


def test_what_is_public_is_not_reported(tmp_path: Path) -> None:
    assert found_in(tmp_path, f"{MAIL} and basket@aurora.example".encode(), "basket@aurora.example") == {MAIL: 0}


@pytest.mark.usefixtures("small")
def test_a_large_file_is_searched_to_its_end_and_nothing_is_cut_in_two(tmp_path: Path) -> None:
    octets = bytearray(2 * WINDOW)
    for at in (WINDOW - 10, WINDOW - OVERLAP - 10, len(octets) - len(MAIL)):
        octets[at : at + len(MAIL)] = MAIL.encode()
    file = tmp_path / "file"
    file.write_bytes(octets)
    assert sorted(t.offset for t in search(file)) == [WINDOW - OVERLAP - 10, WINDOW - 10, len(octets) - len(MAIL)]


def test_a_trace_is_masked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(f"{MAIL} {PHONE}")
    assert [trace.masked for trace in search(tmp_path / "file")] == ["l…@kauplus.example.ee", "+372…45"]
