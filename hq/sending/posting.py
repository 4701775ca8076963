"""One platform's line: HTTPS with retries, and no word of a token or a person in any error or log.

A retry begins where the request was made up, not with its octets: minutes may have passed, in which somebody it tells
of withdrew or was erased.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

import requests
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import MaxRetryError
from urllib3.util import Retry

SECONDS = 30
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
"""What may go well a moment later."""
LONGEST_WAIT = 300
"""Seconds of a Retry-After that are waited for; a platform that wants more is asked again at the next sending."""
Json = dict[str, Any]
T = TypeVar("T")


class NotSent(Exception):
    """The platform did not take it; the words name the cause."""


class NotNow(NotSent):
    """It may take it a moment later."""

    def __init__(self, words: str, answer: BaseHTTPResponse | None = None) -> None:
        super().__init__(words)
        self.answer = answer
        """What may name how long to wait."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    tries: int = 6
    first_wait: float = 1.0
    """Seconds; doubled from try to try, with up to as much again by chance."""
    longest: float = 60.0


class Line:
    """To one platform, as long as a sending takes."""

    def __init__(self, name: str, *, pace: Pace | None = None, seconds: float = SECONDS) -> None:
        pace = pace or Pace()
        logging.getLogger("urllib3").setLevel(logging.ERROR)  # its lines quote addresses, and one platform's secret
        self._retry = Retry(
            total=pace.tries - 1,
            backoff_factor=pace.first_wait,
            backoff_jitter=pace.first_wait,
            backoff_max=pace.longest,
            retry_after_max=LONGEST_WAIT,
        )
        self._name, self._seconds, self._session = name, seconds, requests.Session()

    def persist(self, once: Callable[[], T]) -> T:
        """Does `once` until it goes through or fails for good. `once` makes up its requests, and so judges anew whom
        they tell of; all of them may be repeated: sets of hashes, sales with ids. Raises NotSent."""
        retry = self._retry
        while True:
            try:
                return once()
            except NotNow as failed:
                try:
                    retry = retry.increment(response=failed.answer)
                except MaxRetryError:
                    raise failed from None
                retry.sleep(failed.answer)

    def send(self, method: str, url: str, body: Json, *, headers: Json | None = None, **more: Any) -> Json:
        """Once. The answer's JSON, {} of none. Raises NotSent."""
        return self._answered(method, url, json=body, headers=headers, **more)

    def send_file(self, method: str, url: str, file: BinaryIO, *, headers: Json) -> None:
        """Once, all of it from where it stands, as the body. Raises NotSent."""
        self._answered(method, url, data=file, headers=headers)

    def close(self) -> None:
        self._session.close()

    def _answered(self, method: str, url: str, **body: Any) -> Json:
        try:
            answer = self._session.request(method, url, timeout=self._seconds, allow_redirects=False, **body)
        except requests.RequestException as error:
            raise NotNow(f"{self._name} can't be reached: {type(error).__name__}") from None
        if answer.status_code in LATER:
            raise NotNow(self._words(answer), answer.raw)
        if not 200 <= answer.status_code < 300:
            raise NotSent(self._words(answer))
        return _read(answer)

    def _words(self, answer: requests.Response) -> str:
        return f"{self._name} answers {answer.status_code}{_hint(answer.status_code)}{_code(answer)}"


def _hint(status: int) -> str:
    if status in (401, 403):
        return ": the token is not good for this"
    return ": it takes no more just now" if status == 429 else ""


def _code(answer: requests.Response) -> str:
    """The platform's own number for what is wrong: its words may quote what was sent."""
    error = _read(answer).get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return f" (its code {code})" if isinstance(code, int) else ""


def _read(answer: requests.Response) -> Json:
    try:
        found = answer.json()
    except requests.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
