"""Simulated readers driven from another process: a line protocol on the Unix socket `control.sock` of a folder.

A connection carries one request, a line of JSON, and one answer: {"ok": true} or {"error": "..."}.

    {"do": "type", "reader": NAME, "data": BASE64}                      bytes from the barcode scanner, suffix included
    {"do": "tap", "reader": NAME, "ndef": BASE64, "uid": HEX, "seconds": 0.6}          an NTAG is held to the reader
    {"do": "tap-two", "reader": NAME, "ndef": BASE64, "seconds": 0.6}   the same beside a second tag
    {"do": "tap-foreign", "reader": NAME, "uid": HEX, "seconds": 0.6}   a MIFARE Classic card
    {"do": "unplug"|"replug", "reader": NAME}

A tap is answered once the tag is in the field; the next tap at that reader waits until it has left again.
"""

import base64
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hardware.errors import ControlError

SOCKET = "control.sock"


@contextmanager
def address(folder: str | Path) -> Iterator[str]:
    """The socket's address by way of a descriptor: a folder's own path may be too long for one (108 octets)."""
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)


class Remote:
    """The readers of `python -m hardware.simulated --dir folder`; raises `ControlError` where they refuse."""

    def __init__(self, folder: str | Path, *, timeout: float = 10.0) -> None:
        self._folder, self._timeout = Path(folder), timeout

    def path(self, reader: str) -> str:
        """The `path` option of the reader's driver."""
        return str(self._folder / reader)

    def type(self, reader: str, data: bytes) -> None:
        self._ask({"do": "type", "reader": reader, "data": base64.b64encode(data).decode()})

    def tap(self, reader: str, ndef: bytes, *, uid: bytes = b"", seconds: float = 0.6) -> None:
        """Hold a tag with the NDEF message to the reader; b"" is an empty tag."""
        self._tap("tap", reader, uid, seconds, ndef)

    def tap_two(self, reader: str, ndef: bytes, *, uid: bytes = b"", seconds: float = 0.6) -> None:
        self._tap("tap-two", reader, uid, seconds, ndef)

    def tap_foreign(self, reader: str, *, uid: bytes = b"", seconds: float = 0.6) -> None:
        self._tap("tap-foreign", reader, uid, seconds)

    def unplug(self, reader: str) -> None:
        self._ask({"do": "unplug", "reader": reader})

    def replug(self, reader: str) -> None:
        self._ask({"do": "replug", "reader": reader})

    def _tap(self, do: str, reader: str, uid: bytes, seconds: float, ndef: bytes = b"") -> None:
        message = base64.b64encode(ndef).decode()
        self._ask({"do": do, "reader": reader, "ndef": message, "uid": uid.hex(), "seconds": seconds})

    def _ask(self, request: dict[str, object]) -> None:
        try:
            answer = json.loads(self._exchange(json.dumps(request).encode() + b"\n"))
        except (OSError, ValueError) as error:
            raise ControlError(f"no simulated readers answer in {self._folder}: {error}") from error
        if "error" in answer:
            raise ControlError(answer["error"])

    def _exchange(self, line: bytes) -> bytes:
        with address(self._folder) as where, socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(self._timeout)
            wire.connect(where)
            wire.sendall(line)
            with wire.makefile("rb") as answers:
                return answers.readline()
