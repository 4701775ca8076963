"""A page in a tablet's browser, or `tote station`, as the box hears them: without a browser, by the same HTTP."""

import base64
import secrets
import threading
import time
from contextlib import suppress

import requests

TRY_S = 3.0
"""How long a reading is posted again before it is lost."""


class Page:
    """Speaks for `reader` at the station whose address is `url`, every `beat` seconds, from `open` to `close`."""

    def __init__(self, url: str, reader: str, *, beat: float = 3.0) -> None:
        self._url, self._reader, self._beat = url, reader, beat
        self.frozen = threading.Event()
        """Set, it says nothing more, though it is open."""
        self._closed = threading.Event()
        self._source = ""
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        self._source, self._closed = secrets.token_hex(8), threading.Event()
        self._tell("up")
        self._thread = threading.Thread(target=self._speak, name="page", daemon=True)
        self._thread.start()

    def close(self) -> None:
        if self._closed.is_set() or self._thread is None:
            return
        self._closed.set()
        self._thread.join(5.0)
        self._tell("down", error="its page was closed")

    def scan(self, data: bytes, symbology: str = "") -> str:
        """Post a reading, and again where nothing answers or too much came; the screen it led to. Raises
        `TimeoutError`."""
        body = {"symbology": symbology, "data": base64.b64encode(data).decode(), "id": secrets.token_hex(8)}
        began = time.monotonic()
        while time.monotonic() - began < TRY_S:
            with suppress(requests.ConnectionError, requests.Timeout):
                answer = self.post("scan", body)
                if answer.ok:
                    return str(answer.json()["screen"])
            time.sleep(0.1)
        raise TimeoutError(f"nothing answers at {self._url}")

    def post(self, place: str, body: object) -> requests.Response:
        """As it is, right or wrong."""
        if isinstance(body, dict):
            body = {"reader": self._reader, "source": self._source, **body}
        with requests.post(f"{self._url}/{place}", json=body, timeout=2) as answer:
            return answer

    def _tell(self, kind: str, **fields: str) -> None:
        with suppress(requests.ConnectionError, requests.Timeout):
            self.post("reader", {"kind": kind, **fields})

    def _speak(self) -> None:
        while not self._closed.wait(self._beat):
            if not self.frozen.is_set():
                self._tell("up")
