"""Downloads that go on where they were cut off, also after a restart, and are used only whole and as HQ signed them."""

import errno
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

import requests
import urllib3

TIMEOUT = (5, 30)
"""Seconds to connect, and between two bytes."""
SLOWEST, FORBORNE = 1 << 10, 60.0
"""Octets a second that an answer brings at least, after its first seconds: one that trickles would keep the box from
ever hearing of a later version. What came stays, and the next attempt goes on with it."""
CHUNK = 256 * 1024
INCOMING = "incoming"
"""What files that are still being fetched begin with."""
RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


class RefusedVersionError(Exception):
    """A version that must not be used; `str()` says why."""


class Fetching:
    """Files of HQ's web into `folder`, under names of their content."""

    def __init__(self, folder: Path, hq_url: str, web: Callable[[], requests.Session], stopping: Callable[[], bool]):
        self._folder, self._url, self._web, self._stopping = folder, hq_url.rstrip("/"), web, stopping

    def file(self, url: str, size: int, hash_hex: str) -> Path:
        """The file at `url`, whole; where a part of it is here already, only the rest is fetched.

        Raises RefusedVersionError where it is not what was signed; OSError (`requests` errors are such) where it can't
        be had just now: then what came stays for the next attempt, unless the disk is full.
        """
        part = self._folder / f"{INCOMING}-{hash_hex[:32]}.part"
        try:
            self._fetch(url, part, size)
            self._check(part, size, hash_hex)
        except RefusedVersionError:
            self.forget(part)
            raise
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                self.forget(part)  # the room is for what shoppers do
            raise
        return part

    def _fetch(self, url: str, part: Path, size: int) -> None:
        there, tag = part.stat().st_size if part.exists() else 0, _tag_of(part)
        if there > size or (there and not tag):
            there = 0
        if there == size:
            return
        headers = {"Range": f"bytes={there}-", "If-Range": tag} if there else {}
        with self._web() as web, self._get(web, url, headers) as answer:
            begins, total = _extent(answer, there)
            if total not in (None, size):
                raise RefusedVersionError(f"the file at HQ has {total} octets, HQ signed one of {size}")
            tag_file(part).write_text(answer.headers.get("ETag", ""))
            self._store(answer, part, begins, size)

    def _get(self, web: requests.Session, url: str, headers: dict[str, str]) -> requests.Response:
        # Unpacked by nobody on the way: offsets and hash are those of the file.
        answer = web.get(
            self._url + url, stream=True, timeout=TIMEOUT, headers={"Accept-Encoding": "identity", **headers}
        )
        answer.raise_for_status()
        return answer

    def _store(self, answer: requests.Response, part: Path, begins: int, most: int) -> None:
        with part.open("r+b" if begins else "wb") as file:
            file.seek(begins)
            file.truncate()
            for chunk in _as_they_come(answer):
                file.write(chunk)
                if file.tell() > most or self._stopping():
                    break
        if self._stopping():
            raise InterruptedError("the box stops")

    def _check(self, part: Path, size: int, hash_hex: str) -> None:
        there = part.stat().st_size
        if there < size:  # the line was cut where no length was told
            raise ConnectionError(f"{there} of {size} octets came")
        with part.open("rb") as file:
            digest = _sha256(file)
        if there > size or digest != hash_hex:
            raise RefusedVersionError(f"the file's SHA-256 is {digest}, HQ signed {hash_hex}")

    def octets(self, url: str, most: int) -> tuple[bytes, Any]:
        """A small answer and its headers, never much more than `most` octets."""
        with self._web() as web, self._get(web, url, {}) as answer:
            parts, size = list[bytes](), 0
            for chunk in _as_they_come(answer):
                parts.append(chunk)
                size += len(chunk)
                if size > most:
                    raise RefusedVersionError(f"the answer to {url} has more than {most} octets")
            return b"".join(parts), answer.headers

    @staticmethod
    def forget(part: Path) -> None:
        for file in (part, tag_file(part)):
            file.unlink(missing_ok=True)

    def sweep(self, *, parts: bool) -> None:
        """What broken-off attempts left; with `parts` also what could still be gone on with."""
        for left_over in self._folder.glob(f"{INCOMING}-*"):
            if parts or left_over.suffix not in (".part", ".tag"):
                left_over.unlink(missing_ok=True)


def tag_file(part: Path) -> Path:
    return part.with_suffix(".tag")


def _tag_of(part: Path) -> str:
    """The entity tag under which a part came; "" for none that proves anything (RFC 9110, 13.1.5)."""
    try:
        tag = tag_file(part).read_text()
    except OSError:
        return ""
    return "" if tag.startswith("W/") else tag


def _as_they_come(answer: requests.Response) -> Iterator[bytes]:
    """`iter_content` would wait for whole chunks, and lose the last part of one where the line is cut."""
    began, came = monotonic(), 0
    try:
        while chunk := answer.raw.read1(CHUNK):
            yield chunk
            came += len(chunk)
            if monotonic() - began > FORBORNE + came / SLOWEST:
                raise ConnectionError(f"HQ's answer comes too slowly: {came} octets so far")
    except urllib3.exceptions.HTTPError as error:
        raise ConnectionError(f"the line to HQ was cut: {error}") from error


def _extent(answer: requests.Response, asked: int) -> tuple[int, int | None]:
    """Where the octets of an answer begin, and how many the file has, if it says so."""
    if answer.status_code == requests.codes.partial_content:
        told = RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if told and int(told[1]) == asked:
            return asked, int(told[2])
        raise ConnectionError(f"HQ answered with another part than asked for: {answer.headers.get('Content-Range')}")
    length = answer.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else None


def _sha256(file: Any) -> str:
    digest = sha256()
    while octets := file.read(1 << 20):
        digest.update(octets)
    return digest.hexdigest()
