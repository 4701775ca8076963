"""A station as its browser sees it: a stream of screens, and what a finger can do."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import requests

from edge.demo.walk.errors import StepFailed

PATIENCE = 10.0
"""Seconds to wait for a screen: many times what it takes, so that a busy machine does not fail the walk."""


class Station:
    """One screen of the box. Holds its event stream open between `open` and `close`, as a browser does."""

    def __init__(self, box: str, name: str) -> None:
        self.name, self._url = name, f"{box}/s/{name}"
        self._session = requests.Session()
        self._changed = threading.Condition()
        self._stream: requests.Response | None = None
        self.html, self.screens = "", 0
        """What it shows now; how many screens it was sent."""

    def open(self) -> None:
        self._stream = requests.get(f"{self._url}/stream", stream=True, timeout=(5, 30))
        self._stream.raise_for_status()
        threading.Thread(target=self._listen, args=(self._stream,), daemon=True, name=f"stream-{self.name}").start()
        self.wait(bool, "its first screen")

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self._session.get(f"{self._url}/state.json", timeout=5).json()
        return state

    def post(self, path: str, status: int = 200, **form: object) -> str:
        """What a touch sends; the fragment that answers."""
        answer = self._session.post(f"{self._url}/{path}", data=form, timeout=10)
        if answer.status_code != status:
            raise StepFailed(f"{path} at {self.name} answered {answer.status_code} instead of {status}: {answer.text}")
        return answer.text

    def wait(self, holds: Callable[[str], bool], what: str, patience: float = PATIENCE) -> str:
        """Wait until the screen the station shows satisfies `holds`; raises `StepFailed` naming `what` was awaited."""
        with self._changed:
            if not self._changed.wait_for(lambda: holds(self.html), patience):
                shown = self.html[:600]
                raise StepFailed(f"the {self.name} did not show {what} within {patience:.0f} s, but:\n{shown}")
            return self.html

    def shows(self, sku: str) -> str:
        return self.wait(lambda html: f'data-sku="{sku}"' in html, f"the article {sku}")

    def _listen(self, stream: requests.Response) -> None:
        try:
            for name, data in events(stream.iter_lines(chunk_size=None)):
                if name == "screen":
                    self._show(data)
        except (requests.RequestException, OSError, AttributeError, ValueError):
            return  # closed, here or there: whoever waits for a screen says so

    def _show(self, html: str) -> None:
        with self._changed:
            self.html, self.screens = html, self.screens + 1
            self._changed.notify_all()


def events(lines: Iterator[bytes]) -> Iterator[tuple[str, str]]:
    """(event, data) of a stream of server-sent events (HTML standard, section 9.2.6)."""
    name, data = "message", list[str]()
    for line in lines:
        field, _, value = line.decode().partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif not line:
            if data:
                yield name, "\n".join(data)
            name, data = "message", []


def until(holds: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Ask again until the answer is true, and return it; raises `StepFailed` naming `what` was awaited."""
    deadline = time.monotonic() + patience
    while not (answer := holds()):
        if time.monotonic() > deadline:
            raise StepFailed(f"{what}: not within {patience:.0f} s")
        time.sleep(0.05)
    return answer
