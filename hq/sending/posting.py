"""One platform's line: HTTPS with retries, and no word of a token or a person in any error or log."""

import logging
from dataclasses import dataclass
from typing import Any, BinaryIO

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

SECONDS = 30
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
"""What may go well a moment later."""
LONGEST_WAIT = 300
"""Seconds of a Retry-After that are waited for; a platform that wants more is asked again at the next sending."""
Json = dict[str, Any]


class NotSent(Exception):
    """The platform did not take it; the words name the cause."""


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
        retry = Retry(
            total=pace.tries - 1,
            allowed_methods=None,  # every request may be repeated: sets of hashes, sales with ids
            status_forcelist=LATER,
            backoff_factor=pace.first_wait,
            backoff_jitter=pace.first_wait,
            backoff_max=pace.longest,
            retry_after_max=LONGEST_WAIT,
            raise_on_status=False,
            redirect=False,
        )
        self._name, self._seconds, self._session = name, seconds, requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

    def send(self, method: str, url: str, body: Json, *, headers: Json | None = None, **more: Any) -> Json:
        """The answer's JSON, {} of none. Raises NotSent."""
        return self._answered(method, url, json=body, headers=headers, **more)

    def send_file(self, method: str, url: str, file: BinaryIO, *, headers: Json) -> None:
        """All of it from where it stands, as the body. Raises NotSent."""
        self._answered(method, url, data=file, headers=headers)

    def close(self) -> None:
        self._session.close()

    def _answered(self, method: str, url: str, **body: Any) -> Json:
        try:
            answer = self._session.request(method, url, timeout=self._seconds, allow_redirects=False, **body)
        except requests.RequestException as error:
            raise NotSent(f"{self._name} can't be reached: {type(error).__name__}") from None
        if not 200 <= answer.status_code < 300:
            raise NotSent(f"{self._name} answers {answer.status_code}{_hint(answer.status_code)}{_code(answer)}")
        return _read(answer)


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
