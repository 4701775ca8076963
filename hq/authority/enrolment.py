"""A box asks for its certificate: answered if it knows a code, once; else refused, logged, counted."""

import logging
from typing import TYPE_CHECKING

import msgspec

from hq import decisions, stores
from hq.authority import codes, for_hq, revocation
from hq.authority.codes import Code
from hq.errors import HqError, InputError
from sync import enrolling
from sync.certificates import pem
from sync.enrolling import Answer, Request

if TYPE_CHECKING:
    from cryptography import x509

    from hq.service import Hq

log = logging.getLogger(__name__)

NOBODY = "(enrolment)"
"""Under which refusals are counted that name no store."""
GUESSED = "a guessed code"
"""Each is counted: there are few, then the code holds no longer."""
LULL = 1000
"""Milliseconds."""
UNKNOWN = "This code is not known here, was used, or is too old. Make a new one at HQ: tote-hq enrol STORE"


class RefusedError(HqError):
    """`str()` is for the person at the box; it tells nothing to somebody who guesses."""


def answer(hq: "Hq", payload: bytes) -> bytes:
    """The answer to a box's request, for it alone. Raises RefusedError."""
    asked = _read(hq, payload)
    with hq.reading() as connection:
        code = codes.find(connection, asked.code)
    if code is None:
        raise _refused(hq, NOBODY, f"a code that was never given out ({asked.code!r})")
    _check(hq, code, asked)
    if code.request:
        return code.answer.encode()  # the same request once more: the answer was lost on its way
    return _enrolled(hq, code, asked)


def _read(hq: "Hq", payload: bytes) -> Request:
    try:
        asked = msgspec.json.decode(payload, type=Request)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _refused(hq, NOBODY, f"no request of a box: {error}") from error
    if asked.v != 1 or len(asked.code) != 4:
        raise _refused(hq, NOBODY, "a request of another version")
    return asked


def _check(hq: "Hq", code: Code, asked: Request) -> None:
    if code.tries >= codes.TRIES:
        raise _refused(hq, code.store, "the code was tried too often")
    if not enrolling.is_by(code.key, asked):
        with hq.engine.begin() as connection:
            codes.wrong(connection, code)
        raise _refused(hq, code.store, GUESSED)
    if code.request not in ("", enrolling.digest(asked)):
        raise _refused(hq, code.store, "a code that was used before: if that was not you, revoke this store")
    if hq.clock() >= code.expires:
        raise _refused(hq, code.store, "an expired code")
    if asked.store not in ("", code.store):
        why = f"The code is for the store {code.store!r}, this box is set up as {asked.store!r}."
        raise _refused(hq, code.store, why, tell=why)


def _enrolled(hq: "Hq", code: Code, asked: Request) -> bytes:
    root, at = for_hq(hq), hq.clock()
    try:
        made = root.for_box(asked.csr.encode(), store=code.store, at=at)
    except InputError as error:
        raise _refused(hq, code.store, str(error), tell=str(error)) from error
    reply = enrolling.sealed(code.key, asked, _answer(hq, code.store, made, pem(root.certificate).decode(), at))
    expires = round(made.not_valid_after_utc.timestamp()) * 1000
    with hq.engine.begin() as connection:
        first = codes.use(connection, code, request=enrolling.digest(asked), answer=reply.decode(), at=at)
        if first:  # only now: no certificate is on record that nobody got
            entry = hq.journal.append("enrolled", code.store, serial=f"{made.serial_number:x}", expires=expires)
            decisions.apply(connection, entry)
            stores.admit(connection, code.store)
    if not first:
        raise _refused(hq, code.store, "a code that was used or taken back at the same moment")
    log.info("store %s is enrolled, certificate %x", code.store, made.serial_number)
    revocation.announce(hq)
    return reply


def _answer(hq: "Hq", store: str, made: "x509.Certificate", ca: str, at: int) -> Answer:
    return Answer(
        v=1,
        store=store,
        certificate=pem(made).decode(),
        ca=ca,
        broker=hq.config.broker.told,
        seal_key=hq.keys.seal_public.hex(),
        verify_key=hq.keys.verify.hex(),
        at=at,
        public_url=hq.config.web.public_url.rstrip("/"),
    )


def _refused(hq: "Hq", store: str, why: str, *, tell: str = UNKNOWN) -> RefusedError:
    """Counted and logged, but for the same again within `LULL`: whoever floods must not keep HQ writing."""
    why, at = "".join(each if each.isprintable() else "?" for each in why[:200]), hq.clock()
    reason = "" if store == NOBODY else f"enrolment: {why}"
    with hq.reading() as connection:
        again = why != GUESSED and stores.refused_since(connection, store, at - LULL, reason)
    if not again:
        log.warning("enrolment of %s refused: %s", store, why)
        with hq.engine.begin() as connection:
            stores.refuse(connection, store, f"enrolment: {why}", at=at)
    return RefusedError(tell)
