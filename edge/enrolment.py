"""A box gets its certificate: key pair made here, a one-time code from HQ, files and settings written.

The private key never leaves the box. The request that was sent is kept until its answer is here: when the answer is
lost on the way, the same request gets the same answer, although the code is used.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import requests

from edge import signing
from edge.config import ConfigError
from sync import certificates, enrolling
from sync.durable import keep
from sync.enrolling import Answer

TIMEOUT = (5, 30)
"""Seconds to connect, and between two octets."""
PENDING = "asked.json"
NO_ADDRESS = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
)


class EnrolmentError(ConfigError):
    """The box was not enrolled; `str()` names the cause and the fix."""


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A request on its way, and the key (PEM) whose certificate it asks for."""

    code: str
    key: str
    request: str


def enrol(session: requests.Session, hq: str, code: str, *, folder: Path, store: str = "") -> Answer:
    """Asks the HQ at address `hq`; on success the three files of the line lie in `folder` (`line` in the data folder).

    `store` is what the box is set up as, "" for nothing yet. Raises EnrolmentError, and the disk's OSError.
    """
    try:
        signs = enrolling.plain(code)
    except ValueError as error:
        raise EnrolmentError(f"{code!r} is no code: {error}") from error
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asked = _pending(folder / PENDING, signs, store)
    answer = _opened(signs, asked, _posted(session, f"{hq.rstrip('/')}/enrol", asked.request.encode()))
    keep(folder / "ca.crt", answer.ca.encode(), mode=0o644)
    keep(folder / "box.key", asked.key.encode(), mode=0o600)
    keep(folder / "box.crt", answer.certificate.encode(), mode=0o644)
    (folder / signing.NAME).unlink(missing_ok=True)  # the box makes itself another: the old one may be revoked
    (folder / PENDING).unlink()
    return answer


def _pending(path: Path, signs: str, store: str) -> Pending:
    """What was asked with this code before and is not answered yet; else a new request, with a new key."""
    try:
        asked = msgspec.json.decode(path.read_bytes(), type=Pending)
        if asked.code == enrolling.key_of(signs).hex():
            return asked
    except (FileNotFoundError, msgspec.MsgspecError):
        pass
    key = certificates.new_key()
    asked = Pending(
        code=enrolling.key_of(signs).hex(),
        key=certificates.pem_of_key(key).decode(),
        request=enrolling.request_of(signs, certificates.request_of(key).decode(), store=store).decode(),
    )
    keep(path, msgspec.json.encode(asked), mode=0o600)
    return asked


def _posted(session: requests.Session, url: str, request: bytes) -> bytes:
    try:
        answer = session.post(url, data=request, headers={"Content-Type": "application/json"}, timeout=TIMEOUT)
    except NO_ADDRESS as error:
        raise EnrolmentError(f"{url} is no address: name HQ as in https://hq.shop.example") from error
    except requests.exceptions.SSLError as error:
        raise EnrolmentError(f"what answers at {url} can't be trusted: {error}") from error
    except requests.RequestException as error:
        raise EnrolmentError(f"no HQ answers at {url}: check the address and the network, then try again") from error
    if answer.status_code != requests.codes.ok:
        raise EnrolmentError(f"HQ says no: {_reason(answer)}")
    return answer.content


def _reason(answer: requests.Response) -> str:
    try:
        return str(answer.json()["error"])
    except (requests.JSONDecodeError, KeyError, TypeError):
        return f"it answers {answer.status_code}; is that address HQ's?"


def _opened(signs: str, asked: Pending, payload: bytes) -> Answer:
    try:
        answer = enrolling.opened(signs, asked.request.encode(), payload)
    except (ValueError, msgspec.MsgspecError) as error:
        why = "what answered does not know the code: it is not your HQ, and nothing of its answer was used"
        raise EnrolmentError(why) from error
    if answer.v != 1:
        raise EnrolmentError("HQ is of a newer version than this box: update the box first")
    return answer
