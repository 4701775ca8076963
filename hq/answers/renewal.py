"""Another certificate for a box that is on the line with one that holds: as whom the broker knows it, for a new key."""

import logging
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from hq import decisions
from hq.authority import for_hq, records, revocation
from hq.errors import InputError
from sync.certificates import pem

if TYPE_CHECKING:
    from hq.service import Hq

log = logging.getLogger(__name__)


class RenewQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`request` is a signing request (PEM) by the new key."""

    request: Annotated[str, msgspec.Meta(max_length=4096)]


def answer(hq: "Hq", store: str, question: RenewQuestion) -> dict[str, Any]:
    """`certificate` (PEM), on record, and known to the broker. Raises InputError, KeysError."""
    with hq.reading() as connection:
        held = [one for one in records.of_store(connection, store) if not one.revoked]
    if not (hq.config.broker.tls and held):  # on an open line anybody may ask in the name of a store
        raise InputError("no certificate of this store holds, or the line is open")
    made = for_hq(hq).for_box(question.request.encode(), store=store, at=hq.clock())
    expires = round(made.not_valid_after_utc.timestamp()) * 1000
    entry = hq.journal.append("enrolled", store, serial=f"{made.serial_number:x}", expires=expires)
    decisions.carry_out(hq, entry)
    if not revocation.announce(hq):
        raise InputError("the broker can't be told of it: HQ's log says why")
    log.info("store %s has another certificate, %x", store, made.serial_number)
    return {"certificate": pem(made).decode()}
