"""What `tote station` says to a box: in order, each reading once, and soon or not at all."""

import base64
import logging
import queue
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

from hardware.scan import ReaderEvent

log = logging.getLogger(__name__)

BACKLOG = 256
"""Events that wait to be posted; then the reader waits too."""
TRY_S = 3.0
"""How long after it was read something is posted again: later it would surprise whoever stands there by then."""
AGAIN_S = 0.2
MOST_BYTES, MOST_LETTERS = 8192, 300
"""What the box takes of octets and of an error (kiosk.posted)."""
BEAT_S = 3.0
"""Seconds between words that the reader is still as it was."""
TIMEOUT = (1.0, 2.0)
"""Seconds for the box to be reached, and to answer."""
SOURCE = secrets.token_hex(8)
"""This process, to the box."""


class Poster:
    """Takes the events of one reader (`put`, on any thread) and posts them to the station at `url` on its own."""

    def __init__(self, url: str, reader: str, token: str = "", *, ca: Path | None = None) -> None:
        self._url, self._reader = url, reader
        self._waiting: queue.Queue[tuple[float, ReaderEvent] | None] = queue.Queue(BACKLOG)
        self._state: ReaderEvent | None = None
        self._quit = threading.Event()
        self._told: set[str] = set()
        self._session = requests.Session()
        if ca:
            self._session.verify = str(ca)
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"
        self._thread = threading.Thread(target=self._run, name=f"poster-{reader}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, event: ReaderEvent) -> None:
        while not self._quit.is_set():
            try:
                return self._waiting.put((time.monotonic(), event), timeout=0.2)
            except queue.Full:
                continue
        return None

    def quit(self) -> None:
        """Ask it to end, without waiting: of many, ask all before each is stopped."""
        self._quit.set()
        with suppress(queue.Full):  # then it does not sleep
            self._waiting.put_nowait(None)

    def stop(self) -> None:
        """End within half a second, what was read posted where the box answers."""
        self.quit()
        if self._thread.ident is not None:
            self._thread.join(0.5)

    # ---- on the poster's thread --------------------------------------------------------------------------------------

    def _run(self) -> None:
        with self._session:
            while not (self._quit.is_set() and self._waiting.empty()):
                self._step()
            self._say_goodbye()

    def _step(self) -> None:
        try:
            waited = self._waiting.get(timeout=BEAT_S)
        except queue.Empty:
            if self._state:
                self._try(body_of(self._state))
            return
        if waited is not None:
            at, event = waited
            if event.kind in ("up", "down"):
                self._state = event
            self._post(at, event)

    def _post(self, at: float, event: ReaderEvent) -> None:
        body = {**body_of(event), "id": secrets.token_hex(8)}
        while not self._try(body):
            if time.monotonic() - at >= TRY_S or self._quit.wait(AGAIN_S):
                return self._lost(event)
        return None

    def _lost(self, event: ReaderEvent) -> None:
        if event.kind not in ("up", "down"):  # those are said again anyway
            log.error("no box answers at %s: a %s of %s is lost, do it again", self._url, event.kind, self._reader)

    def _say_goodbye(self) -> None:
        if self._state:
            error = "`tote station` was ended on its device: start it again"
            self._try({"kind": "down", "reader": self._reader, "error": error})

    def _try(self, body: dict[str, str]) -> bool:
        """Whether the box has it, or will never take it."""
        place = "scan" if body["kind"] == "scan" else "reader"
        try:
            answer = self._session.post(f"{self._url}/{place}", json={**body, "source": SOURCE}, timeout=TIMEOUT)
        except requests.RequestException as error:
            log.debug("%s did not answer by", self._url, exc_info=error)
            return False
        if answer.status_code == 429 or answer.status_code >= 500:
            return False
        self._check(answer, body["kind"])
        return True

    def _check(self, answer: requests.Response, kind: str) -> None:
        said = _json(answer)
        if not answer.ok:
            error = said.get("error", f"status {answer.status_code}: is this a box with the station of {self._url}?")
            self._tell_once(f"the box refused a {kind} of {self._reader}: {error}")
        elif said.get("known") is False:
            fix = f'add [[reader]] name = "{self._reader}", driver = "station" to the settings of the box'
            self._tell_once(f"the box takes scans of {self._reader}, but does not show how it is: {fix}")

    def _tell_once(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            log.warning("%s", message)


def body_of(event: ReaderEvent) -> dict[str, str]:
    """The event as kiosk.posted takes it: octets in base64, what is empty left out."""
    fields: dict[str, str] = {}
    if event.scan:
        fields = {"symbology": event.scan.symbology, "data": _text(event.scan.data), "uid": _text(event.scan.uid)}
    elif event.kind == "partial":
        fields = {"reason": event.reason, "error": _line(event.error), "raw": _text(event.raw[:MOST_BYTES])}
    elif event.kind == "down":
        fields = {"error": _line(event.error)}
    elif event.kind in ("present", "removed"):
        fields = {"tag": _text(event.tag)}
    return {"kind": event.kind, "reader": event.reader, **{name: text for name, text in fields.items() if text}}


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:MOST_LETTERS]


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
