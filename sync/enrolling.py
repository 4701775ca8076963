"""What a box and HQ say to each other at enrolment, once, before they have keys of each other; plain HTTP will do.

Both know the one-time code that a person carried from HQ to the box. It never crosses the line: it keys the HMAC-SHA256
of the request (with the box's signing request) and of the answer (which names the request), so that nobody between the
two can ask in the box's place or answer in HQ's. Nothing in either is secret.

    POST HQ/enrol   {"v":1,"code":"7KQ2","store":"","csr":"-----BEGIN …","mac":"…"}
    answer          {"answer":"<JSON text of Answer>","mac":"…"}, or 403 {"error":"…"}
"""

import hmac
from hashlib import sha256

import msgspec

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without signs that look alike (Crockford)."""
LENGTH = 20
MOST = 8192
"""Octets of a request."""
_ALIKE = str.maketrans("OIL", "011", "- ")


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code` is the code's first group, `store` what the box is set up as (or ""), `csr` a signing request (PEM)."""

    v: int
    code: str
    store: str
    csr: str
    mac: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a box needs. `broker` names host:port, comma-separated; `at` is HQ's clock in ms; keys are 64 hex digits."""

    v: int
    store: str
    certificate: str
    ca: str
    broker: str
    seal_key: str
    verify_key: str
    at: int
    public_url: str = ""
    """HQ's address as phones reach it."""


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """An answer's exact text, and its HMAC."""

    answer: str
    mac: str


def plain(code: str) -> str:
    """The signs of a code, however it was typed; ValueError where it can be none."""
    signs = code.strip().upper().translate(_ALIKE)
    if len(signs) != LENGTH or not set(signs) <= set(ALPHABET):
        raise ValueError("a code has five groups of four letters and digits, such as 7KQ2-M9DX-0R4T-WBNC-HV3P")
    return signs


def in_groups(signs: str) -> str:
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def key_of(signs: str) -> bytes:
    """What both ends derive from the whole code: 80 secret bits need no stretching."""
    return sha256(f"tote-enrol/1\n{signs}".encode()).digest()


def request_of(signs: str, csr: str, *, store: str = "") -> bytes:
    mac = _mac(key_of(signs), "request", signs[:4], store, csr)
    return msgspec.json.encode(Request(v=1, code=signs[:4], store=store, csr=csr, mac=mac))


def is_by(key: bytes, asked: Request) -> bool:
    """Whether who asks knows the code."""
    return hmac.compare_digest(_mac(key, "request", asked.code, asked.store, asked.csr), asked.mac)


def sealed(key: bytes, asked: Request, answer: Answer) -> bytes:
    text = msgspec.json.encode(answer).decode()
    return msgspec.json.encode(Sealed(answer=text, mac=_mac(key, "answer", asked.mac, text)))


def opened(signs: str, request: bytes, payload: bytes) -> Answer:
    """The answer to `request`. Raises ValueError where it is none, or by somebody who does not know the code."""
    asked = msgspec.json.decode(request, type=Request)
    came = msgspec.json.decode(payload, type=Sealed)
    if not hmac.compare_digest(_mac(key_of(signs), "answer", asked.mac, came.answer), came.mac):
        raise ValueError("the answer is not HQ's")
    return msgspec.json.decode(came.answer, type=Answer)


def digest(asked: Request) -> str:
    """Tells one request from another."""
    return sha256(f"{asked.code}\n{asked.store}\n{asked.csr}".encode()).hexdigest()


def _mac(key: bytes, what: str, *parts: str) -> str:
    return hmac.new(key, "\n".join((f"tote-enrol/1 {what}", *parts)).encode(), sha256).hexdigest()
